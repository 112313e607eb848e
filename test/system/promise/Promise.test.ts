/** `algogen/promise` from plain JavaScript, in a project that has installed nothing else. */
import { assert, layer } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Schema } from "effect"
import * as Simulator from "../../../src/simulator/Simulator.js"
import { algorithms, list, PATIENCE, read } from "../command/command.js"
import { idle } from "../simulator/idle.js"
import * as Installed from "./installed.js"

/** Runs `body` with the two functions, `print`, and `settled`, which turns what a promise came to into something to print. */
const run = (body: string, env: Readonly<Record<string, string>> = {}) =>
  Installed.javascript(
    `import { generateAlgorithm, generateAlgorithmsForAgents } from "algogen/promise"
     const print = (value) => console.log(JSON.stringify(value))
     const settled = (promise) => promise.then(
       (value) => ({ value }),
       (error) => ({ rejected: error instanceof Error ? error.message : "not an Error" })
     )
     ${body}`,
    env
  )

const server = (options: Simulator.Options = {}) =>
  Effect.map(Effect.orDie(Simulator.make({ latencyScale: 0.02, ...options })), (made) => ({
    ...made,
    stats: idle(made),
    env: { OPENROUTER_BASE_URL: made.baseUrl, OPENROUTER_API_KEY: "sk-or-v1-0123456789abcdef" }
  }))

const parse = <A, I>(schema: Schema.Schema<A, I>) => Schema.decodeSync(Schema.parseJson(schema))

const Run = Schema.Struct({ value: Schema.Boolean, heard: Schema.Array(Schema.Tuple(Schema.Number, Schema.String)) })

const Rejections = Schema.Array(Schema.Struct({ rejected: Schema.String }))

const one = (options: string) => `generateAlgorithm("sim/ok", "Write.", ${options})`

const fileOf = (model: string) => `generated_algo_${model.replace(/\W/g, "_")}.py`

layer(Installed.layer(), { excludeTestServices: true, timeout: PATIENCE.timeout })("algogen/promise", (it) => {
  it.scoped(
    "asks several models and tells the callback what happens, in the words of old",
    () =>
      Effect.gen(function* () {
        const { env, stats } = yield* server()
        const models = ["sim/ok-bare:free", "no/such-model", "sim/status-404", "sim/ok-fenced"]
        const { code, folder, stderr, stdout } = yield* run(
          `const heard = []
           const value = await generateAlgorithmsForAgents(${JSON.stringify(models)}, "tsla", (percent, message) => heard.push([percent, message]))
           print({ value, heard })`,
          env
        )
        assert.strictEqual(code, 0, stderr)
        const { heard, value } = parse(Run)(stdout)
        assert.isTrue(value)
        const percents = heard.map(([percent]) => percent)
        deepStrictEqual(
          percents,
          percents.toSorted((one, other) => one - other)
        )
        assert.strictEqual(percents.at(-1), 100)
        assert.isTrue(percents.every((percent) => percent >= 0 && percent <= 100))

        const messages = heard.map(([, message]) => message.split("::"))
        const of = (kind: string) => messages.filter(([first]) => first === kind).map(([, ...rest]) => rest)
        deepStrictEqual(of("MODEL_START").flat().sort(), models.toSorted())
        // A server of one's own is asked for a model that it does not list, and says itself that it has none.
        deepStrictEqual(of("MODEL_SKIP"), [["no/such-model", "unavailable"]])
        deepStrictEqual(
          of("MODEL_FAIL").map(([model]) => model),
          ["sim/status-404"]
        )
        const good = ["sim/ok-bare:free", "sim/ok-fenced"]
        deepStrictEqual(
          of("MODEL_OK").filter(([, what]) => what === "saved"),
          good.map((model) => [model, "saved"])
        )
        for (const model of good) {
          const [, ...code] = of("PREVIEW").find(([named]) => named === model) ?? []
          assert.isAtMost(code.join("::").split("\n").length, 24)
          const file = yield* read(folder, "generated", fileOf(model))
          assert.include(file, code.join("::").split("\n")[0] ?? "nothing")
          const steps = [
            `MODEL_START::${model}`,
            `PREVIEW::${model}`,
            `MODEL_OK::${model}::generated`,
            `MODEL_OK::${model}::saved`
          ].map((start) => heard.findIndex(([, message]) => message.startsWith(start)))
          assert.notInclude(steps, -1)
          deepStrictEqual(
            steps,
            steps.toSorted((one, other) => one - other)
          )
        }
        deepStrictEqual(yield* algorithms(folder, "generated"), good.map(fileOf).sort())
        assert.isTrue((yield* stats).recent.every(({ headers }) => headers.includes("authorization")))
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "takes no harm from a callback that throws, rejects or is missing, and resolves to false when nothing came of it",
    () =>
      Effect.gen(function* () {
        const { env } = yield* server()
        const { code, folder, stderr, stdout } = yield* run(
          `print(await Promise.all([
             generateAlgorithmsForAgents(["sim/ok"], "AAPL", () => { throw new Error("callback") }),
             generateAlgorithmsForAgents(["sim/ok-bare"], "AAPL", async () => { throw new Error("callback") }),
             generateAlgorithmsForAgents(["sim/ok-prose"], "AAPL"),
             generateAlgorithmsForAgents(["sim/ok-fenced"], "AAPL", null),
             generateAlgorithmsForAgents(["sim/no-code", "sim/status-400"], "AAPL")
           ]))`,
          env
        )
        assert.strictEqual(code, 0, stderr)
        assert.strictEqual(stdout, "[true,true,true,true,false]\n")
        assert.strictEqual((yield* algorithms(folder, "generated")).length, 4)
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "says once and in one line what a callback throws, and goes on calling it",
    () =>
      Effect.gen(function* () {
        const { env } = yield* server()
        const { stderr, stdout } = yield* run(
          `let calls = 0
           await generateAlgorithmsForAgents(["sim/ok", "sim/ok-bare"], "AAPL", () => { calls += 1; throw new TypeError("one\\ntwo") })
           print(calls)`,
          env
        )
        assert.strictEqual(stdout, "10\n")
        assert.match(
          stderr,
          /^[^\n]*the progress callback threw \(TypeError: one\); it is still called for later events[^\n]*\n$/
        )
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "asks one model for its source, which is null when there is none to be had",
    () =>
      Effect.gen(function* () {
        const { env, stats } = yield* server()
        const { code, folder, stderr, stdout } = yield* run(
          `const abort = new AbortController()
           const stalled = settled(generateAlgorithm("sim/stall-body", "Write.", { signal: abort.signal }))
           setTimeout(() => abort.abort(), 6000)
           print(await Promise.all([
             generateAlgorithm("sim/ok-prose", "Write."),
             generateAlgorithm("sim/ok-prose", "Write.", {}),
             generateAlgorithm("sim/no-code", "Write."),
             generateAlgorithm("sim/status-503", "Write.", { maxRetries: 1 }),
             generateAlgorithm("sim/stall-headers", "Write.", { maxRetries: 0, requestTimeout: 2000 }),
             stalled.then(({ rejected }) => rejected === undefined ? "resolved" : "rejected")
           ]))`,
          env
        )
        assert.strictEqual(code, 0, stderr)
        const Answers = Schema.Array(Schema.NullOr(Schema.String))
        const [source, again, ...rest] = parse(Answers)(stdout)
        assert.match(source ?? "", /^(?:#|import|from|[A-Z"])[^]*def execute_trade\([^]*\n$/)
        assert.include(again ?? "", "def execute_trade(")
        assert.notInclude(source ?? "", "```")
        deepStrictEqual(rest, [null, null, null, "rejected"])
        const seen = yield* stats
        assert.strictEqual(seen.models["sim/status-503"]?.requests, 2)
        assert.strictEqual(seen.models["sim/stall-headers"]?.requests, 1)
        assert.strictEqual(seen.models["sim/stall-body"]?.aborted, 1)
        // One module for a caller who does with it what he likes: nothing is saved.
        assert.notInclude(yield* list(folder), "generated")
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "scores over prices, improves and tells apart what models make, and lets pass what imports allow",
    () =>
      Effect.gen(function* () {
        const { env, stats } = yield* server()
        const { code, folder, stderr, stdout } = yield* run(
          `import { generateAlgorithms } from "algogen/promise"
           import { writeFileSync } from "node:fs"
           const day = (n) => new Date(86400000 * n).toISOString().slice(0, 10)
           writeFileSync("AAPL.csv", "Date,Close\\n" + Array.from({ length: 400 }, (_, n) => day(n) + "," + (100 + 5 * Math.sin(n))).join("\\n"))
           const options = { directory: null, data: "AAPL.csv", rounds: 1, prompt: "Trade {{ticker}}. {{market}}" }
           const { outcomes } = await generateAlgorithms(["sim/ok-bare", "sim/ok-fenced"], "AAPL", null, options)
           print(outcomes.map(({ rank, rounds, score }) => [rank, rounds.length, score.basis, score.bar]))
           const wrong = (options) => settled(generateAlgorithms(["sim/ok"], "AAPL", null, { directory: null, ...options }))
           print([await wrong({ data: "none.csv" }), await wrong({ rounds: 21 }), await wrong({ prompt: "{{tikcer}}" }), await wrong({ distinct: 101 })])`,
          env
        )
        assert.strictEqual(code, 0, stderr)
        const [scored = "", refused = ""] = stdout.split("\n")
        deepStrictEqual(JSON.parse(scored), [
          [1, 2, "data", "day"],
          [1, 2, "data", "day"]
        ])
        deepStrictEqual(
          parse(Rejections)(refused).map(({ rejected }) => rejected.slice(0, 40)),
          [
            "the file for 'data none.csv' could not be",
            "the rounds must be a whole number from 0",
            "prompt, line 1: {{tikcer}} is unknown: u",
            "the number of different algorithms must "
          ].map((said) => said.slice(0, 40))
        )
        deepStrictEqual(yield* list(folder), ["AAPL.csv", "main.js"])
        assert.strictEqual((yield* stats).requests, 4)
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "rejects before anything is sent when the settings or the request make no sense, and names the variable",
    () =>
      Effect.gen(function* () {
        const withoutKey = yield* run(`print(await Promise.all([
          settled(generateAlgorithmsForAgents(["a/b"], "AAPL", () => {})),
          settled(generateAlgorithm("a/b", "Write."))
        ]))`)
        assert.strictEqual(withoutKey.code, 0, withoutKey.stderr)
        for (const { rejected } of parse(Rejections)(withoutKey.stdout)) {
          assert.match(rejected, /^OPENROUTER_API_KEY is not set/)
        }
        const { env, stats } = yield* server()
        const nonsense = yield* run(
          `print(await Promise.all([
             settled(generateAlgorithmsForAgents([], "AAPL")),
             settled(generateAlgorithmsForAgents(["a/b"], "not a ticker"))
           ]))`,
          env
        )
        const [nobody, ticker] = parse(Rejections)(nonsense.stdout)
        assert.match(nobody?.rejected ?? "", /name at least one model/)
        assert.match(ticker?.rejected ?? "", /not a ticker/)
        assert.notInclude(yield* list(nonsense.folder), "generated")
        assert.strictEqual((yield* stats).requests, 0)
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "names the argument that makes no sense, and sends nothing",
    () =>
      Effect.gen(function* () {
        const { env, stats } = yield* server()
        const calls: ReadonlyArray<readonly [call: string, complaint: string]> = [
          ['generateAlgorithm("", "x")', 'modelId must be a model id, not ""'],
          ['generateAlgorithm(undefined, "x")', "modelId must be a model id, not undefined"],
          ['generateAlgorithm("sim/ok")', "promptText must be a text that is not blank, not undefined"],
          ['generateAlgorithm("sim/ok", " \\n")', 'promptText must be a text that is not blank, not " \\n"'],
          [one("{ maxRetries: -1 }"), "maxRetries must be a whole number of at least 0, not -1"],
          [one("{ maxRetries: NaN }"), "maxRetries must be a whole number of at least 0, not NaN"],
          [one("{ maxRetries: null }"), "maxRetries must be a whole number of at least 0, not null"],
          [one("{ requestTimeout: 0 }"), "requestTimeout must be a number of milliseconds above 0, not 0"],
          [one("{ requestTimeout: NaN }"), "requestTimeout must be a number of milliseconds above 0, not NaN"],
          [one('{ requestTimeout: "9 s" }'), 'requestTimeout must be a number of milliseconds above 0, not "9 s"'],
          [one("{ signal: {} }"), "signal must be an AbortSignal, or left out, not a value of type object"],
          [one("null"), "options must be an object, or left out, not null"],
          ['generateAlgorithmsForAgents("a/b", "AAPL")', 'selectedAgents must be a list of model ids, not "a/b"'],
          ["generateAlgorithmsForAgents()", "selectedAgents must be a list of model ids, not undefined"],
          ['generateAlgorithmsForAgents(["a", , "b"], "AAPL")', "selectedAgents[1] must be a model id, not undefined"],
          ['generateAlgorithmsForAgents(["a", ""], "AAPL")', 'selectedAgents[1] must be a model id, not ""'],
          ['generateAlgorithmsForAgents(["a"])', 'ticker must be a symbol such as "AAPL", not undefined'],
          [
            'generateAlgorithmsForAgents(["a"], "AAPL", "log")',
            'progressCallback must be a function, or left out, not "log"'
          ]
        ]
        const { code, folder, stderr, stdout } = yield* run(
          `const complaint = (promise) => promise.then(() => "resolved", ({ name, message }) => name + ": " + message)
           print(await Promise.all([${calls.map(([call]) => `complaint(${call})`).join(", ")}]))
           const heard = []
           await complaint(generateAlgorithmsForAgents(["a"], undefined, (percent, message) => heard.push([percent, message])))
           print(heard)`,
          env
        )
        assert.strictEqual(code, 0, stderr)
        const [complaints = "", heard] = stdout.split("\n")
        deepStrictEqual(
          parse(Schema.Array(Schema.String))(complaints),
          calls.map(([, complaint]) => `InvalidRequest: ${complaint}`)
        )
        assert.strictEqual(heard, '[[0,"ticker must be a symbol such as \\"AAPL\\", not undefined"]]')
        assert.strictEqual(stderr, "")
        assert.notInclude(yield* list(folder), "generated")
        assert.strictEqual((yield* stats).requests, 0)
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "rejects with the reason of the signal that aborted it, and sends nothing when that was before",
    () =>
      Effect.gen(function* () {
        const { env, stats } = yield* server()
        const { code, stderr, stdout } = yield* run(
          `const reason = { why: "enough" }
           const came = (promise) => promise.catch((error) => error === reason ? "the reason" : [error instanceof DOMException, error.name])
           const ask = (signal) => came(generateAlgorithm("sim/stall-body", "Write.", { signal }))
           const [plain, reasoned] = [new AbortController(), new AbortController()]
           setTimeout(() => { plain.abort(); reasoned.abort(reason) }, 1500)
           print(await Promise.all([ask(plain.signal), ask(reasoned.signal), ask(AbortSignal.timeout(1500))]))
           const before = (signal) => came(generateAlgorithm("sim/ok", "Write.", { signal }))
           print(await Promise.all([before(AbortSignal.abort()), before(AbortSignal.abort(reason))]))`,
          env
        )
        assert.strictEqual(code, 0, stderr)
        const [during, before] = stdout.split("\n")
        assert.strictEqual(during, '[[true,"AbortError"],"the reason",[true,"TimeoutError"]]')
        assert.strictEqual(before, '[[true,"AbortError"],"the reason"]')
        const { models } = yield* stats
        assert.strictEqual(models["sim/stall-body"]?.aborted, 3)
        assert.isUndefined(models["sim/ok"])
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "reads .env where it runs, and lets the process end when the work is done",
    () =>
      Effect.gen(function* () {
        const { baseUrl } = yield* server({ apiKeys: ["from-the-file"] })
        const { code, stderr, stdout } = yield* run(
          `import { writeFileSync } from "node:fs"
           writeFileSync(".env", ${JSON.stringify(`OPENROUTER_API_KEY=from-the-file\nOPENROUTER_BASE_URL=${baseUrl}\n`)})
           const value = await generateAlgorithmsForAgents(["sim/ok"], "AAPL")
           const done = Date.now()
           process.once("exit", () => print({ value, idle: Date.now() - done < 2000 }))`
        )
        assert.strictEqual(code, 0, stderr)
        assert.strictEqual(stdout, '{"value":true,"idle":true}\n')
      }),
    PATIENCE.timeout
  )
})

/** The promise door as a service uses it: many calls at once, clients of their own, options, and reports. */
import { assert, layer } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Schema } from "effect"
import { DEFAULT } from "../../../src/api/Models.js"
import * as Simulator from "../../../src/simulator/Simulator.js"
import { algorithms, list, PATIENCE, read } from "../command/command.js"
import * as Installed from "./installed.js"

const run = (body: string, env: Readonly<Record<string, string>> = {}) =>
  Installed.javascript(
    `import { createClient, generateAlgorithm, generateAlgorithms, generateAlgorithmsForAgents } from "algogen/promise"
     const print = (value) => console.log(JSON.stringify(value))
     const complaint = (promise) => promise.then(() => "resolved", ({ name, message }) => name + ": " + message)
     ${body}`,
    env
  )

const server = (options: Simulator.Options = {}) =>
  Effect.map(Effect.orDie(Simulator.make({ latencyScale: 0.02, ...options })), (made) => ({
    ...made,
    env: { OPENROUTER_BASE_URL: made.baseUrl, OPENROUTER_API_KEY: "sk-or-v1-0123456789abcdef" }
  }))

const SIX = JSON.stringify(DEFAULT)

const Report = Schema.parseJson(
  Schema.Struct({
    success: Schema.Boolean,
    ticker: Schema.String,
    algorithms: Schema.Array(Schema.NullOr(Schema.Struct({ model: Schema.String, code: Schema.String }))),
    outcomes: Schema.Array(
      Schema.Struct({
        model: Schema.String,
        status: Schema.String,
        file: Schema.optional(Schema.String),
        reason: Schema.optional(Schema.Struct({ _tag: Schema.String, message: Schema.String }))
      })
    ),
    totals: Schema.Struct({ ok: Schema.Number, requests: Schema.Number })
  })
)
const decodeReport = Schema.decodeSync(Report)

layer(Installed.layer(), { excludeTestServices: true, timeout: PATIENCE.timeout })("algogen/promise in use", (it) => {
  it.scoped(
    "loses nothing when ten calls at once meet a server that limits requests",
    () =>
      Effect.gen(function* () {
        // Six at a time, and no word about it: what one call learns the others have to know.
        const rateLimit = { concurrency: 6, counts: "all", hints: "none" } as const
        const { env, stats } = yield* server({ latencyScale: 0.1, rateLimit })
        const { stderr, stdout } = yield* run(
          `const call = (_, n) => generateAlgorithms(${SIX}, "T" + n, null, { directory: null })
           const reports = await Promise.all(Array.from({ length: 10 }, call))
           print(reports.map(({ totals }) => totals.ok))`,
          env
        )
        assert.strictEqual(stdout, `${JSON.stringify(Array.from({ length: 10 }, () => 6))}\n`, stderr)
        // About 67; each call for itself needs over 110.
        assert.isAtMost((yield* stats).requests, 95)
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "opens no more connections for many calls than for one",
    () =>
      Effect.gen(function* () {
        // Answers take long enough for a slow machine to ask for more than six at once.
        const { env, stats } = yield* server({ latencyScale: 0.2 })
        const { stderr, stdout } = yield* run(
          `const call = () => generateAlgorithms(${SIX}, "AAPL", null, { directory: null })
           print((await Promise.all(Array.from({ length: 10 }, call))).every(({ totals }) => totals.ok === 6))`,
          env
        )
        assert.strictEqual(stdout, "true\n", stderr)
        const { connections, maxInFlight } = yield* stats
        assert.isAtMost(connections.maxOpen, 10)
        assert.isAbove(maxInFlight, 6)
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "resolves to a report of plain values, in the order of the request",
    () =>
      Effect.gen(function* () {
        const { env } = yield* server()
        const { folder, stderr, stdout } = yield* run(
          `import { deepStrictEqual } from "node:assert"
           const report = await generateAlgorithms(["sim/ok", "sim/status-404", "sim/ok-fenced"], "tsla", null, { directory: "out", samples: 1 })
           deepStrictEqual(JSON.parse(JSON.stringify(report)), report)
           print(report)`,
          env
        )
        const report = decodeReport(stdout)
        assert.isTrue(report.success, stderr)
        assert.strictEqual(report.ticker, "TSLA")
        const [first, second, third] = report.algorithms
        assert.strictEqual(second, null)
        deepStrictEqual([first?.model, third?.model], ["sim/ok", "sim/ok-fenced"])
        deepStrictEqual(
          report.outcomes.map(({ file, reason, status }) => [status, reason?._tag ?? file]),
          [
            ["ok", "out/generated_algo_sim_ok.py"],
            ["failed", "Rejected"],
            ["ok", "out/generated_algo_sim_ok_fenced.py"]
          ]
        )
        assert.include(yield* read(folder, "out", "generated_algo_sim_ok.py"), first?.code ?? "nothing")
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "writes nothing, calls nothing saved and names no file where there is no folder",
    () =>
      Effect.gen(function* () {
        const { env } = yield* server()
        const { folder, stderr, stdout } = yield* run(
          `const heard = []
           const report = await generateAlgorithms(["sim/ok"], "AAPL", (_, text) => heard.push(text), { directory: null })
           const success = await generateAlgorithmsForAgents(["sim/ok"], "AAPL", null, { directory: null })
           print([success, heard.some((text) => text.endsWith("::saved"))])
           print(report)`,
          env
        )
        const [first = "", second = ""] = stdout.split("\n")
        assert.strictEqual(first, "[true,false]", stderr)
        const [outcome] = decodeReport(second).outcomes
        deepStrictEqual([outcome?.status, outcome?.file], ["ok", undefined])
        deepStrictEqual(yield* list(folder), ["main.js"])
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "brings the code back when the folder cannot be made, and says why there is no file",
    () =>
      Effect.gen(function* () {
        const { env } = yield* server()
        const { stderr, stdout } = yield* run(
          `import { writeFileSync } from "node:fs"
           writeFileSync("taken", "")
           for (const directory of ["taken", "taken/below", "/proc/nowhere"]) {
             print(await generateAlgorithms(["sim/ok"], "AAPL", null, { directory }))
           }`,
          env
        )
        const reports = stdout
          .trim()
          .split("\n")
          .map((line) => decodeReport(line))
        assert.strictEqual(reports.length, 3)
        for (const { algorithms, outcomes, success } of reports) {
          assert.isTrue(success)
          assert.include(algorithms[0]?.code ?? "", "def execute_trade")
          deepStrictEqual([outcomes[0]?.status, outcomes[0]?.reason?._tag], ["failed", "StoreError"])
        }
        assert.include(stderr, "taken is not a folder")
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "keeps the files of different tickers apart, also of calls at the same time",
    () =>
      Effect.gen(function* () {
        const { env } = yield* server()
        const tickers = ["AAPL", "TSLA", "NVDA", "BRK.B", "BRK-B"]
        const { folder, stderr, stdout } = yield* run(
          `const tickers = ${JSON.stringify(tickers)}
           const call = (ticker) => generateAlgorithms(["sim/ok", "sim/ok-fenced"], ticker)
           const reports = await Promise.all(tickers.map(call))
           print(reports.flatMap(({ outcomes }) => outcomes.map(({ file }) => file)))`,
          env
        )
        const files = Schema.decodeSync(Schema.parseJson(Schema.Array(Schema.String)))(stdout)
        assert.strictEqual(new Set(files).size, 10, stderr)
        for (const [index, file] of files.entries()) {
          assert.include(yield* read(folder, file), `# ticker: ${tickers[Math.floor(index / 2)]}\n`)
        }
        assert.strictEqual((yield* algorithms(folder, "generated")).length, 10)
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "ends thirty calls with one signal, without a warning, and saves what is finished",
    () =>
      Effect.gen(function* () {
        const { env } = yield* server()
        const { folder, stderr, stdout } = yield* run(
          `const controller = new AbortController()
           const { signal } = controller
           const reason = new Error("shutting down")
           const came = (promise) => promise.then(() => "resolved", (error) => error === reason)
           const calls = []
           await new Promise((saved) => {
             const heard = (_, text) => text.endsWith("::saved") && saved()
             calls.push(came(generateAlgorithms(["sim/ok", "sim/stall-body"], "AAPL", heard, { signal, directory: "out" })))
           })
           for (let n = 0; n < 27; n++) calls.push(came(generateAlgorithm("sim/stall-body", "Write.", { signal })))
           calls.push(came(generateAlgorithmsForAgents(["sim/stall-body"], "AAPL", null, { signal, directory: null })))
           calls.push(came(createClient().generateAlgorithm("sim/stall-body", "Write.", { signal })))
           setTimeout(() => controller.abort(reason), 1_000)
           print([...new Set(await Promise.all(calls))])
           print(await Promise.all([came(generateAlgorithm("sim/ok", "Write.", { signal })), came(generateAlgorithms([], 1, 2, { signal }))]))`,
          env
        )
        assert.strictEqual(stdout, "[true]\n[true,true]\n", stderr)
        assert.notInclude(stderr, "MaxListeners")
        assert.include((yield* algorithms(folder, "out")).join(), "generated_algo_sim_ok.py")
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "refuses what it does not know, by name, before anything is sent",
    () =>
      Effect.gen(function* () {
        const { env, stats } = yield* server()
        const { stderr, stdout } = yield* run(
          `print(await Promise.all([
             complaint(generateAlgorithmsForAgents(["a/b"], "AAPL", null, { max_retries: 1 })),
             complaint(generateAlgorithms(["a/b"], "AAPL", null, { timeout: 1 })),
             complaint(generateAlgorithm("a/b", "Write.", { max_retries: 1 })),
             complaint(generateAlgorithms(["a/b"], "AAPL", null, { samples: 101 }))
           ]))
           try { createClient({ base_url: "x" }) } catch ({ name, message }) { print([name, message]) }`,
          env
        )
        const [calls = "", client] = stdout.split("\n")
        const [many, other, one, samples] = Schema.decodeSync(Schema.parseJson(Schema.Array(Schema.String)))(calls)
        assert.strictEqual(many, "InvalidRequest: max_retries is not an option: write maxRetries", stderr)
        assert.match(other ?? "", /^InvalidRequest: timeout is not an option; the options are maxRetries, /)
        assert.strictEqual(one, many)
        assert.match(samples ?? "", /^InvalidRequest: .*100/)
        assert.strictEqual(client, '["InvalidRequest","base_url is not an option: write baseUrl"]')
        assert.strictEqual((yield* stats).requests, 0)
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "asks a model with parameters of its own",
    () =>
      Effect.gen(function* () {
        const { env, stats } = yield* server()
        const agents = JSON.stringify(["sim/ok", { model: "sim/ok-bare", maxTokens: 5000 }])
        const { stderr, stdout } = yield* run(
          `print(await generateAlgorithmsForAgents(${agents}, "AAPL", null, { directory: null, maxTokens: 3000 }))`,
          env
        )
        assert.strictEqual(stdout, "true\n", stderr)
        deepStrictEqual(
          new Map((yield* stats).recent.map(({ maxCompletionTokens, model }) => [model, maxCompletionTokens])),
          new Map([
            ["sim/ok", 3000],
            ["sim/ok-bare", 5000]
          ])
        )
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "gives a client its own server, key and defaults, until it is closed",
    () =>
      Effect.gen(function* () {
        const [one, other] = [yield* server({ apiKeys: ["first"] }), yield* server({ apiKeys: ["second"] })]
        const { folder, stderr, stdout } = yield* run(
          `const first = createClient({ apiKey: "first", baseUrl: "${one.baseUrl}", directory: "a", maxRetries: 0, concurrency: 2 })
           const second = createClient({ apiKey: "second", baseUrl: "${other.baseUrl}", directory: null })
           const going = first.generateAlgorithmsForAgents(["sim/ok", "sim/ok-fenced", "sim/ok-bare", "sim/ok-prose"], "AAPL")
           const closing = first.close()
           print([await complaint(first.generateAlgorithm("sim/ok", "Write.")), await going])
           await Promise.all([closing, first.close()])
           print(typeof (await second.generateAlgorithm("sim/ok", "Write.", { maxRetries: undefined })))
           print((await second.generateAlgorithms(["sim/ok"], "AAPL")).success)
           await second[Symbol.asyncDispose]()
           print(await complaint(second.generateAlgorithms(["sim/ok"], "AAPL")))`
        )
        assert.strictEqual(
          stdout,
          '["InvalidRequest: the client is closed",true]\n"string"\ntrue\n"InvalidRequest: the client is closed"\n',
          stderr
        )
        assert.strictEqual((yield* algorithms(folder, "a")).length, 4)
        assert.isAtMost((yield* one.stats).maxInFlight, 2)
        deepStrictEqual(yield* list(folder), ["a", "main.js"])
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "sends the environment's key to the environment's server alone",
    () =>
      Effect.gen(function* () {
        const { env, stats } = yield* server()
        const other = yield* server()
        const { stderr } = yield* run(
          `await createClient({ baseUrl: "${other.baseUrl}" }).generateAlgorithm("sim/ok", "Write.")
           await createClient({ baseUrl: "${env.OPENROUTER_BASE_URL}" }).generateAlgorithm("sim/ok", "Write.")
           await createClient({}).generateAlgorithm("sim/ok", "Write.")
           await generateAlgorithm("sim/ok", "Write.")`,
          env
        )
        const hasKey = ({ headers }: { readonly headers: ReadonlyArray<string> }) => headers.includes("authorization")
        assert.isFalse((yield* other.stats).recent.some(hasKey), stderr)
        assert.isTrue((yield* stats).recent.every(hasKey))
        assert.strictEqual((yield* stats).models["sim/ok"]?.requests, 3)
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "reads ALGOGEN_API_KEY like the command: a key for any server, before OpenRouter's, under its name in a complaint",
    () =>
      Effect.gen(function* () {
        const home = yield* server({ apiKeys: ["any"] })
        const other = yield* server({ apiKeys: ["any"] })
        const { stderr, stdout } = yield* run(
          `const call = (client) => client.generateAlgorithm("sim/ok", "Write.").then((code) => code !== null)
           const said = [
             await call(createClient({ baseUrl: "${other.baseUrl}" })),
             await call(createClient()),
             await call({ generateAlgorithm })
           ]
           process.env.ALGOGEN_API_KEY = "undefined"
           print([...said, await complaint(generateAlgorithm("sim/ok", "Write."))])`,
          { OPENROUTER_BASE_URL: home.baseUrl, OPENROUTER_API_KEY: "not-this-one", ALGOGEN_API_KEY: "any" }
        )
        assert.match(stdout, /^\[true,true,true,"ConfigurationError: ALGOGEN_API_KEY is the word 'undefined'/, stderr)
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "takes settings that change between two calls",
    () =>
      Effect.gen(function* () {
        const { baseUrl } = yield* server({ apiKeys: ["right"] })
        const { stderr, stdout } = yield* run(
          `const call = () => complaint(generateAlgorithm("sim/ok", "Write."))
           const before = await call()
           Object.assign(process.env, { OPENROUTER_BASE_URL: "${baseUrl}", OPENROUTER_API_KEY: "right" })
           print([before.slice(0, 41), await call()])`
        )
        assert.strictEqual(stdout, '["ConfigurationError: OPENROUTER_API_KEY is","resolved"]\n', stderr)
      }),
    PATIENCE.timeout
  )
})

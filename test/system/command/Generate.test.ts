/** `algogen generate` from its flags to its files, by what a script sees of it and by what the server counts. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import * as Models from "../../../src/api/Models.js"
import * as CodeCheck from "../../../src/code/CodeCheck.js"
import * as Catalog from "../../../src/simulator/Catalog.js"
import * as Scenario from "../../../src/simulator/Scenario.js"
import type * as Simulator from "../../../src/simulator/Simulator.js"
import type * as Stats from "../../../src/simulator/Stats.js"
import { algogen, algorithms, emptyFolder, list, models, PATIENCE, read, scene, shell, write } from "./command.js"
import { parse, statuses } from "./document.js"

const fileOf = (model: string, suffix = "") => `generated_algo_${model.replace(/\W/g, "_")}${suffix}.py`

const requests = (seen: Stats.Stats, model: string) => seen.models[model]?.requests ?? 0

/** Models of one's own with their plans. */
const scripted = (plans: Readonly<Record<string, string>>): Simulator.Options => ({
  models: Object.keys(plans).map((id) => Catalog.simulated(id, id)),
  scenario: Scenario.perModel(plans)
})

/** A colour, a cursor movement, or anything else that a file is no place for. */
const ESCAPE = "\u001b"

describe.concurrent("generate", PATIENCE, () => {
  it.scopedLive("without a key and a base URL says what to do, and ends with 2", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      for (const args of [["generate"], ["generate", "--json"], ["generate", "--events"], ["models"]]) {
        const { code, stderr, stdout } = yield* algogen(args, { folder })
        assert.strictEqual(code, 2, args.join(" "))
        assert.match(
          stderr,
          /^algogen: OPENROUTER_API_KEY is not set: create a key at https:.*--base-url; .*--simulate\n$/
        )
        assert.strictEqual(stdout, "")
      }
      // A dry run gets as far as the list of models; nobody listens there.
      const dry = yield* algogen(["generate", "--dry-run"], { folder, env: { HTTPS_PROXY: "http://127.0.0.1:9" } })
      assert.match(dry.stderr, /algogen: GET \/models: .*ECONNREFUSED/)
      deepStrictEqual(yield* list(folder), [])
    })
  )

  it.scopedLive("--demo says in a line that there is no key, and asks six simulated models", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      const { code, stderr, stdout } = yield* algogen(["generate", "--demo"], { folder })
      assert.strictEqual(code, 0, stderr)
      const [first, second, ...lines] = stderr.split("\n")
      assert.match(first ?? "", /^OPENROUTER_API_KEY is not set.*simulator/)
      assert.match(second ?? "", /^These models are simulated/)
      // Nothing was paid for, so there is no journal.
      deepStrictEqual(yield* list(folder), ["simulated"])
      deepStrictEqual(yield* algorithms(folder, "simulated"), Models.DEFAULT.map((model) => fileOf(model)).sort())
      for (const model of Models.DEFAULT) {
        assert.include(stdout, model)
        assert.include(stdout, `simulated/${fileOf(model)}`)
        const steps = [`${model}: asked`, `${model}: `, `${model}: saved`].map((step) =>
          lines.findIndex((line) => line.includes(step))
        )
        assert.isFalse(steps.includes(-1), model)
        const source = yield* read(folder, "simulated", fileOf(model))
        assert.match(source, /^# SIMULATED: /)
        const { check } = yield* CodeCheck.CodeCheck
        assert.strictEqual(check(source)._tag, "Right", model)
      }
      assert.match(stdout, /6 of 6 algorithms for AAPL in \d+\.\d s: 6 requests, cost \$0/)
      assert.notInclude(stdout + stderr, ESCAPE)
    })
  )

  it.scopedLive("--simulate is marked in every document, and takes neither files nor journal of real answers", () =>
    Effect.gen(function* () {
      const { folder, generate } = yield* scene()
      const asked = models("sim/ok")
      const real = yield* generate([...asked, "--demo", "--json"])
      assert.isFalse(parse(real.stdout).simulated)
      const file = yield* read(folder, "generated", fileOf("sim/ok"))
      assert.notInclude(file, "SIMULATED")

      const simulate = ["generate", "--simulate", ...asked, "--out", "generated"]
      const simulated = yield* algogen([...simulate, "--resume", "--json"], { folder })
      assert.match(simulated.stderr, /^Answers of simulated models are not kept, so --resume finds none\.$/m)
      assert.notInclude(simulated.stderr, "There is no journal")
      const [result] = parse(simulated.stdout).results
      assert.isTrue(parse(simulated.stdout).simulated)
      assert.isUndefined(result?.resumed)
      assert.match(yield* read(folder, result?.file ?? ""), /^# SIMULATED: /)
      assert.strictEqual(yield* read(folder, "generated", fileOf("sim/ok")), file)
      assert.match((yield* algogen(["journal"], { folder })).stdout, /^1 answer, /m)

      const events = yield* algogen([...simulate, "--events"], { folder })
      assert.match(events.stdout, /\n\{"report":\{"simulated":true,.*\n$/)
      const again = yield* generate([...asked, "--resume", "--json"])
      assert.isTrue(parse(again.stdout).results[0]?.resumed)
      assert.strictEqual((yield* algorithms(folder, "generated")).length, 2)
    })
  )

  it.scopedLive("--json prints the contract's document and nothing else, whatever happened", () =>
    Effect.gen(function* () {
      const { folder, generate, server } = yield* scene(
        scripted({
          "x/slow": "ok",
          "x/flaky": "status-503*1",
          "x/bad": "no-code",
          "x/limited": "429-retry-after=90",
          "x/paid:free": "ok"
        })
      )
      const asked = ["x/slow", "x/flaky", "no/such-model", "x/bad", "x/limited", "x/paid", "x/slow"]
      const { code, stderr, stdout } = yield* generate([
        ...models(...asked),
        "--ticker",
        "brk-b",
        "--deadline",
        "20s",
        "--json"
      ])
      assert.strictEqual(code, 0, stderr)
      const document = parse(stdout)
      deepStrictEqual(statuses(document), [
        "ok",
        "ok",
        "skipped ModelUnavailable",
        "failed BadCode",
        "failed RateLimited",
        "ok",
        "ok"
      ])
      assert.isTrue(document.success)
      assert.strictEqual(document.ticker, "BRK-B")
      deepStrictEqual(
        document.results.map(({ model }) => model),
        asked
      )
      deepStrictEqual(
        document.results.map(({ index }) => index),
        [0, 1, 2, 3, 4, 5, 6]
      )
      deepStrictEqual(
        document.results.map(({ file }) => file),
        [
          `generated/${fileOf("x/slow")}`,
          `generated/${fileOf("x/flaky")}`,
          undefined,
          undefined,
          undefined,
          `generated/${fileOf("x/paid")}`,
          `generated/${fileOf("x/slow", "_s2")}`
        ]
      )
      for (const { file } of document.results) {
        if (file !== undefined) assert.include(yield* read(folder, file), "def execute_trade(")
      }
      const [, flaky, missing, bad, limited, paid] = document.results
      deepStrictEqual([bad?.reason?.stage, bad?.attemptLog[0]?.stage], ["extract", "extract"])
      deepStrictEqual(
        flaky?.attemptLog.map(({ cause, outcome, status }) => [cause, outcome, status]),
        [
          ["first", "ServerFailed", 503],
          ["backoff", "ok", 200]
        ]
      )
      assert.strictEqual(missing?.attempts, 1)
      assert.strictEqual(limited?.reason?.status, 429)
      const retryAfter = Date.parse(limited?.reason?.retryAt ?? "") - Date.parse(document.startedAt)
      assert.isTrue(retryAfter > 89_000 && retryAfter < 100_000, limited?.reason?.retryAt)
      assert.strictEqual(paid?.askedModel, "x/paid:free")
      for (const { attemptLog, attempts } of document.results) assert.strictEqual(attemptLog.length, attempts)

      const seen = yield* server.stats
      const cost = document.results.flatMap(({ usage }) => usage?.cost ?? []).reduce((sum, one) => sum + one, 0)
      assert.approximately(document.totals.cost ?? 0, cost, 1e-9)
      assert.isAbove(cost, 0)
      deepStrictEqual(
        { ...document.totals, cost: 0 },
        {
          ok: 4,
          failed: 2,
          skipped: 1,
          requests: seen.requests,
          retries: 1,
          // One of the skipped was asked: this server does not say what it has.
          successRate: 4 / 7,
          retryRate: 1 / seen.requests,
          cost: 0,
          requestsOfUnknownCost: 0
        }
      )
      for (const line of [
        "x/flaky: HTTP 503: No instances available; retrying in",
        "– no/such-model: skipped: ",
        "x/bad: extract:"
      ]) {
        assert.include(stderr, line)
      }
    })
  )

  it.scopedLive("ends with 1 when nothing came of it, and leaves an earlier file alone", () =>
    Effect.gen(function* () {
      const { folder, generate } = yield* scene()
      yield* Effect.promise(() => import("node:fs/promises").then((fs) => fs.mkdir(`${folder}/out`)))
      yield* write("earlier", folder, "out", fileOf("sim/no-code"))
      const { code, stdout } = yield* generate([...models("sim/no-code", "sim/status-404"), "--json", "--out", "out"])
      assert.strictEqual(code, 1)
      const document = parse(stdout)
      assert.isFalse(document.success)
      deepStrictEqual(statuses(document), ["failed BadCode", "failed Rejected"])
      deepStrictEqual(yield* algorithms(folder, "out"), [fileOf("sim/no-code")])
      assert.strictEqual(yield* read(folder, "out", fileOf("sim/no-code")), "earlier")
      const table = yield* generate(models("sim/no-code"))
      assert.strictEqual(table.code, 1)
      assert.match(table.stdout, /0 of 1 algorithm .*\n1 algorithm failed a check: use --repair 1/)
    })
  )

  it.scopedLive("keeps its limits: requests in flight, retries, one attempt, the whole run, streaming", () =>
    Effect.gen(function* () {
      const { generate, server } = yield* scene(
        scripted({
          "x/1": "late-first-token=300",
          "x/2": "late-first-token=300",
          "x/3": "late-first-token=300",
          "x/4": "late-first-token=300",
          "x/failing": "status-500",
          "x/stalled": "stall-body"
        })
      )
      const ids = ["x/1", "x/2", "x/3", "x/4"]
      const narrow = yield* generate([...models(...ids), "--concurrency", "2", "--no-stream"])
      assert.strictEqual(narrow.code, 0, narrow.stderr)
      const first = yield* server.stats
      assert.strictEqual(first.maxInFlight, 2)
      assert.isFalse(first.recent.some(({ stream }) => stream))

      yield* server.reset
      const short = yield* generate([
        ...models("x/1", "x/failing", "x/stalled"),
        "--max-retries=1",
        "--request-timeout=2s",
        "--json",
        "--stream"
      ])
      assert.strictEqual(short.code, 0, short.stderr)
      deepStrictEqual(statuses(parse(short.stdout)), ["ok", "failed ServerFailed", "failed TimedOut"])
      const second = yield* server.stats
      assert.strictEqual(requests(second, "x/failing"), 2)
      assert.strictEqual(requests(second, "x/stalled"), 2)
      assert.isTrue(second.recent.every(({ stream }) => stream))

      const late = yield* generate([...models("x/1", "x/stalled"), "--deadline", "2s", "--json"])
      assert.strictEqual(late.code, 0, late.stderr)
      const document = parse(late.stdout)
      deepStrictEqual(statuses(document), ["ok", "failed DeadlineExceeded"])
      assert.isTrue(document.durationMs >= 2_000 && document.durationMs < 10_000, `${document.durationMs} ms`)
    })
  )

  for (const [flags, most, note] of [
    [["--concurrency", "20"], 20, undefined],
    [["--concurrency", "20", "--connections", "12"], 12, "At most 12 requests at once: there are no more connections."],
    [["--connections", "3"], 3, undefined]
  ] as const) {
    it.scopedLive(`opens as many connections as it may: ${flags.join(" ")}`, () =>
      Effect.gen(function* () {
        // As many as can be are under way together: none is answered before the last of them was sent.
        const { generate, server } = yield* scene({ latency: () => 100 * (most + 5) })
        const { code, stderr } = yield* generate([...models("sim/ok"), `--samples=${most + 4}`, ...flags])
        assert.strictEqual(code, 0)
        assert.deepStrictEqual(stderr.match(/^At most .*$/m)?.[0], note)
        const { connections, maxInFlight } = yield* server.stats
        assert.strictEqual(maxInFlight, most)
        assert.strictEqual(connections.maxOpen, most)
      })
    )
  }

  it.scopedLive("--samples brings several of a model, in files of their own, model by model", () =>
    Effect.gen(function* () {
      const { folder, generate, server } = yield* scene()
      const { code, stderr, stdout } = yield* generate([...models("sim/ok", "sim/ok-bare"), "--samples", "2", "--json"])
      assert.strictEqual(code, 0)
      assert.include(stderr, `✓ sim/ok-bare #2: saved as generated/${fileOf("sim/ok-bare", "_s2")}`)
      const { results } = parse(stdout)
      deepStrictEqual(
        results.map(({ file, index, model, sample }) => [index, model, sample ?? 1, file]),
        [
          [0, "sim/ok", 1, `generated/${fileOf("sim/ok")}`],
          [1, "sim/ok", 2, `generated/${fileOf("sim/ok", "_s2")}`],
          [2, "sim/ok-bare", 1, `generated/${fileOf("sim/ok-bare")}`],
          [3, "sim/ok-bare", 2, `generated/${fileOf("sim/ok-bare", "_s2")}`]
        ]
      )
      assert.strictEqual((yield* algorithms(folder, "generated")).length, 4)
      assert.strictEqual(requests(yield* server.stats, "sim/ok"), 2)
    })
  )

  it.scopedLive("--resume takes what was paid for, and asks only for the rest", () =>
    Effect.gen(function* () {
      const { generate, server } = yield* scene(scripted({ "x/good": "ok", "x/late": "no-code*1" }))
      const ask = [...models("x/good", "x/late"), "--json"]
      deepStrictEqual(statuses(parse((yield* generate(ask)).stdout)), ["ok", "failed BadCode"])
      const resumed = parse((yield* generate([...ask, "--resume"])).stdout)
      deepStrictEqual(statuses(resumed), ["ok", "failed BadCode"])
      deepStrictEqual(
        resumed.results.map(({ attempts, resumed }) => [attempts, resumed]),
        [
          [0, true],
          [0, true]
        ]
      )
      deepStrictEqual(resumed.totals, {
        ok: 1,
        failed: 1,
        skipped: 0,
        requests: 0,
        retries: 0,
        successRate: 0.5,
        cost: 0,
        requestsOfUnknownCost: 0
      })
      assert.strictEqual((yield* server.stats).requests, 2)
      const table = yield* generate([...models("x/good"), "--resume"])
      assert.match(table.stdout, /^✓ x\/good .* resumed /m)
      // Another request has another answer: one of another ticker was not paid for.
      yield* generate([...models("x/good"), "--resume", "--ticker", "TSLA"])
      assert.strictEqual((yield* server.stats).requests, 3)
    })
  )

  it.scopedLive("--repair lets a model mend its code, told what is wrong with it", () =>
    Effect.gen(function* () {
      const { generate, server } = yield* scene(scripted({ "x/careless": "syntax-error*1" }))
      const { code, stdout } = yield* generate([...models("x/careless"), "--repair", "1", "--json"])
      assert.strictEqual(code, 0)
      const [result] = parse(stdout).results
      deepStrictEqual(
        result?.attemptLog.map(({ cause, outcome }) => [cause, outcome]),
        [
          ["first", "BadCode"],
          ["repair", "ok"]
        ]
      )
      assert.strictEqual(requests(yield* server.stats, "x/careless"), 2)
    })
  )

  it.scopedLive("--trial runs each algorithm before it is accepted, and the report says so", () =>
    Effect.gen(function* () {
      const { generate } = yield* scene()
      const { code, stderr, stdout } = yield* generate([...models("sim/ok-bare"), "--trial", "--json"])
      assert.strictEqual(code, 0, stderr)
      assert.isDefined(parse(stdout).results[0]?.trial)
    })
  )

  it.scopedLive("--budget sends nothing that might cost more than is left, --dry-run nothing at all", () =>
    Effect.gen(function* () {
      const { folder, generate, server } = yield* scene()
      const none = yield* generate([...models("sim/ok", "sim/ok:free"), "--budget", "0.000001", "--json"])
      assert.strictEqual(none.code, 0)
      deepStrictEqual(statuses(parse(none.stdout)), ["skipped OverBudget", "ok"])
      const seen = yield* server.stats
      assert.strictEqual(requests(seen, "sim/ok"), 0)
      const enough = parse(
        (yield* generate([...models("sim/ok"), "--samples", "4", "--budget", "0.01", "--json"])).stdout
      )
      assert.strictEqual(enough.totals.ok, 4)
      assert.isBelow(enough.totals.cost ?? 1, 0.01)

      yield* server.reset
      const dry = yield* generate([
        ...models("sim/ok", "deepseek/deepseek-r1", "no/such"),
        "--dry-run",
        "--out",
        "nowhere"
      ])
      assert.strictEqual(dry.code, 0, dry.stderr)
      assert.match(dry.stdout, /^sim\/ok +on offer +0\.10 \/ 0\.40 /m)
      assert.match(dry.stdout, /^deepseek\/deepseek-r1 +as deepseek\/deepseek-r1:free /m)
      assert.match(dry.stdout, /^no\/such .* unknown +unknown/m)
      assert.match(dry.stdout, /^likely \$0\.\d+, at most \$0\.\d+ for one request each/m)
      assert.strictEqual((yield* server.stats).requests, 0)
      assert.notInclude(yield* list(folder), "nowhere")
    })
  )

  it.scopedLive("two at once share a folder, and each has what it paid for kept", () =>
    Effect.gen(function* () {
      const { folder, generate, server, startGenerate } = yield* scene()
      const first = yield* startGenerate([...models("sim/ok", "sim/stall-body"), "--json"])
      yield* first.says("✓ sim/ok")
      const second = yield* generate([...models("sim/ok-bare"), "--json"])
      assert.strictEqual(second.code, 0, second.stderr)
      yield* first.kill("SIGINT")
      deepStrictEqual(statuses(parse((yield* first.ended).stdout)), ["ok", "failed Interrupted"])
      deepStrictEqual(yield* algorithms(folder, "generated"), [fileOf("sim/ok"), fileOf("sim/ok-bare")])
      const resumed = parse((yield* generate([...models("sim/ok-bare"), "--json", "--resume"])).stdout)
      assert.strictEqual(resumed.totals.requests, 0)
      assert.strictEqual(requests(yield* server.stats, "sim/ok-bare"), 1)
    })
  )

  it.scopedLive("--verbose logs on standard error what is not said otherwise", () =>
    Effect.gen(function* () {
      const { folder, generate } = yield* scene(scripted({ "x/bad": "status-404", "x/good": "ok" }))
      const asked = models("x/bad", "x/good")
      const plain = yield* generate(asked)
      const verbose = yield* generate([...asked, "--verbose"])
      assert.strictEqual(verbose.code, 0, verbose.stderr)
      assert.notMatch(plain.stderr, /^\[.*\] DEBUG /m)
      assert.match(verbose.stderr, /^\[.*\] DEBUG .*: classified as Rejected\n +attempt: 1\n +model: x\/bad$/m)
      assert.notInclude(verbose.stdout, "DEBUG")
      assert.strictEqual((yield* algorithms(folder, "generated")).length, 1)
    })
  )

  it.scopedLive("ends with 1 and says so where its results cannot be written", () =>
    Effect.gen(function* () {
      const { folder, server } = yield* scene()
      const ask = `$algogen generate --base-url ${server.baseUrl} -m sim/ok`
      for (const line of [`${ask} --json >/dev/full`, `${ask} >/dev/full`]) {
        const { code, stderr } = yield* shell(line, { folder })
        assert.strictEqual(code, 1, stderr)
        assert.match(stderr, /^algogen: the results could not be written to standard output: .*ENOSPC.*\n$/m)
      }
      assert.strictEqual((yield* algorithms(folder, "generated")).length, 1)
    })
  )

  it.scopedLive("does so also where it has nothing to load for them", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      for (const words of ["--version", "--help", "help generate", "--completions bash"]) {
        const { code, stderr } = yield* shell(`$algogen ${words} >/dev/full`, { folder })
        assert.strictEqual(code, 1, words)
        assert.match(stderr, /^algogen: the results could not be written to standard output: .*ENOSPC.*\n$/m)
        const cut = yield* shell(`$algogen ${words} | true; exit \${PIPESTATUS[0]}`, { folder })
        deepStrictEqual([cut.code, cut.stderr], [0, ""])
      }
    })
  )

  it.scopedLive("does not mind a reader that stops reading", () =>
    Effect.gen(function* () {
      const { folder, server } = yield* scene()
      const { code, stderr, stdout } = yield* shell(
        `$algogen generate --base-url ${server.baseUrl} --samples 8 --json | true; exit \${PIPESTATUS[0]}`,
        { folder }
      )
      assert.strictEqual(stdout, "")
      assert.notMatch(stderr, /EPIPE|Error|\bat /)
      assert.strictEqual(code, 0)
      assert.strictEqual((yield* algorithms(folder, "generated")).length, 48)
    })
  )
})

/** The plug is pulled politely: what is finished is on the disk and in the document at once. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Clock, Effect, Option } from "effect"
import * as Manifest from "../../../src/cli/bulk/Manifest.js"
import * as Stats from "../../../src/simulator/Stats.js"
import { algorithms, models, PATIENCE, read, scene, startAlgogen } from "./command.js"
import { parse, statuses } from "./document.js"

/** A tenth of it where nothing else is running. */
const LIMIT_MS = 2_000

/** Two are done, one hangs before its head and one in the middle, one waits to be asked again, one is queued. */
const asked = ["sim/stall-headers", "sim/ok", "sim/stall-body", "sim/ok-fenced", "sim/status-503", "sim/ok-prose"]

/** One after the other, and once more when the machine itself was away for that long. */
describe("a signal", { ...PATIENCE, retry: 2 }, () => {
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129]
  ] as const) {
    for (const json of [true, false]) {
      it.scopedLive(`${signal} ends with ${code} and all that is finished (${json ? "document" : "table"})`, () =>
        Effect.gen(function* () {
          const { folder, server, startGenerate } = yield* scene()
          const run = yield* startGenerate([...models(...asked), "--concurrency=4", ...(json ? ["--json"] : [])])
          yield* Effect.forEach(["✓ sim/ok:", "✓ sim/ok-fenced:", "retrying in"], run.says)
          const sent = yield* Clock.currentTimeMillis
          yield* run.kill(signal)
          const { stderr, stdout, ...ended } = yield* run.ended
          const took = (yield* Clock.currentTimeMillis) - sent
          const seen = yield* server.stats

          assert.strictEqual(ended.code, code, stderr)
          assert.isBelow(took, LIMIT_MS)
          if (json) {
            const document = parse(stdout)
            assert.isTrue(document.success)
            deepStrictEqual(
              document.results.map(({ model }) => model),
              asked
            )
            // The last two may have got further by now, on a machine that is slow to send a signal.
            deepStrictEqual(statuses(document).slice(0, 4), ["failed Interrupted", "ok", "failed Interrupted", "ok"])
          } else {
            assert.match(stdout, /^✗ sim\/stall-body +.* failed: the run was interrupted$/m)
            assert.match(stdout, /^✓ sim\/ok +.* generated\/generated_algo_sim_ok\.py$/m)
          }
          const files = yield* algorithms(folder, "generated")
          assert.includeMembers([...files], ["generated_algo_sim_ok.py", "generated_algo_sim_ok_fenced.py"])
          for (const file of files) assert.include(yield* read(folder, "generated", file), "def execute_trade(")
          assert.strictEqual(seen.inFlight, 0)
          assert.strictEqual(seen.connections.open, 0)
          assert.isAtLeast(seen.aborted, 2)
          assert.strictEqual(Stats.arrivedAfter(seen, sent + 50), 0)
          assert.notMatch(stderr, /^\s+at |algogen:/m)
        })
      )
    }
  }

  // Terminals, shells, parents and service managers send it twice, or another one behind it.
  for (const [signal, again, code] of [
    ["SIGINT", "SIGINT", 130],
    ["SIGTERM", "SIGTERM", 143],
    ["SIGHUP", "SIGHUP", 129],
    ["SIGTERM", "SIGHUP", 143],
    ["SIGHUP", "SIGTERM", 129]
  ] as const) {
    it.scopedLive(`${signal}, and ${again} at once or soon, is one signal and loses nothing`, () =>
      Effect.gen(function* () {
        const { folder, startGenerate } = yield* scene()
        for (const gap of [0, 5, 20]) {
          const out = `after-${gap}`
          const run = yield* startGenerate([...models("sim/stall-body", "sim/ok"), "-o", out, "--json"])
          yield* run.says("✓ sim/ok:")
          yield* run.kill(signal)
          yield* Effect.sleep(gap)
          yield* run.kill(again)
          const ended = yield* run.ended
          assert.strictEqual(ended.code, code, `${gap} ms: ${ended.stderr}`)
          deepStrictEqual(statuses(parse(ended.stdout)), ["failed Interrupted", "ok"])
          deepStrictEqual(yield* algorithms(folder, out), ["generated_algo_sim_ok.py"])
          assert.include(yield* read(folder, out, Manifest.NAME), "generated_algo_sim_ok.py")
        }
      })
    )
  }

  it.scopedLive("a second later than the first ends a worker that finishes its requests", () =>
    Effect.gen(function* () {
      const { folder, server } = yield* scene()
      const db = "sqlite:jobs.db"
      yield* startAlgogen(["generate", ...models("sim/stall-headers"), "--db", db], { folder })
      const worker = yield* startAlgogen(["worker", "--db", db, "--base-url", server.baseUrl], { folder })
      yield* Effect.repeat(Effect.delay(server.stats, 10), { until: ({ inFlight }) => inFlight === 1 }).pipe(
        Effect.timeout("60 seconds")
      )
      yield* worker.kill("SIGTERM")
      yield* Effect.sleep(100)
      yield* worker.kill("SIGTERM")
      const still = Effect.timeoutOption(worker.ended, 1_000)
      deepStrictEqual(yield* still, Option.none())
      yield* worker.kill("SIGTERM")
      // Ended by the signal itself.
      assert.strictEqual((yield* worker.ended).code, null)
    })
  )

  it.scopedLive("before anything is finished leaves no file, and an honest document", () =>
    Effect.gen(function* () {
      const { folder, startGenerate } = yield* scene()
      const run = yield* startGenerate([...models("sim/stall-headers"), "--json"])
      yield* run.says("sim/stall-headers: asked")
      yield* run.kill("SIGINT")
      const { code, stdout } = yield* run.ended
      assert.strictEqual(code, 130)
      const document = parse(stdout)
      assert.isFalse(document.success)
      deepStrictEqual(statuses(document), ["failed Interrupted"])
      deepStrictEqual(yield* algorithms(folder, "generated"), [])
    })
  )

  it.scopedLive("is no matter to --resume, which says before it asks that there is nothing to use", () =>
    Effect.gen(function* () {
      const { generate, server } = yield* scene()
      const without = yield* generate([...models("sim/ok"), "--resume"])
      assert.match(without.stderr, /^Nothing to resume: there is no journal in generated, so all is asked for\.$/m)
      const same = yield* generate([...models("sim/ok"), "--resume"])
      assert.notInclude(same.stderr, "Nothing to resume")
      const other = yield* generate([...models("sim/ok", "sim/ok-bare"), "--temperature=0.5", "--resume"])
      assert.match(
        other.stderr.replaceAll("\n    ", " "),
        /^Nothing to resume: the journal has 1 answer, not to one of these requests, so all is asked for: the prompt, the server or a parameter is another\.$[^]*sim\/ok: asked$/m
      )
      const more = yield* generate([...models("sim/ok", "sim/ok-prose"), "--resume"])
      assert.notInclude(more.stderr, "Nothing to resume")
      assert.strictEqual((yield* server.stats).requests, 4)
    })
  )

  it.scopedLive("leaves a run that can be resumed, and the next one says so", () =>
    Effect.gen(function* () {
      const { generate, server, startGenerate } = yield* scene()
      const request = models("sim/ok", "sim/stall-body*1")
      const run = yield* startGenerate(request)
      yield* run.says("✓ sim/ok:")
      yield* run.kill("SIGTERM")
      yield* run.ended
      const without = yield* generate([...models("sim/ok-bare")])
      assert.match(
        without.stderr,
        /^An earlier run for AAPL was cut short after 1 of 2 answers; repeat it with --resume/m
      )
      const { stdout } = yield* generate([...request, "--resume", "--json"])
      deepStrictEqual(
        parse(stdout).results.map(({ attempts, status }) => [status, attempts]),
        [
          ["ok", 0],
          ["ok", 1]
        ]
      )
      assert.strictEqual((yield* server.stats).models["sim/ok"]?.requests, 1)
    })
  )
})

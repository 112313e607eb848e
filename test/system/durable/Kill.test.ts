/** Real workers and clients on a real PostgreSQL, killed with SIGKILL at moments of chance; `npm run bench:cluster` has more. */
import { existsSync } from "node:fs"
import { cpus, loadavg } from "node:os"
import * as path from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Postgres from "../../../bench/cluster/postgres.js"
import * as Scenario from "../../../bench/cluster/scenario.js"
import * as Simulator from "../../../src/simulator/Simulator.js"

const bin = path.resolve("dist/bin.js")
const why =
  Postgres.programs() === undefined ? " (not run: needs PostgreSQL, as apt-get install postgresql has it)" : ""
if (why !== "") process.stdout.write(`Deaths of workers and their database${why}\n`)
if (!existsSync(bin)) throw new Error("dist/bin.js is missing: `npm run build` makes it")

const JOBS = 36

/** They are back after ten to twelve, on a quiet machine; the cluster's engine alone would take 30. */
const LONGEST_MS = 25_000

/** A machine that has a dozen other things to do is slow for reasons of its own. */
const isBusy = () => (loadavg()[0] ?? 0) > 4 * cpus().length

describe.skipIf(why !== "")(`workers on one database${why}`, { concurrent: true }, () => {
  const scenarios: ReadonlyArray<readonly [seed: number, deaths: ReadonlyArray<Scenario.Death>]> = [
    [1, ["one worker", "client"]],
    [2, ["all workers", "database"]]
  ]
  for (const [seed, deaths] of scenarios) {
    it.scopedLive(
      `pay for each recorded answer once, and lose none, through the death of ${deaths.join(" and ")}`,
      () =>
        Effect.gen(function* () {
          const { baseUrl } = yield* Simulator.make({ latency: () => "400 millis" })
          const result = yield* Effect.promise(() =>
            Scenario.run({ seed, jobs: JOBS, target: baseUrl, deaths, bin, workers: 2, concurrency: 3, limit: 170_000 })
          )
          const said = JSON.stringify(result)
          assert.deepStrictEqual([result.recorded, result.settled, result.ok], [JOBS, JOBS, JOBS], said)
          assert.isTrue(result.inOrder, said)
          if (isBusy()) return
          // A worker that gets no processor for seconds is taken for dead while it lives, see docs/scale.md.
          assert.strictEqual(result.paidTwice, 0, said)
          assert.isAtMost(result.longestPending, LONGEST_MS, said)
        }),
      { timeout: 300_000 }
    )
  }
})

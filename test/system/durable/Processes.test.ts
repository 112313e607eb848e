/** Real workers on a SQLite file that are stopped, killed, or left without room. `npm run bench:cluster` has more. */
import { existsSync } from "node:fs"
import { cpus, loadavg } from "node:os"
import * as path from "node:path"
import { setTimeout } from "node:timers/promises"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { createClient } from "@libsql/client"
import { Effect } from "effect"
import * as Faults from "../../../bench/cluster/faults.js"
import * as File from "../../../bench/cluster/file.js"
import * as Place from "../../../bench/cluster/place.js"
import * as Stop from "../../../bench/cluster/stop.js"
import * as Simulator from "../../../src/simulator/Simulator.js"
import { algogen, emptyFolder, list, startAlgogen, write } from "../command/command.js"

const bin = path.resolve("dist/bin.js")
if (!existsSync(bin)) throw new Error("dist/bin.js is missing: `npm run build` makes it")

/** A machine that has a dozen other things to do is slow for reasons of its own. */
const isBusy = () => (loadavg()[0] ?? 0) > 4 * cpus().length
const PATIENCE = { timeout: 300_000 }
/** A dead worker's jobs are taken over after ten, on a quiet machine; the cluster's engine alone would take 30. */
const LONGEST_MS = 25_000
const db = (folder: string) => `sqlite:${folder}/jobs.db`

const noFill = Faults.canFill() ? "" : " (not run: only root can mount a small disk)"

describe.concurrent("workers on a SQLite file", () => {
  it.scopedLive(
    "finish what is in flight at SIGTERM, leave the rest to others, and exit with 0",
    () =>
      Effect.gen(function* () {
        const { baseUrl } = yield* Simulator.make({ latency: () => "1 second" })
        const result = yield* Effect.promise(() => Stop.run({ jobs: 10, target: baseUrl, bin, db }, 3))
        const { exitMs, inFlight, ...counted } = result
        assert.deepStrictEqual(counted, { exitCode: 0, cut: 0, askedTwice: 0, ok: 10 })
        assert.isAtLeast(inFlight, 1)
        if (!isBusy()) assert.isAtMost(exitMs, 10_000)
      }),
    PATIENCE
  )

  it.scopedLive(
    "have what a client leaves behind: it says how much, and status, cancel and --prune say what they did",
    () =>
      Effect.gen(function* () {
        const folder = yield* emptyFolder
        const client = yield* startAlgogen(
          ["generate", "--db", "sqlite:jobs.db", "-t", "AAPL", "-t", "MSFT", "-m", "a/b", "--batch", "one"],
          { folder, env: { OPENROUTER_API_KEY: "sk-test" } }
        )
        yield* client.says("Asking for 2 algorithms")
        const said = (...args: ReadonlyArray<string>) =>
          Effect.map(algogen([...args, "--db", "sqlite:jobs.db"], { folder }), ({ stdout }) => stdout)
        yield* Effect.repeat(said("status"), { until: (text) => /^.*\bone\b.*\b2\b/m.test(text) })
        const asked = ["generate", "--db", "sqlite:jobs.db", "-m", "a/b"]
        const other = yield* algogen([...asked, "-t", "TSLA", "--batch", "one"], { folder })
        assert.match(
          other.stderr,
          /^Asking for .*\nalgogen: batch 'one' asks for something else; choose another name\n$/
        )
        const nameless = yield* algogen([...asked, "--batch", "one more"], { folder })
        assert.match(nameless.stderr, /^algogen: 'one more' cannot be the name of a batch: .*\n$/)
        const twin = yield* startAlgogen([...asked, "-t", "AAPL", "-t", "MSFT"], { folder })
        yield* twin.says("Batch one begins with the same jobs and is not over, so they are paid for twice")
        yield* twin.kill("SIGINT")
        yield* twin.ended
        yield* client.kill("SIGINT")
        const { code, stdout } = yield* client.ended
        assert.strictEqual(code, 130)
        assert.match(stdout, /^2 algorithms are left to the workers\n0 of 2 algorithms for 2 tickers in \d/)
        assert.notInclude(stdout, "--resume")
        assert.strictEqual(yield* said("status", "--prune", "0s"), "deleted 0 batches: none has ended\n")
        assert.match(yield* said("cancel", "--batch", "one"), /^cancelled 2 jobs of one/)
        assert.strictEqual(yield* said("status", "--prune", "2d"), "deleted 0 batches: none ended more than 2d ago\n")
        assert.strictEqual(yield* said("status", "--prune", "0s"), "deleted 1 batch: one\n")
      }),
    PATIENCE
  )

  it.scopedLive(
    "get prompts that offer the packages of algogen.json, and have to allow them themselves",
    () =>
      Effect.gen(function* () {
        const folder = yield* emptyFolder
        yield* write('{"models": ["a/b"], "imports": ["pandas"], "concurrency": 6}', folder, "algogen.json")
        const client = yield* startAlgogen(["generate", "--db", "sqlite:jobs.db", "--batch", "one"], { folder })
        yield* client.says("The prompts offer pandas. Each worker has to allow it, too")
        const said = Effect.map(algogen(["status", "--db", "sqlite:jobs.db"], { folder }), ({ stdout }) => stdout)
        yield* Effect.repeat(said, { until: (text) => /\bone\b/.test(text) })
        yield* client.kill("SIGINT")
        yield* client.ended
        const database = createClient({ url: `file:${folder}/jobs.db` })
        const { rows } = yield* Effect.promise(() => database.execute("SELECT * FROM algogen_prompts"))
        database.close()
        assert.match(JSON.stringify(rows), /pandas/)
      }),
    PATIENCE
  )

  it.scopedLive(
    "are not looked for in a database that is none, and looking makes none",
    () =>
      Effect.gen(function* () {
        const folder = yield* emptyFolder
        yield* write("no database", folder, "notes.txt")
        const FORMS = "a database is given as postgres://user:password@host/name or as sqlite:FILE"
        const cases: ReadonlyArray<readonly [ReadonlyArray<string>, number, string]> = [
          [["status", "--db", "jobs.db"], 2, FORMS],
          [["status", "--db", "sqlite:jobs.db"], 2, "there is no database jobs.db; algogen generate --db makes it"],
          [["generate", "--db", "sqlite:jobs.db", "--batch", "b"], 2, "there is no database jobs.db; "],
          [["cancel", "--db", "sqlite:a/b.db"], 2, "there is no database a/b.db; algogen generate --db makes it"],
          [["status", "--db", "sqlite:."], 1, ". cannot be opened: it is a folder, "],
          [
            ["worker", "--db", "sqlite:a/b.db"],
            1,
            "a/b.db cannot be opened: it is a folder, its folder is not there, "
          ],
          [["status", "--db", "sqlite:notes.txt"], 1, "the database cannot be used: file is not a database"]
        ]
        for (const [args, expected, message] of cases) {
          const { code, stderr, stdout } = yield* algogen(args, { folder })
          deepStrictEqual([code, stdout], [expected, ""], args.join(" "))
          assert.isTrue(stderr.startsWith(`algogen: ${message}`), stderr)
          assert.lengthOf(stderr.trimEnd().split("\n"), 1)
        }
        deepStrictEqual(yield* list(folder), ["notes.txt"])
      }),
    PATIENCE
  )

  it.scopedLive(
    "are missed by a client that leaves while there are none",
    () =>
      Effect.promise(async () => {
        const place = await Place.make({ jobs: 2, target: "http://127.0.0.1:1/v1", bin, db })
        try {
          const client = place.startClient()
          await place.until(() => existsSync(`${place.folder}/jobs.db`))
          const database = createClient({ url: `file:${place.folder}/jobs.db` })
          const submitted = () => database.execute("SELECT idx FROM algogen_jobs").then(({ rows }) => rows.length)
          while ((await submitted().catch(() => 0)) < 2) await setTimeout(50)
          database.close()
          client.process.kill("SIGINT")
          const { code, stderr } = await place.ended(client.process)
          assert.strictEqual(code, 130)
          assert.match(
            stderr,
            /^Left batch batch\. No worker is running on this database, .* start one with algogen worker/m
          )
        } finally {
          await place.remove()
        }
      }),
    PATIENCE
  )

  it.scopedLive(
    "pay for each recorded answer once when one of them is killed",
    () =>
      Effect.gen(function* () {
        const { baseUrl } = yield* Simulator.make({ latency: () => "400 millis" })
        const result = yield* Effect.promise(() => File.run({ jobs: 60, target: baseUrl, bin }))
        const said = JSON.stringify(result)
        assert.deepStrictEqual([result.ok, result.inOrder, result.paidTwice], [60, true, 0], said)
        if (!isBusy()) assert.isAtMost(result.longestPending, LONGEST_MS, said)
      }),
    PATIENCE
  )

  it.scopedLive.skipIf(noFill !== "")(
    `keep what they have while the disk is full, without a busy loop, and say why${noFill}`,
    () =>
      Effect.gen(function* () {
        const { baseUrl } = yield* Simulator.make({ latency: () => "800 millis" })
        const result = yield* Effect.promise(() => Faults.run("full", { jobs: 16, target: baseUrl, bin, lasts: 6_000 }))
        const said = JSON.stringify(result)
        assert.deepStrictEqual([result.askedTwice, result.ok, result.workerExit], [0, 16, 0], said)
        // A busy loop would take a whole core; a slow machine needs some for what it writes down.
        assert.isBelow(result.cpu, 40, said)
        assert.include(result.said.join(), "database or disk is full; trying again until it works")
      }),
    PATIENCE
  )
})

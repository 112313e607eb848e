/** What a run that workers do says of flags, of its name, and of what becomes of it. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Random, TestClock } from "effect"
import * as Submit from "../../../../src/cli/cluster/Submit.js"
import { flagsOf } from "../../../../src/cli/CommandRows.js"
import type * as Commands from "../../../../src/cli/Commands.js"
import * as Plan from "../../../../src/generation/Plan.js"
import { read } from "../../docs/markdown.js"
import { flags } from "../commands/generateFlags.js"
import { said } from "../commands/said.js"

describe("flags that do not go with a database", () => {
  const workers = "the workers check the answers, so give it to each algogen worker"
  const asking = "the workers ask, so give it to each algogen worker"
  const server = "the workers ask, each its own server with its own key, so give it to each algogen worker"
  const simulated = "start algogen simulate, and give its address to each algogen worker with --base-url"
  const single = "each job is asked for itself, so run it without --db"
  const here = "the workers ask, not this command; algogen status with the same --db shows how far they are"
  const cases: ReadonlyArray<readonly [flag: string, Partial<Commands.Generate>, hint: string]> = [
    ["--base-url", { baseUrl: "http://s/v1" }, server],
    ["--api-key-env", { apiKeyEnv: "NAME" }, server],
    ["--simulate", { simulate: true }, simulated],
    ["--demo", { demo: true }, simulated],
    ["--no-stream", { stream: false }, "the workers receive every answer as it is written"],
    ["--concurrency", { concurrency: 7 }, asking],
    ["--concurrency", { concurrency: Plan.CONCURRENCY }, asking],
    ["--connections", { connections: 6 }, "each algogen worker opens as many as its own --concurrency needs"],
    ["--arena", { arena: true }, "run algogen score --arena on the folder once the batch is over"],
    ["--trial", { trial: true }, workers],
    ["--trial", { trialUnsandboxed: true }, workers],
    ["--fee", { fee: 0 }, workers],
    ["--slippage", { slippage: 0.01 }, workers],
    ["--rounds", { rounds: 1 }, single],
    ["--distinct", { distinct: 1 }, single],
    ["--dry-run", { dryRun: true }, "run it without --db: the requests are the same"],
    ["--metrics", { metrics: "m" }, here],
    ["--otlp", { otlp: "http://o" }, here],
    ["--verbose", { verbose: true }, asking]
  ]

  it("are named, with what to do instead", () => {
    for (const [flag, given, hint] of cases)
      strictEqual(Submit.misplaced({ ...flags, ...given }), `use either --db or ${flag}, not both: ${hint}`)
    strictEqual(Submit.misplaced(flags), undefined)
    strictEqual(Submit.misplaced({ ...flags, imports: ["pandas"], rounds: 0, distinct: 0 }), undefined)
  })

  it.effect("are refused before there is a database", () =>
    Effect.gen(function* () {
      const given = { ...flags, db: "sqlite:there is no such folder/x.db", baseUrl: "http://s/v1" }
      const text = yield* said(Submit.run(given), {})
      assert.include(text, `use either --db or --base-url, not both: ${server} (exit code 2)`)
    })
  )

  it("have packages, which the prompts offer and the workers allow", () => {
    strictEqual(
      Submit.importing(["pandas"]),
      "The prompts offer pandas. Each worker has to allow it, too: with --imports, or in the algogen.json of its folder."
    )
    strictEqual(
      Submit.importing(["numpy", "pandas"]),
      "The prompts offer numpy and pandas. Each worker has to allow them, too: with --imports, or in the algogen.json of its folder."
    )
  })

  /** They go into the database with the batch, or into the requests and prompts there. */
  const carried =
    "model ticker tickers jobs shard samples data bar prompt system effort max-tokens temperature provider-json service-tier " +
    "request-timeout deadline max-retries patience repair budget allow-paid resume imports"
  /** They say where the batch is, and what this command makes of it. */
  const followed = "db batch show-prompt config out json events report open view quiet"
  /** What is written otherwise above, or is the default. */
  const same = "stream trial-unsandboxed"

  it("are all those that nobody would read", () => {
    const refused = cases.map(([flag]) => flag.slice(2))
    deepStrictEqual(
      new Set([...refused, ...`${carried} ${followed} ${same}`.split(" ")]),
      new Set<string>(flagsOf("generate"))
    )
  })

  it("are what the manual lists", () => {
    const [, listed = ""] = /With `--db` these flags are refused([^]*?)\n\n/.exec(read("docs/scale.md")) ?? []
    for (const [flag] of cases) assert.include(listed, `\`${flag}\``)
  })
})

describe("a batch", () => {
  it.effect("is named after the moment, and something that nobody else draws", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.UTC(2026, 10, 29, 4, 12, 5))
      const names = yield* Effect.forEach([0, 1, 31_999, 0xffff], (chance) =>
        Effect.withRandom(Submit.nameOf, Random.fixed([chance]))
      )
      for (const name of names) assert.match(name, /^20261129-041205-[0-9a-f]{4}$/)
      strictEqual(names[0], "20261129-041205-0000")
      strictEqual(names[1], "20261129-041205-0001")
    })
  )

  it("is introduced with what Ctrl-C does, and with a twin that would be paid for as well", () => {
    const greeting =
      "Batch b: Ctrl-C leaves it to the workers; algogen generate --batch b, with the same --db and --out, follows it again."
    deepStrictEqual(Submit.greeting("b", undefined), [greeting])
    deepStrictEqual(Submit.greeting("b", "old"), [
      greeting,
      "Batch old begins with the same jobs and is not over, so they are paid for twice: " +
        "the same command with --batch old follows it, and algogen cancel --batch b, with the same --db, ends this one."
    ])
  })

  it.effect("that is left is left to workers, if there are any, and if the database answers", () =>
    Effect.gen(function* () {
      const submitted = { isWhole: true, total: 3 }
      const said = (
        workers: Effect.Effect<number, string>,
        was: Effect.Effect<typeof submitted, unknown> = Effect.succeed(submitted)
      ) => Submit.parting("b", 3, was, workers)
      strictEqual(yield* said(Effect.succeed(1)), "Left batch b. 1 worker will go on with it.")
      strictEqual(yield* said(Effect.succeed(2)), "Left batch b. 2 workers will go on with it.")
      strictEqual(
        yield* said(Effect.succeed(0)),
        "Left batch b. No worker is running on this database, so its jobs wait there: start one with algogen worker and the same --db."
      )
      const silent = "Left batch b. Its jobs stay in the database, which does not answer at the moment."
      strictEqual(yield* said(Effect.fail("no")), silent)
      const waiting = yield* Effect.fork(said(Effect.never))
      yield* TestClock.adjust(1_999)
      strictEqual(waiting.unsafePoll(), null)
      yield* TestClock.adjust(1)
      strictEqual(yield* waiting, silent)

      const rest = (jobs: string) =>
        ` ${jobs} in the database, and not all that were asked for: give the command that began it again, with --batch b, to put in the rest.`
      const part = (total: number) => said(Effect.succeed(2), Effect.succeed({ isWhole: false, total }))
      strictEqual(yield* part(1), `Left batch b. 2 workers will go on with it.${rest("1 job of batch b is")}`)
      strictEqual(yield* part(4_500), `Left batch b. 2 workers will go on with it.${rest("4,500 jobs of batch b are")}`)
      strictEqual(
        yield* Submit.parting("b", 9, Effect.succeed(submitted), Effect.succeed(2)),
        `Left batch b. 2 workers will go on with it.${rest("3 jobs of batch b are")}`
      )
      strictEqual(
        yield* Submit.parting("b", undefined, Effect.succeed(submitted), Effect.succeed(2)),
        "Left batch b. 2 workers will go on with it."
      )
      strictEqual(yield* part(0), "Left before a job of batch b was in the database: nobody will ask for any.")
      const none = new Plan.InvalidRequest({ message: "there is no batch 'b' in this database" })
      strictEqual(
        yield* said(Effect.succeed(2), Effect.fail(none)),
        "Left before there was a batch b in the database: nobody will ask for it."
      )
      strictEqual(yield* said(Effect.succeed(2), Effect.fail("no")), silent)
    })
  )
})

/** What `algogen status` and `algogen cancel` say of a database. */
import { describe, it } from "@effect/vitest"
import { strictEqual } from "@effect/vitest/utils"
import { Duration, Effect, TestClock } from "effect"
import type * as Commands from "../../../../src/cli/Commands.js"
import * as Status from "../../../../src/cli/commands/Status.js"
import { said } from "./said.js"

const batch = (name: string, ok: number) => ({
  batch: name,
  created: 0,
  queued: 10,
  waiting: 2,
  asking: 3,
  ok,
  failed: 5,
  lastMinute: 6,
  cost: 0.25,
  answersOfKnownCost: 4,
  answersOfUnknownCost: 0
})

const worker = { place: "host (process 7)", started: 0, concurrency: 8, asking: 4 }

const EMPTY = { workers: [], batches: [] }
const BUSY = { workers: [worker], batches: [batch("one", 4), batch("two", 1)] }

/** A database whose batches are gone once it is pruned. */
const database = (now: typeof BUSY | typeof EMPTY, left: typeof BUSY | typeof EMPTY = now) => {
  let isPruned = false
  return {
    status: Effect.sync(() => (isPruned ? left : now)),
    prune: () =>
      Effect.sync(() => {
        isPruned = true
        return now.batches.length - left.batches.length
      }),
    cancel: (name: string) => Effect.succeed(name.length)
  }
}

const flags: Omit<Commands.Status, "db"> = { batch: undefined, json: false, prune: undefined }
const prune = (age: Duration.DurationInput) => ({ ...flags, prune: Duration.decode(age) })

const show = (of: ReturnType<typeof database>, given: Partial<typeof flags> = {}) =>
  said(Status.show(of, { ...flags, ...given }))

describe("the status", () => {
  it.effect("has a row for each worker and each batch", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(150_000)
      strictEqual(
        yield* show(database(BUSY)),
        [
          "worker            minutes  at once  asking",
          "host (process 7)  3        8        4",
          "",
          "batch  queued  waiting  asking  ok  failed  a minute  cost",
          "one    10      2        3       4   5       6         $0.2500",
          "two    10      2        3       1   5       6         $0.2500"
        ].join("\n")
      )
      strictEqual((yield* show(database(BUSY), { batch: "two" })).split("\n").length, 5)
      strictEqual(
        yield* show(database(EMPTY)),
        "No worker is running: start one with algogen worker and the same --db\n\nThere is no batch in this database"
      )
      strictEqual(
        yield* show(database({ workers: [], batches: [batch("one", 4)] })),
        [
          "No worker is running: start one with algogen worker and the same --db",
          "",
          "batch  queued  waiting  asking  ok  failed  a minute  cost",
          "one    10      2        3       4   5       6         $0.2500"
        ].join("\n")
      )
    })
  )

  it.effect("says what is not known of the cost", () =>
    Effect.gen(function* () {
      const silent = { ...batch("one", 4), cost: 0, answersOfKnownCost: 0, answersOfUnknownCost: 4 }
      const free = { ...batch("three", 4), cost: 0, answersOfKnownCost: 3, answersOfUnknownCost: 1 }
      const some = { ...batch("two", 4), answersOfUnknownCost: 1 }
      const of = database({ workers: [], batches: [silent, some, free] })
      const cells = (yield* show(of)).split("\n").map((line) => line.split(/ {2,}/).at(-1))
      strictEqual(cells.slice(3).join(), "unknown,at least $0.2500,at least $0")
      const { batches } = JSON.parse(yield* show(of, { json: true }))
      strictEqual(batches.map(({ cost }: { readonly cost?: number }) => cost ?? "absent").join(), "absent,0.25,0")
    })
  )

  it.effect("is a document, with moments as they are written elsewhere", () =>
    Effect.gen(function* () {
      const document = JSON.parse(yield* show(database(BUSY), { json: true }))
      const moment = "1970-01-01T00:00:00.000Z"
      strictEqual(
        JSON.stringify(document),
        JSON.stringify({
          workers: [{ ...worker, started: moment }],
          batches: BUSY.batches.map((one) => ({ ...one, created: moment }))
        })
      )
      const { batches } = JSON.parse(yield* said(Status.show(database(BUSY), { ...flags, json: true, batch: "one" })))
      strictEqual(batches.length, 1)
    })
  )

  it.effect("names what it has deleted, or says why there was nothing to delete", () =>
    Effect.gen(function* () {
      strictEqual(
        yield* show(database(BUSY, { ...BUSY, batches: [batch("two", 1)] }), prune("30 days")),
        "deleted 1 batch: one"
      )
      strictEqual(
        yield* show(database(BUSY, { ...BUSY, batches: [] }), prune("30 days")),
        "deleted 2 batches: one, two"
      )
      strictEqual(yield* show(database(BUSY), prune("30 days")), "deleted 0 batches: none ended more than 30d ago")
      strictEqual(yield* show(database(BUSY), prune(0)), "deleted 0 batches: none has ended")
      strictEqual(
        yield* said(Status.show(database(BUSY), { ...prune(0), json: true })),
        "! algogen: use either --prune or --json, not both (exit code 2)"
      )
      strictEqual(
        yield* said(Status.show(database(BUSY), { ...prune(0), batch: "one" })),
        "! algogen: use either --prune or --batch, not both (exit code 2)"
      )
    })
  )

  it.effect("fails for a batch that is not there", () =>
    Effect.gen(function* () {
      const missing = "! algogen: there is no batch 'three' in this database (exit code 2)"
      strictEqual(yield* show(database(BUSY), { batch: "three" }), missing)
      strictEqual(yield* said(Status.end(database(BUSY), { batch: "three" })), missing)
    })
  )
})

describe("cancelling", () => {
  it.effect("says how many jobs it ended, and needs a name", () =>
    Effect.gen(function* () {
      const end = (batch: string | undefined) => said(Status.end(database(BUSY), { batch }))
      strictEqual(yield* end("one"), "cancelled 3 jobs of one; answers that had arrived are kept")
      strictEqual(
        yield* end(undefined),
        "! algogen: name what to cancel with --batch; algogen status with the same --db lists them (exit code 2)"
      )
    })
  )
})

import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Clock, Effect, FastCheck as fc, TestClock } from "effect"
import * as Dispatch from "../../../src/generation/Dispatch.js"
import * as JumpingClock from "./jumpingClock.js"

/** How long a turn takes and how long the job waits after it, in milliseconds; a job is a list of them. */
interface Planned {
  readonly takes: number
  readonly waits: number
}

interface Ran {
  readonly job: number
  readonly ready: number
  readonly start: number
  readonly end: number
}

const run = (jobs: ReadonlyArray<ReadonlyArray<Planned>>, concurrency: number, wakeAt: ReadonlyArray<number> = []) =>
  Effect.gen(function* () {
    const ran: Array<Ran> = []
    const state = jobs.map((turns, job) => ({ job, turns: [...turns], ready: 0 }))
    const dispatch: Dispatch.Dispatch = yield* Dispatch.make(state, {
      concurrency,
      turn: (job) =>
        Effect.gen(function* () {
          const start = yield* Clock.currentTimeMillis
          const waiting = ran.findLast((turn) => turn.job === job.job)?.end ?? 0
          const ready = Math.min(job.ready, ...wakeAt.filter((wake) => wake > waiting))
          const turn = job.turns.shift()
          if (turn === undefined) return assert.fail("a job that is done has a turn")
          if (turn.takes > 0) yield* Effect.sleep(turn.takes)
          const end = yield* Clock.currentTimeMillis
          ran.push({ job: job.job, ready, start, end })
          if (job.turns.length === 0) return "done"
          job.ready = end + turn.waits
          return { at: job.ready }
        })
    })
    yield* Effect.all([dispatch.run, ...wakeAt.map((at) => Effect.delay(dispatch.wake, at))], {
      concurrency: "unbounded",
      discard: true
    })
    return ran
  })

const planned = fc.record({ takes: fc.nat(30), waits: fc.nat(60) })
const jobs = fc.array(fc.array(planned, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 })
const concurrency = fc.integer({ min: 1, max: 4 })
// Fractions of their own: a wake at the very moment of a turn's end might come before or after it.
const wakes = fc
  .tuple(fc.nat(120), fc.nat(120), fc.nat(2))
  .map(([one, other, count]) => [one + 0.5, other + 0.25].slice(0, count))

const holds = (check: (ran: ReadonlyArray<Ran>, jobs: ReadonlyArray<ReadonlyArray<Planned>>, limit: number) => void) =>
  fc.assert(
    fc.asyncProperty(jobs, concurrency, wakes, async (jobs, limit, wakeAt) =>
      check(await Effect.runPromise(Effect.withClock(run(jobs, limit, wakeAt), JumpingClock.make())), jobs, limit)
    ),
    { numRuns: 100 }
  )

const runningAt = (ran: ReadonlyArray<Ran>, at: number) =>
  ran.filter(({ end, start }) => start <= at && at < end).length

describe("under any schedule", () => {
  it("every job has all of its turns, in their order", () =>
    holds((ran, jobs) =>
      deepStrictEqual(
        jobs.map((_, index) => ran.filter(({ job }) => job === index).map(({ end, start }) => end - start)),
        jobs.map((turns) => turns.map(({ takes }) => takes))
      )
    ))

  it("never more turns run at once than there are places", () =>
    holds((ran, _, limit) => {
      for (const { start } of ran) assert.isAtMost(runningAt(ran, start), limit)
    }))

  it("no job runs before it is ready", () =>
    holds((ran) => {
      for (const { ready, start } of ran) assert.isAtLeast(start, ready)
    }))

  it("no place is idle while a job is ready", () =>
    holds((ran, _, limit) => {
      for (const { ready, start } of ran) {
        for (const at of [ready, ...ran.map(({ end }) => end)].filter((at) => ready <= at && at < start)) {
          assert.strictEqual(runningAt(ran, at), limit, `at ${at}, when the turn from ${ready} waits until ${start}`)
        }
      }
    }))

  it("whoever is ready first goes first", () =>
    holds((ran) => {
      for (const one of ran) {
        for (const other of ran) if (one.ready < other.ready) assert.isAtMost(one.start, other.start)
      }
    }))
})

describe("in detail", () => {
  it.effect(
    "jobs start in their order, and those that are ready in the same moment go in the order of coming back",
    () =>
      Effect.gen(function* () {
        const order: Array<string> = []
        const turns = new Map<string, number>()
        const dispatch = yield* Dispatch.make(["a", "b", "c"], {
          concurrency: 1,
          turn: (job) =>
            Effect.sync(() => {
              order.push(job)
              turns.set(job, (turns.get(job) ?? 0) + 1)
              return turns.get(job) === 2 ? ("done" as const) : { at: 0 }
            })
        })
        yield* dispatch.run
        deepStrictEqual(order, ["a", "b", "c", "a", "b", "c"])
      })
  )

  it.effect("a wake ends every wait, of those that hold a worker and of those in the queue, and no later one", () =>
    Effect.gen(function* () {
      const starts: Array<readonly [string, number]> = []
      const dispatch = yield* Dispatch.make(["a", "b", "c"], {
        concurrency: 2,
        turn: (job) =>
          Effect.map(Clock.currentTimeMillis, (now) => {
            starts.push([job, now])
            const turns = starts.filter(([other]) => other === job).length
            return turns === 3 ? ("done" as const) : { at: now + 1_000 }
          })
      })
      const running = yield* Effect.fork(dispatch.run)
      yield* TestClock.adjust(100)
      yield* dispatch.wake
      yield* TestClock.adjust(999)
      assert.strictEqual(starts.length, 6)
      yield* TestClock.adjust(1)
      yield* running.await
      deepStrictEqual(
        ["a", "b", "c"].map((job) => starts.filter(([other]) => other === job).map(([, at]) => at)),
        [
          [0, 100, 1_100],
          [0, 100, 1_100],
          [0, 100, 1_100]
        ]
      )
    })
  )

  it.effect("without jobs it is over at once", () =>
    Effect.gen(function* () {
      const dispatch = yield* Dispatch.make([], { concurrency: 6, turn: () => Effect.die("a turn without a job") })
      yield* dispatch.run
    })
  )
})

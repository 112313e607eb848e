/** What a worker does once a second, and after a failure: on a database that writes down what it is asked. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { layerMemory, WorkflowEngine } from "@effect/workflow/WorkflowEngine"
import { Deferred, Effect, Fiber, Logger, TestClock } from "effect"
import * as Alive from "../../../src/durable/Alive.js"
import { DatabaseError } from "../../../src/durable/DatabaseError.js"
import * as Feeding from "../../../src/durable/Feeding.js"
import * as Job from "../../../src/durable/Job.js"
import * as Jobs from "../../../src/durable/Jobs.js"
import { postgres } from "./databases.js"

const ticket = (index: number) => ({ batch: "b", index, attempt: 2 })

interface World {
  load: { concurrency: number; open: number }
  waiting: number
  adopted: number
  recovered: number
  fails: boolean
  cancelled: ReadonlyArray<number>
}

const scene = Effect.gen(function* () {
  const log: Array<string> = []
  const said: Array<string> = []
  const world: World = {
    load: { concurrency: 6, open: 0 },
    waiting: 0,
    adopted: 0,
    recovered: 0,
    fails: false,
    cancelled: []
  }
  const does = <A>(words: string, result: () => A) =>
    Effect.suspend(() => {
      log.push(words)
      return world.fails ? new DatabaseError({ message: "away" }) : Effect.succeed(result())
    })
  const [realJobs, realAlive] = yield* Effect.provide(Effect.all([Jobs.make("w"), Alive.make("w")]), postgres([]))
  const cancels = new Map([[Job.keyOf(ticket(1)), yield* Deferred.make<void>()]])
  const draining = yield* Deferred.make<void>()
  const finished = yield* Effect.makeLatch(false)
  const fed = Feeding.make({
    jobs: {
      ...realJobs,
      load: does("load", () => world.load),
      take: (most) =>
        does(`take ${most}`, () => Array.from({ length: Math.min(most, world.waiting) }, (_, n) => ticket(n))),
      cancelled: does("cancelled", () => world.cancelled.map(ticket)),
      recover: does("recover", () => world.recovered),
      returned: (most) => does(`returned ${most}`, () => [ticket(7), ticket(8)])
    },
    alive: {
      ...realAlive,
      beat: (place, concurrency) => does(`beat ${place} ${concurrency}`, () => undefined),
      bury: does("bury", () => undefined)
    },
    place: "here",
    concurrency: 6,
    adopt: ({ index }) => Effect.sync(() => void log.push(`adopt ${index}`)),
    adopted: () => world.adopted,
    cancels,
    draining,
    finished
  })
  const logger = Logger.make(({ message }) => void said.push(String(message)))
  const engine = yield* WorkflowEngine
  const quietly = <A, E>(work: Effect.Effect<A, E, WorkflowEngine>) =>
    Effect.fork(
      Effect.provideService(work, WorkflowEngine, {
        ...engine,
        execute: (_, { executionId, payload }) =>
          Effect.sync(() => {
            log.push(`engine ${JSON.stringify(payload)}`)
            return executionId
          })
      }).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
    )
  /** What has happened since, once it is so much: the names that the engine gives to jobs are hashes, which take real time. */
  const since = (millis: number, least = 0) =>
    TestClock.adjust(millis).pipe(
      Effect.zipRight(
        Effect.promise(async () => {
          while (log.length < least) await new Promise((resume) => setImmediate(resume))
        })
      ),
      Effect.map(() => log.splice(0))
    )
  return { cancels, draining, fed, finished, quietly, said, since, world }
}).pipe(Effect.provide(layerMemory), Effect.scoped)

describe("a tick", () => {
  const CALM = ["beat here 6", "cancelled", "bury", "recover", "returned 6", "adopt 7", "adopt 8"]
  const UNSURE = ["beat here 6", "cancelled"]

  it.effect("is a second after the one before, and takes over as much as there is room for", () =>
    Effect.gen(function* () {
      const { draining, fed, finished, quietly, since, world } = yield* scene
      const ticking = yield* quietly(fed.ticking)
      deepStrictEqual(yield* since(0), CALM)
      deepStrictEqual(yield* since(999), [])
      world.adopted = 5
      deepStrictEqual(yield* since(1), [
        "beat here 6",
        "cancelled",
        "bury",
        "recover",
        "returned 1",
        "adopt 7",
        "adopt 8"
      ])
      world.adopted = 6
      deepStrictEqual(yield* since(1000), ["beat here 6", "cancelled", "bury", "recover"])
      assert.isNull((yield* Effect.fork(finished.await)).unsafePoll())
      world.recovered = 1
      yield* since(1000)
      yield* finished.await
      world.adopted = 0
      yield* Deferred.succeed(draining, undefined)
      deepStrictEqual(yield* since(1000), ["beat here 6", "cancelled", "bury", "recover"])
      yield* Fiber.interrupt(ticking)
    })
  )

  it.effect("calls nobody dead until five have passed since a failure, which is said once", () =>
    Effect.gen(function* () {
      const { fed, quietly, said, since, world } = yield* scene
      world.fails = true
      yield* quietly(fed.ticking)
      deepStrictEqual(yield* since(0), ["beat here 6"])
      deepStrictEqual(yield* since(2000), ["beat here 6", "beat here 6"])
      deepStrictEqual(said, ["no jobs are taken or passed on for now: away"])
      world.fails = false
      for (const _ of [1, 2, 3, 4, 5]) deepStrictEqual(yield* since(1000), UNSURE)
      deepStrictEqual(yield* since(1000), CALM)
      world.fails = true
      yield* since(2000)
      assert.strictEqual(said.length, 2)
    })
  )

  it.effect("ends what was cancelled here, and nothing else", () =>
    Effect.gen(function* () {
      const { cancels, fed, quietly, since, world } = yield* scene
      const [cancel] = cancels.values()
      if (cancel === undefined) return assert.fail("no job")
      world.cancelled = [0]
      yield* quietly(fed.ticking)
      yield* since(0)
      assert.isFalse(yield* Deferred.isDone(cancel))
      world.cancelled = [0, 1]
      yield* since(1000)
      assert.isTrue(yield* Deferred.isDone(cancel))
    })
  )
})

describe("feeding", () => {
  it.effect("gives the engine three jobs for each in flight, 20 at least and 200 at once", () =>
    Effect.gen(function* () {
      const { draining, fed, quietly, since, world } = yield* scene
      const feeding = yield* quietly(fed.feeding)
      deepStrictEqual(yield* since(0), ["load", "take 20"])
      const taken = (concurrency: number, open: number, least = 0) => {
        world.load = { concurrency, open }
        return since(1000, least)
      }
      deepStrictEqual(yield* taken(6, 19), ["load", "take 1"])
      deepStrictEqual(yield* taken(6, 20), ["load"])
      deepStrictEqual(yield* taken(7, 0), ["load", "take 21"])
      deepStrictEqual(yield* taken(66, 0), ["load", "take 198"])
      deepStrictEqual(yield* taken(67, 0), ["load", "take 200"])
      deepStrictEqual(yield* taken(67, 200), ["load", "take 1"])
      deepStrictEqual(yield* taken(67, 201), ["load"])
      world.adopted = 5
      deepStrictEqual(yield* taken(6, 0), ["load", "take 20"])
      world.adopted = 6
      deepStrictEqual(yield* taken(6, 0), [])
      world.adopted = 0
      world.waiting = 2
      deepStrictEqual(yield* taken(6, 0, 4), [
        "load",
        "take 20",
        'engine {"batch":"b","index":0,"attempt":2}',
        'engine {"batch":"b","index":1,"attempt":2}'
      ])
      yield* Deferred.succeed(draining, undefined)
      yield* Fiber.join(feeding)
    })
  )

  it.effect("goes on 100 ms after a job is over, and not before", () =>
    Effect.gen(function* () {
      const { fed, finished, quietly, said, since, world } = yield* scene
      yield* quietly(fed.feeding)
      yield* since(0)
      yield* finished.open
      deepStrictEqual(yield* since(99), [])
      deepStrictEqual(yield* since(1), ["load", "take 20"])
      // It looks for the next one that is over.
      deepStrictEqual(yield* since(500), [])
      yield* finished.open
      deepStrictEqual(yield* since(0), ["load", "take 20"])
      deepStrictEqual(yield* since(999), [])
      world.fails = true
      yield* since(3000)
      deepStrictEqual(said, ["no jobs are taken or passed on for now: away"])
    })
  )
})

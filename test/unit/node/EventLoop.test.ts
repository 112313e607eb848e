/** While much is computed, the event loop has its turn. */
import { it } from "@effect/vitest"
import { assertTrue, deepStrictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import * as Scheduler from "effect/Scheduler"
import { describe } from "vitest"
import * as EventLoop from "../../../src/node/EventLoop.js"

/** Runs the work and yields how often the event loop turned meanwhile, and how long that took in milliseconds. */
const turnsDuring = (work: Effect.Effect<unknown>, scheduler: Scheduler.Scheduler) =>
  Effect.promise(async () => {
    let turns = 0
    let isOver = false
    const turn = () => {
      turns += 1
      if (!isOver) setImmediate(turn)
    }
    const began = performance.now()
    setImmediate(turn)
    const fiber = Effect.runFork(work, { scheduler })
    await new Promise((resolve) => fiber.addObserver(resolve))
    isOver = true
    return { turns, ms: performance.now() - began }
  })

const step = Effect.sync(() => Math.random())
const promise = Effect.promise(() => Promise.resolve())
const times = (count: number, work: Effect.Effect<unknown>) =>
  Effect.forEach(Array.from({ length: count }), () => work, { discard: true })

const WORKS: ReadonlyArray<readonly [name: string, Effect.Effect<unknown>]> = [
  ["one fiber", times(200_000, step)],
  ["promises that are kept at once", times(20_000, promise)],
  [
    "fibers that start each other",
    times(
      2_000,
      Effect.forEach([1, 2, 3], () => step, { concurrency: 3 })
    )
  ]
]

describe("the scheduler", () => {
  for (const [name, work] of WORKS) {
    it.live(`lets the event loop turn while ${name} would keep it`, () =>
      Effect.gen(function* () {
        const { ms, turns } = yield* turnsDuring(work, EventLoop.scheduler())
        // A busy machine may be away in the middle of a stretch, so that they are fewer than one in 10 ms.
        assertTrue(turns >= Math.max(2, ms / 100), `${turns} turns in ${ms.toFixed(0)} ms`)
      })
    )
  }

  it.live("counts the time of all fibers together", () =>
    Effect.gen(function* () {
      const end = performance.now() + 300
      const busy = Effect.whileLoop({ while: () => performance.now() < end, body: () => step, step: () => {} })
      const fibers = Effect.forEach(Array.from({ length: 256 }), () => busy, {
        concurrency: "unbounded",
        discard: true
      })
      const { turns } = yield* turnsDuring(fibers, EventLoop.scheduler())
      assertTrue(turns >= 5, `${turns} turns`)
    })
  )

  it.live("goes on after a fiber that breaks its runtime", () =>
    Effect.gen(function* () {
      const scheduler = EventLoop.scheduler()
      const listening = process.listeners("uncaughtException")
      process.removeAllListeners("uncaughtException")
      const broken = new Promise((resolve) => process.once("uncaughtException", resolve))
      scheduler.scheduleTask(() => {
        throw new Error("broken")
      }, 0)
      assertTrue((yield* Effect.promise(() => broken)) instanceof Error)
      for (const listener of listening) process.on("uncaughtException", listener)
      yield* turnsDuring(Effect.yieldNow(), scheduler)
    })
  )

  it.live("is needed, because Effect's own does not", () =>
    Effect.gen(function* () {
      for (const [name, work] of WORKS) {
        const { turns } = yield* turnsDuring(work, Scheduler.defaultScheduler)
        assertTrue(turns <= 1, `${turns} turns: ${name}`)
      }
    })
  )

  it.live("runs fibers in the order in which they were started", () =>
    Effect.gen(function* () {
      const log: Array<number> = []
      const say = (n: number) => Effect.sync(() => log.push(n))
      const scheduler = EventLoop.scheduler()
      const each = Effect.forEach([1, 2, 3], (n) => Effect.zipRight(Effect.yieldNow(), say(n)), { concurrency: 3 })
      yield* turnsDuring(each, scheduler)
      deepStrictEqual(log, [1, 2, 3])
    })
  )
})

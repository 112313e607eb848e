/** What a budget lets through: reckoned before a request goes out, true whatever happens to it. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Deferred, Effect, Exit, FastCheck as fc, Fiber, Logger, LogLevel, Option, Ref, TestClock } from "effect"
import { CutOff, DeadlineExceeded, GenerationError, OverBudget, TimedOut } from "../../../src/domain/GenerationError.js"
import * as Budget from "../../../src/generation/Budget.js"
import * as Report from "../../../src/generation/Report.js"
import { times } from "../properties.js"
import { after, answers, each, fails, finish, http, ids, never, start, type Reply } from "./doubles.js"
import { CEILING, costing, dime, free, priced, usage, verdicts, WORST } from "./moneyDoubles.js"

const terms = { maxCompletionTokens: CEILING, maxRetries: 0 } as const

describe("a request", () => {
  it.effect("that does not fit now waits for those in flight, and holds up none that fits", () =>
    Effect.gen(function* () {
      const script = { "x/1": [after(1_000, costing(0.02))], "x/2": [costing(0.1)], "x/3": [costing(0)] }
      const openRouter = priced(script, (id) => (id === "x/3" ? free(id) : dime(id)))
      const run = yield* start({ models: ids(3), budget: 0.15, ...terms }, { api: openRouter })
      yield* TestClock.adjust(999)
      deepStrictEqual(
        openRouter.requests.map(({ model }) => model),
        ["x/1", "x/3"]
      )
      deepStrictEqual(
        run.heard("ModelStarted").map(({ model }) => model),
        ["x/1", "x/3"]
      )
      deepStrictEqual(verdicts(yield* finish(run, 1)), ["ok", "ok", "ok"])
      deepStrictEqual(
        openRouter.requests.map(({ at, model }) => [model, at]),
        [
          ["x/1", 0],
          ["x/3", 0],
          ["x/2", 1_000]
        ]
      )
    })
  )

  it.effect("is refused, and nothing sent, once nothing in flight can make room for it", () =>
    Effect.gen(function* () {
      const openRouter = priced({ "x/1": [after(1_000, costing(0.06))], "x/2": [answers()] })
      const run = yield* start({ models: ids(2), budget: 0.15, ...terms }, { api: openRouter })
      yield* TestClock.adjust(999)
      deepStrictEqual(run.heard("Skipped"), [])
      const report = yield* finish(run, 1)
      deepStrictEqual(verdicts(report), ["ok", "skipped OverBudget"])
      assert.isTrue(report.success)
      assert.strictEqual(openRouter.requests.length, 1)
      deepStrictEqual(
        run.heard("Skipped").map(({ model, reason }) => [model, reason.message]),
        [["x/2", "it may cost $0.1000, but only $0.0900 of the budget is left"]]
      )
      const { results, totals } = Report.toJson(report)
      deepStrictEqual(
        [results[1]?.status, results[1]?.reason?._tag, results[1]?.attempts],
        ["skipped", "OverBudget", 0]
      )
      deepStrictEqual([totals.ok, totals.failed, totals.skipped, totals.requests, totals.cost], [1, 0, 1, 1, 0.06])
    })
  )

  it.effect("fits when it takes the last of the budget, whatever fractions come to", () =>
    Effect.gen(function* () {
      assert.isAbove(0.1 + 0.1 + 0.1, 0.3)
      for (const concurrency of [1, 3]) {
        const openRouter = priced(each(ids(3), costing(0.1)))
        const run = yield* start({ models: ids(3), budget: 0.3, concurrency, ...terms }, { api: openRouter })
        deepStrictEqual(verdicts(yield* finish(run)), ["ok", "ok", "ok"])
      }
    })
  )

  it.effect("counts the bytes of its prompt and the room for its answer, at the prices of its model", () =>
    Effect.gen(function* () {
      const openRouter = priced({ "x/1": [answers()] }, (id) => ({ id, price: { prompt: 1e-6, completion: 2e-6 } }))
      const run = (budget: number) => start({ models: ["x/1"], budget, ...terms }, { api: openRouter })
      yield* finish(yield* run(1))
      const prompt = openRouter.requests[0]?.messages[0]?.content ?? ""
      const worst = 1e-6 * (Buffer.byteLength(prompt) + 16) + 2e-6 * CEILING
      deepStrictEqual(verdicts(yield* finish(yield* run(worst))), ["ok"])
      deepStrictEqual(verdicts(yield* finish(yield* run(worst - 1e-7))), ["skipped OverBudget"])
    })
  )

  it.effect("to a free model fits into a budget of nothing, also when a server has charged too much", () =>
    Effect.gen(function* () {
      const nothing = priced({ "x/1:free": [costing(0)], "x/2": [answers()] }, (id) =>
        id.endsWith(":free") ? free(id) : dime(id)
      )
      const run = yield* start({ models: ["x/1:free", "x/2"], budget: 0, ...terms }, { api: nothing })
      deepStrictEqual(verdicts(yield* finish(run)), ["ok", "skipped OverBudget"])

      const greedy = priced({ "x/1": [costing(0.5)], "x/2": [costing(0)] }, (id) =>
        id === "x/2" ? free(id) : dime(id)
      )
      const next = yield* start({ models: ids(2), budget: 0.1, concurrency: 1, ...terms }, { api: greedy })
      deepStrictEqual(verdicts(yield* finish(next)), ["ok", "ok"])
    })
  )

  it.effect("of unknown price is not sent, and sent when there is no budget", () =>
    Effect.gen(function* () {
      const openRouter = priced({ "x/1": [answers()] }, (id) => ({ id }))
      const withBudget = yield* finish(yield* start({ models: ["x/1"], budget: 1_000 }, { api: openRouter }))
      deepStrictEqual(verdicts(withBudget), ["skipped OverBudget"])
      deepStrictEqual(openRouter.requests, [])
      deepStrictEqual(
        withBudget.outcomes.map(({ reason }) => reason),
        [
          Option.some(
            new OverBudget({ message: "its price is unknown, so it cannot be kept within a budget", unpriced: true })
          )
        ]
      )
      deepStrictEqual(verdicts(yield* finish(yield* start({ models: ["x/1"] }, { api: openRouter }))), ["ok"])
    })
  )

  it.effect("that waits for room when the run is over was never sent", () =>
    Effect.gen(function* () {
      const openRouter = priced({ "x/1": [never], "x/2": [answers()] })
      const options = { models: ids(2), budget: WORST, deadline: "5 seconds", ...terms } as const
      const report = yield* finish(yield* start(options, { api: openRouter }), 5_000)
      deepStrictEqual(
        report.outcomes.map(({ attempts, reason }) => [attempts.length, Option.getOrUndefined(reason)]),
        [
          [1, new DeadlineExceeded({ deadlineMs: 5_000 })],
          [0, new DeadlineExceeded({ deadlineMs: 5_000 })]
        ]
      )
      assert.strictEqual(openRouter.requests.length, 1)
    })
  )
})

describe("what a request is taken to have cost", () => {
  /** Is there room for a second request of 0.1 after this one, in a budget of 0.15. */
  const leavesRoom = (first: Reply) =>
    Effect.gen(function* () {
      const openRouter = priced({ "x/1": [first], "x/2": [costing(0)] })
      const options = { models: ids(2), budget: 0.15, concurrency: 1, requestTimeout: 100, ...terms } as const
      const report = yield* finish(yield* start(options, { api: openRouter }), 100)
      return verdicts(report)[1] === "ok"
    })

  it.effect("is what the server says", () =>
    Effect.gen(function* () {
      assert.isTrue(yield* leavesRoom(costing(0.05)))
      assert.isFalse(yield* leavesRoom(costing(0.051)))
      assert.isFalse(yield* leavesRoom(fails(new CutOff({}), { usage: usage(0.051) })))
    })
  )

  it.effect("stays at its worst where nobody says", () =>
    Effect.gen(function* () {
      assert.isFalse(yield* leavesRoom(costing(undefined)))
      assert.isFalse(yield* leavesRoom(answers()))
      assert.isFalse(yield* leavesRoom(never))
      assert.isFalse(yield* leavesRoom(fails(new TimedOut({ clock: "silence", limitMs: 1 }))))
      assert.isFalse(yield* leavesRoom(fails(new CutOff({}))))
    })
  )

  it.effect("is nothing when the server turned it down", () =>
    Effect.gen(function* () {
      for (const status of [400, 404, 429, 500, 503]) assert.isTrue(yield* leavesRoom(http(status)))
    })
  )
})

describe("asking again", () => {
  it.effect("is refused like any request, and the failure that called for it stands", () =>
    Effect.gen(function* () {
      const cutOff = fails(new CutOff({ maxCompletionTokens: CEILING }), { usage: usage(WORST) })
      const openRouter = priced({ "x/1": [cutOff, answers()] })
      const run = yield* start({ models: ["x/1"], budget: 0.25, ...terms }, { api: openRouter })
      const report = yield* finish(run)
      deepStrictEqual(verdicts(report), ["failed CutOff"])
      assert.strictEqual(openRouter.requests.length, 1)
      deepStrictEqual(
        run.heard("Note").map(({ message }) => message),
        ["x/1 is not asked again: it may cost $0.2000, but only $0.1500 of the budget is left"]
      )
    })
  )

  it.effect("fits once the budget has room for both", () =>
    Effect.gen(function* () {
      const cutOff = fails(new CutOff({ maxCompletionTokens: CEILING }), { usage: usage(WORST) })
      const openRouter = priced({ "x/1": [cutOff, costing(0.2)] })
      const run = yield* start({ models: ["x/1"], budget: 0.3, ...terms }, { api: openRouter })
      deepStrictEqual(verdicts(yield* finish(run)), ["ok"])
    })
  )
})

/** In hundredths of a cent, so that the test itself adds without drift. */
const cents = (most: number) => fc.integer({ min: 0, max: most })
const request = fc.record({
  worst: cents(100),
  /** Of the worst, in percent; above 100 the server charges more than its list says. */
  charged: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 100 }) }, fc.integer({ min: 101, max: 150 })),
  reported: fc.boolean(),
  lasts: fc.integer({ min: 0, max: 12 })
})
const UNIT = 1e-4
/** The test's own sums drift as well. */
const SLACK = 1e-6

const turns = (n: number) => Effect.repeatN(Effect.yieldNow(), n)

describe("for arbitrary prices, orders and costs, six in flight", () => {
  it.effect("the sum spent passes the budget at most by what the server charged above its list", () =>
    Effect.gen(function* () {
      let refusals = 0
      let waits = 0
      const spending = (
        limit: number,
        requests: ReadonlyArray<typeof request extends fc.Arbitrary<infer A> ? A : never>
      ) =>
        Effect.gen(function* () {
          const budget = yield* Budget.make(limit * UNIT)
          const flying = new Set<number>()
          let spent = 0
          let accounted = 0
          let overcharged = 0
          const send = ({ charged, lasts, reported, worst }: (typeof requests)[number], index: number) =>
            Effect.gen(function* () {
              if (worst > limit - spent && flying.size > 0) waits += 1
              const cost = (worst * charged) / 100
              const sending = Effect.gen(function* () {
                flying.add(index)
                const held = [...flying].reduce((sum, each) => sum + (requests[each]?.worst ?? 0), 0)
                if (worst > 0) assert.isAtMost(spent + held, limit + overcharged + SLACK)
                yield* turns(lasts)
                flying.delete(index)
                spent += cost
                accounted += reported ? cost : worst
                overcharged += Math.max(0, cost - worst)
              })
              const sent = yield* Effect.option(
                budget.spend(sending, {
                  worst: worst * UNIT,
                  costOf: () => (reported ? cost * UNIT : undefined)
                })
              )
              if (Option.isSome(sent)) return
              refusals += 1
              assert.isAbove(accounted + worst, limit - SLACK)
            })
          yield* Effect.forEach(requests, send, { concurrency: 6, discard: true })
          assert.isAtMost(spent, limit + overcharged + SLACK)
        }).pipe(Effect.runPromise)
      const property = fc.asyncProperty(cents(400), fc.array(request, { minLength: 5, maxLength: 20 }), spending)
      yield* Effect.promise(() => fc.assert(property, { numRuns: times(60) }))
      // The cases must have been worth it.
      assert.isAbove(refusals, times(20))
      assert.isAbove(waits, times(10))
    })
  )

  it.effect("an interruption at any point leaves nothing set aside", () =>
    Effect.gen(function* () {
      let interruptedWaits = 0
      const interrupting = (limit: number, requests: ReadonlyArray<{ worst: number; lasts: number; until: number }>) =>
        Effect.gen(function* () {
          const budget = yield* Budget.make(limit * UNIT)
          let accounted = 0
          const send = ({ lasts, worst }: (typeof requests)[number]) =>
            Effect.suspend(() => {
              const sending = Effect.uninterruptibleMask((restore) =>
                restore(turns(lasts)).pipe(
                  Effect.as(1),
                  Effect.exit,
                  Effect.map((exit) => (exit._tag === "Success" ? exit.value : worst)),
                  Effect.tap((cost) => Effect.sync(() => (accounted += cost)))
                )
              )
              return budget.spend(sending, { worst: worst * UNIT, costOf: (cost) => cost * UNIT })
            }).pipe(
              Effect.onInterrupt(() => Effect.sync(() => (interruptedWaits += 1))),
              Effect.ignore
            )
          const fibers = yield* Effect.forEach(requests, (request) => Effect.fork(send(request)))
          const interrupt = (fiber: Fiber.Fiber<void>, index: number) =>
            Effect.zipRight(turns(requests[index]?.until ?? 0), Fiber.interrupt(fiber))
          yield* Effect.forEach(fibers, interrupt, { concurrency: "unbounded", discard: true })

          const fits = (worst: number) =>
            Effect.isSuccess(budget.spend(Effect.void, { worst: worst * UNIT, costOf: () => 0 }))
          assert.isTrue(yield* fits(limit - accounted))
          assert.isFalse(yield* fits(limit - accounted + 1))
        }).pipe(Effect.timeout("2 seconds"), Effect.runPromise)
      const requests = fc.array(
        fc.record({ worst: fc.integer({ min: 40, max: 100 }), lasts: fc.nat(12), until: fc.nat(30) }),
        { minLength: 2, maxLength: 6 }
      )
      yield* Effect.promise(() =>
        fc.assert(fc.asyncProperty(fc.constant(150), requests, interrupting), { numRuns: times(60) })
      )
      assert.isAbove(interruptedWaits, times(10))
    })
  )

  it.effect("a request that is interrupted or dies stays at its worst", () =>
    Effect.gen(function* () {
      for (const end of [Effect.interrupt, Effect.die("broken")]) {
        const budget = yield* Budget.make(1)
        const terms = { worst: 1, costOf: () => 0 }
        assert.isTrue(Exit.isFailure(yield* Effect.exit(budget.spend(end, terms))))
        const refused = yield* Effect.flip(budget.spend(Effect.void, terms))
        assert.strictEqual(refused.message, "it may cost $1.0000, but only $0 of the budget is left")
      }
    })
  )

  it.effect("is told apart from what is left to the last digit that matters", () =>
    Effect.gen(function* () {
      const terms = { worst: 0.01014, costOf: () => 0 }
      const { message } = yield* Effect.flip((yield* Budget.make(0.0101)).spend(Effect.void, terms))
      assert.strictEqual(message, "it may cost $0.010140000, but only $0.010100000 of the budget is left")
    })
  )

  it.effect("room that is made in the moment of an interruption is given back", () =>
    Effect.gen(function* () {
      const budget = yield* Budget.make(1)
      const wholly = (request: Effect.Effect<void>) => budget.spend(request, { worst: 1, costOf: () => 0 })
      const [answered, ran] = [yield* Deferred.make<void>(), yield* Ref.make(0)]
      const waiter = yield* Deferred.make<Fiber.RuntimeFiber<void, unknown>>()
      const first = yield* wholly(Deferred.await(answered)).pipe(
        Effect.zipRight(Effect.flatMap(Deferred.await(waiter), Fiber.interruptFork)),
        Effect.fork
      )
      yield* Effect.yieldNow()
      const second = yield* Effect.fork(wholly(Ref.update(ran, (n) => n + 1)))
      yield* Effect.yieldNow()
      yield* Deferred.succeed(waiter, second)
      yield* Deferred.succeed(answered, undefined)
      yield* Fiber.join(first)
      assert.isTrue(Exit.isInterrupted(yield* Fiber.await(second)))
      assert.strictEqual(yield* Ref.get(ran), 0)
      yield* wholly(Ref.update(ran, (n) => n + 1))
      assert.strictEqual(yield* Ref.get(ran), 1)
    })
  )
})

describe("a whole run", () => {
  const reply = fc.record({
    worst: fc.integer({ min: 0, max: 50 }),
    charged: fc.integer({ min: 0, max: 120 }),
    reported: fc.boolean(),
    lasts: fc.nat(6),
    kind: fc.constantFrom("ok" as const, "cut-off" as const, "status" as const)
  })

  it.effect("spends within its budget, cut-off answers and their repetitions included", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(fc.nat(200), fc.array(reply, { minLength: 1, maxLength: 10 }), (limit, replies) =>
          Effect.gen(function* () {
            let spent = 0
            let overcharged = 0
            const models = replies.map((_, index) => `x/${index}`)
            const script = Object.fromEntries(
              replies.map(({ charged, kind, lasts, reported, worst }, index): [string, ReadonlyArray<Reply>] => [
                `x/${index}`,
                [
                  ({ maxCompletionTokens = CEILING, model }) =>
                    Effect.gen(function* () {
                      yield* turns(lasts)
                      if (kind === "status") return yield* http(503)({ model, messages: [] }, () => Effect.void)
                      const most = (worst * maxCompletionTokens) / CEILING
                      const cost = (most * charged) / 100
                      spent += cost
                      overcharged += Math.max(0, cost - most)
                      const facts = reported ? { usage: usage(cost * UNIT) } : {}
                      return yield* kind === "ok"
                        ? answers(facts)({ model, messages: [] }, () => Effect.void)
                        : new GenerationError({ model, reason: new CutOff({ maxCompletionTokens }), ...facts })
                    })
                ]
              ])
            )
            const openRouter = priced(script, (id) => ({
              id,
              price: { prompt: 0, completion: ((replies[Number(id.slice(2))]?.worst ?? 0) * UNIT) / CEILING }
            }))
            const run = yield* start({ models, budget: limit * UNIT, ...terms }, { api: openRouter })
            const report = yield* Fiber.join(run.fiber)
            assert.isAtMost(openRouter.inFlight().most, 6)
            assert.isAtMost(spent, limit + overcharged + SLACK)
            deepStrictEqual(
              report.outcomes.filter(({ attempts, status }) => status === "skipped" && attempts.length > 0),
              []
            )
          }).pipe(Logger.withMinimumLogLevel(LogLevel.None), Effect.runPromise)
        ),
        { numRuns: times(15) }
      )
    )
  )
})

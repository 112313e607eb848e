/** The ledger of one model by itself: what it decides about asking again, and what it says in the end. */
import { describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Either, Exit, Logger, LogLevel, Schedule, TestClock } from "effect"
import {
  AccountRefused,
  GenerationError,
  NotAsked,
  OverBudget,
  ServerFailed
} from "../../../src/domain/GenerationError.js"
import * as Ledger from "../../../src/generation/Ledger.js"
import type { Event } from "../../../src/generation/Progress.js"

const busy = new GenerationError({ model: "x/1", reason: new ServerFailed({ status: 503, message: "busy" }) })
const refused = new GenerationError({
  model: "x/2",
  reason: new AccountRefused({ status: 401, detail: "no" }),
  retryAt: 9
})

const scene = (options: Partial<Ledger.Options> = {}) =>
  Effect.gen(function* () {
    const events: Array<Event> = []
    const heard: Array<string> = []
    const ledger = yield* Ledger.make({
      index: 0,
      model: "x/1",
      asked: "x/1",
      name: "x/1",
      emit: (event) => void events.push(event),
      endsAt: 1000,
      verdict: { answered: () => undefined, hear: ({ message }) => void heard.push(message), on: () => undefined },
      leave: Effect.void,
      ...options
    })
    const fail = (error = busy, startedAt = 5) =>
      ledger.enter(
        { exit: Exit.fail(error), startedAt, durationMs: 10, firstTokenMs: undefined, maxCompletionTokens: 7 },
        Either.left(error)
      )
    return { events, fail, heard, ledger }
  })
const told = ({ message, reason, retryAt }: GenerationError) => [reason._tag, message, retryAt]
const tags = (events: ReadonlyArray<Event>) =>
  events.map((event) =>
    event._tag === "AttemptFailed"
      ? `${event.attempt.number} again ${event.cause} at ${event.retryAt}`
      : event._tag === "Note"
        ? event.message
        : event._tag
  )

describe("a ledger", () => {
  it.effect("waits only once it was put off, and until its next request goes out", () =>
    Effect.gen(function* () {
      const { ledger } = yield* scene()
      deepStrictEqual([ledger.isWaiting(), ledger.begin(), ledger.isWaiting()], [false, 0, false])
      deepStrictEqual(yield* ledger.postpone("backoff", 999), true)
      deepStrictEqual([ledger.isWaiting(), ledger.begin(), ledger.isWaiting()], [true, 0, false])
    })
  )

  it.effect("numbers its attempts, with the wait before each and why it was made", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(2)
      const { events, fail, heard, ledger } = yield* scene()
      const first = fail()
      deepStrictEqual(
        [first.number, first.cause, first.waitedMs, first.maxCompletionTokens, first.outcome],
        [1, "first", 3, 7, "ServerFailed"]
      )
      deepStrictEqual(ledger.retryOf(), undefined)
      yield* ledger.postpone("backoff", 100)
      deepStrictEqual(ledger.retryOf(), busy)
      const second = fail(busy, 120)
      deepStrictEqual([second.number, second.cause, second.waitedMs], [2, "backoff", 105])
      deepStrictEqual(
        [ledger.count("first"), ledger.count("backoff"), ledger.count("hint"), ledger.attempts().length, ledger.began],
        [1, 1, 0, 2, 2]
      )
      yield* ledger.postpone("hint", 5)
      deepStrictEqual([ledger.retryOf(), heard], [undefined, ["x/1: busy", "x/1: busy"]])
      deepStrictEqual(tags(events), ["1 again backoff at 102", "2 again hint at 7"])
      const interrupted = ledger.enter({
        exit: Exit.fail(busy),
        startedAt: 200,
        durationMs: 1,
        firstTokenMs: 3,
        maxCompletionTokens: 7
      })
      deepStrictEqual(
        [interrupted.number, interrupted.outcome, interrupted.firstTokenMs, heard.length],
        [3, "Interrupted", 3, 2]
      )
    })
  )

  it.effect("is not put off beyond the end of the run, or where it is hopeless", () =>
    Effect.gen(function* () {
      const late = yield* scene()
      late.fail()
      deepStrictEqual(
        [yield* late.ledger.postpone("backoff", 1000), late.ledger.isWaiting(), late.events],
        [false, false, []]
      )
      deepStrictEqual(told(late.ledger.conclude(busy)), ["ServerFailed", "x/1: busy", 1000])
      deepStrictEqual(tags(late.events), ["1 again undefined at undefined"])
      deepStrictEqual(yield* (yield* scene()).ledger.postpone("backoff", 999), true)
      let verdict: GenerationError | undefined
      const hopeless = yield* scene({
        verdict: { answered: () => undefined, hear: () => undefined, on: () => verdict }
      })
      deepStrictEqual(hopeless.ledger.hopeless(), undefined)
      verdict = refused
      deepStrictEqual(told(hopeless.ledger.hopeless() ?? busy), [
        "NotAsked",
        `x/1: not asked: ${refused.reason.message}`,
        9
      ])
      hopeless.fail()
      deepStrictEqual(yield* hopeless.ledger.postpone("backoff", 1), false)
      deepStrictEqual(told(hopeless.ledger.conclude(busy)), [
        "NotAsked",
        `x/1: not asked again: ${refused.reason.message}`,
        9
      ])
      // Its own failure is its reason.
      verdict = busy
      deepStrictEqual(hopeless.ledger.hopeless(), undefined)
    })
  )

  it.effect("reports why it had to be asked again rather than why it could not be", () =>
    Effect.gen(function* () {
      const of = (reason: GenerationError["reason"], retryAt?: number) =>
        new GenerationError({ model: "x/1", reason, ...(retryAt === undefined ? {} : { retryAt }) })
      const dear = of(new OverBudget({ message: "too dear" }))
      const [unasked, refusedToo] = [
        of(new NotAsked({ message: "the run is over" }), 7),
        of(new NotAsked({ message: "refused", status: 401 }))
      ]
      const never = yield* scene()
      deepStrictEqual(
        [dear, unasked, refusedToo].map((error) => told(never.ledger.conclude(error))[1]),
        ["x/1: too dear", "x/1: the run is over", "x/1: refused"]
      )
      const before = yield* scene()
      before.fail()
      deepStrictEqual(
        [dear, unasked, refusedToo].map((error) => told(before.ledger.conclude(error)).slice(1)),
        [
          ["x/1: busy", undefined],
          ["x/1: busy", 7],
          ["x/1: refused", undefined]
        ]
      )
      deepStrictEqual(tags(before.events), ["1 again undefined at undefined", "x/1 is not asked again: too dear"])
      // What failed before a round is not why the round fails.
      const round = yield* scene()
      round.fail()
      yield* round.ledger.postpone("improve", 1)
      deepStrictEqual(told(round.ledger.conclude(dear))[1], "x/1: too dear")
    })
  )

  it.effect("waits by a policy as long as the failures deserve it, and leaves before each wait", () =>
    Effect.gen(function* () {
      let left = 0
      const { events, fail, ledger } = yield* scene({ leave: Effect.sync(() => void (left += 1)) })
      fail()
      const policy = Schedule.spaced("10 millis")
      const again = ledger.again(
        policy,
        ({ message }) => message.includes("busy"),
        () => "patience"
      )
      const delays = yield* Schedule.run(again, 0, [busy, busy, refused, busy])
      deepStrictEqual([[...delays].length, left], [3, 2])
      deepStrictEqual(tags(events), ["1 again patience at 10"])
      ledger.text = "x"
      ledger.close()
      deepStrictEqual([ledger.text, ledger.generated], [undefined, undefined])
    })
  )

  it.effect("says more where debugging is asked for, with the number of the attempt", () =>
    Effect.gen(function* () {
      const { fail, ledger } = yield* scene()
      const at = (level: LogLevel.LogLevel) =>
        Effect.gen(function* () {
          const said: Array<string> = []
          const logger = Logger.make(
            ({ annotations, message }) =>
              void said.push(`${[...annotations].map(([name, value]) => `${name} ${value}`).join(" ")}: ${message}`)
          )
          const result = yield* ledger
            .debug(() => "words")(Effect.succeed(5))
            .pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)), Logger.withMinimumLogLevel(level))
          return [result, ...said]
        })
      deepStrictEqual(yield* at(LogLevel.Info), [5])
      deepStrictEqual(yield* at(LogLevel.Debug), [5, "attempt 1 model x/1: words"])
      fail()
      deepStrictEqual(yield* at(LogLevel.Trace), [5, "attempt 2 model x/1: words"])
      yield* ledger.postpone("backoff", 1)
      deepStrictEqual(yield* at(LogLevel.Debug), [5, "attempt 1 model x/1: words"])
    })
  )
})

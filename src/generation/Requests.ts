/** Takes any number of requests, each when there is room for it, and lets many be under way at once. */
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Intake from "./Intake.js"
import type { Opened } from "./Opening.js"
import type { ManyOptions } from "./Options.js"
import * as Plan from "./Plan.js"
import type { Task } from "./Task.js"

/** Iterables hand out one at a time: they may make a request only when they are asked for it. One that throws has ended. */
function* each<A>(items: Iterable<A>): Generator<Effect.Effect<A, Plan.InvalidRequest>> {
  try {
    for (const item of items) yield Effect.succeed(item)
  } catch (error) {
    yield new Plan.InvalidRequest({ message: `the requests ended in an error: ${String(error)}` })
  }
}

/** One after the other. An iterable is not made a stream: that takes longer than the rest of what a resumed request needs. */
const inOrder = <E, R, E2, R2>(
  requests: ManyOptions<E, R>["requests"],
  begin: (request: Plan.Request) => Effect.Effect<unknown, E2, R2>
): Effect.Effect<void, E | E2 | Plan.InvalidRequest, R | R2> => {
  // Callers without types may hand in anything.
  if (!Predicate.isObject(requests) || !(Symbol.iterator in requests || Stream.StreamTypeId in requests)) {
    return new Plan.InvalidRequest({ message: "'requests' has to be an iterable or a stream" })
  }
  return Symbol.iterator in requests
    ? Effect.gen(function* () {
        for (const request of each(requests)) yield* begin(yield* request)
      })
    : Stream.runForEach(requests, begin)
}

/**
 * `take` is called for one request after the other and yields the work that it means, of which as many go on as there are
 * lanes. A failure of the source or of `take` ends the taking; it fails when what was taken before is done.
 */
const forEach = <E, R, E2, R2>(
  requests: ManyOptions<E, R>["requests"],
  lanes: number,
  take: (request: Plan.Request) => Effect.Effect<Effect.Effect<unknown>, E2, R2>
): Effect.Effect<void, E | E2 | Plan.InvalidRequest, Exclude<R | R2, Scope.Scope>> =>
  Effect.gen(function* () {
    const places = yield* Effect.makeSemaphore(lanes)
    const underWay = yield* FiberSet.make<unknown, never>()
    const taking = yield* inOrder(requests, (request) =>
      Effect.flatMap(take(request), (work) =>
        Effect.zipRight(places.take(1), FiberSet.run(underWay, Effect.ensuring(work, places.release(1))))
      )
    ).pipe(Effect.exit)
    yield* Effect.raceFirst(FiberSet.awaitEmpty(underWay), FiberSet.join(underWay))
    yield* taking
  }).pipe(Effect.scoped)

/** The requests of an opened run. `room` waits until one more may be taken. */
export const make = <E, R>({ requests, system }: ManyOptions<E, R>, opened: Opened, room: Effect.Effect<unknown>) =>
  Effect.map(Plan.planner(system), (plan) => {
    const { books, improve, intake, lanes, settling } = opened
    let taken = 0
    let outcome: Effect.Effect<void, E | Plan.InvalidRequest> = Effect.void

    const slotOf = (request: Plan.Request) =>
      Effect.mapError(
        plan(request, taken),
        ({ message }) => new Plan.InvalidRequest({ message: `request ${taken + 1}: ${message}` })
      )
    return {
      /** Asks for each; does not fail, so that what is under way is settled first. */
      askAll: (ask: (task: Task) => Effect.Effect<unknown>) =>
        Effect.gen(function* () {
          const { choose, recalled } = yield* intake
          const recalling = yield* Effect.makeSemaphore(Intake.AT_ONCE)
          yield* books.begin()
          yield* forEach(requests, lanes, (request) =>
            Effect.gen(function* () {
              yield* opened.room
              const slot = yield* slotOf(request)
              yield* room
              taken += 1
              settling.expect(slot)
              const task = yield* choose(slot)
              if (Option.isNone(task)) return Effect.void
              // What is looked up takes no lane, and thousands of answers at once would fill the memory.
              yield* recalling.take(1)
              return Effect.ensuring(recalled(task.value), recalling.release(1)).pipe(
                Effect.flatMap(Effect.transposeMapOption(ask)),
                Effect.zipRight(improve([task.value]))
              )
            })
          )
        }).pipe(
          Effect.catchAll((error) =>
            Effect.sync(() => {
              outcome = Effect.fail(error)
            })
          )
        ),
      taken: () => taken,
      /** Fails as the source did, or for a request that makes no sense. */
      outcome: () => outcome
    }
  })

/**
 * Any number of requests as slots, each made when it is taken. A request that makes no sense, or a failure of the stream
 * they come from, ends the taking: what was taken before is asked to its end.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { InvalidRequest, type Planner, type Request } from "./Plan.js"
import type * as Slot from "./Slot.js"

export interface Requests<E, R> {
  readonly slots: Stream.Stream<Slot.Planned, never, R>
  /** How many were taken so far. */
  readonly taken: () => number
  /** Fails as the stream did, where it did. */
  readonly failure: Effect.Effect<void, E | InvalidRequest>
}

function* each<A>(items: Iterable<A>): Generator<A> {
  yield* items
}

export const make = <E, R>(
  requests: Iterable<Request> | Stream.Stream<Request, E, R>,
  plan: Planner
): Requests<E, R> => {
  let taken = 0
  let failure: Effect.Effect<void, E | InvalidRequest> = Effect.void
  // One at a time: an iterable may make its requests only when it is asked for them.
  const source = Symbol.iterator in requests ? Stream.fromIteratorSucceed(each(requests), 1) : requests
  const planned = (request: Request) =>
    plan(request, taken).pipe(
      Effect.mapError(({ message }) => new InvalidRequest({ message: `request ${taken + 1}: ${message}` })),
      Effect.tap(() => Effect.sync(() => (taken += 1)))
    )
  return {
    slots: source.pipe(
      Stream.mapEffect(planned),
      Stream.catchAllCause((cause) => {
        failure = Effect.failCause(cause)
        return Stream.empty
      })
    ),
    taken: () => taken,
    failure: Effect.suspend(() => failure)
  }
}

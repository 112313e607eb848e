/** Takes any number of requests, each when there is room for it, and lets many be under way at once. */
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Request } from "./Plan.js"

/** Iterables hand out one at a time: they may make a request only when they are asked for it. */
function* each<A>(items: Iterable<A>): Generator<A> {
  yield* items
}

/**
 * `take` is called for one request after the other and yields the work that it means, of which as many go on as there are
 * lanes. A failure of the source or of `take` ends the taking; it fails when what was taken before is done.
 */
export const forEach = <E, R, E2, R2>(
  requests: Iterable<Request> | Stream.Stream<Request, E, R>,
  lanes: number,
  take: (request: Request) => Effect.Effect<Effect.Effect<unknown>, E2, R2>
): Effect.Effect<void, E | E2, Exclude<R | R2, Scope.Scope>> =>
  Effect.gen(function* () {
    const places = yield* Effect.makeSemaphore(lanes)
    const underWay = yield* FiberSet.make<unknown, never>()
    const source = Symbol.iterator in requests ? Stream.fromIteratorSucceed(each(requests), 1) : requests
    const taking = yield* source.pipe(
      Stream.runForEach((request) =>
        Effect.flatMap(take(request), (work) =>
          Effect.zipRight(places.take(1), FiberSet.run(underWay, Effect.ensuring(work, places.release(1))))
        )
      ),
      Effect.exit
    )
    yield* Effect.raceFirst(FiberSet.awaitEmpty(underWay), FiberSet.join(underWay))
    yield* taking
  }).pipe(Effect.scoped)

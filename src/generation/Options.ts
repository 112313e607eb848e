/** What a run may be told: for one ticker, or for any number of requests. */
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type * as Listening from "./Listening.js"
import type * as Plan from "./Plan.js"

/** How a run ends and what it tells. */
export interface Manner {
  /** Ends the run early when it succeeds: what is finished is saved and reported, as at the deadline. */
  readonly stopWhen?: Effect.Effect<unknown> | undefined
  /** `Writing` events carry the whole text so far as well as the new part of it; default false. */
  readonly wholeText?: boolean | undefined
}

/** What to ask, and within which limits. */
export interface StreamOptions extends Plan.Options, Manner {}

export interface Options extends StreamOptions {
  /** Called for every event, in order. If a call takes over 5 s it gets no more; if it dies, the run goes on. */
  readonly onProgress?: Listening.Listener | undefined
}

/** Any number of requests, for any number of tickers. */
export interface ManyOptions<E = never, R = never> extends Plan.Limits, Manner {
  readonly requests: Iterable<Plan.Request> | Stream.Stream<Plan.Request, E, R>
}

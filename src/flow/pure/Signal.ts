/** What the end of a request says about the server's limits. Pure; `Limiter` draws the conclusions. */
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Consequence from "../../domain/Consequence.js"
import { GenerationError, RateLimited, type Scope, type ServerFailed } from "../../domain/GenerationError.js"

/** Moments are milliseconds since the epoch. */
export type Signal =
  | { readonly _tag: "Answered" }
  | Limited
  /** The server, the network or the clock failed; `late`: the clock, with the server at work. */
  | {
      readonly _tag: "Failed"
      readonly until: number | undefined
      readonly late: boolean
      readonly because?: ServerFailed["because"]
    }
  /** Refused for good, by a server that is well. */
  | { readonly _tag: "Rejected" }
  | { readonly _tag: "Cancelled" }

export interface Limited {
  readonly _tag: "Limited"
  readonly scope: Scope
  readonly upstream: boolean
  readonly until: number | undefined
  /** It is about how many are in work at once. */
  readonly crowded?: boolean
}

/** A limit holds everybody back: the refusal is no trouble of the model's own. */
export const imposed = <A>(exit: Exit.Exit<A, GenerationError>): Exit.Exit<A, GenerationError> =>
  Exit.mapError(exit, (error) => {
    const { reason, retryAt } = error
    if (reason._tag === "RateLimited") {
      return new GenerationError({ ...error, reason: new RateLimited({ ...reason, imposed: true }) })
    }
    // What the server says is no use is no use.
    if (reason._tag !== "ServerFailed" || reason.permanent === true) return error
    const { message, status } = reason
    const hinted = retryAt !== undefined
    return new GenerationError({
      ...error,
      reason: new RateLimited({ status, scope: "account", message, hinted, crowded: true, imposed: true })
    })
  })

export const of = (exit: Exit.Exit<unknown, GenerationError>): Signal => {
  if (Exit.isSuccess(exit)) return { _tag: "Answered" }
  if (Cause.isInterruptedOnly(exit.cause)) return { _tag: "Cancelled" }
  const error = Option.getOrUndefined(Cause.failureOption(exit.cause))
  if (error === undefined) return { _tag: "Failed", until: undefined, late: false }
  const { reason, retryAt } = error
  switch (Consequence.of(reason).tells) {
    case "limited":
      return reason._tag === "RateLimited"
        ? {
            _tag: "Limited",
            scope: reason.scope,
            upstream: reason.upstream ?? false,
            until: reason.hinted ? retryAt : undefined,
            ...(reason.crowded === true ? { crowded: true } : {})
          }
        : { _tag: "Rejected" }
    case "failed":
      return {
        _tag: "Failed",
        until: retryAt,
        late: reason._tag === "TimedOut" && reason.clock !== "connect",
        ...(reason._tag === "ServerFailed" && reason.because !== undefined ? { because: reason.because } : {})
      }
    case "rejected":
      return { _tag: "Rejected" }
    case "nothing":
      return { _tag: "Cancelled" }
    case "answered":
      return { _tag: "Answered" }
  }
}

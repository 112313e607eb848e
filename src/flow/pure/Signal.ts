/** What the end of a request says about the server's limits. Pure; `Limiter` draws the conclusions. */
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Consequence from "../../domain/Consequence.js"
import type { GenerationError, Scope } from "../../domain/GenerationError.js"

/** Moments are milliseconds since the epoch. */
export type Signal =
  | { readonly _tag: "Answered" }
  | { readonly _tag: "Limited"; readonly scope: Scope; readonly upstream: boolean; readonly until: number | undefined }
  /** The server, the network or the clock failed; `late`: the clock, with the server at work. */
  | { readonly _tag: "Failed"; readonly until: number | undefined; readonly late: boolean }
  /** Refused for good, by a server that is well. */
  | { readonly _tag: "Rejected" }
  | { readonly _tag: "Cancelled" }

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
            until: reason.hinted ? retryAt : undefined
          }
        : { _tag: "Rejected" }
    case "failed":
      return {
        _tag: "Failed",
        until: retryAt,
        late: reason._tag === "TimedOut" && reason.clock !== "connect"
      }
    case "rejected":
      return { _tag: "Rejected" }
    case "nothing":
      return { _tag: "Cancelled" }
    case "answered":
      return { _tag: "Answered" }
  }
}

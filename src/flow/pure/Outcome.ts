/** What a finished request says of the server's limits, read from how it ended. Pure; what follows is `Limiter`'s. */
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { GenerationError, Scope } from "../../domain/GenerationError.js"

/** Moments are milliseconds since the epoch. */
export type Outcome =
  | { readonly _tag: "Answered" }
  | { readonly _tag: "Limited"; readonly scope: Scope; readonly upstream: boolean; readonly until: number | undefined }
  /** The server, the network or the clock failed. */
  | { readonly _tag: "Failed"; readonly until: number | undefined }
  /** Refused for good, by a server that is well. */
  | { readonly _tag: "Rejected" }
  | { readonly _tag: "Cancelled" }

export const of = (exit: Exit.Exit<unknown, GenerationError>): Outcome => {
  if (Exit.isSuccess(exit)) return { _tag: "Answered" }
  if (Cause.isInterruptedOnly(exit.cause)) return { _tag: "Cancelled" }
  const error = Option.getOrUndefined(Cause.failureOption(exit.cause))
  switch (error?.reason._tag) {
    case "RateLimited": {
      const { hinted, scope, upstream = false } = error.reason
      return scope === "free-per-day"
        ? { _tag: "Rejected" }
        : { _tag: "Limited", scope, upstream, until: hinted ? error.retryAt : undefined }
    }
    case "ServerFailed":
    case "TimedOut":
    case "ConnectionFailed":
    case "MalformedAnswer":
    case undefined:
      return { _tag: "Failed", until: error?.retryAt }
    case "Rejected":
    case "AccountRefused":
      return { _tag: "Rejected" }
    default:
      return { _tag: "Answered" }
  }
}

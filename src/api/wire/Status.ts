/** The status that a failure has, which is shown, and the one that means what the server says. Pure. */
import * as Account from "./Account.js"
import * as Busy from "./Busy.js"
import * as ErrorName from "./ErrorName.js"
import * as ErrorShape from "./ErrorShape.js"
import * as MissingModel from "./MissingModel.js"
import * as RetryHint from "./RetryHint.js"
import * as TokenLimit from "./TokenLimit.js"

export interface Status {
  /** What was sent: the number in the body, or the status of the exchange. */
  readonly shown: number
  /** What is to be made of it. */
  readonly status: number
}

export const isSuccess = (status: number): boolean => status >= 200 && status < 300

/** The statuses that are the request's fault, unless the server calls it its own by a name. */
export const BLAMED: ReadonlySet<number> = new Set([400, 403, 409, 422, 424])

/** What the body says goes before the status of the exchange. A good one says nothing of the error in it, whose words do then. */
export const of = (said: RetryHint.Said): Status => {
  const numbered = ErrorName.statusIn(said.root)
  const named = (isSuccess(said.status) ? ErrorName.statusFor(said.root) : numbered) ?? said.status
  const status = meaningOf(named, said)
  return { shown: isSuccess(said.status) && numbered === undefined ? status : named, status }
}

/** A limit is one under any status that refuses. */
const meaningOf = (named: number, said: RetryHint.Said): number => {
  const { root } = said
  if ([200, 400, 402, 403, 429].includes(named) && ErrorName.isOfTheMinute(root)) return 429
  // A gateway without a way to the model, however ill it says it feels.
  if (named === 503 && MissingModel.isUnrouted(root)) return 404
  const lack = named === 429 ? ErrorName.lackOf(root) : undefined
  if (lack !== undefined) return lack
  // As Groq has it itself: the request is too large for what a minute holds.
  if (named === 429 && TokenLimit.isBeyond(ErrorShape.words(root))) return 413
  // No patience fills an empty account.
  if (named === 429 && Account.isEmpty(root)) return 402
  if (named === 429 && Account.isBarred(root) && RetryHint.retryAt({ ...said, status: 429 }) === undefined) return 403
  // What an account may have in work at once is used up, and not the account.
  if (named === 402 && Busy.isCrowd(root) && !Account.isEmpty(root)) return 429
  // A quota that fills up again.
  const isQuota = named === 403 && /\bquota\b/i.test(ErrorShape.words(root)) && !Account.isEmpty(root)
  if (isQuota && RetryHint.retryAt(said) !== undefined) return 429
  // The credentials are the gateway's own.
  if (named === 401 || named === 402) return ErrorName.isCooling(root) ? 429 : named
  if (named !== 404 && !BLAMED.has(named)) return named
  // What a model said may stand beside it, and is no word of the server's.
  if (BLAMED.has(named) && ErrorName.isFailure(root)) return named
  return ErrorName.isLimit(root)
    ? 429
    : ErrorName.passes(root) || Busy.isLoading(root) || Busy.isBusy(root)
      ? 503
      : named
}

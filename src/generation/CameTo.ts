/** What a request came to, as the facts of its attempt. */
import * as Cause from "effect/Cause"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { Answer } from "../domain/Answer.js"
import type { Attempt } from "../domain/Attempt.js"
import * as CodeFailure from "../domain/CodeFailure.js"
import { type GenerationError, isUnsent, type Reason } from "../domain/GenerationError.js"
import type * as Instance from "../domain/Instance.js"
import type { Generated } from "./Judging.js"

type Outcome = Instance.Fields<
  Pick<
    Attempt,
    "outcome" | "message" | "status" | "stage" | "code" | "line" | "servedModel" | "generationId" | "usage" | "unsent"
  >
>

const UNCHECKED = "the answer is in the journal; the run ended before it was checked"

/** No result: it was interrupted; `told` is what its server had said of its price by then. */
export const of = (
  exit: Exit.Exit<Answer, GenerationError>,
  result: Either.Either<Generated, GenerationError> | undefined,
  told: Pick<Outcome, "generationId" | "usage"> = {}
): Outcome => {
  const answer = Exit.isSuccess(exit) ? exit.value : undefined
  const error = result !== undefined && Either.isLeft(result) ? result.left : undefined
  const { generationId, usage } = answer ?? error ?? told
  const known = { status: answer && 200, servedModel: answer?.model, generationId, usage }
  if (result === undefined) return { outcome: "Interrupted", message: answer && UNCHECKED, ...known }
  if (error === undefined) return { outcome: "ok", ...known }
  const { reason } = error
  return {
    ...known,
    outcome: reason._tag,
    message: reason.message,
    status: "status" in reason ? (reason.status ?? known.status) : known.status,
    unsent: isUnsent(reason) || undefined,
    ...(reason._tag === "BadCode" ? CodeFailure.facts(reason.failure) : {})
  }
}

/** The failure that it ended with; an answer and an interruption have none. */
export const failureOf = (exit: Exit.Exit<unknown, GenerationError>): GenerationError | undefined =>
  Exit.isSuccess(exit) ? undefined : Option.getOrUndefined(Cause.failureOption(exit.cause))

/** In one word, for a debug line. */
export const nameOf = (exit: Exit.Exit<Answer, GenerationError>): string =>
  Exit.isSuccess(exit) ? "an answer" : (failureOf(exit)?.reason._tag ?? "interrupted")

export const reasonOf = (result: Either.Either<unknown, GenerationError> | undefined): Option.Option<Reason> =>
  result === undefined ? Option.none() : Option.map(Either.getLeft(result), ({ reason }) => reason)

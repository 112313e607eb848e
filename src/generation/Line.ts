/** One request that is over, and what its attempt says of how it ended. */
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import type { Answer } from "../domain/Answer.js"
import type { Attempt } from "../domain/Attempt.js"
import * as CodeFailure from "../domain/CodeFailure.js"
import type { GenerationError } from "../domain/GenerationError.js"
import type * as Instance from "../domain/Instance.js"
import type { Generated } from "./Judging.js"

export interface Line {
  readonly exit: Exit.Exit<Answer, GenerationError>
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly durationMs: number
  readonly firstTokenMs: number | undefined
  readonly maxCompletionTokens: number
}

type Outcome = Instance.Fields<
  Pick<Attempt, "outcome" | "message" | "status" | "stage" | "code" | "line" | "servedModel" | "generationId" | "usage">
>

export const outcomeOf = (
  exit: Exit.Exit<Answer, GenerationError>,
  result: Either.Either<Generated, GenerationError>
): Outcome => {
  const answer = Exit.isSuccess(exit) ? exit.value : undefined
  const error = Either.isLeft(result) ? result.left : undefined
  const { generationId, usage } = answer ?? error ?? {}
  const known = { status: answer && 200, servedModel: answer?.model, generationId, usage }
  if (error === undefined) return { ...known, outcome: "ok" }
  const { reason } = error
  return {
    ...known,
    outcome: reason._tag,
    message: reason.message,
    status: "status" in reason ? (reason.status ?? known.status) : known.status,
    ...(reason._tag === "BadCode" ? CodeFailure.facts(reason.failure) : {})
  }
}

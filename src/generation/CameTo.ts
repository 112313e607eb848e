/** What a request came to, as the facts of its attempt. */
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import type { Answer } from "../domain/Answer.js"
import type { Attempt } from "../domain/Attempt.js"
import * as CodeFailure from "../domain/CodeFailure.js"
import type { GenerationError } from "../domain/GenerationError.js"
import type * as Instance from "../domain/Instance.js"
import type { Generated } from "./Judging.js"

type Outcome = Instance.Fields<
  Pick<Attempt, "outcome" | "message" | "status" | "stage" | "code" | "line" | "servedModel" | "generationId" | "usage">
>

export const of = (
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

/** Of a request that the end of the run interrupted: what it cost is known where its price had come. */
export const interrupted = ({ generationId, usage }: Pick<Outcome, "generationId" | "usage"> = {}): Outcome => ({
  outcome: "Interrupted",
  generationId,
  usage
})

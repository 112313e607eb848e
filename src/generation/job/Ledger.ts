/** One model's attempts in their order, each with what is known of it; what was answered from the journal is none. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { Answer } from "../../domain/Answer.js"
import { Attempt } from "../../domain/Attempt.js"
import * as CodeFailure from "../../domain/CodeFailure.js"
import type { GenerationError, Reason } from "../../domain/GenerationError.js"
import * as Metrics from "../../telemetry/Metrics.js"
import type { Sent } from "./Sending.js"

/** What was sent and why. */
type Line = Pick<Attempt, "cause"> & Pick<Sent, "exit" | "measured"> & { readonly maxCompletionTokens: number }

/** What became of it: a module, or why there is none. */
type Result = Either.Either<unknown, GenerationError>

export const make = (model: string) =>
  Effect.gen(function* () {
    const ledger: Array<Attempt> = []
    let since = yield* Clock.currentTimeMillis

    const enter = ({ cause, maxCompletionTokens, measured }: Line, outcome: Outcome, reason: Option.Option<Reason>) =>
      Effect.gen(function* () {
        if (measured === undefined) return undefined
        const { durationMs, startedAt } = measured
        const number = ledger.length + 1
        const waitedMs = startedAt - since
        const attempt = new Attempt({ number, cause, waitedMs, maxCompletionTokens, ...measured, ...outcome })
        ledger.push(attempt)
        since = startedAt + durationMs
        yield* Metrics.recordAttempt(model, attempt, reason)
        return attempt
      })

    return {
      attempts: (): ReadonlyArray<Attempt> => ledger,
      interrupted: (line: Line) => enter(line, { outcome: "Interrupted" }, Option.none()),
      /** Yields the attempt; nothing where nothing was sent. */
      ended: (line: Line, result: Result) =>
        enter(
          line,
          outcomeOf(line.exit, result),
          Option.map(Either.getLeft(result), ({ reason }) => reason)
        )
    }
  })

type Outcome = Pick<Attempt, "outcome"> & Partial<Attempt>

const outcomeOf = (exit: Exit.Exit<Answer, GenerationError>, result: Result): Outcome => {
  const served = Exit.isSuccess(exit) ? { status: 200, servedModel: exit.value.model } : {}
  const known = Exit.isSuccess(exit) ? exit.value : Option.getOrUndefined(Either.getLeft(result))
  return {
    ...served,
    ...(known?.generationId === undefined ? {} : { generationId: known.generationId }),
    ...(known?.usage === undefined ? {} : { usage: known.usage }),
    ...Either.match(result, {
      onRight: () => ({ outcome: "ok" }),
      onLeft: ({ reason }) => ({
        outcome: reason._tag,
        message: reason.message,
        ...("status" in reason && reason.status !== undefined ? { status: reason.status } : {}),
        ...(reason._tag === "BadCode" ? CodeFailure.facts(reason.failure) : {})
      })
    })
  }
}

/** What an answer is worth: checks that read the program, then a trial that runs it, where there is one. */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { CodeCheck } from "../../code/CodeCheck.js"
import * as Trial from "../../code/trial/Trial.js"
import type { Answer } from "../../domain/Answer.js"
import * as CodeFailure from "../../domain/CodeFailure.js"
import { BadCode, GenerationError } from "../../domain/GenerationError.js"
import type { PythonModule } from "../../domain/PythonModule.js"
import type { Restore } from "./Sending.js"

export interface Judged {
  readonly module: PythonModule
  /** What the trial run said, where there was one that came to its end. */
  readonly trial: Option.Option<Trial.Outcome>
}

export interface Spec {
  readonly model: string
  readonly ticker: string
}

/** An interrupted trial leaves a module that passed its checks. */
export const make = ({ model, ticker }: Spec) =>
  Effect.gen(function* () {
    const codeCheck = yield* CodeCheck
    const trial = yield* Effect.serviceOption(Trial.Trial)

    return (restore: Restore, answer: Answer): Effect.Effect<Judged, GenerationError> =>
      Effect.gen(function* () {
        const module = yield* codeCheck.accept(answer.text)
        const tried = yield* Option.match(trial, {
          onNone: () => Effect.succeedNone,
          onSome: ({ run }) =>
            restore(run(module, ticker)).pipe(
              Effect.exit,
              Effect.flatMap((exit) => (Exit.isInterrupted(exit) ? Effect.succeedNone : Effect.asSome(exit)))
            )
        })
        return { module, trial: tried }
      }).pipe(
        // A check or a trial that dies, be it an application's own, costs this model and nothing else.
        Effect.catchAllDefect((defect) =>
          Effect.fail(CodeFailure.of("guard", "check-died", `the check itself failed: ${String(defect)}`))
        ),
        Effect.mapError((failure) => refused(model, answer, failure))
      )
  })

const refused = (model: string, { generationId, usage }: Answer, failure: CodeFailure.CodeFailure): GenerationError =>
  new GenerationError({
    model,
    reason: new BadCode({ failure }),
    ...(usage === undefined ? {} : { usage }),
    ...(generationId === undefined ? {} : { generationId })
  })

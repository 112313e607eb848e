/**
 * The trial run of a module that passed every check: it is played over a made-up trading day, in a sandbox, and each of
 * its answers has to be a legal action. A fault of the code is a `CodeFailure`; a run that could not be made, or that
 * proves nothing, is `Skipped` and says why. With an exam it is played over those prices as well, and scored.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { CodeFailure } from "../../domain/CodeFailure.js"
import { count } from "../../domain/Figures.js"
import { tagged } from "../../domain/Named.js"
import type { PythonModule } from "../../domain/PythonModule.js"
import * as Round from "../../domain/Round.js"
import * as Score from "../../domain/Score.js"
import type { Exam } from "../../score/Exam.js"

export class Passed extends tagged<Passed>()("Passed", {
  /** Such as "python3 3.11.7". */
  interpreter: Schema.String,
  /** Calls of the function, each answered with a legal action. */
  ticks: Schema.Number,
  sandboxed: Schema.Boolean,
  durationMs: Schema.Number,
  /** The mean time of a call, with 0.02 ms for handing over the price; differs from run to run. */
  msPerTick: Schema.optional(Schema.Number),
  /** Where there was an exam. */
  score: Schema.optional(Score.Score),
  /** Where the exam has rounds. */
  practice: Schema.optional(Round.Practice),
  choice: Schema.optional(Round.Choice)
}) {}

export class Skipped extends tagged<Skipped>()("Skipped", {
  /** One line for the user: what was missing, or why the run proves nothing. */
  reason: Schema.String
}) {}

export const Result = Schema.Union(Passed, Skipped)
export type Result = typeof Result.Type

/** What a module for this ticker is scored on; undefined: it is not scored. */
export type Examiner = (ticker: string) => Exam | undefined

export interface Service {
  /** Plays the module for `ticker`. Fails only with a fault of the code, stage `trial`. */
  readonly run: (module: PythonModule, ticker: string) => Effect.Effect<Result, CodeFailure>
}

export class Trial extends Context.Tag("algogen/Trial")<Trial, Service>() {}

/** Tries `first`; what it had to skip is tried by `second`; what both skip is skipped with both reasons. */
export const orElse = (first: Service, second: Service): Service => ({
  run: (module, ticker) =>
    Effect.flatMap(first.run(module, ticker), (outcome) =>
      outcome._tag === "Passed"
        ? Effect.succeed(outcome)
        : Effect.map(second.run(module, ticker), (other) =>
            other._tag === "Passed" ? other : new Skipped({ reason: `${outcome.reason}; ${other.reason}` })
          )
    )
})

/** `orElse` for layers. */
export const layerOrElse =
  <E2, R2>(second: Layer.Layer<Trial, E2, R2>) =>
  <E, R>(first: Layer.Layer<Trial, E, R>): Layer.Layer<Trial, E | E2, R | R2> =>
    Layer.scoped(
      Trial,
      Effect.zipWith(Layer.build(first), Layer.build(second), (a, b) =>
        orElse(Context.get(a, Trial), Context.get(b, Trial))
      )
    )

/** Plays the module in whatever interpreter was provided. */
export const run = (module: PythonModule, ticker: string): Effect.Effect<Result, CodeFailure, Trial> =>
  Effect.flatMap(Trial, (trial) => trial.run(module, ticker))

/** The score, where the module ran and there was an exam. */
export const scoreOf = (outcome: Result): Score.Score | undefined =>
  outcome._tag === "Passed" ? outcome.score : undefined

/** All else, for a document that has the score in a place of its own. */
export const withoutScore = (outcome: Result): Result =>
  outcome._tag === "Passed" && outcome.score !== undefined
    ? { ...outcome, score: undefined, practice: undefined, choice: undefined }
    : outcome

/** A line for a person. */
export const describe = (outcome: Result): string =>
  outcome._tag === "Passed"
    ? `${count(outcome.ticks, "tick")} in ${outcome.interpreter}${outcome.sandboxed ? "" : ", not sandboxed"}`
    : `trial skipped: ${outcome.reason}`

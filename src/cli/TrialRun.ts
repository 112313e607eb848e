/**
 * Chooses the sandbox for trials from the flags: python3, else Monty; without either the trial is skipped, with a note. With
 * a trial comes a score, over the prices that were given or made-up ones.
 */
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Series } from "../market/Bars.js"
import type { Options } from "../score/Exam.js"
import * as Notice from "./Notice.js"

export interface Flags {
  readonly trial: boolean
  readonly trialUnsandboxed: boolean
}

export interface Scoring extends Options {
  /** Without any, made-up prices are played. */
  readonly series?: ReadonlyArray<Series> | undefined
}

/** The flags that a run is scored by. */
export interface Scored extends Omit<Scoring, "rounds"> {
  readonly rounds: number
}

export const scoringOf = ({ rounds, ...flags }: Scored): Scoring => ({
  ...flags,
  rounds: rounds > 0
})

const isWanted = ({ trial, trialUnsandboxed }: Flags, scoring: Partial<Scoring> = {}): boolean =>
  trial || trialUnsandboxed || scoring.series !== undefined || scoring.rounds === true

/** Says which flags do nothing, because nothing is scored; `remedy` are those that would have it scored. */
export const saysUnused = (flags: Flags, scoring: Scoring, remedy: string): Effect.Effect<void> => {
  const unused = (["fee", "slippage"] as const).flatMap((name) => (scoring[name] === undefined ? [] : [`--${name}`]))
  return isWanted(flags, scoring) ? Effect.void : Notice.unused(unused, `nothing is scored without ${remedy}`)
}

/** Without `scoring` modules are tried and not scored. */
export const layer = (flags: Flags, scoring?: Scoring): Layer.Layer<never, never, FileSystem.FileSystem> =>
  isWanted(flags, scoring) ? Layer.unwrapEffect(Effect.promise(() => sandboxes(flags, scoring))) : Layer.empty

const sandboxes = async (flags: Flags, scoring: Scoring | undefined) => {
  const [Trial, Python3, Monty, Exam, NodeCommandExecutor] = await Promise.all([
    import("../code/trial/Trial.js"),
    import("../code/trial/Python3.js"),
    import("../code/trial/Monty.js"),
    import("../score/Exam.js"),
    import("@effect/platform-node/NodeCommandExecutor")
  ])
  const exam = scoring === undefined ? undefined : Exam.examiner(scoring.series, scoring)
  return Python3.layer({ allowUnsandboxed: flags.trialUnsandboxed, exam }).pipe(
    Trial.layerOrElse(Monty.layer({ node: process.execPath, exam })),
    Layer.provide(NodeCommandExecutor.layer)
  )
}

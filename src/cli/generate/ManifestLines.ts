/** The lines of the manifest that a run for one ticker adds, as its algorithms are saved. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as ModelRequest from "../../api/ModelRequest.js"
import type * as Plan from "../../generation/Plan.js"
import * as Report from "../../generation/Report.js"
import type * as Job from "../bulk/Job.js"
import * as Manifest from "../bulk/Manifest.js"
import * as ManifestFile from "../bulk/ManifestFile.js"
import type { Failure } from "../Failure.js"

export interface Options {
  readonly asked: Pick<Plan.Options, "models" | "samples">
  readonly out: string
  readonly simulated: boolean
  /** Milliseconds since the epoch. */
  readonly startedAt: number
}

const requestOf = (request: string | ModelRequest.ModelRequest): ModelRequest.ModelRequest =>
  typeof request === "string" ? { model: request } : request

/** The same as in a run for many tickers, so that a line takes the place of an earlier one of the same job. */
export const jobOf = (
  { models, samples = 1 }: Options["asked"],
  { index, model, sample, ticker }: Pick<Report.Outcome, "index" | "model" | "sample" | "ticker">
): Job.Job => {
  const requests = models.map(requestOf)
  const placed = requests[Math.floor(index / samples)]
  // Those that are asked for in addition, to be different, have no place among the models.
  const request = placed?.model === model ? placed : requests.find((request) => request.model === model)
  return { ...request, model, ticker, sample }
}

/** Adds the line of an outcome, unless it has been added. The folder has to be there. */
export const make = ({
  asked,
  out,
  simulated,
  startedAt
}: Options): Effect.Effect<(outcome: Report.Outcome) => void, Failure, Scope.Scope> =>
  Effect.map(ManifestFile.make(out), ({ add }) => {
    const added = new Set<number>()
    const context = { startedAt, simulated, folder: out }
    return (outcome) => {
      if (added.has(outcome.index) || Report.isUnasked(outcome)) return
      added.add(outcome.index)
      add(Manifest.lineOf(jobOf(asked, outcome), outcome, context))
    }
  })

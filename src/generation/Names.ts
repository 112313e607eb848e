/** The names of all options and fields, by which those of callers without types are told from typing errors. */
import * as Spelling from "../domain/Spelling.js"
import type { Limits, ManyOptions, Manner, Options, Request } from "./Options.js"
import type * as Sense from "./Sense.js"
import type { Settings } from "./Settings.js"

type Names<A> = Readonly<Record<keyof A, true>>

export const OF_SETTINGS: Names<Settings> = {
  maxRetries: true,
  patience: true,
  requestTimeout: true,
  resume: true,
  maxCompletionTokens: true,
  repairs: true,
  temperature: true,
  effort: true,
  system: true,
  provider: true,
  serviceTier: true
}

const LIMITS: Names<Limits & Manner> = {
  ...OF_SETTINGS,
  concurrency: true,
  deadline: true,
  allowPaid: true,
  budget: true,
  rounds: true,
  stopWhen: true,
  wholeText: true
}

export const OF_RUN: Names<Options> = {
  models: true,
  ticker: true,
  samples: true,
  distinct: true,
  ...LIMITS,
  onProgress: true
}

export const OF_MANY: Names<ManyOptions> = { requests: true, ...LIMITS }

export const OF_REQUEST: Names<Request> = {
  model: true,
  ticker: true,
  sample: true,
  position: true,
  prompt: true,
  system: true,
  effort: true,
  maxCompletionTokens: true,
  temperature: true,
  serviceTier: true
}

/** No name of these is a typing error. */
export const rule = (
  given: object,
  names: Readonly<Record<string, true>>,
  kind: Spelling.Kind = "option"
): Sense.Rule => {
  const complaint = Spelling.slip(given, names, kind)
  return [complaint === undefined, complaint ?? ""]
}

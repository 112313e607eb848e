/** The names of all options and fields, by which those of callers without types are told from typing errors and from names in the wrong place. */
import * as Spelling from "../domain/Spelling.js"
import type { Limits, ManyOptions, Manner, OfModel, Options, Request, Settings, StreamOptions } from "./Options.js"
import type * as Sense from "./Sense.js"

type Names<A, Value = true> = Readonly<Record<keyof A, Value>>

const OF_SETTINGS: Names<Settings> = {
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

export const OF_MODEL: Names<OfModel> = { model: true, prompt: true, ticker: true, seed: true, ...OF_SETTINGS }

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

/** A run that hands out its events itself. */
const { onProgress: _, ...ofStream } = OF_RUN
export const OF_STREAM: Names<StreamOptions> = ofStream

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

const OF_TICKER = "it is an option of a run for one ticker"

type All = Options & ManyOptions & Request & OfModel

/** Where a name belongs that stands in another place, in which it would have no effect. */
const ELSEWHERE: Names<Omit<All, keyof (Limits & Manner)>, string> = {
  models: `${OF_TICKER}, and each request names one model`,
  samples: `${OF_TICKER}, and each request is for one sample`,
  distinct: OF_TICKER,
  requests: "it is an option of Generation.stream, in place of models and ticker",
  model: "it is a field of a request, and a run for one ticker has models",
  ticker: "it is a field of a request",
  sample: "it is a field of a request, and a run for one ticker has samples",
  position: "it is a field of a request",
  prompt: "it is a field of a request, and a run for one ticker sends what the Prompt service says",
  seed: "it is an option of Generator.generateAlgorithm, and each sample has a seed of its own",
  onProgress: "it is an option of Generation.generateAlgorithms, and a stream hands out the events themselves"
}

const BELONGS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.keys(LIMITS).map((name) => [name, "it is an option of a run as a whole"])),
  ...ELSEWHERE
}

/** Each name is one of these, or the caller's own: neither a typing error nor one that belongs elsewhere. */
export const rule = (
  given: object,
  names: Readonly<Record<string, true>>,
  kind: Spelling.Kind = "option"
): Sense.Rule => {
  const complaint = Spelling.stray(given, names, BELONGS, kind) ?? Spelling.slip(given, names, kind)
  return [complaint === undefined, complaint ?? ""]
}

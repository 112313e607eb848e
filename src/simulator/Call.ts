/** One request as behaviors see it. Everything in it follows from the seed, the request and the time of its arrival. */
import type * as Catalog from "./Catalog.js"
import type * as Dialect from "./Dialect.js"
import type * as Dress from "./Dress.js"
import type * as Program from "./Program.js"

export interface Call {
  /** The generation id, for the header and the body. */
  readonly id: string
  readonly seed: number
  readonly model: Catalog.Model
  /** The model's id as the request has it; servers also take ids that they do not list. */
  readonly asked: string
  readonly dialect: Dialect.Dialect
  /** 1 for the first request of this model. */
  readonly nth: number
  readonly stream: boolean
  /** Whether `stream_options.include_usage` was set, which other servers insist on. */
  readonly includeUsage: boolean
  readonly promptTokens: number
  readonly maxCompletionTokens: number | undefined
  /** Milliseconds until the last byte of a good answer. */
  readonly latency: number
  /** Arrival, in milliseconds since 1970. */
  readonly now: number
  readonly program: Program.Program
  /** The program as this model dresses it up. */
  readonly text: Dress.Text
}

/** The ceiling that the request sets, or the model's own. */
export const ceiling = (call: Call): number => call.maxCompletionTokens ?? call.model.maxCompletionTokens

/** A share of the latency has passed when a stream shows its first token, or a provider its failure. */
const FIRST_TOKEN = 0.25

export const firstToken = (call: Call): number => call.latency * FIRST_TOKEN

/** One request as behaviors see it, and the dialect in which it is answered. */
import type * as Catalog from "./Catalog.js"
import type * as Dress from "./Dress.js"
import type * as Program from "./Program.js"
import type * as Wire from "./Wire.js"

/** Everything in it follows from the seed, the request and the time of its arrival. */
export interface Call {
  /** The generation id, for the header and the body. */
  readonly id: string
  readonly seed: number
  readonly model: Catalog.Model
  /** The model's id as the request has it; servers also take ids that they do not list. */
  readonly asked: string
  readonly dialect: Dialect
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

/** An error before it is worded. */
export interface Problem {
  readonly status: number
  readonly message: string
  readonly type?: string | undefined
  readonly code?: string | number | undefined
  readonly param?: string | undefined
  /** In place of the dialect's words. */
  readonly body?: unknown
}

/** A limit that was reached. */
export interface Limit {
  readonly message: string
  /** The scope in OpenRouter's words. */
  readonly source: string | undefined
  /** Requests that the window takes. */
  readonly requests: number
  /** Absent when the server keeps it to itself. */
  readonly waitMillis: number | undefined
  /** How OpenRouter tells the wait; other servers have one way of their own. */
  readonly hints: "exact" | "whole-seconds" | "both"
}

/**
 * How one kind of server puts an answer, or an error, on the wire: types, headers, fields, framing. A dialect knows
 * nothing of models, keys or parameters; those are in `Profile`. Behaviors ask the dialect of the call, so that a cut-off
 * answer or a 503 is worded as each server words it.
 */
export interface Dialect {
  readonly types: { readonly plain: string; readonly stream: string }
  /** Beside the content type. */
  readonly headers: (call: Pick<Call, "id">) => Wire.Headers
  /** The name by which an answer calls its model. */
  readonly model: (call: Call) => string
  /** Fields of an answer or an event, beside id, object, created and model. */
  readonly envelope: (call: Call) => Wire.Json
  /** Fields of a choice, beside index and finish_reason. */
  readonly choice: (finish: string | null) => Wire.Json
  /** Finish reasons that have another name here. */
  readonly finish: Readonly<Record<string, string>>
  /** Where the thoughts are: in a field, in the content between tags or as a part of it, or nowhere. */
  readonly thoughts: "reasoning" | "reasoning_content" | "tags" | "parts" | "hidden"
  /** Whether a stream ends with an event for the usage. */
  readonly usage: "always" | "on-request" | "never"
  readonly counts: (usage: Wire.Json) => Wire.Json
  /** Sent before the model thinks. Absent: not even the head is sent then. */
  readonly keepAlive: string | undefined
  /** Whether every event repeats the role; elsewhere it stands in the opening. */
  readonly roleInEach: boolean
  /** The events before the first piece of text. */
  readonly opening: (call: Call) => ReadonlyArray<Wire.Json>
  /** Fields of the event with the finish reason. */
  readonly finishing: (call: Call, usage: Wire.Json) => Wire.Json
  /** Fields of every event, given the usage so far. */
  readonly every: (call: Call, usage: () => Wire.Json) => Wire.Json
  /** Whether the last piece of text and the finish reason share an event. */
  readonly finishesWithText: boolean
  /** The end of a stream, given the whole answer. */
  readonly closing: (whole: () => Wire.Json) => string
  /** The HTTP status of an error; some servers say 200 and put the failure into the body. */
  readonly status: (problem: Problem) => number
  readonly error: (problem: Problem) => unknown
  readonly limited: (call: Call, limit: Limit) => Wire.Script
}

/** The ceiling that the request sets, or the model's own. */
export const ceiling = (call: Call): number => call.maxCompletionTokens ?? call.model.maxCompletionTokens

/** A share of the latency has passed when a stream shows its first token, or a provider its failure. */
const FIRST_TOKEN = 0.25

export const firstToken = (call: Call): number => call.latency * FIRST_TOKEN

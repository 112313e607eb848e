/** A job as it lies in the database, and what its batch asks of all. Plain values and their schemas. */
import * as Schema from "effect/Schema"
import * as ModelRequest from "../api/ModelRequest.js"
import type { Message } from "../domain/Message.js"
import * as Report from "../generation/Report.js"

const Effort = Schema.optional(Schema.Literal(...ModelRequest.EFFORTS))
const Figure = Schema.optional(Schema.Number)
const Text = Schema.optional(Schema.String)

export const Settings = Schema.Struct({
  maxRetries: Figure,
  patience: Figure,
  /** Milliseconds. */
  requestTimeout: Figure,
  maxCompletionTokens: Figure,
  repairs: Figure,
  temperature: Figure,
  effort: Effort,
  provider: Schema.optional(Schema.Record({ key: Schema.String, value: Schema.Unknown })),
  serviceTier: Text,
  allowPaid: Schema.optional(Schema.Boolean)
})
export type Settings = typeof Settings.Type

/** One request; its messages lie apart, since many jobs have the same. */
export const Request = Schema.Struct({
  model: Schema.String,
  ticker: Schema.String,
  sample: Figure,
  position: Figure,
  effort: Effort,
  maxCompletionTokens: Figure,
  temperature: Figure,
  serviceTier: Text,
  strategy: Text,
  /** The caller's own name for it. */
  id: Text
})
export type Request = typeof Request.Type

/** Which run of which job: asking again, or handing over, needs a new attempt. */
export interface Ticket {
  readonly batch: string
  readonly index: number
  readonly attempt: number
}

export const keyOf = ({ attempt, batch, index }: Ticket): string => `${batch}/${index}/${attempt}`

/** A job that this worker owns from now on. */
export interface Job extends Ticket {
  /** Its prompt and its batch are there; else `messages` and `settings` are empty. */
  readonly isWhole: boolean
  readonly request: Request
  readonly settings: Settings
  readonly messages: ReadonlyArray<Message>
  /** Milliseconds since the epoch, by `Now`. */
  readonly deadline: number | undefined
  /** US dollars for the whole batch. */
  readonly budget: number | undefined
  /** When its batch was opened, by the same clock. */
  readonly created: number
  /** How often a worker has begun to ask, and not come to an outcome. */
  readonly tries: number
  /** A worker died while it checked an answer to this job and nothing else. */
  readonly suspected: boolean
  /** Nobody wants it any more. */
  readonly cancelled: boolean
}

/** Drivers disagree about numbers: PostgreSQL sends large ones as text, SQLite whole ones as `bigint`. */
export const Numeric = Schema.transform(
  Schema.Union(Schema.Number, Schema.String, Schema.BigIntFromSelf),
  Schema.Number,
  { strict: true, decode: Number, encode: (n) => n }
)

export const RequestJson = Schema.parseJson(Request)
export const SettingsJson = Schema.parseJson(Settings)
export const MessagesJson = Schema.parseJson(
  Schema.Array(Schema.Struct({ role: Schema.Literal("system", "user", "assistant"), content: Schema.String }))
)
export const OutcomeJson = Schema.parseJson(Report.Outcome)

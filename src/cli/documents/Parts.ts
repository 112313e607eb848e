/** What several documents have in common. Fields that are undefined are left out of the JSON. */
import * as Schema from "effect/Schema"

export const Moment = Schema.String.pipe(
  Schema.pattern(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  Schema.annotations({ title: "Moment", description: "ISO 8601, in UTC" })
)

export const Count = Schema.Int.pipe(Schema.nonNegative(), Schema.annotations({ title: "Count" }))

export const Millis = Schema.Number.pipe(
  Schema.nonNegative(),
  Schema.annotations({ title: "Milliseconds", description: "milliseconds" })
)

export const Dollars = Schema.Number.pipe(
  Schema.nonNegative(),
  Schema.annotations({ title: "Dollars", description: "US dollars" })
)

export const Share = Schema.Number.pipe(Schema.between(0, 1), Schema.annotations({ title: "Share" }))

export const Hash = Schema.String.pipe(
  Schema.pattern(/^[0-9a-f]{64}$/),
  Schema.annotations({ title: "Hash", description: "SHA-256 in hexadecimal" })
)

export const Usage = Schema.Struct({
  promptTokens: Count,
  completionTokens: Count,
  cost: Schema.optional(Dollars)
})

/** What an algorithm is called: its place in the request, and which of its model's it is. */
export const slot = {
  index: Count,
  model: Schema.String,
  sample: Schema.Int.pipe(Schema.positive()),
  strategy: Schema.optional(Schema.String)
}

/** What was asked of one model in place of what was asked of all. */
export const parameters = {
  effort: Schema.optional(Schema.String),
  maxCompletionTokens: Schema.optional(Count),
  temperature: Schema.optional(Schema.Number),
  serviceTier: Schema.optional(Schema.String)
}

export const JsonObject = Schema.Record({ key: Schema.String, value: Schema.Unknown })

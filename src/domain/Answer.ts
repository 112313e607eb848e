/**
 * What a model sent back, once the exchange is over: its text and what the server said about it. It knows nothing of
 * Python; whether the text holds a program is decided elsewhere.
 */
import * as Schema from "effect/Schema"

/** Tokens and price of one request, as the server counted them. `cost` is in US dollars; absent means unknown, not zero. */
export class Usage extends Schema.Class<Usage>("Usage")({
  promptTokens: Schema.Number,
  completionTokens: Schema.Number,
  cost: Schema.optionalWith(Schema.Number, { exact: true })
}) {}

export class Answer extends Schema.Class<Answer>("Answer")({
  text: Schema.String,
  /** The model that served the request; it may differ from the one asked for. */
  model: Schema.String,
  finishReason: Schema.optionalWith(Schema.String, { exact: true }),
  generationId: Schema.optionalWith(Schema.String, { exact: true }),
  usage: Schema.optionalWith(Usage, { exact: true })
}) {}

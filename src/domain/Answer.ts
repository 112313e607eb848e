/**
 * What a model sent back: its text and what the server said about it. Whether the text contains a program is checked by
 * `CodeCheck`.
 */
import * as Schema from "effect/Schema"

/** Tokens and price of one request, as the server counted them. `cost` is in US dollars; absent means unknown, not zero. */
export class Usage extends Schema.Class<Usage>("algogen.Usage")({
  promptTokens: Schema.Number,
  completionTokens: Schema.Number,
  cost: Schema.optional(Schema.Number)
}) {}

export class Answer extends Schema.Class<Answer>("algogen.Answer")({
  text: Schema.String,
  /** The model that served the request; it may differ from the one asked for. */
  model: Schema.String,
  finishReason: Schema.optional(Schema.String),
  generationId: Schema.optional(Schema.String),
  usage: Schema.optional(Usage),
  /**
   * Absent: the server said that the answer is whole. `implied`: nothing said so, but nothing speaks against it either,
   * as in a stream that ended without a finish reason. The text of a failure has it, too. `contested`: the finish reason
   * says the one, and the count of tokens the other, or nobody knows what it says.
   */
  ending: Schema.optional(Schema.Literal("implied", "contested")),
  /** There was no text but what the model thought, so that is the text here. */
  thoughts: Schema.optional(Schema.Literal(true))
}) {}

/** Whether options make sense, as far as a run and a call for a single model share them: found before anything is sent. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { LazyArg } from "effect/Function"
import * as Option from "effect/Option"
import { ArrayFormatter } from "effect/ParseResult"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as ModelRequest from "../api/ModelRequest.js"
import { isNeutral, neutral } from "../domain/Neutral.js"
import * as Ticker from "../domain/Ticker.js"
import type { Settings } from "./Options.js"

/** The options make no sense; nothing was sent. */
export class InvalidRequest extends Schema.TaggedError<InvalidRequest>("algogen.InvalidRequest")("InvalidRequest", {
  message: Schema.String
}) {}

export type Rule = readonly [holds: boolean, complaint: string | LazyArg<string>]

export const check = (rules: Iterable<Rule>): Effect.Effect<void, InvalidRequest> => {
  for (const [holds, complaint] of rules) {
    if (!holds) return new InvalidRequest({ message: typeof complaint === "string" ? complaint : complaint() })
  }
  return Effect.void
}

export const whole = (name: string, n: number, least: number, most?: number): Rule => [
  Number.isSafeInteger(n) && n >= least && n <= (most ?? n),
  () =>
    `the ${name} must be a whole number ${most === undefined ? `of at least ${least}` : `from ${least} to ${most}`}, not ${n}`
]

export const decodeTicker = (text: string): Effect.Effect<string, InvalidRequest> =>
  Effect.mapError(
    Ticker.decode(text),
    (error) => new InvalidRequest({ message: ArrayFormatter.formatErrorSync(error)[0]?.message ?? error.message })
  )

/** What is asked of all models, or of one. */
export const sensible = (parameters: ModelRequest.Parameters): Rule => {
  const complaint = ModelRequest.complaint(parameters)
  return [complaint === undefined, complaint ?? ""]
}

/** Of the id of a model. Callers without types may hand in anything. */
export function* ofModel(model: string): Generator<Rule> {
  yield [Predicate.isString(model), "'model' has to be the id of a model"]
  yield [model.trim() !== "", "a model id is empty"]
  yield [isNeutral(model), () => `the model id '${neutral(model)}' holds a character that cannot be seen`]
}

const isBlank = (text: string): boolean => !Predicate.isString(text) || text.trim() === ""

export const ofPrompt = (prompt: string): Rule => [!isBlank(prompt), "the prompt must be a text that is not empty"]

const lengthOf = (time: Duration.DurationInput): number =>
  Option.match(Duration.decodeUnknown(time), { onNone: () => Number.NaN, onSome: Duration.toMillis })

export function* ofTime(name: string, time: Duration.DurationInput | undefined): Generator<Rule> {
  if (time === undefined) return
  const millis = lengthOf(time)
  const wanted = 'must be a time, such as "90 seconds" or a number of milliseconds'
  yield [!Number.isNaN(millis), () => `the ${name} ${wanted}, not ${neutral(String(time))}`]
  yield [millis > 0, `the ${name} must be more than 0`]
}

/** Of all that says how models are asked. */
export function* ofSettings(settings: Settings): Generator<Rule> {
  const { maxRetries = 0, patience = 0, repairs = 0, requestTimeout, system } = settings
  yield whole("retries", maxRetries, 0)
  yield whole("patience", patience, 0)
  yield sensible(settings)
  yield whole("repairs", repairs, 0)
  yield [
    system === undefined || !isBlank(system),
    "the system instructions must be a text that is not empty, or left out"
  ]
  yield* ofTime("request timeout", requestTimeout)
}

/**
 * What callers without a type checker get wrong: an argument that is not what it should be is named, before anything is
 * read, made or sent. What values of the right kind are worth together is judged where a run is planned.
 */
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import { InvalidRequest } from "../generation/Plan.js"
import type { GenerateOptions } from "../promise.js"

type Rule = readonly [argument: string, value: unknown, holds: boolean, what: string]

const check = (rules: ReadonlyArray<Rule>): Either.Either<void, InvalidRequest> => {
  const broken = rules.find(([, , holds]) => !holds)
  if (broken === undefined) return Either.void
  const [argument, value, , what] = broken
  return Either.left(new InvalidRequest({ message: `${argument} must be ${what}, not ${shown(value)}` }))
}

/** Long texts are shown by their beginning. */
const shown = (value: unknown): string => {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value)
  if (Array.isArray(value)) return "a list"
  return Predicate.isObject(value) ? `a value of type ${typeof value}` : String(value)
}

const isText = (value: unknown): boolean => typeof value === "string" && value.trim() !== ""

export const several = (
  selectedAgents: unknown,
  ticker: unknown,
  progressCallback: unknown
): Either.Either<void, InvalidRequest> => {
  const models: ReadonlyArray<unknown> = Array.isArray(selectedAgents) ? selectedAgents : []
  return check([
    ["selectedAgents", selectedAgents, Array.isArray(selectedAgents), "a list of model ids"],
    ...Array.from(models, (model, place): Rule => [`selectedAgents[${place}]`, model, isText(model), "a model id"]),
    ["ticker", ticker, typeof ticker === "string", 'a symbol such as "AAPL"'],
    [
      "progressCallback",
      progressCallback,
      Predicate.isNullable(progressCallback) || Predicate.isFunction(progressCallback),
      "a function, or left out"
    ]
  ])
}

export const one = (
  modelId: unknown,
  promptText: unknown,
  options: GenerateOptions
): Either.Either<void, InvalidRequest> => {
  const given: GenerateOptions = Predicate.isRecord(options) ? options : {}
  const { maxRetries = 0, requestTimeout = 1, signal } = given
  return check([
    ["modelId", modelId, isText(modelId), "a model id"],
    ["promptText", promptText, isText(promptText), "a text that is not blank"],
    ["options", options, Predicate.isRecord(options), "an object, or left out"],
    ["maxRetries", maxRetries, Number.isSafeInteger(maxRetries) && maxRetries >= 0, "a whole number of at least 0"],
    [
      "requestTimeout",
      requestTimeout,
      typeof requestTimeout === "number" && requestTimeout > 0,
      "a number of milliseconds above 0"
    ],
    ["signal", signal, signal === undefined || signal instanceof AbortSignal, "an AbortSignal, or left out"]
  ])
}

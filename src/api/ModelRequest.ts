/** A model together with what is asked of it, and how that is written at the command: `id@effort=low,max-tokens=20000`. */
import * as Either from "effect/Either"
import type { Message } from "../domain/Message.js"
import { neutral } from "../domain/Neutral.js"
import * as ModelId from "./ModelId.js"

/** How much a model is to think before it answers, from not at all to as much as it can. */
export const EFFORTS = ["none", "minimal", "low", "medium", "high", "xhigh", "max"] as const
export type Effort = (typeof EFFORTS)[number]

/** Where a field is missing, what the run asks of every model holds. */
export interface ModelRequest {
  /** The id as the server lists it. It is sent as it is: the `@effort=low` of the command is the field `effort` here. */
  readonly model: string
  /** How much it is to think before it answers. */
  readonly effort?: Effort | undefined
  /** Token limit of an answer, reasoning included; a whole number of at least 1. */
  readonly maxCompletionTokens?: number | undefined
  /** How freely it may choose its words, from 0 to 2. */
  readonly temperature?: number | undefined
  /** `flex`, `priority`, .., passed through as it is. */
  readonly serviceTier?: string | undefined
}

/** One request for one answer, in the words of this library; how a server wants it spelled is `Dialect`'s concern. */
export interface ChatRequest extends ModelRequest {
  readonly messages: ReadonlyArray<Message>
  readonly seed?: number | undefined
  /** Which providers may serve it, as OpenRouter's `provider` object; passed through as it is. */
  readonly provider?: { readonly [name: string]: unknown } | undefined
}

export const parseEffort = (text: string): Effort | undefined => EFFORTS.find((effort) => effort === text.toLowerCase())

const areTokens = (tokens: number): boolean => Number.isSafeInteger(tokens) && tokens > 0
const isTemperature = (temperature: number): boolean =>
  Number.isFinite(temperature) && temperature >= 0 && temperature <= 2

export const parseTokens = (text: string): number | undefined =>
  /^\d+$/.test(text) && areTokens(Number(text)) ? Number(text) : undefined

export const parseTemperature = (text: string): number | undefined =>
  /^\d*\.?\d+$/.test(text) && isTemperature(Number(text)) ? Number(text) : undefined

/** What a value of each has to be, in words. */
export const EFFORT = `one of ${EFFORTS.join(", ")}`
export const TOKENS = "a whole number of at least 1"
export const TEMPERATURE = "a number from 0 to 2"

/** What may be asked of all models or of one, and has bounds. */
export type Parameters = Pick<ModelRequest, "effort" | "maxCompletionTokens" | "temperature">

const BOUNDS: ReadonlyArray<
  readonly [name: string, field: keyof Parameters, holds: (given: Parameters) => boolean, wanted: string]
> = [
  ["effort", "effort", ({ effort }) => effort === undefined || EFFORTS.includes(effort), EFFORT],
  ["token limit", "maxCompletionTokens", ({ maxCompletionTokens = 1 }) => areTokens(maxCompletionTokens), TOKENS],
  ["temperature", "temperature", ({ temperature = 0 }) => isTemperature(temperature), TEMPERATURE]
]

/** What is wrong with them, where something is. */
export const complaint = (given: Parameters): string | undefined => {
  for (const [name, field, holds, wanted] of BOUNDS) {
    if (!holds(given)) return `the ${name} must be ${wanted}, not ${neutral(String(given[field]))}`
  }
  return undefined
}

interface Parameter {
  readonly name: string
  readonly wanted: string
  readonly field: Exclude<keyof ModelRequest, "model">
  readonly parse: (text: string) => string | number | undefined
}

const PARAMETERS: ReadonlyArray<Parameter> = [
  { name: "effort", wanted: EFFORT, field: "effort", parse: parseEffort },
  { name: "max-tokens", wanted: TOKENS, field: "maxCompletionTokens", parse: parseTokens },
  { name: "temperature", wanted: TEMPERATURE, field: "temperature", parse: parseTemperature },
  { name: "service-tier", wanted: "a name", field: "serviceTier", parse: (text) => text || undefined }
]

/** Does it look like an id with parameters behind it, as the command writes them. */
export const hasParameters = (text: string): boolean => /@[\w-]+=/.test(text)

/** Left: what is wrong with it. An `@` without a `name=` behind it belongs to the id, as in `openai/gpt-4o@preset/trader`. */
export const parse = (text: string): Either.Either<ModelRequest, string> => {
  const [, id = text, list] = /^([^]*?)@([\w-]+=[^]*)$/.exec(text) ?? []
  const model = id.trim()
  if (model === "") return Either.left(`'${text}' has no model id`)
  if (model.includes(",")) return Either.left(`'${text}' looks like several models: use one --model for each`)
  // Some servers name a model by its file, which may have any name.
  if (/\s/.test(model) && !ModelId.isFile(model)) {
    return Either.left(`'${text}' has a space in it: use one --model for each model`)
  }
  const request: ModelRequest = { model }
  const seen = new Set<string>()
  for (const setting of list?.split(",") ?? []) {
    const [name = "", ...rest] = setting.split("=")
    const known = PARAMETERS.find((each) => each.name === name.trim())
    if (known === undefined) {
      const names = PARAMETERS.map((each) => each.name).join(", ")
      return Either.left(`'${setting}' in '${text}' is not a parameter of a model: use ${names}`)
    }
    if (seen.has(known.name)) return Either.left(`'${known.name}' may be given only once in '${text}'`)
    seen.add(known.name)
    const given = rest.join("=").trim()
    const value = known.parse(given)
    if (value === undefined)
      return Either.left(`'${given}' is not valid for '${known.name}' in '${text}': use ${known.wanted}`)
    Object.assign(request, { [known.field]: value })
  }
  return Either.right(request)
}

/**
 * What callers without a type checker get wrong: an argument or an option that is not what it should be is named, before
 * anything is read, made or sent. Whether the values fit together is `Plan`'s.
 */
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import { EFFORT, EFFORTS, TEMPERATURE } from "../api/ModelRequest.js"
import * as Packages from "../code/Packages.js"
import * as Spelling from "../domain/Spelling.js"
import { InvalidRequest } from "../generation/Plan.js"
import { BAR_SIZES } from "../market/Bars.js"
import type { Agent, ClientOptions, GenerateOptions, RunOptions } from "./Interface.js"

type Rule = readonly [argument: string, value: unknown, holds: boolean, what: string]

export type Checked = Either.Either<void, InvalidRequest>

/** `wrong` is what is wrong, if something is. */
const checked = (wrong: string | undefined): Checked =>
  wrong === undefined ? Either.void : Either.left(new InvalidRequest({ message: wrong }))

/** What the first rule that does not hold has to say. */
const check = (rules: ReadonlyArray<Rule>): string | undefined => {
  const broken = rules.find(([, , holds]) => !holds)
  if (broken === undefined) return undefined
  const [argument, value, , what] = broken
  // A key is not repeated, whatever is wrong with it.
  return `${argument} must be ${what}${argument === "apiKey" ? "" : `, not ${shown(value)}`}`
}

/** Long texts are shown by their beginning. */
const shown = (value: unknown): string => {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value)
  if (Array.isArray(value)) return "a list"
  return Predicate.isObject(value) ? `a value of type ${typeof value}` : String(value)
}

const isText = (value: unknown): boolean => typeof value === "string" && value.trim() !== ""

interface Kind {
  readonly holds: (value: unknown) => boolean
  readonly what: string
  /** What is wrong inside a value that holds otherwise, in a sentence that begins with the option. */
  readonly fault?: ((option: string, value: unknown) => string | undefined) | undefined
}

const whole = (least: number): Kind => ({
  holds: (value) => typeof value === "number" && Number.isSafeInteger(value) && value >= least,
  what: `a whole number of at least ${least}`
})
const millis: Kind = {
  holds: (value) => typeof value === "number" && value > 0,
  what: "a number of milliseconds above 0"
}
const text: Kind = { holds: isText, what: "a text that is not blank" }
const yesOrNo: Kind = { holds: Predicate.isBoolean, what: "true or false" }

/** About the first item that `why` has something against. */
const faultIn =
  (why: (item: unknown) => string | undefined): Kind["fault"] =>
  (option, value) => {
    const items: ReadonlyArray<unknown> = Array.isArray(value) ? Array.from(value) : []
    const [fault] = items.flatMap((item, index) => {
      const wrong = why(item)
      return wrong === undefined ? [] : [`${option}[${index}] (${shown(item)}) is not valid: ${wrong}`]
    })
    return fault
  }

const OF_ONE: Readonly<Record<keyof GenerateOptions, Kind>> = {
  maxRetries: whole(0),
  patience: whole(0),
  repairs: whole(0),
  requestTimeout: millis,
  maxTokens: whole(1),
  temperature: { holds: (value) => typeof value === "number" && value >= 0 && value <= 2, what: TEMPERATURE },
  effort: { holds: (value) => EFFORTS.some((effort) => effort === value), what: EFFORT },
  system: text,
  provider: {
    holds: Predicate.isReadonlyRecord,
    what: "an object that can be written as JSON",
    fault: (option, value) =>
      Either.match(
        Either.try({
          try: () => JSON.stringify(value),
          catch: (error) => (error instanceof Error ? error.message : String(error))
        }),
        {
          onLeft: (error) => `${option} cannot be written as JSON: ${error.split("\n")[0]}`,
          onRight: () => undefined
        }
      )
  },
  serviceTier: text,
  imports: {
    holds: Array.isArray,
    what: 'a list of packages such as "pandas"',
    fault: faultIn((name) => (typeof name === "string" ? Packages.complaint(name) : `use ${Packages.PACKAGE_WANTED}`))
  },
  signal: { holds: (value) => value instanceof AbortSignal, what: "an AbortSignal, or left out" }
}

const OF_MODEL: Readonly<Record<keyof Agent, Kind>> = {
  model: { ...text, what: "a model id" },
  effort: OF_ONE.effort,
  maxTokens: OF_ONE.maxTokens,
  temperature: OF_ONE.temperature,
  serviceTier: OF_ONE.serviceTier
}

const OF_RUN: Readonly<Record<keyof RunOptions, Kind>> = {
  ...OF_ONE,
  directory: { holds: (value) => value === null || isText(value), what: "the path of a folder, or null for no files" },
  samples: whole(1),
  distinct: whole(0),
  rounds: whole(0),
  data: {
    holds: (value) => isText(value) || Array.isArray(value),
    what: "the path of a CSV file or of a folder of them, or a list of paths",
    fault: faultIn((path) => (isText(path) ? undefined : "use the path of a CSV file or of a folder of them"))
  },
  bar: { holds: (value) => BAR_SIZES.some((size) => size === value), what: `one of ${BAR_SIZES.join(", ")}` },
  prompt: text,
  trial: yesOrNo,
  concurrency: whole(1),
  deadline: millis,
  resume: yesOrNo,
  allowPaid: yesOrNo,
  budget: { holds: (value) => typeof value === "number" && value >= 0, what: "a number of US dollars" },
  indexed: yesOrNo
}

const { signal: _, ...defaults } = OF_RUN
const OF_CLIENT: Readonly<Record<keyof ClientOptions, Kind>> = {
  ...defaults,
  apiKey: text,
  baseUrl: text,
  siteUrl: text,
  appName: text,
  connections: whole(1),
  stream: yesOrNo
}

/** `place` is what a name stands behind in a complaint. */
const options = (given: unknown, kinds: Readonly<Record<string, Kind>>, place = ""): string | undefined => {
  if (!Predicate.isReadonlyRecord(given)) {
    return check([["options", given, false, "an object, or left out"]])
  }
  const unknown = Spelling.complaint(given, kinds)
  if (unknown !== undefined) return place + unknown
  for (const [name, { fault, holds, what }] of Object.entries(kinds)) {
    const value = given[name]
    if (value === undefined) continue
    const wrong = check([[place + name, value, holds(value), what]]) ?? fault?.(place + name, value)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

/** An id, or an object with parameters of this model alone. */
const agent = (given: unknown, index: number): string | undefined => {
  const place = `selectedAgents[${index}]`
  if (!Predicate.isReadonlyRecord(given)) {
    return check([[place, given, isText(given), OF_MODEL.model.what]])
  }
  const { model } = given
  return check([[`${place}.model`, model, isText(model), OF_MODEL.model.what]]) ?? options(given, OF_MODEL, `${place}.`)
}

export const several = (
  selectedAgents: unknown,
  ticker: unknown,
  progressCallback: unknown,
  given: unknown
): Checked => {
  const models: ReadonlyArray<unknown> = Array.isArray(selectedAgents) ? Array.from(selectedAgents) : []
  return checked(
    check([
      ["selectedAgents", selectedAgents, Array.isArray(selectedAgents), "a list of model ids"],
      ["ticker", ticker, typeof ticker === "string", 'a symbol such as "AAPL"'],
      [
        "progressCallback",
        progressCallback,
        Predicate.isNullable(progressCallback) || Predicate.isFunction(progressCallback),
        "a function, or left out"
      ]
    ]) ??
      models.flatMap((model, index) => agent(model, index) ?? [])[0] ??
      options(given, OF_RUN)
  )
}

export const one = (modelId: unknown, promptText: unknown, given: unknown): Checked =>
  checked(
    check([
      ["modelId", modelId, isText(modelId), "a model id"],
      ["promptText", promptText, isText(promptText), text.what]
    ]) ?? options(given, OF_ONE)
  )

export const client = (given: unknown): Checked => checked(options(given, OF_CLIENT))

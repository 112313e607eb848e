/**
 * The settings of a folder: what `algogen generate` does there where its flags say nothing else. Pure. The schema becomes
 * the JSON Schema in the package, by which editors check and complete the file.
 */
import * as Either from "effect/Either"
import * as JSONSchema from "effect/JSONSchema"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as ModelRequest from "../api/ModelRequest.js"
import * as Lenient from "../api/wire/Lenient.js"
import * as Packages from "../code/Packages.js"
import { nearest } from "../domain/Nearest.js"
import * as Ticker from "../domain/Ticker.js"
import * as Plan from "../generation/Plan.js"
import { BAR_SIZES } from "../market/Bars.js"
import { describe, type FlagName, FLAGS } from "./FlagRows.js"
import * as JsonPlace from "./JsonPlace.js"

export { CONFIG_FILE as NAME } from "./FlagRows.js"

const FLAG_OF = {
  models: "model",
  tickers: "ticker",
  data: "data",
  bar: "bar",
  imports: "imports",
  samples: "samples",
  distinct: "distinct",
  rounds: "rounds",
  prompt: "prompt",
  system: "system",
  effort: "effort",
  maxTokens: "max-tokens",
  temperature: "temperature",
  provider: "provider-json",
  serviceTier: "service-tier",
  concurrency: "concurrency",
  connections: "connections",
  requestTimeout: "request-timeout",
  deadline: "deadline",
  maxRetries: "max-retries",
  patience: "patience",
  repairs: "repair",
  budget: "budget",
  out: "out"
} as const satisfies Readonly<Record<string, FlagName>>
type Setting = keyof typeof FLAG_OF

const REPLACED_BY: Partial<Readonly<Record<Setting, ReadonlyArray<string>>>> = {
  models: ["jobs"],
  tickers: ["tickers", "jobs"],
  samples: ["jobs"],
  distinct: ["jobs"]
}

/** A value of which an error says what it has to be. Of a list whose member is wrong, the member's own error counts. */
const wanting = <A, I>(schema: Schema.Schema<A, I>, what: string): Schema.Schema<A, I> =>
  schema.annotations({
    message: ({ actual }) => ({ message: `use ${what}`, override: !Array.isArray(actual) }),
    title: what
  })

const setting = <A, I>(name: Setting, schema: Schema.Schema<A, I>, what: string) =>
  Schema.optional(wanting(schema, what).annotations({ description: describe(FLAGS[FLAG_OF[name]]) }))

const text = Schema.String.pipe(Schema.pattern(/\S/))
const TEXT = "a text that is not blank"

const whole = (name: Setting, least: number, most?: number) =>
  setting(
    name,
    Schema.Number.pipe(Schema.int(), Schema.between(least, most ?? Number.MAX_SAFE_INTEGER)),
    `a whole number ${most === undefined ? `of at least ${least}` : `from ${least} to ${most}`}`
  )

const duration = (name: Setting) =>
  setting(
    name,
    Schema.String.pipe(Schema.pattern(/^(?=.*[1-9])\d+(\.\d+)?\s*(ms|s|m|h|d)$/)),
    'a duration above 0 with its unit, such as "90s", "500ms" or "2m"'
  )

const path = wanting(text, "the path of a file or folder")

/** For all models, or for one. */
const parameters = {
  effort: setting("effort", Schema.Literal(...ModelRequest.EFFORTS), ModelRequest.EFFORT),
  maxTokens: whole("maxTokens", 1),
  temperature: setting("temperature", Schema.Number.pipe(Schema.between(0, 2)), ModelRequest.TEMPERATURE),
  serviceTier: setting("serviceTier", Schema.String.pipe(Schema.pattern(/^[^\s,@]+$/)), "a name")
}

const id = wanting(text, "a model id")
const ModelWithParameters = Schema.Struct({ id, ...parameters })
const Model = Schema.Union(id, ModelWithParameters).annotations({ identifier: "Model" })

const ticker = wanting(Schema.String.pipe(Schema.filter((text) => Either.isRight(Ticker.decode(text)))), Ticker.WANTED)

export const ConfigFile = Schema.Struct({
  $schema: Schema.optional(Schema.String),
  models: setting(
    "models",
    Schema.Array(Model).pipe(Schema.minItems(1)),
    "a list of model ids, or of objects with one"
  ),
  tickers: setting("tickers", Schema.Array(ticker).pipe(Schema.minItems(1)), "a list of symbols"),
  data: setting("data", Schema.Array(path).pipe(Schema.minItems(1)), "a list of files or folders"),
  bar: setting("bar", Schema.Literal(...BAR_SIZES), `one of ${BAR_SIZES.join(", ")}`),
  imports: setting(
    "imports",
    Schema.Array(wanting(Schema.String.pipe(Schema.pattern(Packages.PACKAGE)), Packages.PACKAGE_WANTED)).pipe(
      Schema.minItems(1)
    ),
    "a list of packages"
  ),
  samples: whole("samples", 1, Plan.MAX_SAMPLES),
  distinct: whole("distinct", 0),
  rounds: whole("rounds", 0, Plan.MAX_ROUNDS),
  prompt: setting("prompt", text, TEXT),
  system: setting("system", text, TEXT),
  ...parameters,
  provider: setting(
    "provider",
    Schema.Record({ key: Schema.String, value: Schema.Unknown }).annotations({ jsonSchema: { type: "object" } }),
    "an object, as OpenRouter documents it"
  ),
  concurrency: whole("concurrency", 1),
  connections: whole("connections", 1),
  requestTimeout: duration("requestTimeout"),
  deadline: duration("deadline"),
  maxRetries: whole("maxRetries", 0),
  patience: whole("patience", 0),
  repairs: whole("repairs", 0),
  budget: setting("budget", Schema.Number.pipe(Schema.nonNegative()), "an amount of US dollars, such as 0.05"),
  out: setting("out", text, TEXT)
})
export type ConfigFile = typeof ConfigFile.Type

/** What a new file has of limits: the defaults, for people to change. */
export const LIMITS: ConfigFile = { concurrency: Plan.CONCURRENCY, requestTimeout: "60s", maxRetries: 3 }

export const jsonSchema = (): object => JSONSchema.make(ConfigFile)

const decode = Schema.decodeUnknownEither(ConfigFile, { onExcessProperty: "error" })

/** Left: what is wrong with the text, in one sentence. */
export const parse = (text: string): Either.Either<ConfigFile, string> => {
  const json = Lenient.parse(text)
  if (json === undefined) return Either.left(`it is not JSON from ${JsonPlace.ofError(text)} on`)
  if (!Lenient.isRecord(json.value)) return Either.left("it is not a JSON object")
  return Either.mapLeft(decode(json.value), complaint)
}

/** About the place deepest inside: of a list of alternatives it is the one that was meant. */
const complaint = (error: ParseResult.ParseError): string => {
  const [issue] = ParseResult.ArrayFormatter.formatErrorSync(error).toSorted((a, b) => b.path.length - a.path.length)
  const path = issue?.path ?? []
  const place = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("")
  if (issue?._tag === "Missing") return `'${place.slice(1)}' is missing`
  if (issue?._tag !== "Unexpected") return `'${place.slice(1)}' is not valid: ${issue?.message ?? "check it"}`
  const known = path.length === 1 ? Object.keys(ConfigFile.fields) : Object.keys(ModelWithParameters.fields)
  const meant = nearest(String(path.at(-1)), known)
  return `'${place.slice(1)}' is not a setting: ${meant === undefined ? `use ${known.join(", ")}` : `did you mean ${meant}?`}`
}

/** A number as flags take it, without an exponent. */
const plain = (value: number): string =>
  new Intl.NumberFormat("en", { useGrouping: false, maximumFractionDigits: 20 }).format(value)

const worded = (value: unknown): string => {
  if (typeof value === "number") return plain(value)
  return typeof value === "string" ? value : JSON.stringify(value)
}

/** As it is written behind `--model`. */
const modelWord = (model: typeof Model.Type): string => {
  if (typeof model === "string") return model
  const { id, ...own } = model
  const given = Object.entries(own).flatMap(([name, value]) =>
    value === undefined ? [] : [`${isSetting(name) ? FLAG_OF[name] : name}=${worded(value)}`]
  )
  return given.length === 0 ? id : `${id}@${given.join(",")}`
}

/** A request as the file has it. */
export const ofRequest = ({ maxCompletionTokens, model, ...own }: ModelRequest.ModelRequest): typeof Model.Type =>
  maxCompletionTokens === undefined && Object.keys(own).length === 0
    ? model
    : { id: model, ...own, maxTokens: maxCompletionTokens }

const isSetting = (name: string): name is Setting => Object.hasOwn(FLAG_OF, name)

export interface Flags {
  readonly given: ReadonlySet<string>
  /** All that the command has. */
  readonly flags: ReadonlySet<string>
}

/** Has a command with these flags any use for the file? */
export const hasSettings = (flags: ReadonlySet<string>): boolean =>
  Object.values(FLAG_OF).some((flag) => flags.has(flag))

/** The flags and values that a file stands for, without those that are given. Left: which setting has too many values. */
export const toWords = (file: ConfigFile, { flags, given }: Flags): Either.Either<ReadonlyArray<string>, string> => {
  const words: Array<string> = []
  for (const [name, value] of Object.entries(file)) {
    if (!isSetting(name) || value === undefined) continue
    const flag = FLAG_OF[name]
    if (!flags.has(flag)) continue
    if ([flag, ...(REPLACED_BY[name] ?? [])].some((other) => given.has(other))) continue
    const values = name === "models" ? (file.models ?? []).map(modelWord) : [value].flat().map(worded)
    const { repeats }: { readonly repeats?: true } = FLAGS[flag]
    if (values.length > 1 && repeats !== true) return Either.left(`'${name}' may have only one`)
    for (const word of values) words.push(`--${flag}`, word)
  }
  return Either.right(words)
}

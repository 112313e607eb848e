/** One algorithm to ask for: the line of a file of jobs, which is a JSON object, and every ticker x model x sample. Pure. */
import * as Either from "effect/Either"
import { ArrayFormatter } from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as ModelRequest from "../../api/ModelRequest.js"
import * as Lenient from "../../api/wire/Lenient.js"
import { shortHash } from "../../domain/Hash.js"
import { nearest } from "../../domain/Nearest.js"
import * as Ticker from "../../domain/Ticker.js"
import * as Plan from "../../generation/Plan.js"
import * as JsonPlace from "../JsonPlace.js"

const Words = Schema.String.pipe(Schema.filter((text) => text.trim() !== ""))
const Count = Schema.Int.pipe(Schema.positive())

/** A field that is missing has the value of the flag, or its default. */
export const Job = Schema.Struct({
  model: Words.pipe(Schema.filter((model) => !ModelRequest.hasParameters(model))),
  ticker: Ticker.Ticker,
  /** From 1. */
  sample: Schema.optional(Count),
  /** Sent in place of the built-in prompt. */
  prompt: Schema.optional(Words),
  system: Schema.optional(Schema.String),
  effort: Schema.optional(Schema.Literal(...ModelRequest.EFFORTS)),
  maxCompletionTokens: Schema.optional(Count),
  temperature: Schema.optional(Schema.Number.pipe(Schema.between(0, 2))),
  serviceTier: Schema.optional(Words),
  /** The caller's own name for it, which its line in the manifest repeats. */
  id: Schema.optional(Schema.String)
})
export type Job = typeof Job.Type

/** What each field has to be, in words. */
const WANTED: Readonly<Record<keyof Job, string>> = {
  model: 'the id of a model; its parameters are fields of their own, such as "effort": "low"',
  ticker: Ticker.WANTED,
  sample: "a whole number of at least 1",
  prompt: "a text that is not empty",
  system: "a text",
  effort: ModelRequest.EFFORT,
  maxCompletionTokens: ModelRequest.TOKENS,
  temperature: ModelRequest.TEMPERATURE,
  serviceTier: "a name",
  id: "a text"
}

const FIELDS: ReadonlyArray<string> = Object.keys(Job.fields)

const isField = (name: string): name is keyof Job => Object.hasOwn(Job.fields, name)

const decode = Schema.decodeUnknownEither(Job)

/** Left: what is wrong with it. */
export const parse = (line: string): Either.Either<Job, string> => {
  const json = Lenient.parse(line)
  if (json === undefined) {
    return Either.left(`this is not a JSON object: it is not JSON from ${JsonPlace.columnOfError(line)} on`)
  }
  const { value } = json
  if (!Lenient.isRecord(value)) return Either.left("this is not a JSON object")
  const unknown = Object.keys(value).find((name) => !isField(name))
  if (unknown !== undefined) {
    const guess = nearest(unknown, FIELDS)
    return Either.left(
      `'${unknown}' is not a field of a job: ` +
        (guess === undefined ? `the fields are ${FIELDS.join(", ")}` : `did you mean '${guess}'?`)
    )
  }
  return Either.mapLeft(decode(value), (error) => {
    const name = String(ArrayFormatter.formatErrorSync(error)[0]?.path[0])
    const wanted = isField(name) ? WANTED[name] : "another value"
    return Object.hasOwn(value, name)
      ? `${JSON.stringify(value[name])?.slice(0, 60)} is not valid for '${name}': use ${wanted}`
      : `'${name}' is missing`
  })
}

/** One of a product. */
export interface Placed extends Job {
  /** The place of the model among the models, from 0, which decides about its strategy. */
  readonly position?: number | undefined
}

/** Every ticker x model x sample in that order, made one by one as they are taken. */
export const product = (
  tickers: ReadonlyArray<string>,
  models: ReadonlyArray<string | ModelRequest.ModelRequest>,
  samples: number
): Iterable<Placed> => ({
  *[Symbol.iterator]() {
    for (const ticker of tickers) {
      for (const place of Plan.placesOf(models, samples)) yield { ...place, ticker }
    }
  }
})

/** What it is called by. */
export const placeOf = ({ model, sample = 1, ticker }: Job) => ({ model, sample, ticker })

/** Tells a job from others: 16 digits that are the same for the same job, whatever the caller calls it. */
export const keyOf = (job: Job): string => {
  const told = { ...job, sample: job.sample ?? 1, id: undefined }
  const text = JSON.stringify(FIELDS.map((name) => Lenient.get(told, name)))
  return shortHash(text) + shortHash(`${text.length} ${text}`)
}

/** The documents of `models`, `doctor`, `validate`, `score`, `compare`, `status` and of a dry run, each with `--json`, and the lines of `--events`. */
import * as Schema from "effect/Schema"
import * as Trial from "../../code/trial/Trial.js"
import { Stage } from "../../domain/CodeFailure.js"
import * as Score from "../../domain/Score.js"
import * as Progress from "../../generation/Progress.js"
import { Jobs } from "./Jobs.js"
import * as Parts from "./Parts.js"
import { Run } from "./Run.js"

const Price = Schema.Struct({
  prompt: Parts.Dollars,
  completion: Parts.Dollars,
  request: Schema.optional(Parts.Dollars)
}).annotations({ description: "US dollars: a token of the prompt, a token of the answer, a request" })

const optionalTexts = Schema.optional(Schema.Array(Schema.String))

export const Models = Schema.Struct({
  baseUrl: Schema.String,
  models: Schema.Array(
    Schema.Struct({
      id: Schema.String,
      name: Schema.optional(Schema.String),
      canonicalSlug: Schema.optional(Schema.String),
      contextLength: Schema.optional(Schema.Number),
      maxCompletionTokens: Schema.optional(Schema.Number),
      price: Schema.optional(Price),
      supportedParameters: optionalTexts,
      outputModalities: optionalTexts,
      created: Schema.optional(Schema.Number),
      expirationDate: Schema.optional(Schema.String)
    })
  )
})

export const Doctor = Schema.Struct({
  ok: Schema.Boolean,
  checks: Schema.Array(
    Schema.Struct({
      result: Schema.Literal("good", "bad", "note"),
      message: Schema.String,
      advice: Schema.optional(Schema.String)
    })
  )
})

const Verdict = Schema.Struct({
  file: Schema.String,
  ok: Schema.Boolean,
  arity: Schema.optional(Parts.Count),
  stage: Schema.optional(Schema.Literal(...Stage.literals, "read")),
  code: Schema.optional(Schema.String),
  message: Schema.optional(Schema.String),
  line: Schema.optional(Schema.Int),
  truncated: Schema.optional(Schema.Boolean),
  trial: Schema.optional(Trial.Result)
})

export const Validate = Schema.Array(Verdict)

const Scored = Schema.Struct({
  ...Verdict.fields,
  score: Schema.optional(Score.Score),
  rank: Schema.optional(Schema.Int.pipe(Schema.positive())),
  /** The file that it repeats, by its place in the list. */
  repeats: Schema.optional(Schema.Struct({ index: Parts.Count, same: Schema.Boolean }))
})

export const Scores = Schema.Array(Scored)

export const Comparison = Schema.Struct({
  sides: Schema.Tuple(Scored, Scored),
  /** True for the same program, but for names and constants; false for nearly the same; absent for another one. */
  repeats: Schema.optional(Schema.Boolean),
  /** Absent if one of the files is no module. */
  diff: Schema.optional(Schema.String)
})

const sums = { likely: Parts.Dollars, worst: Parts.Dollars, unknown: Parts.Count }
const ofJobs = { jobs: Parts.Count, ...sums, skipped: Parts.Count }

/** For several tickers, or with `--jobs`: there may be more of them than anybody reads. */
const DryRunOfMany = Schema.Struct({
  models: Schema.Array(
    Schema.Struct({
      model: Schema.String,
      listed: Schema.optional(Schema.Boolean),
      note: Schema.optional(Schema.String),
      ...ofJobs
    })
  ),
  totals: Schema.Struct(ofJobs)
})

const DryRunOfOne = Schema.Struct({
  estimates: Schema.Array(
    Schema.Struct({
      index: Parts.Count,
      model: Schema.String,
      sample: Schema.Int.pipe(Schema.positive()),
      /** Null where the model is not on offer. */
      askedModel: Schema.NullOr(Schema.String),
      listed: Schema.Boolean,
      note: Schema.optional(Schema.String),
      price: Schema.optional(Price),
      promptTokens: Parts.Count,
      maxCompletionTokens: Parts.Count,
      likely: Schema.optional(Parts.Dollars),
      worst: Schema.optional(Parts.Dollars)
    })
  ),
  totals: Schema.Struct(sums)
})

export const DryRun = Schema.Union(DryRunOfOne, DryRunOfMany)

const Worker = Schema.Struct({
  place: Schema.String,
  started: Parts.Moment,
  concurrency: Parts.Count,
  /** Requests in flight. */
  asking: Parts.Count
})

const Batch = Schema.Struct({
  batch: Schema.String,
  created: Parts.Moment,
  queued: Parts.Count,
  waiting: Parts.Count,
  asking: Parts.Count,
  ok: Parts.Count,
  failed: Parts.Count,
  lastMinute: Parts.Count,
  cost: Schema.optional(Parts.Dollars),
  answersOfKnownCost: Parts.Count,
  answersOfUnknownCost: Parts.Count
})

export const Status = Schema.Struct({ workers: Schema.Array(Worker), batches: Schema.Array(Batch) })

export const EventLine = Schema.Union(
  Schema.Struct({ algogen: Schema.Literal(1) }),
  Schema.Struct({
    percent: Schema.Number,
    messages: Schema.Array(Schema.String),
    /** Of an event about a single algorithm. */
    ticker: Schema.optional(Schema.String),
    sample: Schema.optional(Schema.Int.pipe(Schema.positive())),
    event: Progress.Event
  }),
  Schema.Struct({ report: Schema.Union(Run, Jobs) })
)

/** The document of `--json` as the contract has it, and what was added to it since. A field too many is a mistake too. */
import { Either, Schema } from "effect"
import { TreeFormatter } from "effect/ParseResult"
import { Stage } from "../../../src/domain/CodeFailure.js"
import { Score } from "../../../src/domain/Score.js"

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

const Iso = Schema.String.pipe(Schema.pattern(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/))

const Count = Schema.NonNegativeInt
const Share = Schema.Number.pipe(Schema.between(0, 1))

const Usage = Schema.Struct({ promptTokens: Count, completionTokens: Count, cost: optional(Schema.NonNegative) })

const Check = { stage: optional(Stage), code: optional(Schema.NonEmptyString), line: optional(Schema.Int) }

const Attempt = Schema.Struct({
  ...Check,
  number: Schema.Positive,
  cause: Schema.Literal("first", "backoff", "hint", "cut-off", "empty", "repair", "improve"),
  waitedMs: Schema.NonNegative,
  startedAt: Iso,
  durationMs: Schema.NonNegative,
  firstTokenMs: optional(Schema.NonNegative),
  outcome: Schema.NonEmptyString,
  message: optional(Schema.NonEmptyString),
  status: optional(Schema.Int),
  maxCompletionTokens: optional(Count),
  servedModel: optional(Schema.String),
  generationId: optional(Schema.String),
  unsent: optional(Schema.Literal(true)),
  usage: optional(Usage)
})

const Result = Schema.Struct({
  index: Count,
  model: Schema.String,
  status: Schema.Literal("ok", "failed", "skipped"),
  file: optional(Schema.String),
  code: optional(Schema.String),
  arity: optional(Schema.Literal(3)),
  reason: optional(
    Schema.Struct({
      ...Check,
      _tag: Schema.NonEmptyString,
      message: Schema.NonEmptyString,
      status: optional(Schema.Int),
      retryAt: optional(Iso)
    })
  ),
  attempts: Count,
  durationMs: Schema.NonNegative,
  usage: optional(Usage),
  sample: Schema.Positive,
  strategy: optional(Schema.NonEmptyString),
  promptHash: Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/)),
  resumed: optional(Schema.Literal(true)),
  left: optional(Schema.Literal(true)),
  trial: optional(Schema.Unknown),
  score: optional(Score),
  round: optional(Count),
  rounds: optional(
    Schema.Array(
      Schema.Struct({
        round: Count,
        result: Schema.Literal("first", "better", "worse", "keep", "failed"),
        practice: optional(Schema.Number),
        choice: optional(Schema.Number),
        reason: optional(Schema.NonEmptyString)
      })
    )
  ),
  rank: optional(Schema.Positive),
  repeats: optional(Schema.Struct({ index: Count, same: Schema.Boolean })),
  askedModel: optional(Schema.String),
  servedModel: optional(Schema.String),
  attemptLog: Schema.Array(Attempt)
})

const Parameters = {
  effort: optional(Schema.NonEmptyString),
  maxCompletionTokens: optional(Count),
  temperature: optional(Schema.NonNegative),
  serviceTier: optional(Schema.NonEmptyString)
}

const Options = Schema.Struct({
  ...Parameters,
  models: Schema.NonEmptyArray(Schema.Struct({ model: Schema.NonEmptyString, ...Parameters })),
  samples: Schema.Positive,
  concurrency: Schema.Positive,
  requestTimeoutMs: Schema.Positive,
  deadlineMs: Schema.Positive,
  maxRetries: Count,
  patience: Count,
  repairs: Count,
  rounds: Count,
  distinct: Count,
  trial: Schema.Boolean,
  resume: Schema.Boolean,
  allowPaid: Schema.Boolean,
  stream: Schema.Boolean,
  budget: optional(Schema.NonNegative),
  system: optional(Schema.String),
  provider: optional(Schema.Unknown),
  data: Schema.Array(Schema.String),
  imports: Schema.Array(Schema.String),
  bar: optional(Schema.String),
  arena: Schema.Boolean,
  fee: optional(Schema.Number),
  slippage: optional(Schema.Number)
})

export const Document = Schema.Struct({
  simulated: Schema.Boolean,
  version: Schema.String.pipe(Schema.pattern(/^\d+\.\d+\.\d+/)),
  baseUrl: Schema.String.pipe(Schema.pattern(/^https?:/)),
  options: Options,
  success: Schema.Boolean,
  ticker: Schema.String,
  startedAt: Iso,
  durationMs: Schema.NonNegative,
  results: Schema.Array(Result),
  totals: Schema.Struct({
    ok: Count,
    failed: Count,
    skipped: Count,
    left: optional(Count),
    distinct: optional(Count),
    requests: Count,
    retries: Count,
    successRate: optional(Share),
    retryRate: optional(Share),
    cost: optional(Schema.NonNegative),
    requestsOfUnknownCost: Count
  }),
  flow: Schema.Struct({
    limit: Count,
    limits: Schema.Array(Schema.Struct({ at: Iso, limit: Count })),
    requests: Count
  })
})
export type Document = typeof Document.Type

const decode = Schema.decodeEither(Schema.parseJson(Document), { errors: "all", onExcessProperty: "error" })

/** Standard output as the document, which it has to be from its first character to its last. */
export const parse = (stdout: string): Document =>
  Either.getOrThrowWith(decode(stdout), (error) => new Error(`${TreeFormatter.formatErrorSync(error)}\n${stdout}`))

export const statuses = ({ results }: Document): ReadonlyArray<string> =>
  results.map(({ reason, status }) => (reason === undefined ? status : `${status} ${reason._tag}`))

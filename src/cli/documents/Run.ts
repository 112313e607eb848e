/** The document of `algogen generate --json`, which is also the last line of `--events`. */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import type { ModelRequest } from "../../api/ModelRequest.js"
import * as Trial from "../../code/trial/Trial.js"
import { Cause } from "../../domain/Attempt.js"
import { Stage } from "../../domain/CodeFailure.js"
import { Round } from "../../domain/Round.js"
import { Score } from "../../domain/Score.js"
import type * as FlowControl from "../../flow/FlowControl.js"
import * as Distinct from "../../generation/Distinct.js"
import * as Report from "../../generation/Report.js"
import type * as Commands from "../Commands.js"
import * as Parts from "./Parts.js"

const check = {
  stage: Schema.optional(Stage),
  code: Schema.optional(Schema.String),
  line: Schema.optional(Schema.Int)
}

const Attempt = Schema.Struct({
  ...check,
  number: Parts.Count,
  cause: Cause,
  waitedMs: Parts.Millis,
  startedAt: Parts.Moment,
  durationMs: Parts.Millis,
  firstTokenMs: Schema.optional(Parts.Millis),
  outcome: Schema.String,
  message: Schema.optional(Schema.String),
  status: Schema.optional(Schema.Int),
  maxCompletionTokens: Schema.optional(Parts.Count),
  servedModel: Schema.optional(Schema.String),
  generationId: Schema.optional(Schema.String),
  usage: Schema.optional(Parts.Usage),
  unsent: Schema.optional(Schema.Literal(true))
})

export const Result = Schema.Struct({
  ...Parts.slot,
  promptHash: Parts.Hash,
  status: Report.Status,
  file: Schema.optional(Schema.String),
  code: Schema.optional(Schema.String),
  arity: Schema.optional(Schema.Literal(3)),
  reason: Schema.optional(
    Schema.Struct({
      ...check,
      _tag: Schema.String,
      message: Schema.String,
      status: Schema.optional(Schema.Int),
      retryAt: Schema.optional(Parts.Moment)
    })
  ),
  resumed: Schema.optional(Schema.Literal(true)),
  left: Schema.optional(Schema.Literal(true)),
  trial: Schema.optional(Trial.Result),
  score: Schema.optional(Score),
  rank: Schema.optional(Schema.Int.pipe(Schema.positive())),
  round: Schema.optional(Parts.Count),
  rounds: Schema.optional(Schema.Array(Round)),
  repeats: Schema.optional(Schema.Struct({ index: Parts.Count, same: Schema.Boolean })),
  askedModel: Schema.optional(Schema.String),
  servedModel: Schema.optional(Schema.String),
  attempts: Parts.Count,
  durationMs: Parts.Millis,
  usage: Schema.optional(Parts.Usage),
  attemptLog: Schema.Array(Attempt)
})

/** What the command was told to do; what is left to the server or to the model is absent. */
const Options = Schema.Struct({
  ...Parts.parameters,
  models: Schema.Array(Schema.Struct({ model: Schema.String, ...Parts.parameters })),
  samples: Parts.Count,
  concurrency: Parts.Count,
  requestTimeoutMs: Parts.Millis,
  deadlineMs: Parts.Millis,
  maxRetries: Parts.Count,
  patience: Parts.Count,
  repairs: Parts.Count,
  rounds: Parts.Count,
  distinct: Parts.Count,
  trial: Schema.Boolean,
  resume: Schema.Boolean,
  allowPaid: Schema.Boolean,
  stream: Schema.Boolean,
  budget: Schema.optional(Parts.Dollars),
  system: Schema.optional(Schema.String),
  data: Schema.Array(Schema.String),
  imports: Schema.Array(Schema.String),
  arena: Schema.Boolean,
  fee: Schema.optional(Schema.Number),
  slippage: Schema.optional(Schema.Number),
  bar: Schema.optional(Schema.String),
  provider: Schema.optional(Parts.JsonObject)
})

export const Flow = Schema.Struct({
  limit: Parts.Count,
  limits: Schema.Array(Schema.Struct({ at: Parts.Moment, limit: Parts.Count })),
  requests: Parts.Count
})

const Totals = Schema.Struct({
  ok: Parts.Count,
  failed: Parts.Count,
  skipped: Parts.Count,
  left: Schema.optional(Parts.Count),
  /** With `distinct`: how many algorithms repeat none before them. */
  distinct: Schema.optional(Parts.Count),
  requests: Parts.Count,
  retries: Parts.Count,
  successRate: Schema.optional(Parts.Share),
  retryRate: Schema.optional(Parts.Share),
  cost: Schema.optional(Parts.Dollars),
  requestsOfUnknownCost: Parts.Count
})

export const Run = Schema.Struct({
  simulated: Schema.Boolean,
  version: Schema.String,
  baseUrl: Schema.String,
  options: Options,
  success: Schema.Boolean,
  ticker: Schema.String,
  startedAt: Parts.Moment,
  durationMs: Parts.Millis,
  results: Schema.Array(Result),
  totals: Totals,
  flow: Flow
})

export interface Facts {
  readonly version: string
  readonly simulated: boolean
  /** Without secrets. */
  readonly baseUrl: string
  /** The models that were asked, also if they are the default ones. */
  readonly models: ReadonlyArray<string | ModelRequest>
  readonly concurrency: number
  readonly flags: Omit<
    Commands.Generate,
    "models" | "concurrency" | "connections" | "deadline" | "out" | "json" | "events"
  > & {
    readonly deadline: Duration.Duration
  }
  readonly report: Report.GenerationReport
  readonly flow: ReturnType<typeof FlowControl.toJson>
}

export const make = ({ baseUrl, concurrency, flags, flow, models, report, simulated, version }: Facts) => {
  const { totals, ...document } = Report.toJson(report)
  return {
    simulated,
    version,
    baseUrl,
    options: {
      models: models.map((model) => (typeof model === "string" ? { model } : model)),
      samples: flags.samples,
      temperature: flags.temperature,
      effort: flags.effort,
      maxCompletionTokens: flags.maxCompletionTokens,
      system: flags.system,
      data: flags.data,
      imports: flags.imports,
      arena: flags.arena,
      fee: flags.fee,
      slippage: flags.slippage,
      bar: flags.bar,
      provider: flags.provider,
      serviceTier: flags.serviceTier,
      concurrency,
      requestTimeoutMs: Duration.toMillis(flags.requestTimeout),
      deadlineMs: Duration.toMillis(flags.deadline),
      maxRetries: flags.maxRetries,
      patience: flags.patience,
      repairs: flags.repairs,
      rounds: flags.rounds,
      distinct: flags.distinct,
      trial: flags.trial || flags.trialUnsandboxed,
      resume: flags.resume,
      allowPaid: flags.allowPaid,
      stream: flags.stream,
      budget: flags.budget
    },
    ...document,
    totals: { ...totals, distinct: flags.distinct === 0 ? undefined : Distinct.among(report.outcomes) },
    flow
  } satisfies typeof Run.Encoded
}

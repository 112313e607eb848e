/** The document of `algogen generate --json` for several tickers, or for jobs: the jobs themselves are in the manifest. */
import * as Schema from "effect/Schema"
import * as Parts from "./Parts.js"
import { Flow, Result } from "./Run.js"

const counts = {
  ok: Parts.Count,
  failed: Parts.Count,
  skipped: Parts.Count,
  /** Answered from the journal. */
  resumed: Schema.optional(Parts.Count),
  requests: Parts.Count,
  retries: Parts.Count,
  cost: Schema.optional(Parts.Dollars),
  requestsOfUnknownCost: Parts.Count
}

const results = Schema.Array(Schema.Struct({ ticker: Schema.optional(Schema.String), ...Result.fields }))

export const Jobs = Schema.Struct({
  success: Schema.Boolean,
  simulated: Schema.Boolean,
  startedAt: Parts.Moment,
  durationMs: Parts.Millis,
  manifest: Schema.optional(Schema.String),
  jobs: Parts.Count,
  tickers: Parts.Count,
  totals: Schema.Struct({ ...counts, left: Parts.Count }),
  models: Schema.Array(
    Schema.Struct({
      model: Schema.String,
      ...counts,
      failures: Schema.optional(Schema.Record({ key: Schema.String, value: Parts.Count }))
    })
  ),
  failures: Schema.Array(
    Schema.Struct({
      kind: Schema.String,
      _tag: Schema.String,
      status: Schema.optional(Schema.Int),
      count: Parts.Count,
      example: Schema.String
    })
  ),
  /** Of each job, where they are few. */
  results: Schema.optional(results),
  /** Those that could not be saved anywhere, where they are many. */
  lost: Schema.optional(results),
  flow: Flow
})

/** The ledger's line: one attempt is one request, whatever came of it, with what it is known to have cost. */
import * as Schema from "effect/Schema"
import { Usage } from "./Answer.js"
import * as CodeFailure from "./CodeFailure.js"
import { type Costs, knownCost } from "./Figures.js"
import { UNCHECKED } from "./Instance.js"

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

/** Why the attempt was made and, with the wait before it, not earlier. */
export const Cause = Schema.Literal(
  "first",
  "backoff",
  "patience",
  "hint",
  "cut-off",
  "unclear-end",
  "empty",
  "repair",
  "improve",
  "parameter",
  "fits"
)
export type Cause = typeof Cause.Type

export class Attempt extends Schema.Class<Attempt>("algogen.Attempt")({
  /** From 1, within its model. */
  number: Schema.Number,
  cause: Cause,
  /** How long the model had waited for this attempt, in milliseconds: the wait that was imposed, and the one for a place. */
  waitedMs: Schema.Number,
  /** Milliseconds since the epoch. */
  startedAt: Schema.Number,
  durationMs: Schema.Number,
  /** Milliseconds from sending to the first token; absent where none came or the answer was not streamed. */
  firstTokenMs: optional(Schema.Number),
  /** `ok`: it brought a module, or the word to keep the one there is. Else the tag of the reason. */
  outcome: Schema.String,
  message: optional(Schema.String),
  /** The HTTP status, or the one named inside the answer. */
  status: optional(Schema.Number),
  /** Of code that failed a check, what its `CodeFailure` says. */
  stage: optional(CodeFailure.Stage),
  code: optional(Schema.String),
  line: optional(Schema.Int),
  /** The ceiling that was asked for. */
  maxCompletionTokens: optional(Schema.Number),
  servedModel: optional(Schema.String),
  generationId: optional(Schema.String),
  usage: optional(Usage),
  /** There was no connection: nothing was sent. */
  unsent: optional(Schema.Literal(true))
}) {}

/** Made because the one before did not bring what it was to bring. */
export const isRetry = ({ cause, number }: Pick<Attempt, "cause" | "number">): boolean =>
  number > 1 && cause !== "improve"

/** What is known of a request that is over. */
export interface Known {
  readonly status?: number | undefined
  readonly usage?: Usage | undefined
  readonly unsent?: boolean | undefined
}

/**
 * What a request is known to have cost, in US dollars. An error with a status is not billed, and neither is what was not
 * sent; an answer without a price, a time-out and a connection that broke off are unknown, not free.
 */
export const costOf = ({ status, unsent, usage }: Known): number | undefined =>
  usage?.cost ?? (unsent === true || (status !== undefined && status >= 400) ? 0 : undefined)

/** What several requests have cost, and of how many nothing is known. */
export const costsOf = (requests: ReadonlyArray<Known>): Costs => {
  const costs = requests.flatMap((request) => costOf(request) ?? [])
  return {
    cost: costs.reduce((sum, cost) => sum + cost, 0),
    priced: requests.filter(({ usage }) => usage?.cost !== undefined).length,
    ofUnknownCost: requests.length - costs.length
  }
}

/** What several attempts are known to have used, together. */
export const totalUsage = (attempts: ReadonlyArray<{ readonly usage?: Usage | undefined }>): Usage | undefined => {
  const known = attempts.flatMap(({ usage }) => (usage === undefined ? [] : [usage]))
  if (known.length < 2) return known[0]
  const totals = {
    promptTokens: known.reduce((sum, usage) => sum + usage.promptTokens, 0),
    completionTokens: known.reduce((sum, usage) => sum + usage.completionTokens, 0)
  }
  const cost = knownCost(costsOf(known.map((usage) => ({ usage }))))
  return new Usage(cost === undefined ? totals : { ...totals, cost }, UNCHECKED)
}

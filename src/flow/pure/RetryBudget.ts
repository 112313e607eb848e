/**
 * How much a run may try again, so that retries do not pile up on a server that is down: every retry costs, every
 * success gives a little back. The two models that cost most are not counted: one or two dead models prove nothing
 * about the others, and a run of one or two models always has its retries.
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as Consequence from "../../domain/Consequence.js"
import type { Reason } from "../../domain/GenerationError.js"
import { MINIMUM_TROUBLE_MS } from "../RetryPolicy.js"

export interface Budget {
  readonly jobs: number
  /** What each model has drawn, and all of them together. */
  readonly drawn: HashMap.HashMap<string, number>
  readonly total: number
  /** Those that have drawn most, at most as many as are left out. */
  readonly most: ReadonlyArray<{ readonly model: string; readonly cost: number }>
  readonly givenBack: number
  /** When the first retry was taken from a full budget, in milliseconds since the epoch. */
  readonly since: number
}

/** The least that a budget holds; a run of many jobs has half a retry for each. */
const LEAST_CAPACITY = 6
const PER_JOB = 0.5

/** What a success gives back. */
const REFUND = 0.2

/** The models that cost most, and do not count. */
const LEFT_OUT = 2

export const full: Budget = { jobs: 0, drawn: HashMap.empty(), total: 0, most: [], givenBack: 0, since: 0 }

/** So many jobs are under way now; with the last of them everything is forgotten. */
export const withJobs = (budget: Budget, jobs: number): Budget => (jobs > 0 ? { ...budget, jobs } : full)

export const left = (budget: Budget): number =>
  Math.max(LEAST_CAPACITY, budget.jobs * PER_JOB) - charged(budget) + budget.givenBack

/**
 * The budget after a retry, or `undefined` when there is none left for it. What began a moment ago may be over before any
 * model's retries are: until then nobody is refused.
 */
export const withdraw = (budget: Budget, model: string, reason: Reason, now: number): Budget | undefined => {
  const price = Consequence.of(reason).retryCost
  const cost = Option.getOrElse(HashMap.get(budget.drawn, model), () => 0) + price
  const most = [...budget.most.filter((other) => other.model !== model), { model, cost }]
    .sort((a, b) => b.cost - a.cost)
    .slice(0, LEFT_OUT)
  const since = charged(budget) > budget.givenBack ? budget.since : now
  const drawn = HashMap.set(budget.drawn, model, cost)
  const next = { ...budget, drawn, total: budget.total + price, most, since }
  if (left(next) >= 0 || charged(next) === charged(budget)) return next
  return now - since < MINIMUM_TROUBLE_MS ? budget : undefined
}

export const succeeded = (budget: Budget): Budget => ({
  ...budget,
  givenBack: Math.min(charged(budget), budget.givenBack + REFUND)
})

const charged = ({ most, total }: Budget): number => total - most.reduce((sum, { cost }) => sum + cost, 0)

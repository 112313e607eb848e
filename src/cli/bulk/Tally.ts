/** What has become of the jobs of a run so far, in numbers: memory grows with models and kinds of failure, not with jobs. Pure. */
import * as Option from "effect/Option"
import * as Algorithm from "../../domain/Algorithm.js"
import { costsOf, isRetry } from "../../domain/Attempt.js"
import * as CodeFailure from "../../domain/CodeFailure.js"
import { MINUTE_MS } from "../../domain/Figures.js"
import { isUnpriced } from "../../domain/GenerationError.js"
import * as Told from "../../domain/Told.js"
import type * as Progress from "../../generation/Progress.js"
import * as Report from "../../generation/Report.js"

const ZERO = {
  ok: 0,
  failed: 0,
  skipped: 0,
  /** Answered from the journal. */
  resumed: 0,
  requests: 0,
  /** Requests after the first one of a job, but for those of rounds. */
  retries: 0,
  /** US dollars, as far as known. */
  cost: 0,
  /** Requests whose price was named, and those of unknown cost. */
  priced: 0,
  ofUnknownCost: 0
}
export type Counts = typeof ZERO

/** What there is to say of all jobs together. */
const NONE = {
  /** Algorithms that are there, and are not saved yet: those before them come first. */
  arrived: 0,
  /** Algorithms that are called in the older form. */
  older: 0,
  /** Algorithms whose code the models might correct. */
  repairable: 0,
  /** Jobs that a budget left out because their model has no price. */
  unpriced: 0,
  /** How many a rate limit has stopped. */
  limited: 0
}

const count = (counts: Counts, outcome: Report.Outcome): void => {
  counts[outcome.status] += 1
  if (outcome.resumed) counts.resumed += 1
  countRequests(counts, outcome)
}

const countRequests = (counts: Counts, { attempts }: Report.Outcome): void => {
  const costs = costsOf(attempts)
  counts.requests += attempts.length
  counts.retries += attempts.filter(isRetry).length
  for (const name of ["cost", "priced", "ofUnknownCost"] as const) counts[name] += costs[name]
}

export interface Kind {
  readonly _tag: string
  readonly status: number | undefined
  count: number
  /** The first failure of this kind. */
  readonly example: string
}

export interface Model extends Counts {
  /** How often it failed, by the label of the kind. */
  readonly failures: Map<string, number>
}

export interface Tally {
  /** Jobs in all, if that is known. */
  readonly total: number | undefined
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly counts: Readonly<Counts>
  readonly seen: Readonly<typeof NONE>
  /** Jobs that are left to ask for, as far as they are known: the run ended before their turn, or while they were in work. */
  readonly left: () => number
  /** What ended the run early, in words. */
  readonly endedBecause: () => string | undefined
  readonly done: () => number
  readonly tickers: ReadonlySet<string>
  readonly models: ReadonlyMap<string, Model>
  readonly kinds: ReadonlyMap<string, Kind>
  /** The latest failures, the newest last. */
  readonly latest: ReadonlyArray<string>
  readonly hear: (event: Progress.Event, now: number) => void
  /** Jobs a minute that were settled by asking, over the last minute. */
  readonly perMinute: (now: number) => number
}

export const LATEST = 3
/** The window moves on by this much at a time. */
const STEP = 1_000

/** `RateLimited (HTTP 429)`, `BadCode (syntax)`. */
const labelOf = (reason: Option.Option.Value<Report.Outcome["reason"]>): string => {
  const detail =
    reason._tag === "BadCode"
      ? reason.failure.stage
      : "status" in reason && reason.status !== undefined
        ? `HTTP ${reason.status}`
        : undefined
  return detail === undefined ? reason._tag : `${reason._tag} (${detail})`
}

export const make = (total: number | undefined, startedAt: number): Tally => {
  const counts = { ...ZERO }
  const tickers = new Set<string>()
  const models = new Map<string, Model>()
  const kinds = new Map<string, Kind>()
  const latest: Array<string> = []
  const seen = { ...NONE }
  let left = 0
  let endedBecause: string | undefined
  /** Jobs that were settled in each step of the last minute, the oldest first. */
  const steps: Array<{ readonly since: number; settled: number }> = []

  const settled = (outcome: Report.Outcome, now: number) => {
    const cut = Option.getOrUndefined(Option.filter(outcome.reason, Report.isCutShort))
    endedBecause ??= cut?.message
    const { model, resumed, ticker } = outcome
    tickers.add(ticker)
    const isLeft = Report.isLeft(outcome)
    if (isLeft) left += 1
    // What was sent has been sent.
    if (isLeft && outcome.attempts.length === 0) return
    const group = models.get(model) ?? { failures: new Map(), ...ZERO }
    models.set(model, group)
    for (const all of [counts, group]) {
      if (isLeft) countRequests(all, outcome)
      else count(all, outcome)
    }
    if (isLeft) return
    if (Option.exists(outcome.algorithm, Algorithm.isOlder)) seen.older += 1
    if (!resumed) step(now).settled += 1
    if (Option.isNone(outcome.reason)) return
    const reason = outcome.reason.value
    if (reason._tag === "BadCode" && CodeFailure.isRepairable(reason.failure)) seen.repairable += 1
    if (isUnpriced(reason)) seen.unpriced += 1
    if (reason._tag === "RateLimited") seen.limited += 1
    const label = labelOf(reason)
    group.failures.set(label, 1 + (group.failures.get(label) ?? 0))
    const status = "status" in reason ? reason.status : undefined
    const kind = kinds.get(label) ?? {
      _tag: reason._tag,
      status,
      count: 0,
      example: `${ticker} ${model}: ${reason.message}`
    }
    kinds.set(label, kind)
    kind.count += 1
    latest.push(`${ticker} ${model}: ${Told.reason(reason)}`)
    if (latest.length > LATEST) latest.shift()
  }

  const step = (now: number) => {
    while (steps[0] !== undefined && steps[0].since <= now - MINUTE_MS) steps.shift()
    const last = steps.at(-1)
    if (last !== undefined && now < last.since + STEP) return last
    const next = { since: now, settled: 0 }
    steps.push(next)
    return next
  }

  const done = () => counts.ok + counts.failed + counts.skipped

  return {
    total,
    startedAt,
    counts,
    seen,
    left: () => (total === undefined ? left : total - done()),
    endedBecause: () => endedBecause,
    done,
    tickers,
    models,
    kinds,
    latest,
    hear: (event, now) => {
      if (event._tag === "Generated") seen.arrived += 1
      if (event._tag !== "Settled") return
      if (Option.isSome(event.outcome.algorithm)) seen.arrived = Math.max(0, seen.arrived - 1)
      settled(event.outcome, now)
    },
    perMinute: (now) => {
      const recent = steps.filter(({ since }) => since > now - MINUTE_MS).reduce((sum, { settled }) => sum + settled, 0)
      const elapsed = Math.min(MINUTE_MS, Math.max(STEP, now - startedAt))
      return (recent * MINUTE_MS) / elapsed
    }
  }
}

/** 0 to 100, never less than before; 0 until the end where nobody knows how much there is. */
export const percent = ({ done, total }: Tally, event: Progress.Event): number =>
  event._tag === "RunFinished" ? 100 : total === undefined || total === 0 ? 0 : Math.floor((99 * done()) / total)

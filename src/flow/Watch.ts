/** What flow control shows to the outside: a snapshot, the history of its limit, and its metrics. */
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Metric from "effect/Metric"
import { iso } from "../domain/Figures.js"
import * as Metrics from "../telemetry/Metrics.js"
import { circuitKeys, type Candidate } from "./pure/Candidate.js"
import type * as CircuitBreaker from "./pure/CircuitBreaker.js"
import { circuitOf, type Knowledge } from "./pure/Knowledge.js"

export interface Snapshot {
  /** Requests that may be in flight now, and those that are. */
  readonly limit: number
  readonly inFlight: number
  /** Requests that wait for one of those places. */
  readonly waiting: number
  /** How the limit came to be what it is, oldest first; the latest changes only. */
  readonly limits: ReadonlyArray<LimitChange>
  /** What is closed, and until when in milliseconds since the epoch: `model:{id}`, `free`, `account`. */
  readonly gates: ReadonlyArray<readonly [key: string, until: number]>
  /** Every circuit that is not closed: `model:{id}`, `server`. */
  readonly circuits: ReadonlyArray<readonly [key: string, state: Exclude<CircuitBreaker.State["_tag"], "Closed">]>
  readonly retriesLeft: number
  readonly requests: number
}

export interface LimitChange {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly limit: number
}

/** Changes of the limit that are remembered. */
const HISTORY = 256

export interface Watch {
  /** To be called when a request goes and when it is over: shows what is new of its circuits and of the limit. */
  readonly look: (known: Knowledge, candidate: Candidate, now: number) => Effect.Effect<void>
  readonly limits: () => ReadonlyArray<LimitChange>
}

export const make = (): Watch => {
  let limits: ReadonlyArray<LimitChange> = []
  const circuits = new Map<string, CircuitBreaker.State["_tag"]>()

  const look: Watch["look"] = (known, candidate, at) => {
    const { limit } = known.concurrency
    const news: Array<Effect.Effect<void>> = []
    const before = limits.at(-1)?.limit
    if (limit !== before) {
      limits = [...limits, { at, limit }].slice(-HISTORY)
      if (before !== undefined) news.push(limit > before ? Metrics.limitRaised : Metrics.limitCut)
      news.push(Metric.set(Metrics.concurrencyLimit, limit))
    }
    for (const key of circuitKeys(candidate)) {
      const { _tag } = circuitOf(known, key)
      if (circuits.get(key) === _tag) continue
      circuits.set(key, _tag)
      news.push(Metrics.setCircuit(key, _tag))
    }
    return news.length === 0 ? Effect.void : Effect.all(news, { discard: true })
  }

  return { look, limits: () => limits }
}

export const openCircuits = ({ circuits }: Knowledge): Snapshot["circuits"] =>
  HashMap.toEntries(circuits).flatMap(([key, { _tag }]) => (_tag === "Closed" ? [] : [[key, _tag] as const]))

/** For the command's document; times are ISO 8601. */
export const toJson = ({ limit, limits, requests }: Snapshot) => ({
  limit,
  limits: limits.map(({ at, limit }) => ({ at: iso(at), limit })),
  requests
})

/** What a server allows, drawn from a seed: the regimes that policies are judged under. Times are milliseconds from the start. */
import * as Draw from "../../src/simulator/Draw.js"

/** How a refusal says when to come back: to the millisecond, rounded up to whole seconds as in a `Retry-After`, or not. */
export type Hints = "exact" | "whole-seconds" | "none"

/** So many in a period, full again at its end or bit by bit as they expire. */
interface Quota {
  readonly kind: "fixed" | "sliding"
  readonly quota: number
  readonly period: number
  /** How far into a fixed window the run starts. */
  readonly phase: number
  readonly hints: Hints
}

/** A token bucket: requests are earned one after the other, and so many can be saved up. */
interface Bucket {
  readonly kind: "bucket"
  readonly perSecond: number
  readonly burst: number
  readonly hints: Hints
}

export type Window = Quota | Bucket

export type Death = "tagged" | "untagged" | "failing"

export interface Model {
  readonly id: string
  readonly dead: Death | undefined
}

export interface Regime {
  readonly kind: Kind
  readonly name: string
  readonly seed: string
  readonly models: ReadonlyArray<Model>
  /** Jobs a model. */
  readonly samples: number
  readonly cap: (at: number) => number
  readonly window: Window | undefined
  /** The server answers nothing but 503 in between. */
  readonly outage: { readonly from: number; readonly to: number } | undefined
  /** The share of requests that fail with 503 for no reason. */
  readonly flakiness: number
  /** Requests in flight at most. */
  readonly concurrency: number
  /** How long an answer takes, and a refusal, in milliseconds. */
  readonly answerMs: readonly [number, number]
  readonly refusalMs: readonly [number, number]
}

export const KINDS = [
  "no limit",
  "hidden cap",
  "capacity steps",
  "a minute, hinted",
  "a minute, unhinted",
  "sliding, hinted",
  "free",
  "outage",
  "dead, tagged",
  "dead, untagged",
  "flaky",
  "combination",
  "bucket, exact",
  "bucket, seconds",
  "bucket, few models",
  "bucket, 64 in flight",
  "bucket, slow refusals",
  "bucket, by the minute"
] as const
export type Kind = (typeof KINDS)[number]

const DEADLINE_SHARE = 0.75

/** An answer takes as long as those of free models do. */
const ANSWER_MS = [2_000, 12_000] as const

/** A refusal is quick. */
const REFUSAL_MS = [100, 400] as const

/** Well below the time that a request has. */
const SLOWEST_MS = 30_000

const CONCURRENCY = 6

export const draw = (seed: string, kind: Kind, nth: number): Regime => {
  const name = `${kind} ${nth}`
  const rng = Draw.make(seed, kind, nth)
  const base = {
    kind,
    name,
    seed: `${seed}/${name}`,
    cap: () => Number.POSITIVE_INFINITY,
    window: undefined,
    outage: undefined,
    flakiness: 0,
    concurrency: CONCURRENCY,
    answerMs: ANSWER_MS,
    refusalMs: REFUSAL_MS
  }
  const models = (count: number, dead: ReadonlyArray<Death> = [], suffix = "") =>
    Array.from({ length: count }, (_, index) => ({ id: `lab/m${index + 1}${suffix}`, dead: dead[index] }))
  const minute = (hinted: boolean, slidingOrFixed: Quota["kind"]): Quota => ({
    quota: rng.integer(8, 30),
    period: 60_000,
    kind: slidingOrFixed,
    phase: rng.integer(0, 59_000),
    hints: hinted ? "whole-seconds" : "none"
  })
  /** From a request in three seconds to thirty a second, and answers that let a run pass that two to six times over. */
  const bucket = (hints: Hints, atMost = Number.POSITIVE_INFINITY, concurrency = CONCURRENCY) => {
    const perSecond = 0.3 * 100 ** rng.between(0, 1)
    const answer = Math.min(SLOWEST_MS, (1000 * concurrency) / (perSecond * rng.between(2, 6)))
    const jobs = Math.min(200, Math.floor(DEADLINE_SHARE * 400 * perSecond))
    const count = Math.min(jobs, atMost)
    return {
      ...base,
      models: models(count),
      samples: Math.max(1, Math.floor(jobs / count)),
      window: { kind: "bucket", perSecond, burst: rng.integer(1, 20), hints } as const,
      concurrency,
      answerMs: [Math.round(0.7 * answer), Math.round(1.3 * answer)] as const
    }
  }
  /** As many samples of each model as can be had in time under a window. */
  const fitting = (count: number, { quota, period }: Quota) =>
    Math.max(1, Math.floor((DEADLINE_SHARE * quota * (400_000 / period)) / count))
  const steps = () => {
    const first = rng.integer(20, 60) * 1000
    const second = first + rng.integer(30, 90) * 1000
    return (at: number) => (at < first ? 6 : at < second ? 2 : 6)
  }
  const outage = () => {
    const from = rng.integer(0, 20) * 1000
    return { from, to: from + rng.integer(10, 60) * 1000 }
  }

  switch (kind) {
    case "no limit":
      return { ...base, models: models(rng.integer(4, 12)), samples: rng.integer(2, 6) }
    case "hidden cap": {
      const cap = rng.integer(1, 5)
      return { ...base, models: models(rng.integer(6, 12)), samples: Math.max(1, cap), cap: () => cap }
    }
    case "capacity steps":
      return { ...base, models: models(rng.integer(6, 12)), samples: rng.integer(5, 9), cap: steps() }
    case "a minute, hinted":
    case "a minute, unhinted":
    case "sliding, hinted": {
      const window = minute(kind !== "a minute, unhinted", kind === "sliding, hinted" ? "sliding" : "fixed")
      const count = rng.integer(6, 12)
      return { ...base, models: models(count), samples: Math.min(10, fitting(count, window)), window }
    }
    case "free": {
      const window = { ...minute(true, "fixed"), quota: 20 }
      return { ...base, models: models(6, [], ":free"), samples: rng.integer(4, 14), window }
    }
    case "bucket, exact":
      return bucket("exact")
    case "bucket, seconds":
      return bucket("whole-seconds")
    case "bucket, few models":
      return bucket(rng.pick(["exact", "whole-seconds"] as const), rng.integer(1, 3))
    case "bucket, 64 in flight":
      return bucket(rng.pick(["exact", "whole-seconds"] as const), rng.pick([2, 1000]), 64)
    case "bucket, slow refusals": {
      const slow = bucket("whole-seconds", rng.pick([1, 2, 3, 1000]), rng.pick([6, 64]))
      return { ...slow, refusalMs: [Math.min(1_000, slow.answerMs[0]), Math.min(2_000, slow.answerMs[1])] }
    }
    case "bucket, by the minute": {
      const perSecond = rng.integer(5, 30) / 60
      const jobs = Math.floor(DEADLINE_SHARE * 400 * perSecond)
      const count = Math.min(jobs, rng.pick([1, 2, 3, 1000]))
      const hints = rng.pick(["exact", "whole-seconds"] as const)
      return {
        ...base,
        models: models(count),
        samples: Math.max(1, Math.floor(jobs / count)),
        window: { kind: "bucket", perSecond, burst: rng.integer(1, 5), hints } as const,
        concurrency: rng.pick([6, 64]),
        answerMs: [3_000, 8_000]
      }
    }
    case "outage":
      return { ...base, models: models(rng.integer(6, 12)), samples: rng.integer(2, 5), outage: outage() }
    case "dead, tagged":
    case "dead, untagged": {
      const deaths: ReadonlyArray<Death> = [
        kind === "dead, tagged" ? "tagged" : "untagged",
        kind === "dead, tagged" ? "tagged" : "untagged",
        rng.pick(["failing", kind === "dead, tagged" ? "tagged" : "untagged"] as const)
      ]
      return {
        ...base,
        models: models(rng.integer(6, 12), deaths.slice(0, rng.integer(1, 3))),
        samples: rng.integer(2, 4)
      }
    }
    case "flaky":
      return {
        ...base,
        models: models(rng.integer(6, 12)),
        samples: rng.integer(2, 5),
        flakiness: rng.between(0.1, 0.45)
      }
    case "combination": {
      const dead: ReadonlyArray<Death> = [rng.pick(["tagged", "untagged", "failing"] as const)]
      const window = minute(rng.between(0, 1) < 0.7, rng.pick(["fixed", "sliding"] as const))
      const count = rng.integer(6, 10)
      const cap = rng.integer(2, 5)
      const withWindow = rng.between(0, 1) < 0.5
      return {
        ...base,
        models: models(count, dead),
        samples: withWindow ? Math.min(6, fitting(count, window)) : cap,
        window: withWindow ? window : undefined,
        cap: withWindow ? base.cap : () => cap,
        flakiness: rng.between(0, 0.15)
      }
    }
  }
}

/** The same number of each kind. */
export const drawAll = (seed: string, each: number): ReadonlyArray<Regime> =>
  KINDS.flatMap((kind) => Array.from({ length: each }, (_, nth) => draw(seed, kind, nth + 1)))

/** What a server allows, drawn from a seed: the regimes that policies are judged under. Times are milliseconds from the start. */
import * as Draw from "../../src/simulator/Draw.js"

export interface Window {
  readonly quota: number
  readonly period: number
  readonly kind: "fixed" | "sliding"
  /** How far into a fixed window the run starts. */
  readonly phase: number
  readonly hints: boolean
}

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
  "combination"
] as const
export type Kind = (typeof KINDS)[number]

const DEADLINE_SHARE = 0.75

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
    flakiness: 0
  }
  const models = (count: number, dead: ReadonlyArray<Death> = [], suffix = "") =>
    Array.from({ length: count }, (_, index) => ({ id: `lab/m${index + 1}${suffix}`, dead: dead[index] }))
  const minute = (hints: boolean, slidingOrFixed: Window["kind"]): Window => ({
    quota: rng.integer(8, 30),
    period: 60_000,
    kind: slidingOrFixed,
    phase: rng.integer(0, 59_000),
    hints
  })
  /** As many samples of each model as can be had in time under a window. */
  const fitting = (count: number, { quota, period }: Window) =>
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

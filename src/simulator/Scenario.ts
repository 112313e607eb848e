/**
 * What a whole run meets: a rule that gives each request of each model its behaviour. A rule is a function of the seed
 * and the request, so that a scenario is the same twice.
 */
import * as Option from "effect/Option"
import * as Behavior from "./Behavior.js"
import * as Draw from "./Draw.js"

/** One request, before it is answered. */
export interface Asked {
  readonly seed: number
  readonly model: string
  /** Where the model stands in the catalog, from 0; a free model and its paid twin share it. */
  readonly position: number
  /** 1 for the first request of this model. */
  readonly nth: number
  /** Milliseconds since the server started. */
  readonly at: number
}

export interface Scenario {
  readonly name: string
  readonly plan: (asked: Asked) => Behavior.Plan
}

const OK: Behavior.Plan = []

/** A plan written out. A name that does not exist is a mistake of whoever wrote the scenario, so it is a defect. */
const written = (plan: string): Behavior.Plan =>
  Option.getOrThrowWith(Behavior.parse(plan), () => new Error(`No behavior is called "${plan}"`))

/** A scenario of your own: the rule returns a plan such as `ok` or `status-503*2`. */
export const make = (name: string, rule: (asked: Asked) => string): Scenario => ({
  name,
  plan: (asked) => written(rule(asked))
})

/** Plans for some models by their ids; the others are well. */
export const perModel = (plans: Readonly<Record<string, string>>): Scenario => {
  const parsed = new Map(Object.entries(plans).map(([model, plan]) => [model, written(plan)]))
  return { name: "per-model", plan: ({ model }) => parsed.get(model) ?? OK }
}

export const healthy: Scenario = { name: "healthy", plan: () => OK }

const FAILURE_RATE = 0.45
const FLAKES = ["status-429", "status-500", "status-502", "status-503", "status-529"] as const

const stumbles = ({ model, seed }: Asked, nth: number) =>
  nth > 0 && Draw.make(seed, "flaky", model, nth).between(0, 1) < FAILURE_RATE

/** Some requests fail, but never three of a model in a row: three retries are always enough. */
export const flaky: Scenario = make("flaky", (asked) => {
  const { model, nth, seed } = asked
  const twiceBefore = stumbles(asked, nth - 1) && stumbles(asked, nth - 2)
  return stumbles(asked, nth) && !twiceBefore ? Draw.make(seed, "flake", model, nth).pick(FLAKES) : "ok"
})

const named = { healthy, flaky }

export type Name = keyof typeof named

export const names: ReadonlyArray<Name> = ["healthy", "flaky"]

export const fromName = (name: Name): Scenario => named[name]

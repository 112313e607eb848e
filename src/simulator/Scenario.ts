/**
 * What a whole run meets: a rule that gives each request of each model its behavior. A rule is a function of the seed
 * and the request, so that a scenario is the same twice.
 */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Behavior from "./Behavior.js"
import * as Draw from "./Draw.js"
import * as Names from "./Names.js"
import type * as RateLimit from "./RateLimit.js"

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
  readonly rateLimit?: RateLimit.Options
  /** Whether the routes that only inform are down too, by milliseconds since the start. */
  readonly down?: (at: number) => boolean
}

const OK: Behavior.Plan = []

/** A plan written out. An unknown name is a programming error, so it is a defect. */
const written = (plan: string): Behavior.Plan =>
  Option.getOrThrowWith(Behavior.parse(plan), () => new Error(`Unknown behavior "${plan}"`))

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

/** Models that are usually asked together: the stride that gives each of them failures of its own. */
const MODELS = 6

const FAILURE_RATE = 0.55
const FLAKES = ["status-429", "status-500", "status-502", "status-503", "status-529"] as const

const stumbles = ({ model, seed }: Asked, nth: number) =>
  nth > 0 && Draw.make(seed, "flaky", model, nth).between(0, 1) < FAILURE_RATE

/** Some requests fail, but never three of a model in a row: three retries are always enough. */
export const flaky: Scenario = make("flaky", (asked) => {
  const { model, nth, seed } = asked
  const twiceBefore = stumbles(asked, nth - 1) && stumbles(asked, nth - 2)
  return stumbles(asked, nth) && !twiceBefore ? Draw.make(seed, "flake", model, nth).pick(FLAKES) : "ok"
})

/**
 * A true limit on good answers. By default 20 requests a second over all `:free` models with a burst of 5, which six
 * models at once just pass; the real one is `{ requests: 20, per: "1 minute" }`.
 */
export const rateLimited = (rateLimit: RateLimit.Options = { requests: 20, per: "1 second", burst: 5 }): Scenario => ({
  name: "rate-limited",
  plan: () => OK,
  rateLimit
})

const DOWN = written("status-503")

/** Nothing but 503, on every route of the API: for this long after the start, or for good. */
export const outage = (lasting: Duration.DurationInput = Duration.infinity): Scenario => {
  const millis = Duration.toMillis(lasting)
  const down = (at: number) => at < millis
  return { name: "outage", down, plan: ({ at }) => (down(at) ? DOWN : OK) }
}

/** Everything but the behaviors that are called good. */
const hostilities = Behavior.names.filter((name) => !name.startsWith("ok"))

const deck = (seed: number) => {
  const rank = new Map(hostilities.map((name) => [name, Draw.make(seed, "deck", name).between(0, 1)]))
  return [...hostilities].sort((left, right) => (rank.get(left) ?? 0) - (rank.get(right) ?? 0))
}

/** Every failure there is, dealt to the models in turn, in an order that is the seed's. No request gets the usual answer. */
export const hostile: Scenario = make("hostile", ({ nth, position, seed }) => {
  const index = position + (nth - 1) * MODELS
  return deck(seed)[index % hostilities.length] ?? "status-500"
})

/** Each name, and the scenario that it stands for. */
const named: Readonly<Record<Name, Scenario>> = {
  healthy,
  flaky,
  "rate-limited": rateLimited(),
  outage: outage(),
  hostile
}

export type Name = Names.Scenario

export const names: ReadonlyArray<Name> = Names.SCENARIOS

export const fromName = (name: Name): Scenario => named[name]

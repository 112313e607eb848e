/**
 * Everything that the routes share: the settings of one simulator, resolved, and what it remembers. Nothing here knows
 * HTTP but the recorder that it carries.
 */
import * as Behavior from "./Behavior.js"
import * as Catalog from "./Catalog.js"
import type * as Latency from "./Latency.js"
import type * as RateLimit from "./RateLimit.js"
import type * as Recorder from "./Recorder.js"
import type * as Scenario from "./Scenario.js"

export interface Backend {
  readonly seed: number
  readonly scenario: Scenario.Scenario
  readonly latency: Latency.Latency
  /** The models that are offered, by id, in the order of the list. */
  readonly models: ReadonlyMap<string, Offered>
  /** Keys that are accepted; absent: any, and none at all. */
  readonly apiKeys: ReadonlySet<string> | undefined
  readonly limiter: RateLimit.Limiter | undefined
  readonly recorder: Recorder.Recorder
}

export interface Offered extends Catalog.Model {
  /** Counted from 0; a free model and its paid twin share one. Decides what the model writes. */
  readonly position: number
}

const base = (id: string) => id.replace(/:free$/, "")

/** The models themselves, then one for each behavior. */
export const offer = (models: ReadonlyArray<Catalog.Model>): ReadonlyMap<string, Offered> => {
  const simulated = Behavior.listed.map(({ description, id }): Catalog.Model => ({
    ...Catalog.simulated(id, `Simulated: ${description}`),
    hidden: true
  }))
  const all = [...models, ...simulated]
  const positions = new Map([...new Set(all.map(({ id }) => base(id)))].map((id, position) => [id, position]))
  return new Map(all.map((model) => [model.id, { ...model, position: positions.get(base(model.id)) ?? 0 }]))
}

/** A model of the list, or one made for a plan that is well formed but too special to be listed. */
export const find = ({ models }: Backend, id: string): Offered | undefined =>
  models.get(id) ??
  (Behavior.ofModel(id)._tag === "Some" ? { ...Catalog.simulated(id, id), position: models.size } : undefined)

/**
 * Everything that the routes share: the settings of one simulator, resolved, and what it remembers. Nothing here knows
 * HTTP but the recorder that it carries.
 */
import * as Behavior from "./Behavior.js"
import * as Catalog from "./Catalog.js"
import * as Draw from "./Draw.js"
import type * as Latency from "./Latency.js"
import type * as Profile from "./Profile.js"
import type * as RateLimit from "./RateLimit.js"
import type * as Recorder from "./Recorder.js"
import type * as Scenario from "./Scenario.js"
import type * as Seats from "./Seats.js"

export interface Backend {
  readonly seed: number
  readonly profile: Profile.Profile
  readonly scenario: Scenario.Scenario
  readonly latency: Latency.Latency
  /** How long loading takes, in milliseconds. */
  readonly loading: number
  /** The models that are offered, by id, in the order of the list. */
  readonly models: ReadonlyMap<string, Offered>
  /** Keys that are accepted; absent: any, and none at all. */
  readonly apiKeys: ReadonlySet<string> | undefined
  readonly limiter: RateLimit.Limiter | undefined
  readonly seats: Seats.Seats
  readonly recorder: Recorder.Recorder
}

export interface Offered extends Catalog.Model {
  /** Counted from 0; a free model and its paid twin share one. Decides what the model writes. */
  readonly position: number
}

const base = (id: string) => id.replace(/:free$/, "")

/** OpenRouter's list ends with a model for each behavior, since clients may check their ids against it. */
const behaviors = (): ReadonlyArray<Catalog.Model> =>
  Behavior.listed.map(({ description, id }) => ({
    ...Catalog.simulated(id, `Simulated: ${description}`),
    hidden: true
  }))

export const offer = (
  { name }: Profile.Profile,
  models: ReadonlyArray<Catalog.Model>
): ReadonlyMap<string, Offered> => {
  const all = name === "openrouter" ? [...models, ...behaviors()] : models
  const positions = new Map([...new Set(all.map(({ id }) => base(id)))].map((id, position) => [id, position]))
  return new Map(all.map((model) => [model.id, { ...model, position: positions.get(base(model.id)) ?? 0 }]))
}

const placed = ({ models }: Backend, model: Catalog.Model): Offered =>
  // Models that are not listed write different programs as well.
  models.get(model.id) ?? { ...model, position: models.size + Draw.hash(model.id) }

/** The name that every profile takes, listed or not, so that one command tries any of them. */
export const ANYWHERE = "llama3.2"

/** The model that an id stands for, or one made for a plan: any server takes `sim/PLAN`, listed or not. */
export const find = (backend: Backend, id: string): Offered | undefined => {
  const listed = backend.models.get(id)
  if (listed?.hidden) return listed
  if (Behavior.ofModel(id)._tag === "Some") return { ...Catalog.simulated(id, id), position: backend.models.size }
  const models = [...backend.models.values()]
  const [first = Catalog.served(id, 8192)] = models
  const found = backend.profile.find(id, models) ?? (id === ANYWHERE ? { ...first, id } : undefined)
  return found && placed(backend, found)
}

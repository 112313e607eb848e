/**
 * Failures that make other requests pointless: a refused account ends the run, a used-up daily quota ends the `:free`
 * models. A refusal that may be one model's, or one provider's, is weighed against what this run has seen of the others.
 * Waiting models end at once; a request under way goes on, because its answer may still come.
 */
import * as Effect from "effect/Effect"
import * as Models from "../api/Models.js"
import * as Consequence from "../domain/Consequence.js"
import type { GenerationError } from "../domain/GenerationError.js"

export interface Verdict {
  /** The failure that ended all models like this one. */
  readonly on: (model: string) => GenerationError | undefined
  /** Records a failure: if it ends other models, they are not asked from now on. */
  readonly hear: (error: GenerationError) => void
  /** Records that a model has answered: the key and the account are good for it. */
  readonly answered: (model: string) => void
  /** Ends the waits that a failure has made pointless; called after the failure has been reported. */
  readonly announce: Effect.Effect<void>
  /** Calls `look` when a failure is announced that ended all models like this one. Hands back what ends that. */
  readonly listen: (model: string, look: () => void) => () => void
}

/** The names of models that a failure ends together. */
const ALL = "all"
const FREE = "free"
const only = (model: string) => `model ${model}`
const vendor = (model: string) => `vendor ${Models.vendor(model)}`

/** How many models, or vendors, have to be refused in the same way until it is no matter of one. */
const ENOUGH = 2

export const make = (): Verdict => {
  const ended = new Map<string, GenerationError>()
  const listeners = new Set<readonly [model: string, look: () => void]>()
  const answerers = new Set<string>()
  /** Those that were refused since the last answer, by what they were refused with. */
  const suspects = new Map<string, Set<string>>()
  const refusals = new Set<string>()

  const on: Verdict["on"] = (model) =>
    ended.size === 0
      ? undefined
      : (ended.get(ALL) ??
        (Models.isFree(model) ? ended.get(FREE) : undefined) ??
        ended.get(vendor(model)) ??
        ended.get(only(model)))

  const suspect = (refusal: string, model: string): ReadonlyArray<string> => {
    const models = suspects.get(refusal) ?? new Set()
    suspects.set(refusal, models.add(model))
    return [...models]
  }

  const isAnsweredBut = (model: string): boolean => answerers.size > (answerers.has(model) ? 1 : 0)

  /** What ends by a refusal that names the key or the account: while others are answered a second model has to be refused. */
  const endsByAccount = (model: string): ReadonlyArray<string> =>
    !isAnsweredBut(model) || suspect("account", model).length >= ENOUGH ? [ALL] : [only(model)]

  /**
   * What ends by one that names neither. A gateway may have no way to one vendor, so that two of its models prove nothing of
   * others; and it proves nothing of others at all where a model never answered, while they do. Said again, it ends that one.
   */
  const endsByRefusal = (status: number, model: string): ReadonlyArray<string> => {
    const refusal = `${status} ${model}`
    const itself = refusals.has(refusal) && !answerers.has(model) ? [only(model)] : []
    refusals.add(refusal)
    if (isAnsweredBut(model) && !answerers.has(model)) return itself
    const models = suspect(String(status), model)
    if (new Set(models.map(Models.vendor)).size >= ENOUGH) return [ALL]
    return models.length >= ENOUGH ? [vendor(model)] : itself
  }

  const groupsEndedBy = ({ model, reason }: GenerationError): ReadonlyArray<string> => {
    switch (Consequence.of(reason).ends) {
      case "none":
        return []
      case "free":
        return [FREE]
      case "all":
        return endsByAccount(model)
      case "all-if-repeated":
        return endsByRefusal("status" in reason ? (reason.status ?? 0) : 0, model)
    }
  }

  return {
    on,
    hear: (error) => {
      for (const group of groupsEndedBy(error)) if (!ended.has(group)) ended.set(group, error)
    },
    answered: (model) => {
      answerers.add(model)
      suspects.clear()
    },
    announce: Effect.sync(() => {
      if (ended.size > 0) for (const [model, look] of listeners) if (on(model) !== undefined) look()
    }),
    listen: (model, look) => {
      const listener = [model, look] as const
      listeners.add(listener)
      return () => listeners.delete(listener)
    }
  }
}

/**
 * Failures that make other requests pointless: a refused account ends the run, a used-up daily quota ends the `:free`
 * models. Waiting models end at once; a request under way goes on, because its answer may still come.
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
  /** Ends the waits that a failure has made pointless; called after the failure has been reported. */
  readonly announce: Effect.Effect<void>
  /** Calls `look` when a failure is announced that ended all models like this one. Hands back what ends that. */
  readonly listen: (model: string, look: () => void) => () => void
}

interface Group {
  cause: GenerationError | undefined
  /** Those who want to know of it, each. */
  readonly listeners: Set<() => void>
}

const open = (): Group => ({ cause: undefined, listeners: new Set() })

export const make = (): Verdict => {
  const free = open()
  const paid = open()
  const groupOf = (model: string) => (Models.isFree(model) ? free : paid)

  /** Models that were refused for a reason that may concern them alone. */
  const suspects = new Set<string>()

  const groupsEndedBy = ({ model, reason }: GenerationError): ReadonlyArray<Group> => {
    switch (Consequence.of(reason).ends) {
      case "none":
        return []
      case "free":
        return [free]
      case "all":
        return [free, paid]
      case "all-if-repeated":
        suspects.add(model)
        return suspects.size > 1 ? [free, paid] : []
    }
  }

  return {
    on: (model) => groupOf(model).cause,
    hear: (error) => {
      for (const group of groupsEndedBy(error)) group.cause ??= error
    },
    announce: Effect.sync(() => {
      for (const { cause, listeners } of [free, paid]) if (cause !== undefined) listeners.forEach((look) => look())
    }),
    listen: (model, look) => {
      const { listeners } = groupOf(model)
      listeners.add(look)
      return () => listeners.delete(look)
    }
  }
}

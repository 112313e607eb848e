/**
 * Failures that make other requests pointless: a refused account ends the run, a used-up daily quota ends the `:free`
 * models. Waiting models end at once; a request under way goes on, because its answer may still come.
 */
import * as Effect from "effect/Effect"
import * as Models from "../api/Models.js"
import * as Consequence from "../domain/Consequence.js"
import type { GenerationError } from "../domain/GenerationError.js"
import * as Arrival from "./Arrival.js"
import type { Ledger } from "./Ledger.js"

/** A model that is asked. */
interface Asked {
  readonly model: string
  readonly ledger: Pick<Ledger, "hopeless" | "isBusy">
}

export interface Verdict {
  /** The failure that ended all models like this one. */
  readonly on: (model: string) => GenerationError | undefined
  /** Records a failure: if it ends other models, they are not asked from now on. */
  readonly hear: (error: GenerationError) => void
  /** Ends the waits that a failure has made pointless; called after the failure has been reported. */
  readonly announce: Effect.Effect<void>
  /** Runs the asking of a model, and ends its waits when a verdict comes. */
  readonly whileOpen: (
    asked: Asked
  ) => <A, R>(asking: Effect.Effect<A, GenerationError, R>) => Effect.Effect<A, GenerationError, R>
}

interface Group {
  cause: GenerationError | undefined
  /** Ends the waits of those in work, each. */
  readonly cuts: Set<() => void>
}

const open = (): Group => ({ cause: undefined, cuts: new Set() })

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

  /** Whose request is under way learns of the verdict when it wants to wait. */
  const waitsOf =
    ({ ledger, model }: Asked): Arrival.Arm =>
    (cut) =>
      Effect.sync(() => {
        const { cuts } = groupOf(model)
        const cutWait = () => {
          if (!ledger.isBusy() && ledger.hopeless() !== undefined) cut()
        }
        cuts.add(cutWait)
        return () => cuts.delete(cutWait)
      })

  return {
    on: (model) => groupOf(model).cause,
    hear: (error) => {
      for (const group of groupsEndedBy(error)) group.cause ??= error
    },
    announce: Effect.sync(() => {
      for (const { cause, cuts } of [free, paid]) if (cause !== undefined) cuts.forEach((cut) => cut())
    }),
    whileOpen: (task) => (asking) =>
      Effect.suspend(
        () =>
          task.ledger.hopeless() ??
          Effect.uninterruptibleMask((restore) =>
            asking.pipe(Arrival.unlessCut(restore, waitsOf(task), () => task.ledger.hopeless() ?? Effect.interrupt))
          )
      )
  }
}

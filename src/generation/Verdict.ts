/**
 * Failures that prove other requests hopeless: a refused account ends the run, a used-up daily quota the `:free` models.
 * Models that wait hear of it at once; a request that is under way is not cut, since its answer may still come.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import * as Models from "../api/Models.js"
import * as Consequence from "../domain/Consequence.js"
import type { GenerationError } from "../domain/GenerationError.js"
import type { Task } from "./Task.js"

export interface Verdict {
  /** The failure that ended all models like this one. */
  readonly on: (model: string) => GenerationError | undefined
  /** Draws the conclusions from a failure: nothing like it is sent from now on. */
  readonly hear: (error: GenerationError) => void
  /** Wakes those whose waits the failure makes pointless; once it has been reported itself. */
  readonly announce: (error: GenerationError) => Effect.Effect<void>
  /** Runs what asks a model, and ends its waits when a verdict comes. */
  readonly whileOpen: (
    task: Pick<Task, "model" | "ledger">
  ) => <A, R>(asking: Effect.Effect<A, GenerationError, R>) => Effect.Effect<A, GenerationError, R>
}

interface Group {
  cause: GenerationError | undefined
  readonly ended: Deferred.Deferred<void>
}

const open = (): Group => ({ cause: undefined, ended: Deferred.unsafeMake(FiberId.none) })

export const make = (): Verdict => {
  const free = open()
  const paid = open()
  const groupOf = (model: string) => (Models.isFree(model) ? free : paid)

  const groupsEndedBy = ({ reason }: GenerationError): ReadonlyArray<Group> =>
    ({ none: [], free: [free], all: [free, paid] })[Consequence.of(reason).ends]

  return {
    on: (model) => groupOf(model).cause,
    hear: (error) => {
      for (const group of groupsEndedBy(error)) group.cause ??= error
    },
    announce: (error) =>
      Effect.forEach(groupsEndedBy(error), ({ ended }) => Deferred.succeed(ended, undefined), { discard: true }),
    whileOpen:
      ({ ledger, model }) =>
      (asking) => {
        // Whose request is under way learns of the verdict when it wants to wait.
        const hopeless = Effect.suspend(() => (ledger.isBusy() ? Effect.never : (ledger.hopeless() ?? Effect.never)))
        const ended = Effect.zipRight(Deferred.await(groupOf(model).ended), hopeless)
        return Effect.suspend(() => ledger.hopeless() ?? Effect.raceFirst(asking, ended))
      }
  }
}

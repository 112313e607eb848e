/**
 * The waits of one model: they end as soon as another model's failure has made them pointless. A request under way goes on,
 * because its answer may still come.
 */
import * as Effect from "effect/Effect"
import type { GenerationError } from "../domain/GenerationError.js"
import type { Listen } from "../flow/Admission.js"
import * as Arrival from "./Arrival.js"
import type { Ledger } from "./Ledger.js"
import type { Verdict } from "./Verdict.js"

export interface Waits {
  /** For a wait that does nothing else. */
  readonly listen: Listen<GenerationError>
  /** Runs what waits and asks in turn, and ends it when it waits for nothing. */
  readonly whileOpen: <A, R>(asking: Effect.Effect<A, GenerationError, R>) => Effect.Effect<A, GenerationError, R>
}

/** The verdicts of the run are on the model that is asked; the ledger knows it as requested. */
export const make = (
  model: string,
  { hopeless, isBusy }: Pick<Ledger, "hopeless" | "isBusy">,
  verdict: Pick<Verdict, "listen"> | undefined
): Waits => {
  const look = (giveUp: (why: GenerationError) => void) => () => {
    const why = hopeless()
    if (why !== undefined) giveUp(why)
  }
  const listen: Waits["listen"] = (giveUp) => {
    const stop = verdict?.listen(model, look(giveUp)) ?? (() => undefined)
    look(giveUp)()
    return stop
  }
  /**
   * Whose request is under way learns of the verdict when it wants to wait. So does what will not be asked again, which has
   * ended by itself.
   */
  const arm: Arrival.Arm = (cut) =>
    Effect.sync(
      () =>
        verdict?.listen(
          model,
          look(() => isBusy() || cut())
        ) ?? (() => undefined)
    )
  return {
    listen,
    whileOpen: (asking) =>
      Effect.uninterruptibleMask((restore) =>
        asking.pipe(Arrival.unlessCut(restore, arm, () => hopeless() ?? Effect.interrupt))
      )
  }
}

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
  { hopeless, isWaiting }: Pick<Ledger, "hopeless" | "isWaiting">,
  verdict: Pick<Verdict, "listen">
): Waits => {
  const onVerdict = (giveUp: (failure: GenerationError) => void) => {
    const look = () => {
      const why = hopeless()
      if (why !== undefined) giveUp(why)
    }
    return { look, stop: verdict.listen(model, look) }
  }
  // A failure that is final is not taken back, and whose request is under way learns of the verdict when it wants to wait.
  const arm: Arrival.Arm = (cut) => Effect.sync(() => onVerdict(() => isWaiting() && cut()).stop)
  return {
    listen: (giveUp) => {
      const { look, stop } = onVerdict(giveUp)
      look()
      return stop
    },
    whileOpen: (asking) =>
      Effect.uninterruptibleMask((restore) =>
        asking.pipe(Arrival.unlessCut(restore, arm, { onCut: () => hopeless() ?? Effect.interrupt }))
      )
  }
}

/**
 * The money of a run. Before a request goes out its worst price is set aside, when it ends the true one replaces it, so
 * that requests in flight together cannot spend more than there is. A request that does not fit now waits for those in
 * flight, and is refused when none of them can make room any more.
 */
import * as Effect from "effect/Effect"
import * as STM from "effect/STM"
import * as TRef from "effect/TRef"

export interface Budget {
  /** Sets the worst price (US dollars) aside; false when it does not fit and nothing in flight could change that. */
  readonly reserve: (worst: number) => Effect.Effect<boolean>
  /** Replaces what was set aside by what was spent; an unknown cost stays at its worst. */
  readonly settle: (worst: number, cost: number | undefined) => Effect.Effect<void>
  /** US dollars spent so far, unknown costs taken at their worst. */
  readonly spent: Effect.Effect<number>
}

interface Account {
  readonly spent: number
  readonly reserved: number
  readonly inFlight: number
}

/** `limit` in US dollars. */
export const make = (limit: number): Effect.Effect<Budget> =>
  Effect.map(TRef.make<Account>({ spent: 0, reserved: 0, inFlight: 0 }), (account) => ({
    reserve: (worst) =>
      TRef.get(account).pipe(
        STM.flatMap((now) => {
          if (now.spent + now.reserved + worst <= limit) {
            const next = { ...now, reserved: now.reserved + worst, inFlight: now.inFlight + 1 }
            return STM.as(TRef.set(account, next), true)
          }
          return now.inFlight === 0 ? STM.succeed(false) : STM.retry
        }),
        STM.commit
      ),
    settle: (worst, cost) =>
      TRef.update(account, ({ inFlight, reserved, spent }) => ({
        spent: spent + (cost ?? worst),
        // Sums of fractions drift; with nothing in flight nothing is reserved.
        reserved: inFlight === 1 ? 0 : reserved - worst,
        inFlight: inFlight - 1
      })),
    spent: Effect.map(TRef.get(account), ({ spent }) => spent)
  }))

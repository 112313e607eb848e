/**
 * The money of a run. Before a request goes out its worst price is set aside, when it ends the true one replaces it, so
 * that requests in flight together cannot spend more than there is. A request that does not fit now waits for those in
 * flight, and is refused once none is left to wait for. Money is US dollars.
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as STM from "effect/STM"
import * as TRef from "effect/TRef"
import * as Price from "../api/Price.js"
import { OverBudget } from "../domain/GenerationError.js"

export interface Cost<A> {
  /** The most that the request may cost. */
  readonly worst: number
  /** What it did cost; where that is unknown it stays at its worst. */
  readonly costOf: (result: A) => number | undefined
}

export interface Budget {
  /** Runs the request with its worst price set aside; fails, with nothing run, when it does not fit and never will. */
  readonly spend: <A>(request: Effect.Effect<A>, cost: Cost<A>) => Effect.Effect<A, OverBudget>
}

/** A request in flight. */
interface Hold {
  readonly worst: number
}

interface Account {
  readonly spent: number
  readonly holds: ReadonlyArray<Hold>
}

/** Tolerance for rounding errors in sums; no request costs so little. */
const ROUNDING = 1e-9

export const make = (limit: number): Effect.Effect<Budget> =>
  Effect.gen(function* () {
    const account = yield* TRef.make<Account>({ spent: 0, holds: [] })

    /** What is left when it does not fit and nothing in flight could change that. */
    const refusal = (left: number, { worst }: Hold) => {
      const rest = Math.max(0, left)
      const looksAlike = Price.dollars(worst) === Price.dollars(rest)
      const [cost, remaining] = [worst, rest].map((amount) =>
        looksAlike ? `$${amount.toFixed(9)}` : Price.dollars(amount)
      )
      return new OverBudget({ message: `it may cost ${cost}, but only ${remaining} of the budget is left` })
    }

    const reserve = (hold: Hold): Effect.Effect<OverBudget | undefined> =>
      TRef.get(account).pipe(
        STM.flatMap(({ holds, spent }) => {
          const left = limit - spent - Arr.reduce(holds, 0, (sum, { worst }) => sum + worst)
          // A free request fits even if a server has overdrawn the budget.
          if (hold.worst === 0 || hold.worst <= left + ROUNDING) {
            return STM.as(TRef.set(account, { spent, holds: [...holds, hold] }), undefined)
          }
          return holds.length === 0 ? STM.succeed(refusal(left, hold)) : STM.retry
        }),
        STM.commit
      )

    const settle = (hold: Hold, cost: number): Effect.Effect<void> =>
      TRef.update(account, (now) =>
        now.holds.includes(hold) ? { spent: now.spent + cost, holds: now.holds.filter((other) => other !== hold) } : now
      )

    const spend: Budget["spend"] = (request, { costOf, worst }) =>
      Effect.uninterruptibleMask((restore) => {
        const hold = { worst }
        return restore(reserve(hold)).pipe(
          // The money may have been set aside in the moment of the interruption.
          Effect.onInterrupt(() => settle(hold, 0)),
          Effect.flatMap((refused) =>
            refused === undefined
              ? Effect.onExit(restore(request), (exit) =>
                  settle(hold, Exit.match(exit, { onFailure: () => worst, onSuccess: (sent) => costOf(sent) ?? worst }))
                )
              : Effect.fail(refused)
          )
        )
      })

    return { spend }
  })

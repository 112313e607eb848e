/**
 * A queue for permits to send: a request waits, first come first served, until `hasRoom` says so. The caller
 * decides what that depends on, and calls `offer` when it changes. Effect's semaphores do not fit: `makeSemaphore` wakes every waiter
 * for each permit, `PartitionedSemaphore` loses a permit whose receiver is interrupted in that moment.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"

export interface Permits {
  /** Waits for a permit and keeps it while this runs. */
  readonly during: <A, E, R>(use: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Hands permits that have become free to those who wait. */
  readonly offer: Effect.Effect<void>
  readonly waiting: () => number
}

interface Waiter {
  readonly turn: Deferred.Deferred<void>
  isGranted: boolean
}

/** `given`: permits in use, and those handed to a waiter which has not woken up yet. */
export const make = (hasRoom: (given: number) => boolean): Permits => {
  // A set keeps the order of arrival, and lets a waiter leave from its middle at no cost.
  const waiters = new Set<Waiter>()
  let given = 0

  const offer = Effect.sync(() => {
    for (const waiter of waiters) {
      if (!hasRoom(given)) break
      waiters.delete(waiter)
      waiter.isGranted = true
      given += 1
      Deferred.unsafeDone(waiter.turn, Effect.void)
    }
  })

  const giveBack = Effect.suspend(() => {
    given -= 1
    return offer
  })

  const leave = (waiter: Waiter) =>
    Effect.suspend(() => {
      if (waiter.isGranted) return giveBack
      waiters.delete(waiter)
      return Effect.void
    })

  return {
    during: (use) =>
      Effect.uninterruptibleMask((restore) => {
        const kept = Effect.ensuring(restore(use), giveBack)
        if (waiters.size === 0 && hasRoom(given)) {
          given += 1
          return kept
        }
        const waiter: Waiter = { turn: Deferred.unsafeMake(FiberId.none), isGranted: false }
        waiters.add(waiter)
        return restore(Deferred.await(waiter.turn)).pipe(
          Effect.onInterrupt(() => leave(waiter)),
          Effect.zipRight(kept)
        )
      }),
    offer,
    waiting: () => waiters.size
  }
}

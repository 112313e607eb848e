/**
 * A queue for places that are few: whoever comes waits, first come first served, until there is room. What the room
 * depends on is the caller's; whoever changes it says so with `offer`. Effect's semaphores do not fit: `makeSemaphore`
 * wakes everybody for each permit, `PartitionedSemaphore` loses a permit whose receiver is interrupted in that moment.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"

/** What `Effect.uninterruptibleMask` hands to its function. */
export type Restore = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

export interface Places {
  /**
   * Waits for a place and keeps it while this runs, which puts something into it or not. To be run where it cannot be
   * interrupted, with `restore` for the wait.
   */
  readonly during: (restore: Restore) => <A, E, R>(use: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Hands places that have become free to those who wait. */
  readonly offer: Effect.Effect<void>
  /** Is there a place at once. */
  readonly isFree: () => boolean
  readonly waiting: () => number
}

interface Waiter {
  readonly turn: Deferred.Deferred<void>
  granted: boolean
}

/** `promised`: places that are kept, or were handed to a waiter which has not woken up yet. */
export const make = (hasRoom: (promised: number) => boolean): Places => {
  const waiters: Array<Waiter> = []
  let promised = 0

  const offer = Effect.suspend(() => {
    const next: Array<Waiter> = []
    while (hasRoom(promised)) {
      const waiter = waiters.shift()
      if (waiter === undefined) break
      waiter.granted = true
      promised += 1
      next.push(waiter)
    }
    return Effect.forEach(next, ({ turn }) => Deferred.succeed(turn, undefined), { discard: true })
  })

  const giveBack = Effect.suspend(() => {
    promised -= 1
    return offer
  })

  const leave = (waiter: Waiter) =>
    Effect.suspend(() => {
      if (waiter.granted) return giveBack
      waiters.splice(waiters.indexOf(waiter), 1)
      return offer
    })

  const isFree = () => waiters.length === 0 && hasRoom(promised)

  const take = (restore: Restore) =>
    Effect.gen(function* () {
      if (isFree()) {
        promised += 1
        return
      }
      const waiter: Waiter = { turn: yield* Deferred.make<void>(), granted: false }
      waiters.push(waiter)
      yield* restore(Deferred.await(waiter.turn)).pipe(Effect.onInterrupt(() => leave(waiter)))
    })

  return {
    during: (restore) => (use) => Effect.zipRight(take(restore), Effect.ensuring(use, giveBack)),
    offer,
    isFree,
    waiting: () => waiters.length
  }
}

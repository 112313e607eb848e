/**
 * A queue for permits to send: a request waits, first come first served, until there is room. What the room depends on is
 * the caller's; a change of it is followed by `offer`, unless it comes with time. Effect's semaphores do not fit:
 * `makeSemaphore` wakes every waiter for each permit, `PartitionedSemaphore` loses a permit whose receiver is interrupted
 * in that moment.
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Now from "../telemetry/Now.js"
import type { Listen } from "./Admission.js"

export interface Permits {
  /** Waits for a permit and keeps it while this runs. Fails if it is to give up while it waits. */
  readonly during: <A, E, R, F = never>(use: Effect.Effect<A, E, R>, listen?: Listen<F>) => Effect.Effect<A, E | F, R>
  /** Would a request get one at once. */
  readonly hasRoom: (now: number) => boolean
  /** Hands permits that have become free to those who wait. */
  readonly offer: Effect.Effect<void>
  readonly waiting: () => number
}

interface Waiter {
  isGranted: boolean
  wake: () => void
}

/** The alarm at which the first of those who wait is to be looked at. */
interface Alarm {
  readonly at: number
  readonly fiber: Fiber.RuntimeFiber<void>
}

/** For a queue in which nobody has room until something else happens. */
export const NEVER = Number.POSITIVE_INFINITY

/**
 * `roomAt`: from when on there is room for one more, in milliseconds since the epoch; `given` counts the permits in use, and
 * those handed to a waiter which has not woken up yet.
 */
export const make = (roomAt: (given: number, now: number) => number): Permits => {
  // A set keeps the order of arrival, and lets a waiter leave from its middle at no cost.
  const waiters = new Set<Waiter>()
  let given = 0
  let alarm: Alarm | undefined

  const silence = Effect.suspend(() => {
    if (alarm === undefined) return Effect.void
    const { fiber } = alarm
    alarm = undefined
    return Fiber.interruptFork(fiber)
  })

  const offer: Effect.Effect<void> = Effect.suspend(() => (waiters.size === 0 ? Effect.void : handOut))

  const handOut: Effect.Effect<void> = Now.now((now) => {
    for (const waiter of waiters) {
      const at = roomAt(given, now)
      if (at > now) return at === NEVER ? Effect.void : wakeAt(at, now)
      waiters.delete(waiter)
      waiter.isGranted = true
      given += 1
      waiter.wake()
    }
    return silence
  })

  /** One alarm for all who wait. */
  const wakeAt = (at: number, now: number) =>
    alarm !== undefined && alarm.at <= at
      ? Effect.void
      : Effect.zipRight(
          silence,
          Effect.sleep(at - now).pipe(
            Effect.zipRight(
              Effect.suspend(() => {
                alarm = undefined
                return offer
              })
            ),
            Effect.interruptible,
            Effect.forkDaemon,
            Effect.map((fiber) => {
              alarm = { at, fiber }
            })
          )
        )

  const giveBack = Effect.suspend(() => {
    given -= 1
    return offer
  })

  const leave = (waiter: Waiter) =>
    Effect.suspend(() => {
      if (waiter.isGranted) return giveBack
      waiters.delete(waiter)
      return waiters.size === 0 ? silence : Effect.void
    })

  const wait = <F>(
    restore: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>,
    listen: Listen<F> = () => () => undefined
  ) => {
    const waiter: Waiter = { isGranted: false, wake: () => undefined }
    waiters.add(waiter)
    let stop: (() => void) | undefined
    const granted = Effect.async<void, F>((resume) => {
      if (waiter.isGranted) return resume(Effect.void)
      stop = listen((failure) => resume(Effect.fail(failure)))
      waiter.wake = () => {
        stop?.()
        resume(Effect.void)
      }
    })
    const waited = Effect.catchAllCause(restore(granted), (cause) => {
      stop?.()
      return Effect.zipRight(leave(waiter), Effect.failCause(cause))
    })
    return waiters.size === 1 ? Effect.zipRight(offer, waited) : waited
  }

  const hasRoom = (now: number) => waiters.size === 0 && roomAt(given, now) <= now

  return {
    hasRoom,
    during: (use, listen) =>
      Effect.uninterruptibleMask((restore) =>
        Now.now((now) => {
          const kept = Effect.flatMap(Effect.exit(restore(use)), (exit) => {
            given -= 1
            return waiters.size === 0 ? exit : Effect.zipRight(handOut, exit)
          })
          if (!hasRoom(now)) return Effect.zipRight(wait(restore, listen), kept)
          given += 1
          return kept
        })
      ),
    offer,
    waiting: () => waiters.size
  }
}

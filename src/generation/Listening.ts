/**
 * Passes a run's events on, to a listener or as a stream: one queue, one fiber, in order. A slow listener does not slow the
 * run, and one that dies or hangs only causes a warning.
 */
import * as Cause from "effect/Cause"
import * as Chunk from "effect/Chunk"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Instance from "../domain/Instance.js"
import * as Now from "../telemetry/Now.js"
import * as Progress from "./Progress.js"

/** Called for every event, in order. If a call takes over 5 s it gets no more; if it dies, the run goes on. */
export type Listener = (progress: Progress.Progress) => Effect.Effect<void>

/** A call that takes longer has hung. A run that is over waits at most this long for its listener. */
const LISTENER_LIMIT = Duration.seconds(5)

export interface Listening {
  readonly emit: Progress.Emit
  readonly drain: Effect.Effect<unknown>
}

const nobody: Listening = { emit: Progress.unheard, drain: Effect.void }

const GIVEN_UP = "the progress listener did not return within 5 s; it gets no more events"

export const make = (listener: Listener | undefined): Effect.Effect<Listening> =>
  listener === undefined ? Effect.succeed(nobody) : start(listener)

const start = (listener: Listener): Effect.Effect<Listening> =>
  Effect.gen(function* () {
    /** What was not told yet, the oldest first; nothing follows `undefined`. */
    let untold: Array<Progress.Progress | undefined> = []
    /** Wakes the fiber that tells, where it waits for something to tell. */
    let wake: (() => void) | undefined
    const percentOf = Progress.meter()
    /** When the call that goes on began, in milliseconds since the epoch. */
    let since: number | undefined
    let hears = true

    const tell = (progress: Progress.Progress) =>
      Now.now((now) => {
        since = now
        return Effect.catchAllCause(
          Effect.suspend(() => listener(progress)),
          (cause) => Effect.logWarning("the progress listener failed", cause)
        )
      })
    const news = Effect.async<void>((resume) => {
      if (untold.length > 0) resume(Effect.void)
      else wake = () => resume(Effect.void)
    })
    const telling = Effect.gen(function* () {
      for (;;) {
        const batch = untold
        untold = []
        for (const progress of batch) {
          if (progress === undefined) return
          yield* tell(progress)
          since = undefined
        }
        if (untold.length === 0) yield* news
      }
    })
    const add = (progress: Progress.Progress | undefined) => {
      untold.push(progress)
      wake?.()
      wake = undefined
    }
    /** One timer for all calls: it checks when the current call would have hung, and then the next one. */
    const hanging = Effect.gen(function* () {
      for (;;) {
        const watched = since
        const began = watched ?? (yield* Now.millis)
        yield* Effect.sleep(began + Duration.toMillis(LISTENER_LIMIT) - (yield* Now.millis))
        if (watched !== undefined && since === watched) return
      }
    })
    const ending = yield* Deferred.make<void>()
    const overdue = Effect.raceFirst(hanging, Effect.zipRight(Deferred.await(ending), Effect.sleep(LISTENER_LIMIT)))
    const giveUp = Effect.suspend(() => {
      hears = false
      return Effect.logWarning(GIVEN_UP)
    })
    // A daemon, so that the limits hold even if the fiber that waits for it cannot be interrupted or has been. A call that
    // hangs may be uninterruptible, and is then abandoned.
    const fiber = yield* Effect.raceFirst(Effect.disconnect(telling), Effect.zipRight(overdue, giveUp)).pipe(
      Effect.interruptible,
      Effect.forkDaemon
    )
    return {
      emit: (event) => {
        if (hears) add({ percent: percentOf(event), event: Instance.present(event) })
      },
      drain: Effect.sync(() => add(undefined)).pipe(
        Effect.zipRight(Deferred.succeed(ending, undefined)),
        Effect.zipRight(Fiber.await(fiber))
      )
    }
  })

/** Slots that may be under way or settled and not read yet. Twice as many as flow control has in work. */
const AHEAD = 2_000

/** Settled slots that a reader gets at once. */
const AT_ONCE = 8

/**
 * The events of a run, as many at a time as have come. When the reader stops, the run ends. `room` waits while the reader is
 * far behind: it takes a place, which the reader gives back by reading that a slot is settled.
 */
export const stream = <A, E, R>(
  run: (emit: Progress.Emit, room: Effect.Effect<unknown>) => Effect.Effect<A, E, R>
): Stream.Stream<Progress.Event, E, R> =>
  Stream.unwrapScoped(
    Effect.gen(function* () {
      const places = yield* Effect.makeSemaphore(AHEAD)
      let coming: Array<Progress.Event> = []
      /** What the reader gets next, the latest first. */
      let batch: Array<Progress.Event> = []
      let end: Effect.Effect<never, Option.Option<E>> | undefined
      let wake = () => {}

      const hasMore = () => {
        if (batch.length > 0) return true
        batch = coming.toReversed()
        coming = []
        return batch.length > 0
      }
      const news = Effect.async<void>((resume) => {
        if (hasMore() || end !== undefined) resume(Effect.void)
        else wake = () => resume(Effect.void)
      })
      /** Few slots that are settled, as each gives back a place. */
      const next = Effect.suspend(() => {
        if (!hasMore() && end !== undefined) return end
        const some: Array<Progress.Event> = []
        let settled = 0
        while (settled < AT_ONCE) {
          const event = batch.pop()
          if (event === undefined) break
          some.push(event)
          if (event._tag === "Settled") settled += 1
        }
        return Effect.as(places.release(settled), Chunk.unsafeFromArray(some))
      })

      yield* run((event) => {
        coming.push(Instance.present(event))
        wake()
      }, places.take(1)).pipe(
        Effect.onExit((exit) =>
          Effect.sync(() => {
            end = Exit.match(exit, {
              onFailure: (cause) => Effect.failCause(Cause.map(cause, Option.some)),
              onSuccess: () => Effect.fail(Option.none())
            })
            wake()
          })
        ),
        Effect.forkScoped
      )
      return Stream.repeatEffectChunkOption(Effect.zipRight(news, next))
    })
  )

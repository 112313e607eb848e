/**
 * Work that may be cut short: a request by its clock, whoever waits by a verdict, all of it by the end of the run. What has
 * arrived when the cut comes is kept, because an answer is paid for.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"

/** What `Effect.uninterruptibleMask` hands to its function. */
type Restore = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** Sets up what may cut the work; hands back what takes it down again. */
export type Arm = (cut: () => void) => Effect.Effect<() => void>

/** To be run where nothing interrupts; `restore` makes the work and the wait for it interruptible. */
export const unlessCut =
  <E>(restore: Restore, arm: Arm, onCut: () => Effect.Effect<never, E>) =>
  <A, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(Effect.exit(restore(work)))
      let isCut = false
      const disarm = yield* arm(() => {
        isCut = true
        fiber.unsafeInterruptAsFork(FiberId.none)
      })
      const awaited = yield* Effect.exit(restore(Fiber.await(fiber)))
      // Interrupting work that has ended yields what it ended with.
      const exit = Exit.flatten(Exit.isSuccess(awaited) ? awaited.value : yield* Fiber.interrupt(fiber))
      disarm()
      return yield* isCut && Exit.isInterrupted(exit) ? onCut() : exit
    })

/** Cuts when this is over. */
export const after =
  (alarm: Effect.Effect<void>): Arm =>
  (cut) =>
    alarm.pipe(
      Effect.zipRight(Effect.sync(cut)),
      Effect.interruptible,
      Effect.fork,
      Effect.map((fiber) => () => fiber.unsafeInterruptAsFork(FiberId.none))
    )

/**
 * Work that may be cut short: a request by its clock, one that waits by a verdict, all of it by the end of the run. What has
 * arrived when the cut comes is kept, because an answer is paid for.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as Runtime from "effect/Runtime"

/** What `Effect.uninterruptibleMask` hands to its function. */
export type Restore = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** Sets up what may cut the work; hands back what takes it down again. */
export type Arm = (cut: () => void) => Effect.Effect<() => void>

/** What becomes of work that ended with an interruption. */
export interface Ends<A, E> {
  readonly onCut: () => Effect.Effect<A, E>
  /** It was not cut: the fiber itself was interrupted. Nothing where it stays at that. */
  readonly onInterrupt?: (() => Effect.Effect<A, E> | undefined) | undefined
}

/**
 * To be run where nothing interrupts; `restore` makes the work and the wait for it interruptible. The work has a fiber of its
 * own, since a fiber that was interrupted once stays so.
 */
export const unlessCut =
  <B, E>(restore: Restore, arm: Arm, { onCut, onInterrupt }: Ends<B, E>) =>
  <A, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A | B, E, R> =>
    Effect.flatMap(Effect.runtime<R>(), (runtime) => {
      // Its failure is a value, since Effect logs what fails and nobody waits for. Others have their turn before it begins.
      const fiber = Runtime.runFork(runtime)(Effect.exit(restore(work)), { immediate: false })
      let isCut = false
      const cut = () => {
        isCut = true
        fiber.unsafeInterruptAsFork(FiberId.none)
      }
      const finish =
        (disarm: () => void) =>
        (ended: Exit.Exit<Exit.Exit<A, E>>): Effect.Effect<A | B, E> => {
          disarm()
          const exit = Exit.flatten(ended)
          if (!Exit.isInterrupted(exit)) return exit
          return isCut ? onCut() : (onInterrupt?.() ?? exit)
        }
      const over = Effect.async<Exit.Exit<Exit.Exit<A, E>>>((resume) =>
        fiber.addObserver((exit) => resume(Effect.succeed(exit)))
      )
      return Effect.flatMap(arm(cut), (disarm) =>
        Effect.matchCauseEffect(restore(over), {
          // Interrupting work that has ended yields what it ended with.
          onFailure: () => Effect.flatMap(Fiber.interrupt(fiber), finish(disarm)),
          onSuccess: finish(disarm)
        })
      )
    })

/**
 * The store and the journal as a run uses them. They may come from outside: one that hangs holds up its own answers only, and
 * for so long; one that dies, or is interrupted from inside, has failed. What was paid for is not interrupted while they keep it.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import { constFalse, type LazyArg } from "effect/Function"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Runtime from "effect/Runtime"
import * as RuntimeFlags from "effect/RuntimeFlags"
import type * as Scope from "effect/Scope"
import { span } from "../domain/Figures.js"
import { AlgorithmStore, StoreError } from "../storage/AlgorithmStore.js"
import { Journal, JournalError } from "../storage/Journal.js"
import * as Now from "../telemetry/Now.js"
import * as Alarm from "./Alarm.js"
import { contained } from "./Contained.js"

/** Longer than a bucket at the other end of a network, or a disk that wakes up, takes; as much as systems leave a process to end in. */
const TIMEOUT_MS = 30_000

/** After one that was late: slower than any ordinary bucket or database answers. There may be hundreds, one behind the other. */
const SOON_MS = 2000

const SILENCE = "does not answer"

/** What a journal fails with behind a call that was late, until one ends by itself: it has been told, and need not be once more. */
export const SILENT = `the journal ${SILENCE}`

/** What reads and what writes: where one hangs, the other need not. */
type Kind = "reads" | "writes"

/** Runs a call; what is late is told to end and not waited for, and what comes of it is ignored. */
type Guard = <A, E>(
  kind: Kind,
  call: LazyArg<Effect.Effect<A, E>>,
  failed: (why: string, isLate: boolean) => E
) => Effect.Effect<A, E>

/**
 * A circuit that is half open after a call that was late, until any ends by itself: nobody waits longer than `SOON_MS` then, and
 * one call at a time, the probe, goes on behind its caller for all of its time, to find out whether the service is only slow.
 */
interface Circuit {
  isSilent: boolean
  probe: Fiber.RuntimeFiber<unknown> | undefined
}

const circuit = (): Circuit => ({ isSilent: false, probe: undefined })

/** One alarm for all calls: none is set for what ends at once. */
const guard = (wanted: number | undefined): Effect.Effect<Guard, never, Scope.Scope> => {
  // A double of the service may have a function there.
  const timeoutMs = Predicate.isNumber(wanted) ? wanted : TIMEOUT_MS
  const circuits = { reads: circuit(), writes: circuit() }
  /** What ends the calls that have not ended: the alarm ends with the run. */
  const open = new Set<() => void>()
  const close = Effect.addFinalizer(() => Effect.sync(() => open.forEach((interrupt) => interrupt())))
  const alarms = Effect.zip(Alarm.make(timeoutMs), Alarm.make(SOON_MS))
  return Effect.zipWith(
    close,
    alarms,
    (_, [alarm, soon]): Guard =>
      (kind, call, failed) =>
        Effect.flatMap(Effect.runtime<never>(), (runtime) => {
          const line = circuits[kind]
          const failure = (why: string, isLate = true) => Effect.failSync(() => failed(why, isLate))
          /** It is told to end where nothing interrupts it, and so ends by itself, if ever. */
          let isDeaf = false
          const end = <A, E>(ended: Exit.Exit<Exit.Exit<A, E>>): Exit.Exit<A, E> => {
            const exit = Exit.flatten(ended)
            if (isDeaf || !Exit.isInterrupted(exit)) line.isSilent = false
            return exit
          }
          // Its failure is a value, as in `Arrival`. It has a fiber of its own, as it may be what nothing interrupts.
          const work = contained((why) => failure(`itself failed (${why})`, false))(Effect.suspend(call))
          const fiber = Runtime.runFork(runtime)(Effect.exit(Effect.interruptible(work)))
          const ended = fiber.unsafePoll()
          // It has asked nobody, and says nothing about who is silent: as a journal that can say at once that it skipped nothing.
          if (ended !== null) return Exit.flatten(ended)
          if (line.isSilent) line.probe ??= fiber
          return Now.withClock((clock) => {
            const wait = { time: () => clock.unsafeCurrentTimeMillis() }
            const interrupt = () => {
              const look = Effect.map(fiber.runtimeFlags, (flags) => {
                isDeaf = !RuntimeFlags.interruptible(flags)
              })
              Runtime.runFork(runtime)(look)
              fiber.unsafeInterruptAsFork(FiberId.none)
            }
            const release = () => {
              if (line.probe === fiber) line.probe = undefined
            }
            let isWaitedFor = true
            let fail = (_why: string) => {}
            const onLate = () => {
              release()
              interrupt()
              if (!isWaitedFor) return
              fail(line.isSilent ? SILENCE : `did not answer within ${span(timeoutMs)}`)
              line.isSilent = true
            }
            let disarm = () => {}
            const onSoon = () => {
              // Others were answered meanwhile: then it has its whole time.
              if (!line.isSilent) return
              isWaitedFor = false
              if (line.probe !== fiber) {
                disarm()
                interrupt()
              }
              fail(SILENCE)
            }
            const armed = Effect.zip(
              alarm(wait)(onLate),
              line.isSilent ? soon(wait)(onSoon) : Effect.succeed(constFalse)
            )
            return Effect.flatMap(armed, (disarms) =>
              Effect.async((resume) => {
                disarm = () => disarms.forEach((each) => each())
                fail = (why) => resume(failure(why))
                open.add(interrupt)
                fiber.addObserver((exit) => {
                  open.delete(interrupt)
                  disarm()
                  release()
                  const came = end(exit)
                  resume(Exit.isInterrupted(came) ? failure(SILENCE) : came)
                })
                return Effect.sync(interrupt)
              })
            )
          })
        })
  )
}

const unsaved = (path: string, what: string) => (why: string, isLate: boolean) => {
  const reason = { _tag: "Unknown", message: `${what}: the store ${why}` } as const
  return new StoreError({
    path,
    reason: isLate ? { ...reason, remedy: "check that the store can be reached" } : reason
  })
}

/** With a guarded store in place of the one that is there. */
export const store = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const given = yield* AlgorithmStore
    const guarded = yield* guard(given.timeoutMs)
    return yield* Effect.provideService(self, AlgorithmStore, {
      prepare: guarded("writes", () => given.prepare, unsaved("algorithms", "cannot be saved")),
      save: (name, algorithm) =>
        Effect.uninterruptible(guarded("writes", () => given.save(name, algorithm), unsaved(name, "was not saved"))),
      flush: guarded(
        "writes",
        () => given.flush ?? Effect.void,
        unsaved("what this run saved", "may not survive a power cut")
      )
    })
  })

const unkept = (message: string) => new JournalError({ path: "the journal", reason: { _tag: "Unknown", message } })

/** With a guarded journal, if there is one. */
export const journal = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const found = yield* Effect.serviceOption(Journal)
    if (Option.isNone(found)) return yield* self
    const given = found.value
    const guarded = yield* guard(given.timeoutMs)
    const { approvals } = given
    return yield* Effect.provideService(self, Journal, {
      begin: (...run) => guarded("writes", () => given.begin(...run), unkept),
      finish: (...run) => guarded("writes", () => given.finish(...run), unkept),
      append: (entry) => Effect.uninterruptible(guarded("writes", () => given.append(entry), unkept)),
      lookup: (key) => guarded("reads", () => given.lookup(key), unkept),
      entries: guarded("reads", () => given.entries, unkept),
      unfinished: guarded("reads", () => given.unfinished, unkept),
      skipped: guarded("reads", () => given.skipped, unkept),
      prune: (age) => given.prune(age),
      // What becomes of these decides about nothing but work.
      approvals: approvals && {
        find: (...asked) =>
          Effect.orElseSucceed(
            guarded("reads", () => approvals.find(...asked), unkept),
            Option.none
          ),
        keep: (...passed) =>
          Effect.ignore(Effect.uninterruptible(guarded("writes", () => approvals.keep(...passed), unkept)))
      }
    })
  })

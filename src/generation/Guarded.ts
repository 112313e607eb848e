/**
 * The store and the journal as a run uses them. They may come from outside: one that hangs holds up its own answers only, and
 * for so long; one that dies, or is interrupted from inside, has failed. What was paid for is not interrupted while they keep it.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import { constVoid, type LazyArg } from "effect/Function"
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

/** A call in a fiber of its own, as it may be what nothing interrupts. */
interface Call<A, E> {
  readonly fiber: Fiber.RuntimeFiber<Exit.Exit<A, E>>
  /** Tells it to end, and does not wait for that. */
  readonly end: () => void
  /** Was it told to end where nothing interrupts it: then it ends by itself, if ever. */
  readonly isDeaf: () => boolean
}

const start = <A, E>(work: Effect.Effect<A, E>, runtime: Runtime.Runtime<never>): Call<A, E> => {
  const run = Runtime.runFork(runtime)
  // Its failure is a value, as in `Arrival`.
  const fiber = run(Effect.exit(Effect.interruptible(work)))
  let isDeaf = false
  const look = Effect.map(fiber.runtimeFlags, (flags) => {
    isDeaf = !RuntimeFlags.interruptible(flags)
  })
  return {
    fiber,
    end: () => {
      run(look)
      fiber.unsafeInterruptAsFork(FiberId.none)
    },
    isDeaf: () => isDeaf
  }
}

/**
 * What is known of a service. It is silent from a call that was late until any ends by itself: nobody waits longer than `SOON_MS`
 * then, and one call at a time, the probe, goes on behind its caller for all of its time, to find out whether it is only slow.
 */
interface Circuit {
  isSilent: boolean
  probe: Call<unknown, unknown> | undefined
}

/** Runs a call; what is late is told to end and not waited for, and what comes of it is ignored. */
type Guard = <A, E>(
  call: LazyArg<Effect.Effect<A, E>>,
  failed: (why: string, isLate: boolean) => E
) => Effect.Effect<A, E>

/** For calls of which one says something about the others. */
const guard = (wanted: number | undefined): Effect.Effect<Guard, never, Scope.Scope> =>
  Effect.gen(function* () {
    // A double of the service may have a function there.
    const timeoutMs = Predicate.isNumber(wanted) ? wanted : TIMEOUT_MS
    // One alarm for all calls: none is set for what ends at once.
    const alarm = yield* Alarm.make(timeoutMs)
    const soon = yield* Alarm.make(SOON_MS)
    const circuit: Circuit = { isSilent: false, probe: undefined }
    /** Calls that have not ended are told to with the run, as the alarms end with it. */
    const open = new Set<Call<unknown, unknown>>()
    yield* Effect.addFinalizer(() => Effect.sync(() => open.forEach(({ end }) => end())))

    const waitFor = <A, E>(call: Call<A, E>, failure: (why: string) => Effect.Effect<A, E>) =>
      Now.withClock((clock) => {
        let isWaitedFor = true
        let resume: (outcome: Effect.Effect<A, E>) => void = constVoid
        const giveUp = (why: string) => {
          isWaitedFor = false
          resume(failure(why))
        }
        const leave = () => {
          if (circuit.probe === call) circuit.probe = undefined
        }
        const onLate = () => {
          leave()
          call.end()
          if (!isWaitedFor) return
          giveUp(circuit.isSilent ? SILENCE : `did not answer within ${span(timeoutMs)}`)
          circuit.isSilent = true
        }
        const onSoon = () => {
          // Others were answered meanwhile: then it has its whole time.
          if (!circuit.isSilent) return
          if (circuit.probe !== call) call.end()
          giveUp(SILENCE)
        }
        if (circuit.isSilent) circuit.probe ??= call
        const time = () => clock.unsafeCurrentTimeMillis()
        const armed = Effect.zip(alarm(time)(onLate), circuit.isSilent ? soon(time)(onSoon) : Effect.succeed(constVoid))
        return Effect.flatMap(armed, (disarms) =>
          Effect.async<A, E>((settle) => {
            resume = settle
            open.add(call)
            call.fiber.addObserver((ended) => {
              const exit = Exit.flatten(ended)
              const isInterrupted = Exit.isInterrupted(exit)
              open.delete(call)
              disarms.forEach((disarm) => disarm())
              leave()
              if (!isInterrupted || call.isDeaf()) circuit.isSilent = false
              settle(isInterrupted ? failure(SILENCE) : exit)
            })
            return Effect.sync(call.end)
          })
        )
      })

    return (call, failed) =>
      Effect.flatMap(Effect.runtime<never>(), (runtime) => {
        const failure = (why: string, isLate = true) => Effect.failSync(() => failed(why, isLate))
        const work = contained((why) => failure(`itself failed (${why})`, false))(Effect.suspend(call))
        const begun = start(work, runtime)
        const ended = begun.fiber.unsafePoll()
        // It has asked nobody, and says nothing about who is silent: as a journal that can say at once that it skipped nothing.
        return ended === null ? waitFor(begun, failure) : Exit.flatten(ended)
      })
  })

const unsaved = (path: string, what: string) => (why: string, isLate: boolean) => {
  const remedy = isLate ? { remedy: "check that the store can be reached" } : {}
  return new StoreError({ path, reason: { _tag: "Unknown", message: `${what}: the store ${why}`, ...remedy } })
}

/** With a guarded store in place of the one that is there. */
export const store = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const given = yield* AlgorithmStore
    const guarded = yield* guard(given.timeoutMs)
    return yield* Effect.provideService(self, AlgorithmStore, {
      prepare: guarded(() => given.prepare, unsaved("algorithms", "cannot be saved")),
      save: (name, algorithm) =>
        Effect.uninterruptible(guarded(() => given.save(name, algorithm), unsaved(name, "was not saved"))),
      flush: guarded(() => given.flush ?? Effect.void, unsaved("what this run saved", "may not survive a power cut"))
    })
  })

const unkept = (message: string) => new JournalError({ path: "the journal", reason: { _tag: "Unknown", message } })

/** With a guarded journal, if there is one. Where what it reads hangs, what it writes need not, and the other way round. */
export const journal = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const found = yield* Effect.serviceOption(Journal)
    if (Option.isNone(found)) return yield* self
    const given = found.value
    const { approvals } = given
    const reading = yield* guard(given.timeoutMs)
    const writing = yield* guard(given.timeoutMs)
    const reads = <B>(call: LazyArg<Effect.Effect<B, JournalError>>) => reading(call, unkept)
    const writes = <B>(call: LazyArg<Effect.Effect<B, JournalError>>) => writing(call, unkept)
    return yield* Effect.provideService(self, Journal, {
      begin: (...run) => writes(() => given.begin(...run)),
      finish: (...run) => writes(() => given.finish(...run)),
      append: (entry) => Effect.uninterruptible(writes(() => given.append(entry))),
      lookup: (key) => reads(() => given.lookup(key)),
      entries: reads(() => given.entries),
      unfinished: reads(() => given.unfinished),
      skipped: reads(() => given.skipped),
      prune: (age) => given.prune(age),
      // What becomes of these decides about nothing but work.
      approvals: approvals && {
        find: (...asked) =>
          Effect.orElseSucceed(
            reads(() => approvals.find(...asked)),
            Option.none
          ),
        keep: (...passed) => Effect.ignore(Effect.uninterruptible(writes(() => approvals.keep(...passed))))
      }
    })
  })

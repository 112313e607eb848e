/**
 * One run while it goes on: its slots and its events. A slot is settled once, and heard of at once; what is finished is
 * saved in the order of the request. Who asks whom, and when the run is over, is decided elsewhere.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberRef from "effect/FiberRef"
import * as Option from "effect/Option"
import * as Runtime from "effect/Runtime"
import { GenerationError, isSkip, type Reason } from "../domain/GenerationError.js"
import { type Service as AlgorithmStore, StoreError } from "../storage/AlgorithmStore.js"
import { fileNames } from "../storage/FileName.js"
import type * as Journal from "../storage/Journal.js"
import * as Progress from "./Progress.js"
import * as Slot from "./Slot.js"

export type Listener = (progress: Progress.Progress) => Effect.Effect<void>

export interface Run {
  readonly slots: ReadonlyArray<Slot.Slot>
  readonly emit: (event: Progress.Event) => Effect.Effect<void>
  /** Puts the result into its slot, says so, and logs a failure: from here on it is no error any more. */
  readonly settle: (slot: Slot.Slot, result: Slot.Settled["result"]) => Effect.Effect<void>
  /** Settles every slot that is still open. */
  readonly abandon: (reason: Reason) => Effect.Effect<void>
  /** Tells the journal which requests are about to be made, and the listener what lies there. */
  readonly begin: Effect.Effect<void>
  /** Tells the journal that nothing is left to be resumed; only true when everything is saved. */
  readonly finish: Effect.Effect<void>
  /** Saves every algorithm, one after the other; cannot be interrupted. What cannot be saved stays in its slot. */
  readonly save: (store: AlgorithmStore) => Effect.Effect<void>
}

export interface Options {
  readonly ticker: string
  readonly slots: ReadonlyArray<Slot.Slot>
  readonly listener: Listener | undefined
  readonly journal: Option.Option<Journal.Service>
  readonly resume: boolean
}

export const make = ({ journal, listener, resume, slots, ticker }: Options): Run => {
  const emit = emitter(slots.length, listener)
  const note = (message: string) => emit(Progress.Event.Note({ message }))
  let entry: { readonly journal: Journal.Service; readonly id: string } | undefined

  /** What the journal knows these requests by. */
  const keysOf = (slots: ReadonlyArray<Slot.Slot>) => slots.flatMap(({ job }) => (job === undefined ? [] : [job.key]))

  const begin: Run["begin"] = Effect.gen(function* () {
    if (Option.isNone(journal)) return
    const { lookup, skipped, unfinished } = journal.value
    const keys = keysOf(slots.filter(({ settled }) => settled === undefined))
    const damaged = resume ? yield* skipped : 0
    if (damaged > 0)
      yield* note(`${damaged} of the journal's records cannot be read; what they held is asked for again`)
    const isOfUse = resume && (yield* Effect.exists(keys, (key) => Effect.map(lookup(key), Option.isSome)))
    const [latest] = (yield* unfinished).toReversed()
    if (latest !== undefined && !isOfUse) {
      yield* note(
        `An earlier run for ${latest.ticker} did not come to its end, with ${latest.answered} of ${latest.requested} answers paid for; ` +
          "the same request with resume (--resume) uses them"
      )
    }
    entry = { journal: journal.value, id: yield* journal.value.begin(ticker, keys) }
  }).pipe(Effect.catchAll(({ message }) => note(`The journal takes nothing, so what is not saved is lost: ${message}`)))

  const finish: Run["finish"] = Effect.gen(function* () {
    if (entry === undefined || slots.some(({ saved }) => saved !== undefined && Either.isLeft(saved))) return
    yield* Effect.ignoreLogged(entry.journal.finish(entry.id, keysOf(slots.filter(Slot.isAnswered))))
  })

  const settle: Run["settle"] = Effect.fnUntraced(function* (slot, result) {
    slot.settled = { at: yield* Clock.currentTimeMillis, result }
    yield* slot.job?.end(Either.match(result, { onLeft: Exit.fail, onRight: Exit.succeed })) ?? Effect.void
    const { index, model } = slot
    if (Either.isRight(result)) {
      yield* emit(Progress.Event.Generated({ index, model, code: result.right.module.source }))
    } else {
      const { reason } = result.left
      yield* Effect.logWarning(result.left.message)
      const event = isSkip(reason) ? Progress.Event.Skipped : Progress.Event.Failed
      const { retryAt } = result.left
      yield* emit(event({ index, model, reason, ...(retryAt === undefined ? {} : { retryAt }) }))
    }
  })

  const abandon: Run["abandon"] = (reason) =>
    Effect.forEach(
      slots.filter(({ settled }) => settled === undefined),
      (slot) => settle(slot, Either.left(new GenerationError({ model: slot.model, reason }))),
      { discard: true }
    )

  const save: Run["save"] = (store) => {
    const names = fileNames(slots)
    return Effect.forEach(
      slots,
      Effect.fnUntraced(function* (slot, place) {
        const algorithm = Slot.algorithmOf(slot)
        const name = names[place]
        if (Option.isNone(algorithm) || name === undefined) return
        const { index, model } = slot
        slot.saved = Either.mapLeft(yield* Effect.either(store.save(name, algorithm.value)), (error) =>
          Slot.isKept(slot) ? new StoreError({ ...error, answerKept: true }) : error
        )
        yield* Either.match(slot.saved, {
          onLeft: ({ message }) =>
            Effect.zipRight(Effect.logWarning(message), emit(Progress.Event.SaveFailed({ index, model, message }))),
          onRight: (path) => emit(Progress.Event.Saved({ index, model, path }))
        })
      }),
      { discard: true }
    ).pipe(Effect.uninterruptible)
  }

  return { slots, emit, settle, abandon, begin, finish, save }
}

/** So long a listener may take over one event; one that takes longer has hung, and a run must end in its time. */
const LISTENER_LIMIT = Duration.seconds(5)

/** A listener that throws, fails, dies or hangs is worth a warning, not a run. */
const emitter = (slots: number, listener: Listener | undefined): Run["emit"] => {
  const percentOf = Progress.meter(slots)
  let hears = listener
  const tell = (event: Progress.Event) =>
    Effect.suspend(() => hears?.({ percent: percentOf(event), event }) ?? Effect.void).pipe(
      Effect.catchAllCause((cause) => Effect.logWarning("the progress listener failed", cause)),
      Effect.interruptible
    )
  const giveUp = (fiber: Fiber.Fiber<void>) => {
    hears = undefined
    return Effect.zipRight(
      Effect.logWarning("the progress listener did not return within 5 s; it hears of nothing more"),
      Fiber.interruptFork(fiber)
    )
  }
  // In a fiber of its own: whoever tells it cannot be interrupted, or is already, and the limit must hold even so. It is
  // started here and now, so that a listener that waits for nothing costs no wait either.
  return (event) =>
    Effect.flatMap(Effect.runtime(), (runtime) => {
      if (hears === undefined) return Effect.void
      const fiber = Runtime.runFork(Runtime.deleteFiberRef(runtime, FiberRef.interruptedCause), tell(event))
      if (fiber.unsafePoll() !== null) return Effect.void
      const waited = Fiber.await(fiber).pipe(
        Effect.timeout(LISTENER_LIMIT),
        Effect.catchAll(() => giveUp(fiber))
      )
      return Effect.flatMap(Effect.forkDaemon(Effect.interruptible(waited)), Fiber.await)
    })
}

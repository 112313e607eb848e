/**
 * Saves algorithms as they come, in the order of the request: each as soon as all before it of the same ticker are settled,
 * and in the end whatever is left. What cannot be saved stays in its slot.
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Runtime from "effect/Runtime"
import * as Permits from "../flow/Permits.js"
import { AlgorithmStore, StoreError, type Service } from "../storage/AlgorithmStore.js"
import { type FileName, namer } from "../storage/FileName.js"
import type { Emit } from "./Progress.js"
import type * as Report from "./Report.js"
import * as Slot from "./Slot.js"

export interface Saving {
  /** Gives a slot its place behind those before it; called in the order of the request. */
  readonly expect: (slot: Slot.Planned) => void
  /** A slot is settled: saves what can be saved now. Cannot be interrupted. */
  readonly settled: (slot: Slot.Settled) => Effect.Effect<void>
  /** Called when all are settled: what was saved survives a power cut. */
  readonly flush: Effect.Effect<void>
}

export interface Options {
  readonly emit: Emit
  /** Files of each ticker lie in a folder of its own. */
  readonly byTicker: boolean
  /** Called for each slot, after its file if it has one; nothing keeps the slot afterwards. */
  readonly onSaved: (slot: Slot.Saved, outcome: Report.Outcome) => void
}

interface Place {
  readonly name: FileName
  settled: Slot.Settled | undefined
  isBegun: boolean
  saved: Slot.Saved | undefined
}

/** The places of one ticker that are not reported yet, in the order of the request. */
type Queue = Map<number, Place>

/**
 * Algorithms that are saved at once: a slow model may hold back thousands, and a process may open no more than 256 files on
 * some systems. Fewer would keep a store at the other end of a network waiting.
 */
const AT_ONCE = 64

/** What begins with a spread and adds to it gets a hidden class of its own each time, which lives as long as an old object. */
const withSaved = (slot: Slot.Settled, saved: Slot.Saved["saved"]): Slot.Saved => ({ saved, ...slot })

const startAll = (works: ReadonlyArray<Effect.Effect<void>>) => (runtime: Runtime.Runtime<never>) =>
  Effect.asVoid(Fiber.joinAll(works.map((work) => Runtime.runFork(runtime)(work))))

/** What was saved survives a power cut; where it may not, that is logged. */
export const flush = ({ flush = Effect.void }: Service): Effect.Effect<void> =>
  Effect.catchAll(flush, ({ message }) => Effect.logWarning(message))

export const make = ({ byTicker, emit, onSaved }: Options): Effect.Effect<Saving, never, AlgorithmStore> =>
  Effect.map(AlgorithmStore, (store) => {
    const nameOf = namer(byTicker)
    const queues = new Map<string, Queue>()
    const writing = Permits.make((given, now) => (given < AT_ONCE ? now : Permits.NEVER))

    const save = (slot: Slot.Settled, name: FileName): Effect.Effect<Slot.Saved> => {
      if (Option.isNone(slot.algorithm)) return Effect.succeed(withSaved(slot, Option.none()))
      const { model, sample, ticker } = slot
      return writing.during(store.save(name, slot.algorithm.value)).pipe(
        Effect.mapError((failure) => (Slot.isKept(slot) ? new StoreError({ ...failure, answerKept: true }) : failure)),
        Effect.tapError(({ message }) => Effect.annotateLogs(Effect.logWarning(message), { model, ticker, sample })),
        Effect.either,
        Effect.map((saved) => withSaved(slot, Option.some(saved)))
      )
    }

    const tell = (slot: Slot.Saved) => {
      const { index, model, saved } = slot
      if (Option.isSome(saved)) {
        emit(
          Either.match(saved.value, {
            onLeft: ({ message }) => ({ _tag: "SaveFailed" as const, index, model, message }),
            onRight: (path) => ({ _tag: "Saved" as const, index, model, path })
          })
        )
      }
      const outcome = Slot.outcomeOf(slot)
      onSaved(slot, outcome)
      emit({ _tag: "Settled", index, model, outcome })
    }

    /** Reports the places at the head of the queue that are done, and drops them. */
    const deliver = (ticker: string, queue: Queue) => {
      for (const [index, place] of queue) {
        const { saved } = place
        if (saved === undefined) return
        queue.delete(index)
        // As in `Settling`: the place is older than what is in it.
        place.settled = undefined
        place.saved = undefined
        if (queue.size === 0) queues.delete(ticker)
        tell(saved)
      }
    }

    /** The work of those whose turn it is: settled, like all before them, and not begun. */
    const ready = (ticker: string, queue: Queue): ReadonlyArray<Effect.Effect<void>> => {
      const found: Array<Effect.Effect<void>> = []
      for (const place of queue.values()) {
        if (place.settled === undefined) break
        if (place.isBegun) continue
        place.isBegun = true
        found.push(
          Effect.map(save(place.settled, place.name), (saved) => {
            place.saved = saved
            deliver(ticker, queue)
          })
        )
      }
      return found
    }

    return {
      expect: (slot) => {
        const queue: Queue = queues.get(slot.ticker) ?? new Map()
        queues.set(slot.ticker, queue)
        queue.set(slot.index, { name: nameOf(slot), settled: undefined, isBegun: false, saved: undefined })
      },
      settled: (slot) =>
        Effect.suspend(() => {
          const queue = queues.get(slot.ticker)
          const place = queue?.get(slot.index)
          if (queue === undefined || place === undefined) return Effect.void
          place.settled = slot
          const [first = Effect.void, ...others] = ready(slot.ticker, queue)
          // They start here and now, so that the store is called in the order of the request, and wait for the disk a few at a time.
          return others.length === 0 ? first : Effect.flatMap(Effect.runtime<never>(), startAll([first, ...others]))
        }).pipe(Effect.uninterruptible),
      flush: flush(store)
    }
  })

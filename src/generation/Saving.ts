/**
 * Saves algorithms as they come, in the order of the request: each as soon as all before it of the same ticker are settled,
 * and in the end whatever is left. What cannot be saved stays in its slot.
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { AlgorithmStore, StoreError } from "../storage/AlgorithmStore.js"
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
}

/** The places of one ticker, in the order of the request. */
interface Queue {
  readonly places: Map<number, Place>
  isSaving: boolean
}

/** Files that are written side by side: each waits for the disk most of its time, and eight take as long as two. */
const SIDE_BY_SIDE = 8

export const make = ({ byTicker, emit, onSaved }: Options): Effect.Effect<Saving, never, AlgorithmStore> =>
  Effect.map(AlgorithmStore, (store) => {
    const nameOf = namer(byTicker)
    const queues = new Map<string, Queue>()

    const save = ([slot, name]: readonly [Slot.Settled, FileName]): Effect.Effect<Slot.Saved> => {
      if (Option.isNone(slot.algorithm)) return Effect.succeed({ ...slot, saved: Option.none() })
      return Effect.matchEffect(store.save(name, slot.algorithm.value), {
        onFailure: (failure) => {
          const error = Slot.isKept(slot) ? new StoreError({ ...failure, answerKept: true }) : failure
          return Effect.as(Effect.logWarning(error.message), { ...slot, saved: Option.some(Either.left(error)) })
        },
        onSuccess: (path) => Effect.succeed({ ...slot, saved: Option.some(Either.right(path)) })
      })
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

    /** Takes the settled slots at the head of the queue. */
    const take = ({ places }: Queue): ReadonlyArray<readonly [Slot.Settled, FileName]> => {
      const taken: Array<readonly [Slot.Settled, FileName]> = []
      for (const [index, { name, settled }] of places) {
        if (settled === undefined || taken.length === SIDE_BY_SIDE) break
        taken.push([settled, name])
        places.delete(index)
      }
      return taken
    }

    /** Saves the slots whose turn it is. If another fiber is saving, it saves these as well. */
    const saveNext = (ticker: string, queue: Queue): Effect.Effect<void> =>
      Effect.suspend(() => {
        const next = queue.isSaving ? [] : take(queue)
        if (next.length === 0) return Effect.void
        queue.isSaving = true
        return Effect.flatMap(Effect.forEach(next, save, { concurrency: next.length }), (saved) => {
          queue.isSaving = false
          saved.forEach(tell)
          if (queue.places.size === 0) queues.delete(ticker)
          return saveNext(ticker, queue)
        })
      })

    return {
      expect: (slot) => {
        const queue = queues.get(slot.ticker) ?? { places: new Map(), isSaving: false }
        queues.set(slot.ticker, queue)
        queue.places.set(slot.index, { name: nameOf(slot), settled: undefined })
      },
      settled: (slot) =>
        Effect.suspend(() => {
          const queue = queues.get(slot.ticker)
          const place = queue?.places.get(slot.index)
          if (queue === undefined || place === undefined) return Effect.void
          place.settled = slot
          return saveNext(slot.ticker, queue)
        }).pipe(Effect.uninterruptible),
      flush: store.flush ?? Effect.void
    }
  })

/**
 * Saves a run's algorithms as they come, in the order of the request: each as soon as all before it are settled, and in
 * the end whatever is left. What cannot be saved stays in its slot.
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { AlgorithmStore, StoreError } from "../storage/AlgorithmStore.js"
import { fileNames } from "../storage/FileName.js"
import type { Emit } from "./Progress.js"
import * as Slot from "./Slot.js"

export interface Saving {
  /** A slot is settled: saves what can be saved now. Cannot be interrupted. */
  readonly settled: (slot: Slot.Settled) => Effect.Effect<void>
  /** Called when all are settled: what was saved survives a power cut. */
  readonly flush: Effect.Effect<void>
  /** Every slot, once all are settled. */
  readonly slots: () => ReadonlyArray<Slot.Saved>
}

export const make = (planned: ReadonlyArray<Slot.Planned>, emit: Emit): Effect.Effect<Saving, never, AlgorithmStore> =>
  Effect.map(AlgorithmStore, (store) => {
    const names = fileNames(planned)
    const waiting = new Map<number, Slot.Settled>()
    const saved: Array<Slot.Saved> = []
    let isSaving = false

    const save = (slot: Slot.Settled): Effect.Effect<Slot.Saved> => {
      const { algorithm, index, model } = slot
      const name = names[saved.length]
      if (Option.isNone(algorithm) || name === undefined) return Effect.succeed({ ...slot, saved: Option.none() })
      return Effect.matchEffect(store.save(name, algorithm.value), {
        onFailure: (failure) => {
          const error = Slot.isKept(slot) ? new StoreError({ ...failure, answerKept: true }) : failure
          emit({ _tag: "SaveFailed", index, model, message: error.message })
          return Effect.as(Effect.logWarning(error.message), { ...slot, saved: Option.some(Either.left(error)) })
        },
        onSuccess: (path) => {
          emit({ _tag: "Saved", index, model, path })
          return Effect.succeed({ ...slot, saved: Option.some(Either.right(path)) })
        }
      })
    }

    /** Saves the slots whose turn it is. If another fiber is saving, it saves this slot as well. */
    const saveNext: Effect.Effect<void> = Effect.suspend(() => {
      const next = waiting.get(saved.length)
      if (isSaving || next === undefined) return Effect.void
      isSaving = true
      waiting.delete(saved.length)
      return Effect.flatMap(save(next), (slot) => {
        saved.push(slot)
        isSaving = false
        return saved.length === planned.length ? (store.flush ?? Effect.void) : saveNext
      })
    })

    return {
      settled: (slot) =>
        Effect.suspend(() => {
          waiting.set(slot.index, slot)
          return saveNext
        }).pipe(Effect.uninterruptible),
      flush: store.flush ?? Effect.void,
      slots: () => saved
    }
  })

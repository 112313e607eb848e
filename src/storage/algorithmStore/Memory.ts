/** Algorithms in memory, for tests and for applications that put them somewhere themselves: read them from `Saved`. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import type { Algorithm } from "../../domain/Algorithm.js"
import { AlgorithmStore } from "../AlgorithmStore.js"
import type { FileName } from "../FileName.js"

/** Everything that was saved so far, by name, the latest last. */
export class Saved extends Context.Tag("algogen/AlgorithmStore/Saved")<
  Saved,
  Ref.Ref<ReadonlyMap<FileName, Algorithm>>
>() {}

export const layer: Layer.Layer<AlgorithmStore | Saved> = Layer.effectContext(
  Effect.map(Ref.make<ReadonlyMap<FileName, Algorithm>>(new Map()), (saved) =>
    Context.make(Saved, saved).pipe(
      Context.add(AlgorithmStore, {
        prepare: Effect.void,
        save: (name, algorithm) =>
          Ref.update(saved, (files) =>
            new Map([...files].filter(([other]) => other !== name)).set(name, algorithm)
          ).pipe(Effect.as(name))
      })
    )
  )
)

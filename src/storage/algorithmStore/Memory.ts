/** Algorithms in memory, for tests and for applications that put them somewhere themselves: read them from `Saved`. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import type { Algorithm } from "../../domain/Algorithm.js"
import { AlgorithmStore } from "../AlgorithmStore.js"
import type { FileName } from "../FileName.js"

/** Everything that was saved, by name, the latest last. The map is not a copy: it goes on growing. */
export class Saved extends Context.Tag("algogen/AlgorithmStore/Saved")<
  Saved,
  Ref.Ref<ReadonlyMap<FileName, Algorithm>>
>() {}

export const layer: Layer.Layer<AlgorithmStore | Saved> = Layer.effectContext(
  Effect.gen(function* () {
    const files = new Map<FileName, Algorithm>()
    const saved = yield* Ref.make<ReadonlyMap<FileName, Algorithm>>(files)
    return Context.make(Saved, saved).pipe(
      Context.add(AlgorithmStore, {
        prepare: Effect.void,
        save: (name, algorithm) =>
          Effect.sync(() => {
            files.delete(name)
            files.set(name, algorithm)
            return name
          })
      })
    )
  })
)

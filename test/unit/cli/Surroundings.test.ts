/** What a command puts around its run. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import * as Surroundings from "../../../src/cli/generate/Surroundings.js"
import { AlgorithmStore, StoreError } from "../../../src/storage/AlgorithmStore.js"
import { diskFull } from "../../../src/storage/WriteFailure.js"

const prepare = Effect.flatMap(AlgorithmStore, (store) => store.prepare)

const storeOf = (prepare: Effect.Effect<void, StoreError>) =>
  Layer.provide(
    Surroundings.prepared,
    Layer.succeed(AlgorithmStore, { prepare, save: (name) => Effect.succeed(`saved/${name}`) })
  )

describe("the folder of a command", () => {
  it.effect("is looked at once, by whichever part of the command asks first, and not before", () =>
    Effect.gen(function* () {
      let looked = 0
      const store = storeOf(Effect.sync(() => void (looked += 1)))
      yield* Effect.gen(function* () {
        assert.strictEqual(looked, 0)
        yield* prepare
        assert.strictEqual(looked, 1)
        yield* prepare
        assert.strictEqual(looked, 1)
      }).pipe(Effect.provide(store))
    })
  )

  it.effect("that cannot be written fails the command", () =>
    Effect.gen(function* () {
      const failure = new StoreError({ path: "out", reason: diskFull("ENOSPC") })
      assert.strictEqual(yield* Effect.flip(Effect.provide(prepare, storeOf(failure))), failure)
    })
  )
})

/** A store of your own: algorithms as objects in a bucket. This bucket is a map; put your S3 client in its place. */
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { Algorithm, AlgorithmStore, Generation } from "algogen"
import { ConnectionPool } from "algogen/node"
import { SimulatedApi } from "algogen/simulator"
import { Console, Effect, Layer, Option } from "effect"

/** What a store needs of an S3 client. */
interface Bucket {
  readonly put: (key: string, body: string) => Promise<void>
}

const layer = (bucket: Bucket): Layer.Layer<AlgorithmStore.AlgorithmStore> =>
  Layer.succeed(AlgorithmStore.AlgorithmStore, {
    prepare: Effect.void,
    // A run waits 30 s for it (2 s after one that was late), and goes on as if it had failed: see `timeoutMs`. Give your client a shorter limit for words of your own.
    save: (name, algorithm) => {
      const key = `${algorithm.ticker}/${name}`
      const path = `s3://algorithms/${key}`
      return Effect.tryPromise({
        try: () => bucket.put(key, Algorithm.toPython(algorithm)),
        catch: (cause) =>
          new AlgorithmStore.StoreError({
            path,
            reason: { _tag: "Unknown", message: `was refused (${cause})`, remedy: "raise the bucket's quota" }
          })
      }).pipe(Effect.as(path))
    }
  })

const objects = new Map<string, string>()
const bucket: Bucket = {
  put: async (key, body) => {
    if (objects.size === 1) throw new Error("quota exceeded")
    objects.set(key, body)
  }
}

const program = Effect.gen(function* () {
  const models = ["openai/gpt-4o-mini", "sim/ok"]
  const { outcomes } = yield* Generation.generateAlgorithms({ models, ticker: "TSLA" })
  for (const { file, model, reason } of outcomes) {
    yield* Console.log(
      model,
      Option.getOrElse(file, () => Option.getOrThrow(reason).message)
    )
  }
  yield* Console.log(`objects: ${[...objects.keys()].join()}`)
})

const live = Layer.merge(SimulatedApi.layer(), layer(bucket))
NodeRuntime.runMain(program.pipe(Effect.provide(live), Effect.provide([ConnectionPool.layer, NodeContext.layer])))

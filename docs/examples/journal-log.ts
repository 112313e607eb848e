/** A journal of your own: records as texts of a list, as Redis has them. This list is an array; put your client in its place. */
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { Generation, Journal, JournalRecord, MemoryStore } from "algogen"
import { ConnectionPool } from "algogen/node"
import { SimulatedApi } from "algogen/simulator"
import { Array, Console, Effect, Layer, Schema } from "effect"

/** What a log needs of a list. */
interface List {
  readonly push: (text: string) => Promise<void>
  readonly all: () => Promise<ReadonlyArray<string>>
  readonly replace: (texts: ReadonlyArray<string>) => Promise<void>
}

const Line = Schema.parseJson(JournalRecord.Record)
const encode = Schema.encodeSync(Line)
const decode = Schema.decodeOption(Line)

const layer = (list: List): Layer.Layer<Journal.Journal> => {
  const attempt = <A>(action: () => Promise<A>) =>
    Effect.tryPromise({
      try: action,
      catch: (cause) =>
        new Journal.JournalError({
          path: "redis://localhost/answers",
          reason: { _tag: "Unknown", message: `is not available (${cause})`, remedy: "start Redis" }
        })
    })
  // What cannot be read is left out; its request will be made again.
  const records = Effect.map(attempt(list.all), (texts) => Array.filterMap(texts, (text) => decode(text)))
  return Layer.succeed(
    Journal.Journal,
    Journal.make({
      records,
      write: (record) => attempt(() => list.push(encode(record))),
      retain: (keep) =>
        Effect.gen(function* () {
          const [forgotten, kept] = Array.partition(yield* records, keep)
          yield* attempt(() => list.replace(kept.map((record) => encode(record))))
          return JournalRecord.answers(forgotten).length
        })
    })
  )
}

let texts: ReadonlyArray<string> = []
let isUp = true
const list: List = {
  push: async (text) => {
    if (!isUp) throw new Error("ECONNREFUSED")
    texts = [...texts, text]
  },
  all: async () => texts,
  replace: async (kept) => {
    texts = kept
  }
}

const request = { models: ["openai/gpt-4o-mini"], ticker: "TSLA" }

const program = Effect.gen(function* () {
  yield* Generation.generateAlgorithms(request)
  const [again] = (yield* Generation.generateAlgorithms({ ...request, resume: true })).outcomes
  yield* Console.log(`resumed: ${again?.resumed}, requests: ${again?.attempts.length}`)
  isUp = false
  yield* Generation.generateAlgorithms({
    ...request,
    onProgress: ({ event }) => (event._tag === "Note" ? Console.log(event.message) : Effect.void)
  })
  yield* Effect.sleep("5 millis")
  const { prune } = yield* Journal.Journal
  yield* Console.log(`forgotten: ${yield* prune(0)}, left: ${texts.length}`)
})

const live = Layer.mergeAll(SimulatedApi.layer(), MemoryStore.layer, layer(list))
NodeRuntime.runMain(program.pipe(Effect.provide(live), Effect.provide([ConnectionPool.layer, NodeContext.layer])))

/**
 * The journal beside the algorithms, for calls that know nothing of each other. Each writes a file of its own; the runs of
 * this process that go on at the same time are not over yet, so none of them takes another for one that was cut short.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { StoreError } from "../storage/AlgorithmStore.js"
import { Journal, type Service } from "../storage/Journal.js"
import * as JournalFile from "../storage/journal/File.js"

/** In the folder where the files go, as with the command. */
export const DIRECTORY = "generated"

/** Runs of this process whose journal is open. */
const going = new Set<string>()

const shared = (journal: Service) =>
  Effect.gen(function* () {
    const mine = new Set<string>()
    yield* Effect.addFinalizer(() => Effect.sync(() => mine.forEach((run) => going.delete(run))))
    const begin: Service["begin"] = (ticker, keys) =>
      Effect.tap(journal.begin(ticker, keys), (run) =>
        Effect.sync(() => {
          mine.add(run)
          going.add(run)
        })
      )
    const unfinished = Effect.map(journal.unfinished, (runs) => runs.filter(({ run }) => !going.has(run)))
    return { ...journal, begin, unfinished }
  })

export const layer: Layer.Layer<Journal, StoreError> = Layer.scoped(
  Journal,
  Effect.flatMap(Layer.build(JournalFile.layer({ directory: DIRECTORY })), (context) =>
    shared(Context.get(context, Journal))
  )
).pipe(
  Layer.provide(NodeContext.layer),
  Layer.catchAll(({ path, reason }) => Layer.fail(new StoreError({ path, reason })))
)

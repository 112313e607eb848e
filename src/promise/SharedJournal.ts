/**
 * The journal beside the algorithms, for calls that know nothing of each other. Each writes a file of its own. A run that
 * began after this process did may be another call that is still going on, so none is taken for one that was cut short.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { StoreError } from "../storage/AlgorithmStore.js"
import { Journal } from "../storage/Journal.js"
import * as JournalFile from "../storage/journal/File.js"

/** In the folder where the files go, as with the command. */
export const DIRECTORY = "generated"

export const layer: Layer.Layer<Journal, StoreError> = JournalFile.layer({ directory: DIRECTORY }).pipe(
  Layer.provide(NodeContext.layer),
  Layer.map((context) => {
    const journal = Context.get(context, Journal)
    const unfinished = Effect.map(journal.unfinished, (runs) => runs.filter(({ at }) => at < performance.timeOrigin))
    return Context.make(Journal, { ...journal, unfinished })
  }),
  Layer.catchAll(({ path, reason }) => Layer.fail(new StoreError({ path, reason })))
)

/**
 * Where a call keeps what it brings: algorithms and journal in one folder, or nowhere. Each call's journal writes a file of
 * its own. A run that began after this process did may be another call that goes on, so it is not taken for one that was
 * cut short.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AlgorithmStore, StoreError } from "../storage/AlgorithmStore.js"
import * as FileSystemStore from "../storage/algorithmStore/FileSystem.js"
import * as MemoryStore from "../storage/algorithmStore/Memory.js"
import { Journal } from "../storage/Journal.js"
import * as JournalFile from "../storage/journal/File.js"

/** As with the command. */
export const DIRECTORY = "generated"

const store = (directory: string) => FileSystemStore.layer({ directory }).pipe(Layer.provide(NodeContext.layer))

const journal = (directory: string) =>
  JournalFile.layer({ directory }).pipe(
    Layer.provide(NodeContext.layer),
    Layer.map((context) => {
      const journal = Context.get(context, Journal)
      const unfinished = Effect.map(journal.unfinished, (runs) => runs.filter(({ at }) => at < performance.timeOrigin))
      return Context.make(Journal, { ...journal, unfinished })
    })
  )

/** Fails when the folder cannot be written. */
export const strict = (directory: string | null): Layer.Layer<AlgorithmStore, StoreError> =>
  directory === null
    ? MemoryStore.layer
    : Layer.merge(
        store(directory),
        Layer.catchAll(journal(directory), ({ path, reason }) => Layer.fail(new StoreError({ path, reason })))
      )

/** For callers who get the code itself: a folder that cannot be written costs a warning. */
export const lenient = (directory: string | null): Layer.Layer<AlgorithmStore> => {
  if (directory === null) return MemoryStore.layer
  const unprepared = Layer.map(store(directory), (context) =>
    Context.make(AlgorithmStore, { ...Context.get(context, AlgorithmStore), prepare: Effect.void })
  )
  const kept = Layer.catchAll(journal(directory), ({ message }) => Layer.effectDiscard(Effect.logWarning(message)))
  return Layer.merge(unprepared, kept)
}

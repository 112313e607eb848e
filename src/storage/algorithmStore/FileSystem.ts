/**
 * Algorithms as files of one folder. At any moment and after any crash there is the earlier file or the new one, never
 * half of one, and nothing is written outside the folder.
 */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { authorOf, toPython } from "../../domain/Algorithm.js"
import { AlgorithmStore, StoreError, type Service } from "../AlgorithmStore.js"
import { distinct } from "../FileName.js"
import * as Turns from "../Turns.js"
import * as WholeFile from "../WholeFile.js"
import { fromPlatform, nameTaken } from "../WriteFailure.js"

export interface Options {
  /** Made, with its parents, when it is missing. */
  readonly directory: string
}

/** Bytes of an earlier file that are read: its header says whose it is. */
const HEADER_SIZE = 4096

const make = ({ directory }: Options): Effect.Effect<Service, never, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const files = yield* WholeFile.make

    const turns = Turns.make()

    const typeOf = (file: string) =>
      fs.stat(file).pipe(
        Effect.map(({ type }) => type),
        Effect.orElseSucceed(() => undefined)
      )

    const beginning = (file: string) =>
      fs.open(file).pipe(
        Effect.flatMap((handle) => handle.readAlloc(HEADER_SIZE)),
        Effect.map(Option.match({ onNone: () => "", onSome: (bytes) => new TextDecoder().decode(bytes) })),
        Effect.scoped,
        Effect.orElseSucceed(() => "")
      )

    /** The model that an earlier run gave this name to. Only a file is opened: a pipe would keep its reader waiting. */
    const ownerOf = (file: string) =>
      Effect.flatMap(typeOf(file), (type) =>
        type === "File" ? Effect.map(beginning(file), authorOf) : Effect.succeed(undefined)
      )

    // Systems disagree about the error of renaming to the name of a directory, so it is looked up.
    const failed = (target: string) => (error: PlatformError) =>
      Effect.flatMap(typeOf(target), (type) => {
        const reason = type === "Directory" && target !== directory ? nameTaken("directory") : fromPlatform(error)
        return new StoreError({ path: reason._tag === "FolderUnusable" ? directory : target, reason })
      })

    return {
      prepare: files
        .prepare(directory)
        .pipe(Effect.catchAll(failed(directory)), Effect.withSpan("AlgorithmStore.prepare")),

      save: Effect.fn("AlgorithmStore.save")(function* (name, algorithm) {
        const text = toPython(algorithm)
        return yield* turns.thenInTurn(
          Effect.gen(function* () {
            const owner = yield* ownerOf(path.join(directory, name))
            const file = owner === undefined || owner === authorOf(text) ? name : distinct(name, algorithm.model)
            const target = path.join(directory, file)
            return { target, staged: yield* Effect.catchAll(files.stage(directory, text), failed(target)) }
          }),
          ({ staged, target }) => files.place(staged, target).pipe(Effect.catchAll(failed(target)), Effect.as(target))
        )
      }),

      flush: files.flushFolder(directory)
    }
  })

export const layer = (options: Options): Layer.Layer<AlgorithmStore, never, FileSystem.FileSystem | Path.Path> =>
  Layer.effect(AlgorithmStore, make(options))

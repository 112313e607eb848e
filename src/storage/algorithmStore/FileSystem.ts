/**
 * Algorithms as files of one folder. Whoever looks, at any moment and after any crash, finds the earlier file or the new
 * one, never half of one, and nothing is written outside the folder.
 */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { authorOf, toPython } from "../../domain/Algorithm.js"
import { AlgorithmStore, StoreError, type Service } from "../AlgorithmStore.js"
import { distinct } from "../FileName.js"
import * as WholeFile from "../WholeFile.js"
import { fromPlatform, NameTaken } from "../WriteFailure.js"

export interface Options {
  /** Made, with its parents, when it is missing. */
  readonly directory: string
}

const make = ({ directory }: Options): Effect.Effect<Service, never, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const files = yield* WholeFile.make

    // Systems disagree about the error of renaming to the name of a directory, so it is looked up.
    const isDirectory = (file: string) =>
      fs.stat(file).pipe(
        Effect.map(({ type }) => type === "Directory"),
        Effect.orElseSucceed(() => false)
      )

    const textOf = (file: string) =>
      fs.stat(file).pipe(
        Effect.flatMap(({ type }) => (type === "File" ? fs.readFileString(file) : Effect.succeed(""))),
        Effect.orElseSucceed(() => "")
      )

    const failed = (target: string, error: PlatformError, taken: boolean) => {
      const reason = taken ? new NameTaken({ by: "directory" }) : fromPlatform(error)
      return new StoreError({ path: reason._tag === "FolderUnusable" ? directory : target, reason })
    }

    return {
      prepare: files.prepare(directory).pipe(
        Effect.mapError((error) => failed(directory, error, false)),
        Effect.withSpan("AlgorithmStore.prepare")
      ),

      save: Effect.fn("AlgorithmStore.save")(function* (name, algorithm) {
        const text = toPython(algorithm)
        const earlier = authorOf(yield* textOf(path.join(directory, name)))
        const isOthers = earlier !== undefined && earlier !== authorOf(text)
        const file = isOthers ? distinct(name, algorithm.model) : name
        const target = path.join(directory, file)
        yield* files
          .replace(directory, file, text)
          .pipe(
            Effect.catchAll((error) =>
              Effect.flatMap(isDirectory(target), (taken) => Effect.fail(failed(target, error, taken)))
            )
          )
        return target
      }, Effect.uninterruptible)
    }
  })

export const layer = (options: Options): Layer.Layer<AlgorithmStore, never, FileSystem.FileSystem | Path.Path> =>
  Layer.effect(AlgorithmStore, make(options))

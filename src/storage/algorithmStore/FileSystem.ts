/**
 * Algorithms as files of one folder, or of a folder for each ticker in it. At any moment and after any crash there is the earlier file or the new one, never
 * half of one, and nothing is written outside the folder.
 */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { type Algorithm, identityOf, isOtherTicker, mayReplace, toPython } from "../../domain/Algorithm.js"
import * as Spans from "../../telemetry/Spans.js"
import { AlgorithmStore, StoreError, type Service } from "../AlgorithmStore.js"
import { distinct, type FileName, forTicker } from "../FileName.js"
import * as Turns from "../Turns.js"
import * as WholeFile from "../WholeFile.js"
import { fromPlatform, nameTaken } from "../WriteFailure.js"
import * as Earlier from "./Earlier.js"

export interface Options {
  /** Made, with its parents, when it is missing. */
  readonly directory: string
}

/** Bytes of an earlier file that are read: its header says whose it is. */
const HEADER_SIZE = 4096

const saving = Spans.span("AlgorithmStore.save")

const make = ({ directory }: Options): Effect.Effect<Service, never, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const files = yield* WholeFile.make
    const earlierRuns = Earlier.make(fs, path)

    /** Files appear in the order of the calls, in each folder. */
    const turns = new Map<string, Turns.Turns>()
    const turnsIn = (folder: string): Turns.Turns => {
      const known = turns.get(folder) ?? Turns.make()
      turns.set(folder, known)
      return known
    }
    /** The folders with names that a power cut could take away. */
    const unflushed = new Set<string>()

    const beginning = (file: string) =>
      fs.open(file).pipe(
        Effect.flatMap((handle) => handle.readAlloc(HEADER_SIZE)),
        Effect.map(Option.match({ onNone: () => "", onSome: (bytes) => new TextDecoder().decode(bytes) })),
        Effect.scoped
      )

    /**
     * Only a file is opened: a pipe would keep its reader waiting. What is no file cannot be replaced by one. Fails where
     * nobody can tell whose file it is.
     */
    const earlierAt = (file: string) =>
      fs.stat(file).pipe(
        Effect.flatMap(({ type }) => (type === "File" ? Effect.asSome(beginning(file)) : Effect.succeedNone)),
        Effect.catchIf(WholeFile.isBecause("NotFound"), () => Effect.succeedNone)
      )

    // Systems disagree about the error of renaming to the name of a directory, so it is looked up.
    const failed = (target: string) => (error: PlatformError) =>
      Effect.flatMap(Effect.option(fs.stat(target)), (found) => {
        const isFolder = target !== directory && Option.exists(found, ({ type }) => type === "Directory")
        const reason = isFolder ? nameTaken("directory") : fromPlatform(error)
        return new StoreError({ path: reason._tag === "FolderUnusable" ? directory : target, reason })
      })

    const put = (staged: string, file: string) =>
      Effect.as(Effect.catchAll(files.place(staged, file), failed(file)), { file, staged: undefined })

    /** Only what gives a file its name is done in turn: with many under way, each step more holds up all behind it. */
    const named = (name: FileName, { ticker }: Algorithm, text: string) =>
      Effect.fnUntraced(function* (staged: string) {
        for (const target of [name, forTicker(name, ticker)]) {
          const file = path.join(directory, target)
          if (yield* Effect.catchAll(files.claim(staged, file), failed(file))) return { file, staged }
          const seen = yield* Effect.option(earlierAt(file))
          if (Option.isNone(seen)) break
          const earlier = seen.value
          if (Option.isNone(earlier) || mayReplace(text, earlier.value)) return yield* put(staged, file)
          if (!isOtherTicker(text, earlier.value)) break
        }
        return yield* put(staged, path.join(directory, distinct(name, identityOf(text))))
      })

    const save = (name: FileName, algorithm: Algorithm) => {
      const text = toPython(algorithm)
      const target = path.join(directory, name)
      const folder = path.dirname(target)
      unflushed.add(folder)
      const staged = Effect.if(earlierRuns.has(target, algorithm, text), {
        onTrue: () => Effect.succeedNone,
        onFalse: () => Effect.asSome(Effect.catchAll(files.stage(folder, text), failed(target)))
      })
      const naming = named(name, algorithm, text)
      const there = Effect.succeed({ file: target, staged: undefined })
      return turnsIn(folder)
        .thenInTurn(staged, Option.match({ onNone: () => there, onSome: naming }))
        .pipe(
          Effect.flatMap(({ file, staged }) =>
            staged === undefined ? Effect.succeed(file) : Effect.as(files.discard(staged), file)
          ),
          Effect.uninterruptible
        )
    }

    return {
      prepare: earlierRuns.begin.pipe(
        Effect.zipRight(files.prepare(directory)),
        Effect.catchAll(failed(directory)),
        Spans.span("AlgorithmStore.prepare")
      ),

      save: (name, algorithm) => saving(Effect.suspend(() => save(name, algorithm))),

      flush: Effect.suspend(() => {
        const folders = [...unflushed.add(directory)]
        unflushed.clear()
        earlierRuns.forget()
        return Effect.forEach(folders, files.flush, { discard: true })
      })
    }
  })

export const layer = (options: Options): Layer.Layer<AlgorithmStore, never, FileSystem.FileSystem | Path.Path> =>
  Layer.effect(AlgorithmStore, make(options))

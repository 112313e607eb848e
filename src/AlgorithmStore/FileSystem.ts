/**
 * Algorithms as files of one folder. A file is written beside its place, flushed, and renamed: whoever looks, at any
 * moment and after any crash, finds the earlier file or the new one, never half of one. Renaming replaces a symbolic
 * link that lies in its place and does not follow it, so nothing is written outside the folder.
 */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import { toPython } from "../Algorithm.js"
import {
  AlgorithmStore,
  DiskFull,
  FolderUnusable,
  NameTaken,
  StoreError,
  Unknown,
  type Service
} from "../AlgorithmStore.js"

export interface Options {
  /** Made, with its parents, when it is missing. */
  readonly directory: string
}

/** A file under construction lives for milliseconds. One this old (in milliseconds) belonged to a run that was killed. */
const LEFTOVER_AGE = 60 * 60 * 1000

const TEMPORARY = /^\.algogen-[0-9a-f-]{36}\.tmp$/

/** The operating system's word for it, which the platform keeps for a few codes only. */
const codeOf = (error: PlatformError): string =>
  Predicate.hasProperty(error.cause, "code") ? String(error.cause.code) : error._tag

const reasonOf = (error: PlatformError): StoreError["reason"] => {
  switch (codeOf(error)) {
    case "ENOSPC":
    case "EDQUOT":
      return new DiskFull({ detail: codeOf(error) })
    case "EACCES":
    case "EEXIST":
    case "ELOOP":
    case "ENAMETOOLONG":
    case "ENOENT":
    case "ENOTDIR":
    case "EPERM":
    case "EROFS":
      return new FolderUnusable({ detail: codeOf(error) })
    default:
      return new Unknown({ detail: error.message })
  }
}

const make = (options: Options): Effect.Effect<Service, never, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const folder = options.directory
    const folderFails = Effect.mapError(
      (error: PlatformError) => new StoreError({ path: folder, reason: reasonOf(error) })
    )

    const saveFails = (target: string, error: PlatformError, taken: boolean) => {
      const reason = taken ? new NameTaken() : reasonOf(error)
      return new StoreError({ path: reason._tag === "FolderUnusable" ? folder : target, reason })
    }

    const makeFolder = fs.makeDirectory(folder, { recursive: true })

    // Not drawn from Random: two processes with the same seed must not get the same name.
    const temporary = Effect.sync(() => path.join(folder, `.algogen-${crypto.randomUUID()}.tmp`))

    const write = (file: string, text: string) =>
      fs.open(file, { flag: "wx" }).pipe(
        Effect.tap((handle) => handle.writeAll(new TextEncoder().encode(text))),
        Effect.tap((handle) => handle.sync),
        Effect.scoped
      )

    const discard = (file: string) => Effect.ignore(fs.remove(file, { force: true }))

    // A name is on the disk once its folder is flushed. Not every system can; the file itself is whole in any case.
    const flushFolder = fs.open(folder).pipe(
      Effect.flatMap((handle) => handle.sync),
      Effect.scoped,
      Effect.ignore
    )

    const isDirectory = (file: string) =>
      fs.stat(file).pipe(
        Effect.map(({ type }) => type === "Directory"),
        Effect.orElseSucceed(() => false)
      )

    const isLeftover = (file: string, now: number) =>
      fs.stat(file).pipe(
        Effect.map(({ mtime }) => Option.exists(mtime, (at) => now - at.getTime() > LEFTOVER_AGE)),
        Effect.orElseSucceed(() => false)
      )

    const sweep = Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const names = yield* fs.readDirectory(folder)
      const files = names.filter((name) => TEMPORARY.test(name)).map((name) => path.join(folder, name))
      const leftovers = yield* Effect.filter(files, (file) => isLeftover(file, now))
      yield* Effect.forEach(leftovers, discard, { discard: true })
    }).pipe(Effect.ignore)

    return {
      prepare: Effect.gen(function* () {
        yield* makeFolder
        const probe = yield* temporary
        yield* Effect.ensuring(write(probe, "probe"), discard(probe))
        yield* sweep
      }).pipe(Effect.uninterruptible, folderFails, Effect.withSpan("AlgorithmStore.prepare")),

      // Uninterruptible: it takes milliseconds, and the answer is paid for.
      save: Effect.fn("AlgorithmStore.save")(function* (name, algorithm) {
        const target = path.join(folder, name)
        yield* folderFails(makeFolder)
        const beside = yield* temporary
        yield* write(beside, toPython(algorithm)).pipe(
          Effect.zipRight(fs.rename(beside, target)),
          Effect.onError(() => discard(beside)),
          Effect.catchAll((error) => Effect.flatMap(isDirectory(target), (taken) => saveFails(target, error, taken)))
        )
        yield* flushFolder
        return target
      }, Effect.uninterruptible)
    }
  })

export const layer = (options: Options): Layer.Layer<AlgorithmStore, never, FileSystem.FileSystem | Path.Path> =>
  Layer.effect(AlgorithmStore, make(options))

/**
 * Replaces a file so that it is never half of one: the new text is written beside it under a name of its own, flushed, and
 * renamed. Renaming replaces a symbolic link that has the file's name and does not follow it.
 */
import type { PlatformError, SystemErrorReason } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { constTrue, constVoid } from "effect/Function"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as NativeFiles from "./NativeFiles.js"

/** A text, or what writes it piece by piece where it may be longer than a string can be. */
export type Text = string | ((file: FileSystem.File) => Effect.Effect<void, PlatformError>)

export interface WholeFile {
  /** Makes the folder, and those above it, where they are missing. */
  readonly makeFolder: (folder: string) => Effect.Effect<void, PlatformError>
  /** Writes the text under a name of its own and returns that. Makes the folder when it is missing. */
  readonly stage: (folder: string, text: Text, mode?: number) => Effect.Effect<string, PlatformError>
  /** Gives what was staged its name, or removes it. */
  readonly place: (staged: string, file: string) => Effect.Effect<void, PlatformError>
  /** Gives what was staged its name unless something has it. It may go on having its own as well, until that is discarded. */
  readonly claim: (staged: string, file: string) => Effect.Effect<boolean, PlatformError>
  /** Removes what was staged, if it is there. */
  readonly discard: (staged: string) => Effect.Effect<void>
  /** All of it: stages, places and flushes. `mode` are the permissions of the new file, where the system has such. */
  readonly replace: (folder: string, name: string, text: Text, mode?: number) => Effect.Effect<void, PlatformError>
  /** Makes the folder and finds out whether something can be written into it. Removes what killed runs left there. */
  readonly prepare: (folder: string) => Effect.Effect<void, PlatformError>
  /** Removes what killed runs left in the folder. */
  readonly sweep: (folder: string) => Effect.Effect<void>
  /** Makes what is in a file, or new names in a folder, survive a power cut. Not every system can: then nothing happens. */
  readonly flush: (path: string) => Effect.Effect<void>
}

/** A file under construction lives for milliseconds. One this old (in milliseconds) belonged to a run that was killed. */
const LEFTOVER_AGE = 60 * 60 * 1000

/** The same if its process is gone. Not at once: it may be a process of another machine, or container, that shares the folder. */
const ORPHAN_AGE = 10 * 1000

const encoder = new TextEncoder()

const TEMPORARY = /^\.algogen-(?:(\d+)-)?[0-9a-f-]{36}\.tmp$/

const MAX_SWEPT = 1_000

/** Where there are no processes, nobody knows which one this is, and whether another is still there. */
const here: unknown = Reflect.get(globalThis, "process")

const ownId = (): number => (Predicate.hasProperty(here, "pid") && typeof here.pid === "number" ? here.pid : 0)

/** Asks the system, and does nothing to the process. One of another user counts as running. */
const isRunning = (pid: number): boolean => {
  if (!Predicate.hasProperty(here, "kill") || typeof here.kill !== "function") return true
  try {
    Reflect.apply(here.kill, here, [pid, 0])
    return true
  } catch (error) {
    return !(Predicate.hasProperty(error, "code") && error.code === "ESRCH")
  }
}

/** A name that nobody else has. Not drawn from Random: two processes with the same seed must not get the same. */
export const temporaryName = (): string => `.algogen-${ownId()}-${crypto.randomUUID()}.tmp`

export const isBecause =
  (reason: SystemErrorReason) =>
  (error: PlatformError | { readonly _tag: "JournalError" }): boolean =>
    error._tag === "SystemError" && error.reason === reason

export const make: Effect.Effect<WholeFile, never, FileSystem.FileSystem | Path.Path> = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path

  const inOneGo = NativeFiles.attempt(fs)

  const temporary = (folder: string) => Effect.sync(() => path.join(folder, temporaryName()))

  const discard = (file: string) =>
    inOneGo(({ remove }, done) => remove(file, done), constVoid, Effect.ignore(fs.remove(file, { force: true })))

  /** Leaves nothing behind when it fails; what had the name before is not touched. */
  const writeInSteps = (file: string, text: Text, mode: number) =>
    fs.open(file, { flag: "wx", mode }).pipe(
      Effect.flatMap((handle) =>
        Effect.suspend(() => {
          if (typeof text === "function") return text(handle)
          // The platform takes an empty write for a full disk.
          return text === "" ? Effect.void : handle.writeAll(encoder.encode(text))
        }).pipe(
          Effect.zipRight(handle.sync),
          Effect.onError(() => discard(file))
        )
      ),
      Effect.scoped
    )

  const write = (file: string, text: Text, mode: number) => {
    const inSteps = writeInSteps(file, text, mode)
    return typeof text === "string"
      ? inOneGo(({ write }, done) => write(file, text, mode, done), constVoid, inSteps)
      : inSteps
  }

  const flush = (at: string) =>
    fs.open(at).pipe(
      Effect.flatMap((handle) => handle.sync),
      Effect.scoped,
      Effect.ignore
    )

  // A power cut takes a folder away, with all that is safe in it, as long as the one above was not flushed. One that is
  // there may have been made by a run that was killed before it came to that.
  const makeOne = (folder: string) =>
    fs.makeDirectory(folder).pipe(
      Effect.catchIf(isBecause("AlreadyExists"), () => Effect.void),
      Effect.zipLeft(flush(path.dirname(folder)))
    )

  // Level by level: asked to do it recursively, Node never comes back from a place where nothing can be made, as in /proc.
  const makeFolder = (folder: string): Effect.Effect<void, PlatformError> =>
    makeOne(folder).pipe(
      Effect.catchIf(
        (error) => isBecause("NotFound")(error) && path.dirname(folder) !== folder,
        () => Effect.zipRight(makeFolder(path.dirname(folder)), makeOne(folder))
      )
    )

  const isLeftover = (file: string, now: number) =>
    fs.stat(file).pipe(
      Effect.map(({ mtime }) => {
        const pid = Number(TEMPORARY.exec(path.basename(file))?.[1] ?? 0)
        const least = pid === 0 || isRunning(pid) ? LEFTOVER_AGE : ORPHAN_AGE
        return Option.exists(mtime, (at) => now - at.getTime() > least)
      }),
      Effect.orElseSucceed(() => false)
    )

  /** By the clock of the file system, which may be another machine's: that of a file just written there, if there is one. */
  const sweep = (folder: string, newest?: string) =>
    Effect.gen(function* () {
      const written = newest === undefined ? Option.none() : (yield* fs.stat(newest)).mtime
      const now = Option.isSome(written) ? written.value.getTime() : yield* Clock.currentTimeMillis
      const names = yield* fs.readDirectory(folder)
      const files = names.filter((name) => TEMPORARY.test(name)).map((name) => path.join(folder, name))
      const leftovers = yield* Effect.filter(files, (file) => isLeftover(file, now))
      yield* Effect.forEach(leftovers, discard, { discard: true })
    }).pipe(Effect.ignore)

  /** The folders that have been swept. Thousands of tickers have a folder each. */
  const swept = new Set<string>()
  const sweepOnce = (folder: string, newest: string) =>
    Effect.suspend(() => {
      if (swept.has(folder)) return Effect.void
      if (swept.size >= MAX_SWEPT) swept.clear()
      swept.add(folder)
      return sweep(folder, newest)
    })

  // Uninterruptible, as is what follows: it takes milliseconds, and a call of the file system goes on in any case.
  const stage: WholeFile["stage"] = (folder, text, mode = 0o666) =>
    Effect.gen(function* () {
      const file = yield* temporary(folder)
      const writing = write(file, text, mode)
      yield* writing.pipe(Effect.catchIf(isBecause("NotFound"), () => Effect.zipRight(makeFolder(folder), writing)))
      yield* sweepOnce(folder, file)
      return file
    }).pipe(Effect.uninterruptible)

  const place: WholeFile["place"] = (staged, file) =>
    fs.rename(staged, file).pipe(
      Effect.onError(() => discard(staged)),
      Effect.uninterruptible
    )

  // Renaming would replace a file that another process has just put there; linking does not.
  const claimInSteps: WholeFile["claim"] = (staged, file) =>
    fs.link(staged, file).pipe(
      Effect.as(true),
      Effect.catchIf(isBecause("AlreadyExists"), () => Effect.succeed(false)),
      // Not every file system has hard links.
      Effect.catchAll(() =>
        Effect.if(
          Effect.orElseSucceed(fs.exists(file), () => true),
          { onTrue: () => Effect.succeed(false), onFalse: () => Effect.as(place(staged, file), true) }
        )
      ),
      Effect.uninterruptible
    )

  const claim: WholeFile["claim"] = (staged, file) =>
    inOneGo(({ link }, done) => link(staged, file, done), constTrue, claimInSteps(staged, file))

  return {
    makeFolder,
    flush,
    stage,
    place,
    claim,
    discard,

    prepare: (folder) =>
      Effect.gen(function* () {
        yield* makeFolder(folder)
        const probe = yield* temporary(folder)
        yield* Effect.zipRight(write(probe, "probe", 0o600), discard(probe))
        swept.add(folder)
        yield* sweep(folder)
      }).pipe(Effect.uninterruptible),
    sweep,

    replace: (folder, name, text, mode) =>
      stage(folder, text, mode).pipe(
        Effect.flatMap((staged) => place(staged, path.join(folder, name))),
        Effect.zipRight(flush(folder)),
        Effect.uninterruptible
      )
  }
})

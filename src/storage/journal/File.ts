/**
 * A journal as a file of one folder, to which whole lines are only ever added, each on the disk before anybody is told.
 * What a killed run left half written at its end is cut off when the file is opened. The file holds prompts and answers,
 * so only its owner may read it.
 */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import type * as Scope from "effect/Scope"
import { Journal, JournalError, Locked, make, type Service, Unreadable } from "../Journal.js"
import * as WholeFile from "../WholeFile.js"
import { codeOf, fromPlatform, NameTaken } from "../WriteFailure.js"
import * as Line from "./Line.js"
import * as Lock from "./Lock.js"
import * as Record from "./Record.js"

export interface Options {
  /** Made, with its parents, when it is missing. */
  readonly directory: string
  /** With it the lock of a run that was killed is taken over at once, without it after `Lock.LAPSE`. */
  readonly owner?: Lock.Owner
}

export const FILE_NAME = ".algogen-journal.jsonl"
const LOCK_NAME = ".algogen-journal.lock"

/** Of the file: the owner reads and writes, nobody else does anything. */
const PRIVATE = 0o600

const NEWLINE = 0x0a
const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** Says what is the matter, and with what: the file or the lock where there is one, else the folder. */
const failed = (fs: FileSystem.FileSystem, directory: string, file: string, error: PlatformError | Lock.Held) =>
  Effect.gen(function* () {
    if (error._tag === "Held") {
      const { lapsesIn, owner } = error
      return yield* new JournalError({ path: directory, reason: new Locked({ owner, lapsesIn }) })
    }
    const reason = fromPlatform(error)
    const at =
      error._tag === "SystemError" && typeof error.pathOrDescriptor === "string" ? error.pathOrDescriptor : file
    const isThere = yield* Effect.orElseSucceed(fs.exists(at), () => false)
    return yield* new JournalError({ path: isThere ? at : directory, reason })
  })

const unreadable = (path: string) => (error: PlatformError) =>
  new JournalError({ path, reason: new Unreadable({ detail: codeOf(error) }) })

interface Contents {
  readonly records: ReadonlyArray<Record.Record>
  readonly skipped: number
}

const contentsOf = (lines: ReadonlyArray<Line.Line>): Contents => {
  const records = lines.flatMap(({ record }) => (Either.isRight(record) ? [record.right] : []))
  return { records, skipped: lines.length - records.length }
}

const readable = ({ record }: Line.Line): boolean => Either.isRight(record) || record.left === "of a newer version"

const readLines = (fs: FileSystem.FileSystem, file: string) =>
  fs.readFile(file).pipe(
    Effect.map((bytes) => Line.parse(decode(bytes))),
    Effect.catchIf(
      (error) => error._tag === "SystemError" && error.reason === "NotFound",
      () => Effect.succeed([])
    )
  )

const WORDS: Readonly<Record<string, string>> = { SymbolicLink: "symbolic link", Directory: "directory", FIFO: "pipe" }

/** A link would lead the answers out of the folder, and whoever opens a pipe waits until somebody else does. */
const refuseOthers = (fs: FileSystem.FileSystem, file: string) =>
  Effect.gen(function* () {
    const isLink = Option.isSome(yield* Effect.option(fs.readLink(file)))
    const type = isLink ? "SymbolicLink" : (yield* fs.stat(file)).type
    if (type !== "File")
      return yield* new JournalError({ path: file, reason: new NameTaken({ by: WORDS[type] ?? type }) })
  }).pipe(Effect.catchTags({ BadArgument: () => Effect.void, SystemError: () => Effect.void }))

const open = (
  options: Options
): Effect.Effect<Service, JournalError, FileSystem.FileSystem | Path.Path | Scope.Scope> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const files = yield* WholeFile.make
    const permit = yield* Effect.makeSemaphore(1)
    const { directory } = options
    const file = path.join(directory, FILE_NAME)
    const lock = path.join(directory, LOCK_NAME)
    const failing = <A, R>(self: Effect.Effect<A, PlatformError | Lock.Held, R>) =>
      Effect.catchAll(self, (error) => failed(fs, directory, file, error))

    // Opened anew for every record: pruning puts another file in its place.
    const opened = fs.open(file, { flag: "a", mode: PRIVATE })

    const recover = Effect.gen(function* () {
      const handle = yield* opened
      const bytes = yield* fs.readFile(file)
      const end = bytes.lastIndexOf(NEWLINE) + 1
      const tail = decode(bytes.subarray(end))
      if (tail !== "") {
        yield* Line.parse(tail).some(readable) ? handle.writeAll(encode("\n")) : handle.truncate(end)
        yield* handle.sync
      }
    }).pipe(Effect.scoped)

    const write = (text: string) =>
      Effect.gen(function* () {
        const handle = yield* opened
        const { size } = yield* handle.stat
        yield* handle.writeAll(encode(text)).pipe(
          Effect.zipRight(handle.sync),
          Effect.onError(() => Effect.ignore(handle.truncate(size)))
        )
      }).pipe(Effect.scoped)

    yield* failing(files.makeFolder(directory))
    yield* failing(Lock.acquire(lock, options.owner ?? Lock.anonymous))
    yield* refuseOthers(fs, file)
    yield* failing(recover)
    yield* Effect.ignore(fs.chmod(file, PRIVATE))
    yield* files.flushFolder(directory)

    const contents = yield* Ref.make(contentsOf(yield* failing(readLines(fs, file))))
    const { skipped } = yield* Ref.get(contents)
    if (skipped > 0) {
      yield* Effect.logWarning(`${file}: ${skipped} records are damaged or of a newer version; they are left alone`)
    }

    // One at a time and to its end, also when the run is interrupted meanwhile: what waits here is paid for.
    const exclusively = <A, E>(self: Effect.Effect<A, E>) => Effect.uninterruptible(permit.withPermits(1)(self))

    return make({
      records: Effect.map(Ref.get(contents), ({ records }) => records),
      skipped: Effect.map(Ref.get(contents), (known) => known.skipped),
      write: (record) =>
        failing(write(Line.print(record))).pipe(
          Effect.zipRight(Ref.update(contents, (known) => ({ ...known, records: [...known.records, record] }))),
          exclusively
        ),
      retain: (keep) =>
        Effect.gen(function* () {
          const lines = yield* readLines(fs, file)
          const kept = lines.filter(({ record }) =>
            Either.match(record, { onLeft: (why) => why === "of a newer version", onRight: keep })
          )
          yield* files.replace(directory, FILE_NAME, kept.map(({ text }) => `${text}\n`).join(""), PRIVATE)
          yield* Ref.set(contents, contentsOf(kept))
        }).pipe(failing, exclusively)
    })
  })

/** Holds the folder's lock as long as the layer lives; fails at once when another run holds it. */
export const layer = (options: Options): Layer.Layer<Journal, JournalError, FileSystem.FileSystem | Path.Path> =>
  Layer.scoped(Journal, open(options))

export interface Snapshot {
  readonly entries: ReadonlyArray<Record.Answered>
  readonly unfinished: ReadonlyArray<Record.Unfinished>
  readonly skipped: number
}

/** What lies there at this moment, without a lock and without touching it. Empty when there is no journal. */
export const read = (
  options: Pick<Options, "directory">
): Effect.Effect<Snapshot, JournalError, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const file = (yield* Path.Path).join(options.directory, FILE_NAME)
    yield* refuseOthers(fs, file)
    const { records, skipped } = contentsOf(yield* Effect.mapError(readLines(fs, file), unreadable(file)))
    return { entries: Record.answers(records), unfinished: Record.unfinished(records), skipped }
  })

/** The lines of a journal's files: read one after the other in pieces, one alone, or rewritten without some of them. */
import type { PlatformError } from "@effect/platform/Error"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import { JournalError } from "../Journal.js"
import * as Turns from "../Turns.js"
import { isBecause } from "../WholeFile.js"
import { unreadable } from "../WriteFailure.js"
import { finishedName, type Folder, isFinished, PRIVATE_FILE } from "./Folder.js"
import * as Line from "./Line.js"
import { isWholeAnswer, type Record } from "./Record.js"

/** Where a line lies, in bytes. */
export interface Location {
  readonly file: string
  readonly offset: number
  readonly length: number
}

/** So much of a file is in memory while it is searched. */
const CHUNK = 256 * 1024

const refused = (file: string) => (error: PlatformError) => new JournalError({ path: file, reason: unreadable(error) })

/**
 * Hands on each line with its place. The last one may have been cut off by the end of its run, or be on its way to the
 * disk: then it is no answer yet, and nobody was told that it is one.
 */
export const scan = (
  fs: FileSystem.FileSystem,
  file: string,
  onLine: (line: Uint8Array, place: Location) => void
): Effect.Effect<void, JournalError> =>
  Effect.gen(function* () {
    const handle = yield* fs.open(file)
    let rest: Uint8Array = new Uint8Array()
    let start = 0
    const hand = (bytes: Uint8Array, span: Line.Span) =>
      onLine(bytes.subarray(span.start, span.end), { file, offset: start + span.start, length: span.end - span.start })
    const pass = (bytes: Uint8Array) => {
      Line.spans(bytes).forEach((span) => hand(bytes, span))
      start += bytes.length
    }
    // The platform's own kind of bytes is searched faster than others, and one buffer will do.
    const buffer = Option.getOrElse(yield* handle.readAlloc(CHUNK), () => new Uint8Array())
    for (let size = buffer.length; size > 0; size = Number(yield* handle.read(buffer))) {
      const chunk = buffer.subarray(0, size)
      // Only lines that reach from one chunk into the next are copied.
      const first = chunk.indexOf(Line.NEWLINE) + 1
      const end = chunk.lastIndexOf(Line.NEWLINE) + 1
      if (first > 0) pass(join([rest, chunk.subarray(0, first)]))
      pass(chunk.subarray(first, end))
      rest = join(first > 0 ? [chunk.subarray(end)] : [rest, chunk])
    }
    Line.spans(rest)
      .filter((span) => Line.isSound(Line.parse(rest.subarray(span.start, span.end))))
      .forEach((span) => hand(rest, span))
  }).pipe(
    Effect.scoped,
    // Since it was listed another run may have forgotten it, or finished it and renamed it.
    Effect.catchIf(isBecause("NotFound"), () => Effect.void),
    Effect.mapError(refused(file))
  )

/** Bytes that are read at once, because the next line to be looked up is often the next line of the file. */
const AHEAD = 64 * 1024

/**
 * Reads single lines. The file of the last one stays open and what was read of it in memory, as the next one is likely to
 * be from there.
 */
export const reader = (fs: FileSystem.FileSystem): Effect.Effect<Reader, never, Scope.Scope> =>
  Effect.gen(function* () {
    const turns = Turns.make()
    let open:
      | { readonly name: string; readonly file: FileSystem.File; readonly scope: Scope.CloseableScope }
      | undefined
    let piece: { readonly name: string; readonly offset: number; readonly bytes: Uint8Array } | undefined
    const close = Effect.suspend(() => {
      const scope = open?.scope
      open = undefined
      return scope === undefined ? Effect.void : Scope.close(scope, Exit.void)
    })
    yield* Effect.addFinalizer(() => close)

    const fileOf = (name: string) =>
      Effect.gen(function* () {
        if (open?.name === name) return open.file
        yield* close
        const scope = yield* Scope.make()
        const file = yield* Scope.extend(fs.open(name), scope)
        open = { name, file, scope }
        return file
      })

    const inMemory = ({ file, length, offset }: Location): Uint8Array | undefined => {
      if (piece?.name !== file || offset < piece.offset) return undefined
      const start = offset - piece.offset
      return start + length <= piece.bytes.length ? piece.bytes.subarray(start, start + length) : undefined
    }

    const readAhead = ({ file: name, length, offset }: Location) =>
      Effect.gen(function* () {
        const file = yield* fileOf(name)
        yield* file.seek(offset, "start")
        const bytes = yield* file.readAlloc(Math.max(length, AHEAD))
        piece = Option.getOrUndefined(Option.map(bytes, (bytes) => ({ name, offset, bytes })))
        return Option.map(bytes, (bytes) => bytes.subarray(0, length))
      })

    return (place) =>
      Effect.suspend(() => {
        const found = inMemory(place)
        if (found !== undefined) return Effect.succeedSome(found)
        return turns.inTurn(
          Effect.suspend(() => {
            // The turn before may have read it.
            const found = inMemory(place)
            return found === undefined ? readAhead(place) : Effect.succeedSome(found)
          }).pipe(
            Effect.catchIf(isBecause("NotFound"), () => Effect.succeedNone),
            Effect.mapError(refused(place.file))
          )
        )
      })
  })

export type Reader = (place: Location) => Effect.Effect<Option.Option<Uint8Array>, JournalError>

/**
 * Forgets what need not be kept, and what is too damaged to tell; what a newer version wrote stays. Returns how many
 * answers were forgotten. The file gets another name first: a run that still writes to it notices, and writes those lines
 * again that came too late to be seen here.
 */
export const rewrite = (
  { failing, files, folder, fs, newName, path }: Folder,
  file: string,
  isWanted: (record: Record) => boolean
): Effect.Effect<number, JournalError> =>
  Effect.gen(function* () {
    let isWhole = true
    yield* scan(fs, file, (bytes) => {
      isWhole &&= Line.isSound(Line.parse(bytes), isWanted)
    })
    if (isWhole) return 0

    const aside = yield* Effect.map(newName, (name) => (isFinished(file) ? finishedName(name) : name))
    yield* fs.rename(file, aside)
    const kept: Array<Location> = []
    let forgotten = 0
    yield* scan(fs, aside, (bytes, place) => {
      const line = Line.parse(bytes)
      if (Line.isSound(line, isWanted)) kept.push(place)
      else if (Option.exists(Either.getRight(line), isWholeAnswer)) forgotten += 1
    })
    yield* kept.length === 0
      ? fs.remove(aside)
      : files.replace(folder, path.basename(aside), copyOf(fs, aside, kept), PRIVATE_FILE)
    return forgotten
  }).pipe(failing)

/** Writes these lines of the file, a few at a time: all of them may be more than a string can hold. */
const copyOf =
  (fs: FileSystem.FileSystem, file: string, places: ReadonlyArray<Location>) =>
  (target: FileSystem.File): Effect.Effect<void, PlatformError> =>
    Effect.gen(function* () {
      const source = yield* fs.open(file)
      let pieces: Array<Uint8Array> = []
      let size = 0
      const flush = Effect.suspend(() => {
        const bytes = join(pieces)
        pieces = []
        size = 0
        return bytes.length === 0 ? Effect.void : target.writeAll(bytes)
      })
      for (const { length, offset } of places) {
        yield* source.seek(offset, "start")
        pieces.push(
          Option.getOrElse(yield* source.readAlloc(length), () => new Uint8Array()),
          NEWLINE
        )
        size += length
        if (size >= CHUNK) yield* flush
      }
      yield* flush
    }).pipe(Effect.scoped)

const NEWLINE = Uint8Array.of(Line.NEWLINE)

export const join = (parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  const all = new Uint8Array(parts.reduce((size, { length }) => size + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

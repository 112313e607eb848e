/** Finds files that an earlier run has written: what it paid for is not written again where its file is still there. */
import type * as FileSystem from "@effect/platform/FileSystem"
import type * as Path from "@effect/platform/Path"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { constTrue } from "effect/Function"
import type { Algorithm } from "../../domain/Algorithm.js"
import * as NativeFiles from "../NativeFiles.js"

export interface Earlier {
  /** A run begins: what was answered before this moment may have its file already. */
  readonly begin: Effect.Effect<void>
  /** Has an earlier run written the algorithm, with this very text, to this file. */
  readonly has: (file: string, algorithm: Algorithm, text: string) => Effect.Effect<boolean>
  /** Forgets what the folders hold. */
  readonly forget: () => void
}

const encoder = new TextEncoder()

export const make = (fs: FileSystem.FileSystem, path: Path.Path): Earlier => {
  /** Milliseconds since the epoch. */
  let since = 0
  /** What the folders held when they were first of interest: most files of a run that resumes are missing. */
  const folders = new Map<string, Effect.Effect<ReadonlySet<string>>>()

  const namesIn = (folder: string): Effect.Effect<ReadonlySet<string>> =>
    Effect.suspend(() => {
      const known = folders.get(folder)
      if (known !== undefined) return known
      const reading = Effect.orElseSucceed(fs.readDirectory(folder), () => [])
      return Effect.flatMap(Effect.cached(Effect.map(reading, (names) => new Set(names))), (names) => {
        folders.set(folder, names)
        return names
      })
    })

  const inOneGo = NativeFiles.attempt(fs)

  /** Only a file is read: a pipe would keep its reader waiting. */
  const saysInSteps = (file: string, text: string): Effect.Effect<boolean> =>
    fs.stat(file).pipe(
      Effect.flatMap(({ size, type }) =>
        type === "File" && Number(size) === encoder.encode(text).length
          ? Effect.map(fs.readFileString(file), (found) => found === text)
          : Effect.succeed(false)
      ),
      Effect.orElseSucceed(() => false)
    )

  const says = (file: string, text: string): Effect.Effect<boolean> =>
    inOneGo(({ holds }, done) => holds(file, text, done), constTrue, saysInSteps(file, text))

  return {
    begin: Effect.map(Clock.currentTimeMillis, (now) => {
      since = now
    }),
    has: (file, { generatedAt }, text) =>
      DateTime.toEpochMillis(generatedAt) >= since
        ? Effect.succeed(false)
        : Effect.flatMap(namesIn(path.dirname(file)), (names) =>
            names.has(path.basename(file)) ? says(file, text) : Effect.succeed(false)
          ),
    forget: () => folders.clear()
  }
}

/**
 * What a platform does to a file in one go, where its `FileSystem` needs a dozen effects. It is used in place of a file
 * system that has the platform's calls as they are, and not where one of them is another's. Each call says no more than
 * whether it is done. What is not done has left nothing behind, and the file system does it again: it knows the remedies
 * and the errors.
 */
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import type { LazyArg } from "effect/Function"
import { globalValue } from "effect/GlobalValue"

export type Done = (isDone: boolean) => void

export interface NativeFiles {
  /** Makes the file, with the text in it, flushed. */
  readonly write: (file: string, text: string, mode: number, done: Done) => void
  /** Gives what is under one name a second one, unless something has that. */
  readonly link: (from: string, to: string, done: Done) => void
  readonly remove: (file: string, done: Done) => void
  /** Does the file hold this text and nothing else. Only a file is read: a pipe would keep its reader waiting. */
  readonly holds: (file: string, text: string, done: Done) => void
  /** Adds to the end of a file of this size that is open, flushed. Not done as well if nothing has its name any more. */
  readonly append: (to: Open, bytes: Uint8Array, done: Done) => void
}

export interface Open {
  readonly name: string
  readonly file: Pick<FileSystem.File, "fd">
  readonly size: number
}

interface Known {
  readonly fs: FileSystem.FileSystem
  readonly files: NativeFiles
}

/** Entry points may have a copy of this module each, and share this. */
const known = globalValue("algogen/NativeFiles", (): Array<Known> => [])

/** What the platform's own calls go past. A file system that has them as they are is the platform's. */
const PASSED = ["access", "link", "open", "remove", "stat"] as const

const of = (fs: FileSystem.FileSystem): NativeFiles | undefined =>
  known.find((each) => PASSED.every((call) => each.fs[call] === fs[call]))?.files

export const use = (fs: FileSystem.FileSystem, files: NativeFiles): void => {
  if (of(fs) === undefined) known.push({ fs, files })
}

/** Does it in one go where the platform can, else as `otherwise` says. Cannot be interrupted, as it goes on in any case. */
export const attempt =
  (fs: FileSystem.FileSystem) =>
  <A, E>(
    call: (files: NativeFiles, done: Done) => void,
    result: LazyArg<A>,
    otherwise: Effect.Effect<A, E>
  ): Effect.Effect<A, E> =>
    Effect.suspend(() => {
      const files = of(fs)
      if (files === undefined) return otherwise
      const done = Effect.sync(result)
      return Effect.async<A, E>((resume) => {
        try {
          call(files, (isDone) => resume(isDone ? done : otherwise))
        } catch {
          // A path that none can be.
          resume(otherwise)
        }
      })
    }).pipe(Effect.uninterruptible)

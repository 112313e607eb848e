/**
 * The file of one run, to which whole lines are only ever added, each on the disk before its writer is told. What arrives
 * while the disk is busy is written and flushed together next. The file is made with its first line, so that a run
 * without answers leaves none.
 */
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import * as Scope from "effect/Scope"
import type { JournalError } from "../Journal.js"
import * as NativeFiles from "../NativeFiles.js"
import type { Turns } from "../Turns.js"
import { join } from "./Contents.js"
import { finishedName, type Folder } from "./Folder.js"

/** Where a text lies that was written. */
export interface Start {
  readonly file: string
  readonly offset: number
}

interface Item {
  readonly text: Uint8Array
  readonly onWritten: (start: Start) => void
}

interface Batch {
  readonly items: Array<Item>
  readonly results: Deferred.Deferred<ReadonlyArray<Exit.Exit<void, JournalError>>>
}

interface Own {
  readonly name: string
  readonly file: FileSystem.File
  readonly scope: Scope.CloseableScope
  size: number
}

export interface Writer {
  /**
   * Returns when the text is safe, and cannot be interrupted. `onWritten` runs before anything else gets its turn.
   */
  readonly write: (text: Uint8Array, onWritten: (start: Start) => void) => Effect.Effect<void, JournalError>
  /** Closes the file; `finished` says that nothing of the run is left to be resumed. */
  readonly close: (finished: boolean) => Effect.Effect<void>
}

export const make = ({ create, failing, fs }: Folder, turns: Turns): Writer => {
  let own: Own | undefined
  let batch: Batch | undefined
  const inOneGo = NativeFiles.attempt(fs)

  const open = Effect.gen(function* () {
    if (own !== undefined) return own
    const scope = yield* Scope.make()
    const made = yield* Scope.extend(create, scope).pipe(
      Effect.onError((cause) => Scope.close(scope, Exit.failCause(cause)))
    )
    own = { ...made, scope, size: 0 }
    return own
  })

  const release = Effect.suspend(() => {
    const scope = own?.scope
    own = undefined
    return scope === undefined ? Effect.void : Scope.close(scope, Exit.void)
  })

  const added = (text: Uint8Array, to: Own): Start => {
    const offset = to.size
    to.size += text.length
    return { file: to.name, offset }
  }

  /** A line that does not fit is cut off again, so that the next one does not begin in its middle. */
  const add = (text: Uint8Array) =>
    Effect.flatMap(open, (to) =>
      to.file.writeAll(text).pipe(
        Effect.zipRight(to.file.sync),
        Effect.onError(() => Effect.ignore(to.file.truncate(to.size))),
        Effect.map(() => added(text, to))
      )
    ).pipe(failing)

  /** The file may have been removed by hand, or put aside by a run that prunes: then its last lines go to another one. */
  const addInSteps = (text: Uint8Array) =>
    Effect.flatMap(add(text), (start) =>
      Effect.if(
        Effect.orElseSucceed(fs.exists(start.file), () => true),
        {
          onTrue: () => Effect.succeed(start),
          onFalse: () => Effect.zipRight(release, add(text))
        }
      )
    )

  const addSafely = (text: Uint8Array) =>
    Effect.flatMap(failing(open), (to) =>
      inOneGo(
        ({ append }, done) => append(to, text, done),
        () => added(text, to),
        addInSteps(text)
      )
    )

  const flush = (items: ReadonlyArray<Item>): Effect.Effect<ReadonlyArray<Exit.Exit<void, JournalError>>> =>
    addSafely(join(items.map(({ text }) => text))).pipe(
      Effect.map(({ file, offset }) => {
        let at = offset
        for (const { onWritten, text } of items) {
          onWritten({ file, offset: at })
          at += text.length
        }
        return items.map(() => Exit.void)
      }),
      // What does not fit together may fit one by one.
      Effect.catchAll((error) =>
        items.length === 1
          ? Effect.succeed([Exit.fail(error)])
          : Effect.map(
              Effect.forEach(items, (item) => flush([item])),
              (results) => results.flat()
            )
      )
    )

  const write: Writer["write"] = (text, onWritten) =>
    Effect.suspend(() => {
      const isFirst = batch === undefined
      const mine: Batch = batch ?? { items: [], results: Deferred.unsafeMake(FiberId.none) }
      batch = mine
      const place = mine.items.push({ text, onWritten }) - 1
      const closed = Effect.suspend(() => {
        batch = undefined
        return flush(mine.items)
      })
      // What else came in this moment comes along.
      const flushed = Effect.zipRight(Effect.yieldNow(), Effect.intoDeferred(turns.inTurn(closed), mine.results))
      return Effect.zipRight(
        isFirst ? flushed : Effect.void,
        Effect.flatMap(Deferred.await(mine.results), (results) => results[place] ?? Effect.void)
      )
    }).pipe(Effect.uninterruptible)

  const close: Writer["close"] = (finished) =>
    Effect.suspend(() => {
      const { name = "", size = 0 } = own ?? {}
      if (own === undefined) return Effect.void
      const after = size === 0 ? fs.remove(name) : finished ? fs.rename(name, finishedName(name)) : Effect.void
      return Effect.zipRight(release, Effect.ignore(after))
    }).pipe(turns.inTurn)

  return { write, close }
}

/** A journal whose entries are looked at, and that can be told to fail. */
import { Effect, Layer } from "effect"
import * as Journal from "../../../src/storage/Journal.js"
import type { Record } from "../../../src/storage/journal/Record.js"
import { diskFull as full } from "../../../src/storage/WriteFailure.js"

export interface Double {
  readonly layer: Layer.Layer<Journal.Journal>
  readonly records: ReadonlyArray<Record>
  /** The texts of the answers that lie there, the oldest first. */
  readonly texts: () => ReadonlyArray<string>
  /** The keys that were looked up. */
  readonly lookups: Array<string>
}

/** `onAppend` runs before an answer is written down; it may fail. `damaged` records lie there from before. Nothing can be read where it is `unreadable`. */
export const journal = (
  onAppend: (entry: Journal.Entry) => Effect.Effect<void, Journal.JournalError> = () => Effect.void,
  damaged = 0,
  unreadable?: Journal.JournalError
): Double => {
  const records: Array<Record> = []
  const kept = Journal.make({
    records: unreadable ?? Effect.sync(() => [...records]),
    skipped: Effect.succeed(damaged),
    write: (record) => Effect.sync(() => records.push(record)),
    retain: () => Effect.succeed(0)
  })
  const lookups: Array<string> = []
  const lookup: Journal.Service["lookup"] = (key) => {
    lookups.push(key)
    return kept.lookup(key)
  }
  const append: Journal.Service["append"] = (entry) =>
    Effect.uninterruptible(Effect.zipRight(onAppend(entry), kept.append(entry)))
  return {
    layer: Layer.succeed(Journal.Journal, { ...kept, append, lookup }),
    records,
    lookups,
    texts: () => records.flatMap((record) => (record._tag === "Answered" ? [record.answer.text] : []))
  }
}

/** Lets real time pass until it is so: keys are hashes, and hashing takes real time. */
export const eventually = (so: () => boolean): Effect.Effect<void> =>
  Effect.promise(() => new Promise((resolve) => setImmediate(resolve))).pipe(
    Effect.repeat({ until: so }),
    Effect.asVoid
  )

export const diskFull = new Journal.JournalError({
  path: "out/journal.jsonl",
  reason: full("ENOSPC")
})

/** One that the run has as it is, without the limit and the rest of the contract that `Journal.make` has. */
export const plainJournal = (over: Partial<Journal.Service>) =>
  Layer.succeed(Journal.Journal, {
    begin: () => Effect.succeed("run"),
    finish: () => Effect.void,
    append: () => Effect.void,
    lookup: () => Effect.succeedNone,
    entries: Effect.succeed([]),
    unfinished: Effect.succeed([]),
    skipped: Effect.succeed(0),
    prune: () => Effect.succeed(0),
    ...over
  })

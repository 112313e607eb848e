/**
 * What all runs have written, those of other processes as well as they were when somebody first asked. In memory is which
 * line of which file holds what; the answers themselves stay on the disk.
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { UNCHECKED } from "../../domain/Instance.js"
import type { JournalError, Log } from "../Journal.js"
import type { Turns } from "../Turns.js"
import * as Contents from "./Contents.js"
import { type Folder, isFinished } from "./Folder.js"
import * as Index from "./Index.js"
import * as Line from "./Line.js"
import { Answered, type Head, headOf, isAnswered, type Place, type Record, withPlace } from "./Record.js"
import type { Start } from "./Writer.js"

export interface Library {
  /** Every record with its place, the oldest first. */
  readonly placed: Effect.Effect<ReadonlyArray<Placed>, JournalError>
  readonly find: NonNullable<Log["find"]>
  readonly history: NonNullable<Log["history"]>
  readonly skipped: NonNullable<Log["skipped"]>
  /** Learns of lines that were written one behind the other. */
  readonly add: (records: ReadonlyArray<Record>, texts: ReadonlyArray<Uint8Array>, start: Start) => void
  /** The record, dated behind what is known of the same request: the clock may have been set back since. */
  readonly dated: (record: Answered) => Answered
  /** What was known holds no longer: it is read anew when it is asked for. */
  readonly forget: () => void
}

export interface Placed {
  readonly record: Record
  readonly place: Place
}

export const make = (
  { directory, files, folder, fs, list }: Folder,
  turns: Turns
): Effect.Effect<Library, never, Scope.Scope> =>
  Effect.gen(function* () {
    const read = yield* Contents.reader(fs)
    let index: Index.Index | undefined

    const load = Effect.gen(function* () {
      if (index !== undefined) return index
      const { build, see } = Index.builder()
      const all = yield* list
      yield* Effect.forEach(all, (file) => Contents.scan(fs, file, see), { discard: true })
      // A run that was killed may have written more than it flushed. What is made use of must not be lost in a power cut.
      const cutShort = all.filter((file) => !isFinished(file))
      if (cutShort.length > 0) {
        yield* Effect.forEach([...cutShort, folder, directory], files.flush, { discard: true })
      }
      const built = build()
      index = built
      if (built.skipped() > 0) {
        yield* Effect.logWarning(
          `${folder}: ${built.skipped()} records are damaged or from a newer version of algogen; they are skipped`
        )
      }
      return built
    })
    // In turn with what is written, so that no line is seen twice or missed.
    const loaded = Effect.suspend(() => (index === undefined ? turns.inTurn(load) : Effect.succeed(index)))

    /** Nothing when another run has renamed or pruned the file, which is a reason to look again, or the line is damaged. */
    const recordAt = (known: Index.Index, entry: Index.Entry): Effect.Effect<Option.Option<Record>, JournalError> =>
      entry.head._tag !== "Answered"
        ? Effect.succeedSome(entry.head)
        : Effect.map(read(entry.place), (bytes) => {
            const record = Option.flatMap(bytes, (line) => Either.getRight(Line.parse(line)))
            if (Option.isNone(bytes) && index === known) index = undefined
            if (Option.isSome(bytes) && Option.isNone(record)) known.drop(entry)
            return record
          })

    const find: Library["find"] = (key) =>
      Effect.flatMap(loaded, (known) => {
        const entry = known.latest(key)
        if (entry === undefined) return Effect.succeedNone
        return Effect.flatMap(recordAt(known, entry), (record) =>
          Option.isSome(record) ? Effect.succeed(Option.filter(record, isAnswered)) : find(key)
        )
      })

    const placed: Library["placed"] = Effect.gen(function* () {
      const known = yield* loaded
      const found: Array<Placed> = []
      for (const entry of known.entries()) {
        const record = yield* recordAt(known, entry)
        if (Option.isSome(record)) found.push({ record: record.value, place: entry.place })
      }
      return index === known ? found : yield* placed
    })

    return {
      find,
      placed,
      history: Effect.suspend(() =>
        index === undefined
          ? Effect.flatMap(list, (files) =>
              files.every(isFinished) ? Effect.succeed([]) : Effect.map(loaded, headsOf)
            )
          : Effect.succeed(headsOf(index))
      ),
      skipped: Effect.map(loaded, ({ skipped }) => skipped()),
      dated: (record) => {
        const at = index?.latest(record.key)?.head.at ?? Number.NEGATIVE_INFINITY
        return at < record.at ? record : new Answered({ ...record, at: at + 1 }, UNCHECKED)
      },
      forget: () => {
        index = undefined
      },
      add: (records, texts, { file, offset }) => {
        let start = offset
        records.forEach((record, place) => {
          const { length } = texts[place] ?? new Uint8Array()
          // The line break is not part of the line.
          index?.add({ head: headOf(record), place: { file, offset: start, length: length - 1 } })
          start += length
        })
      }
    }
  })

const headsOf = (index: Index.Index): ReadonlyArray<Head> =>
  index.entries().map(({ head, place }) => withPlace(head, place))

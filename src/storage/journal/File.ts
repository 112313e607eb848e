/**
 * A journal as files, one for each run, see `Folder`. What earlier runs wrote is read only when somebody asks for it: then
 * an index of what lies where is made, once, and an answer is read when it is looked up.
 */
import type * as FileSystem from "@effect/platform/FileSystem"
import type * as Path from "@effect/platform/Path"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { Journal, type JournalError, make, type Service } from "../Journal.js"
import * as Turns from "../Turns.js"
import * as Approvals from "./Approvals.js"
import * as Contents from "./Contents.js"
import * as Folder from "./Folder.js"
import * as Library from "./Library.js"
import * as Line from "./Line.js"
import * as Record from "./Record.js"
import * as Writer from "./Writer.js"

export { EARLIER_FILE_NAME, FOLDER_NAME } from "./Folder.js"

export interface Options {
  /** Where the algorithms go, too. Made, with its parents, when it is missing. */
  readonly directory: string
  /** How long a finished run's answers are kept; default 30 days. Older files are removed when a run writes its first answer. */
  readonly keepFor?: Duration.DurationInput | undefined
}

/** Nobody resumes a run after a month, and by then its answers are on a bill. */
export const KEEP_FOR = Duration.days(30)

const open = ({
  directory,
  keepFor = KEEP_FOR
}: Options): Effect.Effect<Service, JournalError, FileSystem.FileSystem | Path.Path | Scope.Scope> =>
  Effect.gen(function* () {
    const folder = yield* Folder.make(directory)
    yield* folder.prepare
    const turns = Turns.make()
    const library = yield* Library.make(folder, turns)
    const create = Effect.zipLeft(folder.create, folder.sweep(keepFor))
    const writer = Writer.make({ ...folder, create }, turns)
    const approvals = Approvals.make(folder)

    /** Runs that began here and did not finish. */
    const running = new Set<string>()
    /** Their beginnings, as far as nothing came of them: a run without an answer has nothing to resume. */
    let held: ReadonlyArray<Record.Began> = []
    yield* Effect.addFinalizer(() => Effect.zipRight(approvals.flush, writer.close(running.size === 0)))

    const put = (record: Record.Record) =>
      Effect.suspend(() => {
        const began = held
        const records = [...began, record]
        const texts = records.map(Line.encode)
        held = []
        return writer
          .write(Contents.join(texts), (start) => library.add(records, texts, start))
          .pipe(Effect.onError(() => Effect.sync(() => void (held = [...began, ...held]))))
      })

    const write = (record: Record.Record): Effect.Effect<void, JournalError> => {
      switch (record._tag) {
        case "Answered":
          return Effect.suspend(() => put(library.dated(record)))
        case "Began":
          return Effect.sync(() => {
            running.add(record.run)
            held = [...held, record]
          })
        case "Finished":
          return Effect.suspend(() => {
            const others = held.filter(({ run }) => run !== record.run)
            if (record.answered?.length !== 0 || others.length === held.length) return put(record)
            held = others
            return Effect.void
          }).pipe(Effect.zipRight(Effect.sync(() => void running.delete(record.run))), Effect.zipRight(approvals.flush))
      }
    }

    const retain = (keep: (record: Record.Record) => boolean) =>
      Effect.gen(function* () {
        const forgotten = yield* Effect.forEach(yield* folder.list, (file) => Contents.rewrite(folder, file, keep))
        // Else a power cut could bring back what was forgotten.
        yield* Effect.zipRight(folder.forgetApprovals(), folder.files.flush(folder.folder))
        library.forget()
        return forgotten.reduce((sum, count) => sum + count, 0)
      }).pipe(turns.inTurn)

    const records = Effect.map(library.placed, recordsOf)
    return make({ ...library, records, write, retain, approvals })
  })

/** Lives as long as the layer does: every run that goes on meanwhile writes into the same file. */
export const layer = (options: Options): Layer.Layer<Journal, JournalError, FileSystem.FileSystem | Path.Path> =>
  Layer.scoped(Journal, open(options))

const recordsOf = (placed: ReadonlyArray<Library.Placed>) => placed.map(({ record }) => record)

export interface Snapshot {
  readonly entries: ReadonlyArray<Record.Answered>
  readonly unfinished: ReadonlyArray<Record.Unfinished>
  readonly runs: ReadonlyArray<Record.Run>
  readonly skipped: number
}

/** What is there at this moment, without touching it. Empty when there is no journal; fails when it cannot be read. */
export const read = ({
  directory
}: Pick<Options, "directory">): Effect.Effect<Snapshot, JournalError, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const folder = yield* Folder.make(directory)
    yield* folder.examine
    const { placed, skipped } = yield* Library.make(folder, Turns.make())
    const found = yield* placed
    const entries = Record.answers(recordsOf(found))
    const heads = found.map(({ place, record }) => Record.withPlace(record, place))
    return { entries, unfinished: Record.unfinished(heads), runs: Record.runs(heads), skipped: yield* skipped }
  }).pipe(Effect.scoped)

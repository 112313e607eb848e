/** What a folder of algorithms says of the runs that filled it: its manifest, or its journal if that has a later run. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { CodeCheck } from "../../code/CodeCheck.js"
import * as Algorithm from "../../domain/Algorithm.js"
import { count } from "../../domain/Figures.js"
import type * as Run from "../../report/Run.js"
import * as Sections from "../../report/Sections.js"
import type { JournalError } from "../../storage/Journal.js"
import * as JournalFile from "../../storage/journal/File.js"
import * as WholeFile from "../../storage/WholeFile.js"
import * as Manifest from "../bulk/Manifest.js"
import { wrongUsage } from "../Failure.js"
import * as ReadFailure from "../ReadFailure.js"
import * as Absence from "./Absence.js"
import * as FromJournal from "./FromJournal.js"
import * as FromManifest from "./FromManifest.js"

type Files = FileSystem.FileSystem | Path.Path

const decode = Schema.decodeOption(Schema.parseJson(Manifest.Line))

const unreadable = (n: number, noun: string, place: string): ReadonlyArray<string> =>
  n === 0 ? [] : [`${count(n, noun)} of ${place} could not be read: damaged, or from a newer version of algogen`]

interface Lines {
  readonly lines: ReadonlyArray<Manifest.Line>
  /** A sentence where there is more than that. */
  readonly unread: ReadonlyArray<string>
}

/** The lines that still hold; none where there is no manifest. */
const linesOf = (folder: string): Effect.Effect<Lines, never, Files> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const file = path.join(folder, Manifest.NAME)
    const text = yield* Effect.either(fs.readFileString(file))
    if (Either.isLeft(text)) {
      const isAbsent = WholeFile.isBecause("NotFound")(text.left)
      const why = `${file} could not be read: ${ReadFailure.describe(text.left)}`
      return { lines: [], unread: isAbsent ? [] : [why] }
    }
    const { holds, see } = Manifest.currency()
    const written = text.right.split("\n").filter((line) => line.trim() !== "")
    const seen = written.filter(see)
    const held = seen.filter(holds)
    const lines = held.flatMap((line) => Option.toArray(decode(line)))
    const missing = written.length - seen.length + (held.length - lines.length)
    return { lines, unread: unreadable(missing, "line", file) }
  })

/** With the code of what the page shows in full. A manifest that names files elsewhere gets none of them. */
const withCode = (run: Run.Run, folder: string): Effect.Effect<Run.Run, never, Files> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const detailed = Sections.detailed(run)
    const slots = yield* Effect.forEach(run.slots, (slot, index) => {
      if (slot.file === undefined || !detailed.has(index)) return Effect.succeed(slot)
      const inside = path.relative(folder, path.resolve(folder, slot.file))
      if (inside.startsWith("..") || path.isAbsolute(inside)) return Effect.succeed(slot)
      return Effect.match(fs.readFileString(path.join(folder, inside)), {
        onFailure: () => slot,
        onSuccess: (python): Run.Slot => ({ ...slot, code: Algorithm.codeOf(python) })
      })
    })
    return { ...run, slots }
  })

const journalFiles = (folder: string): Effect.Effect<ReadonlyArray<string>, never, Files> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const journal = path.join(folder, JournalFile.FOLDER_NAME)
    const names = yield* Effect.orElseSucceed(fs.readDirectory(journal), () => [])
    return names.map((name) => path.join(journal, name))
  })

const changedAt = (file: string): Effect.Effect<number, never, Files> =>
  Effect.flatMap(FileSystem.FileSystem, ({ stat }) =>
    Effect.match(stat(file), {
      onFailure: () => 0,
      onSuccess: ({ mtime }) => Option.getOrElse(mtime, () => new Date(0)).getTime()
    })
  )

/**
 * Whether the journal has a finished run that began after everything in the manifest: the library keeps a journal and writes
 * no manifest. A journal is read only if it was changed later.
 */
const isBehind = (folder: string, lines: ReadonlyArray<Manifest.Line>): Effect.Effect<boolean, JournalError, Files> =>
  Effect.gen(function* () {
    const path = yield* Path.Path
    const files = yield* journalFiles(folder)
    const changes = yield* Effect.forEach(files, changedAt)
    const written = yield* changedAt(path.join(folder, Manifest.NAME))
    if (changes.every((change) => change <= written)) return false
    const { runs } = yield* JournalFile.read({ directory: folder })
    const latest = lines.reduce((latest, line) => Math.max(latest, FromManifest.endOf(line)), 0)
    return runs.some(({ answered, at, finished }) => finished && answered > 0 && at > latest)
  })

export interface Found {
  /** Undefined where the folder has neither. */
  readonly run: Run.Run | undefined
  /** What could not be read, in sentences. */
  readonly unread: ReadonlyArray<string>
}

/** `since` leaves out what earlier runs have written, in milliseconds. */
export const read = (folder: string, link: FromManifest.Link, since = 0): Effect.Effect<Found, JournalError, Files> =>
  Effect.gen(function* () {
    const path = yield* Path.Path
    const manifest = yield* linesOf(folder)
    const { unread } = manifest
    const lines = manifest.lines.filter(({ run }) => Date.parse(run) >= since)
    if (lines.length > 0 && (since > 0 || !(yield* isBehind(folder, lines))))
      return {
        unread,
        run: yield* withCode(
          FromManifest.make(lines, (file) => link(path.join(folder, file))),
          folder
        )
      }
    const fs = yield* FileSystem.FileSystem
    const places = [JournalFile.FOLDER_NAME, JournalFile.EARLIER_FILE_NAME].map((name) => path.join(folder, name))
    // Opening a journal would create one.
    if (!(yield* Effect.exists(places, (place) => Effect.orElseSucceed(fs.exists(place), () => false))))
      return { run: undefined, unread }
    const { entries, runs, skipped } = yield* JournalFile.read({ directory: folder })
    return {
      unread: [...unread, ...unreadable(skipped, "record", `the journal in ${folder}`)],
      run: entries.length === 0 ? undefined : FromJournal.make(entries, runs, yield* CodeCheck)
    }
  })

/** The same for a command that has nothing else to show. What could not be read is said on standard error. */
export const shown = (folder: string, link: FromManifest.Link) =>
  Effect.gen(function* () {
    const { run, unread } = yield* read(folder, link)
    yield* Effect.forEach(unread, (line) => Console.error(line))
    if (run !== undefined) return run
    return yield* wrongUsage(
      unread.length > 0
        ? `nothing that is kept in ${folder} could be read`
        : `there is neither a manifest nor a journal in ${folder}${yield* Absence.hint(folder)}`
    )
  }).pipe(Effect.catchTag("JournalError", ({ message }) => wrongUsage(message)))

/** Differs after something was added to what `read` reads. */
export const state = (folder: string): Effect.Effect<string, never, Files> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const files = [path.join(folder, Manifest.NAME), ...(yield* journalFiles(folder))]
    const sizes = yield* Effect.forEach(files, (file) =>
      Effect.match(fs.stat(file), { onFailure: () => "", onSuccess: ({ size }) => `${file} ${size}` })
    )
    return sizes.join("\n")
  })

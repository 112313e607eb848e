/** What a folder of algorithms says of the runs that filled it: its manifest, or its journal if that has a later run. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { CodeCheck } from "../../code/CodeCheck.js"
import * as Algorithm from "../../domain/Algorithm.js"
import type * as Run from "../../report/Run.js"
import * as Sections from "../../report/Sections.js"
import type { JournalError } from "../../storage/Journal.js"
import * as JournalFile from "../../storage/journal/File.js"
import * as Manifest from "../bulk/Manifest.js"
import * as FromJournal from "./FromJournal.js"
import * as FromManifest from "./FromManifest.js"

type Files = FileSystem.FileSystem | Path.Path

const decode = Schema.decodeOption(Schema.parseJson(Manifest.Line))

/** The lines that still hold; none where there is no manifest. */
const linesOf = (folder: string): Effect.Effect<ReadonlyArray<Manifest.Line>, never, Files> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const text = yield* Effect.orElseSucceed(fs.readFileString(path.join(folder, Manifest.NAME)), () => "")
    const lines = text.split("\n")
    const { holds, see } = Manifest.currency()
    lines.forEach(see)
    return lines.filter(holds).flatMap((line) => Option.toArray(decode(line)))
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

/** Undefined where the folder has neither. `since` leaves out what earlier runs have written, in milliseconds. */
export const read = (
  folder: string,
  link: FromManifest.Link,
  since = 0
): Effect.Effect<Run.Run | undefined, JournalError, Files> =>
  Effect.gen(function* () {
    const path = yield* Path.Path
    const all = yield* linesOf(folder)
    const lines = all.filter(({ run }) => Date.parse(run) >= since)
    if (lines.length > 0 && (since > 0 || !(yield* isBehind(folder, lines))))
      return yield* withCode(
        FromManifest.make(lines, (file) => link(path.join(folder, file))),
        folder
      )
    const fs = yield* FileSystem.FileSystem
    const places = [JournalFile.FOLDER_NAME, JournalFile.EARLIER_FILE_NAME].map((name) => path.join(folder, name))
    // Opening a journal would create one.
    if (!(yield* Effect.exists(places, (place) => Effect.orElseSucceed(fs.exists(place), () => false))))
      return undefined
    const { entries, runs } = yield* JournalFile.read({ directory: folder })
    return entries.length === 0 ? undefined : FromJournal.make(entries, runs, yield* CodeCheck)
  })

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

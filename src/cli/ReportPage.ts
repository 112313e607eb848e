/** `--report` and `--open`: where the page of a run is written, and the browser that shows it. */
import { pathToFileURL } from "node:url"
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type * as Run from "../report/Run.js"
import * as WholeFile from "../storage/WholeFile.js"
import * as WriteFailure from "../storage/WriteFailure.js"
import * as Browser from "./Browser.js"
import { type Failure, noFile, STANDARD_OUTPUT, wrongUsage } from "./Failure.js"
import * as Notice from "./Notice.js"

export interface ReportPage {
  /** The address of a file, as a browser sees it from the page. */
  readonly link: (file: string) => string | undefined
  /** Says where it is, or why it could not be written, and gives which: no failure, because the algorithms are saved. */
  readonly write: (run: Run.Run) => Effect.Effect<boolean>
}

export interface Flags {
  readonly report: string | undefined
  readonly open: boolean
  /** The folder of the algorithms, which has the page unless `report` names a file. */
  readonly out: string
}

const NAME = "report.html"

/** What opens a browser says within this time that there is none. */
const PATIENCE = "1 second"

/** It is written beside its place and renamed, so that permissions are those of the folder. */
const sentence = (file: string, error: PlatformError, orElse = ""): string => {
  const failure = WriteFailure.fromPlatform(error)
  const place = failure._tag === "FolderUnusable" ? `the folder of ${file}` : file
  return WriteFailure.sentence(place, failure, orElse)
}

export const linkFrom = (folder: string): Effect.Effect<ReportPage["link"], never, Path.Path> =>
  Effect.map(Path.Path, (paths) => (file) => {
    const relative = paths.relative(folder, file)
    // On another drive of Windows.
    return paths.isAbsolute(relative) ? undefined : relative.split(paths.sep).map(encodeURIComponent).join("/")
  })

/** The file of the page. */
export const place = ({ out, report }: Pick<Flags, "out" | "report">): Effect.Effect<string, never, Path.Path> =>
  Effect.map(Path.Path, (paths) => report ?? paths.join(out, NAME))

/** Fails if the page could not be written. */
export const make = (flags: Flags): Effect.Effect<ReportPage, Failure, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    if (flags.report === STANDARD_OUTPUT) return yield* noFile("--report")
    const paths = yield* Path.Path
    const fs = yield* FileSystem.FileSystem
    const file = yield* place(flags)
    const files = yield* WholeFile.make
    const folder = paths.dirname(file)
    const isFolder = Effect.map(fs.stat(file), ({ type }) => type === "Directory")
    if (yield* Effect.orElseSucceed(isFolder, () => false)) return yield* wrongUsage(`${file} is a folder (--report)`)
    yield* Effect.mapError(files.prepare(folder), (error) =>
      wrongUsage(`${sentence(file, error, "or choose another file")} (--report)`)
    )
    return {
      link: yield* linkFrom(folder),
      write: (run) =>
        Effect.gen(function* () {
          const { render } = yield* Effect.promise(() => import("../report/Page.js"))
          yield* files.replace(folder, paths.basename(file), render(run))
          yield* Notice.say(`Report: ${file}`)
          if (!flags.open) return true
          const { ended } = yield* Browser.open(pathToFileURL(paths.resolve(file)).href, paths.resolve(file))
          yield* Effect.timeoutOption(ended, PATIENCE)
          return true
        }).pipe(
          Effect.catchAll((error) =>
            Effect.as(Console.error(`the report could not be written: ${sentence(file, error)}`), false)
          )
        )
    }
  })

export const ifWanted = (
  flags: Flags
): Effect.Effect<ReportPage | undefined, Failure, FileSystem.FileSystem | Path.Path> =>
  flags.open || flags.report !== undefined ? make(flags) : Effect.succeed(undefined)

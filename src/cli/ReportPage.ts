/** `--report` and `--open`: where the page of a run is written, and the browser that shows it. */
import { spawn } from "node:child_process"
import { pathToFileURL } from "node:url"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type * as Run from "../report/Run.js"
import * as WholeFile from "../storage/WholeFile.js"
import { type Failure, wrongUsage } from "./Failure.js"

export interface Flags {
  readonly report: string | undefined
  readonly open: boolean
  /** The folder of the algorithms. */
  readonly out: string
}

export interface ReportPage {
  /** The address of a file, as a browser sees it from the page. */
  readonly link: (file: string) => string | undefined
  /** Says where it is. A page that could not be written does not make the algorithms less worth. */
  readonly write: (run: Run.Run) => Effect.Effect<void>
}

/** The name of the page in the folder of the algorithms, for `--open` alone. */
const NAME = "report.html"

/** Undefined where no page is wanted. Fails before anything is sent if it cannot be written. */
export const make = ({
  open,
  out,
  report
}: Flags): Effect.Effect<ReportPage | undefined, Failure, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const paths = yield* Path.Path
    const fs = yield* FileSystem.FileSystem
    const file = report ?? (open ? paths.join(out, NAME) : undefined)
    if (file === undefined) return undefined
    const files = yield* WholeFile.make
    const folder = paths.dirname(file)
    const isFolder = Effect.map(fs.stat(file), ({ type }) => type === "Directory")
    if (yield* Effect.orElseSucceed(isFolder, () => false)) return yield* wrongUsage(`${file} is a folder (--report)`)
    yield* Effect.mapError(files.prepare(folder), () => wrongUsage(`${file} cannot be written (--report)`))
    return {
      link: (algorithm) => {
        const relative = paths.relative(folder, algorithm)
        // On another drive of Windows.
        return paths.isAbsolute(relative) ? undefined : relative.split(paths.sep).map(encodeURIComponent).join("/")
      },
      write: (run) =>
        Effect.gen(function* () {
          const { render } = yield* Effect.promise(() => import("../report/Page.js"))
          yield* files.replace(folder, paths.basename(file), render(run))
          yield* Console.error(`Report: ${file}`)
          if (open) yield* show(paths.resolve(file))
        }).pipe(Effect.catchAll(({ message }) => Console.error(`the report could not be written: ${message}`)))
    }
  })

const OPENERS: Readonly<Record<string, readonly [program: string, ...args: ReadonlyArray<string>]>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"]
}

/** Does not wait for the browser. */
const show = (file: string): Effect.Effect<void> =>
  Effect.async<boolean>((resume) => {
    const [program, ...args] = OPENERS[process.platform] ?? ["xdg-open"]
    const child = spawn(program, [...args, pathToFileURL(file).href], { detached: true, stdio: "ignore" })
    child.once("error", () => resume(Effect.succeed(false)))
    child.once("spawn", () => resume(Effect.succeed(true)))
    child.unref()
  }).pipe(
    Effect.flatMap((opened) =>
      opened ? Effect.void : Console.error(`no browser could be started: open ${file} yourself`)
    )
  )

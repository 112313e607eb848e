/** The built command as a process of its own, in a folder of its own, beside a server whose counts the tests go by. */
import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import * as fs from "node:fs/promises"
import * as os from "node:os"
import * as path from "node:path"
import { Effect, type Scope } from "effect"
import * as Manifest from "../../../src/cli/bulk/Manifest.js"
import * as Overview from "../../../src/cli/Overview.js"
import * as Simulator from "../../../src/simulator/Simulator.js"
import * as JournalFile from "../../../src/storage/journal/File.js"
import { interpreter } from "../trial/available.js"
import * as Warm from "./warm.js"

// Tests and benchmarks run in the project's folder, but not from files equally deep in it.
const BIN = path.resolve("dist/bin.js")

if (!existsSync(BIN))
  throw new Error("dist/bin.js is missing: `npm run build` makes it, and `npm test` before everything else")

/** A python3 that is a version manager's script takes longer to start than what it is started for: the real one comes first. */
const PYTHON = path.isAbsolute(interpreter) ? path.dirname(interpreter) + path.delimiter : ""

/** Dozens of processes take their time on a machine that has other things to do. */
export const PATIENCE = { timeout: 300_000 }

export interface Running {
  readonly kill: (signal: NodeJS.Signals) => Effect.Effect<void>
  readonly ended: Effect.Effect<Warm.Ended>
  /** Waits until it has said this on standard error. */
  readonly says: (words: string) => Effect.Effect<void>
  /** The same, and what stands behind these words on their line. */
  readonly names: (words: string) => Effect.Effect<string>
}

export interface Place {
  readonly folder: string
  readonly env?: Readonly<Record<string, string>>
}

/** Nothing of this process's own but where programs are. */
const environment = ({ env, folder }: Place): NonNullable<Place["env"]> => ({
  PATH: `${PYTHON}${process.env["PATH"]}`,
  HOME: folder,
  ...env
})

/** Starts any program; what still runs when the scope closes is killed. */
export const start = (
  program: string,
  args: ReadonlyArray<string>,
  { env = {}, folder }: Place
): Effect.Effect<Running, never, Scope.Scope> =>
  Effect.gen(function* () {
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(program, [...args], {
          cwd: folder,
          env: environment({ env, folder }),
          stdio: ["ignore", "pipe", "pipe"]
        })
      ),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    )
    let stdout = ""
    let stderr = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => void (stdout += text))
    child.stderr.setEncoding("utf8").on("data", (text: string) => void (stderr += text))
    const closed = new Promise<Warm.Ended>((resolve) => {
      child.once("close", (code) => resolve({ code, stdout, stderr }))
      // Else a program that is not on this machine would be waited for.
      child.once("error", ({ message }) => {
        stderr += `${program} could not be started: is it installed? (${message})`
        resolve({ code: null, stdout, stderr })
      })
    })
    const says = (words: string) =>
      Effect.sync(() => stderr.includes(words)).pipe(
        Effect.delay(2),
        Effect.repeat({ until: (said) => said }),
        Effect.timeoutFail({
          duration: "60 seconds",
          onTimeout: () => new Error(`never said "${words}":\n${stderr}`)
        }),
        Effect.orDie,
        Effect.asVoid
      )
    return {
      kill: (signal) => Effect.sync(() => void child.kill(signal)),
      ended: Effect.promise(() => closed),
      says,
      names: (words) =>
        Effect.map(Effect.zipRight(says(words), says("\n")), () => {
          const [, behind = ""] = stderr.split(words, 2)
          return behind.split("\n", 1)[0]?.trim() ?? ""
        })
    }
  })

export const startAlgogen = (args: ReadonlyArray<string>, place: Place) =>
  start(process.execPath, [BIN, ...args], place)

/** Reads its input, counts what its process does, or answers before it is loaded. */
const OF_ITS_PROCESS = /^-$|=-$|^--(?:metrics|otlp|completions)\b/

const isForItself = (args: ReadonlyArray<string>, { env = {} }: Place): boolean =>
  args.some((word) => OF_ITS_PROCESS.test(word)) ||
  Overview.answer("", args) !== undefined ||
  Object.keys(env).some((name) => name.startsWith("NODE_") || name === "ALGOGEN_LIFELINE")

/** The command from its start to its end. */
export const algogen = (args: ReadonlyArray<string>, place: Place): Effect.Effect<Warm.Ended> =>
  isForItself(args, place)
    ? Effect.scoped(Effect.flatMap(startAlgogen(args, place), ({ ended }) => ended))
    : Warm.run({ args, folder: place.folder, env: environment(place) })

/** What a program does with its process beyond reading the environment. */
const USES_PROCESS = /\bprocess\b(?!\.env\b)/

/** A program of plain JavaScript in a file of its own, from its start to its end. */
export const javascript = (source: string, name: string, place: Place): Effect.Effect<Warm.Ended> =>
  Effect.zipRight(
    write(source, place.folder, name),
    USES_PROCESS.test(source)
      ? Effect.scoped(Effect.flatMap(start(process.execPath, [name], place), ({ ended }) => ended))
      : Warm.run({
          args: [],
          program: path.join(place.folder, name),
          folder: place.folder,
          env: environment(place)
        })
  )

/** The command in a shell's line, where `$algogen` stands for it. */
export const shell = (line: string, { env, folder }: Place): Effect.Effect<Warm.Ended> =>
  start("bash", ["-c", line], { folder, env: { ...env, algogen: `${process.execPath} ${BIN}` } }).pipe(
    Effect.flatMap(({ ended }) => ended),
    Effect.scoped
  )

/** An empty folder that goes away with its scope. */
export const emptyFolder: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.promise(() => fs.mkdtemp(path.join(os.tmpdir(), "algogen-test-"))),
  (folder) => Effect.promise(() => fs.rm(folder, { recursive: true, force: true }))
)

/** A folder, a server that answers within 40 ms, and the command in the one against the other. */
export const scene = (options: Simulator.Options = {}) =>
  Effect.gen(function* () {
    const folder = yield* emptyFolder
    const server = yield* Effect.orDie(Simulator.make({ latencyScale: 0.02, ...options }))
    const args = (flags: ReadonlyArray<string>) => ["generate", "--base-url", server.baseUrl, ...flags]
    return {
      folder,
      server,
      generate: (flags: ReadonlyArray<string>, env?: Place["env"]) =>
        algogen(args(flags), env === undefined ? { folder } : { folder, env }),
      startGenerate: (flags: ReadonlyArray<string>) => startAlgogen(args(flags), { folder })
    }
  })

/** Sentences as one line again, which were wrapped for a file of 120 columns. */
export const unwrapped = (text: string): string => text.replaceAll("\n    ", " ")

export const models = (...ids: ReadonlyArray<string>): ReadonlyArray<string> => ids.flatMap((id) => ["--model", id])

export const read = (...where: ReadonlyArray<string>): Effect.Effect<string> =>
  Effect.promise(() => fs.readFile(path.join(...where), "utf8"))

export const write = (text: string, ...where: ReadonlyArray<string>): Effect.Effect<void> =>
  Effect.promise(() => fs.writeFile(path.join(...where), text))

/** The names in a folder, sorted. */
export const list = (...where: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<string>> =>
  Effect.promise(async () => (await fs.readdir(path.join(...where))).sort())

/** The algorithms in a folder. */
export const algorithms = (...where: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<string>> =>
  Effect.map(list(...where), (names) =>
    names.filter((name) => name !== JournalFile.FOLDER_NAME && name !== Manifest.NAME)
  )

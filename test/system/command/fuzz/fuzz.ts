/**
 * The command in this process, with arguments and files that nobody meant: it ends with an exit code and a sentence for
 * people, and never with a stack. A seed is a case.
 */
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import * as CliConfig from "@effect/cli/CliConfig"
import * as NodeContext from "@effect/platform-node/NodeContext"
import { Cause, Effect, Exit, Layer, Logger, LogLevel, Option } from "effect"
import * as Cli from "../../../../src/cli/Cli.js"
import * as DotEnv from "../../../../src/cli/DotEnv.js"
import { Failure, textOf } from "../../../../src/cli/Failure.js"
import * as Terminal from "../../../../src/cli/Terminal.js"
import * as Dice from "../../world/Dice.js"
import { type Case, draw, type FileName, NOWHERE } from "./Inputs.js"

export interface Result {
  readonly seed: number
  readonly words: ReadonlyArray<string>
  readonly exitCode: number | undefined
  readonly output: string
  readonly errors: string
  /** What should not have been, as sentences. */
  readonly broken: ReadonlyArray<string>
}

/** Longer than this, in milliseconds, and the command hangs. */
const PATIENCE = 120_000

const surroundings = Layer.mergeAll(
  CliConfig.layer({ showBuiltIns: false, showTypes: false }),
  Logger.replace(Logger.defaultLogger, Logger.none),
  DotEnv.layer
).pipe(Layer.provideMerge(NodeContext.layer), Layer.provideMerge(Terminal.layer))

const ENVIRONMENT: ReadonlySet<string> = new Set(["PATH", "HOME", "TMPDIR"])

/** With the streams, the folder and the environment of a process of its own; one case at a time. */
const asProcess = async <A>(folder: string, work: () => Promise<A>) => {
  const [cwd, environment] = [process.cwd(), { ...process.env }]
  const [log, error] = [process.stdout.write, process.stderr.write]
  let [output, errors] = ["", ""]
  process.stdout.write = (text: string | Uint8Array) => ((output += String(text)), true)
  process.stderr.write = (text: string | Uint8Array) => ((errors += String(text)), true)
  process.chdir(folder)
  for (const name of Object.keys(process.env)) if (!ENVIRONMENT.has(name)) delete process.env[name]
  Object.assign(process.env, { HOME: folder, OPENROUTER_BASE_URL: NOWHERE })
  try {
    return { value: await work(), output: () => output, errors: () => errors }
  } finally {
    process.stdout.write = log
    process.stderr.write = error
    process.chdir(cwd)
    for (const name of Object.keys(process.env)) delete process.env[name]
    Object.assign(process.env, environment)
  }
}

/** After this, in milliseconds, a command that waits for somebody is interrupted. */
const WAIT = 300

const call = ({ waits, words }: Case) =>
  Effect.runPromiseExit(
    Cli.run("0.0.0", ["node", "algogen", ...words]).pipe(
      waits ? Effect.timeoutOption(WAIT) : Effect.asSome,
      Effect.timeoutFail({ duration: PATIENCE, onTimeout: () => "hangs" as const }),
      Logger.withMinimumLogLevel(LogLevel.Error),
      Effect.provide(surroundings)
    )
  )

/** What of JavaScript's own never belongs into a sentence. What the user wrote is in quotes. */
const FOREIGN =
  /\n\s+at .*[:)]|\[object |\bundefined\b|\b(?:Type|Range|Reference|Syntax)Error\b|Cannot read propert|FiberFailure/
// oxlint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/

const isJson = (text: string) => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** How a mistake in a file is placed: by line and column where the column is known, by its line where the line is short. */
const PLACES: Partial<Readonly<Record<FileName, RegExp>>> = {
  "prices.csv":
    /, line \d+, column \w+: |, line \d+: (?:no column has|neither it) |prices?\b.* (?:of|for) |empty|no prices/,
  "jobs.jsonl": /, line \d+: (?!this is not a JSON object: it)|, line \d+: [^:]*: it is not JSON from column \d+ on/,
  "tickers.txt": /, line \d+: '|no ticker/,
  "prompt.md": /, line \d+: \{\{|empty/
}

const saysWhere = ({ about, files }: Case, errors: string): boolean => {
  const text = files.get(about ?? ".env") ?? ""
  if (about === "algogen.json" && !text.includes("\ufeff") && !isJson(text)) return /line \d+, column \d+/.test(errors)
  const place = PLACES[about ?? ".env"]
  return place === undefined || text.trim() === "" || place.test(errors)
}

const judge = (given: Case, exit: Exit.Exit<unknown, unknown>, output: string, errors: string) => {
  const broken: Array<string> = []
  const failure = Exit.isFailure(exit) ? Option.getOrUndefined(Cause.failureOption(exit.cause)) : undefined
  const isTyped = failure instanceof Failure
  if (Exit.isFailure(exit) && !isTyped) broken.push(`it dies: ${Cause.pretty(exit.cause).slice(0, 400)}`)
  const code = isTyped ? failure.exitCode : Exit.isSuccess(exit) ? 0 : undefined
  const said = `${errors}${isTyped ? textOf(failure) : ""}`
  if (code !== undefined && ![0, 1, 2].includes(code)) broken.push(`exit code ${code}`)
  if (code !== 0 && said.trim() === "" && output.trim() === "") broken.push("it fails without a word")
  const foreign = FOREIGN.exec(said.replace(/'[^']*'/g, "''"))
  if (foreign !== null) broken.push(`it says ${JSON.stringify(foreign[0])}`)
  const unseen = UNSEEN.exec(said)
  if (unseen !== null) broken.push(`it prints ${JSON.stringify(unseen[0])} to standard error`)
  if (code === 2 && !saysWhere(given, said)) broken.push("it does not say where the mistake is")
  return { code, said, broken }
}

export const run = async (seed: number): Promise<Result> => {
  const given = draw(seed, Dice.make(`command ${seed}`))
  // What is in `..` is the case's own, too.
  const outer = fs.mkdtempSync(path.join(os.tmpdir(), "algogen-fuzz-"))
  const folder = path.join(outer, "folder")
  try {
    fs.mkdirSync(folder)
    for (const [name, text] of given.files) {
      const file = path.join(folder, name)
      fs.mkdirSync(path.dirname(file), { recursive: true })
      fs.writeFileSync(file, text)
    }
    const { errors, output, value } = await asProcess(folder, () => call(given))
    const { broken, code, said } = judge(given, value, output(), errors())
    return { seed, words: given.words, exitCode: code, output: output(), errors: said, broken }
  } finally {
    fs.rmSync(outer, { recursive: true, force: true })
  }
}

/**
 * `algogen validate`: checks files, with a trial if asked for. A `.py` file is a module; any other file, and standard input,
 * is a model's answer, from which the module is taken first; a folder stands for the `.py` files in it. Every file gets a
 * result, even if it cannot be read.
 */
import { buffer } from "node:stream/consumers"
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as CodeCheck from "../../code/CodeCheck.js"
import * as Trial from "../../code/trial/Trial.js"
import { isSimulated } from "../../domain/Algorithm.js"
import * as CodeFailure from "../../domain/CodeFailure.js"
import type { PythonModule } from "../../domain/PythonModule.js"
import * as TextFile from "../../node/TextFile.js"
import type * as Commands from "../Commands.js"
import * as Json from "../documents/Json.js"
import type * as Others from "../documents/Others.js"
import { nothingProduced } from "../Failure.js"
import * as Notice from "../Notice.js"
import * as ReadFailure from "../ReadFailure.js"
import * as TrialRun from "../TrialRun.js"
import * as Fit from "../view/Fit.js"
import * as Lines from "../view/Lines.js"
import * as Look from "../view/Look.js"
import * as Table from "../view/Table.js"

/** Why a file failed: a check, or an error while reading it. */
interface Refusal extends Pick<CodeFailure.CodeFailure, "code" | "message" | "line"> {
  readonly stage: CodeFailure.Stage | "read"
  readonly truncated?: boolean
}

export interface Judged {
  readonly file: string
  readonly result: Either.Either<PythonModule, Refusal>
  readonly trial: Option.Option<Trial.Result>
  /** The module, also where its trial failed. */
  readonly source: string | undefined
}

export const run = (flags: Commands.Validate) =>
  Effect.gen(function* () {
    const files = yield* Effect.forEach(flags.files, filesOf)
    const verdicts = yield* Effect.forEach(files.flat(), (file) => judge(file))
    yield* Console.log(flags.json ? Json.document(verdicts.map(toJson)) : verdicts.map(toLine).join("\n"))
    yield* simulated(verdicts)
    if (verdicts.some(({ result }) => Either.isLeft(result))) {
      return yield* nothingProduced()
    }
  }).pipe(Effect.provide(TrialRun.layer(flags)), Effect.provide(CodeCheck.layerWith(flags)))

/** Where a module or an answer is read from. */
export const STANDARD_INPUT = "-"

/**
 * The modules of a folder and of the folders in it, by name; anything else stands for itself, as do folders without a module
 * and folders that cannot be read. Hidden ones are not entered: the journal in one is its owner's alone.
 */
export const filesOf = (file: string): Effect.Effect<Array<string>, never, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    if (file === STANDARD_INPUT) return [file]
    const modules = yield* modulesIn(file)
    return modules.length === 0 ? [file] : modules
  }).pipe(Effect.orElseSucceed(() => [file]))

const modulesIn = (folder: string): Effect.Effect<Array<string>, PlatformError, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const names = (yield* fs.readDirectory(folder)).filter((name) => !name.startsWith(".")).toSorted()
    const found = yield* Effect.forEach(names, (name) => {
      const place = path.join(folder, name)
      return Effect.flatMap(isFolder(place), (is) =>
        is ? Effect.orElseSucceed(modulesIn(place), () => [place]) : Effect.succeed(isModule(name) ? [place] : [])
      )
    })
    return found.flat()
  })

/** A link to one might lead in a circle. */
const isFolder = (place: string) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) =>
    Effect.if(Effect.isSuccess(fs.readLink(place)), {
      onTrue: () => Effect.succeed(false),
      onFalse: () =>
        Effect.match(fs.stat(place), { onFailure: () => false, onSuccess: ({ type }) => type === "Directory" })
    })
  )

/** Of a folder, for a command that takes one. */
export const NO_MODULES = "the folder holds no .py file; name one, or the folder that algogen generate wrote to"

/** An answer in whatever encoding it is kept; a module is read as Python reads it. */
const contents = (file: string): Effect.Effect<string, PlatformError, FileSystem.FileSystem> =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => {
    if (isModule(file)) return fs.readFileString(file)
    return Effect.map(
      file === STANDARD_INPUT ? Effect.promise(() => buffer(process.stdin)) : fs.readFile(file),
      TextFile.decode
    )
  })

export const judge = (file: string, tickerOf: (text: string) => string = () => "AAPL") =>
  Effect.gen(function* () {
    const { accept, check } = yield* CodeCheck.CodeCheck
    const trial = yield* Effect.serviceOption(Trial.Trial)
    const read = yield* Effect.either(contents(file))
    const checked = Either.flatMap(Either.mapLeft(read, unreadable), (text): Judged["result"] =>
      isModule(file) ? Either.mapLeft(check(text), hinting(text)) : accept(text)
    )
    const source = Either.getOrUndefined(checked)?.source
    if (Either.isLeft(checked) || Option.isNone(trial)) return { file, result: checked, trial: Option.none(), source }
    const tried = yield* Effect.either(trial.value.run(checked.right, tickerOf(Either.getOrElse(read, () => ""))))
    return {
      file,
      result: Either.flatMap(tried, () => checked),
      trial: Either.getRight(tried),
      source
    } satisfies Judged
  })

const isModule = (file: string): boolean => file.endsWith(".py")

const unreadable = (error: PlatformError): Refusal => {
  const stage = "read"
  switch (error._tag === "SystemError" ? error.reason : undefined) {
    case "NotFound":
      return { stage, code: "not-found", message: "there is no such file" }
    case "PermissionDenied":
      return { stage, code: "permission-denied", message: "you have no permission to read it" }
    case "BadResource":
      return {
        stage,
        code: "not-a-file",
        message: ReadFailure.isFolder(error) ? NO_MODULES : "it is neither a file nor a folder"
      }
    default:
      return { stage, code: "unreadable", message: ReadFailure.describe(error) }
  }
}

/** A fence in a `.py` file suggests that it is an answer with the wrong file name. */
const hinting =
  (text: string) =>
  ({ code, line, message, stage, truncated }: CodeFailure.CodeFailure): Refusal => ({
    stage,
    code,
    message:
      stage === "syntax" && /^ {0,3}(?:```|~~~)/m.test(text)
        ? `${message}; if this is a model's answer, rename the file so that it does not end in .py`
        : message,
    ...(line === undefined ? {} : { line }),
    truncated
  })

/** Says on standard error how many of these files simulated models made. */
export const simulated = (all: ReadonlyArray<Judged>) => {
  const made = all.filter(({ source }) => source !== undefined && isSimulated(source)).length
  return Effect.forEach(Lines.simulated(made, all.length), Notice.say, { discard: true })
}

export const toLine = ({ file, result, trial }: Judged): string =>
  line(
    Either.match(result, {
      onLeft: (failure) => `✗ ${file}: ${failure.stage}: ${CodeFailure.describe(failure)}`,
      onRight: ({ arity, source }) =>
        `✓ ${file}: ${Lines.lineCount(source)} of code, execute_trade takes ${Lines.count(arity, "argument")}` +
        Option.match(trial, { onNone: () => "", onSome: (outcome) => `; ${Trial.describe(outcome)}` })
    })
  )

/** In a file one line for each, whatever its length, for `grep`. */
const line = (text: string): string => Fit.said(Table.plain(text), Look.output())

export const toJson = ({ file, result, trial }: Judged): (typeof Others.Validate.Encoded)[number] => ({
  file,
  ok: Either.isRight(result),
  ...Either.match(result, {
    onLeft: ({ code, line, message, stage, truncated }) => ({ stage, code, line, message, truncated }),
    onRight: ({ arity }) => ({ arity })
  }),
  trial: Option.getOrUndefined(trial)
})

/** Puts the settings of `algogen.json` behind the flags that were given, as far as the command has such flags. Flags win. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as TextFile from "../node/TextFile.js"
import * as Arguments from "./Arguments.js"
import { type CommandName, flagsOf } from "./CommandRows.js"
import { type Failure, wrongUsage } from "./Failure.js"
import { CONFIG_FILE, type FlagName } from "./FlagRows.js"
import * as ReadFailure from "./ReadFailure.js"

/** They do something else than what the file is for: one of them writes it. */
const WITHOUT: ReadonlySet<CommandName> = new Set(["init"])

/** What a caller that wants one answer to one prompt of its own does not ask for, be it of the file or a flag. */
const OF_MANY: ReadonlySet<FlagName> = new Set([
  "ticker",
  "tickers",
  "jobs",
  "shard",
  "samples",
  "distinct",
  "rounds",
  "data",
  "bar"
])

/** What each worker has for itself: where the folder sets it, it is for the runs that ask from here. */
const OF_WORKERS: ReadonlyArray<FlagName> = ["concurrency", "connections"]

/** Such settings of the folder cannot be followed by workers, and the batch would be another one without them. */
const OF_ONE_RUN: ReadonlyArray<FlagName> = ["rounds", "distinct"]

/** The module for Python says so: its flags and the file are for several models as well. */
const isOfOne = (command: CommandName): boolean => command === "generate" && process.env["ALGOGEN_ASK"] === "one"

/**
 * The words for the flag parser. A file that `--config` names has to be there. The one in the working folder
 * is added under that flag, so that the command knows of it.
 */
export const complete = (line: Arguments.Line): Effect.Effect<ReadonlyArray<string>, Failure, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const { command } = line
    if (command === undefined || WITHOUT.has(command)) return Arguments.wordsOf(line)
    const isOne = isOfOne(command)
    const pieces = line.pieces.filter(({ flag }) => !isOne || flag === undefined || !OF_MANY.has(flag))
    const given = new Set(pieces.flatMap(({ flag }) => flag ?? []))
    const asksHere = command !== "generate" || !(given.has("db") || given.has("batch")) || given.has("show-prompt")
    const settled = new Set<string>([
      ...given,
      ...(isOne ? [...OF_MANY, "system"] : []),
      ...(asksHere ? [] : OF_WORKERS)
    ])
    const named = pieces.find(({ flag }) => flag === "config")?.words.at(-1)
    const file = named ?? CONFIG_FILE
    const files = yield* FileSystem.FileSystem
    // One that nobody named must not hang the command, as a pipe would.
    const isThere = Effect.match(files.stat(file), {
      onFailure: () => false,
      onSuccess: ({ type }) => type === "File" || type === "Directory"
    })
    if (named === undefined && !(yield* isThere)) return Arguments.wordsOf({ command, pieces })
    const ConfigFile = yield* Effect.promise(() => import("./ConfigFile.js"))
    const flags: ReadonlySet<string> = new Set(flagsOf(command))
    if (!ConfigFile.hasSettings(flags)) return Arguments.wordsOf(line)
    const text = yield* files.readFile(file).pipe(
      Effect.map(TextFile.decode),
      Effect.mapError((error) => wrongUsage(`${file} could not be read: ${ReadFailure.describe(error)}`))
    )
    const settings = yield* ConfigFile.parse(text).pipe(
      Either.flatMap((parsed) => ConfigFile.toWords(parsed, { given: settled, flags })),
      Either.mapLeft((why) => wrongUsage(`${file}: ${why}`))
    )
    const isSet = (flag: FlagName) =>
      settings.some((word, place) => word === `--${flag}` && Number(settings[place + 1]) > 0)
    const lost = asksHere ? undefined : OF_ONE_RUN.find(isSet)
    if (lost !== undefined) {
      return yield* wrongUsage(
        `${file}: '${lost}' does not go with --db: each job is asked for itself, so run it without --db, or give --${lost} 0`
      )
    }
    const told = named === undefined && flags.has("config") ? ["--config", file] : []
    return Arguments.wordsOf({ command, pieces: [{ words: [...told, ...settings] }, ...pieces] })
  })

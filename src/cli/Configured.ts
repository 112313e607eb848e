/** Puts the settings of `algogen.json` behind the flags that were given, as far as the command has such flags. Flags win. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as TextFile from "../node/TextFile.js"
import * as Arguments from "./Arguments.js"
import { type CommandName, flagsOf, isCommand } from "./CommandRows.js"
import { type Failure, wrongUsage } from "./Failure.js"
import { CONFIG_FILE } from "./FlagRows.js"
import * as ReadFailure from "./ReadFailure.js"

/** They do something else than what the file is for: one of them writes it. */
const WITHOUT: ReadonlySet<CommandName> = new Set(["init"])

/**
 * `words` have each value apart from its flag. A file that `--config` names has to be there. The one in the working folder
 * is added under that flag, so that the command knows of it.
 */
export const complete = (
  words: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<string>, Failure, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const [command = "", ...rest] = words
    if (!isCommand(command) || WITHOUT.has(command)) return words
    const given = Arguments.valuesOf(command, rest)
    const named = given.get("config")
    const file = named ?? CONFIG_FILE
    const files = yield* FileSystem.FileSystem
    // One that nobody named must not hang the command, as a pipe would.
    const isThere = Effect.match(files.stat(file), {
      onFailure: () => false,
      onSuccess: ({ type }) => type === "File" || type === "Directory"
    })
    if (named === undefined && !(yield* isThere)) return words
    const ConfigFile = yield* Effect.promise(() => import("./ConfigFile.js"))
    const flags: ReadonlySet<string> = new Set(flagsOf(command))
    if (!ConfigFile.hasSettings(flags)) return words
    const text = yield* files.readFile(file).pipe(
      Effect.map(TextFile.decode),
      Effect.mapError((error) => wrongUsage(`${file} could not be read: ${ReadFailure.describe(error)}`))
    )
    const settings = yield* ConfigFile.parse(text).pipe(
      Either.flatMap((parsed) => ConfigFile.toWords(parsed, { given: new Set(given.keys()), flags })),
      Either.mapLeft((why) => wrongUsage(`${file}: ${why}`))
    )
    const told = named === undefined && flags.has("config") ? ["--config", file] : []
    return [command, ...told, ...settings, ...rest]
  })

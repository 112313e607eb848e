/** Puts the settings of `algogen.json` behind the flags that were given. Flags win. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as TextFile from "../node/TextFile.js"
import * as Arguments from "./Arguments.js"
import * as ConfigFile from "./ConfigFile.js"
import { type Failure, wrongUsage } from "./Failure.js"
import * as ReadFailure from "./ReadFailure.js"

/**
 * `words` have each value apart from its flag. A file that `--config` names has to be there. The one in the working folder
 * is added under that flag, so that the command knows of it.
 */
export const complete = (
  words: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<string>, Failure, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const [command = "", ...rest] = words
    if (command !== "generate") return words
    const given = Arguments.valuesOf(command, rest)
    const named = given.get("config")
    const file = named ?? ConfigFile.NAME
    const files = yield* FileSystem.FileSystem
    if (named === undefined && !(yield* Effect.orElseSucceed(files.exists(file), () => false))) return words
    const text = yield* files.readFile(file).pipe(
      Effect.map(TextFile.decode),
      Effect.mapError((error) => wrongUsage(`${file} could not be read: ${ReadFailure.describe(error)}`))
    )
    const settings = yield* ConfigFile.parse(text).pipe(
      Either.flatMap((parsed) => ConfigFile.toWords(parsed, new Set(given.keys()))),
      Either.mapLeft((why) => wrongUsage(`${file}: ${why}`))
    )
    return [command, ...(named === undefined ? ["--config", file] : []), ...settings, ...rest]
  })

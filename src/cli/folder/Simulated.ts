/** Why a folder has no journal, where its algorithms are those of simulated models. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import { isSimulated } from "../../domain/Algorithm.js"

/** To be put behind a sentence about the folder; empty where nothing in it is simulated. */
export const hint = (folder: string): Effect.Effect<string, never, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const names = yield* files.readDirectory(folder)
    const first = names.find((name) => name.endsWith(".py"))
    if (first === undefined || !isSimulated(yield* files.readFileString(path.join(folder, first)))) return ""
    return ": its algorithms are simulated, and no journal keeps the answers of simulated models"
  }).pipe(Effect.orElseSucceed(() => ""))

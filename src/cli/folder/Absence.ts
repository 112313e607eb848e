/** Why a folder has no journal or no manifest, as far as that can be seen. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import { isSimulated } from "../../domain/Algorithm.js"
import { FOLDER, SIMULATED_FOLDER } from "../Flags.js"

/** Is it there, and something else than a folder. */
export const isFile = (folder: string): Effect.Effect<boolean, never, FileSystem.FileSystem> =>
  Effect.flatMap(FileSystem.FileSystem, ({ stat }) =>
    Effect.match(stat(folder), { onFailure: () => false, onSuccess: ({ type }) => type !== "Directory" })
  )

const ELSEWHERE = "name the folder that algogen generate wrote to"

/** To be put behind a sentence about the folder; empty where nothing explains it. */
export const hint = (folder: string): Effect.Effect<string, never, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    if (yield* isFile(folder)) return ": it is not a folder"
    if (!(yield* files.exists(folder))) {
      const isElsewhere = folder === FOLDER && (yield* files.exists(SIMULATED_FOLDER))
      return `: there is no such folder${isElsewhere ? `; what simulated models made is in ${SIMULATED_FOLDER}` : ""}`
    }
    const names = yield* files.readDirectory(folder)
    const first = names.find((name) => name.endsWith(".py"))
    if (first === undefined) return `; ${ELSEWHERE}`
    if (!isSimulated(yield* files.readFileString(path.join(folder, first)))) return ""
    return ": its algorithms are simulated, and no journal keeps the answers of simulated models"
  }).pipe(Effect.orElseSucceed(() => ""))

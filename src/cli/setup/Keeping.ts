/** Writes what `algogen init` found out into the working folder. */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as TextFile from "../../node/TextFile.js"
import * as WholeFile from "../../storage/WholeFile.js"
import * as WriteFailure from "../../storage/WriteFailure.js"
import * as ConfigFile from "../ConfigFile.js"
import { wrongUsage } from "../Failure.js"
import * as ReadFailure from "../ReadFailure.js"
import * as EnvFile from "./EnvFile.js"

const ENV = ".env"

/** The owner alone may read a key. */
const MODE = 0o600

const unwritable = (path: string) => (error: PlatformError) =>
  wrongUsage(WriteFailure.sentence(path, WriteFailure.fromPlatform(error), "or use another folder"))

/** Puts settings into `.env`, wherever a link of that name leads. `reached`: the server was asked about them. */
export const settings = (values: Readonly<Record<string, string>>, reached: boolean) =>
  Effect.gen(function* () {
    if (Object.keys(values).length === 0) return
    const files = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const whole = yield* WholeFile.make
    const exists = yield* Effect.orElseSucceed(files.exists(ENV), () => true)
    const file = exists ? yield* Effect.orElseSucceed(files.realPath(ENV), () => ENV) : ENV
    const before = yield* (exists ? Effect.map(files.readFile(file), TextFile.decode) : Effect.succeed("")).pipe(
      Effect.mapError((error) => wrongUsage(`${ENV} could not be read: ${ReadFailure.describe(error)}`))
    )
    yield* whole
      .replace(path.dirname(file), path.basename(file), EnvFile.withSettings(before, values), MODE)
      .pipe(Effect.mapError(unwritable(ENV)))
    yield* Console.log(
      `${Object.keys(values).join(" and ")} written to ${ENV}, which only you can read. Keep it out of git.`
    )
    if (!reached)
      yield* Console.log("It is not checked yet: algogen doctor does that as soon as the server can be reached.")
  })

/** Where an editor finds the schema, if the package is installed here. */
const SCHEMA = "./node_modules/algogen/schemas/algogen.json"

/** A new `algogen.json`, with the limits that hold anyway, for people to change. */
export const config = (asked: Pick<ConfigFile.ConfigFile, "models" | "tickers">) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const hasSchema = yield* Effect.orElseSucceed(files.exists(SCHEMA), () => false)
    const value: ConfigFile.ConfigFile = {
      $schema: hasSchema ? SCHEMA : undefined,
      ...asked,
      ...ConfigFile.LIMITS
    }
    yield* files
      .writeFileString(ConfigFile.NAME, `${JSON.stringify(value, null, 2)}\n`, { flag: "wx" })
      .pipe(Effect.mapError(unwritable(ConfigFile.NAME)))
    yield* Console.log(`${ConfigFile.NAME} written: models, symbols and limits that algogen generate uses here.`)
  })

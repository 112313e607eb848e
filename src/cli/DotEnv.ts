/** Settings from the file `.env` in the working directory; the environment wins. An unreadable file is reported. */
import type { PlatformError } from "@effect/platform/Error"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as PlatformConfigProvider from "@effect/platform/PlatformConfigProvider"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TextFile from "../node/TextFile.js"
import * as ReadFailure from "./ReadFailure.js"

const FILE = ".env"

const isMissing = (error: PlatformError): boolean => error._tag === "SystemError" && error.reason === "NotFound"

export const layer: Layer.Layer<never, never, FileSystem.FileSystem> = Layer.unwrapEffect(
  Effect.configProviderWith((environment) =>
    PlatformConfigProvider.fromDotEnv(FILE).pipe(
      Effect.map((file) => Layer.setConfigProvider(ConfigProvider.orElse(environment, () => file))),
      Effect.catchAll((error) =>
        Effect.as(
          isMissing(error)
            ? Effect.void
            : Console.error(`${FILE} could not be read and is ignored: ${ReadFailure.describe(error)}`),
          Layer.empty
        )
      )
    )
  )
).pipe(Layer.provide(TextFile.layer))

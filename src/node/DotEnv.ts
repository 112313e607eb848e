/** Settings from the file `.env` in the working directory; the environment wins. */
import type { PlatformError } from "@effect/platform/Error"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as PlatformConfigProvider from "@effect/platform/PlatformConfigProvider"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SettingsFile } from "../api/SettingsFile.js"
import * as TextFile from "./TextFile.js"

export const FILE = ".env"

const isMissing = (error: PlatformError): boolean => error._tag === "SystemError" && error.reason === "NotFound"

/** Without a file, or with one that cannot be read, the environment is all there is. */
export const layer = (
  onUnreadable: (error: PlatformError) => Effect.Effect<void>
): Layer.Layer<never, never, FileSystem.FileSystem> =>
  Layer.unwrapEffect(
    Effect.configProviderWith((environment) =>
      PlatformConfigProvider.fromDotEnv(FILE).pipe(
        Effect.map((file) =>
          Layer.merge(
            Layer.setConfigProvider(ConfigProvider.orElse(environment, () => file)),
            Layer.succeed(SettingsFile, { environment, file })
          )
        ),
        Effect.catchAll((error) => Effect.as(isMissing(error) ? Effect.void : onUnreadable(error), Layer.empty))
      )
    )
  ).pipe(Layer.provide(TextFile.layer))

/** Where settings come from, for callers who read a file `.env` beside the environment: what a folder says is trusted less. */
import * as Config from "effect/Config"
import type * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

export interface Sources {
  readonly environment: ConfigProvider.ConfigProvider
  readonly file: ConfigProvider.ConfigProvider
}

export class SettingsFile extends Context.Reference<SettingsFile>()("algogen/SettingsFile", {
  defaultValue: (): Sources | undefined => undefined
}) {}

const has = (provider: ConfigProvider.ConfigProvider, name: string) =>
  Effect.isSuccess(provider.load(Config.string(name)))

/** What the file says, whatever the environment does. */
export const own = <A>(setting: Config.Config<A>): Effect.Effect<A | undefined> =>
  Effect.flatMap(SettingsFile, (sources) =>
    sources === undefined
      ? Effect.succeed(undefined)
      : Effect.orElseSucceed(sources.file.load(setting), () => undefined)
  )

/** Is a setting in the file alone. */
export const decides = (name: string): Effect.Effect<boolean> =>
  Effect.flatMap(SettingsFile, (sources) =>
    sources === undefined
      ? Effect.succeed(false)
      : Effect.zipWith(has(sources.environment, name), has(sources.file, name), (given, found) => found && !given)
  )

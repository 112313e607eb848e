/** What calls share: one connection pool, one server with what is known of it, and one flow control. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as PlatformConfigProvider from "@effect/platform/PlatformConfigProvider"
import type { ConfigError } from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as ApiKey from "../api/ApiKey.js"
import * as OpenRouter from "../api/OpenRouter.js"
import { sha256 } from "../domain/Hash.js"
import * as FlowControl from "../flow/FlowControl.js"
import * as ConnectionPool from "../node/ConnectionPool.js"
import * as TextFile from "../node/TextFile.js"

export type SettingsError = ConfigError | OpenRouter.ConfigurationError

export type Connection = ManagedRuntime.ManagedRuntime<OpenRouter.OpenRouter | FlowControl.FlowControl, SettingsError>

interface Settings {
  readonly options: OpenRouter.Options
  readonly key: ApiKey.Choice
}

/** What is given, completed from the environment and from `.env` as they are now. */
const complete = (given: OpenRouter.Options): Effect.Effect<Settings, SettingsError> =>
  Effect.gen(function* () {
    const found = yield* OpenRouter.config
    const baseUrl = given.baseUrl ?? found.baseUrl
    const key =
      given.apiKey === undefined
        ? yield* ApiKey.choose(undefined, found.baseUrl, baseUrl)
        : { variable: "apiKey", value: given.apiKey }
    const options = {
      apiKey: key.value,
      baseUrl,
      siteUrl: given.siteUrl ?? found.siteUrl,
      appName: given.appName ?? found.appName,
      stream: given.stream
    }
    return { options, key }
  }).pipe(
    Effect.provide(
      PlatformConfigProvider.layerDotEnvAdd(".env").pipe(
        Layer.provide(TextFile.layer),
        Layer.provide(NodeContext.layer)
      )
    )
  )

const connect = ({ key, options }: Settings) =>
  Effect.mapError(OpenRouter.make(options), (error) => ApiKey.named(error, key))

/** Nothing is made or read before the first call. Several calls may wait for a permit: there are as many as connections. */
export const make = (given: OpenRouter.Options, concurrency = ConnectionPool.MAX_CONNECTIONS): Connection =>
  ManagedRuntime.make(
    Layer.provideMerge(
      FlowControl.layer({ concurrency }),
      Layer.effect(OpenRouter.OpenRouter, Effect.flatMap(complete(given), connect))
    ).pipe(
      Layer.provide(ConnectionPool.layerWith({ connections: Math.max(concurrency, ConnectionPool.MAX_CONNECTIONS) }))
    )
  )

let shared: { readonly settings: string; readonly connection: Connection } | undefined

/** One for the process, as long as the environment's settings stay the same. */
export const current: Effect.Effect<Connection, SettingsError> = Effect.map(complete({}), ({ options }) => {
  const settings = sha256(JSON.stringify({ ...options, apiKey: options.apiKey && Redacted.value(options.apiKey) }))
  if (shared?.settings !== settings) shared = { settings, connection: make({}) }
  return shared.connection
})

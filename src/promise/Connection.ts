/** What calls share: one connection pool, one server with what is known of it, and one flow control. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as PlatformConfigProvider from "@effect/platform/PlatformConfigProvider"
import type { ConfigError } from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as OpenRouter from "../api/OpenRouter.js"
import { sha256 } from "../domain/Hash.js"
import * as FlowControl from "../flow/FlowControl.js"
import * as ConnectionPool from "../node/ConnectionPool.js"
import * as TextFile from "../node/TextFile.js"

export type SettingsError = ConfigError | OpenRouter.ConfigurationError

export type Connection = ManagedRuntime.ManagedRuntime<OpenRouter.OpenRouter | FlowControl.FlowControl, SettingsError>

/** The settings of the environment and of `.env`, as they are now. */
const environment: Effect.Effect<OpenRouter.Options, ConfigError> = OpenRouter.config.pipe(
  Effect.provide(
    PlatformConfigProvider.layerDotEnvAdd(".env").pipe(Layer.provide(TextFile.layer), Layer.provide(NodeContext.layer))
  )
)

const originOf = (baseUrl: string = OpenRouter.DEFAULT_BASE_URL): string | undefined =>
  URL.canParse(baseUrl) ? new URL(baseUrl).origin : undefined

/** The environment's key goes to the environment's server and to no other one. */
const completed = (given: OpenRouter.Options, found: OpenRouter.Options): OpenRouter.Options => ({
  apiKey:
    given.apiKey ??
    (given.baseUrl === undefined || originOf(given.baseUrl) === originOf(found.baseUrl) ? found.apiKey : undefined),
  baseUrl: given.baseUrl ?? found.baseUrl,
  siteUrl: given.siteUrl ?? found.siteUrl,
  appName: given.appName ?? found.appName,
  stream: given.stream
})

/** Nothing is made or read before the first call. Several calls may wait for a permit: there are as many as connections. */
export const make = (given: OpenRouter.Options, concurrency = ConnectionPool.MAX_CONNECTIONS): Connection =>
  ManagedRuntime.make(
    Layer.provideMerge(
      FlowControl.layer({ concurrency }),
      Layer.effect(
        OpenRouter.OpenRouter,
        Effect.flatMap(environment, (found) => OpenRouter.make(completed(given, found)))
      )
    ).pipe(
      Layer.provide(ConnectionPool.layerWith({ connections: Math.max(concurrency, ConnectionPool.MAX_CONNECTIONS) }))
    )
  )

let shared: { readonly settings: string; readonly connection: Connection } | undefined

/** One for the process, as long as the environment's settings stay the same. */
export const current: Effect.Effect<Connection, ConfigError> = Effect.map(environment, (found) => {
  const settings = sha256(JSON.stringify({ ...found, apiKey: found.apiKey && Redacted.value(found.apiKey) }))
  if (shared?.settings !== settings) shared = { settings, connection: make(found) }
  return shared.connection
})

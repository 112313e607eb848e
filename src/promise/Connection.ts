/** What calls share: one connection pool, one server with what is known of it, and one flow control. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import type { ConfigError } from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as ApiKey from "../api/ApiKey.js"
import * as OpenRouter from "../api/OpenRouter.js"
import { sha256 } from "../domain/Hash.js"
import * as FlowControl from "../flow/FlowControl.js"
import * as ConnectionPool from "../node/ConnectionPool.js"
import * as DotEnv from "../node/DotEnv.js"

export type SettingsError = ConfigError | OpenRouter.ConfigurationError

export type Connection = ManagedRuntime.ManagedRuntime<OpenRouter.OpenRouter | FlowControl.FlowControl, SettingsError>

/** What is given, completed from the environment and from `.env` as they are now. */
const complete = (given: OpenRouter.Options): Effect.Effect<OpenRouter.Options, SettingsError> =>
  Effect.gen(function* () {
    const found = yield* OpenRouter.config
    const baseUrl = given.baseUrl ?? found.baseUrl
    const key =
      given.apiKey === undefined
        ? yield* ApiKey.choose(undefined, given.baseUrl)
        : { variable: "apiKey", value: given.apiKey }
    return {
      apiKey: key.value,
      keyVariable: key.variable,
      baseUrl,
      siteUrl: given.siteUrl ?? found.siteUrl,
      appName: given.appName ?? found.appName,
      stream: given.stream
    }
  }).pipe(Effect.provide(DotEnv.layer(() => Effect.void).pipe(Layer.provide(NodeContext.layer))))

const atLeastTen = (concurrency: number | undefined): number | undefined =>
  concurrency === undefined ? undefined : Math.max(concurrency, ConnectionPool.MAX_CONNECTIONS)

export interface Limits {
  /** Requests in flight over all calls; default 10, or as many as a call asks for. */
  readonly concurrency?: number | undefined
  /** Connections to a server; default as many as there are requests in flight, and 10 at least. */
  readonly connections?: number | undefined
}

/** Nothing is made or read before the first call. */
export const make = (given: OpenRouter.Options, { concurrency, connections }: Limits = {}): Connection =>
  ManagedRuntime.make(
    Layer.provideMerge(
      FlowControl.layer({ concurrency, atLeast: ConnectionPool.MAX_CONNECTIONS }),
      Layer.effect(OpenRouter.OpenRouter, Effect.flatMap(complete(given), OpenRouter.make))
    ).pipe(Layer.provide(ConnectionPool.layerWith({ connections: connections ?? atLeastTen(concurrency) })))
  )

interface Shared {
  readonly settings: string
  readonly connection: Connection
  /** Calls that go on. */
  users: number
}

let shared: Shared | undefined

const join = (found: OpenRouter.Options): Effect.Effect<Shared> =>
  Effect.suspend(() => {
    const settings = sha256(JSON.stringify({ ...found, apiKey: found.apiKey && Redacted.value(found.apiKey) }))
    const before = shared
    const joined = before?.settings === settings ? before : { settings, connection: make({}), users: 0 }
    joined.users += 1
    shared = joined
    return Effect.as(before === undefined ? Effect.void : closeUnused(before), joined)
  })

const leave = (joined: Shared): Effect.Effect<void> =>
  Effect.suspend(() => {
    joined.users -= 1
    return closeUnused(joined)
  })

/** Closes the connections to a server that the environment no longer names, after the last call that uses them. */
const closeUnused = (one: Shared): Effect.Effect<void> =>
  one === shared || one.users > 0 ? Effect.void : one.connection.disposeEffect

/** One for the process, as long as the environment's settings stay the same. */
export const current: Effect.Effect<Connection, SettingsError, Scope.Scope> = Effect.flatMap(complete({}), (options) =>
  Effect.map(Effect.acquireRelease(join(options), leave), ({ connection }) => connection)
)

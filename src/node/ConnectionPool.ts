/**
 * The HTTP client of the Node programs: undici, with the limits that it does not have by itself. At most ten connections
 * to a server, used again from request to request; five of them are kept when nothing is going on. An application can
 * bring any other `HttpClient`.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Undici from "@effect/platform-node/Undici"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { CONNECT_TIMEOUT } from "../api/OpenRouter.js"
import * as Brotli from "./Brotli.js"

/** The figures of the system this replaces. */
export const MAX_CONNECTIONS = 10
export const MAX_IDLE_CONNECTIONS = 5

/** How long a kept connection may be idle; servers and proxies tend to close at a minute, so this stays below. */
const KEEP_ALIVE = Duration.seconds(50)

/**
 * How long the others may be idle: longer than the longest wait between two attempts (2.2 s), so that a run that goes on
 * finds them open, and no longer, so that after a burst they are gone.
 */
const SPARE_KEEP_ALIVE = Duration.seconds(3)

/**
 * A pool hands out its first idle connection, so the later ones are used only when all before them are busy. One that
 * could not be made is thrown away by the pool, and its place among the kept ones goes to the next.
 */
const pool = (origin: string | URL, options: object): Undici.Pool => {
  const kept = new Set<object>()
  return new Undici.Pool(origin, {
    ...options,
    connections: MAX_CONNECTIONS,
    factory: (clientOrigin, clientOptions) => {
      const isKept = kept.size < MAX_IDLE_CONNECTIONS
      const keepAlive = Duration.toMillis(isKept ? KEEP_ALIVE : SPARE_KEEP_ALIVE)
      const client = new Undici.Client(clientOrigin, {
        ...clientOptions,
        keepAliveTimeout: keepAlive,
        keepAliveMaxTimeout: keepAlive
      })
      if (isKept) kept.add(client)
      return client
    }
  }).on("connectionError", (_, targets) => targets.forEach((client) => kept.delete(client)))
}

const dispatcher = Layer.scoped(
  NodeHttpClient.Dispatcher,
  Effect.acquireRelease(
    Effect.sync(() => new Undici.Agent({ connect: { timeout: Duration.toMillis(CONNECT_TIMEOUT) }, factory: pool })),
    (agent) => Effect.promise(() => agent.destroy())
  )
)

export const layer: Layer.Layer<HttpClient.HttpClient> = Layer.effect(
  HttpClient.HttpClient,
  Effect.map(HttpClient.HttpClient, Brotli.decoded)
).pipe(Layer.provide(NodeHttpClient.layerUndiciWithoutDispatcher), Layer.provide(dispatcher))

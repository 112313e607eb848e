/**
 * The HTTP client of the Node programs: undici, with the limits that it does not have by itself, and through the proxy that
 * the environment names. Ten connections to a server at most, or as many as runs have requests in flight, used again from
 * request to request; five of them are kept when nothing is going on. An application can bring any other `HttpClient`.
 */
import { createHash } from "node:crypto"
import * as Undici from "@effect/platform-node/Undici"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Connections } from "../api/Connections.js"
import { CONNECT_TIMEOUT } from "../api/OpenRouter.js"
import * as Direct from "../api/wire/Direct.js"
import * as Hash from "../domain/Hash.js"
import * as Decompression from "./Decompression.js"
import * as NativeFiles from "./NativeFiles.js"
import * as Proxy from "./Proxy.js"
import * as Queue from "./Queue.js"
import * as Tunnel from "./Tunnel.js"
import * as UndiciClient from "./UndiciClient.js"

/** The figures of the system this replaces. */
export const MAX_CONNECTIONS = 10
export const MAX_IDLE_CONNECTIONS = 5

export interface Options {
  /**
   * Connections to a server at most. Default 10, or what runs ask for with their `concurrency` if that is more. A request
   * for which there is none waits its turn, and that time is not counted as its own.
   */
  readonly connections?: number | undefined
  /** How many of them are kept when nothing is going on; default 5. */
  readonly idle?: number | undefined
  /** How long it may take to connect; default 10 s. */
  readonly connectTimeout?: Duration.DurationInput | undefined
  /**
   * The proxy for every request, this machine's own addresses included, or `false` for none. By default the variables
   * `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` decide, and this machine's own addresses are reached directly.
   */
  readonly proxy?: string | false | undefined
  /**
   * Use HTTP/2 where the server offers it; default false: undici sends one POST at a time over a connection, and takes a
   * stream that the server resets for the end of a body.
   */
  readonly allowH2?: boolean | undefined
}

/** How long a kept connection may be idle; servers and proxies tend to close at a minute, so this stays below. */
const KEEP_ALIVE = Duration.seconds(50)

/**
 * How long the others may be idle: longer than the longest wait between two attempts (2.2 s), so that a run that goes on
 * finds them open, and no longer, so that after a burst they are gone.
 */
const SPARE_KEEP_ALIVE = Duration.seconds(3)

/** Gateways send 20 kB of headers on ordinary answers; Node's own limit is 16. */
const MAX_HEADER_BYTES = 128 * 1024

/**
 * A pool hands out its first idle connection, so the later ones are used only when all before them are busy. One that
 * could not be made is thrown away by the pool, and its place among the kept ones goes to the next.
 */
const poolOf =
  ({ connections, idle }: { readonly connections: number; readonly idle: number }) =>
  (origin: string | URL, options: object): Undici.Pool => {
    const kept = new Set<object>()
    return new Queue.Pool(origin, {
      ...options,
      connections,
      factory: (clientOrigin, clientOptions) => {
        const isKept = kept.size < idle
        const keepAlive = Duration.toMillis(isKept ? KEEP_ALIVE : SPARE_KEEP_ALIVE)
        const client = new Queue.Client(clientOrigin, {
          ...clientOptions,
          maxHeaderSize: MAX_HEADER_BYTES,
          keepAliveTimeout: keepAlive,
          keepAliveMaxTimeout: keepAlive
        })
        if (isKept) kept.add(client)
        return client
      }
    }).on("connectionError", (_, targets) => targets.forEach((client) => kept.delete(client)))
  }

/** The proxy that requests to this address go through by the environment, without its password. */
export const proxyOf = (url: string): string | undefined => {
  const proxy = Proxy.forUrl(Proxy.fromEnvironment(process.env), new URL(url))
  return proxy === undefined ? undefined : Proxy.shown(proxy)
}

const agent = ({
  allowH2 = false,
  connections,
  connectTimeout = CONNECT_TIMEOUT,
  idle = MAX_IDLE_CONNECTIONS,
  proxy
}: Options & { readonly connections: number }): Undici.Agent => {
  const pool = poolOf({ connections, idle })
  const environment = Proxy.fromEnvironment(process.env)
  const timeout = Duration.toMillis(connectTimeout)
  const proxyFor = (origin: string | URL): URL | undefined => {
    if (proxy === false) return undefined
    return proxy === undefined ? Proxy.forUrl(environment, new URL(origin)) : Proxy.parse(proxy)
  }
  return new Undici.Agent({
    connect: { timeout },
    allowH2,
    factory: (origin, options) => {
      const chosen = proxyFor(origin)
      if (chosen === undefined) return pool(origin, options)
      // As curl does it: a tunnel for https alone, since many proxies open none to another port than 443.
      if (chosen.protocol === "socks5:" || new URL(origin).protocol === "https:") {
        return pool(origin, { ...options, connect: Tunnel.connector(chosen, timeout, allowH2) })
      }
      return new Undici.ProxyAgent({
        uri: chosen.href,
        ...Proxy.authorization(chosen),
        proxyTunnel: false,
        factory: pool,
        proxyTls: { timeout }
      })
    }
  })
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex")

const make = (options: Options) =>
  Effect.gen(function* () {
    Hash.use(sha256)
    yield* NativeFiles.use
    const connectTimeout = Duration.decode(options.connectTimeout ?? CONNECT_TIMEOUT)
    let connections = options.connections ?? MAX_CONNECTIONS
    const agents = new Set<Undici.Agent>()
    const open = () => {
      const made = agent({ ...options, connections })
      agents.add(made)
      return made
    }
    let current = open()
    yield* Effect.addFinalizer(() => Effect.promise(() => Promise.all([...agents].map((each) => each.destroy()))))

    /** An agent's limit cannot be changed, so another one takes its place; what is on its way comes to its end. */
    const grow = (requests: number) => {
      const before = current
      connections = requests
      current = open()
      void before.close().then(() => agents.delete(before))
    }
    const reserve = (requests: number) =>
      Effect.sync(() => {
        if (options.connections === undefined && requests > connections) grow(requests)
      })
    const send = UndiciClient.direct(() => current)
    const client = Direct.mark(Decompression.decoded(UndiciClient.make(() => current)), (request, wait) => {
      const call = send(request, wait)
      return { ...call, response: () => Decompression.plain(call.response()) }
    })
    return Context.make(HttpClient.HttpClient, client).pipe(Context.add(Connections, { reserve, connectTimeout }))
  })

export const layerWith = (options: Options): Layer.Layer<HttpClient.HttpClient | Connections> =>
  Layer.scopedContext(make(options))

export const layer: Layer.Layer<HttpClient.HttpClient | Connections> = layerWith({})

/**
 * A server of one's own: a real HTTP server on loopback that serves simulated models as OpenRouter does, or another
 * server of the table of profiles. For tests, for benchmarks, and for people without a key. It starts with its scope and
 * ends with it, taking every open connection along.
 */
import * as Http from "node:http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as HttpMiddleware from "@effect/platform/HttpMiddleware"
import type * as HttpServerError from "@effect/platform/HttpServerError"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Api from "./Api.js"
import * as Backend from "./Backend.js"
import type * as Catalog from "./Catalog.js"
import * as Latency from "./Latency.js"
import type * as Names from "./Names.js"
import type * as Profile from "./Profile.js"
import * as Profiles from "./Profiles.js"
import * as RateLimit from "./RateLimit.js"
import * as Recorder from "./Recorder.js"
import * as Scenario from "./Scenario.js"
import * as Seats from "./Seats.js"
import type * as Stats from "./Stats.js"

export interface Service {
  /** What a client takes for the API's base URL, such as `http://127.0.0.1:4010/api/v1`. */
  readonly baseUrl: string
  readonly port: number
  readonly stats: Effect.Effect<Stats.Stats>
  /** Forgets what was counted; every model's next request is its first again. */
  readonly reset: Effect.Effect<void>
}

export class Simulator extends Context.Tag("algogen/Simulator")<Simulator, Service>() {}

export interface Options {
  /** 0, the default, is any free port. */
  readonly port?: number | undefined
  /** The same seed gives the same answers, latencies and failures. Default 1. */
  readonly seed?: number | undefined
  /** The server to play, by name or one of your own. Default `openrouter`. */
  readonly profile?: Names.Profile | Profile.Profile | undefined
  /** By name or one of your own. Default `healthy`. */
  readonly scenario?: Scenario.Name | Scenario.Scenario | undefined
  /** A true limit in any scenario; goes before the scenario's own. */
  readonly rateLimit?: RateLimit.Options | undefined
  /** Multiplies the drawn latencies, which are 0.4 to 2 s; 0.01 is good for tests. Default 1. */
  readonly latencyScale?: number | undefined
  /** The time until the last byte of a good answer, exactly, in place of the drawn ones. */
  readonly latency?: ((model: string, nth: number) => Duration.DurationInput) | undefined
  /** Default: the profile's; OpenRouter has the six of the main job, their paid twins, and two more. */
  readonly models?: ReadonlyArray<Catalog.Model> | undefined
  /** Keys that are accepted. Default: any, and none at all. */
  readonly apiKeys?: ReadonlyArray<string> | undefined
}

const HOST = "127.0.0.1"

/** Longer than any pause of a client between two requests, so that it is never the server who closes an idle one. */
const KEEP_ALIVE_MILLIS = 60_000

/** Fails when the port is taken. */
export const make = (options: Options = {}): Effect.Effect<Service, HttpServerError.ServeError, Scope.Scope> =>
  Effect.gen(function* () {
    const { latencyScale = options.latency === undefined ? 1 : 0, scenario = "healthy", seed = 1 } = options
    const { profile: played = "openrouter" } = options
    const profile = typeof played === "string" ? Profiles.table[played] : played
    const node = Http.createServer({ keepAliveTimeout: KEEP_ALIVE_MILLIS })
    const recorder = yield* Recorder.make(node)
    const server = yield* NodeHttpServer.make(() => node, { port: options.port ?? 0, host: HOST })
    // Before the server closes, which waits for its connections.
    yield* Effect.addFinalizer(() => Effect.sync(() => node.closeAllConnections()))

    const chosen = typeof scenario === "string" ? Scenario.fromName(scenario) : scenario
    const rateLimit = options.rateLimit ?? chosen.rateLimit
    const limiter =
      rateLimit && RateLimit.make({ counts: profile.name === "openrouter" ? "free" : "all", ...rateLimit })
    const reset = Effect.zipRight(
      recorder.reset,
      Effect.sync(() => limiter?.reset())
    )
    const backend: Backend.Backend = {
      seed,
      profile,
      recorder,
      limiter,
      seats:
        profile.seats === undefined
          ? Seats.unlimited
          : yield* Seats.make(profile.seats, profile.finishesAbandoned ?? false),
      loading: (profile.loading?.millis ?? 0) * latencyScale,
      scenario: chosen,
      latency: options.latency === undefined ? Latency.drawn(seed, latencyScale) : Latency.exact(options.latency),
      models: Backend.offer(profile, options.models ?? profile.models),
      apiKeys: options.apiKeys && new Set(options.apiKeys)
    }
    yield* server.serve(Api.router(backend, reset))

    const port = server.address._tag === "TcpAddress" ? server.address.port : 0
    return { baseUrl: `http://${HOST}:${port}${profile.path}`, port, stats: recorder.stats, reset }
  }).pipe(
    // An application that traces itself does not want the spans of the other side.
    HttpMiddleware.withTracerDisabledWhenEffect(() => true)
  )

export const layer = (options: Options = {}): Layer.Layer<Simulator, HttpServerError.ServeError> =>
  Layer.scoped(Simulator, make(options))

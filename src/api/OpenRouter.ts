/**
 * The API that serves the models, and the door to the one room that speaks HTTP. A call here is one request: it knows
 * nothing of retries, other models, or Python. What came over the wire is judged by `Classify`; foreign errors end there.
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Clock from "effect/Clock"
import type * as Config from "effect/Config"
import type { ConfigError } from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type { Answer } from "../domain/Answer.js"
import { GenerationError, MalformedAnswer, TimedOut } from "../domain/GenerationError.js"
import { UNCHECKED } from "../domain/Instance.js"
import type { Message } from "../domain/Message.js"
import * as Now from "../telemetry/Now.js"
import * as Catalog from "./Catalog.js"
import * as Connections from "./Connections.js"
import * as Dialect from "./Dialect.js"
import type { ChatRequest } from "./ModelRequest.js"
import * as Models from "./Models.js"
import * as Received from "./Received.js"
import * as Settings from "./Settings.js"
import * as Begin from "./wire/Begin.js"
import * as Classify from "./wire/Classify.js"
import * as Direct from "./wire/Direct.js"
import * as Exchange from "./wire/Exchange.js"
import * as Lenient from "./wire/Lenient.js"
import * as Secret from "./wire/Secret.js"

export type { ChatRequest } from "./ModelRequest.js"
export type { Message }
export { isOpenRouter } from "./Dialect.js"
export { config, ConfigurationError, DEFAULT_BASE_URL } from "./Settings.js"

/** Called with a sentence for the user. */
export type OnNote = (note: string) => Effect.Effect<void>

export interface Service {
  /** Where requests go: what their paths are put behind. Without what is secret in it. */
  readonly baseUrl: string
  /** What the journal knows this server by: the base URL, unless it is one that changes from run to run. */
  readonly identity: string
  /** Its models are simulated. */
  readonly simulated?: boolean | undefined
  /**
   * One request for one answer. Interrupting it closes its connection, which ends the billing of a streamed one. What a
   * model refuses or does not support is left out, and told once. A parameter that this very request was refused for is
   * in the reason's `parameter`: the same request again goes without it, or with its other name.
   */
  readonly complete: (
    request: ChatRequest,
    onToken?: Exchange.OnToken,
    onNote?: OnNote
  ) => Effect.Effect<Answer, GenerationError>
  /** The models on offer; asked for at most once in 60 s. */
  readonly models: Effect.Effect<ReadonlyArray<Catalog.ModelInfo>, GenerationError>
  /** What the server knows of the key in use. */
  readonly key: Effect.Effect<Catalog.KeyInfo, GenerationError>
  /** Asks the HTTP client for room for so many requests at once; absent where it has no limit of its own to raise. */
  readonly reserve?: Connections.Service["reserve"] | undefined
}

export class OpenRouter extends Context.Tag("algogen/OpenRouter")<OpenRouter, Service>() {}

export interface Options {
  /** Required by openrouter.ai itself; a server of your own may do without. */
  readonly apiKey?: Redacted.Redacted | undefined
  /** The environment variable that the key is from, for what is said of it; default `OPENROUTER_API_KEY`. */
  readonly keyVariable?: string | undefined
  /** Nothing is asked for but lists of models, which openrouter.ai gives to anybody; default false. */
  readonly onlyLists?: boolean | undefined
  /** Default `https://openrouter.ai/api/v1`. */
  readonly baseUrl?: string | undefined
  /** What the journal knows this server by; default the base URL. */
  readonly identity?: string | undefined
  /** The site that OpenRouter attributes requests to; default `http://localhost`. */
  readonly siteUrl?: string | undefined
  /** The name it shows beside them; default `algogen`. */
  readonly appName?: string | undefined
  /** Ask for server-sent events; default true: a whole answer is paid for even when nobody waits for it any more. */
  readonly stream?: boolean | undefined
  /** Longest wait for the first token, from the moment at which the request has a connection; default none. */
  readonly firstTokenTimeout?: Duration.DurationInput | undefined
  /** Longest silence between two tokens; default none. Keep-alive comments and padding are silence. */
  readonly silenceTimeout?: Duration.DurationInput | undefined
  /** Largest answer, and largest line of a stream, in bytes; default 8,000,000. What streams put around it is not counted. */
  readonly maxAnswerBytes?: number | undefined
}

/** Hundreds of times a long module, so that only a runaway server reaches it. */
export const MAX_ANSWER_BYTES = 8_000_000

/** The time to connect that the HTTP client is expected to keep; the clock itself is the client's. */
export const CONNECT_TIMEOUT = Duration.seconds(10)

const NONE: ReadonlySet<string> = new Set()

/** How long the list of models stays fresh. */
const CATALOG_TTL = Duration.seconds(60)

/** The list of models is a convenience before a run: it may not take the run's time. */
const CATALOG_TIMEOUT = Duration.seconds(10)

export const make = Effect.fnUntraced(function* (options: Options) {
  const url = yield* Settings.parseBaseUrl(options.baseUrl ?? Settings.DEFAULT_BASE_URL)
  const isKeyless = options.onlyLists === true && options.apiKey === undefined
  const apiKey = isKeyless ? undefined : yield* Settings.parseKey(options.apiKey, url, options.keyVariable)
  const siteUrl = yield* Settings.checkHeader("OPENROUTER_SITE_URL", options.siteUrl ?? "http://localhost")
  const appName = yield* Settings.checkHeader("OPENROUTER_APP_NAME", options.appName ?? "algogen")
  const dialect = Dialect.of(Settings.endpoint(url, ""))
  const secret = Secret.make(apiKey, Settings.secretsOf(url))
  const baseUrl = Settings.shown(url, secret.scrub)
  const stream = options.stream ?? true
  const connections = yield* Effect.serviceOption(Connections.Connections)
  const limits: Exchange.Limits = {
    maxBytes: options.maxAnswerBytes ?? MAX_ANSWER_BYTES,
    firstTokenTimeout: yield* Settings.parseTime("firstTokenTimeout", options.firstTokenTimeout),
    silenceTimeout: yield* Settings.parseTime("silenceTimeout", options.silenceTimeout),
    connectTimeout: Option.getOrUndefined(connections)?.connectTimeout ?? CONNECT_TIMEOUT,
    secret
  }
  // What is said about answers does not hold for lists: they have no tokens, and a size of their own.
  const listLimits: Exchange.Limits = {
    ...limits,
    maxBytes: MAX_ANSWER_BYTES,
    firstTokenTimeout: Option.none(),
    silenceTimeout: Option.none()
  }
  const httpClient = yield* HttpClient.HttpClient
  // Attempts have spans of their own, and headers that describe them are nothing to a third party.
  const client = httpClient.pipe(
    HttpClient.withTracerDisabledWhen(() => true),
    HttpClient.withTracerPropagation(false)
  )
  const named = (request: HttpClientRequest.HttpClientRequest) =>
    request.pipe(
      // Firewalls turn away what names no client. One that the HTTP client is told to send takes its place.
      HttpClientRequest.setHeaders({ "http-referer": siteUrl, "user-agent": "algogen", "x-title": appName }),
      Dialect.authorize(dialect, apiKey)
    )
  const post = Begin.posts(client, Direct.of(httpClient), Settings.endpoint(url, "/chat/completions"), named)

  /** The parameters that the server refused, by model. */
  const refused = new Map<string, ReadonlySet<string>>()
  let listed: Models.Index | undefined
  const told = new Set<string>()

  const tell = (model: string, omitted: Dialect.Body["omitted"], onNote: OnNote) => {
    const news = omitted.map((omission) => Dialect.describe(model, omission)).filter((note) => !told.has(note))
    news.forEach((note) => told.add(note))
    return news.length === 0 ? Effect.void : Effect.forEach(news, onNote, { discard: true })
  }

  const complete: Service["complete"] = (request, onToken, onNote) =>
    Effect.withFiberRuntime((fiber) => {
      const { maxCompletionTokens, model } = request
      const info = listed === undefined ? undefined : Models.find(listed, model)
      const { json, omitted } = Dialect.body(request, { dialect, stream, refused: refused.get(model) ?? NONE, info })
      const clock = Context.get(fiber.currentDefaultServices, Clock.Clock)
      const judge = (exchange: Classify.Exchange) => {
        const sent = Dialect.refusable(json)
        const now = clock.unsafeCurrentTimeMillis()
        const unlisted = listed !== undefined && info === undefined && !Models.has(listed, model)
        const judged = Classify.classify(exchange, { model, maxCompletionTokens, sent, unlisted }, now, secret)
        if (Either.isLeft(judged) && judged.left.reason._tag === "Rejected") {
          const { parameter } = judged.left.reason
          if (parameter !== undefined) refused.set(model, new Set([...(refused.get(model) ?? []), parameter]))
        }
        return Either.mapLeft(
          judged,
          (failure) => new GenerationError({ model, ...Now.inTime(clock, failure) }, UNCHECKED)
        )
      }
      const received = fiber.getFiberRef(Received.current)
      const cut = received && {
        limitMs: received.limitMs,
        hand: (exchange: Classify.Exchange) => {
          received.outcome = judge(exchange)
        }
      }
      const answer = Effect.flatMap(Exchange.hold(post(json), limits, onToken, cut), judge)
      return onNote === undefined || omitted.length === 0
        ? answer
        : Effect.zipRight(tell(model, omitted, onNote), answer)
    })

  /** The JSON behind a path; where it is not what was expected, judged by the rules of any other exchange. */
  const get = <A>(path: string, decode: (json: unknown) => A | undefined): Effect.Effect<A, GenerationError> =>
    Effect.gen(function* () {
      const exchange = yield* Exchange.hold(
        Begin.through(client, named(HttpClientRequest.get(Settings.endpoint(url, path)))),
        listLimits
      )
      const json = exchange._tag === "Body" && exchange.status === 200 ? Lenient.parse(exchange.text) : undefined
      const found = decode(json?.value)
      if (found !== undefined) return found
      const now = yield* Clock.currentTimeMillis
      const judged = Classify.classify(exchange, { model: path }, now, secret)
      const unexpected = { reason: new MalformedAnswer({ message: "the answer is not in the format of this API" }) }
      return yield* new GenerationError({
        model: `GET ${path}`,
        ...(Either.isLeft(judged) && judged.left.reason._tag !== "EmptyAnswer" ? judged.left : unexpected)
      })
    }).pipe(
      Effect.timeoutFail({
        duration: CATALOG_TIMEOUT,
        onTimeout: () =>
          new GenerationError({
            model: `GET ${path}`,
            reason: new TimedOut({ clock: "attempt", limitMs: Duration.toMillis(CATALOG_TIMEOUT) })
          })
      })
    )

  const list = Effect.map(get("/models", Catalog.decodeModels), (found) => {
    listed = Models.index(found)
    return found
  })
  const [models, forget] = yield* Effect.cachedInvalidateWithTTL(list, CATALOG_TTL)
  const service: Service = {
    baseUrl,
    identity: options.identity ?? Settings.identityOf(url, baseUrl),
    complete,
    // A failure is not worth keeping for a minute.
    models: Effect.tapError(models, () => forget),
    key: get("/key", Catalog.decodeKey),
    reserve: Option.getOrUndefined(connections)?.reserve
  }
  return service
})

/** Plain settings; anything wrong with them is found here, before a request is sent. */
export const layer = (options: Options): Layer.Layer<OpenRouter, Settings.ConfigurationError, HttpClient.HttpClient> =>
  Layer.effect(OpenRouter, make(options))

/** Settings from a `Config`, such as `OpenRouter.config`. */
export const layerConfig = (
  options: Config.Config<Options>
): Layer.Layer<OpenRouter, Settings.ConfigurationError | ConfigError, HttpClient.HttpClient> =>
  Layer.effect(OpenRouter, Effect.flatMap(options, make))

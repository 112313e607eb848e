/**
 * The API that serves the models, and the door to the one room that speaks HTTP. A call here is one request: it knows
 * nothing of retries, other models, or Python. What came over the wire is judged by `Classify`; foreign errors end there.
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import type { ConfigError } from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { Answer } from "../domain/Answer.js"
import { GenerationError, MalformedAnswer, TimedOut } from "../domain/GenerationError.js"
import * as Catalog from "./Catalog.js"
import * as Classify from "./wire/Classify.js"
import * as Exchange from "./wire/Exchange.js"
import * as Lenient from "./wire/Lenient.js"
import * as Redirect from "./wire/Redirect.js"
import * as Secret from "./wire/Secret.js"

export interface Message {
  readonly role: "system" | "user" | "assistant"
  readonly content: string
}

export interface ChatRequest {
  readonly model: string
  readonly messages: ReadonlyArray<Message>
  /** Ceiling of the answer in tokens, reasoning included. */
  readonly maxCompletionTokens?: number | undefined
  readonly temperature?: number | undefined
  readonly seed?: number | undefined
}

export interface Service {
  /** Where requests go: what their paths are put behind. */
  readonly baseUrl: string
  /** What the journal knows this server by: the base URL, unless it is one that changes from run to run. */
  readonly identity: string
  /** One request for one answer. Interrupting it closes its connection, which ends the billing of a streamed one. */
  readonly complete: (request: ChatRequest, onToken?: Exchange.OnToken) => Effect.Effect<Answer, GenerationError>
  /** The models on offer; asked for at most once in 60 s. */
  readonly models: Effect.Effect<ReadonlyArray<Catalog.ModelInfo>, GenerationError>
  /** What the server knows of the key in use. */
  readonly key: Effect.Effect<Catalog.KeyInfo, GenerationError>
}

export class OpenRouter extends Context.Tag("algogen/OpenRouter")<OpenRouter, Service>() {}

export interface Options {
  /** Required by openrouter.ai itself; a server of your own may do without. */
  readonly apiKey?: Redacted.Redacted | undefined
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
  /** Longest wait for the first token, from sending the request; default none. */
  readonly firstTokenTimeout?: Duration.DurationInput | undefined
  /** Longest silence between two tokens; default none. Keep-alive comments and padding are silence. */
  readonly silenceTimeout?: Duration.DurationInput | undefined
  /** Largest answer, and largest line of a stream, in bytes; default 8,000,000. What streams put around it is not counted. */
  readonly maxAnswerBytes?: number | undefined
}

export const DEFAULT_BASE_URL = "https://openrouter.ai/api/v1"

/** Hundreds of times a long module, so that only a runaway server reaches it. */
export const MAX_ANSWER_BYTES = 8_000_000

/** The time to connect that the HTTP client is expected to keep; the clock itself is the client's. */
export const CONNECT_TIMEOUT = Duration.seconds(10)

/** How long the list of models stays fresh. */
const CATALOG_TTL = Duration.seconds(60)

/** The list of models is a convenience before a run: it may not take the run's time. */
const CATALOG_TIMEOUT = Duration.seconds(10)

/** A setting that makes every request pointless, found before anything is sent. */
export class ConfigurationError extends Data.TaggedError("ConfigurationError")<{
  /** The environment variable behind the setting. */
  readonly variable: string
  readonly message: string
}> {}

const setting = (name: string): Config.Config<string | undefined> =>
  Config.option(Config.string(name)).pipe(Config.map((found) => Option.getOrUndefined(found)?.trim() || undefined))

/** The environment's settings: `OPENROUTER_API_KEY`, `_BASE_URL`, `_SITE_URL`, `_APP_NAME`. A blank one counts as unset. */
export const config: Config.Config<Options> = Config.all({
  apiKey: setting("OPENROUTER_API_KEY").pipe(Config.map((key) => (key === undefined ? key : Redacted.make(key)))),
  baseUrl: setting("OPENROUTER_BASE_URL"),
  siteUrl: setting("OPENROUTER_SITE_URL"),
  appName: setting("OPENROUTER_APP_NAME")
})

/** Is it OpenRouter itself that is asked, and not a server of one's own. */
export const isOpenRouter = (baseUrl: string): boolean =>
  URL.canParse(baseUrl) && new URL(baseUrl).hostname === new URL(DEFAULT_BASE_URL).hostname

export const make = Effect.fnUntraced(function* (options: Options) {
  // Files end keys with a newline, and a script that has none passes on a blank one.
  const key = options.apiKey === undefined ? "" : Redacted.value(options.apiKey).trim()
  const apiKey = key === "" ? undefined : Redacted.make(key)
  const baseUrl = yield* parseBaseUrl(options.baseUrl ?? DEFAULT_BASE_URL)
  if (apiKey === undefined && isOpenRouter(baseUrl)) {
    return yield* new ConfigurationError({
      variable: "OPENROUTER_API_KEY",
      message: "OPENROUTER_API_KEY is not set: create a key at https://openrouter.ai/keys and set it to that"
    })
  }
  yield* checkHeader("OPENROUTER_API_KEY", key)
  const siteUrl = yield* checkHeader("OPENROUTER_SITE_URL", options.siteUrl ?? "http://localhost")
  const appName = yield* checkHeader("OPENROUTER_APP_NAME", options.appName ?? "algogen")
  const secret = Secret.make(apiKey)
  const stream = options.stream ?? true
  const terms: Exchange.Terms = {
    maxBytes: options.maxAnswerBytes ?? MAX_ANSWER_BYTES,
    firstTokenTimeout: Option.map(Option.fromNullable(options.firstTokenTimeout), Duration.decode),
    silenceTimeout: Option.map(Option.fromNullable(options.silenceTimeout), Duration.decode),
    connectTimeout: CONNECT_TIMEOUT,
    secret
  }
  // What is said about answers does not hold for lists: they have no tokens, and a size of their own.
  const listTerms: Exchange.Terms = {
    ...terms,
    maxBytes: MAX_ANSWER_BYTES,
    firstTokenTimeout: Option.none(),
    silenceTimeout: Option.none()
  }
  const client = Redirect.follow(yield* HttpClient.HttpClient).pipe(
    HttpClient.mapRequest((request) =>
      request.pipe(
        HttpClientRequest.prependUrl(baseUrl),
        HttpClientRequest.setHeaders({
          "http-referer": siteUrl,
          "x-title": appName
        }),
        apiKey === undefined ? (same) => same : HttpClientRequest.bearerToken(apiKey)
      )
    ),
    // Attempts have spans of their own, and headers that describe them are nothing to a third party.
    HttpClient.withTracerDisabledWhen(() => true),
    HttpClient.withTracerPropagation(false),
    HttpClient.withScope
  )

  const complete: Service["complete"] = (request, onToken) =>
    Effect.gen(function* () {
      const body = bodyOf(request, stream)
      const wire = HttpClientRequest.post("/chat/completions").pipe(HttpClientRequest.bodyUnsafeJson(body))
      const exchange = yield* Exchange.hold(client, wire, terms, onToken)
      const now = yield* Clock.currentTimeMillis
      return yield* Classify.classify(exchange, { ...request, sent: Object.keys(body) }, now, secret)
    }).pipe(Effect.mapError((failure) => new GenerationError({ model: request.model, ...failure })))

  /** The JSON behind a path; where it is not what was expected, judged by the rules of any other exchange. */
  const get = <A>(path: string, decode: (json: unknown) => A | undefined): Effect.Effect<A, GenerationError> =>
    Effect.gen(function* () {
      const exchange = yield* Exchange.hold(client, HttpClientRequest.get(path), listTerms)
      const json = exchange._tag === "Body" && exchange.status === 200 ? Lenient.parse(exchange.text) : undefined
      const found = decode(json?.value)
      if (found !== undefined) return found
      const now = yield* Clock.currentTimeMillis
      const judged = Classify.classify(exchange, { model: path }, now, secret)
      const unexpected = { reason: new MalformedAnswer({ message: "the answer is not what the API promises" }) }
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

  const [models, forget] = yield* Effect.cachedInvalidateWithTTL(get("/models", Catalog.decodeModels), CATALOG_TTL)
  const service: Service = {
    baseUrl,
    identity: options.identity ?? baseUrl,
    complete,
    // A failure is not worth keeping for a minute.
    models: Effect.tapError(models, () => forget),
    key: get("/key", Catalog.decodeKey)
  }
  return service
})

/** Plain settings; anything wrong with them is found here, before a request is sent. */
export const layer = (options: Options): Layer.Layer<OpenRouter, ConfigurationError, HttpClient.HttpClient> =>
  Layer.effect(OpenRouter, make(options))

/** Settings from a `Config`, such as `OpenRouter.config`. */
export const layerConfig = (
  options: Config.Config<Options>
): Layer.Layer<OpenRouter, ConfigurationError | ConfigError, HttpClient.HttpClient> =>
  Layer.effect(OpenRouter, Effect.flatMap(options, make))

/** The fields always come in the same order: the API's cache is keyed by the bytes of the body. */
const bodyOf = (request: ChatRequest, stream: boolean) => ({
  model: request.model,
  messages: request.messages.map(({ content, role }) => ({ role, content })),
  stream,
  ...(stream ? { stream_options: { include_usage: true } } : {}),
  ...(request.maxCompletionTokens === undefined ? {} : { max_completion_tokens: request.maxCompletionTokens }),
  ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
  ...(request.seed === undefined ? {} : { seed: request.seed })
})

/** Not repeated in the message: where two settings were mixed up, the text is the key. */
const parseBaseUrl = (text: string): Effect.Effect<string, ConfigurationError> => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  // Paths are put behind it; and what stands before the host would be a second key, in plain sight.
  return url !== undefined &&
    (url.protocol === "https:" || url.protocol === "http:") &&
    [url.search, url.hash, url.username, url.password].every((part) => part === "")
    ? Effect.succeed(url.href.replace(/\/+$/, ""))
    : new ConfigurationError({
        variable: "OPENROUTER_BASE_URL",
        message:
          "OPENROUTER_BASE_URL, or the base URL that was given, is no plain http or https address " +
          `such as ${DEFAULT_BASE_URL}`
      })
}

/** Headers carry printable Latin letters only; a client that finds others fails at every request. */
const checkHeader = (variable: string, text: string): Effect.Effect<string, ConfigurationError> =>
  /^[\x20-\x7e\xa0-\xff]*$/.test(text)
    ? Effect.succeed(text)
    : new ConfigurationError({ variable, message: `${variable} has characters that cannot be sent in an HTTP header` })

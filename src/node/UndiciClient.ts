/**
 * An `HttpClient` straight on undici's dispatcher. The platform's own client puts a Node stream, an abort signal and a
 * promise between the socket and Effect, which cost more than everything else that happens to an answer. Here the socket's
 * bytes lie ready until they are read, and an exchange that is left early is aborted.
 */
import { Readable } from "node:stream"
import * as NodeStream from "@effect/platform-node/NodeStream"
import type * as Undici from "@effect/platform-node/Undici"
import * as HttpClient from "@effect/platform/HttpClient"
import { type HttpClientError, RequestError, ResponseError } from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as UrlParams from "@effect/platform/UrlParams"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Connections from "../api/Connections.js"
import type * as Direct from "../api/wire/Direct.js"
import * as Queue from "./Queue.js"
import { type Head, type Source, UndiciResponse } from "./UndiciResponse.js"

/** Effect's clocks decide how long a request may take; this one only ends what nobody waits for any more. */
const HEADERS_TIMEOUT_MS = 60 * 60 * 1000

/** So many bytes may lie ready before the socket is told to wait. */
const MAX_WAITING_BYTES = 256 * 1024

const ABORTED = new Error("the exchange was left before its end")

type Resume<A> = (effect: Effect.Effect<A, unknown>) => void

/** One exchange as undici tells it: its head, then bytes until the end or a failure. */
class Exchange implements Undici.Dispatcher.DispatchHandler, Source, Queue.Caller {
  #controller: Undici.Dispatcher.DispatchController | undefined
  #onHead: Resume<Head> | undefined
  #onBytes: (() => void) | undefined
  #waiting: Array<Uint8Array> = []
  #waitingBytes = 0
  #isOver = false
  #isLeft = false
  #failure: Error | undefined

  constructor(readonly wait: Connections.Wait | undefined) {}

  readonly isLeft = () => this.#isLeft

  onRequestStart(controller: Undici.Dispatcher.DispatchController) {
    this.#controller = controller
    if (this.#isLeft) controller.abort(ABORTED)
  }
  onResponseStart(_: Undici.Dispatcher.DispatchController, status: number, headers: Head["headers"]) {
    // What comes before the answer itself, such as 103, says nothing about it.
    if (status >= 200) this.#onHead?.(Effect.succeed({ status, headers }))
  }
  onResponseData(controller: Undici.Dispatcher.DispatchController, bytes: Uint8Array) {
    // The body of a proxy's 407, which undici has made an error of: nobody reads it.
    if (this.#isOver) return controller.abort(ABORTED)
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
    if (this.#waitingBytes > MAX_WAITING_BYTES) controller.pause()
    this.#onBytes?.()
  }
  onResponseEnd() {
    this.#isOver = true
    this.#onBytes?.()
  }
  onResponseError(_: Undici.Dispatcher.DispatchController | undefined, error: Error) {
    this.#isOver = true
    this.#failure = error
    this.#onHead?.(Effect.fail(error))
    this.#onBytes?.()
  }

  /** Hands the request to undici, and waits for the head of the answer. */
  readonly send = (dispatcher: Undici.Dispatcher, options: Undici.Dispatcher.DispatchOptions) =>
    Effect.async<Head, unknown>((resume) => {
      this.#onHead = resume
      try {
        dispatcher.dispatch(Queue.withPlace(options, this), this)
      } catch (error) {
        resume(Effect.fail(error))
      }
    })

  /** Looks when the fiber runs, not when it is woken: one read of the socket may bring many pieces. */
  readonly #take: Source["pull"] = Effect.suspend(() => {
    if (this.#waiting.length === 0) return Effect.fail(Option.fromNullable(this.#failure))
    const pieces = Chunk.unsafeFromArray(this.#waiting)
    this.#waiting = []
    this.#waitingBytes = 0
    this.#controller?.resume()
    return Effect.succeed(pieces)
  })

  readonly pull: Source["pull"] = Effect.suspend(() =>
    this.#waiting.length > 0 || this.#isOver
      ? this.#take
      : Effect.async((resume) => {
          this.#onBytes = () => resume(this.#take)
        })
  )

  /** The end has come, and nothing is left to be read. */
  readonly isOver = () => this.#isOver && this.#waiting.length === 0

  readonly leave = () => {
    if (this.#isOver || this.#isLeft) return
    this.#isLeft = true
    this.#controller?.abort(ABORTED)
  }
}

type BodyInit = Exclude<Undici.Dispatcher.DispatchOptions["body"], undefined>

const isBody = (raw: unknown): raw is BodyInit =>
  typeof raw === "string" || raw instanceof Uint8Array || raw instanceof Readable

/** A body as undici takes it. */
const bodyOf = ({ body }: HttpClientRequest.HttpClientRequest): Effect.Effect<BodyInit, TypeError> => {
  if (body._tag === "Empty") return Effect.succeed(null)
  if (body._tag === "Stream") return NodeStream.toReadable(body.stream)
  return body._tag !== "FormData" && isBody(body.body)
    ? Effect.succeed(body.body)
    : Effect.fail(new TypeError("a body must be text, bytes or a Node stream"))
}

const optionsOf = (
  { origin, pathname, search }: URL,
  method: Undici.Dispatcher.HttpMethod,
  headers: Readonly<Record<string, string>>,
  body: BodyInit
): Undici.Dispatcher.DispatchOptions => ({
  method,
  headers,
  origin,
  path: pathname + search,
  body,
  headersTimeout: HEADERS_TIMEOUT_MS,
  bodyTimeout: 0
})

/** A response that nobody holds any more is left, so that its connection is free, as with undici's `fetch`. */
const forgotten = new FinalizationRegistry((leave: () => void) => leave())

const send = (
  dispatcher: Undici.Dispatcher,
  {
    request,
    signal,
    url,
    wait
  }: {
    readonly request: HttpClientRequest.HttpClientRequest
    readonly url: URL
    readonly wait: Connections.Wait | undefined
    readonly signal?: AbortSignal
  }
) =>
  Effect.suspend(() => {
    const exchange = new Exchange(wait)
    signal?.addEventListener("abort", exchange.leave, { once: true })
    return Effect.flatMap(bodyOf(request), (body) =>
      exchange.send(dispatcher, optionsOf(url, request.method, request.headers, body))
    ).pipe(
      Effect.onError(() => Effect.sync(exchange.leave)),
      Effect.mapBoth({
        onFailure: (cause) => new RequestError({ request, reason: "Transport", cause }),
        onSuccess: (head) => {
          const response = new UndiciResponse(request, head, exchange)
          forgotten.register(response, exchange.leave)
          return response
        }
      })
    )
  })

/** The short way: undici gets the request as it is, and what undici says of the answer is the answer. */
export const direct =
  (current: () => Undici.Dispatcher): Direct.Send =>
  ({ body, headers, url }, wait) => {
    const exchange = new Exchange(wait)
    let head: Direct.Head | undefined
    const request = () => HttpClientRequest.post(url, { headers })
    const response = () => new UndiciResponse(request(), head ?? { status: 0, headers: {} }, exchange)
    return {
      head: exchange.send(current(), optionsOf(url, "POST", headers, body)).pipe(
        Effect.mapBoth({
          onFailure: (cause) => new RequestError({ request: request(), reason: "Transport", cause }),
          onSuccess: (begun) => (head = begun)
        })
      ),
      body: {
        pull: Effect.mapError(
          exchange.pull,
          Option.map(
            (cause) => new ResponseError({ request: request(), response: response(), reason: "Decode", cause })
          )
        ),
        leave: Effect.sync(exchange.leave),
        isOver: exchange.isOver
      },
      response
    }
  }

/** `current` yields the dispatcher for the next request. */
export const make = (current: () => Undici.Dispatcher): HttpClient.HttpClient => {
  const waitOf = (fiber: Fiber.RuntimeFiber<unknown, unknown>) => fiber.getFiberRef(Connections.current)
  // Spans are the platform's, and so is the abort signal that they come with.
  const traced = HttpClient.make((request, url, signal, fiber) =>
    send(current(), { request, url, signal, wait: waitOf(fiber) })
  )
  const execute = (request: HttpClientRequest.HttpClientRequest) =>
    Effect.withFiberRuntime<HttpClientResponse, HttpClientError>((fiber) => {
      const isTraced = !fiber.getFiberRef(HttpClient.currentTracerDisabledWhen)(request)
      if (isTraced) return traced.execute(request)
      const url = UrlParams.makeUrl(request.url, request.urlParams, request.hash)
      return Either.isRight(url)
        ? send(current(), { request, url: url.right, wait: waitOf(fiber) })
        : Effect.fail(new RequestError({ request, reason: "InvalidUrl", cause: url.left }))
    })
  return HttpClient.makeWith(Effect.flatMap(execute), Effect.succeed<HttpClientRequest.HttpClientRequest>)
}

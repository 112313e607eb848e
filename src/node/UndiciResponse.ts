/** The answer to a request that `UndiciClient` sent: its head, and a body that can be read once. */
import * as Cookies from "@effect/platform/Cookies"
import * as Headers from "@effect/platform/Headers"
import { ResponseError } from "@effect/platform/HttpClientError"
import type { HttpClientRequest } from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as HttpIncomingMessage from "@effect/platform/HttpIncomingMessage"
import type * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Inspectable from "effect/Inspectable"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Body from "../api/wire/Body.js"

export interface Head {
  readonly status: number
  readonly headers: Readonly<Record<string, string | Array<string> | undefined>>
}

/** What `UndiciClient` knows of the body. */
export interface Source {
  readonly pull: Effect.Effect<Chunk.Chunk<Uint8Array>, Option.Option<unknown>>
  readonly leave: () => void
  readonly isOver: () => boolean
}

export class UndiciResponse extends Inspectable.Class implements HttpClientResponse.HttpClientResponse {
  readonly [HttpIncomingMessage.TypeId]: HttpIncomingMessage.TypeId = HttpIncomingMessage.TypeId
  readonly [HttpClientResponse.TypeId]: HttpClientResponse.TypeId = HttpClientResponse.TypeId
  readonly status: number
  readonly headers: Headers.Headers
  readonly remoteAddress = Option.none<string>()
  readonly [Body.Direct]: Body.Body<ResponseError>

  readonly #setCookie: string | Array<string> | undefined
  #web: HttpClientResponse.HttpClientResponse | undefined

  constructor(
    readonly request: HttpClientRequest,
    { headers, status }: Head,
    { isOver, leave, pull }: Source
  ) {
    super()
    this.status = status
    this.headers = Headers.fromInput(headers)
    this.#setCookie = headers["set-cookie"]
    const failed = (cause: unknown) => new ResponseError({ request, response: this, reason: "Decode", cause })
    this[Body.Direct] = { pull: Effect.mapError(pull, Option.map(failed)), leave: Effect.sync(leave), isOver }
  }

  get stream(): Stream.Stream<Uint8Array, ResponseError> {
    const { leave, pull } = this[Body.Direct]
    return Stream.ensuring(Stream.repeatEffectChunkOption(pull), leave)
  }

  get cookies(): Cookies.Cookies {
    return this.#setCookie === undefined ? Cookies.empty : Cookies.fromSetCookie(this.#setCookie)
  }

  /** The platform reads whole bodies of web responses, and remembers them. */
  get #whole(): HttpClientResponse.HttpClientResponse {
    this.#web ??= HttpClientResponse.fromWeb(
      this.request,
      new Response(Stream.toReadableStream(this.stream), { headers: this.headers })
    )
    return this.#web
  }
  /** A reader that stops also leaves; the web response would go on by itself. */
  #read<A>(part: Effect.Effect<A, ResponseError>): Effect.Effect<A, ResponseError> {
    return Effect.onInterrupt(part, () => this[Body.Direct].leave)
  }
  get text() {
    return this.#read(this.#whole.text)
  }
  get json() {
    return this.#read(this.#whole.json)
  }
  get arrayBuffer() {
    return this.#read(this.#whole.arrayBuffer)
  }
  get formData() {
    return this.#read(this.#whole.formData)
  }
  get urlParamsBody() {
    return this.#read(this.#whole.urlParamsBody)
  }

  toJSON(): unknown {
    const { request, status } = this
    return HttpIncomingMessage.inspect(this, {
      _id: "@effect/platform/HttpClientResponse",
      request: request.toJSON(),
      status
    })
  }
}

/**
 * A short way to send a request, for an HTTP client that has one: without the values that the platform's client makes of
 * each request and each response, which cost several times what the exchange itself does. A client that an application has
 * changed is another one, and has no such way.
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import type * as Effect from "effect/Effect"
import type { LazyArg } from "effect/Function"
import type { Wait } from "../Connections.js"
import type * as Body from "./Body.js"

const DIRECT: unique symbol = Symbol.for("algogen/Direct")

/** A POST of JSON. */
export interface Request {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Head {
  readonly status: number
  readonly headers: Readonly<Record<string, string | Array<string> | undefined>>
}

export interface Call {
  /** Waits for the beginning of the answer. */
  readonly head: Effect.Effect<Head, HttpClientError>
  /** Leaving it ends the request at any time, also before its answer begins. */
  readonly body: Body.Body
  /** The answer, once it has begun, as the platform's client would have it. */
  readonly response: LazyArg<HttpClientResponse>
}

/** Sends a request as soon as its head is waited for. `wait` is told when it has to wait for a connection. */
export type Send = (request: Request, wait: Wait | undefined) => Call

interface WithDirect {
  readonly [DIRECT]: Send
}

const hasDirect = (client: object): client is WithDirect => DIRECT in client

export const of = (client: HttpClient.HttpClient): Send | undefined => (hasDirect(client) ? client[DIRECT] : undefined)

/** The same client, with a short way. */
export const mark = (client: HttpClient.HttpClient, send: Send): HttpClient.HttpClient =>
  Object.assign(client, { [DIRECT]: send })

/** Several headers of a name count as one. */
export const plain = (headers: Head["headers"]): Readonly<Record<string, string>> => {
  const all: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) all[name] = typeof value === "string" ? value : value.join(", ")
  }
  return all
}

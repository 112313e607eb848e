/** How a request is sent, by the platform's client or by the short way of a client that has one, up to where its answer begins. */
import type * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import type { LazyArg } from "effect/Function"
import type * as Connections from "../Connections.js"
import * as Body from "./Body.js"
import * as Compression from "./Compression.js"
import * as Direct from "./Direct.js"
import * as Redirect from "./Redirect.js"

export interface Opened {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Body.Body
}

/** Sends the request, and calls `hand` with what is to be left in the end, as soon as there is anything. */
export type Begin = (
  wait: Connections.Wait | undefined,
  hand: (body: Body.Body) => void
) => Effect.Effect<Opened, HttpClientError>

const opened = (response: HttpClientResponse, hand: (body: Body.Body) => void): Effect.Effect<Opened> =>
  Effect.map(Body.of(response), (coded) => {
    const { headers, status } = response
    const body = Compression.decoded(coded, headers["content-encoding"], () => response)
    hand(body)
    return { status, headers, body }
  })

/** By the platform's client. */
export const through =
  (client: HttpClient.HttpClient, request: HttpClientRequest.HttpClientRequest): Begin =>
  (_, hand) =>
    Effect.flatMap(Redirect.follow(client, client.execute(request), request), (response) => opened(response, hand))

/** By the short way of a client that has one. What is compressed or sends the request elsewhere takes the long way from there. */
const directly =
  (
    send: Direct.Send,
    request: Direct.Request,
    client: HttpClient.HttpClient,
    long: LazyArg<HttpClientRequest.HttpClientRequest>
  ): Begin =>
  (wait, hand) =>
    Effect.suspend(() => {
      const { body, head, response } = send(request, wait)
      hand(body)
      return Effect.flatMap(head, ({ headers, status }) => {
        if (headers["content-encoding"] === undefined && headers["location"] === undefined) {
          return Effect.succeed({
            status,
            headers: Direct.plain(headers),
            body: Compression.decoded(body, undefined, response)
          })
        }
        const followed = Redirect.follow(client, Effect.succeed(response()), long())
        return Effect.flatMap(followed, (last) => opened(last, hand))
      })
    })

/** POSTs of JSON to an address, by the short way if there is one. `named` puts on the headers that every request has, the key among them. */
export const posts = (
  client: HttpClient.HttpClient,
  direct: Direct.Send | undefined,
  address: string,
  named: (request: HttpClientRequest.HttpClientRequest) => HttpClientRequest.HttpClientRequest
): ((json: unknown) => Begin) => {
  const request = named(HttpClientRequest.post(address))
  if (direct === undefined) return (json) => through(client, HttpClientRequest.bodyUnsafeJson(request, json))
  const url = new URL(address)
  const headers = { ...request.headers, "content-type": "application/json" }
  return (json) =>
    directly(direct, { url, headers, body: JSON.stringify(json) }, client, () =>
      HttpClientRequest.bodyUnsafeJson(request, json)
    )
}

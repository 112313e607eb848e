/**
 * Redirects that a request may follow with its key: 307 and 308, which keep method and body, to the same origin, or from
 * http to https of the same host. Any other is handed on as the answer, and names its target there.
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/** As many as lead anywhere; more go round in a circle. */
const MAX_REDIRECTS = 5

/** The body of a redirect is read so that its connection can be used again; it is small or not worth it. */
const DRAIN = Duration.seconds(1)

/** Where to send the request instead; `undefined` when it must not go there. */
const targetOf = (from: string, status: number, location: string | undefined): string | undefined => {
  if ((status !== 307 && status !== 308) || location === undefined || !URL.canParse(location, from)) return undefined
  const here = new URL(from)
  const there = new URL(location, from)
  const isUpgrade =
    here.protocol === "http:" &&
    there.protocol === "https:" &&
    here.hostname === there.hostname &&
    isDefaultPort(here, there)
  const mayFollow = here.origin === there.origin || isUpgrade
  return mayFollow && there.username === "" && there.password === "" ? there.href : undefined
}

/** TLS of the same host is on its own port, or in place of the plain one. */
const isDefaultPort = (here: URL, there: URL): boolean => there.port === "" || there.port === here.port

/** The answer that a request comes to which was sent already. */
export const follow = (
  client: HttpClient.HttpClient,
  sent: Effect.Effect<HttpClientResponse, HttpClientError>,
  request: HttpClientRequest.HttpClientRequest,
  left: number = MAX_REDIRECTS
): Effect.Effect<HttpClientResponse, HttpClientError> =>
  Effect.flatMap(sent, (response) => {
    const target = left > 0 ? targetOf(response.request.url, response.status, response.headers["location"]) : undefined
    if (target === undefined) return Effect.succeed(response)
    const next = HttpClientRequest.setUrl(request, target)
    return response.text.pipe(
      Effect.timeoutOption(DRAIN),
      Effect.ignore,
      Effect.zipRight(follow(client, client.execute(next), next, left - 1))
    )
  })

/** What somebody writes with Effect alone: the platform's client on undici, a limit on time, three retries. */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { Agent } from "@effect/platform-node/Undici"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { MAX_TOKENS, messagesFor, requestsOf } from "../lib/Work.mjs"

export const about = "`HttpClient` of @effect/platform on undici, `Effect.forEach`, a timeout, three retries"
export const packages = ["effect", "@effect/platform", "@effect/platform-node"]

const backoff = Schedule.exponential("500 millis").pipe(Schedule.jittered, Schedule.intersect(Schedule.recurs(3)))

const contentOf = (line) =>
  line.startsWith("data: ") && line !== "data: [DONE]"
    ? (JSON.parse(line.slice(6)).choices[0]?.delta.content ?? "")
    : ""

const ask = (client, url, request) =>
  HttpClientRequest.post(`${url}/chat/completions`).pipe(
    HttpClientRequest.bearerToken("none"),
    HttpClientRequest.bodyUnsafeJson({
      model: request.model,
      messages: messagesFor(request),
      stream: true,
      max_completion_tokens: MAX_TOKENS
    }),
    client.execute,
    Effect.flatMap(HttpClientResponse.filterStatusOk),
    (response) => HttpClientResponse.stream(response),
    Stream.decodeText(),
    Stream.splitLines,
    Stream.runFold("", (text, line) => text + contentOf(line)),
    Effect.scoped,
    Effect.timeout("60 seconds"),
    Effect.retry(backoff)
  )

const limited = (connections) =>
  Layer.provide(
    NodeHttpClient.layerUndiciWithoutDispatcher,
    Layer.scoped(
      NodeHttpClient.Dispatcher,
      Effect.acquireRelease(
        Effect.sync(() => new Agent({ connections })),
        (agent) => Effect.promise(() => agent.destroy())
      )
    )
  )

export const prepare = async () => (work) =>
  Effect.flatMap(HttpClient.HttpClient, (client) =>
    Effect.forEach(
      requestsOf(work),
      (request) =>
        ask(client, work.url, request).pipe(
          Effect.match({ onFailure: (error) => work.fail(error), onSuccess: (text) => work.take(text) })
        ),
      { concurrency: work.inFlight, discard: true }
    )
  ).pipe(Effect.provide(limited(work.inFlight)), Effect.runPromise)

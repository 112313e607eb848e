/** The API over the pool's short way, beside the same over a client of the platform, which has none: both come to the same. */
import * as http from "node:http"
import * as zlib from "node:zlib"
import { HttpClient } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Deferred, Effect, Exit, Fiber, Layer, Redacted } from "effect"
import * as OpenRouter from "../../../src/api/OpenRouter.js"
import * as Direct from "../../../src/api/wire/Direct.js"
import * as ConnectionPool from "../../../src/node/ConnectionPool.js"
import { listen } from "./listen.js"

const event = (content: string, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: "gen-1", model: "x/served", choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`

const ANSWER = [": processing\n\n", event("def "), event("f(): pass", "stop"), "data: [DONE]\n\n"].join("")
const SSE = { "content-type": "text/event-stream" }

type Reply = (response: http.ServerResponse, nth: number) => void

const replies: Readonly<Record<string, Reply>> = {
  "in pieces": (response) => {
    response.writeHead(200, SSE)
    for (const piece of ANSWER.split("\n\n")) response.write(`${piece}\n\n`)
    response.end()
  },
  "compressed, and says so": (response) => {
    response.writeHead(200, { ...SSE, "content-encoding": "gzip" }).end(zlib.gzipSync(ANSWER))
  },
  "compressed, without a word": (response) => void response.writeHead(200, SSE).end(zlib.gzipSync(ANSWER)),
  "in Brotli": (response) => {
    response.writeHead(200, { ...SSE, "content-encoding": "br" }).end(zlib.brotliCompressSync(ANSWER))
  },
  elsewhere: (response, nth) => {
    if (nth > 1) response.writeHead(200, SSE).end(ANSWER)
    else response.writeHead(307, { location: "/v1/moved" }).end("moved")
  },
  "for another origin": (response) => void response.writeHead(307, { location: "https://example.com/" }).end(),
  "as a limit": (response) => {
    response
      .writeHead(429, { "retry-after": "7", "content-type": "application/json" })
      .end('{"error":{"message":"slow"}}')
  },
  "with a body that repeats the key": (response) =>
    void response.writeHead(400).end('{"error":{"message":"sk-0123456789"}}'),
  "without an end": (response) => {
    response.writeHead(200, { ...SSE, "content-length": "9999" }).write(event("def "))
    setTimeout(() => response.destroy(), 20)
  },
  "not at all": (response) => void response.destroy()
}

interface Seen {
  readonly url: string | undefined
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

const WANTED = ["authorization", "content-type", "content-length", "http-referer", "x-title"]

/** The API over a client that lives as long as the test. */
const over = (client: Layer.Layer<HttpClient.HttpClient>, options: OpenRouter.Options) =>
  Effect.flatMap(Layer.build(client), (context) => Effect.provide(OpenRouter.make(options), context))

/** What the API makes of such a reply, and what the server saw. */
const asked = (reply: Reply, client: Layer.Layer<HttpClient.HttpClient>) =>
  Effect.gen(function* () {
    const seen: Array<Seen> = []
    const server = http.createServer((request, response) => {
      let body = ""
      request.on("data", (piece) => (body += String(piece)))
      request.on("end", () => {
        const headers = Object.fromEntries(WANTED.map((name) => [name, request.headers[name]]))
        seen.push({ url: request.url, headers, body })
        reply(response, seen.length)
      })
    })
    const port = yield* listen(server)
    yield* Effect.addFinalizer(() => Effect.sync(() => server.closeAllConnections()))
    const options = { apiKey: Redacted.make("sk-0123456789"), baseUrl: `http://127.0.0.1:${port}/v1` }
    const { complete } = yield* over(client, options)
    const messages = [{ role: "user" as const, content: "\u00fc" }]
    const exit = yield* Effect.exit(complete({ model: "x/1", messages, maxCompletionTokens: 100 }))
    const told = Exit.match(exit, {
      onFailure: (cause) =>
        JSON.stringify(cause)
          .replaceAll(String(port), "PORT")
          .replace(/"retryAt":\d+/, '"retryAt":0'),
      onSuccess: ({ text, model, finishReason }) => ({ text, model, finishReason })
    })
    return { told, seen }
  }).pipe(Effect.scoped)

const pool = ConnectionPool.layerWith({ proxy: false })

/** A client that an application has changed is another one. */
const changed = Layer.provide(
  Layer.effect(
    HttpClient.HttpClient,
    Effect.map(
      HttpClient.HttpClient,
      HttpClient.mapRequest((request) => request)
    )
  ),
  pool
)

describe("the short way to the API", () => {
  for (const [how, reply] of Object.entries(replies)) {
    it.live(`comes to the same as the long one for an answer ${how}`, () =>
      Effect.gen(function* () {
        const short = yield* asked(reply, pool)
        deepStrictEqual(short, yield* asked(reply, changed))
        assert.isAtLeast(short.seen.length, 1)
      })
    )
  }

  it.live("is one that the pool's client has, and a changed one has not", () =>
    Effect.gen(function* () {
      assert.isDefined(Direct.of(yield* Effect.provide(HttpClient.HttpClient, pool)))
      for (const other of [changed, NodeHttpClient.layerUndici]) {
        assert.isUndefined(Direct.of(yield* Effect.provide(HttpClient.HttpClient, other)))
      }
    })
  )

  it.live("closes its connection when it is left, before the answer begins and after", () =>
    Effect.gen(function* () {
      for (const begins of [false, true]) {
        const arrived = yield* Deferred.make<void>()
        const closed = yield* Deferred.make<void>()
        const server = http.createServer((_, response) => {
          response.on("close", () => Effect.runSync(Deferred.succeed(closed, undefined)))
          if (begins) response.writeHead(200, SSE).write(event("def "))
          Effect.runSync(Deferred.succeed(arrived, undefined))
        })
        const port = yield* listen(server)
        const { complete } = yield* over(pool, { baseUrl: `http://127.0.0.1:${port}` })
        const fiber = yield* Effect.fork(complete({ model: "x/1", messages: [] }))
        yield* Deferred.await(arrived)
        yield* Effect.sleep(50)
        yield* Fiber.interrupt(fiber)
        yield* Effect.timeout(Deferred.await(closed), "5 seconds")
      }
    }).pipe(Effect.scoped)
  )
})

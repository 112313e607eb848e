/** The HTTP client of the Node programs beside the platform's own, against the same server. */
import * as http from "node:http"
import * as v8 from "node:v8"
import * as vm from "node:vm"
import { HttpBody, HttpClient, HttpClientRequest } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Chunk, Deferred, Effect, Fiber, Option, Stream } from "effect"
import * as ConnectionPool from "../../../src/node/ConnectionPool.js"
import { listen } from "./listen.js"

const LARGE = 5_000_000

const read = async (request: http.IncomingMessage) => {
  let text = ""
  for await (const piece of request) text += String(piece)
  return text
}

/** What is asked for by path, and when a connection to `/hangs..` was closed. */
const server = Effect.gen(function* () {
  const arrived = yield* Deferred.make<void>()
  const closed = yield* Deferred.make<void>()
  const listener = http.createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://localhost")
    if (pathname.startsWith("/hangs")) {
      response.on("close", () => Effect.runSync(Deferred.succeed(closed, undefined)))
      if (pathname === "/hangs-after-its-head") response.writeHead(200).write("begun")
      Effect.runSync(Deferred.succeed(arrived, undefined))
      return
    }
    if (pathname === "/large") {
      response.end(Buffer.alloc(LARGE, "a"))
      return
    }
    if (pathname === "/hints") response.writeEarlyHints({ link: "</a.css>; rel=preload" })
    void read(request).then((body) => {
      const type = request.headers["content-type"] ?? null
      const trace = request.headers["traceparent"] !== undefined
      const told = { method: request.method, url: request.url, type, trace, body: body }
      response.writeHead(pathname === "/missing" ? 404 : 200, {
        "content-type": "application/json",
        "set-cookie": ["a=1; Path=/", "b=2"],
        "X-Twice": ["one", "two"]
      })
      response.end(JSON.stringify(told))
    })
  })
  const port = yield* listen(listener)
  yield* Effect.addFinalizer(() => Effect.sync(() => listener.closeAllConnections()))
  return { base: `http://127.0.0.1:${port}`, arrived: Deferred.await(arrived), closed: Deferred.await(closed) }
})

const pool = ConnectionPool.layerWith({ proxy: false })

/** The same with both clients. */
const both = <A, E>(asking: Effect.Effect<A, E, HttpClient.HttpClient>) =>
  Effect.all({ theirs: Effect.provide(asking, NodeHttpClient.layerUndici), ours: Effect.provide(asking, pool) })

const BODIES: ReadonlyArray<readonly [name: string, body: () => HttpBody.HttpBody]> = [
  ["none", () => HttpBody.empty],
  ["text", () => HttpBody.text("a = 'ä€😀'")],
  ["JSON", () => HttpBody.unsafeJson({ a: [1, "ä"] })],
  ["bytes", () => HttpBody.uint8Array(new TextEncoder().encode("bytes"))],
  ["a stream", () => HttpBody.stream(Stream.make(new TextEncoder().encode("one "), new TextEncoder().encode("two")))]
]

describe("the HTTP client of the Node programs", () => {
  for (const [name, body] of BODIES) {
    it.scopedLive(`sends the same as the platform's: ${name}`, () =>
      Effect.gen(function* () {
        const { base } = yield* server
        const request = HttpClientRequest.post(`${base}/a/b?c=d`, { body: body() })
        const { ours, theirs } = yield* both(
          HttpClient.execute(request).pipe(Effect.flatMap((response) => response.json))
        )
        deepStrictEqual(ours, theirs)
      })
    )
  }

  for (const path of ["/", "/missing", "/hints"]) {
    it.scopedLive(`reads the same as the platform's: ${path}`, () =>
      Effect.gen(function* () {
        const { base } = yield* server
        const looked = Effect.gen(function* () {
          const response = yield* HttpClient.get(`${base}${path}`)
          const { date: _, ...headers } = response.headers
          const { cookies, status } = response
          const text = yield* response.text
          return { status, headers, cookies: cookies.toJSON(), text, again: yield* response.text }
        })
        const { ours, theirs } = yield* both(looked)
        deepStrictEqual(ours, theirs)
      })
    )
  }

  it.scopedLive("carries the trace of an application that wants it, and none where it does not", () =>
    Effect.gen(function* () {
      const { base } = yield* server
      const traced = HttpClient.get(base).pipe(
        Effect.flatMap((response) => response.json),
        Effect.withSpan("application"),
        Effect.map((told) => JSON.stringify(told).includes('"trace":true'))
      )
      const untraced = traced.pipe(Effect.locally(HttpClient.currentTracerDisabledWhen, () => true))
      deepStrictEqual(yield* both(Effect.all([traced, untraced])), { ours: [true, false], theirs: [true, false] })
    })
  )

  it.scopedLive("reads a body that is larger than what may wait, slowly too", () =>
    Effect.gen(function* () {
      const { base } = yield* server
      const bytes = HttpClient.get(`${base}/large`).pipe(
        Effect.flatMap(({ stream }) =>
          Stream.runFoldEffect(stream, 0, (sum, piece) => Effect.as(Effect.sleep(0), sum + piece.length))
        )
      )
      strictEqual(yield* Effect.provide(bytes, pool), LARGE)
    })
  )

  it.scopedLive("hands over everything that has come at once", () =>
    Effect.gen(function* () {
      const { base } = yield* server
      const pulls = HttpClient.get(`${base}/large`).pipe(
        Effect.tap(() => Effect.sleep(200)),
        Effect.flatMap(({ stream }) => Stream.runCollect(Stream.chunks(stream))),
        Effect.map(Chunk.size)
      )
      assert.isBelow(yield* Effect.provide(pulls, pool), 400)
    })
  )

  for (const path of ["/hangs-before-its-head", "/hangs-after-its-head"]) {
    for (const tracing of [true, false]) {
      it.scopedLive(`closes the connection of who is interrupted: ${path}, ${tracing ? "traced" : "untraced"}`, () =>
        Effect.gen(function* () {
          const { arrived, base, closed } = yield* server
          const asking = HttpClient.get(`${base}${path}`).pipe(
            Effect.flatMap(({ stream }) => Stream.runDrain(stream)),
            Effect.locally(HttpClient.currentTracerDisabledWhen, () => !tracing)
          )
          const fiber = yield* Effect.fork(asking)
          yield* arrived
          yield* Effect.sleep(20)
          yield* Fiber.interrupt(fiber)
          // The pool is still open: it is the request that closes.
          yield* Effect.timeout(closed, "2 seconds")
        }).pipe(Effect.provide(pool))
      )
    }
  }

  it.scopedLive("closes the connection of who stops reading a whole body, untraced too", () =>
    Effect.gen(function* () {
      const { base, closed } = yield* server
      const reading = HttpClient.get(`${base}/hangs-after-its-head`).pipe(
        Effect.flatMap(({ text }) => Effect.timeoutOption(text, 20)),
        Effect.locally(HttpClient.currentTracerDisabledWhen, () => true)
      )
      assert.isTrue(Option.isNone(yield* reading))
      yield* Effect.timeout(closed, "2 seconds")
    }).pipe(Effect.provide(pool))
  )

  it.scopedLive("closes the connection of a response that is left in its scope", () =>
    Effect.gen(function* () {
      const { base, closed } = yield* server
      const client = yield* HttpClient.HttpClient
      yield* Effect.scoped(HttpClient.withScope(client).get(`${base}/hangs-after-its-head`))
      yield* Effect.timeout(closed, "2 seconds")
    }).pipe(Effect.provide(pool))
  )

  it.scopedLive("closes the connection of a response that nobody reads or holds any more", () =>
    Effect.gen(function* () {
      const { base, closed } = yield* server
      const looked = HttpClient.get(`${base}/hangs-after-its-head`).pipe(
        Effect.map(({ status }) => status),
        Effect.locally(HttpClient.currentTracerDisabledWhen, () => true)
      )
      strictEqual(yield* looked, 200)
      v8.setFlagsFromString("--expose-gc")
      const collect: () => void = vm.runInNewContext("gc")
      yield* Effect.sync(collect).pipe(
        Effect.delay(20),
        Effect.forever,
        Effect.raceFirst(Effect.timeout(closed, "5 seconds"))
      )
    }).pipe(Effect.provide(pool))
  )

  it.scopedLive("says what is wrong with an address, and with the network", () =>
    Effect.gen(function* () {
      const { base } = yield* server
      const told = (url: string) =>
        Effect.map(Effect.flip(HttpClient.get(url)), (error) => ({ tag: error._tag, reason: error.reason }))
      const untraced = (url: string) => told(url).pipe(Effect.locally(HttpClient.currentTracerDisabledWhen, () => true))
      for (const asking of [told, untraced]) {
        const { ours, theirs } = yield* both(Effect.all([asking("/no-base"), asking("http://127.0.0.1:1/")]))
        deepStrictEqual(ours, theirs)
      }
      for (const body of [HttpBody.raw(new Map()), HttpBody.formData(new FormData())]) {
        const { cause } = yield* Effect.provide(Effect.flip(HttpClient.post(base, { body })), pool)
        assert.include(String(cause), "a body must be text, bytes or a Node stream")
      }
    })
  )
})

/** How many connections are opened, used again, and kept, by the server's count, and how long one tries to open one. */
import { createServer } from "node:http"
import { createConnection, type Socket } from "node:net"
import { Worker } from "node:worker_threads"
import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { assertLeft } from "@effect/vitest/utils"
import { Deferred, Duration, Effect, Either, Fiber } from "effect"
import * as Models from "../../../src/api/Models.js"
import * as OpenRouter from "../../../src/api/OpenRouter.js"
import { TimedOut } from "../../../src/domain/GenerationError.js"
import * as Generator from "../../../src/generation/Generator.js"
import * as ConnectionPool from "../../../src/node/ConnectionPool.js"
import * as Scenario from "../../../src/simulator/Scenario.js"
import { against, generate, outcomes, requests, stats, times, until } from "./library.js"

describe.concurrent("connections", { retry: 1 }, () => {
  it.live("as many as a run has requests in flight, used again and again", () =>
    Effect.gen(function* () {
      const report = yield* generate({ models: times(60, "sim/ok"), concurrency: 30 })
      assert.isTrue(report.outcomes.every(({ status }) => status === "ok"))
      const { connections, maxInFlight, ...seen } = yield* stats
      assert.strictEqual(seen.requests, 60)
      assert.strictEqual(connections.maxOpen, 30)
      assert.strictEqual(maxInFlight, 30)
      assert.strictEqual(connections.opened, 30)
    }).pipe(Effect.provide(against({ latency: () => 3_000 })))
  )

  it.live("ten for runs at the same time that ask for fewer each", () =>
    Effect.gen(function* () {
      const run = generate({ models: times(12, "sim/ok"), concurrency: 6 })
      yield* Effect.all([run, run, run], { concurrency: 3 })
      assert.strictEqual((yield* stats).maxInFlight, ConnectionPool.MAX_CONNECTIONS)
    }).pipe(Effect.provide(against({ latency: () => 1_500 })))
  )

  it.live("ten at most for what is no run's", () =>
    Effect.gen(function* () {
      const ask = Generator.generateAlgorithm({ model: "sim/ok", prompt: "write" })
      yield* Effect.all(
        Array.from({ length: 30 }, () => ask),
        { concurrency: 30 }
      )
      const { connections, maxInFlight, ...seen } = yield* stats
      assert.strictEqual(seen.requests, 30)
      assert.strictEqual(connections.maxOpen, ConnectionPool.MAX_CONNECTIONS)
      assert.strictEqual(maxInFlight, ConnectionPool.MAX_CONNECTIONS)
    }).pipe(Effect.provide(against({ latency: () => 1_000 })))
  )

  it.live("no more than it is told to open: who waits for one has the whole time of an attempt afterwards", () =>
    Effect.gen(function* () {
      const report = yield* generate({
        models: times(50, "sim/ok"),
        concurrency: 50,
        requestTimeout: "9 seconds",
        maxRetries: 0
      })
      assert.deepStrictEqual(outcomes(report), times(50, "ok"))
      const { connections, maxInFlight, ...seen } = yield* stats
      assert.strictEqual(seen.requests, 50)
      assert.strictEqual(maxInFlight, 10)
      assert.strictEqual(connections.opened, 10)
      for (const { attempts } of report.outcomes) {
        assert.isTrue(
          attempts.length === 1 && attempts.every(({ durationMs }) => durationMs > 1_900 && durationMs < 9_000)
        )
      }
    }).pipe(Effect.provide(against({ latency: () => 2_000 }, {}, { connections: 10 })))
  )

  it.live("none is spent on requests that were left while they waited", () =>
    Effect.gen(function* () {
      // One is under way, nine wait, and the deadline comes.
      const report = yield* generate({ models: times(10, "sim/ok"), concurrency: 10, deadline: "3 seconds" })
      assert.deepStrictEqual(outcomes(report), times(10, "DeadlineExceeded"))
      // What never had a connection was never sent.
      assert.strictEqual(report.outcomes.flatMap(({ attempts }) => attempts).length, 1)
      yield* generate({ models: ["sim/ok-bare"] })
      const { connections, ...seen } = yield* stats
      assert.strictEqual(seen.requests, 2)
      assert.strictEqual(connections.opened, 2)
    }).pipe(Effect.provide(against({ latency: (model) => (model === "sim/ok" ? 60_000 : 10) }, {}, { connections: 1 })))
  )

  it.live("no more of them for answers that are not streamed", () =>
    Effect.gen(function* () {
      yield* generate({ models: Models.DEFAULT, samples: 10 })
      const { connections, maxInFlight, ...seen } = yield* stats
      assert.strictEqual(seen.requests, 60)
      assert.strictEqual(maxInFlight, 6)
      assert.isAtMost(connections.maxOpen, ConnectionPool.MAX_CONNECTIONS)
      // Spare ones are closed, and opened again, where the machine has other things to do for seconds.
      assert.isAtMost(connections.opened, 2 * ConnectionPool.MAX_CONNECTIONS)
    }).pipe(Effect.provide(against({ latency: () => 300 }, { stream: false })))
  )

  it.live("five are kept once a burst is over, and the next run uses them", () =>
    Effect.gen(function* () {
      yield* generate({ models: times(20, "sim/ok"), concurrency: 10 })
      assert.strictEqual((yield* stats).connections.open, 10)
      const settled = yield* until(({ connections }) => connections.open <= ConnectionPool.MAX_IDLE_CONNECTIONS)
      assert.strictEqual(settled.connections.open, ConnectionPool.MAX_IDLE_CONNECTIONS)
      // The spare ones have 3 s; the pool's clock ticks in halves of a second.
      const lastRequest = Math.max(...(settled.models["sim/ok"]?.arrivals ?? []))
      assert.isBelow(settled.uptimeMs - lastRequest, 5_000)
      yield* Effect.sleep(1_500)
      assert.strictEqual((yield* stats).connections.open, ConnectionPool.MAX_IDLE_CONNECTIONS)
      yield* generate({ models: times(5, "sim/ok") })
      assert.strictEqual((yield* stats).connections.opened, 10)
    }).pipe(Effect.provide(against({ latency: () => 300 })))
  )

  it.live("none is closed between the retries of a run, which wait for up to 2.2 s", () =>
    Effect.gen(function* () {
      const report = yield* generate({ models: Models.DEFAULT })
      assert.deepStrictEqual(outcomes(report), times(6, "ok"))
      const { connections, ...seen } = yield* stats
      assert.strictEqual(seen.requests, 24)
      // The sixth is a spare one: when the others sufficed for 3 s it may have gone and come back.
      assert.isAtMost(connections.opened, Models.DEFAULT.length + 1)
    }).pipe(
      Effect.provide(
        against({ scenario: Scenario.perModel(Object.fromEntries(Models.DEFAULT.map((id) => [id, "status-503*3"]))) })
      )
    )
  )

  it.live("failures of every kind leave the pool able to work", () =>
    Effect.gen(function* () {
      // Each of these ends with a body unread, a socket closed, or both.
      const nasty = [
        "429-large",
        "html-503",
        "reset-body",
        "cut-headers",
        "huge-line",
        "stall-body",
        "stream-open-after-done"
      ]
      yield* generate({
        models: times(5, "").flatMap(() => nasty.map((name) => `sim/${name}`)),
        maxRetries: 0,
        requestTimeout: "500 millis",
        concurrency: 10
      })
      const report = yield* generate({ models: times(10, "sim/ok"), concurrency: 10 })
      assert.isTrue(report.outcomes.every(({ status }) => status === "ok"))
      const seen = yield* stats
      assert.strictEqual(requests(seen, "sim/ok"), 10)
      assert.isAtMost(seen.connections.maxOpen, ConnectionPool.MAX_CONNECTIONS)
    }).pipe(Effect.provide(against()))
  )

  it.live("a server that refused connections for a while has five of them kept all the same", () =>
    Effect.gen(function* () {
      const server = yield* held
      const client = yield* HttpClient.HttpClient
      const ask = HttpClient.withScope(client)
        .get(server.url)
        .pipe(
          Effect.flatMap(({ text }) => text),
          Effect.scoped
        )
      const asking = (n: number) => Effect.forEach(times(n, ""), () => Effect.either(ask), { concurrency: n })

      const first = yield* Effect.fork(ask)
      yield* server.waiting
      yield* server.refuse
      assert.isTrue((yield* asking(8)).every(Either.isLeft))
      yield* server.accept
      server.release()
      yield* Fiber.join(first)
      assert.isTrue((yield* asking(8)).every(Either.isRight))
      yield* Effect.sleep(4_500)
      assert.strictEqual(yield* server.open, ConnectionPool.MAX_IDLE_CONNECTIONS)
    }).pipe(Effect.provide(ConnectionPool.layer), Effect.scoped)
  )
})

describe.concurrent("connecting", () => {
  it.live.each([
    [10_000, {}],
    [1_000, { connectTimeout: "1 second" }]
  ] as const)("is given up after %i ms where nobody accepts", ([limitMs, options]) =>
    Effect.gen(function* () {
      const port = yield* deafPort
      const [took, result] = yield* Generator.generateAlgorithm({ model: "x/y", prompt: "write", maxRetries: 0 }).pipe(
        Effect.either,
        Effect.timed,
        Effect.provide(OpenRouter.layer({ baseUrl: `http://127.0.0.1:${port}/v1` })),
        Effect.provide(ConnectionPool.layerWith(options))
      )
      const millis = Duration.toMillis(took)
      // The client's alarm clock ticks in halves of a second, and late on a busy machine.
      assert.isTrue(millis > limitMs - 100 && millis < limitMs + 10_000, `${millis} ms`)
      assertLeft(
        Either.mapBoth(result, { onLeft: ({ reason }) => reason, onRight: () => "an answer" }),
        new TimedOut({ clock: "connect", limitMs })
      )
    }).pipe(Effect.scoped)
  )
})

/**
 * A port with a listener that never gets to accept, its queue filled up: what comes next is not even answered. Its
 * thread sleeps, since Node accepts by itself whenever it is awake.
 */
const deafPort = Effect.gen(function* () {
  const worker = yield* Effect.acquireRelease(
    Effect.sync(
      () =>
        new Worker(
          `const { parentPort } = require("node:worker_threads")
           const server = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
             parentPort.postMessage(server.address().port)
             setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))
           })`,
          { eval: true }
        )
    ),
    (worker) => Effect.promise(() => worker.terminate())
  )
  const port = yield* Effect.async<number>(
    (resume) => void worker.once("message", (port) => resume(Effect.succeed(port)))
  )
  yield* Effect.sleep(100)
  const waiting: ReadonlyArray<Socket> = Array.from({ length: 4 }, () =>
    createConnection(port, "127.0.0.1").on("error", () => undefined)
  )
  yield* Effect.addFinalizer(() => Effect.sync(() => waiting.forEach((socket) => socket.destroy())))
  yield* Effect.sleep(100)
  return port
})

/** A server whose first answer waits to be released, and which may stop to accept connections meanwhile. */
const held = Effect.gen(function* () {
  const arrived = yield* Deferred.make<void>()
  const released = yield* Deferred.make<void>()
  const release = () => Deferred.unsafeDone(released, Effect.void)
  let first = true
  const sockets = new Set<Socket>()
  const server = createServer({ keepAliveTimeout: 60_000 }, (_, response) => {
    // Slow enough for several connections to be in use at once.
    const answer = first
      ? Effect.zipRight(Deferred.succeed(arrived, undefined), Deferred.await(released))
      : Effect.sleep(50)
    first = false
    Effect.runFork(
      Effect.zipRight(
        answer,
        Effect.sync(() => response.end("x"))
      )
    )
  })
  server.on("connection", (socket) => {
    sockets.add(socket)
    socket.once("close", () => sockets.delete(socket))
  })
  const listen = (port: number) =>
    Effect.async<number>((resume) => {
      server.listen(port, "127.0.0.1", () => {
        const address = server.address()
        resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0))
      })
    })
  const port = yield* listen(0)
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      server.close()
      server.closeAllConnections()
    })
  )
  return {
    url: `http://127.0.0.1:${port}`,
    waiting: Deferred.await(arrived),
    release,
    open: Effect.sync(() => sockets.size),
    refuse: Effect.sync(() => void server.close()),
    accept: listen(port)
  }
})

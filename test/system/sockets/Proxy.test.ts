/** A network whose only way out is a proxy: who is asked through it, over how many connections, and who is not. */
import * as http from "node:http"
import * as net from "node:net"
import { Worker } from "node:worker_threads"
import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { assertNone, deepStrictEqual } from "@effect/vitest/utils"
import { Duration, Effect } from "effect"
import * as NetworkFailure from "../../../src/api/wire/NetworkFailure.js"
import * as ConnectionPool from "../../../src/node/ConnectionPool.js"
import { listen } from "./listen.js"

/** An API that answers with what it was asked and big headers, and a proxy that knows it by any name. */
const network = Effect.gen(function* () {
  const seen: Array<string> = []
  let open = 0
  let most = 0
  const api = http.createServer((request, response) => {
    setTimeout(() => {
      response.writeHead(200, { "x-large": "a".repeat(20_000) })
      response.end(`${request.method} ${request.headers.host} ${request.url} ${request.headers["authorization"]}`)
    }, 50)
  })
  const port = yield* listen(api)
  const proxy = http.createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers["proxy-authorization"] ?? ""}`.trim())
    const { pathname, search } = new URL(request.url ?? "")
    const passed = http.request(
      { port, host: "127.0.0.1", path: pathname + search, headers: request.headers, maxHeaderSize: 65_536 },
      (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(response)
      }
    )
    request.pipe(passed)
  })
  proxy.on("connect", (request, socket) => {
    seen.push(`CONNECT ${request.url}`)
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n")
  })
  proxy.on("connection", (socket: net.Socket) => {
    open += 1
    most = Math.max(most, open)
    socket.once("close", () => (open -= 1))
  })
  const proxyPort = yield* listen(proxy)
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      api.closeAllConnections()
      proxy.closeAllConnections()
    })
  )
  return { api: `http://127.0.0.1:${port}`, proxy: `http://127.0.0.1:${proxyPort}`, seen, most: () => most }
})

const ask = (url: string) =>
  Effect.flatMap(HttpClient.HttpClient, (client) =>
    HttpClient.withScope(client)
      .get(url, { headers: { authorization: "Bearer key" } })
      .pipe(
        Effect.flatMap(({ text }) => text),
        Effect.scoped
      )
  )

/** The warnings of Node from now on. */
const heard = Effect.gen(function* () {
  const warnings: Array<string> = []
  const onWarning = ({ message }: Error) => void warnings.push(message)
  process.on("warning", onWarning)
  yield* Effect.addFinalizer(() => Effect.sync(() => process.off("warning", onWarning)))
  return warnings
})

/** A proxy that speaks SOCKS5, and says what it was asked for. */
const socks = Effect.gen(function* () {
  const seen: Array<string> = []
  const api = yield* listen(
    http.createServer((request, response) => {
      response.writeHead(200, { "x-large": "a".repeat(20_000) })
      setTimeout(() => response.end(`${request.headers.host} ${request.url}`), 50)
    })
  )
  const server = net.createServer((socket) => {
    socket.once("data", (greeting) => {
      seen.push(`version ${greeting[0]}`)
      socket.write(Buffer.from([5, 0]))
      socket.once("data", (asked) => {
        const end = 5 + (asked[4] ?? 0)
        seen.push(`${asked.subarray(5, end).toString()}:${asked.readUInt16BE(end)}`)
        const onward = net.connect(api, "127.0.0.1", () => {
          socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]))
          socket.pipe(onward).pipe(socket)
        })
        socket.once("close", () => onward.destroy())
      })
    })
    socket.on("error", () => socket.destroy())
  })
  const port = yield* listen(server)
  return { proxy: `socks5://127.0.0.1:${port}`, seen }
})

describe("a proxy of SOCKS5", () => {
  it.scopedLive("opens the way to the server, without a warning", () =>
    Effect.gen(function* () {
      const { proxy, seen } = yield* socks
      const warnings = yield* heard
      const answer = yield* Effect.provide(ask("http://api.inside.example:81/v1"), ConnectionPool.layerWith({ proxy }))
      assert.strictEqual(answer, "api.inside.example:81 /v1")
      deepStrictEqual(seen, ["version 5", "api.inside.example:81"])
      deepStrictEqual(warnings, [])
    })
  )

  it.scopedLive("takes no more connections than there may be", () =>
    Effect.gen(function* () {
      const { proxy, seen } = yield* socks
      yield* Effect.forEach([1, 2, 3, 4, 5, 6], () => ask("http://api.inside.example/v1"), {
        concurrency: "unbounded"
      }).pipe(Effect.provide(ConnectionPool.layerWith({ connections: 2, proxy })))
      assert.strictEqual(seen.length, 2 * 2)
    })
  )

  for (const url of ["http://api.inside.example/v1", "https://api.inside.example/v1"]) {
    it.scopedLive(`that is one of HTTP is told so: ${url}`, () =>
      Effect.gen(function* () {
        const { proxy } = yield* network
        const failure = yield* Effect.flip(
          Effect.provide(ask(url), ConnectionPool.layerWith({ proxy: proxy.replace("http:", "socks5:") }))
        )
        const { message, permanent, unsent } = NetworkFailure.of(failure)
        assert.match(message, /^the proxy does not speak SOCKS5; name it with http:\/\//)
        deepStrictEqual([permanent, unsent], [true, true])
      })
    )
  }
})

/** A proxy that takes a connection, does this with it, and counts how many it had and how many are open. */
const oneThat = (does: (socket: net.Socket) => void) =>
  Effect.gen(function* () {
    let taken = 0
    const open = new Set<net.Socket>()
    const port = yield* listen(
      net.createServer((socket) => {
        taken += 1
        open.add(socket.on("error", () => undefined).once("close", () => open.delete(socket)))
        does(socket)
      })
    )
    return { address: `127.0.0.1:${port}`, taken: () => taken, open: () => open.size }
  })

/** The address of a server that takes no connection, as the one of a machine that is gone: its queue is full. */
const deaf = Effect.gen(function* () {
  const worker = new Worker(
    `const { parentPort, workerData } = require("node:worker_threads")
     const server = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
       parentPort.postMessage(server.address().port)
       setImmediate(() => Atomics.wait(new Int32Array(workerData), 0, 0))
     })`,
    { eval: true, workerData: new SharedArrayBuffer(4) }
  )
  yield* Effect.addFinalizer(() => Effect.promise(() => worker.terminate()))
  const port = yield* Effect.async<number>((resume) => {
    worker.once("message", (message) => resume(Effect.succeed(message)))
  })
  const one = Effect.acquireRelease(
    Effect.sync(() => net.connect(port, "127.0.0.1").on("error", () => undefined)),
    (socket) => Effect.sync(() => socket.destroy())
  )
  const isTaken = (socket: net.Socket) =>
    Effect.async<boolean>((resume) => {
      socket.once("connect", () => resume(Effect.succeed(true)))
    }).pipe(Effect.timeoutTo({ duration: "300 millis", onSuccess: (taken) => taken, onTimeout: () => false }))
  yield* Effect.flatMap(one, isTaken).pipe(Effect.repeat({ while: (taken) => taken }))
  return `127.0.0.1:${port}`
})

describe("a tunnel", () => {
  const CLOSES: ReadonlyArray<readonly [how: string, does: (socket: net.Socket) => void]> = [
    ["at once", (socket) => socket.end()],
    ["when it is asked", (socket) => socket.once("data", () => socket.end())],
    ["in the middle of its answer", (socket) => socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\n"))]
  ]
  for (const scheme of ["http", "socks5", "https"]) {
    for (const [how, does] of scheme === "https" ? [] : CLOSES) {
      it.scopedLive(`is asked for once where the proxy closes ${how}: ${scheme}`, () =>
        Effect.gen(function* () {
          const { address, taken } = yield* oneThat(does)
          const failure = yield* ask("https://api.inside.example/v1").pipe(
            Effect.flip,
            Effect.timeout("4 seconds"),
            Effect.provide(ConnectionPool.layerWith({ proxy: `${scheme}://${address}` }))
          )
          const { message, unsent } = NetworkFailure.of(failure)
          assert.match(message, /^the proxy (opens no tunnel|could not reach the server|does not speak SOCKS5)/)
          assert.strictEqual(unsent, true)
          yield* Effect.sleep("100 millis")
          assert.strictEqual(taken(), 1)
        })
      )
    }

    it.scopedLive(`has the time to connect, and is let go afterwards: ${scheme}`, () =>
      Effect.gen(function* () {
        const { address, open } = yield* oneThat((socket) => socket.resume())
        const began = Date.now()
        const failure = yield* ask("https://api.inside.example/v1").pipe(
          Effect.flip,
          Effect.provide(ConnectionPool.layerWith({ proxy: `${scheme}://${address}`, connectTimeout: "300 millis" }))
        )
        const took = Date.now() - began
        const { connectTimedOut, unsent } = NetworkFailure.of(failure)
        deepStrictEqual([connectTimedOut, unsent], [true, true])
        assert.isTrue(took >= 299 && took < 3_000, `${took} ms`)
        yield* Effect.sleep("100 millis")
        assert.strictEqual(open(), 0)
      })
    )

    it.scopedLive(`leaves nothing behind where the proxy takes no connection: ${scheme}`, () =>
      Effect.gen(function* () {
        const address = yield* deaf
        const sockets = () => process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length
        const before = sockets()
        const asking = ask("https://api.inside.example/v1").pipe(
          Effect.flip,
          Effect.provide(ConnectionPool.layerWith({ proxy: `${scheme}://${address}`, connectTimeout: "300 millis" }))
        )
        const failures = yield* Effect.all([asking, asking, asking], { concurrency: "unbounded" })
        for (const failure of failures) assert.isTrue(NetworkFailure.of(failure).connectTimedOut)
        yield* Effect.sleep("50 millis")
        assert.strictEqual(sockets(), before)
      })
    )
  }

  const ENDLESS: ReadonlyArray<Duration.DurationInput> = [Duration.infinity, "30 days", 0]
  for (const scheme of ["http", "socks5"]) {
    it.scopedLive(`may have any time, and without end: ${scheme}`, () =>
      Effect.gen(function* () {
        const warnings = yield* heard
        for (const connectTimeout of ENDLESS) {
          const { address } = yield* oneThat((socket) => socket.resume())
          const left = yield* ask("https://api.inside.example/v1").pipe(
            Effect.timeoutOption("200 millis"),
            Effect.provide(ConnectionPool.layerWith({ proxy: `${scheme}://${address}`, connectTimeout }))
          )
          assertNone(left)
        }
        deepStrictEqual(warnings, [])
      })
    )
  }

  it.scopedLive("of SOCKS5 has the whole time to connect", () =>
    Effect.gen(function* () {
      const delays: Array<number | undefined> = []
      const { setTimeout: timer } = globalThis
      globalThis.setTimeout = Object.assign((run: () => void, delay?: number) => {
        delays.push(delay)
        return timer(run, delay)
      }, timer)
      yield* Effect.addFinalizer(() => Effect.sync(() => (globalThis.setTimeout = timer)))
      const { proxy } = yield* socks
      const layer = ConnectionPool.layerWith({ proxy, connectTimeout: "61 seconds" })
      yield* Effect.provide(ask("http://api.inside.example/v1"), layer)
      // Its own limit and that of its client.
      assert.strictEqual(delays.filter((delay) => delay === 61_000).length, 2)
    })
  )

  it.scopedLive("leads to an address of IPv6, for a user without a password, and with a percent sign in it", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const server = http.createServer().on("connect", (request, socket) => {
        const [, token = ""] = request.headers["proxy-authorization"]?.split(" ") ?? []
        seen.push(`${request.url} ${Buffer.from(token, "base64").toString()}`)
        socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n")
      })
      const port = yield* listen(server)
      for (const user of ["me", "me:50%ss", "me:%41"]) {
        const proxy = `http://${user}@127.0.0.1:${port}`
        const failure = yield* Effect.flip(
          Effect.provide(ask("https://[2001:db8::1]/v1"), ConnectionPool.layerWith({ proxy }))
        )
        assert.match(NetworkFailure.of(failure).message, /502/)
      }
      deepStrictEqual(seen, ["[2001:db8::1]:443 me:", "[2001:db8::1]:443 me:50%ss", "[2001:db8::1]:443 me:A"])
    })
  )
})

describe("a proxy", () => {
  it.scopedLive("is asked for the whole address, over the pool's connections, and large headers pass", () =>
    Effect.gen(function* () {
      const { most, proxy, seen } = yield* network
      const answers = yield* Effect.forEach(
        Array.from({ length: 30 }, (_, n) => n),
        (n) => ask(`http://api.inside.example/v1/x?n=${n}`),
        { concurrency: "unbounded" }
      ).pipe(Effect.provide(ConnectionPool.layerWith({ proxy: proxy.replace("//", "//me:secret@") })))
      assert.strictEqual(answers[7], "GET api.inside.example /v1/x?n=7 Bearer key")
      assert.strictEqual(seen[0]?.replace(/n=\d+/, "n="), "GET http://api.inside.example/v1/x?n= Basic bWU6c2VjcmV0")
      assert.strictEqual(seen.length, 30)
      assert.strictEqual(most(), ConnectionPool.MAX_CONNECTIONS)
    })
  )

  it.scopedLive("opens a tunnel for https, and its refusal is a failure that is told", () =>
    Effect.gen(function* () {
      const { proxy, seen } = yield* network
      const failure = yield* Effect.flip(
        Effect.provide(ask("https://api.inside.example/v1"), ConnectionPool.layerWith({ proxy }))
      )
      deepStrictEqual(seen, ["CONNECT api.inside.example:443"])
      assert.match(String(failure.cause), /403/)
    })
  )

  it.scopedLive("that refuses with a large page keeps no connection", () =>
    Effect.gen(function* () {
      let refused = 0
      const proxy = http.createServer((_, response) => {
        refused += 1
        response.writeHead(407)
        response.end("a".repeat(5_000_000))
      })
      const port = yield* listen(proxy)
      yield* Effect.addFinalizer(() => Effect.sync(() => proxy.closeAllConnections()))
      const asking = Effect.timeout(ask("http://api.inside.example/v1"), "5 seconds")
      const failures = yield* Effect.replicateEffect(Effect.flip(asking), 3).pipe(
        Effect.provide(ConnectionPool.layerWith({ connections: 1, proxy: `http://127.0.0.1:${port}` }))
      )
      for (const failure of failures) assert.match(String(failure.cause), /407/)
      assert.strictEqual(refused, 3)
    })
  )

  it.scopedLive("that was named in so many words is used for this machine too; one can be switched off", () =>
    Effect.gen(function* () {
      const { api, proxy, seen } = yield* network
      yield* Effect.provide(ask(api), ConnectionPool.layerWith({ proxy }))
      assert.strictEqual(seen.length, 1)
      yield* Effect.provide(ask(api), ConnectionPool.layerWith({ proxy: false }))
      assert.strictEqual(seen.length, 1)
    })
  )

  it.scopedLive("without one, as many connections as were asked for", () =>
    Effect.gen(function* () {
      const { api, most, proxy } = yield* network
      yield* Effect.forEach([1, 2, 3, 4, 5, 6], () => ask(api), { concurrency: "unbounded" }).pipe(
        Effect.provide(ConnectionPool.layerWith({ connections: 2, proxy }))
      )
      assert.strictEqual(most(), 2)
    })
  )
})

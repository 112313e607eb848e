/** The server of a page: who gets it, and what becomes of a reader that stops reading. */
import * as fs from "node:fs/promises"
import * as http from "node:http"
import * as net from "node:net"
import * as path from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Console, Effect, Logger } from "effect"
import * as Browser from "../../../src/cli/Browser.js"
import * as Server from "../../../src/cli/live/Server.js"
import * as Viewer from "../../../src/cli/live/Viewer.js"
import type { Picture } from "../../../src/report/live/LivePage.js"
import { emptyFolder } from "../command/command.js"

const picture = (text: string): Picture => ({ title: "t", order: ["a"], pieces: new Map([["a", text]]) })

const nothing = () => undefined

/** Programs are looked for there only. */
const onPath = (folder: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const before = process.env["PATH"]
      process.env["PATH"] = folder
      return before
    }),
    (before) => Effect.sync(() => void (process.env["PATH"] = before))
  )

/** Without a path nothing is found that could open one. */
const noBrowser = onPath("/nowhere")

const serve = Server.make({ port: 0, page: () => "<p>the page</p>", onOpen: nothing, onError: nothing })

interface Asked {
  readonly path?: string
  readonly method?: string
  readonly headers?: http.OutgoingHttpHeaders
}

const ask = (address: string, { headers = {}, method = "GET", path = "" }: Asked = {}) =>
  Effect.promise(
    () =>
      new Promise<{ status: number | undefined; headers: http.IncomingHttpHeaders; body: string }>(
        (resolve, reject) => {
          const { hostname, pathname, port } = new URL(address)
          const place = path.startsWith("/") ? path : pathname + path
          const request = http.request({ hostname, port, path: place, method, headers, agent: false }, (response) => {
            let body = ""
            response.setEncoding("utf8").on("data", (part: string) => void (body += part))
            response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body }))
          })
          request.on("error", reject).end()
        }
      )
  )

/** A page that is open: what it was told, and whether it reads on. */
const open = (address: string) =>
  Effect.acquireRelease(
    Effect.promise(
      () =>
        new Promise<{ readonly socket: net.Socket; readonly text: () => string }>((resolve) => {
          const { host, hostname, pathname, port } = new URL("events", address)
          let text = ""
          const socket = net.connect(Number(port), hostname, () =>
            socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
          )
          socket.setEncoding("utf8").on("data", (part: string) => {
            text += part
            if (text.includes("retry:")) resolve({ socket, text: () => text })
          })
        })
    ),
    ({ socket }) => Effect.sync(() => socket.destroy())
  )

describe.runIf(process.platform === "linux")("a browser", () => {
  /** What is said after the program that opens it, if there is one, has ended with this code. */
  const saidAfter = (code: number | undefined) =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      const program = path.join(folder, "xdg-open")
      if (code !== undefined)
        yield* Effect.promise(() => fs.writeFile(program, `#!/bin/sh\nexit ${code}\n`, { mode: 0o755 }))
      yield* onPath(folder)
      const said: Array<string> = []
      const { isStarted } = yield* Effect.tap(Browser.open("file:///a.html", "/a.html"), ({ ended }) => ended).pipe(
        (opening) =>
          Console.consoleWith((console) =>
            Console.withConsole(opening, { ...console, error: (line) => Effect.sync(() => said.push(String(line))) })
          )
      )
      return { said, isStarted: isStarted() }
    }).pipe(Effect.scoped)

  it.live("is told of where it could not be started, at once or later, with what to open by hand", () =>
    Effect.gen(function* () {
      const said = ["no browser could be started: open /a.html yourself"]
      deepStrictEqual(yield* saidAfter(undefined), { said, isStarted: false })
      deepStrictEqual(yield* saidAfter(3), { said, isStarted: false })
      deepStrictEqual(yield* saidAfter(0), { said: [], isStarted: true })
    })
  )
})

describe("the server of a page", () => {
  it("knows its address without the port that browsers leave out", () => {
    deepStrictEqual(Server.hostsOf(8080), ["127.0.0.1:8080", "localhost:8080"])
    deepStrictEqual(Server.hostsOf(80), ["127.0.0.1", "127.0.0.1:80", "localhost", "localhost:80"])
  })

  it.scopedLive("gives it to who has the address, with a policy that lets nothing else in", () =>
    Effect.gen(function* () {
      const { address } = yield* serve
      assert.match(address, /^http:\/\/127\.0\.0\.1:\d+\/[\w-]{22}\/$/)
      const { body, headers, status } = yield* ask(address)
      deepStrictEqual([status, body], [200, "<p>the page</p>"])
      const policy = headers["content-security-policy"] ?? ""
      assert.match(
        String(policy),
        /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; connect-src 'self'/
      )
      assert.include(String(policy), "frame-ancestors 'none'")
      deepStrictEqual(
        ["cache-control", "referrer-policy", "x-content-type-options", "cross-origin-resource-policy"].map(
          (name) => headers[name]
        ),
        ["no-store", "no-referrer", "nosniff", "same-origin"]
      )
      deepStrictEqual(headers["access-control-allow-origin"], undefined)
    })
  )

  it.scopedLive("refuses a wrong secret, a foreign name, another page's request, and other methods and places", () =>
    Effect.gen(function* () {
      const { address } = yield* serve
      const { host, origin, pathname, port } = new URL(address)
      const secret = pathname.slice(1, -1)
      const status = (asked: Asked) => Effect.map(ask(address, asked), (answer) => answer.status)
      const wrong = `${secret.slice(0, -1)}${secret.endsWith("A") ? "B" : "A"}`
      for (const path of [
        "/",
        "/favicon.ico",
        `/${wrong}/`,
        `/${wrong}/events`,
        `/${secret}x/`,
        "//",
        `/%2e/${secret}/`
      ]) {
        deepStrictEqual(yield* status({ path }), 403, path)
      }
      for (const place of ["", "events"]) {
        const path = `/${secret}/${place}`
        // A name of an attacker's that was pointed at this machine.
        for (const host of [
          "attacker.example",
          `attacker.example:${port}`,
          "127.0.0.1",
          `127.0.0.1:${Number(port) + 1}`
        ]) {
          deepStrictEqual(yield* status({ path, headers: { host } }), 403, `Host: ${host}`)
        }
        for (const other of ["https://attacker.example", "null", `http://localhost:${port}`, `https://${host}`]) {
          deepStrictEqual(yield* status({ path, headers: { origin: other } }), 403, `Origin: ${other}`)
        }
        for (const site of ["cross-site", "same-site"]) {
          deepStrictEqual(yield* status({ path, headers: { "sec-fetch-site": site } }), 403, site)
        }
        deepStrictEqual(yield* status({ path, method: "POST" }), 405)
      }
      deepStrictEqual(yield* status({ path: `/${secret}/other` }), 404)
      deepStrictEqual(yield* status({ path: `/${secret}` }), 404)
      deepStrictEqual(yield* status({ headers: { origin, "sec-fetch-site": "same-origin" } }), 200)
      deepStrictEqual(yield* status({ headers: { host: `localhost:${port}` } }), 200)
    })
  )

  it.scopedLive("listens on the loopback address only", () =>
    Effect.gen(function* () {
      const { address } = yield* serve
      const { port } = new URL(address)
      const reached = yield* Effect.promise(
        () =>
          new Promise<boolean>((resolve) => {
            // Another address of this machine, as one from outside is.
            const socket = net.connect(Number(port), "127.0.0.2")
            socket.once("connect", () => resolve(true)).once("error", () => resolve(false))
          })
      )
      deepStrictEqual(reached, false)
    })
  )

  it.scopedLive("tells a page what is new to it, and how it ends", () =>
    Effect.gen(function* () {
      const server = yield* serve
      const { text } = yield* open(server.address)
      server.push(picture("<p id=a>1"))
      server.push(picture("<p id=a>1"))
      server.push(picture("<p id=a>2"))
      yield* Effect.promise(() => server.end(picture("<p id=a>3")))
      yield* Effect.sleep(50)
      const told = [...text().matchAll(/data: (\{.*\})\n/g)].map(([, json = ""]) => JSON.parse(json).changed.a)
      deepStrictEqual(told, ["<p id=a>1", "<p id=a>2", "<p id=a>3"])
      assert.match(text(), /event: end\n/)
    })
  )

  it.scopedLive("keeps nothing for a page that has stopped reading, and then tells it the latest", () =>
    Effect.gen(function* () {
      const server = yield* serve
      const { socket, text } = yield* open(server.address)
      socket.pause()
      const before = process.memoryUsage().rss
      const size = 4_000_000
      for (let round = 0; round < 100; round++) {
        server.push(picture(`${round} ${"x".repeat(size)}`))
        if (round % 10 === 0) yield* Effect.sleep(5)
      }
      assert.isBelow(process.memoryUsage().rss - before, 20 * size)
      socket.resume()
      yield* Effect.sync(() => server.push(picture("the latest"))).pipe(
        Effect.delay(50),
        Effect.repeat({ until: () => text().includes("the latest") }),
        Effect.timeout("20 seconds")
      )
      assert.isAtMost([...text().matchAll(/data: \{/g)].length, 10)
    })
  )

  it.scopedLive("answers 500 when the page cannot be drawn, and goes on", () =>
    Effect.gen(function* () {
      const errors: Array<unknown> = []
      const bug = new Error("a bug")
      let isBroken = true
      const page = () => {
        if (isBroken) throw bug
        return "<p>drawn"
      }
      const { address } = yield* Server.make({ port: 0, page, onOpen: nothing, onError: (error) => errors.push(error) })
      const { body, status } = yield* ask(address)
      deepStrictEqual([status, errors], [500, [bug]])
      assert.include(body, "could not be drawn")
      assert.notInclude(body, "a bug")
      isBroken = false
      deepStrictEqual((yield* ask(address)).body, "<p>drawn")
    })
  )

  it.scopedLive("is told what goes wrong once, by pages and news alike, and the news come again", () =>
    Effect.gen(function* () {
      let isBroken = true
      let logged = 0
      const logger = Logger.make(({ logLevel }) => {
        if (logLevel._tag === "Warning") logged += 1
      })
      let address = ""
      const draw = () => {
        if (isBroken) throw new Error("a bug")
        return { title: "the title", pieces: [] }
      }
      const said = (words: string) => {
        address ||= /http:\S+/.exec(words)?.[0] ?? ""
      }
      yield* Effect.gen(function* () {
        yield* noBrowser
        yield* Viewer.make({ port: 0, draw, words: { live: "", lost: "" } })
        deepStrictEqual((yield* ask(address)).status, 500)
        const { text } = yield* open(address)
        yield* Effect.sleep(600)
        deepStrictEqual(logged, 1)
        isBroken = false
        yield* Effect.sleep(20).pipe(
          Effect.repeat({ until: () => text().includes("the title") }),
          Effect.timeout("5 seconds")
        )
      }).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)), (viewing) =>
        Console.consoleWith((console) =>
          Console.withConsole(viewing, { ...console, error: (line) => Effect.sync(() => said(String(line))) })
        )
      )
    })
  )

  it.scopedLive("goes on where connections cannot be taken, as with too many files open", () =>
    Effect.gen(function* () {
      const { listen } = net.Server.prototype
      const servers: Array<net.Server> = []
      net.Server.prototype.listen = function (this: net.Server, ...given: ReadonlyArray<unknown>) {
        servers.push(this)
        return Reflect.apply(listen, this, given)
      }
      const { address } = yield* Effect.ensuring(
        serve,
        Effect.sync(() => void (net.Server.prototype.listen = listen))
      )
      const taken = Array.from({ length: 3 }, () => servers[0]?.emit("error", new Error("accept EMFILE")))
      deepStrictEqual(taken, [true, true, true])
      assert.strictEqual((yield* ask(address)).status, 200)
    })
  )

  it.scopedLive("forgets a page that was closed, and lets only so many be open", () =>
    Effect.gen(function* () {
      const server = yield* serve
      const pages = yield* Effect.all(Array.from({ length: 16 }, () => open(server.address)))
      deepStrictEqual((yield* ask(server.address, { path: "events" })).status, 503)
      pages.forEach(({ socket }) => socket.destroy())
      yield* Effect.sleep(20).pipe(Effect.repeat({ until: () => server.clients() === 0 }), Effect.timeout("5 seconds"))
    })
  )
})

/** Three servers that a client should outlive: one that is slow, one that is hostile, and one that is dead. */
import * as http from "node:http"

const MODULE = 'def execute_trade(ticker, price, tick, cash_balance, shares_held):\n    return "HOLD"\n'

const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: "x", model: "m", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`

/** Mulberry32: the same servers in every run. */
const drawing = (seed: number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

type Answer = (response: http.ServerResponse, draw: () => number) => void

const SSE = { "content-type": "text/event-stream" }

/** An answer in pieces, with pauses between them. */
const slow: Answer = (response, draw) => {
  response.writeHead(200, SSE)
  const pieces = (MODULE.match(/[^]{1,20}/g) ?? []).map((content) => chunk({ content }))
  const next = () => {
    const piece = pieces.shift()
    if (response.destroyed) return
    if (piece === undefined) return void response.end(`${chunk({}, "stop")}data: [DONE]\n\n`)
    response.write(piece)
    setTimeout(next, 5 + draw() * 40)
  }
  setTimeout(next, draw() * 300)
}

const HOSTILE: ReadonlyArray<Answer> = [
  (response) => response.destroy(),
  (response) => {
    response.writeHead(200, SSE)
    response.write(chunk({ content: MODULE.slice(0, 40) }))
    setTimeout(() => response.destroy(), 20)
  },
  // A flood that has to be refused by its size.
  (response) => {
    response.writeHead(200, SSE)
    const flood = () => {
      if (!response.destroyed && response.write(chunk({ content: "x".repeat(64 * 1024) }))) setImmediate(flood)
    }
    response.on("drain", flood)
    flood()
  },
  (response) => {
    response.writeHead(200, SSE)
    const comments = setInterval(() => response.write(": keep-alive\n\n"), 50)
    response.on("close", () => clearInterval(comments))
  },
  (response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>".repeat(2_000)),
  (response) => response.writeHead(429, { "retry-after": "0" }).end("{}"),
  (response) => response.writeHead(200, { ...SSE, "content-encoding": "gzip" }).end("no gzip at all"),
  (response) => response.writeHead(200, SSE).end(`data: ${"[".repeat(50_000)}\n\n`),
  (response) => response.writeHead(307, { location: "/v1/chat/completions" }).end(),
  (response) => response.writeHead(200, SSE).end(chunk({ content: "<|im_end|>".repeat(5_000) }, "stop")),
  (response) => response.writeHead(503).end("\u001b[2J\u202e")
]

const hostile: Answer = (response, draw) => HOSTILE[Math.floor(draw() * HOSTILE.length)]?.(response, draw)

/** Takes every request, and never says a word. */
const dead: Answer = () => {}

export interface Server {
  readonly name: string
  readonly baseUrl: string
  readonly requests: () => number
  readonly connections: () => Promise<number>
  readonly close: () => Promise<void>
}

const start = (name: string, answer: Answer, seed: number): Promise<Server> =>
  new Promise((resolve) => {
    const draw = drawing(seed)
    let requests = 0
    const server = http.createServer((request, response) => {
      requests += 1
      response.on("error", () => {})
      request.on("error", () => {})
      request.resume()
      // No list of models: each run asks for one, and its time is not what is tried here.
      request.on("end", () => (request.method === "GET" ? response.writeHead(404).end() : answer(response, draw)))
    })
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      resolve({
        name,
        baseUrl: `http://127.0.0.1:${port}/v1`,
        requests: () => requests,
        connections: () => new Promise((done) => server.getConnections((_, count) => done(count))),
        close: () =>
          new Promise((done) => {
            server.closeAllConnections()
            server.close(() => done())
          })
      })
    })
  })

export const startAll = (seed: number): Promise<ReadonlyArray<Server>> =>
  Promise.all([start("slow", slow, seed), start("hostile", hostile, seed + 1), start("dead", dead, seed + 2)])

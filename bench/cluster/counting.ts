/** Stands in front of the simulator and counts, job by job: when a request began, and whether its client died on it. */
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http"

export interface Asked {
  readonly job: number
  /** Milliseconds since the epoch. */
  readonly begunAt: number
  /** When the client was gone before the answer was whole. */
  abortedAt?: number
  /** There had been too many in this minute. */
  refused?: true
}

export interface Counting {
  readonly baseUrl: string
  readonly asked: ReadonlyArray<Asked>
  readonly inFlight: () => number
  readonly close: () => void
}

/** Prompts of the jobs contain `job 17;`. */
export const promptOf = (job: number): string => `Write a Python module with execute_trade. This is job ${job};`

const jobIn = (body: string): number => Number(/job (\d+);/.exec(body)?.[1] ?? Number.NaN)

/** Jobs that were asked for again although nothing had cut their request: they were paid for twice. */
export const askedTwice = (asked: ReadonlyArray<Asked>): number => {
  const whole = new Map<number, number>()
  for (const { abortedAt, job } of asked) if (abortedAt === undefined) whole.set(job, (whole.get(job) ?? 0) + 1)
  return [...whole.values()].filter((times) => times > 1).length
}

export interface Options {
  /** May change the body of the answer to a job. */
  readonly change?: ((job: number, body: string) => string) | undefined
  /** What a minute of the clock takes; refused is the rest, as OpenRouter refuses it. */
  readonly perMinute?: number | undefined
}

const MINUTE_MS = 60_000

export const make = async (target: string, { change, perMinute }: Options = {}): Promise<Counting> => {
  const asked: Array<Asked> = []
  let inFlight = 0
  const taken = new Map<number, number>()
  const isTooMuch = (now: number): boolean => {
    if (perMinute === undefined) return false
    const minute = Math.floor(now / MINUTE_MS)
    const before = taken.get(minute) ?? 0
    taken.set(minute, before + 1)
    return before >= perMinute
  }
  const refuse = (now: number, response: ServerResponse) => {
    const headers = { "X-RateLimit-Reset": String((Math.floor(now / MINUTE_MS) + 1) * MINUTE_MS) }
    const metadata = { headers, limit_source: "openrouter_free_tier_per_minute" }
    const message = "Rate limit exceeded: free-models-per-min. "
    response.writeHead(429, { "content-type": "application/json", ...headers })
    response.end(JSON.stringify({ error: { code: 429, message, metadata } }))
  }
  const { hostname, pathname, port } = new URL(target)
  const forward = (
    { headers, method = "GET", url = "/" }: IncomingMessage,
    body: Buffer,
    job: number | undefined,
    response: ServerResponse
  ) => {
    const upstream = request(
      { hostname, port, path: url, method, headers: { ...headers, host: `${hostname}:${port}` } },
      (answer) => {
        if (change === undefined || job === undefined) {
          response.writeHead(answer.statusCode ?? 500, answer.headers)
          return answer.pipe(response)
        }
        const parts: Array<Buffer> = []
        answer.on("data", (part: Buffer) => parts.push(part))
        answer.on("end", () => {
          response.writeHead(answer.statusCode ?? 500, { "content-type": answer.headers["content-type"] })
          response.end(change(job, Buffer.concat(parts).toString()))
        })
        return undefined
      }
    )
    upstream.on("error", () => response.destroy())
    response.on("close", () => upstream.destroy())
    upstream.end(body)
  }
  const server = createServer((incoming, response) => {
    const chunks: Array<Buffer> = []
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk))
    incoming.on("end", () => {
      const body = Buffer.concat(chunks)
      if (incoming.method === "POST") {
        const entry: Asked = { job: jobIn(body.toString()), begunAt: Date.now() }
        asked.push(entry)
        if (isTooMuch(entry.begunAt)) {
          entry.refused = true
          return refuse(entry.begunAt, response)
        }
        inFlight += 1
        response.on("close", () => {
          inFlight -= 1
          if (!response.writableFinished) entry.abortedAt = Date.now()
        })
      }
      return forward(incoming, body, incoming.method === "POST" ? jobIn(body.toString()) : undefined, response)
    })
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  const own = typeof address === "object" && address !== null ? address.port : 0
  return {
    baseUrl: `http://127.0.0.1:${own}${pathname}`,
    asked,
    inFlight: () => inFlight,
    close: () => {
      server.closeAllConnections()
      server.close()
    }
  }
}

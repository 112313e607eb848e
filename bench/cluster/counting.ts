/** Stands in front of the simulator and counts, job by job: when a request began, and whether its client died on it. */
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http"

export interface Asked {
  readonly job: number
  /** Milliseconds since the epoch. */
  readonly begunAt: number
  /** When the client was gone before the answer was whole. */
  abortedAt?: number
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

/** `change` may change the body of the answer to a job. */
export const make = async (target: string, change?: (job: number, body: string) => string): Promise<Counting> => {
  const asked: Array<Asked> = []
  let inFlight = 0
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
        inFlight += 1
        response.on("close", () => {
          inFlight -= 1
          if (!response.writableFinished) entry.abortedAt = Date.now()
        })
      }
      forward(incoming, body, incoming.method === "POST" ? jobIn(body.toString()) : undefined, response)
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

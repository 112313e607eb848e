/**
 * What one would write by hand, with nothing of ours in it: so many workers, each of which takes the next job, sends it with
 * `fetch`, and when it is refused sleeps for as long as the server says and sends it again.
 */
import * as Effect from "effect/Effect"

export interface Measured {
  readonly done: number
  readonly requests: number
  readonly durationMs: number
}

const BODY = { messages: [{ role: "user", content: "Write execute_trade." }], max_tokens: 4096 }

/** As most clients read it: the exact header, else the one in seconds, else OpenRouter's reset, else a second. */
const hintOf = (headers: Headers): number => {
  const millis = Number(headers.get("retry-after-ms") ?? Number.NaN)
  const seconds = Number(headers.get("retry-after") ?? Number.NaN)
  const reset = Number(headers.get("x-ratelimit-reset") ?? Number.NaN)
  return [millis, seconds * 1000, reset - Date.now(), 1000].find((wait) => wait > 0) ?? 1000
}

const ask = async (baseUrl: string, model: string): Promise<number> => {
  for (let requests = 1; ; requests += 1) {
    const response = await fetch(`${baseUrl}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...BODY, model })
    })
    await response.text()
    if (response.ok) return requests
    if (response.status !== 429) throw new Error(`HTTP ${response.status}`)
    const wait = hintOf(response.headers)
    await new Promise((resolve) => setTimeout(resolve, wait))
  }
}

export const run = (baseUrl: string, jobs: ReadonlyArray<string>, workers: number): Effect.Effect<Measured> =>
  Effect.promise(async () => {
    const began = performance.now()
    const queue = jobs.values()
    let done = 0
    let requests = 0
    const work = async () => {
      for (const model of queue) {
        const sent = await ask(baseUrl, model)
        requests += sent
        done += 1
      }
    }
    await Promise.all(Array.from({ length: workers }, work))
    return { done, requests, durationMs: performance.now() - began }
  })

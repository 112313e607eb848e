/** A client written by hand on undici's Pool: what both floors are made of. */
import { setTimeout as sleep } from "node:timers/promises"
import { Pool } from "undici"
import * as Bucket from "./Bucket.mjs"
import { askAll, MAX_TOKENS, messagesFor } from "./Work.mjs"

const HEADERS = { "content-type": "application/json", authorization: "Bearer none" }

const contentOfStream = (text) => {
  let content = ""
  for (const line of text.split("\n")) {
    if (!line.startsWith("data: ") || line === "data: [DONE]") continue
    content += JSON.parse(line.slice("data: ".length)).choices[0]?.delta.content ?? ""
  }
  return content
}

/** Resolves to the text, or to nothing when it came too early. */
const exchange = async (pool, path, { model, ...request }) => {
  const messages = messagesFor({ model, ...request })
  const { body, statusCode } = await pool.request({
    method: "POST",
    path,
    headers: HEADERS,
    body: JSON.stringify({ model, messages, stream: true, max_completion_tokens: MAX_TOKENS })
  })
  const text = await body.text()
  if (statusCode === 429) return undefined
  if (statusCode !== 200) throw new Error(`HTTP ${statusCode}: ${text.slice(0, 200)}`)
  return contentOfStream(text)
}

/** Asks for everything, and lets `keep` do something with each answer. Keeps to a limit that it is told. */
export const run = async (work, keep) => {
  const { origin, pathname } = new URL(work.url)
  const pool = new Pool(origin, { connections: work.inFlight })
  const waitFor = work.limit === undefined ? () => 0 : Bucket.pace(work.limit)
  try {
    await askAll(work, async (request) => {
      let text
      while (text === undefined) {
        const wait = waitFor(performance.now())
        if (wait > 0) await sleep(wait)
        text = await exchange(pool, `${pathname}/chat/completions`, request)
      }
      await keep?.(request, text)
      return text
    })
  } finally {
    await pool.close()
  }
}

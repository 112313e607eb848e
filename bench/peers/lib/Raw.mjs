/** A client written by hand on undici's Pool: what both floors are made of. */
import { Pool } from "undici"

const HEADERS = { "content-type": "application/json", authorization: "Bearer none" }

const contentOfStream = (text) => {
  let content = ""
  for (const line of text.split("\n")) {
    if (!line.startsWith("data: ") || line === "data: [DONE]") continue
    content += JSON.parse(line.slice("data: ".length)).choices[0]?.delta.content ?? ""
  }
  return content
}

/** Resolves to the text of the answer. */
export const ask = async (pool, path, stream, model, messages) => {
  const { body, statusCode } = await pool.request({
    method: "POST",
    path,
    headers: HEADERS,
    body: JSON.stringify({ model, messages, stream, max_completion_tokens: 4096 })
  })
  const text = await body.text()
  if (statusCode !== 200) throw new Error(`HTTP ${statusCode}: ${text.slice(0, 200)}`)
  return stream ? contentOfStream(text) : JSON.parse(text).choices[0].message.content
}

/** Hands a pool with a connection for each worker to `use` and closes it afterwards. */
export const withPool = async ({ inFlight, url }, use) => {
  const { origin, pathname } = new URL(url)
  const pool = new Pool(origin, { connections: inFlight })
  try {
    await use(pool, `${pathname}/chat/completions`)
  } finally {
    await pool.close()
  }
}

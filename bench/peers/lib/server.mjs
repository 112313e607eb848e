/**
 * The server, in a process of its own: gives every well-formed request the same good answer, after `latency` milliseconds,
 * as a stream (an HTTP chunk for each event) when the request asks for one, else as plain JSON.
 * Arguments: a JSON object `{ models, deltas, latency }`. Sends `{ url }` to its parent, and `{ served }` when asked.
 */
import http from "node:http"
import * as Answer from "./Answer.mjs"
import { modelIds } from "./Work.mjs"

const { deltas, latency, models } = JSON.parse(process.argv[2])

const list = Buffer.from(
  JSON.stringify({
    data: modelIds(models).map((id) => ({
      id,
      name: id,
      context_length: 131072,
      pricing: { prompt: "0.0000001", completion: "0.0000004" },
      top_provider: { context_length: 131072, max_completion_tokens: 16384, is_moderated: false },
      supported_parameters: ["max_tokens", "temperature", "seed", "stop"]
    }))
  })
)

/** Made once for each model: what the server computes should not be what is measured. */
const remembered = (make) => {
  const known = new Map()
  return (model) => {
    const found = known.get(model) ?? make(model)
    known.set(model, found)
    return found
  }
}
const whole = remembered((model) => Buffer.from(Answer.json(model)))
const streamed = remembered((model) => Answer.events(model, deltas).map((event) => Buffer.from(event)))

const JSON_HEADERS = { "content-type": "application/json" }
let served = 0

const reply = (response, body) => {
  const [, model] = /"model":\s*"([^"]+)"/.exec(body) ?? []
  if (model === undefined || !body.includes('"messages"')) {
    response.writeHead(400, JSON_HEADERS).end('{"error":{"code":400,"message":"no model or no messages"}}')
    return
  }
  served += 1
  if (/"stream":\s*true/.test(body)) {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" })
    for (const event of streamed(model)) response.write(event)
    response.end()
  } else {
    const answer = whole(model)
    response.writeHead(200, { ...JSON_HEADERS, "content-length": answer.length }).end(answer)
  }
}

const server = http.createServer({ keepAlive: true, keepAliveTimeout: 120_000 }, (request, response) => {
  const parts = []
  request.on("data", (part) => parts.push(part))
  request.on("end", () => {
    if (request.method === "GET") response.writeHead(200, JSON_HEADERS).end(list)
    else {
      const body = Buffer.concat(parts).toString()
      if (latency > 0) setTimeout(reply, latency, response, body)
      else reply(response, body)
    }
  })
})

process.on("message", () => process.send({ served }))
process.on("disconnect", () => process.exit(0))
server.listen(0, "127.0.0.1", 1024, () => process.send({ url: `http://127.0.0.1:${server.address().port}/api/v1` }))

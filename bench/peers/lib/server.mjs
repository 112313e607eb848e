/**
 * The server, in a process of its own, with as many worlds as its parent makes: each has a path of its own, so that two
 * contenders can be measured at once and share no limit. Every well-formed request gets the same good answer, as a stream
 * (an HTTP chunk for each event) when it asks for one, else as plain JSON.
 *
 * Messages: `{ make: name, models, deltas, latency, limit }` makes a world, `{ look: name }` is answered with its counts.
 * `latency` is in milliseconds, one for all or one for each model; `limit` is `{ perSecond, burst, hints }`; with
 * `numbered` no two answers are the same.
 */
import http from "node:http"
import * as Answer from "./Answer.mjs"
import * as Bucket from "./Bucket.mjs"
import { modelIds } from "./Work.mjs"

const JSON_HEADERS = { "content-type": "application/json" }
const REFUSED = '{"error":{"code":429,"message":"Rate limit exceeded"}}'

const now = () => performance.timeOrigin + performance.now()

/** Made once for each key: what the server computes should not be what is measured. */
const remembered = (make) => {
  const known = new Map()
  return (key) => {
    const found = known.get(key) ?? make(key)
    known.set(key, found)
    return found
  }
}
const whole = remembered((model) => Buffer.from(Answer.json(model)))
const streamed = remembered((deltas) =>
  remembered((model) => Answer.events(model, deltas).map((event) => Buffer.from(event)))
)
const listOf = remembered((models) =>
  Buffer.from(
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
)

const worlds = new Map()

const makeWorld = ({ deltas = 16, latency = 0, limit, make: name, models, numbered = false }) => {
  const admit = limit === undefined ? () => undefined : Bucket.make(limit)
  const ids = modelIds(models)
  const latencies = new Map(ids.map((id, at) => [id, Array.isArray(latency) ? latency[at % latency.length] : latency]))
  const counts = { served: 0, refused: 0, firstAt: undefined, firstAnswerAt: undefined }
  worlds.set(name, { admit, counts, deltas, latencies, list: listOf(models), numbered, stream: streamed(deltas) })
}

const answer = (world, response, model, isStream) => {
  world.counts.served += 1
  const own = world.numbered ? Answer.numbered(world.counts.served) : undefined
  if (isStream) {
    const events = own === undefined ? world.stream(model) : Answer.events(model, world.deltas, own)
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" })
    for (const event of events) response.write(event)
    response.end()
  } else {
    const body = own === undefined ? whole(model) : Buffer.from(Answer.json(model, own))
    response.writeHead(200, { ...JSON_HEADERS, "content-length": body.length }).end(body)
  }
}

const reply = (world, response, body) => {
  const [, model] = /"model":\s*"([^"]+)"/.exec(body) ?? []
  const latency = world.latencies.get(model)
  if (latency === undefined || !body.includes('"messages"')) {
    response.writeHead(400, JSON_HEADERS).end('{"error":{"code":400,"message":"no such model or no messages"}}')
    return
  }
  world.counts.firstAnswerAt ??= now()
  const hints = world.admit(performance.now())
  if (hints !== undefined) {
    world.counts.refused += 1
    response.writeHead(429, { ...JSON_HEADERS, ...hints }).end(REFUSED)
    return
  }
  const isStream = /"stream":\s*true/.test(body)
  if (latency > 0) setTimeout(answer, latency, world, response, model, isStream)
  else answer(world, response, model, isStream)
}

const server = http.createServer({ keepAlive: true, keepAliveTimeout: 120_000 }, (request, response) => {
  const world = worlds.get(request.url.split("/", 2)[1])
  if (world === undefined) {
    response.writeHead(404, JSON_HEADERS).end('{"error":{"code":404,"message":"no such world"}}')
    return
  }
  world.counts.firstAt ??= now()
  const parts = []
  request.on("data", (part) => parts.push(part))
  request.on("end", () => {
    if (request.method === "GET") response.writeHead(200, JSON_HEADERS).end(world.list)
    else reply(world, response, Buffer.concat(parts).toString())
  })
})

process.on("message", (message) => {
  if (message.make === undefined) process.send({ counts: worlds.get(message.look).counts })
  else {
    makeWorld(message)
    process.send({ made: message.make })
  }
})
process.on("disconnect", () => process.exit(0))
server.listen(0, "127.0.0.1", 1024, () => process.send({ origin: `http://127.0.0.1:${server.address().port}` }))

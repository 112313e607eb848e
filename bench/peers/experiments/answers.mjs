/** CPU, time and memory of many answers, in one process that is warm. */
import { measure } from "../lib/Processes.mjs"

const PEERS = ["openai", "ai", "langchain", "openrouter", "httpx"]

const answers = ({ contenders, inFlight, name, size }) => ({
  name,
  contenders,
  round: async ({ dist, profile, server }, list) => {
    const { models, samples, warm } = size
    const { url } = await server.world({ models })
    const results = {}
    for (const contender of list) {
      const result = await measure(contender, {
        dist,
        inFlight,
        profile,
        warm: warm === undefined ? undefined : { ...warm, url },
        measured: { url, models, samples }
      })
      results[contender.name] = { ...result, of: models * samples }
    }
    return results
  }
})

/** As many as the command asks for at once. */
export const few = (size) =>
  answers({
    name: "few",
    inFlight: 6,
    size,
    contenders: [
      "floor",
      "floor-flushed",
      ...PEERS,
      "plain-effect",
      "algogen-bare",
      "algogen-memory",
      "algogen-everything"
    ]
  })

/** The slowest peers are left out: they would take longer than all others together. */
export const many = (size) =>
  answers({
    name: "many",
    inFlight: 256,
    size,
    contenders: [
      "floor",
      "floor-flushed",
      "openai",
      "httpx",
      "plain-effect",
      "algogen-bare",
      "algogen-everything",
      "algogen-streamed"
    ]
  })

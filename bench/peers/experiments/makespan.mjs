/** Six requests at once, of 50 to 300 ms: how much later than the slowest of them everything is done. */
import { measure } from "../lib/Processes.mjs"

const LATENCIES = [50, 100, 150, 200, 250, 300]
export const SLOWEST = Math.max(...LATENCIES)

const CONTENDERS = [
  "floor",
  "openai",
  "ai",
  "langchain",
  "openrouter",
  "httpx",
  "plain-effect",
  "algogen-bare",
  "algogen-everything"
]

const makespan = (name, warm, repeat) => ({
  name,
  contenders: CONTENDERS,
  round: async ({ dist, profile, server }, list) => {
    const [at, atOnce] = [
      await server.world({ models: LATENCIES.length, latency: LATENCIES }),
      await server.world({ models: 100 })
    ]
    const results = {}
    for (const contender of list) {
      results[contender.name] = {
        ...(await measure(contender, {
          dist,
          profile,
          inFlight: LATENCIES.length,
          repeat,
          warm: warm === undefined ? undefined : { ...warm, url: atOnce.url },
          measured: { url: at.url, models: LATENCIES.length, samples: 1 }
        })),
        of: LATENCIES.length
      }
    }
    return results
  }
})

export const warm = ({ repeat, warm }) => makespan("warm", warm, repeat)

/** The first thing that a process does, once everything is loaded. */
export const fresh = () => makespan("fresh", undefined, 1)

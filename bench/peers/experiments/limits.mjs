/**
 * A server that lets in 20 requests a second, five at once, and says when to come back. Everybody has a bucket of its own
 * and all are measured at the same time: they mostly wait.
 */
import { start } from "../lib/Processes.mjs"

const LIMIT = { perSecond: 20, burst: 5 }
const LATENCY = 100
export const REQUESTS = 200

const PEERS = ["floor", "openai", "ai", "langchain", "openrouter", "plain-effect"]

const REGIMES = [
  { name: "seconds-6", hints: "seconds", inFlight: 6, models: 200, who: [...PEERS, "algogen-everything"] },
  { name: "seconds-6-two", hints: "seconds", inFlight: 6, models: 2, who: ["algogen-everything"] },
  { name: "seconds-64", hints: "seconds", inFlight: 64, models: 200, who: [...PEERS, "algogen-everything"] },
  { name: "seconds-64-two", hints: "seconds", inFlight: 64, models: 2, who: ["algogen-everything"] },
  { name: "both-6", hints: "both", inFlight: 6, models: 200, who: [...PEERS, "algogen-everything"] }
]

const launch = async ({ dist, server }, contender, { hints, inFlight, models: atMost }, requests) => {
  const models = Math.min(atMost, requests)
  const { look, url } = await server.world({ models, latency: LATENCY, limit: { ...LIMIT, hints } })
  const calm = await server.world({ models: 6 })
  const go = await start(contender, {
    dist,
    inFlight,
    warm: { models: 6, samples: 1, url: calm.url },
    measured: { url, models, samples: requests / models, limit: LIMIT }
  })
  return async () => {
    const result = await go()
    const { refused, served } = await look()
    return { ...result, refused, served, of: requests }
  }
}

const regime = (setting, requests) => ({
  name: setting.name,
  contenders: setting.who,
  launch: (tools, contender) => launch(tools, contender, setting, requests)
})

/** One experiment a regime. */
export const limits = ({ requests }) => REGIMES.map((setting) => regime(setting, requests))

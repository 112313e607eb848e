/** The bodies of the routes that only inform: which models there are, how they do, what the key may do. Pure. */
import * as Catalog from "./Catalog.js"
import * as Draw from "./Draw.js"

const percentiles = (median: number) => ({ p50: median, p75: median * 1.2, p90: median * 1.5, p99: median * 2.5 })

/** Latencies in milliseconds, throughput in tokens a second, uptime in percent. */
export const endpoints = (model: Catalog.Model, seed: number, latency: number) => {
  const draw = Draw.make(seed, "endpoints", model.id)
  const { context_length, id, name, pricing, top_provider } = Catalog.entry(model)
  return {
    data: {
      id,
      name,
      endpoints: [
        {
          name: `Simulator | ${id}`,
          provider_name: "Simulator",
          context_length,
          pricing,
          max_completion_tokens: top_provider.max_completion_tokens,
          latency_last_30m: percentiles(latency),
          throughput_last_30m: percentiles(draw.integer(40, 160)),
          uptime_last_5m: draw.between(97, 100)
        }
      ]
    }
  }
}

/** A key without a limit, on an account that has not used anything: nothing is charged here. */
export const key = {
  data: {
    label: "sk-or-v1-sim...ulated",
    limit: null,
    limit_remaining: null,
    usage: 0,
    is_free_tier: true,
    expires_at: null
  }
}

export const credits = { data: { total_credits: 10, total_usage: 0 } }

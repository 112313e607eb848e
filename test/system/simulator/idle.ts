import { Effect } from "effect"
import type * as Simulator from "../../../src/simulator/Simulator.js"

/** What the server has counted as soon as nothing is in flight: it sees a client go a moment after the client does. */
export const idle = ({ stats }: Simulator.Service) =>
  Effect.repeat(Effect.delay(stats, 10), { until: ({ inFlight }) => inFlight === 0 })

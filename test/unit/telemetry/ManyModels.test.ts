import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import { it } from "vitest"
import * as Metrics from "../../../src/telemetry/Metrics.js"
import * as Prometheus from "../../../src/telemetry/Prometheus.js"

it("the first models have figures of their own, the others have one together", () => {
  const named = Metrics.naming(2)
  deepStrictEqual(["x/1", "x/2", "x/3", "x/1", "x/2", "x/3", "x/4"].map(named), [
    "x/1",
    "x/2",
    "_OTHER",
    "x/1",
    "x/2",
    "_OTHER",
    "_OTHER"
  ])
})

it("the first models have circuits that are shown, and so has the server", () => {
  const show = Metrics.showing(Metrics.naming(2))
  const circuits = ["model:many/1", "model:many/2", "model:many/3", "server of many"]
  for (const state of ["Closed", "Open"] as const) for (const circuit of circuits) Effect.runSync(show(circuit, state))
  const shown = Effect.runSync(Prometheus.render).match(/circuit_state\{circuit="[^"]*many.*/g) ?? []
  deepStrictEqual(
    shown.filter((line) => line.endsWith(" 1")).toSorted(),
    circuits
      .filter((circuit) => !circuit.endsWith("3"))
      .map((circuit) => `circuit_state{circuit="${circuit}",state="open"} 1`)
  )
  deepStrictEqual(shown.length, 9)
})

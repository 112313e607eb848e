import { deepStrictEqual } from "@effect/vitest/utils"
import { it } from "vitest"
import * as Metrics from "../../../src/telemetry/Metrics.js"

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

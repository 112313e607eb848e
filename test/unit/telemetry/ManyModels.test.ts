/** In a file of its own: the registry is one for the process. */
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Metrics from "../../../src/telemetry/Metrics.js"
import * as Prometheus from "../../../src/telemetry/Prometheus.js"
import { ids } from "../generation/doubles.js"
import { parse } from "./prometheusText.js"

const ask = (model: string) => Metrics.requesting(model)(Effect.void)

it.effect("the first thousand models have figures of their own, the others have one together", () =>
  Effect.gen(function* () {
    yield* Effect.forEach(ids(Metrics.MOST_MODELS + 5), ask)
    yield* ask("x/1")
    yield* ask(`x/${Metrics.MOST_MODELS + 1}`)
    const samples = parse(yield* Prometheus.render).get("algogen_requests_total")?.samples ?? []
    const counts = new Map(samples.map(({ labels, value }) => [labels["gen_ai_request_model"], value]))
    assert.strictEqual(counts.size, Metrics.MOST_MODELS + 1)
    assert.strictEqual(counts.get("x/1"), 2)
    assert.strictEqual(counts.get(`x/${Metrics.MOST_MODELS}`), 1)
    assert.strictEqual(counts.get("_OTHER"), 6)
  })
)

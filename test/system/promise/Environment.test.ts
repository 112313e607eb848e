/** The shared connections of `algogen/promise`, when the environment comes to name another server. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { vi } from "vitest"
import { functions } from "../../../src/promise/Client.js"
import * as Connection from "../../../src/promise/Connection.js"
import * as Simulator from "../../../src/simulator/Simulator.js"

const { generateAlgorithm } = functions(Connection.current, { maxRetries: 0 })

const use = ({ baseUrl }: Simulator.Service) => {
  vi.stubEnv("OPENROUTER_BASE_URL", baseUrl)
  vi.stubEnv("OPENROUTER_API_KEY", "sk-or-v1-0123456789abcdef")
}

const open = ({ stats }: Simulator.Service) => Effect.map(stats, ({ connections }) => connections.open)

describe("when the environment names another server", () => {
  it.scopedLive("the connections to the former one are closed, after the last call that uses them", () =>
    Effect.gen(function* () {
      const first = yield* Effect.orDie(Simulator.make({ latency: (model) => (model === "sim/ok" ? 0 : 2_000) }))
      const second = yield* Effect.orDie(Simulator.make({ latencyScale: 0 }))
      use(first)
      yield* Effect.promise(() => generateAlgorithm("sim/ok", "Write."))
      yield* Effect.promise(() => generateAlgorithm("sim/ok", "Write."))
      assert.strictEqual(yield* open(first), 1)
      const late = generateAlgorithm("sim/ok-bare", "Write.")
      yield* Effect.sleep(300)
      use(second)
      assert.isNotNull(yield* Effect.promise(() => generateAlgorithm("sim/ok", "Write.")))
      assert.strictEqual(yield* open(first), 1)
      assert.isNotNull(yield* Effect.promise(() => late))
      yield* Effect.sleep(200)
      assert.strictEqual(yield* open(first), 0)
      assert.strictEqual(yield* open(second), 1)
    }).pipe(Effect.ensuring(Effect.sync(() => vi.unstubAllEnvs())))
  )
})

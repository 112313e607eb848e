/** `--otlp` and `--metrics` through the built command: what arrives at a collector, and that a dead one costs little. */
import * as Http from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Duration, Effect, Predicate } from "effect"
import * as Catalog from "../../../src/simulator/Catalog.js"
import * as Scenario from "../../../src/simulator/Scenario.js"
import { parse } from "../../unit/telemetry/prometheusText.js"
import { algorithms, models, PATIENCE, read, scene } from "../command/command.js"

interface Received {
  readonly path: string
  readonly body: string
}

/** A collector that keeps what it is sent; a deaf one takes it and never says a word. */
const collector = ({ deaf = false } = {}) =>
  Effect.acquireRelease(
    Effect.async<{ readonly url: string; readonly received: ReadonlyArray<Received>; readonly server: Http.Server }>(
      (resume) => {
        const received: Array<Received> = []
        const server = Http.createServer((request, response) => {
          let body = ""
          request.setEncoding("utf8").on("data", (text: string) => void (body += text))
          request.on("end", () => {
            received.push({ path: request.url ?? "", body })
            if (!deaf) response.setHeader("content-type", "application/json").end("{}")
          })
        })
        server.listen(0, "127.0.0.1", () => {
          const address = server.address()
          const port = typeof address === "object" && address !== null ? address.port : 0
          resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, received, server }))
        })
      }
    ),
    ({ server }) =>
      Effect.sync(() => {
        server.closeAllConnections()
        server.close()
      })
  )

/** Every object below that has this property. */
const holding = (json: unknown, property: string): ReadonlyArray<Readonly<Record<string, unknown>>> => {
  if (Array.isArray(json)) return json.flatMap((item) => holding(item, property))
  if (!Predicate.isRecord(json)) return []
  return [...(property in json ? [json] : []), ...Object.values(json).flatMap((value) => holding(value, property))]
}

const nameOf = ({ name }: Readonly<Record<string, unknown>>) => String(name)

describe.concurrent("a run that is seen from outside", PATIENCE, () => {
  it.scopedLive(
    "sends its traces and metrics to a collector, and writes its metrics to a file, without its secrets",
    () =>
      Effect.gen(function* () {
        const { received, url } = yield* collector()
        const scenario = Scenario.perModel({ "x/1": "status-503*1" })
        const { folder, generate, server } = yield* scene({
          scenario,
          models: ["x/1", "x/2"].map((id) => Catalog.simulated(id, id))
        })
        const key = "sk-or-v1-0123456789abcdef"
        const { code, stderr } = yield* generate([...models("x/1", "x/2"), "--otlp", url, "--metrics", "metrics.txt"], {
          ALGOGEN_API_KEY: key
        })
        assert.strictEqual(code, 0, stderr)
        assert.notInclude(stderr, "could not be delivered")
        deepStrictEqual([...new Set(received.map(({ path }) => path))].sort(), ["/v1/metrics", "/v1/traces"])
        const bodies = (path: string): unknown =>
          received.filter((each) => each.path === path).map(({ body }) => JSON.parse(body))

        const spans = holding(bodies("/v1/traces"), "spanId").filter((span) => "startTimeUnixNano" in span)
        deepStrictEqual(
          spans
            .map(nameOf)
            .filter((name) => name.startsWith("chat "))
            .sort(),
          ["chat x/1", "chat x/1", "chat x/2"]
        )
        const parents = spans.filter((span) => nameOf(span) === "generate_algorithm").map(({ spanId }) => spanId)
        assert.strictEqual(parents.length, 2)
        for (const span of spans.filter((each) => nameOf(each).startsWith("chat "))) {
          assert.include(parents, span["parentSpanId"])
          assert.strictEqual(span["kind"], 3)
        }
        const metrics = holding(bodies("/v1/metrics"), "description").map(nameOf)
        for (const name of ["gen_ai.client.operation.duration", "gen_ai.client.token.usage", "algogen.attempts"]) {
          assert.include(metrics, name)
        }
        for (const secret of [key, "execute_trade", "Strategy ("]) {
          assert.notInclude(received.map(({ body }) => body).join("\n"), secret)
        }
        assert.strictEqual((yield* server.stats).requests, 3)

        const families = parse(yield* read(folder, "metrics.txt"))
        const attempts = families.get("algogen_attempts_total")?.samples ?? []
        deepStrictEqual(attempts.map(({ labels, value }) => [labels["outcome"], value]).sort(), [
          ["ServerFailed", 1],
          ["ok", 2]
        ])
      })
  )

  it.scopedLive("is not held up by a collector that is deaf or dead, which it says, nor is its exit code another", () =>
    Effect.gen(function* () {
      const { received, url } = yield* collector({ deaf: true })
      // Nothing listens on the port for discarding.
      const collectors = [url, "http://127.0.0.1:9"]
      const run = (otlp: string) =>
        Effect.gen(function* () {
          const { folder, startGenerate } = yield* scene({ models: [Catalog.simulated("x/1", "x/1")] })
          const running = yield* startGenerate([...models("x/1"), "--otlp", otlp])
          yield* running.says("saved as")
          const [lasted, { code, stderr }] = yield* Effect.timed(running.ended)
          assert.strictEqual(code, 0, stderr)
          deepStrictEqual(yield* algorithms(folder, "generated"), ["generated_algo_x_1.py"])
          assert.isBelow(Duration.toMillis(lasted), 2_500)
          assert.match(
            stderr,
            new RegExp(`^telemetry could not be delivered \\(--otlp\\): ${otlp}/v1/metrics, ${otlp}/v1/traces\n$`, "m")
          )
        })
      yield* Effect.forEach(collectors, run, { concurrency: "unbounded" })
      assert.isAbove(received.length, 0)
    })
  )
})

/** The simulator from outside: its routes, what it counts, and how it comes and goes. */
import * as Http from "node:http"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as Tracer from "effect/Tracer"
import { Behavior, Scenario, Simulator, Stats } from "../../../src/simulator.js"
import type * as Names from "../../../src/simulator/Names.js"
import * as Profiles from "../../../src/simulator/Profiles.js"
import { played } from "./profiles.js"
import * as RawClient from "./RawClient.js"

const FAST = { latencyScale: 0.01 }
const MODEL = "qwen/qwen-2-7b-instruct:free"

const body = (model: string, more: Record<string, unknown> = {}) => ({
  model,
  messages: [{ role: "user", content: "Write execute_trade." }],
  ...more
})

const ask = (sim: Simulator.Service, model: string, more: Record<string, unknown> = {}, headers = {}) =>
  Effect.promise(() => RawClient.send(sim.port, { body: body(model, more), headers }))

const get = (sim: Simulator.Service, path: string, headers = {}) =>
  Effect.promise(() => RawClient.send(sim.port, { method: "GET", path, headers }))

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })

const json = (raw: RawClient.Raw) => JSON.parse(raw.text)

/** Until the server has seen it; sockets need a moment. */
const eventually = (sim: Simulator.Service, seen: (stats: Stats.Stats) => boolean) =>
  Effect.gen(function* () {
    let stats = yield* sim.stats
    while (!seen(stats)) {
      yield* Effect.sleep(1)
      stats = yield* sim.stats
    }
    return stats
  }).pipe(Effect.timeout("2 seconds"))

const withSimulator = <A, E>(
  options: Simulator.Options,
  use: (sim: Simulator.Service) => Effect.Effect<A, E>
): Effect.Effect<void, unknown> => Simulator.make({ ...FAST, ...options }).pipe(Effect.flatMap(use), Effect.scoped)

describe("routes", () => {
  it.live("GET /models lists the six first, then their twins and every behavior", () =>
    withSimulator({}, (sim) =>
      Effect.gen(function* () {
        const raw = yield* get(sim, "/api/v1/models")
        assert.strictEqual(raw.status, 200)
        assert.isTrue(raw.headers.has("x-generation-id"))
        const { data } = json(raw)
        const ids = data.map(({ id }: { id: string }) => id)
        assert.includeMembers(ids, [
          "meta-llama/llama-3.2-1b-instruct:free",
          "meta-llama/llama-3.2-3b-instruct:free",
          "google/gemma-2-9b-it:free",
          "mistralai/mistral-7b-instruct:free",
          "microsoft/phi-3-mini-128k-instruct:free",
          "qwen/qwen-2-7b-instruct:free",
          "qwen/qwen-2-7b-instruct",
          ...Behavior.names.map((name) => `sim/${name}`),
          ...Behavior.names.map((name) => `sim/${name}:free`)
        ])
        assert.strictEqual(new Set(ids).size, ids.length)
        // What nobody would choose as a model says so.
        for (const { hidden, id } of data) assert.strictEqual(hidden, id.startsWith("sim/") ? true : undefined, id)
        assert.deepInclude(data[0].pricing, { prompt: "0", completion: "0" })
        assert.deepInclude(data[1].pricing, { prompt: "0.000000005", completion: "0.00000001" })
        assert.isAbove(data[0].top_provider.max_completion_tokens, 1000)
      })
    )
  )

  it.live("GET /models/{author}/{slug}/endpoints, /key and /credits", () =>
    withSimulator({}, (sim) =>
      Effect.gen(function* () {
        const endpoints = json(yield* get(sim, `/api/v1/models/${MODEL}/endpoints`))
        assert.strictEqual(endpoints.data.id, MODEL)
        assert.hasAllKeys(endpoints.data.endpoints[0].latency_last_30m, ["p50", "p75", "p90", "p99"])
        assert.strictEqual((yield* get(sim, "/api/v1/models/no/pe/endpoints")).status, 400)
        assert.deepInclude(json(yield* get(sim, "/api/v1/key")).data, { limit: null, is_free_tier: true })
        assert.property(json(yield* get(sim, "/api/v1/credits")).data, "total_usage")
        for (const path of ["/api/v1/nope", "/v2/models", "/"]) {
          const unknown = yield* get(sim, path)
          assert.strictEqual(unknown.status, 404)
          assert.deepInclude(json(unknown).error, {
            code: 404,
            message: `there is no GET ${path}; the API is at /api/v1`
          })
        }
      })
    )
  )

  it.live("refuses what cannot be answered, in the API's shapes", () =>
    withSimulator({}, (sim) =>
      Effect.gen(function* () {
        const broken = yield* Effect.promise(() => RawClient.send(sim.port, { body: '{"model":' }))
        assert.strictEqual(broken.status, 400)
        assert.strictEqual(json(broken).error.code, 400)
        assert.strictEqual(
          (yield* Effect.promise(() => RawClient.send(sim.port, { body: { model: MODEL } }))).status,
          400
        )

        const unknown = yield* ask(sim, "no/such")
        assert.strictEqual(unknown.status, 400)
        assert.deepInclude(json(unknown).error.availability, { code: "model_not_found", retryable: false })

        const ended = yield* ask(sim, "openai/gpt-4o-mini:free")
        assert.strictEqual(ended.status, 404)
        assert.deepInclude(json(ended).error.availability, {
          code: "free_variant_ended",
          fallback_models: ["openai/gpt-4o-mini"]
        })
        assert.strictEqual((yield* ask(sim, "sim/nope")).status, 400)
        const header = yield* ask(sim, MODEL, {}, { [Behavior.HEADER]: "nope" })
        assert.include(json(header).error.message, 'unknown behavior "nope"')
        assert.isTrue(header.headers.has("x-generation-id"))
      })
    )
  )

  it.live("asks for a key only when keys are configured", () =>
    withSimulator({ apiKeys: ["sk-good"] }, (sim) =>
      Effect.gen(function* () {
        assert.strictEqual((yield* ask(sim, MODEL)).status, 401)
        assert.strictEqual((yield* ask(sim, MODEL, {}, bearer(""))).status, 401)
        assert.strictEqual((yield* ask(sim, MODEL, {}, bearer("sk-bad"))).status, 401)
        assert.strictEqual((yield* ask(sim, MODEL, {}, bearer("sk-good"))).status, 200)
        assert.strictEqual((yield* get(sim, "/api/v1/key")).status, 401)
        assert.strictEqual((yield* get(sim, "/api/v1/key", bearer("sk-good"))).status, 200)
        assert.strictEqual((yield* get(sim, "/api/v1/models")).status, 200)
        const seen = JSON.stringify(yield* sim.stats)
        assert.include(seen, "authorization")
        assert.notInclude(seen, "sk-good")
      })
    )
  )

  it.live("an answer costs what the model costs, and is cut off at the ceiling", () =>
    withSimulator({}, (sim) =>
      Effect.gen(function* () {
        assert.strictEqual(json(yield* ask(sim, MODEL)).usage.cost, 0)
        const { usage } = json(yield* ask(sim, "openai/gpt-4o-mini"))
        const exact = (0.15 * usage.prompt_tokens + 0.6 * usage.completion_tokens) / 1e6
        assert.approximately(usage.cost, exact, 1e-9)
        const cut = json(yield* ask(sim, "sim/ok-bare", { max_completion_tokens: 20 }))
        assert.strictEqual(cut.choices[0].finish_reason, "length")
        assert.strictEqual(cut.choices[0].message.content.length, 80)
        const enough = json(yield* ask(sim, "sim/length-below", { max_completion_tokens: 6000 }))
        assert.strictEqual(enough.choices[0].finish_reason, "stop")
        assert.strictEqual(enough.usage.completion_tokens, 6000)
      })
    )
  )

  it.live("a counted plan fails so often, by the model id or by the header", () =>
    withSimulator({}, (sim) =>
      Effect.gen(function* () {
        const byId = yield* Effect.forEach([1, 2, 3], () => ask(sim, "sim/status-503*2:free"))
        assert.deepStrictEqual(
          byId.map(({ status }) => status),
          [503, 503, 200]
        )
        const byHeader = yield* Effect.forEach([1, 2], () => ask(sim, MODEL, {}, { [Behavior.HEADER]: "status-429*1" }))
        assert.deepStrictEqual(
          byHeader.map(({ status }) => status),
          [429, 200]
        )
        yield* sim.reset
        assert.strictEqual((yield* ask(sim, "sim/status-503*2:free")).status, 503)
      })
    )
  )
})

describe("counting", () => {
  it.live("requests, arrivals, what is in flight, and what else was asked for", () =>
    withSimulator({ latency: (model) => (model === MODEL ? 150 : 50) }, (sim) =>
      Effect.gen(function* () {
        const models = [MODEL, MODEL, "openai/gpt-4o-mini"]
        const asking = yield* Effect.fork(
          Effect.forEach(models, (model) => ask(sim, model, { max_completion_tokens: 2048 }, { b3: "0" }), {
            concurrency: "unbounded"
          })
        )
        yield* eventually(sim, ({ inFlight }) => inFlight === 3)
        const early = yield* eventually(sim, ({ inFlight }) => inFlight === 2)
        assert.strictEqual(early.completed, 1)
        assert.strictEqual(early.connections.idle, early.connections.open - 2)
        yield* Fiber.join(asking)
        yield* get(sim, "/api/v1/models")
        const stats = yield* eventually(sim, ({ connections }) => connections.open === 0)
        assert.deepInclude(stats, { requests: 3, maxInFlight: 3, inFlight: 0, completed: 3, aborted: 0 })
        assert.deepInclude(stats.connections, { opened: 4, maxOpen: 3 })
        assert.deepStrictEqual({ ...stats.routes }, { "GET /models": 1 })
        assert.isAbove(stats.bytesSent, 3000)
        const seen = stats.models[MODEL]
        assert.deepInclude(seen, { requests: 2, completed: 2, aborted: 0 })
        assert.strictEqual(seen?.arrivals.length, 2)
        assert.strictEqual(Stats.arrivedAfter(stats, stats.startedAt), 3)
        assert.strictEqual(Stats.arrivedAfter(stats, Date.now()), 0)
        const [request] = stats.recent
        assert.deepInclude(request, {
          outcome: "completed",
          status: 200,
          behavior: "ok",
          maxCompletionTokens: 2048,
          traced: true
        })
        assert.isAtLeast(request?.durationMs ?? 0, 149)
      })
    )
  )

  it.live(
    "an abort is known within milliseconds: before the head, in the body, in a stall",
    () =>
      withSimulator({}, (sim) =>
        Effect.forEach(["stall-headers", "endless", "stall-body"], (name, index) =>
          Effect.gen(function* () {
            const agent = new Http.Agent()
            const request = Http.request(`${sim.baseUrl}/chat/completions`, { method: "POST", agent })
            request.on("error", () => {}).on("response", (response) => response.on("error", () => {}).resume())
            request.end(JSON.stringify(body(`sim/${name}`, { stream: true })))
            yield* eventually(sim, ({ inFlight }) => inFlight === 1)
            yield* Effect.sleep(30)
            const before = performance.now()
            request.destroy()
            const stats = yield* eventually(sim, ({ inFlight }) => inFlight === 0)
            assert.isBelow(performance.now() - before, 50)
            assert.strictEqual(stats.aborted, index + 1)
            assert.strictEqual(stats.models[`sim/${name}`]?.aborted, 1)
            assert.strictEqual(stats.recent.at(-1)?.outcome, "aborted")
          })
        )
      ),
    // Once more when the machine itself was away for that long.
    { retry: 2 }
  )

  it.live("what the simulator breaks off is not an abort", () =>
    withSimulator({}, (sim) =>
      Effect.gen(function* () {
        yield* ask(sim, "sim/reset-body")
        yield* ask(sim, "sim/cut-headers")
        const stats = yield* eventually(sim, ({ inFlight }) => inFlight === 0)
        assert.deepInclude(stats, { requests: 2, completed: 0, aborted: 0 })
        assert.deepStrictEqual(
          stats.recent.map(({ outcome, status }) => [outcome, status]),
          [
            ["broken-off", 200],
            ["broken-off", undefined]
          ]
        )
      })
    )
  )

  it.live("gives the numbers out over HTTP, at the root and below the prefix, and forgets them when asked", () =>
    withSimulator({}, (sim) =>
      Effect.gen(function* () {
        yield* ask(sim, MODEL)
        for (const prefix of ["", "/api/v1"]) {
          const raw = yield* get(sim, `${prefix}/__stats`)
          const stats = Schema.decodeUnknownSync(Stats.Stats)(json(raw))
          assert.strictEqual(stats.requests, 1)
        }
        const reset = yield* Effect.promise(() => RawClient.send(sim.port, { path: "/__reset" }))
        assert.strictEqual(reset.status, 204)
        assert.deepInclude(yield* sim.stats, { requests: 0, completed: 0, models: {}, recent: [] })
      })
    )
  )

  it.live("reuses a connection that is kept alive", () =>
    withSimulator({}, (sim) =>
      Effect.gen(function* () {
        const agent = new Http.Agent({ keepAlive: true })
        for (let index = 0; index < 5; index += 1) {
          yield* Effect.async<void>((resume) => {
            const request = Http.request(`${sim.baseUrl}/chat/completions`, { method: "POST", agent }, (response) =>
              response.on("end", () => resume(Effect.void)).resume()
            )
            request.end(JSON.stringify(body(MODEL, { stream: true })))
          })
        }
        const { connections } = yield* sim.stats
        assert.deepInclude(connections, { opened: 1, open: 1, idle: 1 })
      })
    )
  )
})

describe("the same twice", () => {
  const run = Effect.gen(function* () {
    const sim = yield* Simulator.make({ ...FAST, seed: 42, scenario: "flaky" })
    const models = [MODEL, "openai/gpt-4o-mini", "sim/length*1:free"]
    return yield* Effect.forEach(models, (model) =>
      Effect.forEach([false, true, false], (stream) =>
        Effect.map(ask(sim, model, { stream }), ({ status, text }) => [status, text.replaceAll(/"created":\d+/g, "")])
      )
    )
  }).pipe(Effect.scoped)

  it.live("answers, ids and failures follow from the seed", () =>
    Effect.gen(function* () {
      const first = yield* run
      assert.deepStrictEqual(yield* run, first)
      assert.isAbove(new Set(first.flat().map(([status]) => status)).size, 1)
    })
  )

  it.live("six models write six different programs", () =>
    withSimulator({}, (sim) =>
      Effect.gen(function* () {
        const listed: ReadonlyArray<{ id: string }> = json(yield* get(sim, "/api/v1/models")).data
        const six = listed.filter(({ id }) => id.endsWith(":free")).slice(0, 6)
        const answers = yield* Effect.forEach(six, ({ id }) => ask(sim, id, {}, { [Behavior.HEADER]: "ok-prose" }))
        const titles = answers.map((raw) => json(raw).choices[0].message.content.split("\n")[0])
        assert.strictEqual(new Set(titles).size, 6, titles.join("\n"))
      })
    )
  )

  it.live("an exact latency is kept, plain and streamed", () =>
    withSimulator({ latency: () => "200 millis" }, (sim) =>
      Effect.gen(function* () {
        for (const stream of [false, true]) {
          const { millis } = yield* ask(sim, MODEL, { stream })
          assert.isTrue(millis >= 198 && millis < 600, `${millis} ms`)
        }
      })
    )
  )
})

describe("limits and outages", () => {
  it.live("a fixed window admits its requests, refuses the next, and opens when it said it would", () =>
    withSimulator({ rateLimit: { requests: 4, per: "2 seconds" }, latency: () => 0 }, (sim) =>
      Effect.gen(function* () {
        const burst = yield* Effect.forEach([1, 2, 3, 4, 5, 6], () => ask(sim, MODEL), { concurrency: "unbounded" })
        assert.strictEqual(burst.filter(({ status }) => status === 200).length, 4)
        const refused = burst.find(({ status }) => status === 429)
        if (refused === undefined) return assert.fail("nothing was refused")
        const { metadata } = json(refused).error
        assert.strictEqual(metadata.limit_source, "openrouter_free_tier_per_minute")
        assert.strictEqual(metadata.headers["X-RateLimit-Reset"], refused.headers.get("x-ratelimit-reset"))
        assert.isFalse(burst[0]?.headers.has("x-ratelimit-limit"))
        assert.strictEqual((yield* ask(sim, "openai/gpt-4o-mini")).status, 200)
        assert.strictEqual((yield* ask(sim, "sim/ok:free")).status, 200)

        const reset = Number(metadata.headers["X-RateLimit-Reset"])
        yield* Effect.sleep(reset - Date.now() - 700)
        assert.strictEqual((yield* ask(sim, MODEL)).status, 429)
        yield* Effect.sleep(Math.max(0, reset - Date.now()))
        assert.strictEqual((yield* ask(sim, MODEL)).status, 200)
      })
    )
  )

  it.live("a refusal tells the wait exactly, in whole seconds, or both", () =>
    Effect.gen(function* () {
      const refusal = (hints: "exact" | "whole-seconds" | "both", requests: number) =>
        Effect.gen(function* () {
          const rateLimit = { requests, per: "1 second", burst: 1, hints } as const
          const sim = yield* Simulator.make({ ...FAST, rateLimit, latency: () => 0 })
          yield* ask(sim, MODEL)
          const raw = yield* ask(sim, MODEL)
          const reset = raw.headers.get("x-ratelimit-reset")
          return {
            status: raw.status,
            reset: reset !== undefined && Math.abs(Number(reset) - Date.now() - 1000 / requests) < 200,
            quoted: "headers" in json(raw).error.metadata,
            retryAfter: raw.headers.get("retry-after")
          }
        }).pipe(Effect.scoped)
      const exact = { status: 429, reset: true, quoted: true, retryAfter: undefined }
      // A token every 0.4 s, and one every 2.5 s.
      assert.deepStrictEqual(yield* refusal("exact", 2.5), exact)
      assert.deepStrictEqual(yield* refusal("exact", 0.4), exact)
      assert.deepStrictEqual(yield* refusal("both", 2.5), exact)
      assert.deepStrictEqual(yield* refusal("both", 0.4), { ...exact, retryAfter: "3" })
      const whole = { status: 429, reset: false, quoted: false }
      assert.deepStrictEqual(yield* refusal("whole-seconds", 2.5), { ...whole, retryAfter: "1" })
      assert.deepStrictEqual(yield* refusal("whole-seconds", 0.4), { ...whole, retryAfter: "3" })
    })
  )

  it.live("another server's limit counts all its models and is told in its own way", () =>
    Effect.gen(function* () {
      const refusal = (profile: Names.Profile) =>
        played(
          profile,
          (server) => {
            const id = Profiles.table[profile].typed
            return Effect.zipRight(server.ask(id), server.ask(id))
          },
          { rateLimit: { requests: 1, per: "10 minutes" } }
        )
      assert.match((yield* refusal("groq")).headers.get("x-ratelimit-reset-tokens") ?? "", /^\d+m[\d.]+s$/)
      assert.match((yield* refusal("azure")).headers.get("retry-after-ms") ?? "", /^\d{4,}$/)
      assert.match((yield* refusal("gemini")).text, /"retryDelay":"\d+s"/)
      assert.match((yield* refusal("openai")).text, /Please try again in \d+m[\d.]+s\./)
      assert.match((yield* refusal("litellm")).text, /Try again in [\d.]+ seconds/)
      assert.match((yield* refusal("minimax")).text, /"status_code":1002/)
      assert.strictEqual((yield* refusal("ollama")).status, 503)
      const silent = yield* refusal("mistral")
      assert.strictEqual(silent.status, 429)
      assert.isFalse(silent.headers.has("retry-after"))
    })
  )

  it.live("a bucket admits its burst and then its rate", () =>
    withSimulator(
      { scenario: Scenario.rateLimited({ requests: 20, per: "1 second", burst: 5 }), latency: () => 0 },
      (sim) =>
        Effect.gen(function* () {
          const started = performance.now()
          let admitted = 0
          while (performance.now() - started < 500) {
            const { status } = yield* ask(sim, MODEL)
            admitted += status === 200 ? 1 : 0
            yield* Effect.sleep(2)
          }
          assert.isTrue(admitted >= 13 && admitted <= 16, `${admitted} admitted`)
        })
    )
  )

  it.live("a hidden cap on what is in flight says nothing about itself", () =>
    withSimulator({ rateLimit: { concurrency: 2, hints: "none" }, latency: () => 100 }, (sim) =>
      Effect.gen(function* () {
        const all = yield* Effect.forEach([1, 2, 3, 4], () => ask(sim, MODEL), { concurrency: "unbounded" })
        assert.deepStrictEqual(all.map(({ status }) => status).sort(), [200, 200, 429, 429])
        const refused = all.find(({ status }) => status === 429)
        assert.strictEqual(refused?.text, '{"error":{"code":429,"message":"Rate limit exceeded"}}')
        assert.strictEqual((yield* ask(sim, MODEL)).status, 200)
      })
    )
  )

  it.live("an outage takes every route of the API along, and ends", () =>
    withSimulator({ scenario: Scenario.outage("300 millis") }, (sim) =>
      Effect.gen(function* () {
        assert.strictEqual((yield* ask(sim, MODEL)).status, 503)
        assert.strictEqual((yield* get(sim, "/api/v1/models")).status, 503)
        assert.strictEqual((yield* get(sim, "/__stats")).status, 200)
        yield* Effect.sleep(300)
        assert.strictEqual((yield* ask(sim, MODEL)).status, 200)
        assert.strictEqual((yield* get(sim, "/api/v1/models")).status, 200)
      })
    )
  )
})

describe("coming and going", () => {
  it.live("ends at once although requests are stalled and connections are open", () =>
    Effect.gen(function* () {
      const stalled = yield* Effect.gen(function* () {
        const sim = yield* Simulator.make(FAST)
        const stall = yield* Effect.fork(ask(sim, "sim/stall-headers"))
        yield* eventually(sim, ({ inFlight }) => inFlight === 1)
        return { stall, closing: performance.now() }
      }).pipe(Effect.scoped)
      assert.isBelow(performance.now() - stalled.closing, 200)
      const raw = yield* Fiber.join(stalled.stall)
      assert.include(["fin", "rst"], raw.ending)
    })
  )

  it.live("says so when the port is taken", () =>
    withSimulator({}, (sim) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(Effect.scoped(Simulator.make({ port: sim.port })))
        assert.strictEqual(error._tag, "ServeError")
      })
    )
  )

  it.live("leaves no spans in the application's traces", () =>
    Effect.gen(function* () {
      const spans: Array<string> = []
      const native = yield* Effect.tracer
      const tracer = Tracer.make({
        context: native.context,
        span: (...args) => {
          spans.push(args[0])
          return native.span(...args)
        }
      })
      yield* withSimulator({}, (sim) => ask(sim, MODEL)).pipe(Effect.withTracer(tracer))
      assert.deepStrictEqual(spans, [])
    })
  )

  it.live("comes as a layer", () =>
    Effect.gen(function* () {
      const sim = yield* Simulator.Simulator
      assert.strictEqual(sim.baseUrl, `http://127.0.0.1:${sim.port}/api/v1`)
      assert.strictEqual((yield* ask(sim, MODEL)).status, 200)
    }).pipe(Effect.provide(Simulator.layer(FAST)))
  )
})

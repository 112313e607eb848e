/** A run that ends early, seen from the server: its requests in flight are closed at once, and nothing comes afterwards. */
import { createServer } from "node:http"
import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Clock, Deferred, Effect, Fiber, Layer, Ref } from "effect"
import * as OpenRouter from "../../../src/api/OpenRouter.js"
import * as ConnectionPool from "../../../src/node/ConnectionPool.js"
import * as Stats from "../../../src/simulator/Stats.js"
import * as MemoryStore from "../../../src/storage/algorithmStore/Memory.js"
import { Journal } from "../../../src/storage/Journal.js"
import * as FileJournal from "../../../src/storage/journal/File.js"
import { against, closedAt, generate, outcomes, scripted, stats, until } from "./library.js"
import { listen } from "./listen.js"

const MODULE = '```python\ndef execute_trade(ticker, price, tick, cash_balance, shares_held):\n    return "HOLD"\n```\n'

/** With a journal in a folder of its own. */
const keeping = (port: number) =>
  Layer.unwrapScoped(
    Effect.map(
      Effect.flatMap(FileSystem.FileSystem, (files) => files.makeTempDirectoryScoped()),
      (directory) =>
        Layer.mergeAll(
          OpenRouter.layer({ baseUrl: `http://127.0.0.1:${port}/v1` }),
          MemoryStore.layer,
          FileJournal.layer({ directory })
        )
    )
  ).pipe(Layer.provide([ConnectionPool.layer, NodeContext.layer]), Layer.orDie)

/** What the server may take to see it. */
const ABORT_MS = 50

/** One model is done, four hang in every place where a request can hang, one waits to be asked again, two are queued. */
const scene = scripted({
  "x/done": "ok",
  "x/headers": "stall-headers",
  "x/body": "stall-body",
  "x/comments": "stall-comments",
  "x/padding": "stall-padding",
  "x/waiting": "429-retry-after=30",
  "x/late": "stall-headers",
  "x/queued-1": "ok",
  "x/queued-2": "ok"
})
const models = [
  "x/done",
  "x/headers",
  "x/body",
  "x/comments",
  "x/padding",
  "x/waiting",
  "x/late",
  "x/queued-1",
  "x/queued-2"
]
const HANGING = ["x/headers", "x/body", "x/comments", "x/padding", "x/late"]
const request = { models, concurrency: 6, requestTimeout: "30 seconds", deadline: "60 seconds" } as const

/** The scene is set: one is finished, five hang, and the one that waits has been told to. */
const set = until(
  ({ inFlight, models }) =>
    inFlight === HANGING.length && models["x/done"]?.completed === 1 && models["x/waiting"]?.completed === 1
)

/** From this moment (milliseconds since the epoch) on the server sees five sockets closing, and no request any more. */
const assertQuiet = (ended: number) =>
  Effect.gen(function* () {
    const seen = yield* until(({ aborted }) => aborted === HANGING.length)
    const aborted = seen.recent.filter(({ outcome }) => outcome === "aborted")
    deepStrictEqual(aborted.map(({ model }) => model).sort(), [...HANGING].sort())
    for (const entry of aborted) assert.isBelow(closedAt(seen, entry) - ended, ABORT_MS, entry.model)
    yield* Effect.sleep(300)
    const later = yield* stats
    assert.strictEqual(Stats.arrivedAfter(later, ended), 0)
    assert.strictEqual(later.inFlight, 0)
    assert.strictEqual(later.requests, 7)
  })

const savedModels = Effect.flatMap(MemoryStore.Saved, Ref.get).pipe(
  Effect.map((files) => [...files.values()].map(({ model }) => model))
)

/** One after the other, and once more when the machine itself was away for that long: what is measured is in milliseconds. */
describe("a run that ends early", { retry: 2 }, () => {
  for (const stream of [true, false]) {
    const how = stream ? "streamed" : "not streamed"

    it.live(`by interruption closes every socket, and what is finished is saved (${how})`, () =>
      Effect.gen(function* () {
        const run = yield* Effect.fork(generate(request))
        yield* set
        const ended = yield* Clock.currentTimeMillis
        yield* Fiber.interrupt(run)
        yield* assertQuiet(ended)
        deepStrictEqual(yield* savedModels, ["x/done"])
      }).pipe(Effect.provide(against(scene, { stream })))
    )

    it.live(`by stopWhen does the same, and has its report at once (${how})`, () =>
      Effect.gen(function* () {
        const stop = yield* Deferred.make<void>()
        const run = yield* Effect.fork(generate({ ...request, stopWhen: Deferred.await(stop) }))
        yield* set
        const ended = yield* Clock.currentTimeMillis
        yield* Deferred.succeed(stop, undefined)
        const report = yield* Fiber.join(run)
        assert.isBelow((yield* Clock.currentTimeMillis) - ended, 2 * ABORT_MS)
        yield* assertQuiet(ended)
        deepStrictEqual(outcomes(report), ["ok", ...Array.from({ length: 8 }, () => "Interrupted")])
        deepStrictEqual(yield* savedModels, ["x/done"])
      }).pipe(Effect.provide(against(scene, { stream })))
    )

    it.live(`by its deadline sends nothing more, also none of what was queued or waited (${how})`, () =>
      Effect.gen(function* () {
        const report = yield* generate({ ...request, concurrency: 5, deadline: "900 millis" })
        yield* assertQuiet(report.startedAt + 900)
        assert.isBelow(report.durationMs, 1_000)
        // The wait of 30 s cannot end in time, so it is not begun.
        deepStrictEqual(outcomes(report), [
          "ok",
          ...Array.from({ length: 4 }, () => "DeadlineExceeded"),
          "RateLimited",
          ...Array.from({ length: 3 }, () => "DeadlineExceeded")
        ])
        deepStrictEqual(yield* savedModels, ["x/done"])
      }).pipe(Effect.provide(against(scene, { stream })))
    )
  }

  /** A server that says this and nothing more. */
  const saying = (content: string) =>
    listen(
      createServer((asked, answer) => {
        if (asked.url?.endsWith("/models") === true) return answer.end(JSON.stringify({ data: [{ id: "x/1" }] }))
        answer.writeHead(200, { "content-type": "text/event-stream" })
        return answer.write(`data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`)
      })
    )

  for (const [name, options] of [
    ["its own time", { requestTimeout: 400, maxRetries: 0 }],
    ["the deadline", { deadline: 400 }],
    ["stopWhen", { stopWhen: Effect.sleep(400) }]
  ] as const) {
    it.live(`keeps what had come, as with every other cut: ${name}`, () =>
      Effect.gen(function* () {
        for (const [text, success] of [
          [MODULE, true],
          [MODULE.slice(0, 60), false]
        ] as const) {
          const port = yield* saying(text)
          const { report, entries } = yield* Effect.all({
            report: generate({ models: ["x/1"], ...options }),
            entries: Effect.flatMap(Journal, (journal) => journal.entries)
          }).pipe(Effect.provide(keeping(port)))
          assert.strictEqual(report.success, success)
          deepStrictEqual(
            entries.map(({ answer, partial = false }) => [answer.text, partial]),
            [[text, !success]]
          )
        }
      }).pipe(Effect.scoped)
    )
  }

  it.live("in the middle of a wait sends no further request", () =>
    Effect.gen(function* () {
      const run = yield* Effect.fork(generate({ models: ["sim/status-503"] }))
      yield* until(({ models }) => models["sim/status-503"]?.completed === 1)
      yield* Fiber.interrupt(run)
      yield* Effect.sleep(900)
      assert.strictEqual((yield* stats).requests, 1)
    }).pipe(Effect.provide(against()))
  )

  it.live("at any moment leaves no request in flight", () =>
    Effect.gen(function* () {
      for (let millis = 0; millis < 120; millis += 7) {
        const run = yield* Effect.fork(generate({ models: ["sim/ok", "sim/ok-fenced", "sim/length"] }))
        yield* Effect.sleep(millis)
        yield* Fiber.interrupt(run)
        const ended = yield* Clock.currentTimeMillis
        const seen = yield* until(({ inFlight }) => inFlight === 0)
        for (const entry of seen.recent) assert.isBelow(closedAt(seen, entry) - ended, ABORT_MS, entry.model)
      }
      const { requests } = yield* stats
      yield* Effect.sleep(100)
      assert.strictEqual((yield* stats).requests, requests)
    }).pipe(Effect.provide(against({ latency: () => 60 })))
  )
})

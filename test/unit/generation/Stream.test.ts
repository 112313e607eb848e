/** A run as a stream of events, and events and report as plain JSON. */
import { assert, describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual } from "@effect/vitest/utils"
import { Chunk, Effect, Exit, Fiber, Layer, Logger, LogLevel, Option, Schema, Stream, TestClock } from "effect"
import { ServerFailed } from "../../../src/domain/GenerationError.js"
import * as Generation from "../../../src/generation/Generation.js"
import * as Progress from "../../../src/generation/Progress.js"
import * as Report from "../../../src/generation/Report.js"
import * as Prompt from "../../../src/prompt/Prompt.js"
import {
  after,
  answers,
  api,
  each,
  fails,
  finish,
  flowControl,
  HOLD,
  http,
  never,
  start,
  store,
  type Reply
} from "./doubles.js"

const writes: Reply = (asked, onToken) =>
  Effect.zipRight(
    onToken(() => "def"),
    Effect.zipRight(
      Effect.sleep(300),
      Effect.zipRight(
        onToken(() => "def x"),
        answers()(asked, onToken)
      )
    )
  )

describe("a stream of events", () => {
  it.effect("is what a listener is told, and ends with the run", () =>
    Effect.gen(function* () {
      const script = { "x/1": [http(503), answers()], "x/2": [after(1_000, answers())], "x/3": [http(404)] }
      const options = { models: Object.keys(script), ticker: "AAPL", maxRetries: 0 }
      const told = yield* start(options, { api: api(script) })
      yield* finish(told, 1_000)
      const streamed = yield* Generation.stream(options).pipe(
        Stream.provideLayer(Layer.merge(api(script).layer, store().layer)),
        Stream.runCollect,
        Effect.fork
      )
      yield* TestClock.adjust(1_000)
      const events = Chunk.toReadonlyArray(yield* Fiber.join(streamed))
      deepStrictEqual(
        events.map(({ _tag }) => _tag),
        told.progress.map(({ event }) => event._tag)
      )
      assert.strictEqual(events.at(-1)?._tag, "RunFinished")
    })
  )

  it.effect("ends the run when nobody reads on, and what is finished is saved", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [after(10, answers())], "x/2": [never] })
      const files = store()
      const reading = yield* Generation.stream({ models: ["x/1", "x/2"], ticker: "AAPL" }).pipe(
        Stream.takeUntil(({ _tag }) => _tag === "Generated"),
        Stream.runDrain,
        Effect.provide(Layer.merge(openRouter.layer, files.layer)),
        Effect.fork
      )
      yield* TestClock.adjust(10)
      yield* Fiber.join(reading)
      assert.strictEqual(openRouter.inFlight().now, 0)
      deepStrictEqual(files.saved, ["x/1"])
    })
  )

  it.effect("logs no warning for what was in work when it was stopped", () =>
    Effect.gen(function* () {
      for (const [ended, warnings] of [
        [Stream.takeUntil<Progress.Event>(({ _tag }) => _tag === "ModelStarted"), 0],
        [Stream.takeUntil<Progress.Event>(({ _tag }) => _tag === "RunFinished"), 3]
      ] as const) {
        const logged: Array<string> = []
        const logger = Logger.make(({ logLevel }) => void logged.push(logLevel._tag))
        const reading = yield* Generation.stream({ models: ["x/1", "x/2", "x/3"], ticker: "AAPL", deadline: 50 }).pipe(
          ended,
          Stream.runDrain,
          Effect.provide(Layer.merge(api(each(["x/1", "x/2", "x/3"], never)).layer, store().layer)),
          Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
          Effect.fork
        )
        yield* TestClock.adjust(50)
        yield* Fiber.join(reading)
        assert.strictEqual(logged.filter((level) => level === "Warning").length, warnings)
      }
    })
  )

  it.effect("fails where the run could not begin", () =>
    Effect.gen(function* () {
      const read = Stream.runDrain(Generation.stream({ models: [], ticker: "AAPL" }))
      const exit = yield* Effect.exit(Effect.provide(read, Layer.merge(api({}).layer, store().layer)))
      assertTrue(Exit.isFailure(exit))
    })
  )

  it.effect("carries the new text of a model, and the whole where that is asked for", () =>
    Effect.gen(function* () {
      for (const [wholeText, wholes] of [
        [false, [undefined, undefined]],
        [true, ["def", "def x"]]
      ] as const) {
        const run = yield* start({ models: ["x/1"], wholeText }, { api: api({ "x/1": [writes] }) })
        yield* finish(run, 300)
        deepStrictEqual(
          run.heard("Writing").map(({ offset, text, whole }) => [offset, text, whole]),
          [
            [0, "def", wholes[0]],
            [3, " x", wholes[1]]
          ]
        )
      }
    })
  )
})

/** As another process would read it. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** Errors differ in where they were made. */
const bare = (event: Progress.Event) =>
  event._tag === "Settled"
    ? { ...event, outcome: { ...event.outcome, reason: Option.map(event.outcome.reason, (reason) => ({ ...reason })) } }
    : event

describe("plain JSON", () => {
  it.effect("holds every event and the report, both ways", () =>
    Effect.gen(function* () {
      const script = {
        "x/1": [writes],
        "x/2": [fails(new ServerFailed({ status: 502, message: "bad" }), { retryAt: 9_000 })],
        "x/3": [answers()]
      }
      const doubles = { api: api(script), store: store({ full: ["x/3"] }) }
      const run = yield* start({ models: [...Object.keys(script), "y/none"], maxRetries: 1 }, doubles)
      const report = yield* finish(run, 20_000)
      const through = <A, I>(schema: Schema.Schema<A, I>, value: A): A =>
        Schema.decodeUnknownSync(schema)(JSON.parse(JSON.stringify(Schema.encodeSync(schema)(value))))
      for (const { event } of run.progress) {
        deepStrictEqual(bare(through(Progress.Event, event)), bare(event))
      }
      const back = through(Report.GenerationReport, report)
      deepStrictEqual(plain(Report.toJson(back)), plain(Report.toJson(report)))
      deepStrictEqual(back.algorithms.map(Option.isSome), [true, false, true, false])
      assert.strictEqual(
        JSON.stringify(Schema.encodeSync(Report.GenerationReport)(report)).split(HOLD.trim()).length,
        1
      )
    })
  )
})

describe("a prompt of one's own", () => {
  const built = (prompt: Prompt.Service) =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [answers()] })
      const run = yield* start({ models: ["x/1"] }, { api: openRouter }).pipe(Effect.provide(Prompt.layer(prompt)))
      const exit = yield* Fiber.await(run.fiber)
      return { exit, requests: openRouter.requests }
    })

  it.effect("may be an effect, and have messages with roles", () =>
    Effect.gen(function* () {
      const { requests } = yield* built({
        build: ({ ticker }) =>
          Effect.succeed([
            { role: "system", content: "You trade." },
            { role: "user", content: `Trade ${ticker}.` }
          ])
      })
      deepStrictEqual(requests[0]?.messages, [
        { role: "system", content: "You trade." },
        { role: "user", content: "Trade AAPL." }
      ])
    })
  )

  it.effect("that cannot be made ends the run before anything is sent, in its own words", () =>
    Effect.gen(function* () {
      const { exit, requests } = yield* built({
        build: () => new Prompt.PromptError({ message: "the template has no {{ticker}}" })
      })
      assert.include(String(exit), "the template has no {{ticker}}")
      deepStrictEqual(requests, [])
    })
  )
})

/** What is logged for debugging, with its annotations. */
const debugLines = () => {
  const lines: Array<string> = []
  const logger = Logger.make(({ annotations, logLevel, message }) => {
    if (logLevel !== LogLevel.Debug) return
    lines.push(`${Array.from(annotations, ([, value]) => String(value)).join(" ")} ${String(message)}`)
  })
  const logged = <A, E, R>(self: Effect.Effect<A, E, R>) =>
    self.pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)), Logger.withMinimumLogLevel(LogLevel.Debug))
  return { lines, logged }
}

describe("the debug log", () => {
  it.effect("follows each attempt from leave to send to the journal, with model and attempt", () =>
    Effect.gen(function* () {
      const { lines, logged } = debugLines()
      const run = yield* start({ models: ["x/1"] }, { api: api({ "x/1": [http(503), answers()] }) }).pipe(logged)
      yield* finish(run, 525)
      deepStrictEqual(lines, [
        "1 x/1 admitted",
        "1 x/1 sent",
        "1 x/1 classified as ServerFailed",
        "1 x/1 waiting 525 ms (backoff)",
        "2 x/1 admitted",
        "2 x/1 sent",
        "2 x/1 classified as an answer"
      ])
    })
  )

  it.effect("says how long flow control holds a model back", () =>
    Effect.gen(function* () {
      const { lines, logged } = debugLines()
      const run = yield* start(
        { models: ["x/1"], samples: 2, concurrency: 1 },
        { api: api({ "x/1": [http(429, { "retry-after-ms": "10000" }), answers()] }) }
      ).pipe(logged, Effect.provide(flowControl))
      yield* finish(run, 20_000)
      const held = lines.filter((line) => line.includes("held back"))
      deepStrictEqual(held, ["x/1 held back for 10000 ms"])
    })
  )
})

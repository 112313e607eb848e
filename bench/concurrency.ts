/**
 * Measures what asking at once is worth: the same six models with the same latencies, first one after the other, then at
 * once, over real sockets; then the same two runs in virtual time, where they are exact. Every figure was measured in
 * this run.
 */
import { PlatformConfigProvider } from "@effect/platform"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Clock, Console, Effect, Layer, Logger, LogLevel, Option } from "effect"
import * as Models from "../src/api/Models.js"
import * as OpenRouter from "../src/api/OpenRouter.js"
import { Answer } from "../src/domain/Answer.js"
import * as Generation from "../src/generation/Generation.js"
import type { GenerationReport } from "../src/generation/Report.js"
import * as ConnectionPool from "../src/node/ConnectionPool.js"
import * as Simulator from "../src/simulator/Simulator.js"
import * as MemoryStore from "../src/storage/algorithmStore/Memory.js"
import * as VirtualTime from "./flow/VirtualTime.js"
import * as Options from "./options/Options.mjs"

const values = Options.read("npm run bench --", {
  live: { type: "boolean", default: false, help: "asks the real API, with the key and the base URL of the environment" }
})

const MODELS = Models.DEFAULT

/** Latencies of about one to four seconds: the six one after the other take less than 20 s. */
const LATENCY_SCALE = 2

/** Seconds to each model's answer in virtual time: what such models take, in no particular order. */
const VIRTUAL_SECONDS = [12, 10, 15, 11, 14, 13]

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`

/** When each answer was there, in milliseconds from the start of the run, in the order in which they came. */
interface Measured {
  readonly report: GenerationReport
  readonly completions: ReadonlyArray<number>
}

const measured = (concurrency: number, tell: (line: string, ms: number) => Effect.Effect<void>) =>
  Effect.gen(function* () {
    let start = 0
    const completions: Array<number> = []
    const report = yield* Generation.generateAlgorithms({
      models: MODELS,
      ticker: "AAPL",
      concurrency,
      onProgress: ({ event }) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) => {
          if (event._tag === "RunStarted") start = now
          if (event._tag === "Generated") completions.push(now - start)
          if (event._tag === "Generated") return tell(`✓ ${event.model}`, now - start)
          return event._tag === "Failed" || event._tag === "Skipped"
            ? tell(`✗ ${event.model}: ${event.reason.message}`, now - start)
            : Effect.void
        })
    })
    return { report, completions } satisfies Measured
  })

/** Of each single request of a run, in milliseconds. */
const durations = ({ report }: Measured): ReadonlyArray<number> =>
  report.outcomes.flatMap(({ attempts }) => attempts.map(({ durationMs }) => durationMs))

const row = (name: string, value: string) => `  ${name.padEnd(34)}${value}`

const comparison = (sequential: Measured, concurrent: Measured): string => {
  const [before, after] = [sequential.report.durationMs, concurrent.report.durationMs]
  const { completions, report } = concurrent
  const single = durations(concurrent)
  const [first = Number.NaN] = completions
  return [
    row("success", String(report.success)),
    row("completions", `${completions.length} of ${MODELS.length}`),
    row("time to first completion", seconds(first)),
    row("time to last completion", seconds(completions.at(-1) ?? Number.NaN)),
    row("total time at once", seconds(after)),
    row("total time one after the other", `${seconds(before)} (measured)`),
    row("average time per request", `${seconds(after / single.length)} (total time over requests)`),
    row("average length of a request", seconds(single.reduce((sum, ms) => sum + ms, 0) / single.length)),
    row("slowest single request", seconds(Math.max(...single))),
    row("speed-up", `${(before / after).toFixed(2)} times`),
    row("total time to slowest request", `${(after / Math.max(...single)).toFixed(3)} (1 is the limit)`)
  ].join("\n")
}

const tick = (line: string, ms: number) => Console.log(`  ${seconds(ms).padStart(8)}  ${line}`)

const overSockets = Effect.gen(function* () {
  const server = yield* Effect.serviceOption(Simulator.Simulator)
  const { baseUrl, models } = yield* OpenRouter.OpenRouter
  // The first request of a process pays for what is loaded and compiled; neither run should.
  yield* Effect.ignore(models)
  yield* Console.log(
    [
      `Six models over ${Option.isSome(server) ? "real sockets, simulated" : "the network"}: ${baseUrl}`,
      ...MODELS.map((model, index) => `  ${index + 1}. ${model}`),
      ""
    ].join("\n")
  )
  // After a reset every request is a model's first again, and takes as long as it took.
  const between = Option.match(server, { onNone: () => Effect.void, onSome: ({ reset }) => reset })
  yield* Console.log("One after the other:")
  const sequential = yield* measured(1, tick)
  yield* between
  yield* Console.log("\nAt once:")
  const concurrent = yield* measured(MODELS.length, tick)
  yield* Console.log(`\nResults:\n${comparison(sequential, concurrent)}\n`)
})

const MODULE = 'def execute_trade(ticker, price, tick, cash_balance, shares_held):\n    return "HOLD"\n'

/** Answers after exactly the time of the schedule. */
const schedule = Layer.succeed(OpenRouter.OpenRouter, {
  baseUrl: "virtual",
  identity: "virtual",
  complete: ({ model }) =>
    Effect.delay(
      Effect.sync(() => new Answer({ text: MODULE, model })),
      (VIRTUAL_SECONDS[MODELS.indexOf(model)] ?? 0) * 1000
    ),
  models: Effect.succeed(MODELS.map((id) => ({ id }))),
  key: Effect.never
})

const virtually = (concurrency: number) => {
  const run = Effect.provide(measured(concurrency, tick), Layer.merge(schedule, MemoryStore.layer))
  return Effect.flatten(Effect.promise(() => VirtualTime.run(run)))
}

const inVirtualTime = Effect.gen(function* () {
  yield* Console.log(`In virtual time, where the models take ${VIRTUAL_SECONDS.join(", ")} s:`)
  yield* Console.log("\nOne after the other:")
  const sequential = yield* virtually(1)
  yield* Console.log("\nAt once:")
  const concurrent = yield* virtually(MODELS.length)
  yield* Console.log(`\nResults:\n${comparison(sequential, concurrent)}`)
  const sum = VIRTUAL_SECONDS.reduce((total, one) => total + one, 0) * 1000
  const max = Math.max(...VIRTUAL_SECONDS) * 1000
  if (sequential.report.durationMs !== sum || concurrent.report.durationMs !== max) {
    return yield* Effect.dieMessage("the runs in virtual time are not as long as the schedule says")
  }
  yield* Console.log(`\nExactly the sum, ${seconds(sum)}, and exactly the maximum, ${seconds(max)}.`)
})

const simulated = Layer.unwrapEffect(
  Effect.map(Simulator.Simulator, ({ baseUrl }) => OpenRouter.layer({ baseUrl }))
).pipe(Layer.provideMerge(Simulator.layer({ latencyScale: LATENCY_SCALE })))

const live = OpenRouter.layerConfig(OpenRouter.config).pipe(
  Layer.provide(Layer.provide(PlatformConfigProvider.layerDotEnvAdd(".env"), NodeContext.layer))
)

const main = Effect.if(values.live, {
  onTrue: () => Effect.provide(overSockets, live),
  onFalse: () => Effect.provide(overSockets, simulated)
}).pipe(
  Effect.provide(Layer.merge(ConnectionPool.layer, MemoryStore.layer)),
  Effect.zipRight(inVirtualTime),
  Effect.provide(Logger.minimumLogLevel(LogLevel.Error))
)

NodeRuntime.runMain(main)

/** The library over real sockets: against the embedded server, whose own counts the tests go by. */
import { Effect, type Fiber, Layer, Logger, LogLevel } from "effect"
import * as OpenRouter from "../../../src/api/OpenRouter.js"
import * as Generation from "../../../src/generation/Generation.js"
import type { GenerationReport } from "../../../src/generation/Report.js"
import * as ConnectionPool from "../../../src/node/ConnectionPool.js"
import * as Catalog from "../../../src/simulator/Catalog.js"
import * as Scenario from "../../../src/simulator/Scenario.js"
import * as Simulator from "../../../src/simulator/Simulator.js"
import type * as Stats from "../../../src/simulator/Stats.js"
import * as MemoryStore from "../../../src/storage/algorithmStore/Memory.js"

/** Answers in 10 to 40 ms. */
const QUICK = 0.02

export const against = (
  server: Simulator.Options = {},
  client: OpenRouter.Options = {},
  pool: ConnectionPool.Options = {}
) =>
  Layer.unwrapEffect(Effect.map(Simulator.Simulator, ({ baseUrl }) => OpenRouter.layer({ ...client, baseUrl }))).pipe(
    Layer.provide(ConnectionPool.layerWith(pool)),
    Layer.provideMerge(Simulator.layer({ latencyScale: QUICK, ...server })),
    Layer.merge(MemoryStore.layer),
    Layer.provideMerge(Logger.minimumLogLevel(LogLevel.None))
  )

/** Models of one's own, each with what happens to its requests, written as the server's plans are. */
export const scripted = (plans: Readonly<Record<string, string>>): Simulator.Options => ({
  models: Object.keys(plans).map((id) => Catalog.simulated(id, id)),
  scenario: Scenario.perModel(plans)
})

export const generate = (options: Partial<Generation.Options> & Pick<Generation.Options, "models">) =>
  Generation.generateAlgorithms({ ticker: "AAPL", ...options })

export const stats: Effect.Effect<Stats.Stats, never, Simulator.Simulator> = Effect.flatMap(
  Simulator.Simulator,
  (server) => server.stats
)

/** The server's counts as soon as they are so. */
export const until = (holds: (stats: Stats.Stats) => boolean) =>
  stats.pipe(
    Effect.delay(2),
    Effect.repeat({ until: holds }),
    Effect.timeoutFail({ duration: "10 seconds", onTimeout: () => new Error("the server never came to see this") }),
    Effect.orDie
  )

/** How long that takes, in milliseconds, by the server's clock. */
export const timeUntil = (holds: (stats: Stats.Stats) => boolean) =>
  Effect.gen(function* () {
    const { uptimeMs } = yield* stats
    return (yield* until(holds)).uptimeMs - uptimeMs
  })

/** A run in the background, with the server's counts once that many requests are in flight. */
export const inFlight = (
  requests: number,
  options: Parameters<typeof generate>[0]
): Effect.Effect<
  Fiber.RuntimeFiber<GenerationReport, Effect.Effect.Error<ReturnType<typeof generate>>>,
  never,
  Effect.Effect.Context<ReturnType<typeof generate>> | Simulator.Simulator
> =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(generate(options))
    yield* until((seen) => seen.inFlight === requests)
    return fiber
  })

/** What became of each slot: `ok`, or the tag of the reason. */
export const outcomes = ({ outcomes }: GenerationReport): ReadonlyArray<string> =>
  outcomes.map(({ reason, status }) => (reason._tag === "Some" ? reason.value._tag : status))

export const times = (n: number, model: string): ReadonlyArray<string> => Array.from({ length: n }, () => model)

export const requests = (seen: Stats.Stats, model: string): number => seen.models[model]?.requests ?? 0

/** Milliseconds between the arrivals of a model's requests. */
export const gaps = (seen: Stats.Stats, model: string): ReadonlyArray<number> => {
  const arrivals = seen.models[model]?.arrivals ?? []
  return arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? 0))
}

/** When the server saw a request's connection closed, in milliseconds since the epoch; never while it is open. */
export const closedAt = (seen: Stats.Stats, request: Stats.Request | undefined): number =>
  request?.durationMs === undefined ? Number.POSITIVE_INFINITY : seen.startedAt + request.at + request.durationMs

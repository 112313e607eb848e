/**
 * The same over real sockets, in miniature: 200 jobs against the simulator's limit of 20 requests a second with a burst of
 * 5. After each run the same by a plain client: workers that sleep for the hint and ask again.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as OpenRouter from "../../src/api/OpenRouter.js"
import * as FlowControl from "../../src/flow/FlowControl.js"
import * as Generation from "../../src/generation/Generation.js"
import * as Report from "../../src/generation/Report.js"
import * as ConnectionPool from "../../src/node/ConnectionPool.js"
import * as Catalog from "../../src/simulator/Catalog.js"
import * as Profiles from "../../src/simulator/Profiles.js"
import * as Simulator from "../../src/simulator/Simulator.js"
import * as MemoryStore from "../../src/storage/algorithmStore/Memory.js"
import * as Naive from "./Naive.js"
import { fixed, render, seconds } from "./Table.js"

const JOBS = 200
const PER_SECOND = 20
const BURST = 5

/** Short enough that six in flight pass the limit many times over. */
const LATENCY_MS = 50

/** All jobs at the limit, from the burst to the last answer. */
const IDEAL_MS = ((JOBS - BURST) / PER_SECOND) * 1000 + LATENCY_MS

interface Row {
  readonly hints: "whole seconds" | "exact" | "both headers"
  readonly models: number
  readonly concurrency: number
  /** The server says that the limit is one of all `:free` models. */
  readonly told?: boolean | undefined
}

const ROWS: ReadonlyArray<Row> = [
  { hints: "whole seconds", models: 200, concurrency: 6 },
  { hints: "whole seconds", models: 2, concurrency: 6 },
  { hints: "whole seconds", models: 200, concurrency: 64 },
  { hints: "whole seconds", models: 2, concurrency: 64 },
  { hints: "whole seconds", models: 200, concurrency: 6, told: true },
  { hints: "both headers", models: 200, concurrency: 6 },
  { hints: "both headers", models: 2, concurrency: 64 },
  { hints: "exact", models: 200, concurrency: 6 }
]

const idsOf = ({ models, told = false }: Row) =>
  Array.from({ length: models }, (_, index) => `lab/m${index + 1}${told ? ":free" : ""}`)

/** `retry-after-ms` beside `Retry-After`, as Azure has them. */
const bothHeaders = {
  ...Profiles.table.openrouter,
  dialect: { ...Profiles.table.openrouter.dialect, limited: Profiles.table.azure.dialect.limited }
}

const serve = (row: Row, requests = PER_SECOND, burst = BURST) =>
  Simulator.make({
    profile: row.hints === "both headers" ? bothHeaders : "openrouter",
    models: idsOf(row).map((id) => Catalog.served(id, 32_768)),
    latency: () => LATENCY_MS,
    rateLimit: {
      requests,
      per: "1 second",
      burst,
      counts: row.told === true ? "free" : "all",
      hints: row.hints === "whole seconds" ? "whole-seconds" : "exact"
    }
  })

const ours = (row: Row, baseUrl: string) =>
  Effect.gen(function* () {
    const api = OpenRouter.layer({ baseUrl }).pipe(
      Layer.provide(ConnectionPool.layerWith({ connections: row.concurrency }))
    )
    const surroundings = Layer.merge(MemoryStore.layer, Layer.provideMerge(FlowControl.layer(), api))
    const { concurrency } = row
    const options = { models: idsOf(row), samples: JOBS / row.models, ticker: "AAPL", concurrency }
    const report = yield* Effect.provide(Generation.generateAlgorithms(options), surroundings)
    const { ok, requests } = Report.totals(report)
    return { done: ok, requests, durationMs: report.durationMs } satisfies Naive.Measured
  })

const naive = (row: Row, baseUrl: string) => {
  const models = idsOf(row)
  const jobs = Array.from({ length: JOBS }, (_, index) => models[index % models.length] ?? "")
  return Naive.run(baseUrl, jobs, row.concurrency)
}

/** One after the other, each against a server of its own, since they share a processor. */
const compare = (row: Row) =>
  Effect.forEach([ours, naive], (client) =>
    Effect.scoped(Effect.flatMap(serve(row), ({ baseUrl }) => client(row, baseUrl)))
  )

/** What is measured is no matter of a compiler that is still at work. */
const warmUp = (row: Row) =>
  Effect.scoped(Effect.flatMap(serve(row, 10_000, 10_000), ({ baseUrl }) => ours(row, baseUrl)))

const refusedShare = ({ done, requests }: Naive.Measured) => `${fixed((100 * (requests - done)) / requests, 1)} %`

const cells = (row: Row, measured: ReadonlyArray<Naive.Measured>) => [
  `${row.hints}${row.told === true ? ", scope told" : ""}`,
  `${row.models} x ${JOBS / row.models}`,
  `${row.concurrency}`,
  ...measured.flatMap((one) => [`${one.done}`, seconds(one.durationMs), refusedShare(one)])
]

export const measure = async (): Promise<ReadonlyArray<string>> => {
  const exit = await Effect.runPromiseExit(
    Effect.gen(function* () {
      yield* Effect.forEach(ROWS.slice(0, 1), warmUp)
      return yield* Effect.forEach(ROWS, (row) => Effect.map(compare(row), (measured) => cells(row, measured)))
    }).pipe(Logger.withMinimumLogLevel(LogLevel.None))
  )
  if (Exit.isFailure(exit)) throw new Error(Cause.pretty(exit.cause))
  return [
    `${JOBS} jobs over sockets, ${PER_SECOND} requests a second, burst ${BURST}: ${seconds(IDEAL_MS)} at the limit`,
    render([["hints", "models", "in flight", "done", "time", "refused", "naive", "time", "refused"], ...exit.value])
  ]
}

/** The same over real sockets, in miniature: 200 jobs against the simulator's limit of 20 a second with a burst of 5. */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Models from "../../src/api/Models.js"
import * as OpenRouter from "../../src/api/OpenRouter.js"
import * as FlowControl from "../../src/flow/FlowControl.js"
import * as Generation from "../../src/generation/Generation.js"
import * as Report from "../../src/generation/Report.js"
import * as ConnectionPool from "../../src/node/ConnectionPool.js"
import * as Simulator from "../../src/simulator/Simulator.js"
import * as MemoryStore from "../../src/storage/algorithmStore/Memory.js"

const JOBS = 200
const PER_SECOND = 20
const BURST = 5

/** Short enough that six in flight pass the limit many times over. */
const LATENCY_MS = 50

const run = (patience: number, flow: boolean) =>
  Effect.gen(function* () {
    const simulator = yield* Simulator.make({ scenario: "rate-limited", latency: () => LATENCY_MS })
    const api = OpenRouter.layer({ baseUrl: simulator.baseUrl }).pipe(Layer.provide(ConnectionPool.layer))
    const models = Array.from({ length: JOBS }, (_, index) => Models.DEFAULT[index % Models.DEFAULT.length] ?? "")
    const report = yield* Generation.generateAlgorithms({ models, ticker: "AAPL", patience }).pipe(
      Effect.provide(Layer.merge(MemoryStore.layer, flow ? Layer.provideMerge(FlowControl.layer(), api) : api))
    )
    const { ok, requests } = Report.totals(report)
    const refused = report.outcomes
      .flatMap(({ attempts }) => attempts)
      .filter(({ outcome }) => outcome === "RateLimited").length
    const allowed = BURST + (report.durationMs / 1000) * PER_SECOND
    return { ok, requests, refused, durationMs: report.durationMs, goodput: ok / allowed }
  }).pipe(Effect.scoped, Logger.withMinimumLogLevel(LogLevel.None))

export const measure = async (): Promise<ReadonlyArray<string>> => {
  const lines = [`${JOBS} jobs over sockets, ${PER_SECOND} requests a second, burst ${BURST}:`]
  for (const { flow, name } of [
    { name: "ours", flow: true },
    { name: "plain", flow: false }
  ]) {
    const exit = await Effect.runPromiseExit(run(0, flow))
    if (Exit.isFailure(exit)) throw new Error(Cause.pretty(exit.cause))
    const { durationMs, goodput, ok, refused, requests } = exit.value
    lines.push(
      `  ${name.padEnd(6)} ${ok} done in ${(durationMs / 1000).toFixed(1)} s, ${(100 * goodput).toFixed(0)} % of what the limit allows, ` +
        `${refused} of ${requests} requests refused (${((100 * refused) / requests).toFixed(1)} %)`
    )
  }
  return lines
}

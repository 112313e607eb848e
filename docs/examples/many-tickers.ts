/**
 * Many tickers: requests are made as there is room for them, files lie in a folder for each ticker, and what is settled is
 * forgotten. Interrupt it and start it again: what was answered is not asked, and not paid, again.
 */
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { FileJournal, FileSystemStore, FlowControl, Generation, OpenRouter, type Plan } from "algogen"
import { ConnectionPool } from "algogen/node"
import { Console, Effect, Layer, Option, Stream } from "effect"

const TICKERS = ["AAPL", "MSFT", "NVDA", "TSLA", "BRK-B"]
const MODELS = ["openai/gpt-4o-mini", "qwen/qwen-2-7b-instruct:free"]

// From a database or a queue, a `Stream` of requests does as well.
function* requests(): Generator<Plan.Request> {
  for (const ticker of TICKERS) {
    for (const [position, model] of MODELS.entries()) yield { model, ticker, position }
  }
}

const program = Generation.stream({ requests: requests(), concurrency: 6, resume: true }).pipe(
  Stream.runForEach((event) => {
    if (event._tag !== "Settled") return Effect.void
    const { attempts, file, model, reason, ticker } = event.outcome
    const result = Option.getOrElse(file, () => Option.getOrThrow(reason).message)
    const requests = `${attempts.length} request${attempts.length === 1 ? "" : "s"}`
    return Console.log(`${ticker} ${model}: ${result}, ${requests}`)
  })
)

const api = Layer.provideMerge(FlowControl.layer(), OpenRouter.layerConfig(OpenRouter.config))
const directory = "generated"
const live = Layer.mergeAll(api, FileSystemStore.layer({ directory }), FileJournal.layer({ directory })).pipe(
  Layer.provideMerge(Layer.merge(ConnectionPool.layer, NodeContext.layer))
)

NodeRuntime.runMain(program.pipe(Effect.provide(live)))

/**
 * Many tickers: three runs at a time, a folder for each ticker, and one `FlowControl` for all of them, so that together they
 * keep to the limits of the account. Interrupt it and start it again: what was answered is not asked, and not paid, again.
 */
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { FileJournal, FileName, FileSystemStore, FlowControl, Generation, OpenRouter, Report } from "algogen"
import { ConnectionPool } from "algogen/node"
import { Console, Effect, Layer } from "effect"

const TICKERS = ["AAPL", "MSFT", "NVDA", "TSLA", "BRK-B"]
const MODELS = ["openai/gpt-4o-mini", "qwen/qwen-2-7b-instruct:free"]

const one = (ticker: string) =>
  Generation.generateAlgorithms({ models: MODELS, ticker, resume: true }).pipe(
    Effect.map(Report.totals),
    Effect.tap(({ ok, requests }) => Console.log(`${ticker}: ${ok} of ${MODELS.length}, ${requests} requests`)),
    Effect.provide(FileSystemStore.layer({ directory: `generated/${FileName.folderOf(ticker)}` }))
  )

const program = Effect.forEach(TICKERS, one, { concurrency: 3 })

const api = Layer.provideMerge(FlowControl.layer({ concurrency: 6 }), OpenRouter.layerConfig(OpenRouter.config))
const live = Layer.merge(api, FileJournal.layer({ directory: "generated" })).pipe(
  Layer.provideMerge(Layer.merge(ConnectionPool.layer, NodeContext.layer))
)

NodeRuntime.runMain(program.pipe(Effect.provide(live)))

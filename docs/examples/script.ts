/**
 * The script as small as it gets: it wires the services once, runs the program and ends in `runMain`, which turns Ctrl-C
 * into an interruption. Settings come from the environment: OPENROUTER_API_KEY, or OPENROUTER_BASE_URL and ALGOGEN_API_KEY
 * for another server. The library reads no `.env`: `node --env-file=.env` does.
 */
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { FileJournal, FileSystemStore, FlowControl, Generation, OpenRouter, Report } from "algogen"
import { ConnectionPool } from "algogen/node"
import { Console, Effect, Layer } from "effect"

const program = Effect.gen(function* () {
  const models = ["openai/gpt-4o-mini", "qwen/qwen-2-7b-instruct:free"]
  const report = yield* Generation.generateAlgorithms({ models, ticker: "TSLA", budget: 0.05, resume: true })
  yield* Console.log(JSON.stringify(Report.totals(report)))
})

const directory = "generated"
const api = Layer.provideMerge(FlowControl.layer(), OpenRouter.layerConfig(OpenRouter.config))
const live = Layer.mergeAll(api, FileSystemStore.layer({ directory }), FileJournal.layer({ directory })).pipe(
  Layer.provide([ConnectionPool.layer, NodeContext.layer])
)

NodeRuntime.runMain(program.pipe(Effect.provide(live)))

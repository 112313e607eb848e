/** The product as it runs in a process of a world: its options and everything it stands on. */
import { FileSystem, Path } from "@effect/platform"
import * as HttpClient from "@effect/platform/HttpClient"
import { Context, Effect, Layer, Logger, Random, Redacted } from "effect"
import * as OpenRouter from "../../../src/api/OpenRouter.js"
import * as CodeCheck from "../../../src/code/CodeCheck.js"
import * as FlowControl from "../../../src/flow/FlowControl.js"
import * as Generation from "../../../src/generation/Generation.js"
import type { GenerationReport } from "../../../src/generation/Report.js"
import * as FileSystemStore from "../../../src/storage/algorithmStore/FileSystem.js"
import * as FileJournal from "../../../src/storage/journal/File.js"
import type { Process } from "./Machine.js"
import { FOLDER } from "./Rules.js"
import type { Life, Scenario } from "./Scenario.js"

export type Options = Pick<Generation.Options, "onProgress" | "stopWhen">

/** Not in slices: these go by real time, of which a world knows nothing. */
const CHECKS: CodeCheck.Service = { ...CodeCheck.make() }

interface World {
  readonly process: Process
  readonly fs: FileSystem.FileSystem
  readonly client: HttpClient.HttpClient
  /** What chance is drawn from. */
  readonly seed: string
}

export const make = (
  scenario: Scenario,
  life: Life,
  options: Options,
  { client, fs, process, seed }: World
): Effect.Effect<GenerationReport, unknown> =>
  Effect.suspend(() => Generation.generateAlgorithms({ ...optionsOf(scenario, life), ...options })).pipe(
    Effect.provide(layersOf(scenario, life, fs, client)),
    Effect.provideService(CodeCheck.CodeCheck, CHECKS),
    Effect.withClock(process.clock),
    Effect.withRandom(Random.make(seed)),
    Effect.provide(Logger.replace(Logger.defaultLogger, Logger.none))
  )

const optionsOf = ({ models, samples, ticker }: Scenario, life: Life): Generation.Options => ({
  models,
  samples,
  ticker,
  resume: life.resume,
  concurrency: life.concurrency,
  deadline: life.deadlineMs,
  requestTimeout: life.requestTimeoutMs,
  maxRetries: life.maxRetries,
  patience: life.patience,
  repairs: life.repairs,
  budget: life.budget
})

const layersOf = (
  { isOpenRouter, isSimulated }: Scenario,
  { stream, withFlowControl }: Life,
  fs: FileSystem.FileSystem,
  client: HttpClient.HttpClient
) => {
  const files = Layer.merge(Layer.succeed(FileSystem.FileSystem, fs), Path.layer)
  const api = OpenRouter.layer({
    apiKey: Redacted.make("sk-or-v1-0123456789"),
    baseUrl: isOpenRouter ? undefined : "http://localhost:8000/v1",
    stream
  }).pipe(
    Layer.map((context) =>
      Context.add(context, OpenRouter.OpenRouter, {
        ...Context.get(context, OpenRouter.OpenRouter),
        simulated: isSimulated
      })
    ),
    Layer.provide(Layer.succeed(HttpClient.HttpClient, client))
  )
  const kept = Layer.merge(FileSystemStore.layer({ directory: FOLDER }), FileJournal.layer({ directory: FOLDER })).pipe(
    Layer.provide(files)
  )
  const flow = withFlowControl ? FlowControl.layer() : Layer.empty
  return Layer.provideMerge(Layer.merge(kept, flow), api)
}

/**
 * The library for callers without Effect: the two functions of the former Python system, with the same arguments and the
 * same progress messages, as promises. Settings come from the environment and `.env`, files go to `generated`.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as PlatformConfigProvider from "@effect/platform/PlatformConfigProvider"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Inspectable from "effect/Inspectable"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Predicate from "effect/Predicate"
import * as OpenRouter from "./api/OpenRouter.js"
import * as FlowControl from "./flow/FlowControl.js"
import * as Generation from "./generation/Generation.js"
import * as Generator from "./generation/Generator.js"
import * as Plan from "./generation/Plan.js"
import * as Progress from "./generation/Progress.js"
import * as ConnectionPool from "./node/ConnectionPool.js"
import * as TextFile from "./node/TextFile.js"
import * as Arguments from "./promise/Arguments.js"
import * as SharedJournal from "./promise/SharedJournal.js"
import type { AlgorithmStore } from "./storage/AlgorithmStore.js"
import * as FileSystemStore from "./storage/algorithmStore/FileSystem.js"

/**
 * Called as a run goes on: a percentage from 0 to 100 that never falls, and a message, either a sentence or one of
 * `MODEL_START::{model}`, `PREVIEW::{model}::{code}`, `MODEL_OK::{model}::generated`, `MODEL_OK::{model}::saved`,
 * `MODEL_FAIL::{model}::{reason}` and `MODEL_SKIP::{model}::unavailable`. Split at most twice at `::`, since code may
 * hold more of them. An error that it throws does not end the run.
 */
export type ProgressCallback = (percent: number, message: string) => void

export interface GenerateOptions {
  /** Tries after the first attempt; default 3. */
  readonly maxRetries?: number
  /** One attempt, in milliseconds, over the whole exchange; default 60,000. */
  readonly requestTimeout?: number
  /** Ends the request when aborted; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/**
 * Asks all models at once and saves what they write, in the order of `selectedAgents`. Resolves to true when at least one
 * algorithm was generated. Every answer is in the journal of the same folder, where `algogen generate --resume` finds it.
 * Rejects before anything is sent when the request or the settings make no sense, or nothing could be kept: with a
 * `ConfigurationError` that names the variable, an `InvalidRequest`, or a `StoreError`.
 */
export const generateAlgorithmsForAgents = async (
  selectedAgents: ReadonlyArray<string>,
  ticker: string,
  progressCallback?: ProgressCallback | null
): Promise<boolean> => {
  const tell = teller(progressCallback)
  const request = { models: selectedAgents, ticker }
  const generated = Generation.generateAlgorithms({
    ...request,
    onProgress: ({ event, percent }) =>
      Effect.forEach(Progress.toMessages(event), (message) => tell(percent, message), { discard: true })
  })
  return run(
    Arguments.several(selectedAgents, ticker, progressCallback).pipe(
      // Before the journal: a mistake should leave nothing behind.
      Effect.zipRight(Plan.make(request)),
      Effect.zipRight(Effect.provide(generated, SharedJournal.layer)),
      Effect.provide(live),
      Effect.map(({ success }) => success),
      Effect.tapError((error) => tell(0, error.message))
    )
  )
}

/** Calls back. What is thrown is logged in one line, and once, since it is likely to be thrown each time. */
const teller = (callback: ProgressCallback | null | undefined) => {
  let hasThrown = false
  return (percent: number, message: string): Effect.Effect<void> =>
    Effect.try(() => {
      if (typeof callback !== "function") return
      // An async function is called like any other, and not waited for: what becomes of its promise is its caller's.
      const returned: unknown = callback(percent, message)
      Promise.resolve(returned).catch(() => undefined)
    }).pipe(
      Effect.catchAll(({ error }) => {
        if (hasThrown) return Effect.void
        hasThrown = true
        const text = Predicate.isError(error)
          ? `${error.name}: ${error.message}`
          : Inspectable.toStringUnknown(error, 0)
        const [thrown = ""] = text.split("\n")
        return Effect.logWarning(`the progress callback threw (${thrown}); it is still called for later events`)
      })
    )
}

/**
 * Asks one model and resolves to the Python source, or to null if there is none. Rejects, before anything is
 * sent, when the settings or the arguments make no sense, with a `ConfigurationError` or an `InvalidRequest`.
 */
export const generateAlgorithm = async (
  modelId: string,
  promptText: string,
  options: GenerateOptions = {}
): Promise<string | null> => {
  await run(Arguments.one(modelId, promptText, options))
  const { maxRetries, requestTimeout, signal } = options
  signal?.throwIfAborted()
  return run(
    Generator.generateAlgorithm({ model: modelId, prompt: promptText, maxRetries, requestTimeout }).pipe(
      Effect.map(({ module }) => module.source),
      Effect.catchAll((error) => Effect.as(Effect.logWarning(error.message), null)),
      Effect.provide(live)
    ),
    signal
  )
}

const environment = PlatformConfigProvider.layerDotEnvAdd(".env").pipe(
  Layer.provide(TextFile.layer),
  Layer.provide(NodeContext.layer)
)

const live: Layer.Layer<OpenRouter.OpenRouter | AlgorithmStore | FlowControl.FlowControl, Settings> = Layer.mergeAll(
  Layer.provideMerge(FlowControl.layer(), OpenRouter.layerConfig(OpenRouter.config)),
  FileSystemStore.layer({ directory: SharedJournal.DIRECTORY })
).pipe(Layer.provide(Layer.mergeAll(ConnectionPool.layer, NodeContext.layer)), Layer.provide(environment))

type Settings = Layer.Layer.Error<ReturnType<typeof OpenRouter.layerConfig>>

/** Standard output belongs to the caller. */
const logger = Logger.replace(Logger.defaultLogger, Logger.prettyLogger({ stderr: true }))

/** Rejects with the error itself, not with Effect's wrapping of it; when aborted with the reason for that, like `fetch`. */
const run = async <A, E>(program: Effect.Effect<A, E>, signal?: AbortSignal): Promise<A> => {
  const exit = await Effect.runPromiseExit(Effect.provide(program, logger), signal === undefined ? {} : { signal })
  if (Exit.isSuccess(exit)) return exit.value
  if (Cause.isInterrupted(exit.cause)) signal?.throwIfAborted()
  throw Cause.squash(exit.cause)
}

/** The functions for callers without Effect, over one connection. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type { ModelRequest } from "../api/ModelRequest.js"
import * as Generation from "../generation/Generation.js"
import * as Generator from "../generation/Generator.js"
import type { Settings } from "../generation/Options.js"
import * as Plan from "../generation/Plan.js"
import type { GenerationReport } from "../generation/Report.js"
import type { AlgorithmStore, StoreError } from "../storage/AlgorithmStore.js"
import * as Arguments from "./Arguments.js"
import * as Around from "./Around.js"
import * as Callback from "./Callback.js"
import * as Calls from "./Calls.js"
import * as Connection from "./Connection.js"
import type {
  Agent,
  Client,
  ClientOptions,
  Functions,
  GenerateOptions,
  ProgressCallback,
  RunOptions
} from "./Interface.js"
import * as Place from "./Place.js"
import * as Report from "./Report.js"

const settingsOf = (options: GenerateOptions): Settings => ({
  maxRetries: options.maxRetries,
  patience: options.patience,
  repairs: options.repairs,
  requestTimeout: options.requestTimeout,
  maxCompletionTokens: options.maxTokens,
  temperature: options.temperature,
  effort: options.effort,
  system: options.system,
  provider: options.provider,
  serviceTier: options.serviceTier
})

const modelOf = (agent: string | Agent): string | ModelRequest => {
  if (typeof agent === "string") return agent
  const { maxTokens: maxCompletionTokens, ...given } = agent
  return { ...given, maxCompletionTokens }
}

/** A field that is there and undefined counts as left out. */
const over = <A extends object>(defaults: A, given: A): A => ({
  ...defaults,
  ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
})

type Connect<E> = Effect.Effect<Connection.Connection, E, Scope.Scope>

/** One call that asks several models, with everything that may be wrong found before anything is made. */
const runOf =
  <E>(connect: Connect<E>, defaults: RunOptions) =>
  <A>(
    place: (directory: string | null) => Layer.Layer<AlgorithmStore, StoreError>,
    toResult: (report: GenerationReport, hasFiles: boolean) => A
  ) =>
  (
    selectedAgents: ReadonlyArray<string | Agent>,
    ticker: string,
    progressCallback?: ProgressCallback | null,
    given: RunOptions = {}
  ): Promise<A> => {
    const tell = Callback.teller(progressCallback)
    const program = Effect.gen(function* () {
      yield* Arguments.several(selectedAgents, ticker, progressCallback, given)
      const options = over(defaults, given)
      const { directory = Place.DIRECTORY, indexed = false } = options
      const hasFiles = directory !== null
      const request = {
        ...settingsOf(options),
        models: selectedAgents.map(modelOf),
        ticker,
        samples: options.samples,
        distinct: options.distinct,
        rounds: options.rounds,
        concurrency: options.concurrency,
        deadline: options.deadline,
        resume: options.resume,
        allowPaid: options.allowPaid,
        budget: options.budget
      }
      const around = yield* Around.layer(options, ticker)
      const asking = Effect.gen(function* () {
        // Before the folder is made: a mistake should leave nothing behind.
        yield* Plan.make(request)
        return yield* Generation.generateAlgorithms({
          ...request,
          onProgress: Callback.listener(tell, { hasFiles, indexed })
        }).pipe(Effect.provide(place(directory)), Effect.provide(yield* connect))
      })
      return toResult(yield* Effect.provide(asking, around), hasFiles)
    }).pipe(Effect.scoped)
    return Calls.run(
      Effect.tapError(program, (error) => tell(0, error instanceof Error ? error.message : String(error))),
      given?.signal
    )
  }

export const functions = <E>(connect: Connect<E>, defaults: RunOptions): Functions => {
  const run = runOf(connect, defaults)
  return {
    generateAlgorithmsForAgents: run(Place.strict, ({ success }) => success),
    generateAlgorithms: run(Place.lenient, Report.make),
    generateAlgorithm: (modelId, promptText, given = {}) => {
      const program = Effect.gen(function* () {
        yield* Arguments.one(modelId, promptText, given)
        const options = over<GenerateOptions>(defaults, given)
        const asked = { ...settingsOf(options), model: modelId, prompt: promptText }
        return yield* Generator.generateAlgorithm(asked).pipe(
          Effect.map(({ module }) => module.source),
          Effect.catchAll((error) => Effect.as(Effect.logWarning(error.message), null)),
          Effect.provide(Around.checks(options)),
          Effect.provide(yield* connect)
        )
      }).pipe(Effect.scoped)
      return Calls.run(program, given?.signal)
    }
  }
}

/** Throws an `InvalidRequest` for an option that it does not know. A missing key is found at the first call. */
export const createClient = (given: ClientOptions = {}): Client => {
  Either.getOrThrowWith(Arguments.client(given), (error) => error)
  const { apiKey, appName, baseUrl, connections, siteUrl, stream, ...defaults } = given
  const connection = Connection.make(
    { apiKey: apiKey === undefined ? undefined : Redacted.make(apiKey), appName, baseUrl, siteUrl, stream },
    { concurrency: defaults.concurrency, connections }
  )
  const running = new Set<Promise<unknown>>()
  let closed: Promise<void> | undefined
  const { generateAlgorithm, generateAlgorithms, generateAlgorithmsForAgents } = functions(
    Effect.succeed(connection),
    defaults
  )
  const counted =
    <Arguments extends ReadonlyArray<unknown>, A>(call: (...given: Arguments) => Promise<A>) =>
    (...given: Arguments): Promise<A> => {
      if (closed !== undefined) return Promise.reject(new Plan.InvalidRequest({ message: "the client is closed" }))
      const promise = call(...given)
      running.add(promise)
      void promise.catch(() => undefined).then(() => running.delete(promise))
      return promise
    }
  const end = async () => {
    await Promise.allSettled(running)
    await connection.dispose()
  }
  const close = () => (closed ??= end())
  return {
    generateAlgorithm: counted(generateAlgorithm),
    generateAlgorithms: counted(generateAlgorithms),
    generateAlgorithmsForAgents: counted(generateAlgorithmsForAgents),
    close,
    [Symbol.asyncDispose]: close
  }
}

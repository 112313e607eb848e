/** `algogen generate`: the main job at a terminal, from flags to files, table or JSON document, and exit code. */
import * as Command from "@effect/cli/Command"
import * as Console from "effect/Console"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Models from "../../api/Models.js"
import { OpenRouter } from "../../api/OpenRouter.js"
import * as FlowControl from "../../flow/FlowControl.js"
import * as Estimate from "../../generation/Estimate.js"
import * as Generation from "../../generation/Generation.js"
import type { Listener } from "../../generation/Listening.js"
import * as Plan from "../../generation/Plan.js"
import * as Report from "../../generation/Report.js"
import { MAX_CONNECTIONS } from "../../node/ConnectionPool.js"
import { processOwner } from "../../node/ProcessOwner.js"
import * as SimulatedApi from "../../simulator/SimulatedApi.js"
import * as FileSystemStore from "../../storage/algorithmStore/FileSystem.js"
import * as JournalFile from "../../storage/journal/File.js"
import * as Api from "../Api.js"
import { Failure, NOTHING_PRODUCED, wrongUsage } from "../Failure.js"
import * as Flags from "../Flags.js"
import * as Telemetry from "../Telemetry.js"
import * as TrialRun from "../TrialRun.js"
import * as Lines from "../view/Lines.js"
import * as LiveView from "../view/LiveView.js"
import * as PlainView from "../view/PlainView.js"
import * as Summary from "../view/Summary.js"

const flags = {
  ticker: Flags.ticker,
  models: Flags.models,
  out: Flags.out,
  samples: Flags.samples,
  concurrency: Flags.concurrency,
  requestTimeout: Flags.requestTimeout,
  deadline: Flags.deadline,
  maxRetries: Flags.maxRetries,
  maxCompletionTokens: Flags.maxTokens,
  temperature: Flags.temperature,
  effort: Flags.effort,
  system: Flags.system,
  provider: Flags.providerJson,
  serviceTier: Flags.serviceTier,
  allowPaid: Flags.allowPaid,
  patience: Flags.patience,
  repairs: Flags.repair,
  trial: Flags.trial,
  trialUnsandboxed: Flags.trialUnsandboxed,
  resume: Flags.resume,
  budget: Flags.budget,
  dryRun: Flags.dryRun,
  baseUrl: Flags.baseUrl,
  simulate: Flags.simulate,
  stream: Flags.stream,
  metrics: Flags.metrics,
  otlp: Flags.otlp,
  json: Flags.json
}

export const command = Command.make("generate", flags, (flags) =>
  Effect.flatMap(Api.choose(flags), (chosen) => generate(chosen, flags))
)

type Wanted = Command.Command.ParseConfig<typeof flags>

const generate = ({ api, defaults }: Api.Chosen, { budget, concurrency, json, models, out, ...flags }: Wanted) => {
  const optionsFor = (models: ReadonlyArray<string>) => ({
    ...flags,
    models,
    concurrency: Math.min(concurrency, MAX_CONNECTIONS),
    budget: Option.getOrUndefined(budget)
  })
  const named = models.map(({ model }) => model)
  /** Known once a server may be asked, which is after everything that may be a mistake. */
  const options = Effect.map(named.length === 0 ? defaults : Effect.succeed(named), optionsFor)
  const print = (document: () => unknown, text: () => string) =>
    Console.log(json ? JSON.stringify(document(), null, 2) : text())
  const dryRun = options.pipe(
    Effect.flatMap(Estimate.estimate),
    Effect.flatMap((estimates) =>
      print(
        () => Estimate.toJson(estimates),
        () => Lines.estimates(estimates, flags.resume)
      )
    )
  )
  const asking = Effect.gen(function* () {
    if (concurrency > MAX_CONNECTIONS) {
      yield* Console.error(`${MAX_CONNECTIONS} requests in flight: no more connections than that are opened.`)
    }
    const asked = yield* options
    const report = yield* finishing((stopWhen) =>
      Effect.gen(function* () {
        const onProgress = yield* listener(asked.models.length * flags.samples, flags.samples)
        return yield* Generation.generateAlgorithms({ ...asked, onProgress, stopWhen })
      }).pipe(
        Effect.scoped,
        Effect.tap((report) =>
          Effect.gen(function* () {
            const { state } = yield* FlowControl.FlowControl
            const { identity } = yield* OpenRouter
            const flow = FlowControl.toJson(yield* state)
            yield* print(
              () => ({ ...Report.toJson(report), flow }),
              () =>
                Summary.render(report, {
                  ...flags,
                  simulated: identity === SimulatedApi.IDENTITY,
                  columns: process.stdout.isTTY ? process.stdout.columns : undefined
                })
            )
          })
        )
      )
    )
    if (!report.outcomes.some(({ file }) => Option.isSome(file))) {
      return yield* new Failure({ exitCode: NOTHING_PRODUCED })
    }
  })
  // A folder is made and locked: that it can be is found out before a simulator starts and says so.
  const surroundings = Layer.mergeAll(
    FileSystemStore.layer({ directory: out }),
    JournalFile.layer({ directory: out, owner: processOwner }),
    TrialRun.layer(flags)
  )
  const run = asking.pipe(
    Effect.provide(Layer.provideMerge(FlowControl.layer({ concurrency: Math.min(concurrency, MAX_CONNECTIONS) }), api)),
    Effect.provide(surroundings),
    Effect.provide(Telemetry.layer(flags))
  )
  return Effect.gen(function* () {
    // Before the surroundings: a mistake should leave nothing behind.
    yield* Plan.make(optionsFor(named.length === 0 ? Models.DEFAULT : named))
    yield* flags.dryRun ? Effect.provide(dryRun, api) : run
  }).pipe(
    Effect.catchTags({
      InvalidRequest: ({ message }) => wrongUsage(message),
      StoreError: ({ message }) => wrongUsage(message),
      JournalError: ({ message }) => wrongUsage(message),
      GenerationError: ({ message }) => new Failure({ exitCode: NOTHING_PRODUCED, message })
    })
  )
}

/** A live table where the terminal has room for it, else a line for each event. */
const listener = (slots: number, samples: number): Effect.Effect<Listener, never, Scope.Scope> =>
  LiveView.fits(process.stderr, process.env, slots)
    ? LiveView.make(process.stderr, samples)
    : Effect.succeed(PlainView.make(samples, Console.error))

/** Runs something that ends early, but in good order, when this is interrupted: it is told to stop and waited for. */
const finishing = <A, E, R>(run: (stopWhen: Effect.Effect<void>) => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.gen(function* () {
    const stop = yield* Deferred.make<void>()
    const fiber = yield* Effect.forkDaemon(run(Deferred.await(stop)))
    return yield* Fiber.join(fiber).pipe(
      Effect.onInterrupt(() => Effect.zipRight(Deferred.succeed(stop, undefined), Fiber.await(fiber)))
    )
  })

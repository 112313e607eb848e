/** `algogen generate`: from flags to files, a table or JSON document, and the exit code. */
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Models from "../../api/Models.js"
import { OpenRouter } from "../../api/OpenRouter.js"
import { CodeCheck } from "../../code/CodeCheck.js"
import * as FlowControl from "../../flow/FlowControl.js"
import * as Estimate from "../../generation/Estimate.js"
import * as Generation from "../../generation/Generation.js"
import type { Listener } from "../../generation/Listening.js"
import * as Plan from "../../generation/Plan.js"
import type * as Report from "../../generation/Report.js"
import * as ConnectionPool from "../../node/ConnectionPool.js"
import { AlgorithmStore } from "../../storage/AlgorithmStore.js"
import * as FileSystemStore from "../../storage/algorithmStore/FileSystem.js"
import * as Journal from "../../storage/Journal.js"
import * as JournalFile from "../../storage/journal/File.js"
import * as Metrics from "../../telemetry/Metrics.js"
import * as Api from "../Api.js"
import * as BaseUrl from "../BaseUrl.js"
import type * as Commands from "../Commands.js"
import * as Data from "../Data.js"
import * as Asked from "../documents/Prompts.js"
import * as Run from "../documents/Run.js"
import { Failure, NOTHING_PRODUCED, wrongUsage } from "../Failure.js"
import { FOLDER } from "../Flags.js"
import * as Lifeline from "../Lifeline.js"
import * as Notice from "../Notice.js"
import * as Prompts from "../Prompts.js"
import * as Telemetry from "../Telemetry.js"
import * as TrialRun from "../TrialRun.js"
import { Version } from "../Version.js"
import * as Events from "../view/Events.js"
import * as Lines from "../view/Lines.js"
import * as LiveView from "../view/LiveView.js"
import * as Look from "../view/Look.js"
import * as PlainView from "../view/PlainView.js"
import type * as Rows from "../view/Rows.js"
import * as Summary from "../view/Summary.js"

export const run = (flags: Commands.Generate) =>
  Effect.gen(function* () {
    for (const [one, other] of CONTRADICTIONS) {
      if (flags[one] && flags[other]) return yield* wrongUsage(`use either ${FLAG[one]} or ${FLAG[other]}, not both`)
    }
    const prompt = yield* Prompts.layer(flags, yield* Data.load(flags))
    const work = flags.showPrompt
      ? showPrompts(flags)
      : Effect.flatMap(Api.choose(flags), (chosen) => generate(chosen, flags))
    yield* work.pipe(Effect.provide(prompt), Effect.provideService(Notice.Quiet, flags.quiet))
  }).pipe(
    Effect.provide(ConnectionPool.layer),
    Effect.catchTags({
      InvalidRequest: ({ message }) => wrongUsage(message),
      StoreError: ({ message }) => wrongUsage(message),
      JournalError: ({ message }) => wrongUsage(message),
      GenerationError: ({ message }) => new Failure({ exitCode: NOTHING_PRODUCED, message })
    })
  )

/** How switches are written that exclude each other. */
const FLAG = {
  json: "--json",
  events: "--events",
  dryRun: "--dry-run",
  showPrompt: "--show-prompt",
  quiet: "--quiet",
  verbose: "--verbose"
} as const

const CONTRADICTIONS: ReadonlyArray<readonly [keyof typeof FLAG, keyof typeof FLAG]> = [
  ["events", "json"],
  ["events", "dryRun"],
  ["events", "showPrompt"],
  ["events", "quiet"],
  ["dryRun", "showPrompt"],
  ["quiet", "verbose"]
]

/** Asks nobody anything, not even for the list of models. */
const showPrompts = ({ json, models, samples, ticker }: Commands.Generate) =>
  Effect.gen(function* () {
    if (models.length === 0) yield* Notice.say("No --model given; showing the prompts for the six default models")
    const plan = yield* Plan.make({ samples, ticker, models: models.length === 0 ? Models.DEFAULT : models })
    const document = Asked.make(plan, yield* Version)
    yield* Console.log(json ? JSON.stringify(document, null, 2) : Asked.render(document))
  })

const generate = (
  { api, defaults, simulated }: Api.Chosen,
  {
    budget,
    concurrency: wanted,
    events,
    json,
    models,
    out = simulated ? "simulated" : FOLDER,
    ...flags
  }: Commands.Generate
) => {
  const concurrency = Math.min(wanted, ConnectionPool.MAX_CONNECTIONS)
  const optionsFor = (models: ReadonlyArray<string | Models.ModelRequest>) => ({
    ...flags,
    // The prompt has the instructions, with their placeholders filled in.
    system: undefined,
    models,
    concurrency,
    budget: Option.getOrUndefined(budget)
  })
  /** Evaluated after the flags are checked, because it may ask the server for its models. */
  const options = Effect.map(
    models.length === 0 ? defaults : Effect.succeed<ReadonlyArray<string | Models.ModelRequest>>(models),
    optionsFor
  )
  const print = (document: () => unknown, text: () => string) =>
    Console.log(json ? JSON.stringify(document(), null, 2) : text())
  const dryRun = options.pipe(
    Effect.flatMap(Estimate.estimate),
    Effect.flatMap((estimates) =>
      print(
        () => Estimate.toJson(estimates),
        () => Lines.estimates(estimates, flags.resume, Look.of(process.stdout, process.env))
      )
    )
  )
  const asking = Effect.gen(function* () {
    if (wanted > concurrency) {
      yield* Notice.say(`--concurrency is reduced to ${concurrency}, the most connections that algogen opens.`)
    }
    if (simulated && flags.resume) {
      yield* Notice.say("Answers of simulated models are not kept, so --resume finds none.")
    }
    const asked = yield* options
    const report = yield* finishing((stopWhen) =>
      Effect.gen(function* () {
        const { finish, listener } = yield* events ? Effect.map(Events.make(Console.log), silent) : viewOf(asked)
        yield* Effect.fork(warmUp)
        const report = yield* Generation.generateAlgorithms({
          ...asked,
          onProgress: listener,
          stopWhen: Effect.raceFirst(stopWhen, Lifeline.cut)
        })
        return { report, table: yield* finish(report) }
      }).pipe(
        Effect.scoped,
        Effect.tap(({ report, table }) =>
          Effect.gen(function* () {
            const { state } = yield* FlowControl.FlowControl
            const document = Run.make({
              version: yield* Version,
              simulated,
              baseUrl: BaseUrl.withoutSecrets((yield* OpenRouter).baseUrl),
              models: asked.models,
              concurrency,
              flags: { ...flags, budget },
              report,
              flow: FlowControl.toJson(yield* state)
            })
            if (events) return yield* Console.log(Events.last(document))
            if (flags.quiet && !json) return
            const summary = { ...flags, out, simulated, look: Look.of(process.stdout, process.env) }
            yield* print(
              () => document,
              () =>
                table !== undefined && process.stdout.isTTY
                  ? Summary.ending(report, summary, table.shortened)
                  : Summary.render(report, summary)
            )
          })
        ),
        Effect.map(({ report }) => report)
      )
    )
    if (!report.outcomes.some(({ file }) => Option.isSome(file))) {
      return yield* new Failure({ exitCode: NOTHING_PRODUCED })
    }
  })
  const journal = JournalFile.layer({ directory: out })
  const kept = flags.resume ? Layer.tap(journal, (context) => Context.get(context, Journal.Journal).skipped) : journal
  const store = FileSystemStore.layer({ directory: out })
  // Built first, so that an unusable folder or journal fails before a simulator starts.
  const surroundings = Layer.mergeAll(
    // What nobody paid for is not kept among what was paid for.
    simulated ? Layer.tap(store, (context) => Context.get(context, AlgorithmStore).prepare) : Layer.merge(store, kept),
    TrialRun.layer(flags)
  )
  const run = asking.pipe(
    Effect.provide(Layer.provideMerge(FlowControl.layer({ concurrency }), api)),
    Effect.provide(surroundings),
    Effect.provide(Telemetry.layer(flags))
  )
  return Effect.gen(function* () {
    // Before any folder is made: a mistake should leave nothing behind.
    yield* Plan.make(optionsFor(models.length === 0 ? Models.DEFAULT : models))
    yield* flags.dryRun ? Effect.provide(dryRun, api) : run
  })
}

/** Loads the parser while the models think, rather than when the first answer arrives. */
const warmUp = Effect.map(CodeCheck, ({ check }) => check("def execute_trade(ticker, cash, shares):\n    pass")).pipe(
  Effect.delay("100 millis")
)

interface View {
  readonly listener: Listener
  /** Called when the run is over. The table, if it is on the terminal by then. */
  readonly finish: (report: Report.GenerationReport) => Effect.Effect<Rows.Rendered | undefined>
}

const silent = (listener: Listener): View => ({ listener, finish: () => Effect.succeed(undefined) })

/** A live table if it fits the terminal and no log lines would disturb it, else a line for each event. */
const viewOf = ({
  deadline,
  models,
  quiet,
  samples,
  verbose
}: Pick<Commands.Generate, "deadline" | "quiet" | "samples" | "verbose"> & {
  readonly models: ReadonlyArray<unknown>
}): Effect.Effect<View, never, Scope.Scope> => {
  const { stderr } = process
  const look = () => Look.of(stderr, process.env)
  if (quiet) return Effect.succeed(silent(PlainView.make(samples, look(), Console.error, PlainView.isError)))
  if (verbose || !LiveView.fits(stderr, process.env, models.length * samples)) {
    return Effect.succeed(silent(PlainView.make(samples, look(), Console.error)))
  }
  return Effect.map(
    LiveView.make(stderr, {
      samples,
      deadlineMs: Duration.toMillis(deadline),
      spent: Metrics.spent,
      ascii: look().ascii
    }),
    ({ finish, listener }) => ({
      listener,
      finish: (report) => {
        const table = Summary.table(report, look())
        return Effect.as(finish(table.lines), table)
      }
    })
  )
}

/** When interrupted, tells the run to stop and waits until it has saved what is finished. */
const finishing = <A, E, R>(run: (stopWhen: Effect.Effect<void>) => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.gen(function* () {
    const stop = yield* Deferred.make<void>()
    const fiber = yield* Effect.forkDaemon(run(Deferred.await(stop)))
    return yield* Fiber.join(fiber).pipe(
      Effect.onInterrupt(() => Effect.zipRight(Deferred.succeed(stop, undefined), Fiber.await(fiber)))
    )
  })

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
import * as Report from "../../generation/Report.js"
import type { Series } from "../../market/Bars.js"
import * as ConnectionPool from "../../node/ConnectionPool.js"
import * as FromReport from "../../report/FromReport.js"
import { AlgorithmStore } from "../../storage/AlgorithmStore.js"
import * as FileSystemStore from "../../storage/algorithmStore/FileSystem.js"
import * as Journal from "../../storage/Journal.js"
import * as JournalFile from "../../storage/journal/File.js"
import * as Advice from "../Advice.js"
import * as Api from "../Api.js"
import * as Arena from "../Arena.js"
import type * as Commands from "../Commands.js"
import * as Data from "../Data.js"
import { Failure, NOTHING_PRODUCED, wrongUsage } from "../Failure.js"
import { DEFAULT_TICKER, FEW, FOLDER } from "../Flags.js"
import * as Lifeline from "../Lifeline.js"
import * as Person from "../Person.js"
import * as Prompts from "../Prompts.js"
import * as ReportPage from "../ReportPage.js"
import * as Telemetry from "../Telemetry.js"
import * as TrialRun from "../TrialRun.js"
import * as Events from "../view/Events.js"
import * as Lines from "../view/Lines.js"
import * as LiveView from "../view/LiveView.js"
import * as PlainView from "../view/PlainView.js"
import * as Summary from "../view/Summary.js"

export const run = (flags: Commands.Generate) =>
  Effect.gen(function* () {
    const { dryRun, events, json } = flags
    const other = json ? "--json" : "--dry-run"
    if (events && (json || dryRun)) return yield* wrongUsage(`use either --events or ${other}, not both`)
    const many = yield* manyOf(flags)
    const series = yield* Data.load(flags)
    const prompt = yield* Prompts.layer(flags, series)
    const arena = flags.arena
      ? yield* Arena.layer(many.bulk === undefined, many.tickers[0] ?? DEFAULT_TICKER, series)
      : Layer.empty
    const offer = !json && !events && flags.config === undefined && Person.isThere()
    // The prompt has the instructions, with their placeholders filled in.
    const work = generate(yield* Api.choose({ ...flags, offer }), { ...flags, system: undefined, series }, many)
    yield* Effect.provide(work, Layer.merge(prompt, arena))
  }).pipe(
    Effect.provide(ConnectionPool.layerWith({ connections: flags.connections })),
    Effect.catchTags({
      InvalidRequest: ({ message }) => wrongUsage(message),
      StoreError: ({ message }) => wrongUsage(message),
      JournalError: ({ message }) => wrongUsage(message),
      GenerationError: ({ message }) => new Failure({ exitCode: NOTHING_PRODUCED, message })
    })
  )

/** The tickers of the run, and what runs many jobs: loaded only if there may be many. */
const manyOf = (flags: Commands.Generate) =>
  Effect.gen(function* () {
    const { jobs, shard, tickers, tickersFile } = flags
    if (tickers.length < 2 && (jobs ?? shard ?? tickersFile) === undefined) return { tickers, bulk: undefined }
    const { Bulk, DryRun, Sources } = yield* Effect.promise(() => import("../bulk/index.js"))
    yield* Sources.check(flags)
    const all = yield* Sources.tickersOf(flags)
    const bulk = { work: Sources.work, run: Bulk.run, dryRun: DryRun.run }
    return { tickers: all, bulk: Sources.isMany(flags, all) ? bulk : undefined }
  })

const generate = (
  { api, defaults, simulated }: Api.Chosen,
  {
    budget,
    concurrency: wanted,
    connections = wanted,
    events,
    json,
    models,
    out = simulated ? "simulated" : FOLDER,
    series,
    ...flags
  }: Commands.Generate & { readonly series: ReadonlyArray<Series> | undefined },
  { bulk, tickers }: Effect.Effect.Success<ReturnType<typeof manyOf>>
) => {
  const concurrency = Math.min(wanted, connections)
  const limits = { ...flags, concurrency, budget: Option.getOrUndefined(budget) }
  const optionsFor = (models: ReadonlyArray<string | Models.ModelRequest>) => ({
    ...limits,
    models,
    ticker: tickers[0] ?? DEFAULT_TICKER
  })
  /** Evaluated after the flags are checked, because it may ask the server for its models. */
  const named = models.length === 0 ? defaults : Effect.succeed<ReadonlyArray<string | Models.ModelRequest>>(models)
  const options = Effect.map(named, optionsFor)
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
  const notes = Effect.gen(function* () {
    if (wanted > concurrency && wanted !== Plan.CONCURRENCY) {
      yield* Console.error(`--concurrency is reduced to ${concurrency}: there are no more --connections.`)
    }
    if (simulated && flags.resume) {
      yield* Console.error("Answers of simulated models are not kept, so --resume finds none.")
    }
  })
  const asking = Effect.gen(function* () {
    yield* notes
    const asked = yield* options
    const page = yield* ReportPage.make({ ...flags, out })
    const { report } = yield* finishing((stopWhen) =>
      Effect.gen(function* () {
        const crowd = yield* crowdOf({ ...asked, events })
        const onProgress = yield* events
          ? Events.make(Console.log)
          : crowd === undefined
            ? listener(asked)
            : Effect.succeed(crowd.listener)
        yield* Effect.fork(warmUp)
        const report = yield* Generation.generateAlgorithms({
          ...asked,
          onProgress,
          stopWhen: Effect.raceFirst(stopWhen, Lifeline.cut)
        })
        return { crowd, report }
      }).pipe(
        Effect.scoped,
        Effect.tap(({ crowd, report }) =>
          Effect.gen(function* () {
            const { state } = yield* FlowControl.FlowControl
            const document = { simulated, ...Report.toJson(report), flow: FlowControl.toJson(yield* state) }
            if (events) return yield* Console.log(Events.last(document))
            const columns = process.stdout.isTTY ? process.stdout.columns : undefined
            const options = { ...flags, simulated, columns }
            yield* print(
              () => document,
              () => crowd?.render(report, { ...options, folder: out }) ?? Summary.render(report, options)
            )
          })
        ),
        Effect.tap(({ report }) => showing(page, report))
      )
    )
    if (!report.outcomes.some(({ file }) => Option.isSome(file))) {
      const { baseUrl } = yield* OpenRouter
      const reasons = report.outcomes.flatMap(({ reason }) => Option.toArray(reason))
      const [hint] = reasons.flatMap((reason) =>
        reason._tag === "StoreError" ? [] : (Advice.aboutPath(reason, baseUrl) ?? [])
      )
      if (hint !== undefined) yield* Console.error(hint)
      return yield* new Failure({ exitCode: NOTHING_PRODUCED })
    }
  })
  const showing = (page: ReportPage.ReportPage | undefined, report: Report.GenerationReport) =>
    Effect.gen(function* () {
      if (page === undefined) return
      const { state } = yield* FlowControl.FlowControl
      const { limits } = yield* state
      const deadlineMs = Duration.toMillis(flags.deadline ?? Plan.DEADLINE)
      yield* page.write(FromReport.make(report, { simulated, concurrency, deadlineMs, limits, link: page.link }))
    })
  const journal = JournalFile.layer({ directory: out })
  const kept = flags.resume ? Layer.tap(journal, (context) => Context.get(context, Journal.Journal).skipped) : journal
  const store = FileSystemStore.layer({ directory: out })
  // Built first, so that an unusable folder or journal fails before a simulator starts.
  const surroundings = Layer.mergeAll(
    // What nobody paid for is not kept among what was paid for.
    simulated ? Layer.tap(store, (context) => Context.get(context, AlgorithmStore).prepare) : Layer.merge(store, kept),
    TrialRun.layer(flags, { ...flags, series })
  )
  const surrounded = Effect.provide(
    Layer.provideMerge(FlowControl.layer(), api).pipe(
      Layer.provideMerge(surroundings),
      Layer.provideMerge(Telemetry.layer(flags))
    )
  )
  return Effect.gen(function* () {
    // Before any folder is made: a mistake should leave nothing behind.
    yield* Plan.make(optionsFor(models.length === 0 ? Models.DEFAULT : models))
    if (bulk === undefined) return yield* flags.dryRun ? Effect.provide(dryRun, api) : surrounded(asking)
    const work = yield* bulk.work({ ...flags, models }, tickers, flags.jobs === undefined ? yield* named : [])
    yield* Effect.forEach(work.tickers, (ticker) => Plan.make({ ...limits, samples: 1, models: ["any"], ticker }))
    if (flags.dryRun) return yield* Effect.provide(bulk.dryRun({ work, limits, json }), api)
    const running = finishing((stopWhen) =>
      bulk.run({
        ...flags,
        work,
        limits,
        out,
        simulated,
        json,
        events,
        stopWhen: Effect.raceFirst(stopWhen, Lifeline.cut)
      })
    )
    yield* surrounded(Effect.zipRight(notes, running))
  })
}

/** Loads the parser while the models think, rather than when the first answer arrives. */
const warmUp = Effect.map(CodeCheck, ({ check }) => check("def execute_trade(ticker, cash, shares):\n    pass")).pipe(
  Effect.delay("100 millis")
)

/** The view of many jobs, where there are many samples. */
const crowdOf = ({
  events,
  models,
  samples,
  verbose
}: Pick<Commands.Generate, "samples" | "verbose"> & {
  readonly events: boolean
  readonly models: ReadonlyArray<unknown>
}) =>
  events || models.length * samples <= FEW
    ? Effect.succeed(undefined)
    : Effect.flatMap(
        Effect.promise(() => import("../bulk/index.js")),
        ({ Bulk }) => Bulk.crowd(models.length * samples, verbose)
      )

/** A live table if it fits the terminal and no log lines would disturb it, else a line for each event. */
const listener = ({
  models,
  samples,
  verbose
}: Pick<Commands.Generate, "samples" | "verbose"> & { readonly models: ReadonlyArray<unknown> }): Effect.Effect<
  Listener,
  never,
  Scope.Scope
> =>
  !verbose && LiveView.fits(process.stderr, process.env, models.length * samples)
    ? LiveView.make(process.stderr, samples)
    : Effect.succeed(PlainView.make(samples, Console.error))

/** When interrupted, tells the run to stop and waits until it has saved what is finished. */
const finishing = <A, E, R>(run: (stopWhen: Effect.Effect<void>) => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.gen(function* () {
    const stop = yield* Deferred.make<void>()
    const fiber = yield* Effect.forkDaemon(run(Deferred.await(stop)))
    return yield* Fiber.join(fiber).pipe(
      Effect.onInterrupt(() => Effect.zipRight(Deferred.succeed(stop, undefined), Fiber.await(fiber)))
    )
  })

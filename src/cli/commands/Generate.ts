/** `algogen generate`: from flags to files, a table or JSON document, and the exit code. */
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Models from "../../api/Models.js"
import { OpenRouter } from "../../api/OpenRouter.js"
import { CodeCheck } from "../../code/CodeCheck.js"
import * as FlowControl from "../../flow/FlowControl.js"
import * as Estimate from "../../generation/Estimate.js"
import * as Generation from "../../generation/Generation.js"
import * as Plan from "../../generation/Plan.js"
import type * as Report from "../../generation/Report.js"
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
import * as BaseUrl from "../BaseUrl.js"
import type * as Commands from "../Commands.js"
import * as Data from "../Data.js"
import * as Asked from "../documents/Prompts.js"
import * as Run from "../documents/Run.js"
import { Failure, NOTHING_PRODUCED, wrongUsage } from "../Failure.js"
import { DEFAULT_TICKER, FOLDER } from "../Flags.js"
import * as Lifeline from "../Lifeline.js"
import * as Notice from "../Notice.js"
import * as Person from "../Person.js"
import * as Prompts from "../Prompts.js"
import * as ReportPage from "../ReportPage.js"
import * as Telemetry from "../Telemetry.js"
import * as TrialRun from "../TrialRun.js"
import { Version } from "../Version.js"
import * as Events from "../view/Events.js"
import * as Leaderboard from "../view/Leaderboard.js"
import * as Lines from "../view/Lines.js"
import * as RunView from "../view/RunView.js"

export const run = (flags: Commands.Generate) =>
  Effect.gen(function* () {
    for (const [one, other] of CONTRADICTIONS) {
      if (flags[one] && flags[other]) return yield* wrongUsage(`use either ${FLAG[one]} or ${FLAG[other]}, not both`)
    }
    const { config, events, json, quiet, showPrompt } = flags
    const many = yield* manyOf(flags)
    const series = yield* Data.load(flags)
    const prompt = yield* Prompts.layer(flags, series)
    const arena = flags.arena
      ? yield* Arena.layer(many.bulk === undefined, many.tickers[0] ?? DEFAULT_TICKER, series)
      : Layer.empty
    const offer = !json && !events && !quiet && config === undefined && Person.isThere()
    const work = showPrompt
      ? showPrompts(flags, many.tickers)
      : Effect.flatMap(Api.choose({ ...flags, offer }), (chosen) => generate(chosen, { ...flags, series }, many))
    yield* work.pipe(Effect.provide(Layer.merge(prompt, arena)), Effect.provideService(Notice.Quiet, quiet))
  }).pipe(
    Effect.provide(ConnectionPool.layerWith({ connections: flags.connections })),
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

/** Sends nothing, not even a request for the list of models. */
const showPrompts = ({ jobs, json, models, samples }: Commands.Generate, tickers: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    if (jobs !== undefined) return yield* wrongUsage("use either --show-prompt or --jobs, not both")
    if (models.length === 0) yield* Notice.say("No --model given; showing the prompts for the six default models")
    const named = models.length === 0 ? Models.DEFAULT : models
    const plans = yield* Effect.forEach(tickers.length === 0 ? [DEFAULT_TICKER] : tickers, (ticker) =>
      Plan.make({ samples, ticker, models: named })
    )
    const document = Asked.make(plans, yield* Version)
    yield* Console.log(json ? JSON.stringify(document, null, 2) : Asked.render(document))
  })

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
  // The prompt has the instructions, with their placeholders filled in.
  const limits = { ...flags, system: undefined, concurrency, budget: Option.getOrUndefined(budget) }
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
        () => Lines.estimates(estimates, flags.resume, RunView.output())
      )
    )
  )
  /** Of a run for one ticker. */
  const deadline = flags.deadline ?? Plan.DEADLINE
  const notes = Effect.gen(function* () {
    if (wanted > concurrency && wanted !== Plan.CONCURRENCY) {
      yield* Notice.say(`--concurrency is reduced to ${concurrency}: there are no more --connections.`)
    }
    if (simulated && flags.resume) {
      yield* Notice.say("Answers of simulated models are not kept, so --resume finds none.")
    }
  })
  const asking = Effect.gen(function* () {
    yield* notes
    const asked = yield* options
    const page = yield* ReportPage.ifWanted({ ...flags, out })
    const report = yield* finishing((stopWhen) =>
      Effect.gen(function* () {
        const { finish, listener, render } = yield* RunView.make({ ...flags, deadline, models: asked.models, events })
        yield* Effect.fork(warmUp)
        const report = yield* Generation.generateAlgorithms({
          ...asked,
          onProgress: listener,
          stopWhen: Effect.raceFirst(stopWhen, Lifeline.cut)
        })
        yield* finish(report)
        return { render, report }
      }).pipe(
        Effect.scoped,
        Effect.tap(({ render, report }) =>
          Effect.gen(function* () {
            const { state } = yield* FlowControl.FlowControl
            const document = Run.make({
              version: yield* Version,
              simulated,
              baseUrl: BaseUrl.withoutSecrets((yield* OpenRouter).baseUrl),
              models: asked.models,
              concurrency,
              flags: { ...flags, deadline, budget },
              report,
              flow: FlowControl.toJson(yield* state)
            })
            if (events) return yield* Console.log(Events.last(document))
            if (flags.quiet && !json) return
            yield* print(
              () => document,
              () => render(report, { ...flags, out, simulated, look: RunView.output() })
            )
          })
        ),
        Effect.map(({ report }) => report),
        Effect.tap((report) => showing(page, report))
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
      const { examiner, holdCurves } = yield* Effect.promise(() => import("../../score/Exam.js"))
      const examine = examiner(series, flags)
      yield* page.write(
        FromReport.make(report, {
          simulated,
          concurrency,
          deadlineMs,
          limits,
          basis: Leaderboard.basis,
          holdCurves: (ticker) => holdCurves(examine(ticker)),
          link: page.link
        })
      )
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
    const page = yield* ReportPage.ifWanted({ ...flags, out })
    const running = finishing((stopWhen) =>
      bulk.run({
        ...flags,
        page,
        showing: (report) => showing(page, report),
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

/** When interrupted, tells the run to stop and waits until it has saved what is finished. */
const finishing = <A, E, R>(run: (stopWhen: Effect.Effect<void>) => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.gen(function* () {
    const stop = yield* Deferred.make<void>()
    const fiber = yield* Effect.forkDaemon(run(Deferred.await(stop)))
    return yield* Fiber.join(fiber).pipe(
      Effect.onInterrupt(() => Effect.zipRight(Deferred.succeed(stop, undefined), Fiber.await(fiber)))
    )
  })

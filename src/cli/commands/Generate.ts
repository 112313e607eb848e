/** `algogen generate`: from flags to files, a table or JSON document, and the exit code. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Models from "../../api/Models.js"
import { isOpenRouter, OpenRouter } from "../../api/OpenRouter.js"
import * as CodeCheck from "../../code/CodeCheck.js"
import { number } from "../../domain/Figures.js"
import * as Told from "../../domain/Told.js"
import * as Estimate from "../../generation/Estimate.js"
import * as Generation from "../../generation/Generation.js"
import * as Plan from "../../generation/Plan.js"
import type { Series } from "../../market/Bars.js"
import * as ConnectionPool from "../../node/ConnectionPool.js"
import * as JournalFile from "../../storage/journal/File.js"
import * as Api from "../Api.js"
import * as Arena from "../Arena.js"
import type * as Bulk from "../bulk/Bulk.js"
import type * as Commands from "../Commands.js"
import * as Data from "../Data.js"
import * as Json from "../documents/Json.js"
import * as Asked from "../documents/Prompts.js"
import { nothingProduced, wrongUsage } from "../Failure.js"
import { DEFAULT_TICKER, FOLDER, SIMULATED_FOLDER } from "../Flags.js"
import { finishing } from "../generate/Finishing.js"
import * as Limits from "../generate/Limits.js"
import * as Pages from "../generate/Pages.js"
import * as SingleTicker from "../generate/SingleTicker.js"
import * as Surroundings from "../generate/Surroundings.js"
import * as Notice from "../Notice.js"
import * as Person from "../Person.js"
import * as Prompts from "../Prompts.js"
import * as ReportPage from "../ReportPage.js"
import * as TrialRun from "../TrialRun.js"
import * as Turn from "../Turn.js"
import { Version } from "../Version.js"
import * as Lines from "../view/Lines.js"
import * as Look from "../view/Look.js"

/** So many answers that memory matters. */
const MANY = 500

export const run = (flags: Commands.Generate) =>
  Effect.provide(begin(flags), ConnectionPool.layerWith({ connections: flags.connections }))

/** Over whatever client there is. */
export const begin = (flags: Commands.Generate) =>
  Effect.gen(function* () {
    for (const [one, other] of CONTRADICTIONS) {
      if (flags[one] && flags[other]) return yield* wrongUsage(`use either ${FLAG[one]} or ${FLAG[other]}, not both`)
    }
    const { config, events, json, quiet, showPrompt } = flags
    if ((flags.db ?? flags.batch) !== undefined && !showPrompt) {
      const { run } = yield* Effect.promise(() => import("../cluster/Submit.js"))
      return yield* run(flags)
    }
    const many = yield* manyOf(flags)
    // None where the jobs name them.
    const asked = flags.jobs === undefined ? many.tickers : []
    const series = yield* Data.load(flags, asked)
    const prompt = yield* Prompts.layer(flags, series)
    const head = flags.arena ? yield* Arena.heads(asked, series) : undefined
    const check = CodeCheck.layerWith({ head, imports: flags.imports })
    const offer = !json && !events && !quiet && config === undefined && Person.isThere()
    const work = showPrompt
      ? showPrompts(flags, many.tickers)
      : Effect.flatMap(Api.choose({ ...flags, offer, onlyLists: flags.dryRun }), (chosen) =>
          generate(chosen, { ...flags, series }, many)
        )
    yield* Effect.zipRight(saysWithoutPage(flags), work).pipe(
      Effect.provide(Layer.merge(prompt, check)),
      Effect.provideService(Notice.Quiet, quiet)
    )
  }).pipe(
    Effect.catchTags({
      InvalidRequest: ({ message }) => wrongUsage(message),
      StoreError: ({ message }) => wrongUsage(message),
      JournalError: ({ message }) => wrongUsage(message),
      GenerationError: (error) => nothingProduced(Told.error(error))
    })
  )

/** What asks nobody leaves nothing to look at. */
const saysWithoutPage = ({ dryRun, open, report, showPrompt, view }: Commands.Generate) => {
  const unused = [report !== undefined && "--report", open && "--open", view && "--view"].filter(
    (flag) => flag !== false
  )
  return dryRun || showPrompt ? Notice.unused(unused, "nothing is sent, so there is no page") : Effect.void
}

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
    const plans = yield* Effect.forEach(tickers, (ticker) => Plan.make({ samples, ticker, models: named }))
    const document = Asked.make(plans, yield* Version)
    yield* Console.log(json ? Json.document(document) : Asked.render(document))
  })

/** The tickers of the run, and what runs many jobs: loaded only if there may be many. */
const manyOf = (flags: Commands.Generate) =>
  Effect.gen(function* () {
    const { jobs, shard, tickers, tickersFile } = flags
    if (tickers.length < 2 && (jobs ?? shard ?? tickersFile) === undefined) {
      return { tickers: tickers.length === 0 ? [DEFAULT_TICKER] : tickers, bulk: undefined }
    }
    const { Bulk, DryRun, Sources } = yield* Effect.promise(() => import("../bulk/index.js"))
    yield* Sources.check(flags)
    const all = yield* Sources.tickersOf(flags)
    if (flags.distinct > 0 && Sources.isMany(flags, all)) return yield* wrongUsage("--distinct takes one ticker")
    const bulk = { work: Sources.work, run: Bulk.run, dryRun: DryRun.run }
    return { tickers: all, bulk: Sources.isMany(flags, all) ? bulk : undefined }
  })

const generate = (
  chosen: Api.Chosen,
  { models, ...given }: Commands.Generate & { readonly series: ReadonlyArray<Series> | undefined },
  { bulk, tickers }: Effect.Effect.Success<ReturnType<typeof manyOf>>
) => {
  const { api, defaults, simulated } = chosen
  const { concurrency: wanted = Plan.CONCURRENCY, connections = wanted, json } = given
  const { out = simulated ? SIMULATED_FOLDER : FOLDER } = given
  // A demonstration shows which of its six is any good; a trial of thousands is for those who ask for it.
  const flags = { ...given, out, trial: given.trial || (given.demo && bulk === undefined) }
  const concurrency = Math.min(wanted, connections)
  const limits = Limits.of(flags, { concurrency, simulated })
  const access = {
    hasKey: chosen.key.value !== undefined,
    keptBack: chosen.key.note,
    isNamed: flags.baseUrl !== undefined
  }
  const optionsFor = (models: ReadonlyArray<string | Models.ModelRequest>) => ({
    ...limits,
    samples: flags.samples,
    distinct: flags.distinct,
    models,
    ticker: tickers[0] ?? DEFAULT_TICKER
  })
  const pagesOf = (page: ReportPage.ReportPage | undefined) =>
    Pages.make({ concurrency, deadline: flags.deadline ?? Plan.DEADLINE, flags, page, simulated })
  /** Evaluated after the flags are checked, because it may ask the server for its models. */
  const named = models.length === 0 ? defaults : Effect.succeed<ReadonlyArray<string | Models.ModelRequest>>(models)
  const dryRun = Effect.gen(function* () {
    const estimates = yield* Estimate.estimate(optionsFor(yield* named))
    yield* Console.log(
      json ? Json.document(Estimate.toJson(estimates)) : Lines.estimates(estimates, limits, Look.output())
    )
  })
  /** So that nobody sends prompts to a server that a file of the folder names without knowing. */
  const host = Effect.gen(function* () {
    const { baseUrl } = yield* OpenRouter
    if (simulated || isOpenRouter(baseUrl)) return
    yield* Notice.say(`Asking ${URL.canParse(baseUrl) ? new URL(baseUrl).host : baseUrl}`)
  })
  const notes = Effect.gen(function* () {
    yield* host
    if (given.concurrency !== undefined && wanted > concurrency) {
      yield* Notice.say(`At most ${number(concurrency)} requests at once: there are no more connections.`)
    }
    yield* TrialRun.saysUnused(flags, TrialRun.scoringOf(flags), "--trial, --data or --rounds")
    if (simulated && flags.resume) {
      yield* Notice.say("Answers of simulated models are not kept, so --resume finds none.")
    }
    if (!simulated && flags.resume && !hadJournal) {
      yield* Notice.say(`Nothing to resume: there is no journal in ${flags.out}, so all is asked for.`)
    }
  })
  const journals = [JournalFile.FOLDER_NAME, JournalFile.EARLIER_FILE_NAME].map((name) => `${out}/${name}`)
  let hadJournal = true
  const surrounded = Surroundings.provide(chosen, flags)
  return Effect.gen(function* () {
    const { exists } = yield* FileSystem.FileSystem
    hadJournal = yield* Effect.exists(journals, (path) => Effect.orElseSucceed(exists(path), () => true))
    // Before any folder is made: a mistake should leave nothing behind.
    const { slots } = yield* Plan.make(optionsFor(models.length === 0 ? Models.DEFAULT : models))
    if (bulk !== undefined || slots.length >= MANY) {
      yield* Effect.flatMap(
        Effect.promise(() => import("../../node/Heap.js")),
        ({ keepSmall }) => keepSmall
      )
    }
    if (bulk === undefined) {
      if (flags.dryRun) return yield* Effect.provide(Effect.zipRight(host, dryRun), api)
      const asking = Effect.gen(function* () {
        yield* notes
        const asked = optionsFor(yield* named)
        yield* SingleTicker.run({ asked, access, flags, simulated, pages: pagesOf(yield* ReportPage.ifWanted(flags)) })
      })
      return yield* surrounded(asking)
    }
    const work = yield* bulk.work({ ...flags, models }, tickers, flags.jobs === undefined ? yield* named : [])
    yield* Effect.forEach(
      work.tickers,
      (ticker, index) =>
        Effect.zipRight(Turn.before(index), Plan.make({ ...limits, samples: 1, models: ["any"], ticker })),
      { discard: true }
    ).pipe(
      Notice.ifSlow(`Making the prompts of ${number(work.tickers.size)} tickers, to check them before any is sent.`)
    )
    if (flags.dryRun) return yield* Effect.provide(Effect.zipRight(host, bulk.dryRun({ work, limits, json })), api)
    const page = yield* ReportPage.ifWanted(flags)
    const pages = pagesOf(page)
    const asking: Bulk.Asking<OpenRouter> = (requests, stopWhen) => Generation.stream({ ...limits, requests, stopWhen })
    const running = finishing((stopWhen) =>
      Effect.flatMap(OpenRouter, ({ baseUrl }) =>
        bulk.run({ ...flags, asking, server: { baseUrl, ...access }, page, pages, work, limits, simulated, stopWhen })
      )
    )
    yield* surrounded(Effect.zipRight(notes, running))
  }).pipe(Effect.scoped)
}

/**
 * A run of many jobs: takes them one by one, shows how far it is, writes the manifest, and says what came of it. Few enough
 * to be read are shown one by one, as for a single ticker.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { Interrupted } from "../../domain/GenerationError.js"
import * as FlowControl from "../../flow/FlowControl.js"
import type * as Plan from "../../generation/Plan.js"
import type * as Progress from "../../generation/Progress.js"
import * as Report from "../../generation/Report.js"
import { AlgorithmStore, type StoreError } from "../../storage/AlgorithmStore.js"
import * as Now from "../../telemetry/Now.js"
import * as Advice from "../Advice.js"
import type { Jobs } from "../documents/Jobs.js"
import * as Json from "../documents/Json.js"
import { Failure, NOTHING_PRODUCED, nothingProduced, WRONG_USAGE, wrongUsage } from "../Failure.js"
import type * as Pages from "../generate/Pages.js"
import * as Notice from "../Notice.js"
import type * as ReportPage from "../ReportPage.js"
import * as Events from "../view/Events.js"
import * as Look from "../view/Look.js"
import * as Lost from "../view/Lost.js"
import type * as RunView from "../view/RunView.js"
import * as Summary from "../view/Summary.js"
import * as BulkSummary from "./BulkSummary.js"
import * as BulkView from "./BulkView.js"
import * as Few from "./Few.js"
import * as Job from "./Job.js"
import * as Manifest from "./Manifest.js"
import * as ManifestFile from "./ManifestFile.js"
import type * as Sources from "./Sources.js"
import * as Tally from "./Tally.js"

export interface Options<R> extends RunView.Manner {
  readonly work: Sources.Work
  readonly limits: Plan.Limits
  readonly out: string
  readonly simulated: boolean
  readonly page: ReportPage.ReportPage | undefined
  readonly pages: Pages.Pages
  /** The server that this process asks. */
  readonly server?: Advice.Server | undefined
  /** Ends the run when it succeeds. */
  readonly stopWhen: Effect.Effect<void>
  /** What asks: this process, or workers. */
  readonly asking: Asking<R>
  /** Workers ask, and go on when this process ends; default false. */
  readonly hasWorkers?: boolean | undefined
}

export type Asking<R> = (
  requests: Stream.Stream<Plan.Request>,
  stopWhen: Effect.Effect<void>
) => Stream.Stream<Progress.Event, Failure | Plan.InvalidRequest | StoreError, R | AlgorithmStore>

const viewOf = (
  { events, hasWorkers, json, quiet, verbose }: RunView.Manner & Pick<Options<unknown>, "hasWorkers">,
  tally: Tally.Tally,
  few: Few.Few | undefined,
  lost: ReadonlyArray<Report.Outcome>,
  aboutRequest: (index: number) => Events.About | undefined
): Effect.Effect<BulkView.View, never, Scope.Scope | FlowControl.FlowControl> =>
  Effect.gen(function* () {
    const counted: BulkView.View = {
      hear: () => Effect.void,
      finish: Effect.void,
      render: (options) => [BulkSummary.render(tally, options), ...lost.flatMap(printLost)].join("\n")
    }
    if (events) {
      const listener = yield* Events.make(Console.log, aboutRequest)
      return { ...counted, hear: (event) => listener({ event, percent: Tally.percent(tally, event) }) }
    }
    if (few !== undefined) return yield* Few.view(few, { events, json, quiet, verbose })
    // The manifest has what went wrong.
    if (quiet) return counted
    const note = yield* BulkView.make(tally, verbose, hasWorkers)
    return { ...counted, hear: (event) => (event._tag === "Note" ? note(event.message) : Effect.void) }
  })

/** What this run has written; the outcomes of thousands are not kept. */
const fromManifest = (page: ReportPage.ReportPage | undefined, folder: string, startedAt: number) =>
  Effect.promise(() => import("../folder/Folder.js")).pipe(
    Effect.flatMap(({ read }) => read(folder, page?.link ?? (() => undefined), startedAt)),
    Effect.map(({ run }) => run),
    Effect.orElseSucceed(() => undefined)
  )

/** Fails where no algorithm was made, or the jobs end in a line that is none. */
export const run = <R>(options: Options<R>) =>
  Effect.gen(function* () {
    const { events, hasWorkers = false, json, limits, out, page, pages, simulated, stopWhen, work } = options
    yield* Effect.flatMap(AlgorithmStore, ({ prepare }) => prepare)
    const startedAt = yield* Now.millis
    const few = yield* Few.of(work)
    const tally = Tally.make(work.total, startedAt)
    /** Jobs that are taken and not settled, by their place. */
    const open = new Map<number, Job.Job>()
    const placeAt = (index: number) => {
      const job = open.get(index)
      return job && Job.placeOf(job)
    }
    /** What could not be saved anywhere: paid for, and only here. */
    const lost: Array<Report.Outcome> = []
    let taken = 0
    /** What is wrong with the path of the base URL, if that may be why a request failed. */
    let wrongPath: string | undefined
    let interrupted = false
    let broken: Failure | undefined

    const live = yield* pages.follow(
      few === undefined ? { total: work.total, asked: placeAt } : { slots: few.jobs.map(Job.placeOf) }
    )

    const requests = (few === undefined ? work.jobs : Stream.fromIterable(few.jobs)).pipe(
      Stream.map(({ id, ...request }): Plan.Request => {
        open.set(taken, id === undefined ? request : { ...request, id })
        taken += 1
        return request
      }),
      // What was taken before is asked to its end.
      Stream.catchAll((failure) => {
        broken = failure
        return Stream.empty
      })
    )
    const { manifest, view } = yield* Effect.scoped(
      Effect.gen(function* () {
        const manifest = yield* ManifestFile.make(out, hasWorkers ? ManifestFile.FOLLOW : undefined)
        const context = { startedAt, simulated, folder: out }
        const view = yield* viewOf(options, tally, few, lost, placeAt)
        const stopped = Effect.tap(stopWhen, () => {
          interrupted = true
        })
        yield* options.asking(requests, stopped).pipe(
          Stream.runForEach((event) =>
            Effect.gen(function* () {
              const now = yield* Now.millis
              tally.hear(event, now)
              live?.hear(event, now)
              if (event._tag === "Settled") {
                wrongPath ??= Advice.ofOutcome(event.outcome, options.server)
                const job = open.get(event.index)
                if (job !== undefined && !Report.isUnasked(event.outcome))
                  manifest.add(Manifest.lineOf(job, event.outcome, context))
                few?.outcomes.push(event.outcome)
                if (Lost.is(event.outcome)) lost.push(event.outcome)
              }
              yield* view.hear(event)
              if (event._tag === "Settled") open.delete(event.index)
            })
          ),
          // A prompt that cannot be made ends the taking as well.
          Effect.catchTag("InvalidRequest", (error) => {
            if (tally.done() === 0) return error
            broken = wrongUsage(error.message)
            return Effect.void
          })
        )
        yield* view.finish
        return { manifest: manifest.path, view }
      })
    )
    const durationMs = (yield* Now.millis) - startedAt
    const hint = tally.counts.ok > 0 ? undefined : wrongPath
    if (hint !== undefined && (events || json || options.quiet)) yield* Console.error(hint)
    const said = {
      ...limits,
      hint,
      hasWorkers,
      isNamed: options.server?.isNamed,
      broken: broken !== undefined,
      taken,
      tickerCount: work.tickerCount,
      durationMs,
      manifest,
      out,
      simulated,
      look: Look.output(),
      endedBecause: tally.endedBecause() ?? (interrupted ? new Interrupted().message : undefined)
    }
    if (events || json) {
      const { state } = yield* FlowControl.FlowControl
      const document: typeof Jobs.Encoded = {
        ...BulkSummary.toJson(tally, said),
        results: few && Few.results(few.outcomes),
        lost: few !== undefined || lost.length === 0 ? undefined : Few.results(lost),
        flow: FlowControl.toJson(yield* state)
      }
      yield* Console.log(events ? Events.last(document) : Json.document(document))
    } else if (!options.quiet) {
      yield* Console.log(view.render(said))
    }
    if (few !== undefined) yield* pages.showReport(Few.report(few, startedAt, durationMs), live, stopWhen)
    else if (page !== undefined || live !== undefined) {
      const run = yield* fromManifest(page, out, startedAt)
      if (run !== undefined) yield* pages.show(run, live, stopWhen)
    }
    if (broken !== undefined) {
      return yield* new Failure({
        exitCode: tally.done() === 0 ? WRONG_USAGE : NOTHING_PRODUCED,
        message: broken.message ?? ""
      })
    }
    if (taken === 0 && !interrupted && tally.left() === 0) return yield* Notice.say(BulkSummary.EMPTY_PART)
    if (tally.counts.ok === 0) return yield* nothingProduced()
  }).pipe(Effect.scoped)

const printLost = (outcome: Report.Outcome) => Lost.print(`${outcome.ticker} ${outcome.model}`, outcome)

/** The same view of a single ticker with many samples. */
export const crowd = (
  total: number,
  verbose: boolean
): Effect.Effect<RunView.View, never, Scope.Scope | FlowControl.FlowControl> =>
  Effect.gen(function* () {
    const tally = Tally.make(total, yield* Now.millis)
    const note = yield* BulkView.make(tally, verbose)
    return {
      listener: ({ event }) =>
        Effect.flatMap(Now.millis, (now) => {
          tally.hear(event, now)
          return event._tag === "Note" ? note(event.message) : Effect.void
        }),
      isLive: false,
      finish: () => Effect.void,
      render: (report, options) =>
        [
          BulkSummary.render(tally, {
            ...options,
            durationMs: report.durationMs,
            endedBecause: tally.endedBecause()
          }),
          ...report.outcomes.filter(Lost.is).flatMap(printLost),
          ...Summary.different(report, options)
        ].join("\n")
    }
  })

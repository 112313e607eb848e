/** `algogen generate --db`: submits a batch to the workers and follows it. Leaving only ends the following. */
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import { count, number } from "../../domain/Figures.js"
import { listed } from "../../domain/Listing.js"
import * as FlowControl from "../../flow/FlowControl.js"
import * as Plan from "../../generation/Plan.js"
import * as ConnectionPool from "../../node/ConnectionPool.js"
import * as FileSystemStore from "../../storage/algorithmStore/FileSystem.js"
import * as Bulk from "../bulk/Bulk.js"
import type * as Job from "../bulk/Job.js"
import * as Sources from "../bulk/Sources.js"
import type * as Commands from "../Commands.js"
import * as Data from "../Data.js"
import { type Failure, nothingProduced, wrongUsage } from "../Failure.js"
import { FOLDER } from "../Flags.js"
import { finishing } from "../generate/Finishing.js"
import * as Pages from "../generate/Pages.js"
import * as Notice from "../Notice.js"
import * as Prompts from "../Prompts.js"
import * as ReportPage from "../ReportPage.js"
import * as Address from "./Address.js"

const FOR_WORKERS = "the workers check the answers, so give it to each algogen worker"
const OF_SERVER = "the workers ask, each its own server with its own key, so give it to each algogen worker"
const BY_WORKERS = "the workers ask, so give it to each algogen worker"
const SIMULATED = "start algogen simulate, and give its address to each algogen worker with --base-url"
const ONE_BY_ONE = "each job is asked for itself, so run it without --db"
const NOT_HERE = "the workers ask, not this command; algogen status with the same --db shows how far they are"

/** What only makes sense where the requests are sent, and what to do instead. */
const ELSEWHERE = (flags: Commands.Generate): ReadonlyArray<readonly [given: boolean, flag: string, hint: string]> => [
  [flags.baseUrl !== undefined, "--base-url", OF_SERVER],
  [flags.apiKeyEnv !== undefined, "--api-key-env", OF_SERVER],
  [flags.simulate, "--simulate", SIMULATED],
  [flags.demo, "--demo", SIMULATED],
  [!flags.stream, "--no-stream", "the workers receive every answer as it is written"],
  [flags.concurrency !== undefined, "--concurrency", BY_WORKERS],
  [
    flags.connections !== undefined,
    "--connections",
    "each algogen worker opens as many as its own --concurrency needs"
  ],
  [flags.arena, "--arena", "run algogen score --arena on the folder once the batch is over"],
  [flags.trial || flags.trialUnsandboxed, "--trial", FOR_WORKERS],
  [flags.fee !== undefined, "--fee", FOR_WORKERS],
  [flags.slippage !== undefined, "--slippage", FOR_WORKERS],
  [flags.rounds > 0, "--rounds", ONE_BY_ONE],
  [flags.distinct > 0, "--distinct", ONE_BY_ONE],
  [flags.dryRun, "--dry-run", "run it without --db: the requests are the same"],
  [flags.metrics !== undefined, "--metrics", NOT_HERE],
  [flags.otlp !== undefined, "--otlp", NOT_HERE],
  [flags.verbose, "--verbose", BY_WORKERS]
]

/** What is wrong with the flags, if one of them does not go with a database. */
export const misplaced = (flags: Commands.Generate): string | undefined => {
  const [, flag, hint] = ELSEWHERE(flags).find(([given]) => given) ?? []
  return flag === undefined ? undefined : `use either --db or ${flag}, not both: ${hint}`
}

/** The prompts are made here, and the answers are checked elsewhere. */
export const importing = (packages: ReadonlyArray<string>): string =>
  `The prompts offer ${listed(packages, "and")}. Each worker has to allow ${packages.length === 1 ? "it" : "them"}, too: with --imports, or in the algogen.json of its folder.`

const fewer = (jobs: number, batch: string) =>
  `${count(jobs, "job", number)} of batch ${batch} ${jobs === 1 ? "is" : "are"} in the database, and not all that were asked for`

/** Nobody but its own command knows the jobs that are missing. */
const completed = (batch: string) => `give the command that began it again, with --batch ${batch}, to put in the rest`

/** What is said once a batch is in the database; `twin` is one that begins with the same jobs and is not over. */
export const greeting = (batch: string, twin: string | undefined): ReadonlyArray<string> => [
  `Batch ${batch}: Ctrl-C leaves it to the workers; algogen generate --batch ${batch}, with the same --db and --out, follows it again.`,
  ...(twin === undefined
    ? []
    : [
        `Batch ${twin} begins with the same jobs and is not over, so they are paid for twice: the same command with --batch ${twin} follows it, and algogen cancel --batch ${batch}, with the same --db, ends this one.`
      ])
]

/** What becomes of a batch that is not followed any more; `wanted` are the jobs that this command was to put there, if it knows. */
export const parting = <E1, R1, E2, R2>(
  batch: string,
  wanted: number | undefined,
  submitted: Effect.Effect<{ readonly isWhole: boolean; readonly total: number }, E1 | Plan.InvalidRequest, R1>,
  workers: Effect.Effect<number, E2, R2>
) =>
  Effect.gen(function* () {
    const { isWhole, total } = yield* submitted
    if (total === 0) return `Left before a job of batch ${batch} was in the database: nobody will ask for any.`
    const running = yield* workers
    const rest = isWhole && total >= (wanted ?? 0) ? "" : ` ${fewer(total, batch)}: ${completed(batch)}.`
    return running === 0
      ? `Left batch ${batch}. No worker is running on this database, so its jobs wait there: start one with algogen worker and the same --db.${rest}`
      : `Left batch ${batch}. ${count(running, "worker")} will go on with it.${rest}`
  }).pipe(
    Effect.timeout("2 seconds"),
    Effect.catchAll((error) =>
      Effect.succeed(
        error instanceof Plan.InvalidRequest
          ? `Left before there was a batch ${batch} in the database: nobody will ask for it.`
          : `Left batch ${batch}. Its jobs stay in the database, which does not answer at the moment.`
      )
    )
  )

/** Such as `20261129-041205-7f3a`. */
export const nameOf = Effect.zipWith(Clock.currentTimeMillis, Random.nextIntBetween(0, 0x1_00_00), (now, chance) => {
  const time = new Date(now).toISOString().slice(0, 19).replace(/[-:]/gu, "").replace("T", "-")
  return `${time}-${chance.toString(16).padStart(4, "0")}`
})

/** A batch that is there is followed by its name. */
const isAttaching = ({ batch, jobs, models }: Commands.Generate) =>
  batch !== undefined && jobs === undefined && models.length === 0

export const run = (flags: Commands.Generate) => {
  const wrong = misplaced(flags)
  return wrong === undefined ? submit(flags) : wrongUsage(wrong)
}

const submit = (flags: Commands.Generate) =>
  Address.connected(flags.db, { makes: !isAttaching(flags) }, (durable) =>
    Effect.gen(function* () {
      const { batch: named, jobs, models, out = FOLDER, resume } = flags
      if (named !== undefined) yield* durable.checkName(named)
      yield* Sources.check(flags)
      const isAttached = isAttaching(flags)
      if (!isAttached && jobs === undefined && models.length === 0) {
        return yield* wrongUsage(
          "with --db, name the models with --model or --jobs, or a batch that is there with --batch"
        )
      }
      const asked = yield* Sources.tickersOf(flags)
      const series = yield* Data.load(flags, jobs === undefined ? asked : [])
      const prompt = yield* Prompts.layer(flags, series)
      if (!isAttached && flags.imports.length > 0) yield* Notice.say(importing(flags.imports))
      const batch = named ?? (yield* nameOf)
      const work: Sources.Work = isAttached
        ? yield* attached(durable, batch)
        : yield* Sources.work(flags, asked, models)
      const page = yield* ReportPage.ifWanted({ ...flags, out })
      const pages = Pages.make({
        concurrency: Plan.CONCURRENCY,
        deadline: Duration.infinity,
        flags: { ...flags, series },
        page,
        simulated: false
      })
      yield* finishing((stopWhen) =>
        Bulk.run({
          ...flags,
          out,
          page,
          work,
          limits: {},
          simulated: false,
          stopWhen,
          hasWorkers: true,
          pages,
          asking: (requests, stopped) =>
            durable
              .generate({
                ...flags,
                system: undefined,
                batch,
                again: resume,
                attach: isAttached,
                requests,
                // Whoever names a batch knows of it.
                total: named === undefined ? work.total : undefined,
                accepted: (twin) => greeting(batch, twin)
              })
              .pipe(
                Stream.mapError((error) => (error._tag === "DatabaseError" ? nothingProduced(error.message) : error)),
                Stream.interruptWhen(stopped)
              )
        })
      ).pipe(
        Effect.onInterrupt(() =>
          Effect.flatMap(parting(batch, work.total, durable.requests(batch), durable.workers), Console.error)
        ),
        Effect.provide(
          Layer.mergeAll(
            FileSystemStore.layer({ directory: out }),
            Layer.effect(FlowControl.FlowControl, FlowControl.make()),
            prompt
          )
        )
      )
    })
  ).pipe(
    Effect.scoped,
    Effect.provide(ConnectionPool.layer),
    Effect.provideService(Notice.Quiet, flags.quiet),
    Effect.catchTags({
      InvalidRequest: ({ message }) => wrongUsage(message),
      StoreError: ({ message }) => wrongUsage(message)
    })
  )

/** The jobs of a batch that was submitted before. */
const attached = (durable: Address.Durable, batch: string) =>
  Effect.gen(function* () {
    const { isWhole, requests, total } = yield* durable.requests(batch)
    if (!isWhole) yield* Notice.say(`${fewer(total, batch)}. Unless that is still going on, ${completed(batch)}.`)
    const jobs: Stream.Stream<Job.Placed, Failure> = Stream.mapError(requests, ({ message }) =>
      nothingProduced(message)
    )
    return { jobs, tickers: new Set<string>(), total }
  })

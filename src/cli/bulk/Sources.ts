/** What a run is to ask for, by its flags: tickers, or jobs from a file or from standard input, which are never all in memory. */
import { createReadStream } from "node:fs"
import * as fs from "node:fs/promises"
import * as NodeStream from "@effect/platform-node/NodeStream"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { ModelRequest } from "../../api/ModelRequest.js"
import * as TextFile from "../../node/TextFile.js"
import { type Failure, wrongUsage } from "../Failure.js"
import { DEFAULT_TICKER } from "../Flags.js"
import * as Notice from "../Notice.js"
import * as OwnKey from "../OwnKey.js"
import * as ReadFailure from "../ReadFailure.js"
import * as Job from "./Job.js"
import * as Shard from "./Shard.js"
import * as Tickers from "./Tickers.js"

export interface Flags extends OwnKey.Flags {
  readonly models: ReadonlyArray<ModelRequest>
  readonly tickers: ReadonlyArray<string>
  readonly tickersFile: string | undefined
  readonly jobs: string | undefined
  readonly shard: Shard.Shard | undefined
  readonly samples: number
}

const STDIN = "-"
const nameOf = (source: string): string => (source === STDIN ? "standard input" : source)

const unreadable = (source: string) => (error: unknown) =>
  wrongUsage(`${nameOf(source)} could not be read: ${ReadFailure.describe(error)}`)

/** Fails where flags exclude each other. */
export const check = ({ jobs, models, samples, tickers, tickersFile }: Flags): Effect.Effect<void, Failure> => {
  const beside: ReadonlyArray<readonly [given: boolean, flag: string]> = [
    [models.length > 0, "--model"],
    [tickers.length > 0, "--ticker"],
    [tickersFile !== undefined, "--tickers"],
    [samples > 1, "--samples"]
  ]
  const [, flag] = (jobs === undefined ? undefined : beside.find(([given]) => given)) ?? []
  if (flag !== undefined) {
    return wrongUsage(`use either --jobs or ${flag}, not both: each job names its own model, ticker and sample`)
  }
  if ([jobs, tickersFile].includes(STDIN) && process.env["ALGOGEN_LIFELINE"] === "stdin") {
    return wrongUsage("standard input cannot be read while ALGOGEN_LIFELINE=stdin keeps it for something else")
  }
  return Effect.void
}

/** Each once: those of `--ticker`, then those of the file. */
export const tickersOf = ({ tickers, tickersFile }: Flags): Effect.Effect<ReadonlyArray<string>, Failure> =>
  tickersFile === undefined
    ? Effect.succeed(tickers.length === 0 ? [DEFAULT_TICKER] : [...new Set(tickers)])
    : read(tickersFile).pipe(
        Effect.flatMap((text) => Effect.mapError(Tickers.parse(text, nameOf(tickersFile)), wrongUsage)),
        Effect.map((listed) => [...new Set([...tickers, ...listed])])
      )

const read = (source: string): Effect.Effect<string, Failure> =>
  source === STDIN
    ? Stream.mkString(Stream.decodeText(bytes(source)))
    : Effect.tryPromise({ try: () => fs.readFile(source), catch: unreadable(source) }).pipe(Effect.map(TextFile.decode))

const bytes = (source: string): Stream.Stream<Uint8Array, Failure> =>
  NodeStream.fromReadable(() => (source === STDIN ? process.stdin : createReadStream(source)), unreadable(source))

/** A job whose words may be sent. */
const checked = (line: string, find: OwnKey.Find): Either.Either<Job.Job, string> =>
  Either.flatMap(Job.parse(line), (job) => {
    const variable = find(job.prompt ?? "") ?? find(job.system ?? "")
    return variable === undefined ? Either.right(job) : Either.left(OwnKey.complaint(variable))
  })

/** Fails at the first line that is no job, with its number. */
const jobsIn = (source: string, find: OwnKey.Find): Stream.Stream<Job.Job, Failure> =>
  bytes(source).pipe(
    Stream.decodeText(),
    Stream.splitLines,
    Stream.zipWithIndex,
    Stream.filter(([line]) => line.trim() !== ""),
    Stream.mapEffect(([line, index]) =>
      Effect.mapError(checked(line, find), (why) => wrongUsage(`${nameOf(source)}, line ${index + 1}: ${why}`))
    )
  )

export interface Work {
  readonly jobs: Stream.Stream<Job.Placed, Failure>
  /** Those that the prompt has to be made for, as far as they are known before the run. */
  readonly tickers: ReadonlySet<string>
  /** How many tickers all of them have, and how many jobs there are; unknown where they come from standard input. */
  readonly tickerCount?: number | undefined
  readonly total: number | undefined
}

/** Before anything is sent a file is read through once, and the first job from standard input awaited. */
export const work = (
  { apiKeyEnv, jobs, samples, shard }: Flags,
  tickers: ReadonlyArray<string>,
  models: ReadonlyArray<string | ModelRequest>
): Effect.Effect<Work, Failure, Scope.Scope> =>
  Effect.gen(function* () {
    const isDealtHere = (job: Job.Job) => Shard.has(shard, job)
    if (jobs === undefined) {
      const product = Job.product(tickers, models, samples)
      const asked = new Set<string>()
      let total = 0
      for (const job of product) {
        if (!isDealtHere(job)) continue
        total += 1
        asked.add(job.ticker)
      }
      const jobs = Stream.filter(Stream.fromIterable(product), isDealtHere)
      return { jobs, tickers: new Set(tickers), tickerCount: asked.size, total }
    }
    const find = yield* OwnKey.finder({ apiKeyEnv })
    const dealt = Stream.filter(jobsIn(jobs, find), isDealtHere)
    const prompted = new Set<string>()
    if (jobs === STDIN) return yield* begun({ jobs: dealt, tickers: prompted, total: undefined }, shard)
    const asked = new Set<string>()
    let all = 0
    let total = 0
    yield* Stream.runForEach(jobsIn(jobs, find), (job) =>
      Effect.sync(() => {
        all += 1
        if (!isDealtHere(job)) return
        total += 1
        asked.add(job.ticker)
        if (job.prompt === undefined) prompted.add(job.ticker)
      })
    )
    if (all === 0) return yield* wrongUsage(`${jobs} has no job`)
    return { jobs: dealt, tickers: prompted, tickerCount: asked.size, total }
  })

/** The same work, once its first job is there: a run begins with that, so that a mistake in it leaves nothing behind. */
const begun = (work: Work, shard: Shard.Shard | undefined): Effect.Effect<Work, Failure, Scope.Scope> =>
  Effect.gen(function* () {
    const pull = yield* Stream.toPull(work.jobs)
    const first = yield* pull.pipe(
      Effect.asSome,
      Effect.catchAll(Option.match({ onNone: () => Effect.succeedNone, onSome: Effect.fail })),
      Notice.ifSlow("Waiting for the first job on standard input.")
    )
    if (Option.isSome(first)) {
      const rest = Stream.fromPull(Effect.succeed(pull))
      return { ...work, jobs: Stream.concat(Stream.fromChunk(first.value), rest) }
    }
    // Others may have been dealt to another part.
    return shard === undefined ? yield* wrongUsage("standard input has no job") : { ...work, jobs: Stream.empty }
  })

/** Is there more to ask for than a single ticker, or only a part of it: then each ticker has a folder of its own. */
export const isMany = ({ jobs, shard }: Flags, tickers: ReadonlyArray<string>): boolean =>
  jobs !== undefined || shard !== undefined || tickers.length > 1

/** A worker: takes jobs from the queue to the engine, asks those that the engine brings, and hands over when it is stopped. */
import type * as SqlClient from "@effect/sql/SqlClient"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FiberMap from "effect/FiberMap"
import * as FiberRef from "effect/FiberRef"
import * as HashSet from "effect/HashSet"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Scope } from "effect/Scope"
import { OpenRouter } from "../api/OpenRouter.js"
import * as CodeFailure from "../domain/CodeFailure.js"
import { BadCode, ConnectionFailed, Interrupted, type Reason } from "../domain/GenerationError.js"
import * as FlowControl from "../flow/FlowControl.js"
import * as Alive from "./Alive.js"
import * as Answers from "./Answers.js"
import * as Asked from "./Asked.js"
import * as Asking from "./Asking.js"
import * as Checking from "./Checking.js"
import type { DatabaseError } from "./DatabaseError.js"
import * as Engine from "./Engine.js"
import * as Feeding from "./Feeding.js"
import * as Job from "./Job.js"
import * as Jobs from "./Jobs.js"
import * as Permits from "./Permits.js"
import * as Quota from "./Quota.js"
import * as Spent from "./Spent.js"

export interface Options {
  /** Requests in flight at most; default 6. */
  readonly concurrency?: number | undefined
  /** Limits that all workers on this database share. */
  readonly limits?: FlowControl.Options | undefined
  /** Where it runs, for people: `status` shows it. */
  readonly place?: string | undefined
}

/** The worker has stopped, because no job of it could succeed: its account or key was refused. */
export class WorkerStopped extends Schema.TaggedError<WorkerStopped>("algogen.WorkerStopped")("WorkerStopped", {
  message: Schema.String
}) {}

/** A job whose workers died so often is given up, whatever they died of. */
const MAX_TRIES = 5

/** How long what is in flight may take once the worker is told to stop. */
const DRAIN_LIMIT = "90 seconds"

const broken = (message: string): Reason => new ConnectionFailed({ message, permanent: true })

const poison = (message: string): Reason => new BadCode({ failure: CodeFailure.of("guard", "worker-died", message) })

const start = (options: Options) =>
  Effect.gen(function* () {
    const { concurrency = 6, place = "" } = options
    const worker = `w-${crypto.randomUUID()}`
    const context = yield* Effect.context<OpenRouter | SqlClient.SqlClient | FlowControl.FlowControl>()
    const alive = yield* Alive.make(worker)
    const jobs = yield* Jobs.make(worker)
    const checking = yield* Checking.make
    const permits = Permits.make(concurrency)
    const spent = Spent.make()
    const draining = yield* Deferred.make<void>()
    const refused = yield* Deferred.make<never, WorkerStopped>()
    const running = yield* FiberMap.make<string, void, never>()
    const cancels = new Map<string, Deferred.Deferred<void>>()
    const finished = yield* Effect.makeLatch(false)
    const loggers = yield* FiberRef.get(FiberRef.currentLoggers)
    let isStopping = false

    const ask = (job: Job.Job, cancelled: Deferred.Deferred<void>) =>
      Effect.gen(function* () {
        const failed = (reason: Reason, retryAt?: number) => Option.some(Asking.failed(job, reason, retryAt))
        if (job.cancelled || (yield* Deferred.isDone(cancelled))) return failed(new Interrupted())
        if (!job.isWhole) return failed(broken("its prompt is not in the database any more"))
        if (job.suspected) return failed(poison("two workers died while they checked this answer"))
        if (job.tries >= MAX_TRIES) return failed(poison(`${job.tries} workers died while they asked for this`))
        const pointless = yield* spent.on(job.request.model)
        if (pointless !== undefined) return failed(pointless.reason, pointless.retryAt)
        yield* Asked.untilDone(jobs.begin(job))
        const { budget } = job
        const left = budget === undefined ? undefined : yield* Asked.untilDone(jobs.left(job, budget))
        const gate = checking((suspected) => Asked.untilDone(jobs.suspect(job, suspected)))
        const answers = yield* Answers.make(job, job.attempt === 1 && job.tries === 0, gate)
        return yield* Asking.run(job, { answers, budget: left, gate, cancelled, draining })
      })

    /** Waits for a permit; nothing where the worker is to stop before it has one. */
    const inTurn = <A, R>(isFirst: boolean, work: Effect.Effect<Option.Option<A>, never, R>) =>
      Effect.flatMap(
        Effect.raceFirst(Effect.as(permits.take(isFirst), true), Effect.as(Deferred.await(draining), false)),
        (taken) => (taken ? Effect.ensuring(work, permits.release) : Effect.succeedNone)
      )

    /** Ends with an outcome in the database, or with the job handed over. */
    const work = (ticket: Job.Ticket) =>
      Effect.gen(function* () {
        const claimed = yield* Asked.untilDone(jobs.claim(ticket))
        if (Option.isNone(claimed)) return
        const job = claimed.value
        const cancelled = yield* Deferred.make<void>()
        cancels.set(Job.keyOf(ticket), cancelled)
        const outcome = yield* inTurn(job.tries > 0, ask(job, cancelled)).pipe(
          Effect.catchAllDefect((defect) =>
            Effect.succeedSome(Asking.failed(job, broken(`the worker itself failed: ${String(defect)}`)))
          )
        )
        if (Option.isSome(outcome)) yield* spent.hear(outcome.value)
        const reason = Option.getOrUndefined(Option.flatMap(outcome, ({ reason }) => reason))
        const isRefused = reason?._tag === "AccountRefused"
        if (isRefused) yield* Deferred.fail(refused, new WorkerStopped({ message: reason.message }))
        yield* Asked.untilDone(
          isRefused || Option.isNone(outcome) ? jobs.handOver(ticket) : jobs.finish(ticket, outcome.value)
        )
      }).pipe(
        Effect.ensuring(
          Effect.suspend(() => {
            cancels.delete(Job.keyOf(ticket))
            return finished.open
          })
        ),
        Effect.mapInputContext((given: Context.Context<never>) => Context.merge(given, context))
      )

    const begin = (ticket: Job.Ticket, work: Effect.Effect<void>) =>
      FiberMap.run(running, Job.keyOf(ticket), work, { onlyIfMissing: true })

    const perform = (ticket: Job.Ticket): Effect.Effect<void> =>
      Effect.gen(function* () {
        if (yield* Deferred.isDone(draining)) return
        // The engine's fibers have loggers of their own, see below.
        const fiber = yield* begin(ticket, Effect.locally(work(ticket), FiberRef.currentLoggers, loggers))
        yield* Effect.interruptible(Fiber.await(fiber))
      })

    const adopted = new Set<string>()
    const adopt = (ticket: Job.Ticket): Effect.Effect<void> => {
      const key = Job.keyOf(ticket)
      const adopting = Effect.suspend(() => {
        adopted.add(key)
        return work(ticket)
      })
      return begin(
        ticket,
        Effect.ensuring(
          adopting,
          Effect.sync(() => adopted.delete(key))
        )
      )
    }

    // The first job does not wait for it then; where it fails, each job asks for it.
    yield* Effect.forkScoped(Effect.ignore(Effect.flatMap(OpenRouter, ({ models }) => models)))
    // Before the first job: one whose owner is not on the list is taken for a dead worker's.
    yield* alive.beat(place, concurrency)
    const { feeding, ticking } = Feeding.make({
      adopt,
      adopted: () => adopted.size,
      alive,
      jobs,
      place,
      concurrency,
      cancels,
      draining,
      finished
    })
    const ticker = yield* Effect.forkScoped(ticking)
    const drain = yield* Effect.once(
      Effect.suspend(() => {
        isStopping = true
        return Deferred.succeed(draining, undefined)
      }).pipe(
        Effect.zipRight(Effect.interruptible(FiberMap.awaitEmpty(running))),
        Effect.timeoutOption(DRAIN_LIMIT),
        Effect.zipRight(Fiber.interrupt(ticker)),
        Effect.zipRight(Effect.ignore(Effect.zipRight(jobs.sendBack, alive.leave)))
      )
    )
    // Where it is stopped before the engine is there.
    yield* Effect.addFinalizer(() => drain)
    // While it ends, the engine misses the worker that has left it, and warns of that.
    const untilStopping = HashSet.map(loggers, (logger) =>
      Logger.filterLogLevel(logger, (level) => !isStopping || LogLevel.greaterThanEqual(level, LogLevel.Error))
    )
    const engine = yield* Effect.locally(
      Layer.build(Layer.provideMerge(Engine.workflow(perform), Engine.layer(worker))),
      FiberRef.currentLoggers,
      untilStopping
    )
    yield* Effect.forkScoped(Effect.provide(feeding, engine))
    // What was made last ends first: the worker goes on saying that it is alive while it finishes.
    yield* Effect.addFinalizer(() => drain)
    return refused
  }).pipe(
    Effect.provide(
      FlowControl.layerShared({ ...options.limits, concurrency: options.concurrency ?? 6 }).pipe(
        Layer.provide(Quota.layer)
      )
    )
  )

type Needs = OpenRouter | SqlClient.SqlClient

/**
 * Works until it is interrupted: then nothing new is sent, what is in flight is finished, and the rest is handed over. Fails
 * where the account is refused, or where there is no database at the start.
 */
export const work = (options: Options = {}): Effect.Effect<never, DatabaseError | WorkerStopped, Needs> =>
  Effect.scoped(Effect.flatMap(start(options), Deferred.await))

/** The same as a layer to launch. */
export const layer = (options: Options = {}): Layer.Layer<never, DatabaseError, Needs> => {
  const started: Effect.Effect<unknown, DatabaseError, Needs | Scope> = Effect.flatMap(start(options), (refused) =>
    Deferred.await(refused).pipe(
      Effect.catchAll(({ message }) => Effect.logError(message)),
      Effect.forkScoped
    )
  )
  return Layer.scopedDiscard(started)
}

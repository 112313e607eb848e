/**
 * Submits a batch and follows it. The jobs are the workers' from then on: a client that dies or leaves loses nothing, and
 * asking for the same batch again goes on where it was.
 */
import type * as SqlClient from "@effect/sql/SqlClient"
import * as Chunk from "effect/Chunk"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Consequence from "../domain/Consequence.js"
import { count, number } from "../domain/Figures.js"
import { DeadlineExceeded } from "../domain/GenerationError.js"
import * as Guarded from "../generation/Guarded.js"
import * as Leaderboard from "../generation/Leaderboard.js"
import * as Listening from "../generation/Listening.js"
import * as Plan from "../generation/Plan.js"
import type * as Progress from "../generation/Progress.js"
import type { Outcome } from "../generation/Report.js"
import * as Saving from "../generation/Saving.js"
import { AlgorithmStore, type StoreError } from "../storage/AlgorithmStore.js"
import { namer } from "../storage/FileName.js"
import * as Asked from "./Asked.js"
import * as Asking from "./Asking.js"
import * as Batch from "./Batch.js"
import type { DatabaseError } from "./DatabaseError.js"
import type * as Job from "./Job.js"
import * as Status from "./Status.js"

/** What is asked, with the caller's own name for it if it has one. */
export interface Request extends Plan.Request {
  readonly id?: string | undefined
}

export interface Options<E = never, R = never> extends Batch.Limits {
  readonly requests: Iterable<Request> | Stream.Stream<Request, E, R>
  /** Put back what had failed when this batch was followed before; default false. */
  readonly again?: boolean | undefined
  /** The requests are those that `requests` has read from the batch: nothing is submitted. Default false. */
  readonly attach?: boolean | undefined
  /** How many requests there are: with it, another batch of the same is looked for. */
  readonly total?: number | undefined
  /** Notes to give once the first jobs are in the database, and not before; `twin` is a batch of the same that is not over. */
  readonly accepted?: ((twin: string | undefined) => ReadonlyArray<string>) | undefined
}

/** How far a batch is submitted, and known to be what is asked for. */
interface Submitted {
  jobs: number
  isAll: boolean
}

/** Jobs that are written at once. */
const CHUNK = 500

/** How often a client looks for outcomes. */
const LOOK = "250 millis"

/** Looks without a worker before it is said. */
const PATIENCE = 20

const NO_ROUNDS = "a batch has no rounds: leave them out, or ask without a database, with Generation.stream"

type Open = Effect.Effect.Success<ReturnType<typeof Batch.make>>

const submit = <E, R>(options: Options<E, R>, batch: Open, submitted: Submitted, emit: Progress.Emit) =>
  Effect.gen(function* () {
    const { accepted = () => [], again = false, attach = false, total } = options
    const accept = (twin?: string) => accepted(twin).forEach((message) => emit({ _tag: "Note", message }))
    const source = Symbol.iterator in options.requests ? Stream.fromIterable(options.requests) : options.requests
    const inChunks = <A, E2, R2, E3, R3>(
      jobs: Stream.Stream<A, E2, R2>,
      write: (first: number, jobs: ReadonlyArray<A>) => Effect.Effect<unknown, E3, R3>
    ) =>
      jobs.pipe(
        Stream.groupedWithin(CHUNK, "1 second"),
        Stream.runForEach((chunk) =>
          Effect.map(write(submitted.jobs, Chunk.toReadonlyArray(chunk)), () => {
            submitted.jobs += chunk.length
          })
        )
      )
    yield* Plan.bounds({ ...options, concurrency: undefined }, Duration.infinity)
    if ((options.rounds ?? 0) > 0) return yield* new Plan.InvalidRequest({ message: NO_ROUNDS })
    if (attach) {
      yield* batch.allow(options.budget)
      accept()
      yield* inChunks(source, (first, jobs) => (again ? batch.again(first, jobs.length) : Effect.void))
    } else {
      const plan = yield* Plan.planner(options.system)
      yield* batch.open(options)
      let taken = 0
      const planned = Stream.mapEffect(source, (asked) => {
        const index = taken
        taken += 1
        return plan(asked, index).pipe(
          Effect.map(({ messages, parameters, promptHash, strategy, ...slot }): Batch.Planned => {
            const { model, sample, ticker } = slot
            const request: Job.Request = { ...parameters, model, ticker, sample, strategy, id: asked.id }
            return { request, messages, promptHash }
          }),
          Effect.mapError(({ message }) => new Plan.InvalidRequest({ message: `request ${index + 1}: ${message}` }))
        )
      })
      yield* inChunks(planned, (first, jobs) =>
        Effect.gen(function* () {
          yield* batch.add(first, jobs, again, options.budget)
          if (first === 0) accept(total === undefined ? undefined : yield* batch.twin(jobs.length, total))
        })
      )
      yield* batch.close(submitted.jobs)
    }
    submitted.isAll = true
  })

/** Saves what came, and tells of it as a run does. */
const settler = Effect.map(AlgorithmStore, (store) => {
  const nameOf = namer(true)
  return (outcome: Outcome, emit: Progress.Emit) =>
    Effect.gen(function* () {
      const { index, model } = outcome
      const name = nameOf(outcome)
      const algorithm = Option.getOrUndefined(outcome.algorithm)
      if (algorithm === undefined) {
        const reason = Option.getOrUndefined(outcome.reason)
        if (reason !== undefined && reason._tag !== "StoreError") {
          const retryAt = Option.getOrUndefined(outcome.retryAt)
          emit({ _tag: Consequence.of(reason).skipped ? "Skipped" : "Failed", index, model, reason, retryAt })
        }
        return emit({ _tag: "Settled", index, model, outcome })
      }
      emit({ _tag: "Generated", index, model, code: algorithm.code, score: Leaderboard.scoreOf(outcome) })
      const settled = yield* Effect.match(store.save(name, algorithm), {
        onFailure: (error): Outcome => {
          emit({ _tag: "SaveFailed", index, model, message: error.message })
          return { ...outcome, status: "failed", reason: Option.some(error) }
        },
        onSuccess: (path): Outcome => {
          emit({ _tag: "Saved", index, model, path })
          return { ...outcome, file: Option.some(path) }
        }
      })
      emit({ _tag: "Settled", index, model, outcome: settled })
    })
})

const NO_WORKER =
  "No worker is running on this database; start one with algogen worker and the same --db, and the jobs will be asked. They are kept until then."

/** Workers settle what is open at the deadline, too; without any nobody would. */
const overdue = (name: string, jobs: number) =>
  `No worker is running on this database, and the deadline has passed: ${count(jobs, "job", number)} ` +
  `${jobs === 1 ? "is" : "are"} not asked for any more. ${jobs === 1 ? "It stays" : "They stay"} in the database until ` +
  `a worker marks ${jobs === 1 ? "it" : "them"} as too late, or algogen cancel with the same --db and --batch ${name}.`

/** Follows until all that is submitted is settled, or its time is over and there is no worker to say so. */
const collect = (
  name: string,
  batch: Open,
  submitted: Readonly<Submitted>,
  emit: Progress.Emit,
  room: Effect.Effect<unknown>
) =>
  Effect.gen(function* () {
    const settle = yield* settler
    let next = 0
    let generated = 0
    let idle = 0
    let left = 0
    while (!submitted.isAll || next < submitted.jobs) {
      const outcomes = yield* batch.outcomes(next, submitted.jobs)
      for (const outcome of outcomes) {
        yield* room
        yield* Effect.uninterruptible(settle(outcome, emit))
        next += 1
        if (Option.isSome(outcome.algorithm)) generated += 1
      }
      if (outcomes.length > 0) {
        idle = 0
        continue
      }
      idle += 1
      const lasted = submitted.isAll ? yield* Asked.throughRestart(Status.past(name)) : undefined
      if (lasted !== undefined && (yield* Asked.throughRestart(Status.workers)) === 0) {
        left = submitted.jobs - next
        emit({ _tag: "Note", message: overdue(name, left) })
        const reason = new DeadlineExceeded({ deadlineMs: lasted })
        while (next < submitted.jobs) {
          const rows = yield* batch.requests(next)
          // Pruned by now.
          if (rows.length === 0) break
          for (const { index, request } of rows) {
            yield* room
            yield* settle(Asking.failed({ index, request, messages: [] }, reason), emit)
            next += 1
          }
        }
        break
      }
      if (idle === PATIENCE && (yield* Asked.throughRestart(Status.workers)) === 0)
        emit({ _tag: "Note", message: NO_WORKER })
      yield* Effect.sleep(LOOK)
    }
    emit({ _tag: "RunFinished", generated, requested: next, left })
  }).pipe(Effect.ensuring(Effect.flatMap(AlgorithmStore, Saving.flush)))

type Failure = Plan.InvalidRequest | StoreError | DatabaseError

/**
 * Puts the requests into the queue under the name of the batch and yields the events of `Generation.stream`, `Settled` in the
 * order of the request, after each file. Asked for once more with the same name and requests, it goes on where it was;
 * other requests under the same name are refused.
 * When the reader stops, the workers go on.
 */
export const generate = <E = never, R = never>(
  options: Options<E, R>
): Stream.Stream<Progress.Event, E | Failure, R | AlgorithmStore | SqlClient.SqlClient> =>
  Listening.stream((emit, room) =>
    Effect.gen(function* () {
      yield* Effect.flatMap(AlgorithmStore, ({ prepare }) => prepare)
      const batch = yield* Batch.make(options.batch)
      const submitted: Submitted = { jobs: 0, isAll: false }
      // What is submitted already is followed while the rest is read; a failure of the source ends both.
      yield* Effect.zip(submit(options, batch, submitted, emit), collect(options.batch, batch, submitted, emit, room), {
        concurrent: true
      })
    }).pipe(Guarded.store, Effect.scoped)
  )

/**
 * What a batch asks for, to follow it by its name: `generate` with these requests and `attach` adds nothing to it. It is not
 * whole while a client still submits it, or where one has left before it was done.
 */
export const requests = (name: string) =>
  Effect.gen(function* () {
    const batch = yield* Batch.make(name)
    const size = yield* batch.size
    if (Option.isNone(size)) {
      return yield* new Plan.InvalidRequest({ message: `there is no batch '${name}' in this database` })
    }
    const { isWhole, jobs } = size.value
    const asked: Stream.Stream<Request, DatabaseError> = Stream.paginateChunkEffect(0, (from) =>
      Effect.map(batch.requests(from), (rows) => [
        Chunk.fromIterable(rows.map(({ request }) => request)),
        rows.length === 0 ? Option.none() : Option.some(from + rows.length)
      ])
    )
    return { requests: asked, total: jobs, isWhole }
  })

/**
 * The main job: several models at once, for one ticker. Each model has a slot in the order of the request, and whatever
 * happens to one stays in its slot. The same for any number of requests, taken from a stream as there is room for them.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import * as Connections from "../api/Connections.js"
import { OpenRouter } from "../api/OpenRouter.js"
import { DeadlineExceeded, Interrupted, type Reason } from "../domain/GenerationError.js"
import * as FlowControl from "../flow/FlowControl.js"
import { AlgorithmStore, type StoreError } from "../storage/AlgorithmStore.js"
import * as Bookkeeping from "./Bookkeeping.js"
import * as Budget from "./Budget.js"
import * as Generator from "./Generator.js"
import * as Intake from "./Intake.js"
import * as Listening from "./Listening.js"
import * as Plan from "./Plan.js"
import type * as Progress from "./Progress.js"
import * as Report from "./Report.js"
import * as Requests from "./Requests.js"
import * as Settling from "./Settling.js"
import type * as Task from "./Task.js"
import * as Verdict from "./Verdict.js"

/** How a run ends and what it tells. */
interface Manner {
  /** Ends the run early when it succeeds: what is finished is saved and reported, as at the deadline. */
  readonly stopWhen?: Effect.Effect<unknown> | undefined
  /** `Writing` events carry the whole text so far as well as the new part of it; default false. */
  readonly wholeText?: boolean | undefined
}

/** What to ask, and within which limits. */
export interface StreamOptions extends Plan.Options, Manner {}

export interface Options extends StreamOptions {
  /** Called for every event, in order. If a call takes over 5 s it gets no more; if it dies, the run goes on. */
  readonly onProgress?: Listening.Listener | undefined
}

/** Any number of requests, for any number of tickers. */
export interface ManyOptions<E = never, R = never> extends Plan.Limits, Manner {
  readonly requests: Iterable<Plan.Request> | Stream.Stream<Plan.Request, E, R>
}

const INTERRUPTED = new Interrupted()

/** What a run for one ticker and a stream of requests have in common. */
const open = Effect.fnUntraced(function* (
  options: Plan.Limits & Manner,
  { concurrency, deadline }: Plan.Terms,
  jobs: number,
  saving: Settling.Options
) {
  yield* Effect.flatMap(AlgorithmStore, ({ prepare }) => prepare)
  const startedAt = yield* Clock.currentTimeMillis
  yield* Connections.reserve(yield* OpenRouter, concurrency)
  const flow = yield* FlowControl.current
  const verdict = Verdict.make()
  const conditions = {
    ...options,
    emit: saving.emit,
    endsAt: startedAt + Duration.toMillis(deadline),
    verdict,
    budget: options.budget === undefined ? undefined : yield* Budget.make(options.budget),
    admit: yield* flow.join({ jobs, concurrency, isDefault: options.concurrency === undefined })
  }
  const { generate, ...sending } = yield* Generator.make(conditions)
  const books = yield* Bookkeeping.make(options.resume === true, saving.emit)
  const onSaved: Settling.Options["onSaved"] = (slot, outcome) => {
    books.saved(slot)
    saving.onSaved(slot, outcome)
  }
  const settling = yield* Settling.make({ ...saving, onSaved }, sending.keyOf)

  /** Asks one model to its end, whatever that is. */
  const ask = (task: Task.Task) =>
    generate(task).pipe(
      verdict.whileOpen(task),
      Effect.tapBoth(settling.report(task.slot)),
      Effect.tapError(() => verdict.announce),
      Effect.option
    )

  /** Ends the asking at the deadline or earlier, and settles what is open then. */
  const untilOver = <A, R>(asking: Effect.Effect<A, never, R>) =>
    asking.pipe(
      Effect.as(Option.none<Reason>()),
      Effect.raceFirst(Effect.as(options.stopWhen ?? Effect.never, Option.some(INTERRUPTED))),
      Effect.timeoutTo({
        duration: deadline,
        onSuccess: identity,
        onTimeout: () => Option.some(new DeadlineExceeded({ deadlineMs: Duration.toMillis(deadline) }))
      }),
      // Answers are paid for, so they are saved whatever ends the asking, even an interruption or a defect.
      Effect.onExit((exit) =>
        settling.abandon(Exit.isSuccess(exit) ? Option.getOrElse(exit.value, () => INTERRUPTED) : INTERRUPTED)
      ),
      // A run that ends at its deadline counts as finished; an interrupted one does not.
      Effect.tap((cutShort) => (Option.contains(cutShort, INTERRUPTED) ? Effect.void : books.finish))
    )

  const intake = Intake.make(conditions, sending, settling, books)
  return { ask, books, expect: settling.expect, intake, lanes: flow.lanes(concurrency), startedAt, untilOver }
})

const run = Effect.fn("Generation.generateAlgorithms")(function* (options: StreamOptions, emit: Progress.Emit) {
  const plan = yield* Plan.make(options)
  const { slots, ticker } = plan
  const outcomes: Array<Report.Outcome> = []
  const { ask, expect, intake, lanes, startedAt, untilOver } = yield* open(options, plan, slots.length, {
    emit,
    byTicker: false,
    onSaved: (_, outcome) => outcomes.push(outcome)
  })
  slots.forEach(expect)
  emit({ _tag: "RunStarted", ticker, models: slots.map(({ model }) => model) })

  yield* untilOver(
    Effect.flatMap(intake, ({ takeAll }) =>
      Effect.flatMap(takeAll(ticker, slots), (tasks) => Effect.forEach(tasks, ask, { concurrency: lanes }))
    )
  )
  const report = Report.make(ticker, startedAt, yield* Clock.currentTimeMillis, outcomes)
  const generated = report.algorithms.filter(Option.isSome).length
  emit({ _tag: "RunFinished", generated, requested: slots.length })
  return report
}, Effect.scoped)

const runMany = Effect.fn("Generation.stream")(function* <E, R>(
  options: ManyOptions<E, R>,
  emit: Progress.Emit,
  room: Effect.Effect<unknown>
) {
  const terms = yield* Plan.terms(options, Duration.infinity)
  const plan = yield* Plan.planner(options.system)
  let taken = 0
  let generated = 0
  const { ask, books, expect, intake, lanes, untilOver } = yield* open(options, terms, 0, {
    emit,
    byTicker: true,
    onSaved: (_, { algorithm }) => {
      if (Option.isSome(algorithm)) generated += 1
    }
  })
  const asking = Effect.gen(function* () {
    const { choose, recalled } = yield* intake
    yield* books.begin()
    yield* Requests.forEach(options.requests, lanes, (request) =>
      Effect.gen(function* () {
        const slot = yield* Effect.mapError(
          plan(request, taken),
          ({ message }) => new Plan.InvalidRequest({ message: `request ${taken + 1}: ${message}` })
        )
        yield* room
        taken += 1
        expect(slot)
        const task = yield* choose(slot)
        return Option.isNone(task) ? Effect.void : Effect.flatMap(recalled(task.value), Effect.transposeMapOption(ask))
      })
    )
  })
  let failure: Effect.Effect<void, E | Plan.InvalidRequest> = Effect.void
  yield* untilOver(
    Effect.catchAll(asking, (error) => {
      failure = Effect.fail(error)
      return Effect.void
    })
  )
  emit({ _tag: "RunFinished", generated, requested: taken })
  yield* failure
}, Effect.scoped)

/**
 * Never fails because a model does: that failure is in its slot. Fails with `InvalidRequest`, or with `StoreError` when
 * nothing could be saved, both before anything is sent. When it is interrupted, what is finished is saved.
 */
export const generateAlgorithms = ({
  onProgress,
  ...options
}: Options): Effect.Effect<Report.GenerationReport, Plan.InvalidRequest | StoreError, OpenRouter | AlgorithmStore> =>
  Effect.flatMap(Listening.make(onProgress), ({ drain, emit }) => Effect.ensuring(run(options, emit), drain))

/**
 * The same as a stream of events. When the reader stops, the run ends, and what is finished is saved.
 */
export const stream: {
  (options: StreamOptions): Stream.Stream<Progress.Event, Plan.InvalidRequest | StoreError, OpenRouter | AlgorithmStore>
  <E = never, R = never>(
    options: ManyOptions<E, R>
  ): Stream.Stream<Progress.Event, E | Plan.InvalidRequest | StoreError, R | OpenRouter | AlgorithmStore>
} = <E, R>(
  options: StreamOptions | ManyOptions<E, R>
): Stream.Stream<Progress.Event, E | Plan.InvalidRequest | StoreError, R | OpenRouter | AlgorithmStore> =>
  Listening.stream((emit, room) => ("requests" in options ? runMany(options, emit, room) : run(options, emit)))

/**
 * The main job: several models at once, for one ticker. Each model has a slot in the order of the request, and whatever
 * happens to one stays in its slot. The same for any number of requests, taken from a stream as there is room for them.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import type { OpenRouter } from "../api/OpenRouter.js"
import { DeadlineExceeded, Interrupted, type Reason } from "../domain/GenerationError.js"
import type { AlgorithmStore, StoreError } from "../storage/AlgorithmStore.js"
import * as Now from "../telemetry/Now.js"
import * as Distinct from "./Distinct.js"
import * as Listening from "./Listening.js"
import * as Opening from "./Opening.js"
import type { ManyOptions, Options, StreamOptions } from "./Options.js"
import * as Plan from "./Plan.js"
import type * as Progress from "./Progress.js"
import * as Report from "./Report.js"
import * as Requests from "./Requests.js"
import * as Stopping from "./Stopping.js"
import type * as Task from "./Task.js"

export type { ManyOptions, Options, StreamOptions } from "./Options.js"

const INTERRUPTED = new Interrupted()

/** Asks one model to its end, whatever that is: a failure is reported to its slot, which then stays empty. */
const asking =
  ({ generate, settling, verdict }: Opening.Opened) =>
  (task: Task.Task) =>
    generate(task).pipe(
      Effect.tapBoth(settling.report(task.slot)),
      Effect.tapError(() => verdict.announce),
      // Its place is another's when it is saved: what is made faster than it can be written would fill the memory.
      (asked) => task.lane.during(asked, task.waits.listen),
      Effect.option
    )

/** Ends the asking at the deadline or earlier, and settles what is open then. */
const untilOver =
  ({ books, deadline, settling }: Opening.Opened, stopWhen: Effect.Effect<unknown>) =>
  <A, R>(asked: Effect.Effect<A, never, R>) =>
    asked.pipe(
      Effect.as(Option.none<Reason>()),
      // Also where the run itself is not to be interrupted, as while a resource is acquired: it would never end.
      Effect.interruptible,
      Effect.raceFirst(Effect.as(stopWhen, Option.some(INTERRUPTED))),
      Effect.timeoutTo({
        duration: deadline,
        onSuccess: (cutShort) => cutShort,
        onTimeout: () => Option.some(new DeadlineExceeded({ deadlineMs: Duration.toMillis(deadline) }))
      }),
      // Answers are paid for, so they are saved whatever ends the asking, even an interruption or a defect.
      Effect.onExit((exit) =>
        settling.abandon(Exit.isSuccess(exit) ? Option.getOrElse(exit.value, () => INTERRUPTED) : INTERRUPTED)
      ),
      // A run that ends at its deadline counts as finished; an interrupted one does not.
      Effect.tap((cutShort) => (Option.contains(cutShort, INTERRUPTED) ? Effect.void : books.finish))
    )

const run = Effect.fn("Generation.generateAlgorithms")(function* (options: StreamOptions, emit: Progress.Emit) {
  const stopWhen = yield* Stopping.once(options.stopWhen)
  const plan = yield* Plan.ofStream(options, stopWhen)
  const { slots, ticker } = plan
  const outcomes: Array<Report.Outcome> = []
  const onSaved = (outcome: Report.Outcome) => outcomes.push(outcome)
  const opened = yield* Opening.open(options, plan, slots.length, { emit, byTicker: false, onSaved })
  slots.forEach(opened.settling.expect)
  const more = { distinct: options.distinct || undefined, rounds: options.rounds || undefined }
  emit({ _tag: "RunStarted", ticker, models: slots.map(({ model }) => model), ...more })

  const ask = asking(opened)
  const distinct = Distinct.make(plan, opened, ask, emit, outcomes)
  yield* Effect.gen(function* () {
    const intake = yield* opened.intake
    const { all, open } = yield* intake.takeAll(plan)
    yield* Effect.forEach(open, Effect.flatMap(ask), { concurrency: opened.lanes, discard: true })
    yield* distinct.fill(all, intake)
    yield* opened.books.noted
  }).pipe(untilOver(opened, stopWhen))
  distinct.conclude()
  emit({ _tag: "RunFinished", generated: opened.generated(), requested: outcomes.length, left: opened.left() })
  return Report.make(ticker, opened.startedAt, yield* Now.millis, outcomes)
}, Effect.scoped)

const runMany = Effect.fn("Generation.stream")(function* <E, R>(
  options: ManyOptions<E, R>,
  emit: Progress.Emit,
  room: Effect.Effect<unknown>
) {
  const limits = yield* Plan.boundsOfMany(options)
  const stopWhen = yield* Stopping.once(options.stopWhen)
  const opened = yield* Opening.open(options, limits, 0, { emit, byTicker: true })
  const requests = yield* Requests.make(options, opened, room)
  const asked = Effect.zipRight(requests.askAll(asking(opened)), opened.books.noted)
  yield* untilOver(opened, stopWhen)(asked)
  emit({ _tag: "RunFinished", generated: opened.generated(), requested: requests.taken(), left: opened.left() })
  yield* requests.outcome()
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

/** The same as a stream of events. When the reader stops, the run ends, and what is finished is saved. */
export const stream: {
  (options: StreamOptions): Stream.Stream<Progress.Event, Plan.InvalidRequest | StoreError, OpenRouter | AlgorithmStore>
  <E = never, R = never>(
    options: ManyOptions<E, R>
  ): Stream.Stream<Progress.Event, E | Plan.InvalidRequest | StoreError, R | OpenRouter | AlgorithmStore>
} = <E, R>(options: StreamOptions | ManyOptions<E, R>) =>
  Listening.stream((emit, room) => ("requests" in options ? runMany(options, emit, room) : run(options, emit)))

/**
 * The main job: several models at once, for one ticker. Each model has a slot in the order of the request, and whatever
 * happens to one stays in its slot.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import type { OpenRouter } from "../api/OpenRouter.js"
import { DeadlineExceeded, Interrupted, type Reason } from "../domain/GenerationError.js"
import * as FlowControl from "../flow/FlowControl.js"
import { AlgorithmStore, type StoreError } from "../storage/AlgorithmStore.js"
import * as Budget from "./Budget.js"
import * as Generator from "./Generator.js"
import * as Intake from "./Intake.js"
import * as Listening from "./Listening.js"
import * as Plan from "./Plan.js"
import type * as Progress from "./Progress.js"
import * as Report from "./Report.js"
import * as Settling from "./Settling.js"
import * as Slot from "./Slot.js"
import * as Verdict from "./Verdict.js"

/** What to ask, and within which limits. */
export interface StreamOptions extends Plan.Options {
  /** Ends the run early when it succeeds: what is finished is saved and reported, as at the deadline. */
  readonly stopWhen?: Effect.Effect<unknown> | undefined
  /** `Writing` events carry the whole text so far as well as the new part of it; default false. */
  readonly wholeText?: boolean | undefined
}

export interface Options extends StreamOptions {
  /** Called for every event, in order. If a call takes over 5 s it gets no more; if it dies, the run goes on. */
  readonly onProgress?: Listening.Listener | undefined
}

const INTERRUPTED = new Interrupted()

const run = Effect.fn("Generation.generateAlgorithms")(function* (options: StreamOptions, emit: Progress.Emit) {
  const { concurrency, deadline, slots, ticker } = yield* Plan.make(options)
  yield* Effect.flatMap(AlgorithmStore, ({ prepare }) => prepare)
  const startedAt = yield* Clock.currentTimeMillis
  const flow = yield* FlowControl.current
  const verdict = Verdict.make()
  const conditions = {
    ...options,
    emit,
    endsAt: startedAt + Duration.toMillis(deadline),
    verdict,
    budget: options.budget === undefined ? undefined : yield* Budget.make(options.budget),
    admit: yield* flow.join({ jobs: slots.length, concurrency })
  }
  const { generate, ...sending } = yield* Generator.make(conditions)
  const intake = yield* Intake.make(slots, conditions, sending)
  const settling = yield* Settling.make(slots, intake.tasks, emit)

  emit({ _tag: "RunStarted", ticker, models: slots.map(({ model }) => model) })
  const asking = Effect.flatMap(intake.open(settling.report), (tasks) =>
    Effect.forEach(
      tasks,
      (task) =>
        generate(task).pipe(
          verdict.whileOpen(task),
          Effect.tapBoth(settling.report(task.slot, task)),
          Effect.tapError(() => verdict.announce),
          Effect.option
        ),
      { concurrency: flow.lanes(concurrency) }
    )
  ).pipe(
    Effect.as(Option.none<Reason>()),
    Effect.raceFirst(Effect.as(options.stopWhen ?? Effect.never, Option.some(INTERRUPTED))),
    Effect.timeoutTo({
      duration: deadline,
      onSuccess: identity,
      onTimeout: () => Option.some(new DeadlineExceeded({ deadlineMs: Duration.toMillis(deadline) }))
    })
  )
  // Answers are paid for, so they are saved whatever ends the asking, even an interruption or a defect.
  const cutShort = yield* Effect.onExit(asking, (exit) =>
    settling.abandon(Exit.isSuccess(exit) ? Option.getOrElse(exit.value, () => INTERRUPTED) : INTERRUPTED)
  )
  const settled = settling.slots()
  // A run that ends at its deadline counts as finished; an interrupted one does not.
  if (!Option.contains(cutShort, INTERRUPTED)) yield* intake.finish(settled)

  const report = Report.make(ticker, startedAt, yield* Clock.currentTimeMillis, settled.map(Slot.outcomeOf))
  const generated = report.algorithms.filter(Option.isSome).length
  emit({ _tag: "RunFinished", generated, requested: slots.length })
  return report
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
export const stream = (
  options: StreamOptions
): Stream.Stream<Progress.Event, Plan.InvalidRequest | StoreError, OpenRouter | AlgorithmStore> =>
  Listening.stream((emit) => run(options, emit))

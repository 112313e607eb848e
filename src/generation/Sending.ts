/**
 * One attempt: answered from the journal if an earlier run has paid for it, else admitted, sent, stored and checked. This is
 * the one place that protects an answer: from its arrival until it is in the journal and in the ledger, nothing interrupts.
 */
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as FiberRef from "effect/FiberRef"
import type { LazyArg } from "effect/Function"
import * as Option from "effect/Option"
import * as Connections from "../api/Connections.js"
import * as Models from "../api/Models.js"
import { OpenRouter } from "../api/OpenRouter.js"
import * as Price from "../api/Price.js"
import { Answer } from "../domain/Answer.js"
import * as Attempt from "../domain/Attempt.js"
import * as Consequence from "../domain/Consequence.js"
import {
  ConnectionFailed,
  DeadlineExceeded,
  GenerationError,
  OverBudget,
  type Reason,
  TimedOut
} from "../domain/GenerationError.js"
import { neutral } from "../domain/Neutral.js"
import type * as FlowControl from "../flow/FlowControl.js"
import * as Metrics from "../telemetry/Metrics.js"
import * as Tracing from "../telemetry/Tracing.js"
import * as Alarm from "./Alarm.js"
import * as Arrival from "./Arrival.js"
import type { Budget } from "./Budget.js"
import * as Judging from "./Judging.js"
import * as Keeping from "./Keeping.js"
import type * as Ledger from "./Ledger.js"
import * as Lineage from "./Lineage.js"
import type { Task } from "./Task.js"

export interface Options extends Keeping.Options {
  /** One attempt, from its connection to the last byte; default 60 s. */
  readonly requestTimeout?: Duration.DurationInput | undefined
  readonly budget?: Budget | undefined
  /** When a request may go. */
  readonly admit: FlowControl.Admit
  /** When the run is over, in milliseconds since the epoch: nothing is sent from then on. */
  readonly endsAt: number
  /** How long the run may take, in milliseconds. */
  readonly deadlineMs: number
}

/** One attempt, from its connection to the last byte. The figure of the system this replaces. */
export const REQUEST_TIMEOUT = Duration.seconds(60)

export const make = (options: Options) =>
  Effect.gen(function* () {
    const { admit, budget, deadlineMs, emit, endsAt } = options
    const openRouter = yield* OpenRouter
    const judge = yield* Judging.make
    const keeping = yield* Keeping.make(options)
    const limitMs = Duration.toMillis(options.requestTimeout ?? REQUEST_TIMEOUT)
    const alarm = yield* Alarm.make(limitMs)
    const reason = new TimedOut({ clock: "attempt", limitMs })
    const span = Tracing.chat(openRouter.baseUrl)
    const operation = Tracing.operation(openRouter.baseUrl)

    const record = (
      { ledger, model }: Task,
      line: Ledger.Line,
      result?: Either.Either<Judging.Generated, GenerationError>
    ) => Metrics.recordAttempt(operation, model, ledger.enter(line, result), reasonOf(result))

    /** Records the result of a request, and yields the module that was in its answer. */
    const conclude = (
      task: Task,
      exit: Exit.Exit<Answer, GenerationError>,
      origin: Judging.Origin,
      line?: Ledger.Line
    ): Effect.Effect<Judging.Generated, GenerationError> =>
      Effect.gen(function* () {
        const {
          ledger,
          model,
          slot: { ticker }
        } = task
        const received = yield* Effect.either(exit)
        const result = Either.isLeft(received)
          ? Either.left(withoutPartial(received.left))
          : yield* judge(received.right, {
              model,
              ticker,
              ...origin,
              current: task.round === undefined ? undefined : ledger.generated
            })
        ledger.resumed = origin.resumed
        ledger.text = Option.getOrUndefined(Either.getRight(received))?.text
        if (Either.isRight(result)) Lineage.accept(ledger, task.round, result.right)
        if (line !== undefined) yield* record(task, line, result)
        return yield* result
      })

    /** Sends the request and makes sure that its answer is not lost. */
    const exchange = (task: Task): Effect.Effect<Judging.Generated, GenerationError> =>
      Effect.uninterruptibleMask((restore) =>
        Effect.gen(function* () {
          const { ledger, model, parameters, preview, request } = task
          const clock = yield* Effect.clock
          const admittedAt = clock.unsafeCurrentTimeMillis()
          // Too late to send. The deadline itself may be far: its timer stands still while a laptop sleeps.
          if (admittedAt >= endsAt) {
            return yield* new GenerationError({ model, reason: new DeadlineExceeded({ deadlineMs }) })
          }
          const hopeless = ledger.hopeless()
          if (hopeless !== undefined) return yield* hopeless
          const sent = ledger.begin()
          const debug = ledger.debug
          yield* debug(() => "admitted")
          preview.started()
          // Stands still while the request waits for a connection: that is not the server's time.
          const wait = Connections.watch(clock)
          const began = wait.time()
          let firstTokenMs: number | undefined
          let soFar: LazyArg<string> = () => ""
          const onToken = (text: LazyArg<string>) =>
            Effect.sync(() => {
              firstTokenMs ??= wait.time() - began
              soFar = text
              preview.show(clock.unsafeCurrentTimeMillis(), text)
            })
          yield* debug(() => "sent")
          const onNote = (message: string) => Effect.sync(() => emit({ _tag: "Note", message }))
          const asking = Effect.suspend(() =>
            openRouter.complete({ ...request, ...parameters, model }, onToken, onNote)
          )
          const exit = yield* FiberRef.set(Connections.current, wait).pipe(
            Effect.zipRight(Effect.catchAllDefect(asking, (defect) => died(model, defect))),
            Arrival.unlessCut(
              restore,
              alarm(wait),
              () => new GenerationError({ model, reason, partial: partOf(model, soFar()) })
            ),
            span(model, request.maxCompletionTokens, sent),
            Metrics.requesting(model)
          )
          yield* debug(() => `classified as ${Exit.match(exit, { onFailure: nameOf, onSuccess: () => "an answer" })}`)
          const answeredAt = clock.unsafeCurrentTimeMillis()
          const kept = yield* keeping.keep(task, exit, {
            at: answeredAt,
            startedAt: began + wait.waited(),
            firstTokenMs
          })
          if (kept) yield* debug(() => "kept in the journal")
          const line: Ledger.Line = {
            exit,
            startedAt: began + wait.waited(),
            durationMs: wait.time() - began,
            firstTokenMs,
            maxCompletionTokens: request.maxCompletionTokens
          }
          if (!Exit.isInterrupted(exit)) return yield* conclude(task, exit, { kept, resumed: false, answeredAt }, line)
          // A request that never got a connection was not sent.
          if (!wait.isWaiting()) yield* record(task, line)
          return yield* Effect.interrupt
        })
      )

    /** Sends nothing that might cost more than is left of the budget. */
    const withinBudget = (task: Task): Effect.Effect<Judging.Generated, GenerationError> => {
      if (budget === undefined) return exchange(task)
      const { maxCompletionTokens, messages } = task.request
      return Price.of(task, { prompt: Price.mostPromptTokens(messages), completion: maxCompletionTokens }).pipe(
        Effect.mapError(
          () => new OverBudget({ message: "its price is unknown, so it cannot be kept within a budget" })
        ),
        Effect.flatMap((worst) => budget.spend(Effect.exit(exchange(task)), { worst, costOf })),
        Effect.mapError((reason) => new GenerationError({ model: task.model, reason })),
        Effect.flatten
      )
    }

    const subjectOf = ({ ledger, model, place, request, waits }: Task): FlowControl.Subject => ({
      model,
      isFree: Models.isFree(model),
      tokens: Price.mostPromptTokens(request.messages) + request.maxCompletionTokens,
      retryOf: ledger.retryOf(),
      endsAt,
      listen: waits.listen,
      onWait: place.leave
    })

    /** The answer that an earlier run has paid for, if there is one; sends nothing. */
    const recall = (task: Task): Effect.Effect<Option.Option<Effect.Effect<Judging.Generated, GenerationError>>> =>
      Effect.map(
        keeping.recall(task),
        Option.map(({ at, exit }) => conclude(task, exit, { kept: true, resumed: true, answeredAt: at }))
      )

    return {
      keyOf: keeping.keyOf,
      isPaid: keeping.isPaid,
      recall,
      attempt: (task: Task): Effect.Effect<Judging.Generated, GenerationError> =>
        Effect.flatMap(
          recall(task),
          // What is sent is put together when it may go: until then many wait.
          Option.getOrElse(
            () => task.ledger.hopeless() ?? admit(subjectOf(task))(Effect.suspend(() => withinBudget(task)))
          )
        )
    }
  })

/** What a request is known to have cost; nothing where none was sent. */
const costOf = (exit: Exit.Exit<Judging.Generated, GenerationError>): number | undefined => {
  if (Exit.isSuccess(exit)) return Attempt.costOf(exit.value.answer)
  const failure = Option.getOrUndefined(Cause.failureOption(exit.cause))
  if (failure === undefined) return undefined
  const { reason, usage } = failure
  if (Consequence.of(reason).tells === "nothing") return 0
  return Attempt.costOf({ usage, status: "status" in reason ? reason.status : undefined })
}

/** A client that throws instead of failing costs its own model only. It would throw again. */
const died = (model: string, defect: unknown): GenerationError =>
  new GenerationError({
    model,
    reason: new ConnectionFailed({ message: `the client itself failed: ${neutral(String(defect))}`, permanent: true })
  })

/** What had arrived of an answer when its time was up; nobody said that it is whole. */
const partOf = (model: string, text: string): Answer | undefined =>
  text.trim() === "" ? undefined : new Answer({ text, model, ending: "implied" })

/** Without the text that had arrived: it is in the journal, and too long for a report. */
const withoutPartial = (error: GenerationError): GenerationError =>
  error.partial === undefined ? error : new GenerationError({ ...error, partial: undefined })

const nameOf = (cause: Cause.Cause<GenerationError>): string =>
  Option.match(Cause.failureOption(cause), { onNone: () => "interrupted", onSome: ({ reason }) => reason._tag })

const reasonOf = (result: Either.Either<unknown, GenerationError> | undefined): Option.Option<Reason> =>
  result === undefined ? Option.none() : Option.map(Either.getLeft(result), ({ reason }) => reason)

/**
 * One attempt: answered from the journal if an earlier run has paid for it, else admitted, sent, stored and checked. This is
 * the one place that protects an answer: from its arrival until it is in the journal and in the ledger, nothing interrupts.
 */
import type * as Clock from "effect/Clock"
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
import * as Received from "../api/Received.js"
import type { Answer } from "../domain/Answer.js"
import * as Attempt from "../domain/Attempt.js"
import * as Consequence from "../domain/Consequence.js"
import { DeadlineExceeded, GenerationError, isUnsent, OverBudget, TimedOut } from "../domain/GenerationError.js"
import type * as FlowControl from "../flow/FlowControl.js"
import * as Metrics from "../telemetry/Metrics.js"
import * as Now from "../telemetry/Now.js"
import * as Tracing from "../telemetry/Tracing.js"
import * as Alarm from "./Alarm.js"
import * as Arrival from "./Arrival.js"
import type { Budget } from "./Budget.js"
import * as CameTo from "./CameTo.js"
import { contained } from "./Contained.js"
import * as Judging from "./Judging.js"
import * as Keeping from "./Keeping.js"
import type { Line } from "./Ledger.js"
import * as Lineage from "./Lineage.js"
import type { Settings } from "./Options.js"
import * as Rescue from "./Rescue.js"
import type { Task } from "./Task.js"

export interface Options extends Keeping.Options, Pick<Settings, "requestTimeout"> {
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
    const rescued = yield* Rescue.make
    const keeping = yield* Keeping.make(options)
    const limitMs = Duration.toMillis(options.requestTimeout ?? REQUEST_TIMEOUT)
    const alarm = yield* Alarm.make(limitMs)
    const reason = new TimedOut({ clock: "attempt", limitMs })
    const span = Tracing.chat(openRouter.baseUrl)
    const operation = Tracing.operation(openRouter.baseUrl)

    const record = ({ ledger, model }: Task, line: Line, result?: Either.Either<Judging.Generated, GenerationError>) =>
      Metrics.recordAttempt(operation, model, ledger.enter(line, result), CameTo.reasonOf(result))

    /** Records the result of a request, and yields the module that was in its answer. */
    const conclude = (
      task: Task,
      exit: Rescue.Exchanged,
      origin: Judging.Origin,
      line?: Line
    ): Effect.Effect<Judging.Generated, GenerationError> => {
      const { ledger, model, round, slot } = task
      const enter = (result: Either.Either<Judging.Generated, GenerationError>, text: string | undefined) => {
        ledger.resumed = origin.resumed
        ledger.text = text
        if (Either.isRight(result)) Lineage.accept(ledger, round, result.right)
        return line === undefined ? result : Effect.zipRight(record(task, line, result), result)
      }
      const current = round === undefined ? undefined : ledger.generated
      return Effect.matchEffect(exit, {
        onFailure: (error) => enter(Either.left(Rescue.withoutPartial(error)), undefined),
        onSuccess: (answer) =>
          judge(answer, { model, ticker: slot.ticker, ...origin, current }).pipe(
            // Nothing is lost: the journal has the answer.
            Effect.onInterrupt(() => (line === undefined ? Effect.void : record(task, line))),
            Effect.flatMap((result) => enter(result, answer.text))
          )
      })
    }

    /** Why it is too late, or pointless, to send. */
    const refusal = ({ ledger, model }: Task, now: number): GenerationError | undefined =>
      // The deadline itself may be far: its timer stands still while a laptop sleeps.
      now >= endsAt ? new GenerationError({ model, reason: new DeadlineExceeded({ deadlineMs }) }) : ledger.hopeless()

    /** Sends the request and makes sure that its answer is not lost. */
    const exchange = (task: Task): Effect.Effect<Judging.Generated, GenerationError> =>
      Effect.uninterruptibleMask((restore) =>
        Now.withClock((clock) => {
          const refused = refusal(task, clock.unsafeCurrentTimeMillis())
          return refused ?? send(task, clock, restore)
        })
      )

    /** For a region that nothing interrupts. */
    const send = (task: Task, clock: Clock.Clock, restore: Arrival.Restore) => {
      const { ledger, model, parameters, preview, request, slot } = task
      const { debug } = ledger
      const sent = ledger.begin()
      preview.started()
      // Stands still while the request waits for a connection: that is not the server's time.
      const wait = Connections.watch(clock)
      const received: Received.Received = { limitMs, outcome: undefined }
      const began = wait.time()
      let firstTokenMs: number | undefined
      /** By the end of the run. */
      let isCut = false
      let soFar: LazyArg<string> = () => ""
      const onToken = (text: LazyArg<string>) =>
        Effect.sync(() => {
          firstTokenMs ??= wait.time() - began
          soFar = text
          preview.show(clock.unsafeCurrentTimeMillis(), text)
        })
      const onNote = (message: string) => Effect.sync(() => emit({ _tag: "Note", message }))
      const asking = Effect.suspend(() => openRouter.complete({ ...request, ...parameters, model }, onToken, onNote))
      /** What a request comes to that is cut short, be it by its own time or by the end of the run. */
      const cameTo = (): Either.Either<Answer, GenerationError> =>
        received.outcome ?? Either.left(new GenerationError({ model, reason, partial: Rescue.partOf(model, soFar()) }))
      const settle = (exit: Rescue.Exchanged, kept: boolean, answeredAt: number) => {
        const line: Line = {
          exit,
          startedAt: began + wait.waited(),
          durationMs: wait.time() - began,
          firstTokenMs,
          maxCompletionTokens: request.maxCompletionTokens
        }
        if (!isCut || Exit.isSuccess(exit)) {
          return conclude(task, exit, { kept, resumed: false, answeredAt, isLast: isCut }, line)
        }
        // A request that never got a connection was not sent.
        if (wait.isWaiting()) return Effect.interrupt
        return Effect.zipRight(record(task, { ...line, told: CameTo.failureOf(exit) }), Effect.interrupt)
      }
      return FiberRef.set(Connections.current, wait).pipe(
        Effect.zipRight(FiberRef.set(Received.current, received)),
        Effect.zipRight(contained((why) => Rescue.died(model, why, received.outcome, soFar()))(asking)),
        Arrival.unlessCut(restore, alarm(wait.time), {
          onCut: cameTo,
          // What only lacks a last word is an answer, whatever ends the run.
          onInterrupt: () => {
            isCut = true
            return received.outcome?._tag === "Right" ? received.outcome : undefined
          }
        }),
        span(model, request.maxCompletionTokens, sent),
        Metrics.requesting(model),
        debug(() => "sent"),
        debug(() => "admitted"),
        Effect.flatMap((ended) => rescued(Exit.isInterrupted(ended) ? Exit.fromEither(cameTo()) : ended, slot.ticker)),
        Effect.flatMap((exit) => {
          const at = clock.unsafeCurrentTimeMillis()
          return keeping.keep(task, exit, { at, startedAt: began + wait.waited(), firstTokenMs }).pipe(
            Effect.flatMap((kept) => {
              const settled = settle(exit, kept, at)
              return kept ? debug(() => "kept in the journal")(settled) : settled
            }),
            debug(() => `classified as ${isCut && Exit.isFailure(exit) ? "interrupted" : CameTo.nameOf(exit)}`)
          )
        })
      )
    }

    /** Sends nothing that might cost more than is left of the budget. */
    const withinBudget = (task: Task): Effect.Effect<Judging.Generated, GenerationError> => {
      if (budget === undefined) return exchange(task)
      const { maxCompletionTokens, messages } = task.request
      return Price.of(task.info ?? {}, {
        prompt: Price.mostPromptTokens(messages),
        completion: maxCompletionTokens
      }).pipe(
        Effect.mapError(() => new OverBudget({ message: UNPRICED, unpriced: true })),
        Effect.flatMap((worst) => budget.spend(Effect.exit(exchange(task)), { worst, costOf })),
        Effect.mapError((reason) => new GenerationError({ model: task.model, reason })),
        Effect.flatten
      )
    }

    const applicantOf = ({ ledger, model, lane, request, waits }: Task): FlowControl.Applicant => ({
      model,
      isFree: Models.isFree(model),
      tokens: Price.mostPromptTokens(request.messages) + request.maxCompletionTokens,
      retryOf: ledger.retryOf(),
      endsAt,
      listen: waits.listen,
      onWait: lane.leave
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
            () => task.ledger.hopeless() ?? admit(applicantOf(task))(Effect.suspend(() => withinBudget(task)))
          )
        )
    }
  })

const UNPRICED = "its price is unknown, so it cannot be kept within a budget"

/** What a request is known to have cost; nothing where none was sent. */
const costOf = (exit: Exit.Exit<Judging.Generated, GenerationError>): number | undefined => {
  if (Exit.isSuccess(exit)) return Attempt.costOf(exit.value.answer)
  const failure = CameTo.failureOf(exit)
  if (failure === undefined) return undefined
  const { reason, usage } = failure
  if (Consequence.of(reason).tells === "nothing") return 0
  return Attempt.costOf({ usage, status: "status" in reason ? reason.status : undefined, unsent: isUnsent(reason) })
}

/**
 * One request of a job: answered from the journal where an earlier run has paid for it, else sent, within the budget and
 * its wall clock. An answer is in the journal before anybody looks at it. What follows from it is decided elsewhere.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { Answer } from "../Answer.js"
import type { Attempt } from "../Attempt.js"
import type { Budget } from "../Budget.js"
import * as FlowControl from "../FlowControl.js"
import { GenerationError, OverBudget, TimedOut } from "../GenerationError.js"
import * as Journal from "../Journal.js"
import * as Metrics from "../Metrics.js"
import * as Models from "../Models.js"
import { OpenRouter } from "../OpenRouter.js"
import type { ModelInfo } from "../OpenRouter/Catalog.js"
import * as Price from "../Price.js"
import type * as Recovery from "../Recovery.js"
import * as Tracing from "../Tracing.js"

export interface Spec {
  /** The model to send the request to. */
  readonly model: string
  readonly ticker: string
  readonly temperature?: number | undefined
  readonly seed?: number | undefined
  /** One attempt, wall clock over the whole exchange; default 60 s. */
  readonly requestTimeout?: Duration.DurationInput | undefined
  /** The ceiling that was asked for, before any extension: it is part of what the journal knows a request by. */
  readonly maxCompletionTokens?: number | undefined
  /** Tells equal requests of one run apart, from 1. */
  readonly ordinal?: number | undefined
  /** Use answers that the journal holds. */
  readonly resume?: boolean | undefined
  readonly budget?: Budget | undefined
  readonly price?: ModelInfo["price"] | undefined
  /** Hears that the first request is about to go out. */
  readonly onAsked?: Effect.Effect<void> | undefined
  /** Hears what has been written so far, at most four times a second. */
  readonly onWriting?: ((text: string) => Effect.Effect<void>) | undefined
  /** Hears of trouble that does not concern the answer. */
  readonly onNote?: ((message: string) => Effect.Effect<void>) | undefined
}

export type Restore = FlowControl.Restore

export interface Received {
  readonly answer: Answer
  readonly resumed: boolean
}

/** Nothing was sent: flow control wants to be asked again at this moment (milliseconds since the epoch). */
export interface Postponed {
  readonly _tag: "Postponed"
  readonly until: number
}

export interface Sent {
  readonly _tag: "Sent"
  readonly exit: Exit.Exit<Received, GenerationError>
  /** Absent when nothing was sent. Times in milliseconds. */
  readonly measured?: Pick<Attempt, "startedAt" | "durationMs"> & Partial<Pick<Attempt, "firstTokenMs" | "hedged">>
}

/** One attempt, wall clock. The figure of the system this replaces. */
export const REQUEST_TIMEOUT = Duration.seconds(60)

/** At most four previews a second: as much as an eye can follow. */
const WRITING_INTERVAL_MS = 250

export const make = (spec: Spec) =>
  Effect.gen(function* () {
    const openRouter = yield* OpenRouter
    const journal = yield* Effect.serviceOption(Journal.Journal)
    const flow = yield* Effect.serviceOption(FlowControl.FlowControl)
    const timeout = Duration.decode(spec.requestTimeout ?? REQUEST_TIMEOUT)
    const fail = (reason: GenerationError["reason"]) => new GenerationError({ model: spec.model, reason })
    const notSent = (reason: GenerationError["reason"]): Sent => ({ _tag: "Sent", exit: Exit.fail(fail(reason)) })

    let sends = 0
    let shownAt = Number.NEGATIVE_INFINITY
    /** What the journal has answered: an answer that was of no use is asked for again with more room, under the same key. */
    const answered = new Set<string>()

    const subjectOf = (request: Recovery.Request): FlowControl.Subject => ({
      model: spec.model,
      isFree: Models.isFree(spec.model),
      tokens: Price.mostPromptTokens(request.messages) + request.maxCompletionTokens
    })

    const exchange = (request: Recovery.Request, restore: Restore): Effect.Effect<Sent> =>
      Effect.gen(function* () {
        if (sends === 0) yield* spec.onAsked ?? Effect.void
        const startedAt = yield* Clock.currentTimeMillis
        let requests = 0
        let firstTokenAt: number | undefined
        const onToken = Effect.fnUntraced(function* (soFar: () => string) {
          const now = yield* Clock.currentTimeMillis
          firstTokenAt ??= now
          if (spec.onWriting === undefined || now - shownAt < WRITING_INTERVAL_MS) return
          shownAt = now
          yield* spec.onWriting(soFar())
        })
        const complete = Effect.suspend(() => {
          requests += 1
          const { model, seed, temperature } = spec
          return Effect.zipRight(
            Metrics.recordRequest(model, requests > 1),
            openRouter.complete({ ...request, model, temperature, seed }, onToken)
          )
        })
        // What a second request costs is known to nobody when it is given up, so a budget could not hold it.
        const hedged =
          Option.isSome(flow) && spec.budget === undefined
            ? flow.value.hedged(subjectOf(request), complete, () => firstTokenAt !== undefined)
            : complete
        const exit = yield* hedged.pipe(
          Effect.timeoutFail({
            duration: timeout,
            onTimeout: () => fail(new TimedOut({ clock: "attempt", limitMs: Duration.toMillis(timeout) }))
          }),
          restore,
          Metrics.flying,
          Effect.tapBoth({ onSuccess: Tracing.answered, onFailure: Tracing.failed }),
          Effect.withSpan(`chat ${spec.model}`, Tracing.chat(spec.model, request.maxCompletionTokens, sends++)),
          Effect.map((answer): Received => ({ answer, resumed: false })),
          Effect.exit
        )
        return {
          _tag: "Sent",
          exit,
          measured: {
            startedAt,
            durationMs: (yield* Clock.currentTimeMillis) - startedAt,
            ...(firstTokenAt === undefined ? {} : { firstTokenMs: firstTokenAt - startedAt }),
            ...(requests > 1 ? { hedged: true } : {})
          }
        }
      })

    /** Sends when flow control lets it, and tells flow control what came of it. */
    const admitted = (request: Recovery.Request, restore: Restore): Effect.Effect<Sent | Postponed> =>
      Effect.gen(function* () {
        if (Option.isNone(flow)) return yield* exchange(request, restore)
        const admission = yield* Effect.exit(flow.value.admit(subjectOf(request), restore))
        if (Exit.isFailure(admission)) return { _tag: "Sent", exit: Exit.failCause(admission.cause) }
        switch (admission.value._tag) {
          case "Wait":
            return { _tag: "Postponed", until: admission.value.until }
          case "Refuse":
            return { _tag: "Sent", exit: Exit.fail(admission.value.error) }
          case "Go": {
            const sent = yield* exchange(request, restore)
            yield* admission.value.ticket.settle(sent.exit, sent.measured?.firstTokenMs)
            return sent
          }
        }
      })

    /** Keeps the run's money together: nothing is sent that might cost more than is left. */
    const withinBudget = (request: Recovery.Request, restore: Restore): Effect.Effect<Sent | Postponed> => {
      const { budget } = spec
      if (budget === undefined) return admitted(request, restore)
      const worst = Price.of(spec, {
        prompt: Price.mostPromptTokens(request.messages),
        completion: request.maxCompletionTokens
      })
      return worst.pipe(
        Effect.mapError(() => new OverBudget({ message: "its price is unknown, so no budget can hold it" })),
        Effect.flatMap((worst) => budget.spend(admitted(request, restore), { worst, costOf, restore })),
        Effect.catchAll((reason) => Effect.succeed(notSent(reason)))
      )
    }

    const keyOf = (request: Recovery.Request) =>
      Journal.key({
        baseUrl: openRouter.identity,
        model: spec.model,
        messages: request.messages,
        parameters: { maxCompletionTokens: spec.maxCompletionTokens, temperature: spec.temperature, seed: spec.seed },
        sample: spec.ordinal ?? 1
      })

    const send = (restore: Restore, request: Recovery.Request): Effect.Effect<Sent | Postponed> =>
      Option.match(journal, {
        onNone: () => withinBudget(request, restore),
        onSome: (kept) =>
          Effect.gen(function* () {
            const key = yield* keyOf(request)
            const known = spec.resume === true && !answered.has(key) ? yield* kept.lookup(key) : Option.none()
            if (Option.isSome(known)) {
              answered.add(key)
              return { _tag: "Sent", exit: Exit.succeed({ answer: known.value.answer, resumed: true }) }
            }
            const sent = yield* withinBudget(request, restore)
            if (sent._tag === "Sent" && Exit.isSuccess(sent.exit)) {
              const { model, ticker } = spec
              const { answer } = sent.exit.value
              yield* kept
                .append({ key, model, ticker, messages: request.messages, answer })
                .pipe(
                  Effect.catchAll(({ message }) =>
                    Effect.zipRight(Effect.logWarning(message), spec.onNote?.(`${model}: ${message}`) ?? Effect.void)
                  )
                )
            }
            return sent
          })
      })

    return { keyOf, send }
  })

/** What the request is known to have cost: nothing where none was sent, or where an error came with a status. */
const costOf = (sent: Sent | Postponed): number | undefined => {
  if (sent._tag === "Postponed" || sent.measured === undefined) return 0
  return Exit.match(sent.exit, {
    onSuccess: ({ answer }) => answer.usage?.cost,
    onFailure: (cause) =>
      Option.match(Cause.failureOption(cause), {
        onNone: () => undefined,
        onSome: ({ reason, usage }) => usage?.cost ?? ("status" in reason ? 0 : undefined)
      })
  })
}

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
import { GenerationError, OverBudget, TimedOut } from "../GenerationError.js"
import * as Journal from "../Journal.js"
import * as Metrics from "../Metrics.js"
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

/** What `Effect.uninterruptibleMask` hands to its function. */
export type Restore = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

export interface Received {
  readonly answer: Answer
  readonly resumed: boolean
}

export interface Sent {
  readonly exit: Exit.Exit<Received, GenerationError>
  /** Absent when nothing was sent. Times in milliseconds. */
  readonly measured?: Pick<Attempt, "startedAt" | "durationMs"> & Partial<Pick<Attempt, "firstTokenMs">>
}

/** One attempt, wall clock. The figure of the system this replaces. */
export const REQUEST_TIMEOUT = Duration.seconds(60)

/** At most four previews a second: as much as an eye can follow. */
const WRITING_INTERVAL_MS = 250

export const make = (spec: Spec) =>
  Effect.gen(function* () {
    const openRouter = yield* OpenRouter
    const journal = yield* Effect.serviceOption(Journal.Journal)
    const timeout = Duration.decode(spec.requestTimeout ?? REQUEST_TIMEOUT)
    const fail = (reason: GenerationError["reason"]) => new GenerationError({ model: spec.model, reason })

    let sends = 0
    let shownAt = Number.NEGATIVE_INFINITY
    /** What the journal has answered: an answer that was of no use is asked for again with more room, under the same key. */
    const answered = new Set<string>()

    const exchange = (request: Recovery.Request, restore: Restore): Effect.Effect<Sent> =>
      Effect.gen(function* () {
        if (sends === 0) yield* spec.onAsked ?? Effect.void
        const startedAt = yield* Clock.currentTimeMillis
        let firstTokenAt: number | undefined
        const onToken = Effect.fnUntraced(function* (soFar: () => string) {
          const now = yield* Clock.currentTimeMillis
          firstTokenAt ??= now
          if (spec.onWriting === undefined || now - shownAt < WRITING_INTERVAL_MS) return
          shownAt = now
          yield* spec.onWriting(soFar())
        })
        const exit = yield* openRouter
          .complete({ ...request, model: spec.model, temperature: spec.temperature, seed: spec.seed }, onToken)
          .pipe(
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
        const measured = { startedAt, durationMs: (yield* Clock.currentTimeMillis) - startedAt }
        return {
          exit,
          measured: firstTokenAt === undefined ? measured : { ...measured, firstTokenMs: firstTokenAt - startedAt }
        }
      })

    /** Keeps the run's money together: nothing is sent that might cost more than is left. */
    const withinBudget = (request: Recovery.Request, restore: Restore): Effect.Effect<Sent> => {
      const { budget } = spec
      if (budget === undefined) return exchange(request, restore)
      const worst = Price.of(spec, {
        prompt: Price.mostPromptTokens(request.messages),
        completion: request.maxCompletionTokens
      })
      return worst.pipe(
        Effect.mapError(() => new OverBudget({ message: "its price is unknown, so no budget can hold it" })),
        Effect.flatMap((worst) => budget.spend(exchange(request, restore), { worst, costOf, restore })),
        Effect.catchAll((reason) => Effect.succeed({ exit: Exit.fail(fail(reason)) }))
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

    const send = (restore: Restore, request: Recovery.Request): Effect.Effect<Sent> =>
      Option.match(journal, {
        onNone: () => withinBudget(request, restore),
        onSome: (kept) =>
          Effect.gen(function* () {
            const key = yield* keyOf(request)
            const known = spec.resume === true && !answered.has(key) ? yield* kept.lookup(key) : Option.none()
            if (Option.isSome(known)) {
              answered.add(key)
              return { exit: Exit.succeed({ answer: known.value.answer, resumed: true }) }
            }
            const sent = yield* withinBudget(request, restore)
            if (Exit.isSuccess(sent.exit)) {
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

/** What the request is known to have cost: an error that the server reported by a status is not billed. */
const costOf = ({ exit }: Sent): number | undefined =>
  Exit.match(exit, {
    onSuccess: ({ answer }) => answer.usage?.cost,
    onFailure: (cause) =>
      Option.match(Cause.failureOption(cause), {
        onNone: () => undefined,
        onSome: ({ reason, usage }) => usage?.cost ?? ("status" in reason ? 0 : undefined)
      })
  })

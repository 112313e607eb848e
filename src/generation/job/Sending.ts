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
import type { ModelInfo } from "../../api/Catalog.js"
import * as Models from "../../api/Models.js"
import { OpenRouter } from "../../api/OpenRouter.js"
import * as Price from "../../api/Price.js"
import type { Answer } from "../../domain/Answer.js"
import * as Attempt from "../../domain/Attempt.js"
import { GenerationError, OverBudget, TimedOut } from "../../domain/GenerationError.js"
import * as FlowControl from "../../flow/FlowControl.js"
import * as Metrics from "../../telemetry/Metrics.js"
import * as Tracing from "../../telemetry/Tracing.js"
import type { Budget } from "../Budget.js"
import type * as Recovery from "../Recovery.js"
import * as Keeping from "./Keeping.js"

export interface Spec extends Keeping.Spec {
  /** One attempt, wall clock over the whole exchange; default 60 s. */
  readonly requestTimeout?: Duration.DurationInput | undefined
  readonly budget?: Budget | undefined
  readonly price?: ModelInfo["price"] | undefined
  /** Hears that the first request is about to go out. */
  readonly onAsked?: Effect.Effect<void> | undefined
  /** Hears what has been written so far, at most four times a second. */
  readonly onWriting?: ((text: string) => Effect.Effect<void>) | undefined
}

export type Restore = FlowControl.Restore

/** Nothing was sent: flow control wants to be asked again at this moment (milliseconds since the epoch). */
export interface Postponed {
  readonly _tag: "Postponed"
  readonly until: number
}

export interface Sent {
  readonly _tag: "Sent"
  readonly exit: Exit.Exit<Answer, GenerationError>
  /** Nothing was sent: an earlier run had paid for what came of it. */
  readonly resumed: boolean
  /** The journal holds what came of it. */
  readonly kept: boolean
  /** Absent when nothing was sent. Times in milliseconds. */
  readonly measured?: Pick<Attempt.Attempt, "startedAt" | "durationMs"> &
    Partial<Pick<Attempt.Attempt, "firstTokenMs" | "hedged">>
}

/** One attempt, wall clock. The figure of the system this replaces. */
export const REQUEST_TIMEOUT = Duration.seconds(60)

/** At most four previews a second: as much as an eye can follow. */
const WRITING_INTERVAL_MS = 250

export const make = (spec: Spec) =>
  Effect.gen(function* () {
    const openRouter = yield* OpenRouter
    const keeping = yield* Keeping.make(spec)
    const flow = yield* Effect.serviceOption(FlowControl.FlowControl)
    const timeout = Duration.decode(spec.requestTimeout ?? REQUEST_TIMEOUT)
    const fail = (reason: GenerationError["reason"]) => new GenerationError({ model: spec.model, reason })

    let sends = 0
    let shownAt = Number.NEGATIVE_INFINITY
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
            Metrics.flying(openRouter.complete({ ...request, model, temperature, seed }, onToken))
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
          Effect.tapBoth({ onSuccess: Tracing.answered, onFailure: Tracing.failed }),
          Effect.withSpan(`chat ${spec.model}`, Tracing.chat(spec.model, request.maxCompletionTokens, sends++)),
          Effect.exit
        )
        return {
          ...ended(exit),
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
        if (Exit.isFailure(admission)) return ended(Exit.failCause(admission.cause))
        switch (admission.value._tag) {
          case "Wait":
            return { _tag: "Postponed", until: admission.value.until }
          case "Refuse":
            return ended(Exit.fail(admission.value.error))
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
        Effect.catchAll((reason) => Effect.succeed(ended(Exit.fail(fail(reason)))))
      )
    }

    const send = (restore: Restore, request: Recovery.Request): Effect.Effect<Sent | Postponed> =>
      Effect.gen(function* () {
        const sent = yield* withinBudget(request, restore)
        return sent._tag === "Postponed" ? sent : { ...sent, kept: yield* keeping.keep(request, sent.exit) }
      })

    const recall = (request: Recovery.Request): Effect.Effect<Option.Option<Sent>> =>
      Effect.map(
        keeping.recall(request),
        Option.map((exit) => ({ ...ended(exit), resumed: true, kept: true }))
      )

    return {
      keyOf: keeping.keyOf,
      /** What an earlier run has paid for, where it is to be used; nothing is sent. */
      recall,
      send: (restore: Restore, request: Recovery.Request) =>
        Effect.flatMap(recall(request), Option.match({ onNone: () => send(restore, request), onSome: Effect.succeed }))
    }
  })

const ended = (exit: Sent["exit"]): Sent => ({ _tag: "Sent", exit, resumed: false, kept: false })

/** What came of the request may have cost; nothing where none was sent. */
const costOf = (sent: Sent | Postponed): number | undefined => {
  if (sent._tag === "Postponed" || sent.measured === undefined) return 0
  return Exit.match(sent.exit, {
    onSuccess: Attempt.costOf,
    onFailure: (cause) =>
      Option.match(Cause.failureOption(cause), {
        onNone: () => undefined,
        onSome: ({ reason, usage }) => Attempt.costOf({ usage, status: "status" in reason ? reason.status : undefined })
      })
  })
}

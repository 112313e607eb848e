/**
 * Respects the server's limits instead of running into them: before a request goes out it is admitted, told when to come
 * back, or refused, and what becomes of it is learned from. Optional: without this service a run has its retries and
 * nothing else. One layer may serve several batches at once, which then share what they learn. The decisions are
 * `Limiter`'s; here are the clock, chance, and the requests that wait for a place.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Random from "effect/Random"
import { isOpenRouter, OpenRouter } from "../api/OpenRouter.js"
import { CircuitOpen, GenerationError } from "../domain/GenerationError.js"
import { sha256 } from "../domain/Hash.js"
import * as Metrics from "../telemetry/Metrics.js"
import * as Places from "./Permits.js"
import * as AdaptiveConcurrency from "./pure/AdaptiveConcurrency.js"
import * as Hedging from "./pure/Hedging.js"
import * as Limiter from "./pure/Limiter.js"
import * as Outcome from "./pure/Outcome.js"
import * as RetryBudget from "./pure/RetryBudget.js"
import { SharedQuota } from "./SharedQuota.js"
import * as Sharing from "./sharedQuota/Sharing.js"
import * as Watch from "./Watch.js"

export type Subject = Limiter.Subject
export type Restore = Places.Restore

/** The right to send one request. */
export interface Ticket {
  /** To be run once, whatever became of the request; `firstTokenMs` is the time from sending to the first token. */
  readonly settle: (exit: Exit.Exit<unknown, GenerationError>, firstTokenMs?: number) => Effect.Effect<void>
}

export type Admission =
  | { readonly _tag: "Go"; readonly ticket: Ticket }
  /** Not before this moment, in milliseconds since the epoch. */
  | { readonly _tag: "Wait"; readonly until: number }
  | { readonly _tag: "Refuse"; readonly error: GenerationError }

export { type LimitChange, type Snapshot, toJson } from "./Watch.js"

export interface Service {
  /**
   * May this request go. Waits for a place where that is all that is missing. To be run where it cannot be interrupted,
   * with `restore` for that wait: so no ticket is lost.
   */
  readonly admit: (subject: Subject, restore: Restore) => Effect.Effect<Admission>
  /** Takes a retry after this failure out of the budget; false when it is empty. */
  readonly retry: (error: GenerationError) => Effect.Effect<boolean>
  /** Sends the request a second time when it has not begun to be answered in time; the first of both to end counts. */
  readonly hedged: <A>(
    subject: Subject,
    request: Effect.Effect<A, GenerationError>,
    hasBegun: () => boolean
  ) => Effect.Effect<A, GenerationError>
  /** Counts the jobs of a batch while it runs: the retry budget grows with them. */
  readonly withJobs: (jobs: number) => <A, E, R>(batch: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  readonly state: Effect.Effect<Watch.Snapshot>
}

export class FlowControl extends Context.Tag("algogen/FlowControl")<FlowControl, Service>() {}

export interface Options {
  /** Requests in flight at most, over all batches that share this; adapted below that. Default 6. */
  readonly concurrency?: number | undefined
  /** Requests to `:free` models a minute, where that is known before the first refusal; default: 20 at OpenRouter. */
  readonly freePerMinute?: number | undefined
  /** Tokens a minute, prompts and answers of all models together; default no limit. */
  readonly tokensPerMinute?: number | undefined
  /** Sends a second request when the first token is later than almost all before; default false, because it costs. */
  readonly hedging?: boolean | undefined
}

/** Requests to `:free` models, whichever they are, that OpenRouter takes of an account in a minute. */
const FREE_PER_MINUTE = 20

/** As many as a run has workers by default. */
const CONCURRENCY = 6

/** Those who wait for the same moment come back within this time after it, and not all at once. */
const SPREAD_MS = 250
/** But a short wait is not made much longer. */
const SPREAD_SHARE = 0.1

export const make = (options: Options = {}, sharing: Sharing.Sharing = Sharing.none): Effect.Effect<Service> =>
  Effect.gen(function* () {
    const { concurrency = CONCURRENCY, hedging = false } = options
    let limiter = Limiter.make({ ...options, concurrency, isShared: sharing !== Sharing.none })
    let budget = RetryBudget.full
    let hedges = Hedging.none
    const watch = Watch.make(concurrency, yield* Clock.currentTimeMillis)
    const places = Places.make((promised) => AdaptiveConcurrency.hasRoom(limiter.concurrency, promised))
    // One at a time, so that nobody takes of what is shared for a request that the limits here let another one have.
    const turns = Places.make((promised) => promised === 0)

    const start = (subject: Subject, now: number): Ticket => {
      const [sent, next] = Limiter.start(limiter, subject, now)
      limiter = next
      hedges = Hedging.started(hedges)
      return {
        settle: Effect.fnUntraced(function* (exit, firstTokenMs) {
          const at = yield* Clock.currentTimeMillis
          limiter = Limiter.complete(limiter, sent, Outcome.of(exit), at)
          yield* watch.look(limiter, at)
          if (Exit.isSuccess(exit)) budget = RetryBudget.succeeded(budget)
          if (hedging && firstTokenMs !== undefined) hedges = Hedging.began(hedges, firstTokenMs)
          yield* places.offer
        })
      }
    }

    const wait = (until: number, now: number, shared: boolean): Effect.Effect<Admission> => {
      const spread = shared ? Math.min(SPREAD_MS, SPREAD_SHARE * (until - now)) : 0
      return Effect.map(Random.nextRange(0, spread), (later) => ({ _tag: "Wait", until: Math.ceil(until + later) }))
    }

    /** What keeps the request from going, if anything does. */
    const obstacle = (subject: Subject, now: number): Effect.Effect<Admission | undefined> => {
      const decision = Limiter.decide(limiter, subject, now)
      switch (decision._tag) {
        case "Go":
          return Effect.succeed(undefined)
        case "Open": {
          const reason = new CircuitOpen({ circuit: decision.circuit })
          const error = new GenerationError({ model: subject.model, reason, retryAt: decision.until })
          return Effect.succeed({ _tag: "Refuse", error })
        }
        case "Wait":
          return wait(decision.until, now, decision.shared)
      }
    }

    /** Goes into the place that is kept for it, if nothing is in the way. What is shared is spent by asking: that is last. */
    const go = (subject: Subject, restore: Restore): Effect.Effect<Admission> =>
      Effect.gen(function* () {
        const closed = yield* obstacle(subject, yield* Clock.currentTimeMillis)
        if (closed !== undefined) return closed
        const usedUp = yield* restore(sharing(subject))
        const now = yield* Clock.currentTimeMillis
        if (usedUp !== undefined) return yield* wait(usedUp, now, true)
        const meanwhile = yield* obstacle(subject, now)
        if (meanwhile !== undefined) return meanwhile
        const ticket = start(subject, now)
        yield* watch.look(limiter, now)
        return { _tag: "Go" as const, ticket }
      }).pipe(turns.during(restore))

    const admit: Service["admit"] = (subject, restore) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const admission = (yield* obstacle(subject, now)) ?? (yield* places.during(restore)(go(subject, restore)))
        if (admission._tag === "Wait") {
          const at = yield* Clock.currentTimeMillis
          yield* Metric.update(Metrics.gateWaits, (admission.until - at) / 1000)
        }
        return admission
      })

    const retry: Service["retry"] = ({ model, reason }) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const after = RetryBudget.withdraw(budget, model, reason, now)
        budget = after ?? budget
        return after !== undefined
      })

    const hedged: Service["hedged"] = (subject, request, hasBegun) =>
      Effect.suspend(() => {
        const afterMs = hedging ? Hedging.patience(hedges) : undefined
        if (afterMs === undefined) return request
        let failed: GenerationError | undefined
        let racing = false
        // When the first one fails while the second is under way, the second is what is left.
        const first = Effect.catchAll(request, (error) => {
          failed = error
          return racing ? Effect.never : Effect.fail(error)
        })
        const second = Effect.uninterruptibleMask((restore) =>
          Effect.gen(function* () {
            yield* restore(Effect.sleep(afterMs))
            if (hasBegun() || !places.isFree() || !Hedging.mayHedge(hedges)) return yield* restore(Effect.never)
            const admission = yield* places.during(restore)(go(subject, restore))
            if (admission._tag !== "Go") return yield* restore(Effect.never)
            hedges = Hedging.hedged(hedges)
            racing = true
            const exit = yield* Effect.exit(restore(request))
            racing = false
            yield* admission.ticket.settle(exit)
            if (Exit.isSuccess(exit)) return exit.value
            // Its failure is no news while the first one is under way.
            return yield* failed ?? restore(Effect.never)
          })
        )
        return Effect.raceFirst(first, second)
      })

    const withJobs: Service["withJobs"] = (jobs) => {
      const count = (more: number) =>
        Effect.sync(() => {
          budget = RetryBudget.withJobs(budget, budget.jobs + more)
        })
      return (batch) =>
        Effect.acquireUseRelease(
          count(jobs),
          () => batch,
          () => count(-jobs)
        )
    }

    const state = Effect.map(Clock.currentTimeMillis, (now): Watch.Snapshot => ({
      limit: limiter.concurrency.limit,
      inFlight: limiter.concurrency.inFlight,
      waiting: places.waiting(),
      limits: watch.limits(),
      gates: Limiter.closed(limiter, now),
      circuits: Watch.openCircuits(limiter),
      retriesLeft: RetryBudget.left(budget),
      requests: limiter.sent,
      hedges: hedges.hedges
    }))

    return { admit, retry, hedged, withJobs, state }
  })

/** The limits are those of the server that is asked. */
const limitsAt = (baseUrl: string, options: Options): Options =>
  isOpenRouter(baseUrl) ? { ...options, freePerMinute: options.freePerMinute ?? FREE_PER_MINUTE } : options

export const layer = (options: Options = {}): Layer.Layer<FlowControl, never, OpenRouter> =>
  Layer.effect(
    FlowControl,
    Effect.flatMap(OpenRouter, ({ baseUrl }) => make(limitsAt(baseUrl, options)))
  )

/** The same, and what a minute takes of `:free` requests and of tokens is shared with other processes. */
export const layerShared = (options: Options = {}): Layer.Layer<FlowControl, never, OpenRouter | SharedQuota> =>
  Layer.effect(
    FlowControl,
    Effect.gen(function* () {
      const { baseUrl, identity } = yield* OpenRouter
      const limits = limitsAt(baseUrl, options)
      const account = sha256(identity).slice(0, 16)
      return yield* make(limits, Sharing.make({ ...limits, quota: yield* SharedQuota, account }))
    })
  )

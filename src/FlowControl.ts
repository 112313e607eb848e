/**
 * Respects the server's limits instead of running into them: before a request goes out it is admitted, told when to come
 * back, or refused, and what becomes of it is learned from. Optional: without this service a run has its retries and
 * nothing else. One layer may serve several batches at once, which then share what they learn. The decisions are
 * `Limiter`'s; here are the clock, chance, and the requests that wait for a place.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HashMap from "effect/HashMap"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as AdaptiveConcurrency from "./FlowControl/AdaptiveConcurrency.js"
import type * as CircuitBreaker from "./FlowControl/CircuitBreaker.js"
import * as Hedging from "./FlowControl/Hedging.js"
import * as Limiter from "./FlowControl/Limiter.js"
import * as Outcome from "./FlowControl/Outcome.js"
import * as RetryBudget from "./FlowControl/RetryBudget.js"
import { CircuitOpen, GenerationError } from "./GenerationError.js"
import { isOpenRouter, OpenRouter } from "./OpenRouter.js"

export type Subject = Limiter.Subject

/** What `Effect.uninterruptibleMask` hands to its function. */
export type Restore = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

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

export interface Snapshot {
  /** Requests that may be in flight now, and those that are. */
  readonly limit: number
  readonly inFlight: number
  /** Requests that wait for one of those places. */
  readonly waiting: number
  /** How the limit came to be what it is, oldest first; the latest changes only. */
  readonly limits: ReadonlyArray<LimitChange>
  /** What is closed, and until when in milliseconds since the epoch: `model:{id}`, `free`, `account`. */
  readonly gates: ReadonlyArray<readonly [key: string, until: number]>
  /** Every circuit that is not closed: `model:{id}`, `server`. */
  readonly circuits: ReadonlyArray<readonly [key: string, state: Exclude<CircuitBreaker.State["_tag"], "Closed">]>
  readonly retriesLeft: number
  readonly requests: number
  readonly hedges: number
}

export interface LimitChange {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly limit: number
}

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
  readonly state: Effect.Effect<Snapshot>
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

/** Changes of the limit that are remembered. */
const HISTORY = 256

interface Waiter {
  readonly turn: Deferred.Deferred<void>
  granted: boolean
}

export const make = (options: Options = {}): Effect.Effect<Service> =>
  Effect.gen(function* () {
    const { concurrency = CONCURRENCY, hedging = false } = options
    let limiter = Limiter.make({ ...options, concurrency })
    let budget = RetryBudget.full
    let hedges = Hedging.none
    let limits: ReadonlyArray<LimitChange> = [{ at: yield* Clock.currentTimeMillis, limit: concurrency }]
    const waiters: Array<Waiter> = []
    // Places that were handed to a waiter which has not woken up yet.
    let granted = 0

    const hasRoom = () => AdaptiveConcurrency.hasRoom(limiter.concurrency, granted)

    /** Hands places that are free to those who wait, first come first served. */
    const grant = Effect.suspend(() => {
      const next: Array<Waiter> = []
      while (hasRoom()) {
        const waiter = waiters.shift()
        if (waiter === undefined) break
        waiter.granted = true
        granted += 1
        next.push(waiter)
      }
      return Effect.forEach(next, ({ turn }) => Deferred.succeed(turn, undefined), { discard: true })
    })

    const leave = (waiter: Waiter) =>
      Effect.suspend(() => {
        if (!waiter.granted) waiters.splice(waiters.indexOf(waiter), 1)
        else granted -= 1
        return grant
      })

    /** Waits until there is a place, which is then this one's as long as nothing else runs in between. */
    const place = (restore: Restore) =>
      Effect.gen(function* () {
        if (waiters.length === 0 && hasRoom()) return
        const waiter: Waiter = { turn: yield* Deferred.make<void>(), granted: false }
        waiters.push(waiter)
        yield* restore(Deferred.await(waiter.turn)).pipe(Effect.onInterrupt(() => leave(waiter)))
        granted -= 1
      })

    const start = (subject: Subject, now: number): Ticket => {
      const [sent, next] = Limiter.start(limiter, subject, now)
      limiter = next
      hedges = Hedging.started(hedges)
      return {
        settle: Effect.fnUntraced(function* (exit, firstTokenMs) {
          const at = yield* Clock.currentTimeMillis
          const { limit } = limiter.concurrency
          limiter = Limiter.complete(limiter, sent, Outcome.of(exit), at)
          if (limiter.concurrency.limit !== limit) {
            limits = [...limits, { at, limit: limiter.concurrency.limit }].slice(-HISTORY)
          }
          if (Exit.isSuccess(exit)) budget = RetryBudget.succeeded(budget)
          if (hedging && firstTokenMs !== undefined) hedges = Hedging.began(hedges, firstTokenMs)
          yield* grant
        })
      }
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
        case "Wait": {
          const spread = decision.shared ? Math.min(SPREAD_MS, SPREAD_SHARE * (decision.until - now)) : 0
          return Effect.map(Random.nextRange(0, spread), (more) => ({
            _tag: "Wait",
            until: Math.ceil(decision.until + more)
          }))
        }
      }
    }

    const admit: Service["admit"] = (subject, restore) =>
      Effect.gen(function* () {
        const before = yield* obstacle(subject, yield* Clock.currentTimeMillis)
        if (before !== undefined) return before
        yield* place(restore)
        const now = yield* Clock.currentTimeMillis
        const meanwhile = yield* obstacle(subject, now)
        if (meanwhile === undefined) return { _tag: "Go", ticket: start(subject, now) }
        yield* grant
        return meanwhile
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
        const second = Effect.uninterruptibleMask((restore) =>
          Effect.gen(function* () {
            yield* restore(Effect.sleep(afterMs))
            const now = yield* Clock.currentTimeMillis
            const mayGo = waiters.length === 0 && hasRoom() && Limiter.decide(limiter, subject, now)._tag === "Go"
            if (hasBegun() || !mayGo || !Hedging.mayHedge(hedges)) return yield* restore(Effect.never)
            hedges = Hedging.hedged(hedges)
            const ticket = start(subject, now)
            const exit = yield* Effect.exit(restore(request))
            yield* ticket.settle(exit)
            // Its failure is no news: the first one is still under way.
            return Exit.isSuccess(exit) ? exit.value : yield* restore(Effect.never)
          })
        )
        return Effect.raceFirst(request, second)
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

    const state = Effect.map(Clock.currentTimeMillis, (now): Snapshot => ({
      limit: limiter.concurrency.limit,
      inFlight: limiter.concurrency.inFlight,
      waiting: waiters.length,
      limits,
      gates: Limiter.closed(limiter, now),
      circuits: HashMap.toEntries(limiter.circuits).flatMap(([key, { _tag }]) =>
        _tag === "Closed" ? [] : [[key, _tag] as const]
      ),
      retriesLeft: RetryBudget.left(budget),
      requests: limiter.sent,
      hedges: hedges.hedges
    }))

    return { admit, retry, hedged, withJobs, state }
  })

/** The limits are those of the server that is asked. */
export const layer = (options: Options = {}): Layer.Layer<FlowControl, never, OpenRouter> =>
  Layer.effect(
    FlowControl,
    Effect.flatMap(OpenRouter, ({ baseUrl }) =>
      make(isOpenRouter(baseUrl) ? { freePerMinute: FREE_PER_MINUTE, ...options } : options)
    )
  )

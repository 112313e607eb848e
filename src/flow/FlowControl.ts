/**
 * Respects the server's limits instead of running into them: a gate that every request of a run passes. A request waits there
 * until it may go, while another one uses its permit. Requests without a chance are refused, and every result teaches the gate
 * something. Optional: without this service a run has its retries and nothing else. One layer may serve several runs at once,
 * which then share what they learn. The decisions are `Limiter`'s; here are the clock, chance, and the waiting.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import { isOpenRouter, OpenRouter } from "../api/OpenRouter.js"
import { isHoldingFree } from "../domain/Consequence.js"
import { CircuitOpen, GenerationError, NotAsked, RateLimited, RetryBudgetExhausted } from "../domain/GenerationError.js"
import { sha256 } from "../domain/Hash.js"
import * as Metrics from "../telemetry/Metrics.js"
import * as Permits from "./Permits.js"
import * as Knowledge from "./pure/Knowledge.js"
import * as Limiter from "./pure/Limiter.js"
import * as Outcome from "./pure/Outcome.js"
import * as RetryBudget from "./pure/RetryBudget.js"
import { ACCOUNT, FREE, type SharedKey, type Subject as Asked } from "./pure/Subject.js"
import { SharedQuota } from "./SharedQuota.js"
import * as Sharing from "./sharedQuota/Sharing.js"
import * as Watch from "./Watch.js"

export interface Subject extends Asked {
  /** The failure that this is a retry of, where it is one that the retry budget counts. */
  readonly retryOf?: GenerationError | undefined
  /** No wait reaches to this moment, in milliseconds since the epoch. */
  readonly endsAt: number
}

/**
 * Runs an exchange as soon as it may go. Fails, with nothing sent, with `CircuitOpen`, with `RetryBudgetExhausted`, or with
 * `NotAsked` where the wait would outlast the run; `retryAt` then says when asking again makes sense.
 */
export type Admit = (
  subject: Subject
) => <A, R>(exchange: Effect.Effect<A, GenerationError, R>) => Effect.Effect<A, GenerationError, R>

/** A run that is about to send. */
export interface Run {
  /** How many models it asks: the retry budget grows with them. */
  readonly jobs: number
  /** Its requests in flight at most. */
  readonly concurrency: number
}

export { type LimitChange, type Snapshot, toJson } from "./Watch.js"

export interface Service {
  /** Opens the gate for a run as long as the scope lives. */
  readonly join: (run: Run) => Effect.Effect<Admit, never, Scope.Scope>
  /** How many models such a run may have in work at once, those that wait included. */
  readonly lanes: (concurrency: number) => number
  readonly state: Effect.Effect<Watch.Snapshot>
}

export class FlowControl extends Context.Tag("algogen/FlowControl")<FlowControl, Service>() {}

export interface Options {
  /** Requests in flight at most, over all runs that share this, adapted below that; default as many as the runs ask for. */
  readonly concurrency?: number | undefined
  /** Requests to `:free` models a minute, where that is known before the first refusal; default: 20 at OpenRouter. */
  readonly freePerMinute?: number | undefined
  /** Tokens a minute, prompts and answers of all models together; default no limit. */
  readonly tokensPerMinute?: number | undefined
}

/** Requests to `:free` models, whichever they are, that OpenRouter takes of an account in a minute. */
const FREE_PER_MINUTE = 20

/** Models that may wait in the gate for a run at once; each costs a fiber, about 10 kB. */
const LANES = 1_000

/** Requests that wait for the same moment go within this time after it, not all at once. */
const SPREAD_MS = 250
/** But a short wait is not made much longer. */
const SPREAD_SHARE = 0.1

const tooLate = ({ model }: Subject, retryAt: number): GenerationError =>
  new GenerationError({
    model,
    reason: new NotAsked({ message: "not asked: a rate limit lasts until after the deadline" }),
    retryAt
  })

/** Waits for a moment, in milliseconds since the epoch; fails at once where the run is over by then. */
const waitUntil = (subject: Subject, until: number): Effect.Effect<void, GenerationError> =>
  until >= subject.endsAt
    ? Effect.fail(tooLate(subject, until))
    : Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.sleep(Math.max(0, until - now)))

/** A limit holds everybody back: the refusal is no trouble of the model's own. */
const imposed = <A>(exit: Exit.Exit<A, GenerationError>): Exit.Exit<A, GenerationError> =>
  Exit.mapError(exit, (error) =>
    error.reason._tag === "RateLimited"
      ? new GenerationError({ ...error, reason: new RateLimited({ ...error.reason, imposed: true }) })
      : error
  )

/** The request may not go before this moment, in milliseconds since the epoch. */
interface Closed {
  readonly _tag: "Closed"
  readonly until: number
}

/** The request went, and this came of it. */
interface Passed<A> {
  readonly _tag: "Passed"
  readonly value: A
}

export const make = (options: Options = {}, sharing: Sharing.Sharing = Sharing.none): Effect.Effect<Service> =>
  Effect.sync(() => {
    const runs = new Set<Run>()
    const most = () => options.concurrency ?? Math.max(1, ...[...runs].map(({ concurrency }) => concurrency))
    let known = Knowledge.make({ ...options, concurrency: most(), isShared: sharing !== Sharing.none })
    let budget = RetryBudget.full
    const watch = Watch.make()
    const places = (most: () => number) => Permits.make((given, now) => (given < most() ? now : Permits.NEVER))
    const permits = places(() => known.concurrency.limit)
    // One at a time, so that nobody takes of what is shared for a request that the limits here let another one have.
    const turns = places(() => 1)
    /** One after the other, at the pace of the limit. */
    const turnstile = (key: SharedKey) =>
      Permits.make((given, now) => (given === 0 ? Limiter.turnAt(known, key, now) : Permits.NEVER))
    const turnstiles = { [ACCOUNT]: turnstile(ACCOUNT), [FREE]: turnstile(FREE) }
    /** Does the request belong to those whose turns come before the permits, so that others need not wait for them. */
    const isPaced = ({ isFree }: Subject) => isFree && known.paces.free.rate !== undefined
    const turn = (key: SharedKey) =>
      turnstiles[key].during(
        Effect.map(Clock.currentTimeMillis, (now) => {
          known = Limiter.takeTurn(known, key, now)
        })
      )

    const returnTurn = Effect.suspend(() => {
      known = Limiter.returnTurn(known, ACCOUNT)
      return turnstiles[ACCOUNT].offer
    })

    const spread = (until: number, now: number, isShared: boolean): Effect.Effect<Closed> =>
      Effect.map(
        isShared ? Random.nextRange(0, Math.min(SPREAD_MS, SPREAD_SHARE * (until - now))) : Effect.succeed(0),
        (later) => ({ _tag: "Closed", until: Math.ceil(until + later) })
      )

    /** What keeps the request from going now, if anything does. */
    const obstacle = (subject: Subject): Effect.Effect<Closed | undefined, GenerationError> =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const decision = Limiter.decide(known, subject, now)
        switch (decision._tag) {
          case "Go":
            return Effect.succeed(undefined)
          case "Open": {
            const reason = new CircuitOpen({ circuit: decision.circuit })
            return new GenerationError({ model: subject.model, reason, retryAt: decision.until })
          }
          case "Wait":
            return spread(decision.until, now, decision.shared)
        }
      })

    /** Takes the request's part of the quota shared with other processes. Done last, because asking spends it. */
    const claim = (subject: Subject): Effect.Effect<Closed | undefined, GenerationError> =>
      sharing === Sharing.none
        ? Effect.succeed(undefined)
        : turns.during(
            Effect.gen(function* () {
              const closed = yield* obstacle(subject)
              const usedUp = closed === undefined ? yield* sharing(subject) : undefined
              return usedUp === undefined ? closed : yield* spread(usedUp, yield* Clock.currentTimeMillis, true)
            })
          )

    /** Sends the request if nothing is in the way, and learns from what becomes of it. */
    const go = <A, R>(
      subject: Subject,
      hadTurn: boolean,
      exchange: Effect.Effect<A, GenerationError, R>
    ): Effect.Effect<Closed | Passed<A>, GenerationError, R> =>
      Effect.uninterruptibleMask((restore) =>
        Effect.gen(function* () {
          const soon = yield* obstacle(subject)
          if (soon !== undefined) return soon
          // The limit was met while this one waited for its permit.
          if (!hadTurn && isPaced(subject)) return { _tag: "Closed", until: yield* Clock.currentTimeMillis } as const
          yield* restore(turn(ACCOUNT))
          const closed = yield* restore(claim(subject)).pipe(
            Effect.flatMap((closed) => (closed === undefined ? obstacle(subject) : Effect.succeed(closed))),
            Effect.onError(() => returnTurn)
          )
          if (closed !== undefined) return yield* Effect.as(returnTurn, closed)
          const now = yield* Clock.currentTimeMillis
          const [sent, next] = Limiter.start(known, subject, now)
          known = next
          yield* watch.look(known, sent, now)
          const exit = yield* Effect.exit(restore(exchange))
          const at = yield* Clock.currentTimeMillis
          known = Limiter.complete(known, sent, Outcome.of(exit), at)
          const result = Limiter.isImposed(known, sent) ? imposed(exit) : exit
          if (Exit.isSuccess(exit)) budget = RetryBudget.succeeded(budget)
          yield* watch.look(known, sent, at)
          // What came back may have changed the pace.
          yield* turnstiles[ACCOUNT].offer
          if (subject.isFree) yield* turnstiles[FREE].offer
          return { _tag: "Passed" as const, value: yield* result }
        })
      )

    /** Takes a retry out of the budget. */
    const withdraw = ({ model, retryOf }: Subject): Effect.Effect<void, GenerationError> =>
      retryOf === undefined
        ? Effect.void
        : Effect.flatMap(Clock.currentTimeMillis, (now) => {
            const left = RetryBudget.withdraw(budget, model, retryOf.reason, now)
            budget = left ?? budget
            const reason = new RetryBudgetExhausted({ failure: retryOf.reason.message })
            return left === undefined ? new GenerationError({ ...retryOf, reason, retryAt: now }) : Effect.void
          })

    const admit =
      (own: Permits.Permits): Admit =>
      (subject) =>
      (exchange) =>
        Effect.gen(function* () {
          yield* withdraw(subject)
          // A model that waits for a moment keeps no permit from another one.
          for (;;) {
            const hadTurn = isPaced(subject)
            if (hadTurn) yield* turn(FREE)
            const result =
              (yield* obstacle(subject)) ?? (yield* own.during(permits.during(go(subject, hadTurn, exchange))))
            if (result._tag === "Passed") return result.value
            yield* Metric.update(Metrics.gateWaits, (result.until - (yield* Clock.currentTimeMillis)) / 1000)
            yield* waitUntil(subject, result.until)
          }
        })

    const count = (run: Run, present: boolean) =>
      Effect.suspend(() => {
        if (present) runs.add(run)
        else runs.delete(run)
        budget = RetryBudget.withJobs(budget, budget.jobs + (present ? run.jobs : -run.jobs))
        if (runs.size > 0) known = Limiter.withConcurrency(known, most())
        return permits.offer
      })

    const join: Service["join"] = ({ concurrency, jobs }) =>
      Effect.gen(function* () {
        const run = { concurrency, jobs }
        yield* Effect.acquireRelease(count(run, true), () => count(run, false))
        if (concurrency > most()) {
          yield* Effect.logWarning(`FlowControl allows ${most()} requests in flight; this run asked for ${concurrency}`)
        }
        return admit(places(() => concurrency))
      })

    const state = Effect.map(Clock.currentTimeMillis, (now): Watch.Snapshot => ({
      limit: known.concurrency.limit,
      inFlight: known.concurrency.inFlight,
      waiting: permits.waiting(),
      limits: watch.limits(),
      gates: Limiter.closed(known, now),
      circuits: Watch.openCircuits(known),
      retriesLeft: RetryBudget.left(budget),
      requests: known.sent
    }))

    return { join, lanes: () => LANES, state }
  })

/** What a run does without flow control: each model keeps its place while it waits, and `:free` models share a minute. */
const plain = (): Pick<Service, "join" | "lanes"> => {
  /** No `:free` model is asked before this moment, in milliseconds since the epoch. */
  let freeFrom = Number.NEGATIVE_INFINITY
  const admit: Admit = (subject) => (exchange) => {
    if (!subject.isFree) return exchange
    const held = Effect.flatMap(Clock.currentTimeMillis, (now) =>
      now < freeFrom ? Effect.zipRight(waitUntil(subject, freeFrom), admit(subject)(exchange)) : exchange
    )
    return Effect.tapError(held, (error) =>
      Effect.sync(() => {
        if (isHoldingFree(error)) freeFrom = Math.max(freeFrom, error.retryAt ?? freeFrom)
      })
    )
  }
  return { join: () => Effect.succeed(admit), lanes: (concurrency) => concurrency }
}

/** The application's flow control, or what a run does without it. */
export const current: Effect.Effect<Pick<Service, "join" | "lanes">> = Effect.map(
  Effect.serviceOption(FlowControl),
  Option.getOrElse(plain)
)

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

/**
 * The gate of `FlowControl`: it lets a request wait until it may go, and learns from what becomes of it. The decisions are
 * `Limiter`'s; here are the clock, chance, and the waiting.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Metric from "effect/Metric"
import * as Random from "effect/Random"
import { CircuitOpen, GenerationError, RetryBudgetExhausted } from "../domain/GenerationError.js"
import * as Metrics from "../telemetry/Metrics.js"
import * as Now from "../telemetry/Now.js"
import { type Admit, type Options, type Run, type Service, type Applicant, waitUntil } from "./Admission.js"
import * as Permits from "./Permits.js"
import { ACCOUNT, FREE, type SharedKey } from "./pure/Candidate.js"
import * as Knowledge from "./pure/Knowledge.js"
import * as Limiter from "./pure/Limiter.js"
import * as RetryBudget from "./pure/RetryBudget.js"
import * as Signal from "./pure/Signal.js"
import * as Sharing from "./sharedQuota/Sharing.js"
import * as Watch from "./Watch.js"

/**
 * Models that a run may have in work at once, those that wait in the gate included: so many that one that has to wait for a
 * minute does not keep others from their turn. Each costs about 75 kB.
 */
const lanes = (concurrency: number): number => Math.min(1_000, Math.max(250, 8 * concurrency))

/** Requests that wait for the same moment go within this time after it, not all at once. */
const SPREAD_MS = 250
/** But a short wait is not made much longer. */
const SPREAD_SHARE = 0.1

const NOTHING = Effect.succeed(undefined)

/** The request may not go before this moment, in milliseconds since the epoch. */
interface Closed {
  readonly _tag: "Closed"
  readonly until: number
}

const closedUntil = (until: number): Effect.Effect<Closed> => Effect.succeed({ _tag: "Closed", until })

/** The request went, and this came of it. */
interface Passed<A> {
  readonly _tag: "Passed"
  readonly value: A
}

export const make = (options: Options = {}, sharing: Sharing.Sharing = Sharing.none): Effect.Effect<Service> =>
  Effect.sync(() => {
    const runs = new Set<Run>()
    const most = () =>
      options.concurrency ?? Math.max(options.atLeast ?? 1, ...[...runs].map(({ concurrency }) => concurrency))
    const isAlone = sharing === Sharing.none
    let known = Knowledge.make({ ...options, concurrency: most(), isShared: !isAlone })
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
    const isPaced = ({ isFree }: Applicant) => isFree && known.paces.free.rate !== undefined
    const turn = (key: SharedKey, { listen, onWait }: Applicant): Effect.Effect<void, GenerationError> =>
      Now.now((now) => {
        if (!turnstiles[key].hasRoom(now)) {
          const turned = turnstiles[key].during(
            Now.now((now) => take(key, now)),
            listen
          )
          // The turns of all come to who has a permit.
          return key === FREE && onWait !== undefined ? Effect.zipRight(onWait, turned) : turned
        }
        return take(key, now)
      })
    const take = (key: SharedKey, now: number) => {
      known = Limiter.takeTurn(known, key, now)
      return Effect.void
    }

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
    const obstacle = (applicant: Applicant): Effect.Effect<Closed | undefined, GenerationError> =>
      Now.now((now) => {
        const decision = Limiter.decide(known, applicant, now)
        switch (decision._tag) {
          case "Go":
            return NOTHING
          case "Open": {
            const reason = new CircuitOpen({ circuit: decision.circuit })
            return new GenerationError({ model: applicant.model, reason, retryAt: decision.until })
          }
          case "Wait":
            return spread(decision.until, now, decision.shared)
        }
      })

    /** Takes the request's part of the quota shared with other processes. Done last, because asking spends it. */
    const claim = (applicant: Applicant): Effect.Effect<Closed | undefined, GenerationError> =>
      turns.during(
        Effect.gen(function* () {
          const closed = yield* obstacle(applicant)
          const usedUp = closed === undefined ? yield* sharing(applicant) : undefined
          return usedUp === undefined ? closed : yield* spread(usedUp, yield* Now.millis, true)
        }),
        applicant.listen
      )

    /** Sends the request, and learns from what becomes of it. For a region that nothing interrupts. */
    const send = <A, R>(
      applicant: Applicant,
      exchange: Effect.Effect<A, GenerationError, R>
    ): Effect.Effect<Closed | Passed<A>, GenerationError, R> =>
      Now.now((now): Effect.Effect<Closed | Passed<A>, GenerationError, R> => {
        // The limit was lowered while this one, which has a permit, waited for its turn.
        if (!Limiter.hasRoom(known)) return Effect.zipRight(returnTurn, closedUntil(now))
        const [sent, next] = Limiter.start(known, applicant, now)
        known = next
        const over = Effect.flatMap(Effect.exit(exchange), (exit) =>
          Now.now((at) => {
            known = Limiter.complete(known, sent, Signal.of(exit), at)
            if (Exit.isSuccess(exit)) budget = RetryBudget.succeeded(budget)
            const result = Limiter.isImposed(known, sent) ? Signal.imposed(exit) : exit
            const passed = Effect.map(result, (value) => ({ _tag: "Passed" as const, value }))
            return watch.look(known, sent, at).pipe(
              // What came back may have changed the pace.
              Effect.zipRight(turnstiles[ACCOUNT].offer),
              Effect.zipRight(applicant.isFree ? turnstiles[FREE].offer : Effect.void),
              Effect.zipRight(passed)
            )
          })
        )
        return Effect.zipRight(watch.look(known, sent, now), over)
      })

    const go = <A, R>(
      applicant: Applicant,
      hadTurn: boolean,
      exchange: Effect.Effect<A, GenerationError, R>
    ): Effect.Effect<Closed | Passed<A>, GenerationError, R> =>
      Effect.uninterruptibleMask((restore) =>
        Effect.flatMap(obstacle(applicant), (soon) => {
          if (soon !== undefined) return Effect.succeed(soon)
          // The limit was met while this one waited for its permit.
          if (!hadTurn && isPaced(applicant)) return Now.now(closedUntil)
          const claimed = isAlone
            ? obstacle(applicant)
            : Effect.flatMap(restore(claim(applicant)), (closed) =>
                closed === undefined ? obstacle(applicant) : Effect.succeed(closed)
              )
          return Effect.zipRight(
            restore(turn(ACCOUNT, applicant)),
            Effect.matchCauseEffect(claimed, {
              onFailure: (cause) => Effect.zipRight(returnTurn, Effect.failCause(cause)),
              onSuccess: (closed) =>
                closed === undefined ? send(applicant, restore(exchange)) : Effect.as(returnTurn, closed)
            })
          )
        })
      )

    const withdraw = ({ model, retryOf }: Applicant): Effect.Effect<void, GenerationError> =>
      retryOf === undefined
        ? Effect.void
        : Effect.flatMap(Now.millis, (now) => {
            const left = RetryBudget.withdraw(budget, model, retryOf.reason, now)
            budget = left ?? budget
            const reason = new RetryBudgetExhausted({ failure: retryOf.reason.message })
            return left === undefined ? new GenerationError({ ...retryOf, reason, retryAt: now }) : Effect.void
          })

    const admit =
      (own: Permits.Permits): Admit =>
      (applicant) =>
      (exchange) =>
        Effect.gen(function* () {
          yield* withdraw(applicant)
          // A model that waits for a moment keeps no permit from another one.
          for (;;) {
            const { listen } = applicant
            const hadTurn = isPaced(applicant)
            let closed = yield* obstacle(applicant)
            if (closed === undefined && hadTurn) {
              yield* turn(FREE, applicant)
              closed = yield* obstacle(applicant)
            }
            const result =
              closed ?? (yield* own.during(permits.during(go(applicant, hadTurn, exchange), listen), listen))
            if (result._tag === "Passed") return result.value
            const ms = result.until - (yield* Now.millis)
            yield* Metric.update(Metrics.gateWaits, ms / 1000)
            yield* Effect.annotateLogs(Effect.logDebug(`held back for ${Math.ceil(ms)} ms`), "model", applicant.model)
            yield* waitUntil(applicant, result.until)
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

    const join: Service["join"] = ({ concurrency, isDefault = false, jobs }) =>
      Effect.gen(function* () {
        const run = { concurrency, jobs }
        yield* Effect.acquireRelease(count(run, true), () => count(run, false))
        if (concurrency > most() && !isDefault) {
          yield* Effect.logWarning(`FlowControl allows ${most()} requests in flight; this run asked for ${concurrency}`)
        }
        return admit(places(() => concurrency))
      })

    const state = Effect.map(Now.millis, (now): Watch.Snapshot => ({
      limit: known.concurrency.limit,
      inFlight: known.concurrency.inFlight,
      waiting: permits.waiting(),
      limits: watch.limits(),
      gates: Limiter.closed(known, now),
      circuits: Watch.openCircuits(known),
      retriesLeft: RetryBudget.left(budget),
      requests: known.sent
    }))

    return { join, lanes, state }
  })

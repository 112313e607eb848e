/** What a gate is: what a run asks of it, request by request, and what it is told of each. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { GenerationError, NotAsked } from "../domain/GenerationError.js"
import * as Now from "../telemetry/Now.js"
import type { Candidate } from "./pure/Candidate.js"
import type * as Watch from "./Watch.js"

/** Calls `giveUp` as soon as waiting has become pointless, at once where it is already. Hands back what ends that. */
export type Listen<E> = (giveUp: (failure: E) => void) => () => void

export interface Applicant extends Candidate {
  /** The failure that this is a retry of, where it is one that the retry budget counts. */
  readonly retryOf?: GenerationError | undefined
  /** No wait reaches to this moment, in milliseconds since the epoch. */
  readonly endsAt: number
  /** Ends its waits; by default nothing does. */
  readonly listen?: Listen<GenerationError> | undefined
  /** Before it waits for a moment, and not just for others to be done; by default nothing. */
  readonly onWait?: Effect.Effect<void> | undefined
}

/**
 * Runs an exchange as soon as it may go. Fails, with nothing sent, with `CircuitOpen`, with `RetryBudgetExhausted`, or with
 * `NotAsked` where the wait would outlast the run; `retryAt` then says when asking again makes sense.
 */
export type Admit = (
  applicant: Applicant
) => <A, R>(exchange: Effect.Effect<A, GenerationError, R>) => Effect.Effect<A, GenerationError, R>

/** A run that is about to send. */
export interface Run {
  /** How many models it asks: the retry budget grows with them. */
  readonly jobs: number
  /** Its requests in flight at most. */
  readonly concurrency: number
  /** Nobody asked for this number, so it is nothing to warn of that there may be fewer; default false. */
  readonly isDefault?: boolean | undefined
}

export interface Service {
  /** Opens the gate for a run as long as the scope lives. */
  readonly join: (run: Run) => Effect.Effect<Admit, never, Scope.Scope>
  /** How many models such a run may have in work at once, those that wait included. */
  readonly lanes: (concurrency: number) => number
  readonly state: Effect.Effect<Watch.Snapshot>
}

export interface Options {
  /** Requests in flight at most, over all runs that share this, adapted below that; default as many as a run asks for. */
  readonly concurrency?: number | undefined
  /** Without `concurrency`: so many may be in flight even if each run asks for fewer; default 1. */
  readonly atLeast?: number | undefined
  /** Requests to `:free` models a minute, where that is known before the first refusal; default: 20 at OpenRouter. */
  readonly freePerMinute?: number | undefined
  /** Tokens a minute, prompts and answers of all models together; default no limit. */
  readonly tokensPerMinute?: number | undefined
}

const tooLate = ({ model }: Applicant, retryAt: number): GenerationError =>
  new GenerationError({
    model,
    reason: new NotAsked({ message: "not asked: a rate limit lasts until after the deadline" }),
    retryAt
  })

/** Fails when waiting has become pointless. */
const pointless = ({ listen }: Applicant): Effect.Effect<never, GenerationError> =>
  listen === undefined
    ? Effect.never
    : Effect.async((resume) => Effect.sync(listen((failure) => resume(Effect.fail(failure)))))

/** Waits for a moment, in milliseconds since the epoch; fails at once where the run is over by then. */
export const waitUntil = (applicant: Applicant, until: number): Effect.Effect<void, GenerationError> =>
  until >= applicant.endsAt
    ? Effect.fail(tooLate(applicant, until))
    : Effect.flatMap(Effect.zipRight(applicant.onWait ?? Effect.void, Now.millis), (now) =>
        Effect.raceFirst(Effect.sleep(Math.max(0, until - now)), pointless(applicant))
      )

/** The policies that are compared: each is a `FlowControl` of its own, or none, under the same runs. */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import type { OpenRouter } from "../../src/api/OpenRouter.js"
import { CircuitOpen, GenerationError, RateLimited } from "../../src/domain/GenerationError.js"
import * as FlowControl from "../../src/flow/FlowControl.js"
import type { Server } from "./Server.js"

export interface Policy {
  readonly name: string
  readonly patience: number
  readonly maxRetries: number
  /** `undefined` is the plain policy. */
  readonly flow: (server: Server) => Layer.Layer<FlowControl.FlowControl, never, OpenRouter> | undefined
}

const PATIENCE = 6
const RETRIES = 3
const CONCURRENCY = 6

/** Parts of a service that a policy has no opinion on. */
const indifferent = {
  retry: () => Effect.succeed(true),
  hedged: <A>(_subject: FlowControl.Subject, request: Effect.Effect<A, GenerationError>) => request,
  withJobs:
    () =>
    <A, E, R>(batch: Effect.Effect<A, E, R>) =>
      batch,
  state: Effect.die("nobody looks")
}

const isRateLimit = (exit: Exit.Exit<unknown, GenerationError>): boolean =>
  Exit.isFailure(exit) &&
  Cause.failureOption(exit.cause).pipe((error) => error._tag === "Some" && error.value.reason._tag === "RateLimited")

interface Aimd {
  readonly limit: number
  readonly succeeded: (now: number) => void
  readonly refused: (now: number) => void
}

/** One limit for everything, and a queue in front of it. */
const limitedBy = (aimd: Aimd): FlowControl.Service => {
  let inFlight = 0
  const waiting: Array<Deferred.Deferred<void>> = []
  const grant = Effect.suspend(() => {
    const next: Array<Deferred.Deferred<void>> = []
    while (inFlight < Math.floor(aimd.limit)) {
      const first = waiting.shift()
      if (first === undefined) break
      inFlight += 1
      next.push(first)
    }
    return Effect.forEach(next, (turn) => Deferred.succeed(turn, undefined), { discard: true })
  })
  return {
    ...indifferent,
    admit: (_subject, restore) =>
      Effect.gen(function* () {
        if (waiting.length === 0 && inFlight < Math.floor(aimd.limit)) {
          inFlight += 1
        } else {
          const turn = yield* Deferred.make<void>()
          waiting.push(turn)
          yield* restore(Deferred.await(turn))
        }
        const ticket: FlowControl.Ticket = {
          settle: (exit) =>
            Effect.gen(function* () {
              inFlight -= 1
              const now = yield* Clock.currentTimeMillis
              if (Exit.isSuccess(exit)) aimd.succeeded(now)
              else if (isRateLimit(exit)) aimd.refused(now)
              yield* grant
            })
        }
        return { _tag: "Go" as const, ticket }
      })
  }
}

/** Halves on a refusal, and grows by half after five successes. */
const halving = (): Aimd => {
  let limit = CONCURRENCY
  let successes = 0
  return {
    get limit() {
      return limit
    },
    succeeded: () => {
      successes += 1
      if (successes < 5) return
      successes = 0
      limit = Math.min(CONCURRENCY, limit * 1.5)
    },
    refused: () => {
      successes = 0
      limit = Math.max(1, limit * 0.5)
    }
  }
}

/** Starts at one, doubles until the first refusal, then grows by one a round; a refusal costs a fifth, once in 15 s. */
const slowStart = (): Aimd => {
  let limit = 1
  let threshold = Number.POSITIVE_INFINITY
  let cooledAt = 0
  return {
    get limit() {
      return limit
    },
    succeeded: () => {
      limit = Math.min(CONCURRENCY, limit + (limit < threshold ? 1 : 1 / limit))
    },
    refused: (now) => {
      if (now < cooledAt) return
      cooledAt = now + 15_000
      limit = Math.max(1, limit * 0.8)
      threshold = limit
    }
  }
}

/** Ours, but blind to whom a limit concerns: everything is the account. */
const blind = (service: FlowControl.Service): FlowControl.Service => ({
  ...service,
  admit: (subject, restore) =>
    service.admit({ ...subject, model: "any", isFree: false }, restore).pipe(
      Effect.map((admission) =>
        admission._tag === "Go"
          ? {
              _tag: "Go" as const,
              ticket: {
                settle: (exit, firstTokenMs) =>
                  admission.ticket.settle(Exit.mapErrorCause(exit, Cause.map(ofAccount)), firstTokenMs)
              } satisfies FlowControl.Ticket
            }
          : admission
      )
    )
})

const ofAccount = (error: GenerationError): GenerationError =>
  error.reason._tag === "RateLimited"
    ? new GenerationError({
        ...error,
        reason: new RateLimited({
          status: error.reason.status,
          message: error.reason.message,
          hinted: error.reason.hinted,
          scope: "account"
        })
      })
    : error

/** Knows the server: sends when it would be let in and not otherwise, and nothing to the dead. */
const oracle = (server: Server): FlowControl.Service => ({
  ...indifferent,
  admit: ({ model }) =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      if (server.isDead(model)) {
        return { _tag: "Refuse", error: new GenerationError({ model, reason: new CircuitOpen({ circuit: "model" }) }) }
      }
      const at = server.acceptsAt(model, now)
      return at > now ? { _tag: "Wait", until: at } : { _tag: "Go", ticket: { settle: () => Effect.void } }
    })
})

const own = (make: () => FlowControl.Service) => () => Layer.sync(FlowControl.FlowControl, make)

export const ORACLE: Policy = {
  name: "oracle",
  patience: 0,
  maxRetries: 20,
  flow: (server) => Layer.succeed(FlowControl.FlowControl, oracle(server))
}

export const OURS: Policy = {
  name: "ours, patience 6",
  patience: PATIENCE,
  maxRetries: RETRIES,
  flow: () => FlowControl.layer()
}

export const OTHERS: ReadonlyArray<Policy> = [
  { name: "plain", patience: 0, maxRetries: RETRIES, flow: () => undefined },
  { ...OURS, name: "ours, default", patience: 0 },
  {
    ...OURS,
    name: "ours without scopes",
    flow: () => Layer.effect(FlowControl.FlowControl, Effect.map(FlowControl.make({ freePerMinute: 20 }), blind))
  },
  { ...OURS, name: "AIMD 0.5, +50 %", flow: own(() => limitedBy(halving())) },
  { ...OURS, name: "slow-start AIMD 0.8", flow: own(() => limitedBy(slowStart())) }
]

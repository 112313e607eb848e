/** The policies that are compared: each is a `FlowControl` of its own, or none, under the same runs. */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import type { OpenRouter } from "../../src/api/OpenRouter.js"
import { CircuitOpen, GenerationError, NotAsked, RateLimited } from "../../src/domain/GenerationError.js"
import * as FlowControl from "../../src/flow/FlowControl.js"
import * as Permits from "../../src/flow/Permits.js"
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

/** A gate for every run, given its requests in flight at most. */
const gate = (open: (concurrency: number) => FlowControl.Admit): FlowControl.Service => ({
  join: ({ concurrency }) => Effect.sync(() => open(concurrency)),
  lanes: () => 1_000,
  state: Effect.die("nobody looks")
})

const isRateLimit = (exit: Exit.Exit<unknown, GenerationError>): boolean =>
  Exit.isFailure(exit) &&
  Cause.failureOption(exit.cause).pipe((error) => error._tag === "Some" && error.value.reason._tag === "RateLimited")

interface Aimd {
  readonly limit: number
  readonly succeeded: (now: number) => void
  readonly refused: (now: number) => void
}

const places = (limit: () => number) =>
  Permits.make((given, now) => (given < Math.floor(limit()) ? now : Permits.NEVER))

/** One limit for everything, and a queue in front of it. */
const limitedBy = (make: (most: number) => Aimd): FlowControl.Service =>
  gate((concurrency) => {
    const aimd = make(concurrency)
    const { during } = places(() => aimd.limit)
    return () => (exchange) =>
      during(
        Effect.onExit(exchange, (exit) =>
          Effect.map(Clock.currentTimeMillis, (now) => {
            if (Exit.isSuccess(exit)) aimd.succeeded(now)
            else if (isRateLimit(exit)) aimd.refused(now)
          })
        )
      )
  })

/** Halves on a refusal, and grows by half after five successes. */
const halving = (most: number): Aimd => {
  let limit = most
  let successes = 0
  return {
    get limit() {
      return limit
    },
    succeeded: () => {
      successes += 1
      if (successes < 5) return
      successes = 0
      limit = Math.min(most, limit * 1.5)
    },
    refused: () => {
      successes = 0
      limit = Math.max(1, limit * 0.5)
    }
  }
}

/** Starts at one, doubles until the first refusal, then grows by one a round; a refusal costs a fifth, once in 15 s. */
const slowStart = (most: number): Aimd => {
  let limit = 1
  let threshold = Number.POSITIVE_INFINITY
  let cooledAt = 0
  return {
    get limit() {
      return limit
    },
    succeeded: () => {
      limit = Math.min(most, limit + (limit < threshold ? 1 : 1 / limit))
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
  join: (run) =>
    Effect.map(
      service.join(run),
      (admit): FlowControl.Admit =>
        (subject) =>
        (exchange) =>
          admit({ ...subject, model: "any", isFree: false })(Effect.mapError(exchange, ofAccount))
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
const oracle = (server: Server): FlowControl.Service =>
  gate((concurrency) => {
    const { during } = places(() => concurrency)
    return ({ endsAt, model }) =>
      (exchange) =>
        Effect.gen(function* () {
          if (server.isDead(model)) {
            return yield* new GenerationError({ model, reason: new CircuitOpen({ circuit: "model" }) })
          }
          for (;;) {
            const now = yield* Clock.currentTimeMillis
            const at = server.acceptsAt(now)
            if (at <= now) return yield* exchange
            if (at >= endsAt) {
              return yield* new GenerationError({ model, reason: new NotAsked({ message: "too late" }), retryAt: at })
            }
            yield* Effect.sleep(at - now)
          }
        }).pipe(during)
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

/** Ours at a server that is not OpenRouter: no window is known from the beginning. */
export const withoutWindows: Policy["flow"] = () => Layer.effect(FlowControl.FlowControl, FlowControl.make())

export const OTHERS: ReadonlyArray<Policy> = [
  { name: "plain", patience: 0, maxRetries: RETRIES, flow: () => undefined },
  { ...OURS, name: "ours, default", patience: 0 },
  {
    ...OURS,
    name: "ours without scopes",
    flow: () => Layer.effect(FlowControl.FlowControl, Effect.map(FlowControl.make({ freePerMinute: 20 }), blind))
  },
  { ...OURS, name: "AIMD 0.5, +50 %", flow: own(() => limitedBy(halving)) },
  { ...OURS, name: "slow-start AIMD 0.8", flow: own(() => limitedBy(slowStart)) }
]

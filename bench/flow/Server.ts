/** The server of a regime as a double of `OpenRouter`: it counts, refuses, takes its time, and writes down what it was asked. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as OpenRouter from "../../src/api/OpenRouter.js"
import { Answer } from "../../src/domain/Answer.js"
import { GenerationError, RateLimited, type Reason, ServerFailed } from "../../src/domain/GenerationError.js"
import * as Draw from "../../src/simulator/Draw.js"
import type { Regime } from "./Regime.js"
import { EPOCH } from "./VirtualTime.js"

const HOLD = 'def execute_trade(ticker, price, tick, cash_balance, shares_held):\n    return "HOLD"\n'

/** A refusal is quick. */
const REFUSAL_MS = [100, 400] as const

/** An answer takes as long as those of free models do. */
const ANSWER_MS = [2_000, 12_000] as const

/** How soon to look again where nobody knows when a place will be free. */
const GLANCE_MS = 20

interface Refusal {
  readonly reason: Reason
  readonly retryAt?: number
}

export interface Server {
  readonly openRouter: OpenRouter.Service
  /** From when on a request to this model would be let in, as seen at `now`: what only an oracle knows. */
  readonly acceptsAt: (model: string, now: number) => number
  readonly isDead: (model: string) => boolean
  readonly requests: () => number
  readonly rateLimited: () => number
  /** Requests in flight at most, at the same time. */
  readonly peak: () => number
}

export const make = (regime: Regime): Server => {
  const { cap, models, outage, seed, window } = regime
  const deaths = new Map(models.map(({ dead, id }) => [id, dead]))
  const asked = new Map<string, number>()
  let inFlight = 0
  let requests = 0
  let rateLimited = 0
  let flying = 0
  let peak = 0
  let letIn: Array<number> = []

  /** When the window has room again; `now` where it has. Counts what was let in. */
  const windowOpensAt = (now: number): number => {
    if (window === undefined) return now
    const { kind, period, phase, quota } = window
    const start = kind === "fixed" ? now - ((now - EPOCH + phase) % period) : now - period
    letIn = letIn.filter((at) => (kind === "fixed" ? at >= start : at > start))
    if (letIn.length < quota) return now
    return kind === "fixed" ? start + period : (letIn[letIn.length - quota] ?? now) + period
  }

  const limited = (facts: { upstream?: true; retryAt?: number; free?: boolean }): Refusal => ({
    reason: new RateLimited({
      status: 429,
      message: "slow down",
      scope: facts.free === true ? "free-per-minute" : "model",
      hinted: facts.retryAt !== undefined,
      ...(facts.upstream === undefined ? {} : { upstream: facts.upstream })
    }),
    ...(facts.retryAt === undefined ? {} : { retryAt: facts.retryAt })
  })
  const down: Refusal = { reason: new ServerFailed({ status: 503, message: "down" }) }
  const isOut = (now: number) => outage !== undefined && now - EPOCH >= outage.from && now - EPOCH < outage.to

  const refusal = (model: string, now: number, luck: number): Refusal | undefined => {
    if (isOut(now)) return down
    switch (deaths.get(model)) {
      case "tagged":
        return limited({ upstream: true })
      case "untagged":
        return limited({})
      case "failing":
        return down
      case undefined:
    }
    if (inFlight >= cap(now - EPOCH)) return limited({})
    const opens = windowOpensAt(now)
    // Whole seconds, as in a Retry-After.
    const retryAt = now + Math.ceil((opens - now) / 1000) * 1000
    if (opens > now) return limited(window?.hints === true ? { retryAt, free: model.endsWith(":free") } : {})
    return luck < regime.flakiness ? down : undefined
  }

  const complete: OpenRouter.Service["complete"] = ({ model }) =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const nth = (asked.get(model) ?? 0) + 1
      asked.set(model, nth)
      requests += 1
      const draw = Draw.make(seed, model, nth)
      const luck = draw.between(0, 1)
      const refused = refusal(model, now, luck)
      if (refused !== undefined) {
        if (refused.reason._tag === "RateLimited") rateLimited += 1
        yield* Effect.sleep(draw.integer(...REFUSAL_MS))
        return yield* new GenerationError({ model, ...refused })
      }
      inFlight += 1
      letIn.push(now)
      yield* Effect.ensuring(
        Effect.sleep(draw.integer(...ANSWER_MS)),
        Effect.sync(() => {
          inFlight -= 1
        })
      )
      return new Answer({ text: HOLD, model })
    }).pipe(flyingOver)

  const flyingOver = <A, E>(request: Effect.Effect<A, E>) =>
    Effect.acquireUseRelease(
      Effect.sync(() => {
        flying += 1
        peak = Math.max(peak, flying)
      }),
      () => request,
      () =>
        Effect.sync(() => {
          flying -= 1
        })
    )

  return {
    openRouter: {
      baseUrl: OpenRouter.DEFAULT_BASE_URL,
      identity: "bench",
      complete,
      models: Effect.succeed(models.map(({ id }) => ({ id }))),
      key: Effect.die("nobody asks for the key")
    },
    acceptsAt: (_model, now) => {
      if (outage !== undefined && isOut(now)) return EPOCH + outage.to
      return inFlight >= cap(now - EPOCH) ? now + GLANCE_MS : windowOpensAt(now)
    },
    isDead: (model) => deaths.get(model) !== undefined,
    requests: () => requests,
    rateLimited: () => rateLimited,
    peak: () => peak
  }
}

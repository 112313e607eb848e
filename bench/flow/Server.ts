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

/** How soon to look again where nobody knows when a place will be free. */
const GLANCE_MS = 20

interface Refusal {
  readonly reason: Reason
  readonly retryAt?: number | undefined
}

interface Facts {
  readonly upstream?: true | undefined
  readonly retryAt?: number | undefined
  readonly free?: boolean | undefined
}

export interface Server {
  readonly openRouter: OpenRouter.Service
  /**
   * From when on a request to this model would be let in, as seen at `now`: what only an oracle knows. Where that is now,
   * a place is kept for it until it comes.
   */
  readonly acceptsAt: (now: number) => number
  readonly isDead: (model: string) => boolean
  readonly requests: () => number
  readonly rateLimited: () => number
  /** Requests in flight at most, at the same time. */
  readonly peak: () => number
}

export const make = (regime: Regime): Server => {
  const { answerMs, cap, models, outage, refusalMs, seed, window } = regime
  const deaths = new Map(models.map(({ dead, id }) => [id, dead]))
  const asked = new Map<string, number>()
  let inFlight = 0
  let requests = 0
  let rateLimited = 0
  let flying = 0
  let peak = 0
  /** Requests for which a place is kept. */
  let promised = 0
  let letIn: Array<number> = []

  /** What a bucket holds, as of a moment. */
  let saved = { tokens: window?.kind === "bucket" ? window.burst : 0, at: EPOCH }

  /** When the window has room again; `now` where it has. Counts what was let in. */
  const windowOpensAt = (now: number): number => {
    if (window === undefined) return now
    if (window.kind === "bucket") {
      const { burst, perSecond } = window
      saved = { tokens: Math.min(burst, saved.tokens + ((now - saved.at) * perSecond) / 1000), at: now }
      const left = saved.tokens - promised
      return left >= 1 ? now : Math.ceil(now + ((1 - left) * 1000) / perSecond)
    }
    const { kind, period, phase, quota } = window
    const start = kind === "fixed" ? now - ((now - EPOCH + phase) % period) : now - period
    letIn = letIn.filter((at) => (kind === "fixed" ? at >= start : at > start))
    if (letIn.length + promised < quota) return now
    return kind === "fixed" ? start + period : (letIn[letIn.length + promised - quota] ?? now) + period
  }

  const limited = ({ free = false, retryAt, upstream }: Facts): Refusal => ({
    reason: new RateLimited({
      status: 429,
      message: "slow down",
      scope: free && retryAt !== undefined ? "free-per-minute" : "model",
      hinted: retryAt !== undefined,
      upstream
    }),
    retryAt
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
    if (opens > now) {
      const retryAt = {
        exact: opens,
        "whole-seconds": now + Math.ceil((opens - now) / 1000) * 1000,
        none: undefined
      }[window?.hints ?? "none"]
      return limited({ retryAt, free: model.endsWith(":free") })
    }
    return luck < regime.flakiness ? down : undefined
  }

  const complete: OpenRouter.Service["complete"] = ({ model }) =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const nth = (asked.get(model) ?? 0) + 1
      asked.set(model, nth)
      requests += 1
      promised = Math.max(0, promised - 1)
      const draw = Draw.make(seed, model, nth)
      const luck = draw.between(0, 1)
      const refused = refusal(model, now, luck)
      if (refused !== undefined) {
        if (refused.reason._tag === "RateLimited") rateLimited += 1
        yield* Effect.sleep(draw.integer(...refusalMs))
        return yield* new GenerationError({ model, ...refused })
      }
      inFlight += 1
      letIn.push(now)
      saved = { ...saved, tokens: saved.tokens - 1 }
      yield* Effect.ensuring(
        Effect.sleep(draw.integer(...answerMs)),
        Effect.sync(() => {
          inFlight -= 1
        })
      )
      return new Answer({ text: HOLD, model }, { disableValidation: true })
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
    acceptsAt: (now) => {
      if (outage !== undefined && isOut(now)) return EPOCH + outage.to
      const at = inFlight + promised >= cap(now - EPOCH) ? now + GLANCE_MS : windowOpensAt(now)
      if (at <= now) promised += 1
      return at
    },
    isDead: (model) => deaths.get(model) !== undefined,
    requests: () => requests,
    rateLimited: () => rateLimited,
    peak: () => peak
  }
}

/**
 * The quotas of a minute as several processes share them. OpenRouter's minutes are those of the clock, as its resets
 * show, so every process whose clock is right knows where one begins. A store that fails stops nobody: until the next minute
 * each process keeps to its own limits.
 */
import * as Effect from "effect/Effect"
import { MINUTE_MS, span } from "../../domain/Figures.js"
import * as Now from "../../telemetry/Now.js"
import type { Candidate } from "../pure/Candidate.js"
import { type Service, SharedQuotaError } from "../SharedQuota.js"

/** Takes the request's part of what is shared: `undefined` when it may go, else when to come back (ms since the epoch). */
export type Sharing = (candidate: Candidate) => Effect.Effect<number | undefined>

export interface Options {
  readonly quota: Service
  /** Keeps the counts of one account from those of others. */
  readonly account: string
  readonly freePerMinute?: number | undefined
  readonly tokensPerMinute?: number | undefined
}

/** How long a store may take, both windows together, where it names no time of its own. */
const TIMEOUT_MS = 1_000

export const none: Sharing = () => Effect.succeed(undefined)

export const make = ({ account, freePerMinute, quota, tokensPerMinute }: Options): Sharing => {
  const { timeoutMs = TIMEOUT_MS } = quota
  let silentUntil = 0
  let isDown = false

  const windowsOf = ({ isFree, tokens }: Candidate) =>
    [
      { name: "free", quota: isFree ? freePerMinute : undefined, cost: 1 },
      { name: "tokens", quota: tokensPerMinute, cost: tokens }
    ].flatMap(({ cost, name, quota }) =>
      // What is larger than a whole window goes alone.
      quota === undefined ? [] : [{ name, quota, cost: Math.min(cost, quota) }]
    )

  /** One after the other, until one has no room: what was taken by then is lost for this minute. */
  const take = (candidate: Candidate, minute: number) =>
    Effect.reduce(windowsOf(candidate), true, (fits, { name, ...window }) =>
      fits
        ? quota.take({ ...window, key: `${account}:${name}:${minute}`, rememberMs: MINUTE_MS })
        : Effect.succeed(false)
    )

  return (candidate) =>
    Effect.gen(function* () {
      const clock = yield* Effect.clock
      const now = clock.unsafeCurrentTimeMillis()
      if (now < silentUntil) return undefined
      const minute = Math.floor(now / MINUTE_MS)
      const next = (minute + 1) * MINUTE_MS
      return yield* take(candidate, minute).pipe(
        Effect.catchAllDefect((defect) => new SharedQuotaError({ message: String(defect) })),
        Effect.timeoutFail({
          duration: timeoutMs,
          onTimeout: () => new SharedQuotaError({ message: `no answer in ${span(timeoutMs)}` })
        }),
        Effect.map((fits) => {
          isDown = false
          return fits ? undefined : Now.since(clock, next)
        }),
        Effect.catchAll(({ message }) => {
          const wasDown = isDown
          isDown = true
          silentUntil = next
          return wasDown
            ? Effect.succeed(undefined)
            : Effect.as(Effect.logWarning(`limits are not shared with other processes for now: ${message}`), undefined)
        })
      )
    })
}

/**
 * The shared count in Redis, by `@effect/experimental/RateLimiter/Redis`. As shipped that connection waits for ever while
 * Redis is away, keeps its process alive, and fails what used it when it is closed: here it may break, and is replaced.
 */
import * as RateLimiter from "@effect/experimental/RateLimiter"
import * as Redis from "@effect/experimental/RateLimiter/Redis"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as ScopedRef from "effect/ScopedRef"
import type { SharedQuota } from "../SharedQuota.js"
import * as RateLimiterQuota from "./RateLimiter.js"

/**
 * Where Redis is, as ioredis has it (`host`, `port`, `password`, `tls`, ..), and `prefix`, what the keys begin with: default
 * `algogen:`, and one for each account where several use the same Redis.
 */
export type Options = Parameters<typeof Redis.make>[0]

/** Long enough for a Redis in another town; one that takes longer costs more than it saves. */
const TIMEOUT_MS = 1_000

/** Requests on a broken connection fail at once, and so does closing it, which is then ignored. */
const connection = (options: Options) =>
  Effect.acquireRelease(
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const settings: Options = {
        prefix: "algogen:",
        maxRetriesPerRequest: 0,
        connectTimeout: TIMEOUT_MS,
        socketTimeout: TIMEOUT_MS,
        disconnectTimeout: TIMEOUT_MS / 10
      }
      Object.assign(settings, options, { retryStrategy: () => null })
      return { scope, store: yield* Scope.extend(Redis.make(settings), scope) }
    }),
    ({ scope }) => Effect.ignore(Effect.sandbox(Scope.close(scope, Exit.void)))
  )

type Store = typeof RateLimiter.RateLimiterStore.Service

const makeStore = (options: Options) =>
  Effect.gen(function* () {
    const current = yield* ScopedRef.fromAcquire(connection(options))
    const ask = <A, E>(question: (store: Store) => Effect.Effect<A, E>) =>
      Effect.flatMap(ScopedRef.get(current), ({ store }) => question(store)).pipe(
        Effect.tapError(() => ScopedRef.set(current, connection(options))),
        Effect.retry({ times: 1 })
      )
    return RateLimiter.RateLimiterStore.of({
      fixedWindow: (options) => ask(({ fixedWindow }) => fixedWindow(options)),
      tokenBucket: (options) => ask(({ tokenBucket }) => tokenBucket(options))
    })
  })

/** Needs `@effect/experimental` and `ioredis` beside this package. */
export const layer = (options: Options = {}): Layer.Layer<SharedQuota> =>
  RateLimiterQuota.layer.pipe(
    Layer.provide(RateLimiter.layer),
    Layer.provide(Layer.scoped(RateLimiter.RateLimiterStore, makeStore(options)))
  )

/** Limits shared among processes; the only room that knows `@effect/experimental` and `ioredis`. */
export * as RateLimiterQuota from "./flow/sharedQuota/RateLimiter.js"
export * as RedisQuota from "./flow/sharedQuota/Redis.js"

/** Limits shared among processes; the only room that knows `@effect/experimental` and `ioredis`. */
export * as RateLimiterQuota from "./SharedQuota/RateLimiter.js"
export * as RedisQuota from "./SharedQuota/Redis.js"

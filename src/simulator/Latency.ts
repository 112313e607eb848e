/**
 * How long models take. The range is that of free models, but shorter, so that a first run is lively: every model has its
 * own pace, and every request strays a little from it.
 */
import * as Duration from "effect/Duration"
import * as Draw from "./Draw.js"

/** Milliseconds until the last byte. */
export type Latency = (model: string, nth: number) => number

const PACE_MILLIS = [450, 1500] as const
const STRAY = [0.9, 1.3] as const

export const drawn =
  (seed: number, scale: number): Latency =>
  (model, nth) =>
    scale *
    Draw.make(seed, "pace", model).between(...PACE_MILLIS) *
    Draw.make(seed, "stray", model, nth).between(...STRAY)

export const exact =
  (latency: (model: string, nth: number) => Duration.DurationInput): Latency =>
  (model, nth) =>
    Duration.toMillis(latency(model, nth))

/** Turns of the event loop amid work that awaits nothing: Effect goes on with its fibers at once, and Ctrl-C would wait. */
import { setImmediate } from "node:timers/promises"
import * as Effect from "effect/Effect"

/** Prompts are made in about 0.2 ms each. */
const EACH = 64

const turn = Effect.promise(() => setImmediate())

/** To come before piece number `index` of the work. */
export const before = (index: number): Effect.Effect<void> => (index % EACH === 0 ? turn : Effect.void)

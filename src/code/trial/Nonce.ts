/** A word that marks the lines of a driver, so that noise on its channel, or a guess, is not taken for one of them. */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

export const make: Effect.Effect<string> = Effect.map(
  Effect.replicateEffect(Random.nextIntBetween(0, 2 ** 31), 4),
  (parts) => parts.map((part) => part.toString(36)).join("-")
)

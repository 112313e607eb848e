/**
 * The permits of a worker, so many requests in flight at most. Jobs that wait get theirs in the order they came, those that
 * a dead worker was asking for before all others.
 */
import * as Effect from "effect/Effect"

export interface Permits {
  readonly take: (isFirst: boolean) => Effect.Effect<void>
  readonly release: Effect.Effect<void>
}

export const make = (permits: number): Permits => {
  let free = permits
  const first = new Set<() => void>()
  const others = new Set<() => void>()

  return {
    take: (isFirst) =>
      Effect.async<void>((resume) => {
        if (free > 0) {
          free -= 1
          return resume(Effect.void)
        }
        const waiting = isFirst ? first : others
        const next = () => resume(Effect.void)
        waiting.add(next)
        return Effect.sync(() => waiting.delete(next))
      }),
    release: Effect.sync(() => {
      const waiting = first.size > 0 ? first : others
      const [next] = waiting
      if (next === undefined) {
        free += 1
        return
      }
      waiting.delete(next)
      next()
    })
  }
}

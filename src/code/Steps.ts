/**
 * Work that can be put aside: it yields where it may rest. To read a crafted answer takes up to a second, and nothing else
 * would happen in the process while that lasts. Run at once it comes to the same.
 */
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"

/** What stands for a rest among the values that a generator yields. */
export type Rest = undefined
export type Steps<A> = Generator<Rest, A, void>

/** To the end, without a rest. */
export const run = <A>(steps: Steps<A>): A => {
  let step = steps.next()
  while (step.done !== true) step = steps.next()
  return step.value
}

/** Another value for each of those found, and a rest for a rest. */
export function* map<A, B>(found: Iterable<A | Rest>, to: (value: A) => B): Generator<B | Rest, void, void> {
  for (const value of found) yield value === undefined ? undefined : to(value)
}

/** How many lines, or matches, are looked at between two rests. */
export const STRETCH = 256

/** Uses each of the values, with a rest behind each. */
export function* each<A>(values: Iterable<A>, use: (value: A) => void): Steps<void> {
  for (const value of values) {
    use(value)
    yield
  }
}

export function* filter<A>(values: Iterable<A>, holds: (value: A) => Steps<boolean>): Steps<ReadonlyArray<A>> {
  const kept: Array<A> = []
  for (const value of values) if (yield* holds(value)) kept.push(value)
  return kept
}

/** The piece of work that was begun then goes on. Most take up to 3 ms, so that the process is free again after 5. */
export const SLICE_MS = 2

/** What was begun is in memory, so that no more is begun while so much of it rests. */
const RESTING = 8

/** What an effect is run in. */
export type Region = <A>(later: Effect.Effect<A>) => Effect.Effect<A>

/**
 * Work in slices, between which the process does what else there is to do. What takes more than one slice waits for `turn`;
 * all but the first slice is run in the region.
 */
export const sliced = (turn: Effect.Semaphore) => {
  let resting = 0
  return <A>(steps: Steps<A>, region: Region = identity): Effect.Effect<A> =>
    Effect.clockWith((clock) => {
      const slice = (): IteratorResult<Rest, A> => {
        const began = clock.unsafeCurrentTimeMillis()
        let step = steps.next()
        while (step.done !== true) {
          const took = clock.unsafeCurrentTimeMillis() - began
          // Below nought where the clock was set back.
          if (took >= SLICE_MS || took < 0) break
          step = steps.next()
        }
        return step
      }
      const rest: Effect.Effect<A> = Effect.suspend(() =>
        // To yield to other fibers would not do: the timers and sockets of the process wait as long.
        Effect.flatMap(Effect.sleep(0), () => {
          const step = slice()
          return step.done === true ? Effect.succeed(step.value) : rest
        })
      )
      const later = Effect.suspend(() => {
        resting += 1
        return Effect.ensuring(
          turn.withPermits(1)(rest),
          Effect.sync(() => {
            resting -= 1
          })
        )
      })
      return Effect.suspend(() => {
        if (resting >= RESTING) return region(later)
        const first = slice()
        return first.done === true ? Effect.succeed(first.value) : region(later)
      })
    })
}

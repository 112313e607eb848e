/** A few rounds of `npm run bench:load`; as many more as `ALGOGEN_CASES` says. */
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { describe } from "vitest"
import * as Load from "./load.js"

const FACTOR = Number(process.env["ALGOGEN_CASES"] ?? 1)

/** One for each run. */
const JOBS = Load.RUNS

/** What the heap may grow by: caches and compiled code of the first rounds. */
const ROOM = 15_000_000

const settledIn = ({ samples }: Pick<Load.Facts, "samples">) => samples.every(({ settled }) => settled === JOBS)

describe("64 runs at once", () => {
  it.live(
    "end, with an outcome for each job, and leave no socket, no listener and no memory behind",
    () =>
      Effect.gen(function* () {
        const facts = yield* Load.real({ jobs: JOBS, seconds: 4 * FACTOR })
        assert.isTrue(settledIn(facts))
        assert.isAbove(facts.outcomes.get("ok") ?? 0, 20)
        assert.isAbove(facts.outcomes.get("failed") ?? 0, 40)
        assert.strictEqual(facts.connections, 0)
        assert.strictEqual(facts.sockets, 0)
        assert.strictEqual(facts.samples.at(-1)?.listeners, facts.samples[0]?.listeners)
        assert.isBelow(Load.growth(facts.samples), ROOM)
      }),
    60_000 * FACTOR
  )

  it.live(
    "do the same in virtual time",
    () =>
      Effect.gen(function* () {
        const facts = yield* Load.virtual({ jobs: JOBS, seconds: 60 * FACTOR })
        assert.isTrue(settledIn(facts))
        assert.isAtLeast(facts.elapsed, 60_000 * FACTOR)
        assert.isBelow(Load.growth(facts.samples), ROOM)
      }),
    60_000 * FACTOR
  )
})

describe("what the heap is said to have grown by", () => {
  const MB = 1_000_000
  const of = (heaps: ReadonlyArray<number>) => Load.growth(heaps.map((megabytes) => ({ heap: megabytes * MB }))) / MB

  it("is what each round leaves behind, times the rounds, once the first third is over", () => {
    assert.strictEqual(of([10, 30, 40, 41, 42, 43, 44, 45, 46]), 5)
  })

  it("is nothing where the heap is flat, whatever one round or the first ones measured", () => {
    assert.strictEqual(of([10, 30, 40, 40, 40, 71, 40, 40, 40]), 0)
    assert.strictEqual(of([10, 30, 40, 40, 40, 40, 40, 40, 71]), 0)
  })

  it("is what lies between two rounds where there are no more", () => {
    assert.strictEqual(of([40, 42]), 2)
  })
})

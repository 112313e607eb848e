import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Array as Arr, FastCheck as fc } from "effect"
import * as Job from "../../../../src/cli/bulk/Job.js"
import * as Shard from "../../../../src/cli/bulk/Shard.js"
import { character, times } from "../../properties.js"

const text = fc.string({ unit: character, maxLength: 12 })
const job: fc.Arbitrary<Job.Job> = fc.record(
  { model: text, ticker: text, sample: fc.integer({ min: 1, max: 5 }), prompt: text, system: text },
  { requiredKeys: ["model", "ticker"] }
)

const shards = (of: number): ReadonlyArray<Shard.Shard> => Arr.makeBy(of, (n) => ({ index: n + 1, of }))

describe("shards", () => {
  it("have each job in exactly one of them, those that are alike in the same", () => {
    fc.assert(
      fc.property(fc.array(job, { maxLength: 30 }), fc.integer({ min: 1, max: 9 }), (jobs, of) => {
        for (const each of jobs) {
          const owners = shards(of).filter((shard) => Shard.has(shard, each))
          assert.strictEqual(owners.length, 1)
          const { index } = owners[0] ?? { index: 0 }
          for (const alike of [{ ...each }, { ...each, system: "other" }, { ...each, sample: each.sample ?? 1 }]) {
            assert.strictEqual(Shard.partOf(alike, of), index)
          }
        }
        // Together they are the whole, each in its order.
        const together = shards(of).flatMap((shard) => jobs.filter((each) => Shard.has(shard, each)))
        assert.sameMembers(together, jobs)
        assert.isTrue(jobs.every((each) => Shard.has(undefined, each)))
      }),
      { numRuns: times(200) }
    )
  })

  it("are about equally large", () => {
    const tickers = Arr.makeBy(50, (n) => `T${n}`)
    const jobs = [
      ...Job.product(tickers, ["openai/gpt-4o-mini", "x-ai/grok-3-mini", "qwen/qwen-2-7b-instruct:free"], 20)
    ]
    for (const of of [2, 3, 4, 7, 16]) {
      const sizes = shards(of).map((shard) => jobs.filter((each) => Shard.has(shard, each)).length)
      for (const size of sizes) assert.approximately(size / (jobs.length / of), 1, 0.2, `${of}: ${sizes.join(" ")}`)
    }
  })

  it("are the same in every run and in every version", () => {
    const parts = [...Job.product(["AAPL", "MSFT"], ["x/y", "x/z"], 2)].map((each) => Shard.partOf(each, 100))
    deepStrictEqual(parts, PARTS)
  })

  it("are written as 1/4", () => {
    deepStrictEqual(Shard.parse("1/1"), { index: 1, of: 1 })
    deepStrictEqual(Shard.parse(" 4 / 4 "), { index: 4, of: 4 })
    for (const bad of ["", "1", "0/4", "5/4", "1/0", "-1/4", "1/4/2", "a/b", "1.5/4", "1/"]) {
      deepStrictEqual(Shard.parse(bad), undefined, bad)
    }
  })
})

/** Written down once: if they change, an upgrade deals the jobs of a sharded run out anew. */
const PARTS = [69, 81, 31, 47, 10, 3, 94, 75]

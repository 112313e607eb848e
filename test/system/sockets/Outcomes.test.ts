/** Every behavior of the embedded server, and what it comes to. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import * as Behavior from "../../../src/simulator/Behavior.js"
import { rows as dialects } from "./dialects.js"
import { claim, measure, rows } from "./outcomes.js"

describe.concurrent("what the server did, what the caller gets, how many requests it took", { retry: 1 }, () => {
  it("covers every behavior that there is", () => {
    // What single servers do is measured in Dialects.test.ts.
    const plans = [...rows.flatMap(({ plans }) => plans), ...dialects.flatMap(({ plan = [] }) => plan)]
    const covered = new Set(plans.map((plan) => plan.replace(/\*\d+$/, "")))
    assert.sameMembers([...covered], [...Behavior.names])
  })

  for (const stream of [true, false]) {
    const test = () =>
      Effect.gen(function* () {
        const measured = yield* measure(stream)
        deepStrictEqual(
          measured.flatMap(({ results }) => results),
          measured.flatMap(({ row }) => row.plans.map((plan) => ({ plan, result: claim(row, stream) })))
        )
      })
    // Four attempts at a stall take 20 s, and a busy machine takes longer.
    it.live(stream ? "streamed" : "not streamed", test, 240_000)
  }
})

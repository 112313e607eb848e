/** What requests are known to have cost: unknown is said as unknown, and what was not sent costs nothing. */
import { describe, it } from "@effect/vitest"
import { strictEqual } from "@effect/vitest/utils"
import { Either, Exit } from "effect"
import { Usage } from "../../../src/domain/Answer.js"
import { costOf, costsOf } from "../../../src/domain/Attempt.js"
import * as Figures from "../../../src/domain/Figures.js"
import { ConnectionFailed, GenerationError, type Reason, TimedOut } from "../../../src/domain/GenerationError.js"
import * as CameTo from "../../../src/generation/CameTo.js"

const costing = (cost?: number) => ({
  status: 200,
  usage: new Usage({ promptTokens: 1, completionTokens: 1, ...(cost === undefined ? {} : { cost }) })
})
const refused = { status: 429 }
const failed = (reason: Reason) => {
  const error = new GenerationError({ model: "x/1", reason })
  return CameTo.of(Exit.fail(error), Either.left(error))
}

describe("the cost of a request", () => {
  const rows: ReadonlyArray<readonly [what: string, request: Parameters<typeof costOf>[0], cost: number | undefined]> =
    [
      ["an answer with a price", costing(0.25), 0.25],
      ["an answer without a price", costing(), undefined],
      ["a refusal", refused, 0],
      ["a connection that was refused", failed(new ConnectionFailed({ message: "no", unsent: true })), 0],
      ["a connection that broke off", failed(new ConnectionFailed({ message: "no" })), undefined],
      ["a connection that took too long to make", failed(new TimedOut({ clock: "connect", limitMs: 1 })), 0],
      ["an answer that took too long", failed(new TimedOut({ clock: "attempt", limitMs: 1 })), undefined]
    ]
  for (const [what, request, cost] of rows)
    it(`of ${what} is ${cost ?? "unknown"}`, () => strictEqual(costOf(request), cost))
})

describe("the cost of several requests", () => {
  const rows: ReadonlyArray<
    readonly [what: string, requests: Parameters<typeof costsOf>[0], cost: number | undefined, words: string]
  > = [
    ["none", [], 0, "$0"],
    ["refusals only", [refused, refused], 0, "$0"],
    ["a refusal and an answer without a price", [refused, costing()], undefined, "unknown"],
    ["a price of nothing", [costing(0)], 0, "$0"],
    ["a price of nothing and an answer without one", [costing(0), costing()], 0, "at least $0"],
    ["prices of nothing and what took too long", [costing(0), costing(0), {}], 0, "at least $0"],
    ["what took too long", [{}], undefined, "unknown"],
    ["a price and an answer without one", [costing(0.25), costing()], 0.25, "at least $0.2500"],
    ["prices", [costing(0.25), costing(0.5)], 0.75, "$0.7500"]
  ]
  for (const [what, requests, cost, words] of rows) {
    it(`${what}: ${words}`, () => {
      strictEqual(Figures.knownCost(costsOf(requests)), cost)
      strictEqual(Figures.cost(costsOf(requests)), words)
    })
  }
})

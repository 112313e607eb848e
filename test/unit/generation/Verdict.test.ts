/** Whom a refusal ends, by what the run has seen of other models. */
import { deepStrictEqual } from "@effect/vitest/utils"
import { describe, it } from "vitest"
import {
  AccountRefused,
  GenerationError,
  RateLimited,
  Rejected,
  type Reason
} from "../../../src/domain/GenerationError.js"
import * as Verdict from "../../../src/generation/Verdict.js"

const certain = (status = 401) => new AccountRefused({ status, detail: "said" })
const perhaps = (status = 401) => new AccountRefused({ status, detail: "said", unproven: true })
const ok = "answered"

const MODELS = ["a/1", "a/2", "b/1", "c/1", "c/2:free", "plain", "other"]

/** Which of the models are still asked after all that. */
const left = (...seen: ReadonlyArray<readonly [model: string, what: Reason | typeof ok]>) => {
  const verdict = Verdict.make()
  for (const [model, what] of seen) {
    if (what === ok) verdict.answered(model)
    else verdict.hear(new GenerationError({ model, reason: what }))
  }
  return MODELS.filter((model) => verdict.on(model) === undefined)
}

const but = (...ended: ReadonlyArray<string>) => MODELS.filter((model) => !ended.includes(model))

describe("a refusal that names the key or the account", () => {
  for (const [what, still, expected] of [
    ["before any answer", left(["a/1", certain()]), []],
    ["after an answer of its own", left(["a/1", ok], ["a/1", certain(402)]), []],
    ["after one of another model", left(["b/1", ok], ["a/1", certain()]), but("a/1")],
    ["after one of its own and one of another", left(["a/1", ok], ["b/1", ok], ["a/1", certain(402)]), but("a/1")],
    ["of a second model", left(["b/1", ok], ["a/1", certain(402)], ["a/2", certain(402)]), []],
    ["of the same model again", left(["b/1", ok], ["a/1", certain()], ["a/1", certain()]), but("a/1")],
    [
      "of a second model, with an answer between them",
      left(["b/1", ok], ["a/1", certain()], ["b/1", ok], ["a/2", certain()]),
      but("a/1", "a/2")
    ],
    ["of two that had answered", left(["a/1", ok], ["b/1", ok], ["a/1", certain()], ["b/1", certain()]), []]
  ] as const) {
    it(what, () => deepStrictEqual(still, expected))
  }
})

describe("a refusal that names neither", () => {
  for (const [what, still, expected] of [
    ["of one model", left(["a/1", perhaps()]), MODELS],
    ["of the same model again", left(["a/1", perhaps()], ["a/1", perhaps()]), but("a/1")],
    ["of the same model, in two ways", left(["a/1", perhaps(401)], ["a/1", perhaps(402)]), MODELS],
    [
      "of the same model again, while others answer",
      left(["a/2", ok], ["a/1", perhaps()], ["a/2", ok], ["a/1", perhaps()]),
      but("a/1")
    ],
    ["of one that had answered, again", left(["a/1", ok], ["a/1", perhaps()], ["a/1", perhaps()]), MODELS],
    ["of two vendors", left(["a/1", perhaps()], ["b/1", perhaps()]), []],
    ["of two models without a vendor", left(["plain", perhaps()], ["other", perhaps()]), []],
    ["of two models of a vendor", left(["a/1", perhaps()], ["a/2", perhaps()]), but("a/1", "a/2")],
    ["of a vendor and another", left(["a/1", perhaps()], ["a/2", perhaps()], ["b/1", perhaps()]), []],
    ["of two vendors, in two ways", left(["a/1", perhaps(401)], ["b/1", perhaps(402)]), MODELS],
    ["of two vendors, with an answer between them", left(["a/1", perhaps()], ["c/1", ok], ["b/1", perhaps()]), MODELS],
    ["of models that never answered", left(["c/1", ok], ["a/1", perhaps()], ["b/1", perhaps()]), MODELS],
    ["of models that had answered", left(["a/1", ok], ["b/1", ok], ["a/1", perhaps()], ["b/1", perhaps()]), []]
  ] as const) {
    it(what, () => deepStrictEqual(still, expected))
  }
})

describe("any other failure", () => {
  const daily = new RateLimited({ status: 429, scope: "free-per-day", message: "said", hinted: false })
  const rejected = new Rejected({ status: 403, message: "said", fallbackModels: [] })
  for (const [what, still, expected] of [
    ["a quota of the day", left(["c/2:free", daily]), but("c/2:free")],
    ["a rejected request", left(["a/1", rejected], ["b/1", rejected]), MODELS]
  ] as const) {
    it(what, () => deepStrictEqual(still, expected))
  }
})

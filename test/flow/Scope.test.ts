import { assert, describe, it } from "@effect/vitest"
import * as Scope from "../../src/FlowControl/Scope.js"

type Step = readonly ["limited" | "answered", string] | readonly ["other"]

const after = (...steps: ReadonlyArray<Step>): boolean =>
  Scope.isAccountWide(
    steps.reduce(
      (evidence, step) => (step[0] === "other" ? Scope.other(evidence) : Scope[step[0]](evidence, step[1])),
      Scope.none
    )
  )

describe("whom a rate limit concerns", () => {
  it("is the model, however often one or two are refused", () => {
    assert.isFalse(after(["limited", "a"], ["limited", "a"], ["limited", "a"], ["limited", "a"]))
    assert.isFalse(after(["limited", "a"], ["limited", "b"], ["limited", "a"], ["limited", "b"]))
  })

  it("is the account when three distinct models are refused", () => {
    assert.isTrue(after(["limited", "a"], ["limited", "b"], ["limited", "c"]))
    assert.isTrue(after(["limited", "a"], ["answered", "d"], ["limited", "b"], ["answered", "e"], ["limited", "c"]))
  })

  it("looks at the last ten outcomes, whatever they were", () => {
    const others = (count: number): ReadonlyArray<Step> => Array.from({ length: count }, () => ["other"] as const)
    assert.isTrue(after(["limited", "a"], ["limited", "b"], ...others(7), ["limited", "c"]))
    assert.isFalse(after(["limited", "a"], ["limited", "b"], ...others(8), ["limited", "c"]))
  })

  it("is not proven by models that go on being refused while others are answered", () => {
    const dead: ReadonlyArray<Step> = [
      ["limited", "a"],
      ["limited", "b"],
      ["answered", "x"],
      ["limited", "a"],
      ["limited", "b"]
    ]
    const later: ReadonlyArray<Step> = Array.from({ length: 10 }, () => ["answered", "y"] as const)
    assert.isFalse(after(["limited", "c"], ...dead, ...later, ["limited", "a"], ["limited", "b"], ["limited", "c"]))
  })

  it("is proven again by a model that was answered meanwhile", () => {
    assert.isTrue(
      after(
        ["limited", "a"],
        ["answered", "x"],
        ["answered", "a"],
        ["limited", "a"],
        ["limited", "b"],
        ["limited", "c"]
      )
    )
  })

  it("is open from the first refusal until the third model's", () => {
    let evidence = Scope.none
    const open = ["a", "b", "c"].map((model) => {
      evidence = Scope.limited(evidence, model)
      return Scope.isOpen(evidence)
    })
    assert.deepStrictEqual([Scope.isOpen(Scope.none), ...open], [false, true, true, false])
  })

  it("is forgotten when the account has said until when, but for models that were suspect before", () => {
    const suspect = Scope.answered(Scope.limited(Scope.none, "a"), "x")
    const evidence = Scope.explained(["b", "c", "d"].reduce(Scope.limited, suspect))
    assert.isFalse(Scope.isOpen(evidence))
    assert.deepStrictEqual([...Scope.answered(evidence, "x").suspects], ["a"])
  })
})

import { assert, describe, it } from "@effect/vitest"
import * as Scope from "../../../../src/flow/pure/Evidence.js"

type Step = readonly ["limited" | "answered", string] | readonly ["other"]

const after = (...steps: ReadonlyArray<Step>): boolean =>
  Scope.isAccountWide(
    steps.reduce((evidence, step) => {
      if (step[0] === "other") return Scope.other(evidence, "other")
      return step[0] === "answered" ? Scope.answered(evidence, step[1]) : Scope.limited(evidence, step[1], false)
    }, Scope.none)
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

  it("is the account of two models that were answered, however many samples of one are refused first", () => {
    let evidence = Scope.answered(Scope.answered(Scope.none, "a"), "b")
    for (let sample = 0; sample < 64; sample += 1) evidence = Scope.limited(evidence, "a", false)
    const isOfFew = () => Scope.isAccountOfFew(evidence, new Set(), () => Number.NaN)
    assert.isFalse(isOfFew())
    evidence = Scope.limited(evidence, "b", false)
    assert.isTrue(isOfFew())
  })

  it("is the account of two models of which one lives, where both are refused until the same moment", () => {
    let evidence = Scope.answered(Scope.none, "a")
    for (const model of ["a", "b"]) evidence = Scope.limited(evidence, model, true)
    const isOfFew = (ofA: number, ofB: number, ...letIn: ReadonlyArray<string>) =>
      Scope.isAccountOfFew(evidence, new Set(letIn), (model) => (model === "a" ? ofA : ofB))
    assert.isTrue(isOfFew(60_000, 61_000))
    assert.isFalse(isOfFew(60_000, 61_001))
    assert.isFalse(isOfFew(Number.NaN, Number.NaN))
    assert.isFalse(isOfFew(60_000, Number.NaN))
    assert.isTrue(isOfFew(Number.NaN, Number.NaN, "b"))
    // A third one is let in meanwhile, whether it was answered already or not.
    assert.isFalse(isOfFew(60_000, 60_000, "a", "c"))
    // Nobody says that one of these two lives.
    evidence = ["b", "c"].reduce((all, model) => Scope.limited(all, model, true), Scope.none)
    assert.isFalse(isOfFew(60_000, 60_000))
  })

  it("is open from the first refusal until the third model's, where they say until when", () => {
    const open = (hinted: boolean) => {
      let evidence = Scope.none
      return ["a", "b", "c"].map((model) => {
        evidence = Scope.limited(evidence, model, hinted)
        return Scope.isOpen(evidence)
      })
    }
    assert.isFalse(Scope.isOpen(Scope.none))
    assert.deepStrictEqual(open(true), [true, true, false])
    assert.deepStrictEqual(open(false), [false, false, false])
  })

  it("is forgotten when the account has said until when, but for models that were suspect before", () => {
    const suspect = Scope.answered(Scope.limited(Scope.none, "a", true), "x")
    const refused = Scope.limited(Scope.limited(suspect, "b", true), "c", true)
    const evidence = Scope.explained(refused)
    assert.deepStrictEqual([Scope.isAccountWide(refused), Scope.isAccountWide(evidence)], [true, false])
    assert.isFalse(Scope.isOpen(evidence))
    const suspects = (model: string) => Scope.timesSuspect(Scope.answered(evidence, "x"), model)
    assert.deepStrictEqual(["a", "b", "c"].map(suspects), [1, 0, 0])
  })
})

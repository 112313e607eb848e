import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Either } from "effect"
import { make } from "../../../src/code/CodeCheck.js"
import * as Cuts from "../../../src/code/python/Cuts.js"
import * as Parser from "../../../src/code/python/Parser.js"
import { tree } from "../../../src/code/python/PythonCheck.js"
import * as Target from "../../../src/code/python/Target.js"
import * as Tokenizer from "../../../src/code/python/Tokenizer.js"
import type { Module } from "../../../src/code/python/Tree.js"
import * as Steps from "../../../src/code/Steps.js"
import { good } from "./fixtures.js"
import { fenced, repeated, shapes } from "./shapes.js"
import { counted } from "./steps.js"

const { accept, acceptInSlices: sliced = () => assert.fail("the checks have no slices") } = make()

describe("an answer in slices", () => {
  it("has the verdict that it has at once", () => {
    for (const shape of Object.values(shapes)) {
      const answer = shape(10 * 1024)
      assert.deepStrictEqual(Effect.runSync(Effect.withClock(sliced(answer), still)), accept(answer))
    }
  })

  it("is not for checks that are replaced", () => {
    const own = { ...make(), accept }
    assert.isUndefined(own.acceptInSlices)
  })

  it("of the usual length takes no rest", () => {
    assert.isTrue(Either.isRight(Effect.runSync(Effect.withClock(sliced(fenced("")), still))))
  })

  it("rests also where the clock is set back", () => {
    let time = 0
    const back = Object.assign(Clock.make(), { unsafeCurrentTimeMillis: () => (time -= 1_000) })
    assert.throws(() => Effect.runSync(Effect.withClock(sliced(fenced("")), back)), "async")
  })

  it.live("lets timers fire in between, also when several come at once", () =>
    Effect.gen(function* () {
      const answer = fenced(repeated("def f(a, b):\n    return a.b[0] + b(1)\n", 55 * 1024))
      let fired = 0
      const timer = setInterval(() => fired++, 1)
      const results = yield* Effect.all(
        Array.from({ length: 4 }, () => sliced(answer)),
        { concurrency: "unbounded" }
      )
      clearInterval(timer)
      assert.isAbove(fired, 4)
      assert.isTrue(results.every(Either.isRight))
      const verdict = accept(answer)
      for (const result of results) assert.deepStrictEqual(result, verdict)
    })
  )
})

const still: Clock.Clock = { ...Clock.make(), unsafeCurrentTimeMillis: () => 0 }

const HAS_BLOCKS = /^(?:.*Def|(?:Async)?(?:With|For)|If|While|Try.*|Match.*|ExceptHandler)$/

/** As text, each with so many lines before it, and without the ends of statements with blocks. */
const statementsOf = ({ body }: Module, lines: number): ReadonlyArray<string> =>
  body.map((node) =>
    JSON.stringify(node, function (this: { readonly nodeType?: unknown }, key, value: unknown) {
      if (key.startsWith("end_") && HAS_BLOCKS.test(String(this.nodeType))) return undefined
      return typeof value === "number" && key.endsWith("lineno")
        ? value + lines
        : typeof value === "bigint"
          ? `${value}`
          : value
    })
  )

/** The parts in which a module is parsed, as the rests behind them, and what comes of it. */
const inParts = (source: string) => {
  const tokens = Either.getOrThrow(Tokenizer.tokenize(source, Target.of("3.13")))
  const [result, rests] = counted(Parser.tree(source, Cuts.statements(tokens.all), () => tokens))
  return { rests, result, tokens: tokens.all.length }
}

describe("a module that is parsed in parts", () => {
  const METHOD = "    def f(self, a):\n        for b in a:\n            self.c = b\n        return a[0]\n"
  const large = {
    "a class": `class A:\n${METHOD.repeat(300)}`,
    "a function": `def f(a):\n${"    a = a + 1\n".repeat(2000)}`,
    "loops in loops": `def f(a):\n${Array.from({ length: 60 }, (_, depth) => `${" ".repeat(depth + 1)}for b in a:\n${`${" ".repeat(depth + 2)}a = b + 1\n`.repeat(20)}`).join("")}`,
    branches: `if a:\n${"    a = 1\n".repeat(600)}elif b:\n${"    a = 2\n".repeat(600)}else:\n${"    a = 3\n".repeat(600)}`,
    "a try": `try:\n${"    a = 1\n".repeat(600)}except B as c:\n    # none\n${"    a = 2\n".repeat(600)}finally:\n${"    a = 3\n".repeat(600)}`,
    "a match": `match a:\n    case 1:\n${"        a = 1\n".repeat(600)}    case [2, *_] if b:\n${"        a = 2\n".repeat(600)}`
  }

  it.each(Object.entries(large))("%s: each part is small, and the tree is the same", (_, source) => {
    const { rests, result, tokens } = inParts(source)
    assert.isAtLeast(rests, tokens / Cuts.PART)
    const whole = Either.getOrThrow(Steps.run(Parser.tree(source, [], () => assert.fail("it is right"))))
    assert.deepStrictEqual(statementsOf(Either.getOrThrow(result), 0), statementsOf(whole, 0))
  })

  it.each([0, 1, 2])("in a block the first mistake is the one that is reported (%i)", (first) => {
    const lines = [2, 700, 1300]
    const source = large["branches"].split("\n")
    for (const line of lines.slice(first)) source[line - 1] = "    a = = 1"
    const text = source.join("\n")
    const { result } = inParts(text)
    assert.deepStrictEqual(Either.isLeft(result) && result.left.failure.line, lines[first])
    source[0] = "if a"
    const { result: outer } = inParts(source.join("\n"))
    assert.deepStrictEqual(Either.isLeft(outer) && outer.left.failure.line, 1)
  })

  it("has the tree that it has as a whole", () => {
    const target = Target.of("3.13")
    const sources = good.map((source) => `${source.replaceAll(/^from __future__.*$/gm, "")}\n`)
    for (let from = 0; from < sources.length; from += 8) {
      let lines = 0
      const parts: Array<string> = []
      const some = sources.slice(from, from + 8)
      for (const source of some) {
        parts.push(...statementsOf(Either.getOrThrow(tree(source, target)), lines))
        lines += source.split("\n").length - 1
      }
      assert.deepStrictEqual(statementsOf(Either.getOrThrow(tree(some.join(""), target)), 0), parts)
    }
  })

  it("is wrong on the line on which it is wrong as a whole", () => {
    const long = repeated("def f(a, b):\n    return a + b\n", 25 * 1024)
    const lines = long.split("\n").length
    const result = accept(fenced(`${long}x = = 1\n${long}`))
    assert.deepStrictEqual(Either.isLeft(result) ? [result.left.code, result.left.line] : [], ["invalid-syntax", lines])
  })

  it("is cut before a line that is continued in a statement", () => {
    const list = `a = [${"b, ".repeat(600)}]`
    for (const [indent, head] of [
      ["", ""],
      ["    ", "def f(b):\n"]
    ]) {
      const cut = `${head}${`${indent}${list}\n${indent}\\\n\\\n`.repeat(6)}${indent}c = 1\n`
      assert.isTrue(Either.isRight(tree(cut, Target.of("3.11"))), cut.slice(-40))
      assert.isTrue(Either.isLeft(tree(`${cut}\\\n`, Target.of("3.11"))))
    }
  })

  it("is cut at no decorator and no branch", () => {
    const long = repeated("def f(a, b):\n    return a + b\n", 30 * 1024)
    const tail =
      "@f\n@f\nclass A:\n    pass\ntry:\n    x = 1\nexcept ValueError:\n    x = 2\nelse:\n    x = 3\nfinally:\n    x = 4\n"
    assert.deepStrictEqual(
      Either.map(tree(long + tail.repeat(300), Target.of("3.11")), ({ body }) => body.length),
      Either.right(long.split("def").length - 1 + 600)
    )
  })
})

describe("a module is bounded", () => {
  const code = (module: string): string => {
    const result = accept(fenced(module))
    return Either.isLeft(result) ? result.left.code : "accepted"
  }

  it("by its names, numbers and signs, whether in one statement or in many", () => {
    assert.strictEqual(code("x = a.b\n".replace("a.b", "1").repeat(8000)), "accepted")
    assert.strictEqual(code("x = 1\n".repeat(8300)), "too-large")
    assert.strictEqual(code(`x = [${"a, ".repeat(16_000)}]\n`.replace("x", "a = 1\nx")), "accepted")
    assert.strictEqual(code(`x = [${"a, ".repeat(16_400)}]\n`.replace("x", "a = 1\nx")), "too-large")
  })

  it("but not by rows of numbers", () => {
    const row = "1.25,\n".repeat(15_000)
    assert.strictEqual(code(`x = [${row}]\ny = (${row} 2)\n`), "accepted")
    assert.strictEqual(code(`x = [${row} 1 2, ${row}]\n`), "invalid-syntax")
    assert.strictEqual(code(`x = [${row} os, ${row}]\n`), "undefined-name")
    assert.strictEqual(code(`x = ${"1.25, ".repeat(15_000)} \\\n  ${"2, ".repeat(20)} \\\n  3\n`), "accepted")
    assert.strictEqual(code(`x = [\n${"1, # \\\n".repeat(2000)}]\n`), "accepted")
  })
})

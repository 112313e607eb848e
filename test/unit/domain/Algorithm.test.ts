/** The text of an algorithm's file. */
import { assert, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { DateTime } from "effect"
import * as Contract from "../../../src/code/Contract.js"
import { Algorithm, codeOf, mayReplace, toPython } from "../../../src/domain/Algorithm.js"
import { CALLS } from "../../../src/domain/PythonModule.js"

const facts = {
  model: "x/1",
  ticker: "AAPL",
  code: "x = 1\n",
  promptHash: "ab12",
  generatedAt: DateTime.unsafeMake(0)
}

it("says below the ticker which strategy was asked for, where there is one", () => {
  const header = (algorithm: Algorithm) => toPython(algorithm).split("\n").slice(2, 6)
  deepStrictEqual(header(new Algorithm({ ...facts, strategy: "grid" })), [
    "# model: x/1",
    "# ticker: AAPL",
    "# strategy: grid",
    "# date: 1970-01-01T00:00:00.000Z"
  ])
  deepStrictEqual(header(new Algorithm(facts)).slice(1), [
    "# ticker: AAPL",
    "# date: 1970-01-01T00:00:00.000Z",
    "# prompt: sha256 ab12"
  ])
})

it("says how it is called where that is not the usual way", () => {
  const calls = (arity?: 3) =>
    toPython(new Algorithm({ ...facts, arity }))
      .split("\n")
      .filter((line) => line.startsWith("# call:"))
  deepStrictEqual(calls(3), [`# call: ${Contract.ENTRY_POINT}${Contract.THREE}`])
  deepStrictEqual(calls(), [])
  deepStrictEqual(CALLS[5], `${Contract.ENTRY_POINT}${Contract.FIVE}`)
})

it("takes the place of an earlier file of the same model and ticker, whatever the strategy was", () => {
  const [plain, grid] = [undefined, "grid"].map((strategy) => toPython(new Algorithm({ ...facts, strategy })))
  const other = toPython(new Algorithm({ ...facts, strategy: "grid", ticker: "TSLA" }))
  assert.isTrue(mayReplace(plain ?? "", grid ?? "") && mayReplace(grid ?? "", plain ?? ""))
  assert.isFalse(mayReplace(other, grid ?? ""))
})

it("has its code below the header of its file, whatever that says, and a file of others has no header", () => {
  const code = "# Trades.\n\n# model: none\nx = 1\n"
  for (const more of [
    {},
    { simulated: true },
    { arity: 3 as const, servedModel: "y/2", strategy: "grid", sample: 2 }
  ]) {
    const file = toPython(new Algorithm({ ...facts, ...more, code }))
    deepStrictEqual(codeOf(file), code)
    deepStrictEqual(codeOf(file.replaceAll("\n", "\r\n")), code.replaceAll("\n", "\r\n"))
  }
  for (const other of [code, `# -*- coding: utf-8 -*-\n${code}`, ""]) deepStrictEqual(codeOf(other), other)
})

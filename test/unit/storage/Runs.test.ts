/** What a journal knows of its runs. */
import { describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Began, Finished, type Head, runs } from "../../../src/storage/journal/Record.js"

const began = (run: string, keys?: ReadonlyArray<string>) =>
  new Began({ run, at: 1, keys, ticker: keys === undefined ? undefined : "AAPL" })
const answered = (key: string): Head => ({ _tag: "Answered", key, at: 2 })
const finished = (run: string, keys?: ReadonlyArray<string>) => new Finished({ run, at: 3, answered: keys })

const told = (...records: ReadonlyArray<Head>) =>
  runs(records).map(({ answered, asked, finished, run }) => [run, asked, answered, finished])

describe("a run", () => {
  it("has the requests that it made, those that were answered, and whether it came to its end", () => {
    deepStrictEqual(told(began("a", ["1", "2", "3"]), answered("1"), answered("2")), [["a", 3, 2, false]])
    deepStrictEqual(told(began("a", ["1", "2"]), answered("1"), answered("1"), finished("a", ["1"])), [
      ["a", 2, 1, true]
    ])
    deepStrictEqual(told(began("a", ["1", "2"]), answered("1"), answered("2"), finished("a")), [["a", 2, 2, true]])
  })

  it("counts what it found of an earlier run, which gets no more answers itself", () => {
    deepStrictEqual(
      told(began("a", ["1", "2"]), answered("1"), began("b", ["1", "2"]), answered("2"), finished("b", ["1", "2"])),
      [
        ["a", 2, 1, false],
        ["b", 2, 2, true]
      ]
    )
  })

  it("beside another one with other requests gets its own answers only", () => {
    deepStrictEqual(told(began("a", ["1"]), began("b", ["2"]), answered("2"), answered("3"), answered("1")), [
      ["a", 1, 1, false],
      ["b", 1, 1, false]
    ])
  })

  it("of a stream of requests does not know how many there are", () => {
    deepStrictEqual(told(began("a"), answered("1"), answered("2"), finished("a")), [["a", undefined, 2, true]])
  })
})

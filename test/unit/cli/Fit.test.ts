/** Texts that are made to fit into columns. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { FastCheck as fc } from "effect"
import stringWidth from "string-width"
import * as Fit from "../../../src/cli/view/Fit.js"
import * as Look from "../../../src/cli/view/Look.js"

const widest = (lines: ReadonlyArray<string>) => Math.max(...lines.map((line) => stringWidth(line)))

describe("a sentence", () => {
  it("breaks between words, and leaves a number with its unit", () => {
    deepStrictEqual(Fit.wrap("fee 0.01 %, and more", 8), ["fee", "0.01 %,", "and more"])
    deepStrictEqual(Fit.wrap("slippage 0.05 %.", 13), ["slippage", "0.05 %."])
    deepStrictEqual(Fit.wrap("a % b", 3), ["a %", "b"])
  })
})

describe("a path that is shortened", () => {
  const path = "generated/generated_algo_meta_llama_llama_3_2_1b_instruct_free.py"

  it("keeps its folder and as many whole words of its end as fit", () => {
    assert.strictEqual(Fit.shorten(path, path.length), path)
    assert.strictEqual(Fit.shorten(path, path.length - 1), "generated/…_algo_meta_llama_llama_3_2_1b_instruct_free.py")
    assert.strictEqual(Fit.shorten(path, 30), "generated/…_instruct_free.py")
    assert.strictEqual(Fit.shorten("generated/AAPL/2026/name.py", 19), "generated/…/name.py")
    assert.strictEqual(Fit.shorten(path, 19), "generated/…_free.py")
    assert.strictEqual(Fit.shorten(path, 40, "..."), "generated/..._3_2_1b_instruct_free.py")
  })

  it("goes without its folder where that leaves no room for a word of the name", () => {
    assert.strictEqual(Fit.shorten(path, 18), "…_instruct_free.py")
    assert.strictEqual(Fit.shorten("microsoft/phi-3-mini-128k-instruct:free", 22), "…-128k-instruct:free")
  })

  it("is cut where there is no place to take it apart", () => {
    assert.strictEqual(Fit.shorten("買買買買", 5), "買買…")
  })

  it("is never too wide, and begins and ends as the path does", () => {
    const part = fc.string({ unit: fc.constantFrom("a", "b", "買", "é", "🐍", "_", "-", ".", "/"), maxLength: 40 })
    fc.assert(
      fc.property(part, fc.integer({ min: 1, max: 40 }), (text, columns) => {
        const short = Fit.shorten(text, columns)
        assert.isAtMost(stringWidth(short), columns)
        const [head = "", tail = ""] = short.split("…")
        assert.isTrue(short === text || (text.startsWith(head) && text.endsWith(tail)), short)
      })
    )
  })
})

describe("paths and ids that are shortened together", () => {
  it("are told apart, from the word on in which they differ", () => {
    const files = ["s/AAPL/generated_algo_x_free.py", "s/MSFT/generated_algo_x_free.py", "s/generated_algo_y_free.py"]
    deepStrictEqual(Fit.shortenAll(files, 20), ["…/AAPL…_x_free.py", "…/MSFT…_x_free.py", "s/…_algo_y_free.py"])
    const ids = ["meta-llama/llama-3.2-1b-instruct:free", "meta-llama/llama-3.2-3b-instruct:free", "qwen/qwen-2:free"]
    deepStrictEqual(Fit.shortenAll(ids, 8), ["…-1b-in…", "…-3b-in…", "…-2:free"])
    deepStrictEqual(Fit.shortenAll(ids, 99), ids)
  })

  it("stay as they are where they are the same, or end in what tells them apart", () => {
    const text = "generated/generated_algo_x_free.py"
    deepStrictEqual(Fit.shortenAll([text, text], 20), Array(2).fill(Fit.shorten(text, 20)))
    const samples = ["openai/gpt-4o-mini-instruct #2", "openai/gpt-4o-mini-instruct #3"]
    deepStrictEqual(
      Fit.shortenAll(samples, 14),
      samples.map((sample) => Fit.shorten(sample, 14))
    )
  })

  it("are never too wide", () => {
    const part = fc.string({ unit: fc.constantFrom("a", "b", "買", "/", "_", "-"), maxLength: 12 })
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), fc.integer({ min: 1, max: 12 }), (texts, columns) => {
        const short = Fit.shortenAll(texts, columns)
        assert.lengthOf(short, texts.length)
        for (const text of short) assert.isAtMost(stringWidth(text), columns)
      })
    )
  })
})

describe("a text that is wrapped", () => {
  it("has its words whole, and goes on indented", () => {
    deepStrictEqual(Fit.wrap("one two three", 7), ["one two", "three"])
    deepStrictEqual(Fit.wrap("one two three", 6), ["one", "two", "three"])
    assert.strictEqual(Fit.hang("✗ x/1: the server is overloaded", 18), "✗ x/1: the server\n    is overloaded")
    deepStrictEqual(Fit.below("one two three", 11), ["    one two", "    three"])
  })

  it("takes a word that is wider than a line apart at its separators, and characters apart without any", () => {
    deepStrictEqual(Fit.wrap("see generated/generated_algo_x.py", 16), ["see", "generated/", "generated_algo_", "x.py"])
    deepStrictEqual(Fit.wrap("買買買買", 5), ["買買", "買買"])
  })

  it("is never too wide and loses nothing", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "買", "🐍", " ", "/", "_"), maxLength: 60 })
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 30 }), (text, columns) => {
        const lines = Fit.wrap(text, columns)
        assert.isAtMost(widest(lines), columns)
        assert.strictEqual(lines.join("").replaceAll(" ", ""), text.replaceAll(" ", ""))
      })
    )
  })
})

describe("a table that is made to fit", () => {
  const rows = [["meta-llama/llama-3.2-1b-instruct:free", "131072", "0.00"]]
  const table = (columns: number) =>
    Fit.table(["model", "context", "price"], rows, Look.terminal(columns), { dispensable: [1] })

  it("goes without what is dispensable, and then shortens the ids", () => {
    assert.strictEqual(table(80).split("\n")[1], "meta-llama/llama-3.2-1b-instruct:free  131072   0.00")
    assert.strictEqual(table(52).split("\n")[1], "meta-llama/llama-3.2-1b-instruct:free  0.00")
    assert.strictEqual(table(40).split("\n")[1], "meta-llama/…-1b-instruct:free  0.00")
    for (const columns of [20, 30, 45, 46]) assert.isBelow(widest(table(columns).split("\n")), columns)
  })

  it("has whole ids in a file, however long they are, and all that stands behind them", () => {
    const id = `folder/${"a_long_name_".repeat(12)}free.py`
    const lines = Fit.table(["file", "context", "price"], [[id, "131072", "0.00"]], Look.plain, { dispensable: [1] })
    assert.strictEqual(lines.split("\n")[1], `${id}  0.00`)
  })
})

describe("what is said", () => {
  const address = `http://127.0.0.1:8080/${"token-".repeat(8)}/`
  const text = `one two three four five six\nView: ${address}`

  it("is wrapped between words on a terminal, where an address stays whole", () => {
    deepStrictEqual(Fit.said(text, Look.terminal(20)).split("\n"), [
      "one two three four",
      "    five six",
      "View:",
      `    ${address}`
    ])
  })

  it("stays as it is in a file, and where it has been set for a terminal", () => {
    deepStrictEqual(Fit.said(text, Look.plain), text)
    const help = `\u001b[1m${"bold ".repeat(20)}\u001b[0m`
    deepStrictEqual(Fit.said(help, Look.terminal(20)), help)
  })
})

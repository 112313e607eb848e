/** Small readings of which the whole extraction makes use, by themselves. */
import { assert, describe, it } from "@effect/vitest"
import * as Embedded from "../../../src/code/extraction/Embedded.js"
import * as Prose from "../../../src/code/extraction/Prose.js"
import * as Thinking from "../../../src/code/extraction/Thinking.js"
import * as Steps from "../../../src/code/Steps.js"
import { entry } from "./blocks.js"
import { at, withoutRests } from "./steps.js"

describe("thoughts", () => {
  const drop = (text: string, isCode = false) => Steps.run(Thinking.drop(text, () => at(() => isCode)))

  it.each<[what: string, text: string, kept: string, unclosed: string | undefined, thought: boolean]>([
    ["none", "code", "code", undefined, false],
    ["a mark that says nothing of thoughts", "code<|im_end|>", "code<|im_end|>", undefined, false],
    ["in the middle", "a\n<think>b</think>c", "a\nc", undefined, true],
    ["that never end", "a\n<think>b", "a\n", "b", true],
    ["of which the beginning is lost", "a\n</think>b", "b", undefined, true],
    ["before the final channel", "a<|channel|>final<|message|>b", "b", undefined, true]
  ])("%s", (_, text, kept, unclosed, thought) => {
    assert.deepStrictEqual(drop(text), { kept, unclosed, thought })
  })

  it("in code are none", () => {
    const text = "a\n<think>b</think>c"
    assert.deepStrictEqual(drop(text, true), { kept: text, unclosed: undefined, thought: false })
  })
})

describe("a string of another language", () => {
  /** Code whose last line is a comment with this in it, as JavaScript writes it. */
  const read = (escape: string) =>
    withoutRests(
      Embedded.texts(`const code = "${entry.replaceAll("\n", "\\n").replaceAll('"', '\\"')}# <${escape}>";`)
    ).map(({ text }) => /<([^]*)>/.exec(text)?.[1])

  it.each([
    ["\\t", "\t"],
    ["\\r", "\r"],
    ["\\r\\n", "\n"],
    ["\\b", "\b"],
    ["\\f", "\f"],
    ['\\"', '"'],
    ["\\'", "'"],
    ["\\\\", "\\"],
    ["\\/", "/"],
    ["\\u00e9", "é"],
    ["\\x41", "A"],
    ["\\ud83d\\ude00", "😀"]
  ])("%j", (escape, meaning) => assert.deepStrictEqual(read(escape), [meaning]))

  it("has no escape that only one language knows", () => assert.deepStrictEqual(read("\\q"), []))
})

describe("a notebook", () => {
  const read = (...cells: ReadonlyArray<unknown>) =>
    withoutRests(Embedded.texts(JSON.stringify({ cells }))).map(({ text }) => text)
  const [first, second] = ["import math\n", entry]

  it.each<[what: string, cell: (source: string) => unknown]>([
    ["a text", (source) => ({ cell_type: "code", source })],
    ["lines with their breaks", (source) => ({ cell_type: "code", source: source.split(/(?<=\n)/) })],
    ["lines without", (source) => ({ source: source.trimEnd().split("\n") })]
  ])("is one module, its cells being %s", (_, cell) => {
    assert.strictEqual(read(cell(first), cell(second))[0], `${first}\n${entry.trimEnd()}`)
  })

  it("has cells of words, and others that are nothing of the kind", () => {
    const code = [{ source: first }, { source: second }]
    const words = { cell_type: "markdown", source: "execute_trade" }
    for (const other of [words, null, 1, {}, { source: 1 }, { source: [1] }, { source: "" }]) {
      assert.strictEqual(read(...code, other)[0], `${first}\n${entry.trimEnd()}`, JSON.stringify(other))
    }
  })

  it("of a single cell is that cell", () => {
    assert.deepStrictEqual(new Set(read({ source: second })), new Set([entry]))
  })
})

describe("a line that is prose", () => {
  /** Whether a module may follow the line, or it is taken for a part of the code. */
  const isProse = (line: string): boolean => {
    const wrong = (source: string) => at(source.startsWith(line) ? 1 : undefined)
    return withoutRests(Prose.regions(`${line}\n\n${entry}`, wrong)).length === 1
  }

  it.each<[line: string, prose: boolean]>([
    ["Here is the code you asked for.", true],
    ["It works", true],
    ["It works.", true],
    ["Here is code", true],
    ["a b c 1 + 2 - 3", true],
    ["x = 1", false],
    ["return price", false],
    ["print(1)", false],
    ["@cached", false],
    ["import math now please", false],
    ["## The module", true],
    ["- a point", true],
    ["1. a point", true],
    ["以下是代码", true],
    ["return 以下是代码", false],
    ["<b>Here is the code</b>", true],
    ["<b> <i>", true],
    ["prices and more prices", true],
    ["price, tick", false],
    ["✅ done", true]
  ])("%s: %s", (line, prose) => {
    assert.strictEqual(isProse(line), prose)
  })
})

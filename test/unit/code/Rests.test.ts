/**
 * How often what reads a long text rests: counted, so that nothing depends on what else the machine does. With fewer rests slices are
 * longer, which `npm run bench:slices` measures; where others are meant, run this file with `-u`.
 */
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { expect } from "vitest"
import { make } from "../../../src/code/CodeCheck.js"
import * as Embedded from "../../../src/code/extraction/Embedded.js"
import * as Extraction from "../../../src/code/extraction/Extraction.js"
import * as Fence from "../../../src/code/extraction/Fence.js"
import * as Indent from "../../../src/code/extraction/Indent.js"
import * as Line from "../../../src/code/extraction/Line.js"
import type * as Opening from "../../../src/code/extraction/Opening.js"
import * as Preference from "../../../src/code/extraction/Preference.js"
import * as Prefix from "../../../src/code/extraction/Prefix.js"
import * as Prose from "../../../src/code/extraction/Prose.js"
import { Reader } from "../../../src/code/extraction/Reader.js"
import * as Split from "../../../src/code/extraction/Split.js"
import * as Template from "../../../src/code/extraction/Template.js"
import * as Thinking from "../../../src/code/extraction/Thinking.js"
import * as Wrapping from "../../../src/code/extraction/Wrapping.js"
import * as Policy from "../../../src/code/python/Policy.js"
import * as PythonCheck from "../../../src/code/python/PythonCheck.js"
import * as Target from "../../../src/code/python/Target.js"
import * as Tokenizer from "../../../src/code/python/Tokenizer.js"
import type * as Steps from "../../../src/code/Steps.js"
import { at } from "./steps.js"

/** Lines, marks or fields. */
const MANY = 12_000
const LINES = "x = 1\n".repeat(MANY)
const WORDS = "Some words are here.\n".repeat(MANY)
const QUOTED = Array.from({ length: MANY }, () => "> x")
const ENTRY = "def execute_trade(a, b, c):\n    return 1\n"
const F = "```"
const OPENING: Opening.Opening = { prefix: "", fence: F, info: "", late: false, words: "" }

const yes = (): Steps.Steps<boolean> => at(true)
const no = (): Steps.Steps<boolean> => at(false)
const right = (): Steps.Steps<undefined> => at(undefined)
/** The first line that is none of the module's. */
const first = (source: string): Steps.Steps<number | undefined> => {
  const index = source.split("\n").findIndex((line) => line.startsWith("Some"))
  // All that is before the module at once.
  return at(index === -1 ? undefined : index === 0 ? MANY : index + 1)
}
const nowhere = (): Steps.Steps<() => boolean> => at(() => false)
const unasked = (): never => assert.fail("nothing is to be checked")
const free = (): void => undefined

const restsOf = (steps: Iterable<unknown>): number => {
  let rests = 0
  const values = steps[Symbol.iterator]()
  for (let step = values.next(); step.done !== true; step = values.next()) if (step.value === undefined) rests++
  return rests
}

const READERS: ReadonlyArray<readonly [what: string, steps: () => Iterable<unknown>]> = [
  ["a block of another language", () => Fence.blocks(`${F}md\n${LINES}`, yes, free)],
  ["a block of Python without an end", () => Fence.blocks(`${F}python\n${LINES}`, yes, free)],
  ["a block of Python", () => Fence.blocks(`${F}python\n${LINES}${F}\n`, yes, free)],
  ["what is before a block", () => Fence.blocks(`${LINES}${F}\n${F}\n`, yes, free)],
  ["a string that holds a fence", () => Fence.blocks(`${F}python\nT = '''\n${F}\n${LINES}'''\n${F}\n`, yes, free)],
  ["a block that ends behind a comment", () => Fence.blocks(`${F}python\n# ${F}\n${LINES}`, no, free)],
  ["the end of a quotation", () => Indent.endOfQuote(QUOTED, 0)],
  ["a quotation", () => Indent.unquoted(QUOTED)],
  ["lines", () => Line.linesOf(LINES)],
  ["where lines start", () => Line.startsOf(LINES.split("\n"))],
  ["statements", () => Line.statements(LINES)],
  ["lines with something before each", () => Prefix.without(`${LINES}> ${ENTRY}`, yes)],
  ["two versions", () => Preference.latest([LINES, LINES], (text) => text)],
  ["words around a module", () => Prose.regions(`${WORDS}${ENTRY}${WORDS}`, right)],
  [
    "sentences that are left out, before a module and behind it",
    () => Prose.regions(`${WORDS}${ENTRY}${WORDS}`, first)
  ],
  ["words around an indented block", () => Prose.indented(`${WORDS} ${ENTRY}${WORDS}`)],
  ["where code is", () => new Reader(unasked, free).codeIn(LINES)],
  ["marks of thinking", () => Thinking.drop("<x>".repeat(MANY), nowhere)],
  ["marks before an answer", () => Template.removed(`${"<s>".repeat(MANY)}x`)],
  ["marks behind it", () => Template.removed(`x${"<s>".repeat(MANY)}`)],
  ["lines without a wrapping", () => Wrapping.between(`${LINES}<<'X'\n`)],
  ["lines within one", () => Wrapping.between(`<<'X'\n${LINES}`)],
  ["a notebook", () => Wrapping.withoutMagic(`%x\n${LINES}`)],
  ["a text with escapes", () => Embedded.texts(`{"code": "${"\\n".repeat(MANY)}execute_trade"`)],
  ["fences in a string", () => Split.maybe({ from: 0, limit: MANY, line: () => "x" }, MANY, OPENING, "")],
  ["tokens", () => Tokenizer.tokenizing(LINES, Target.of("3.11"), Infinity)],
  ["the fields of an f-string", () => Tokenizer.tokenizing(`f'''${"{a}".repeat(MANY)}'''`, Target.of("3.11"), Infinity)]
]

/** Modules of more than is looked at without a rest. */
const MODULES: Readonly<Record<string, string>> = {
  "many functions": "def f(a):\n    return a\n".repeat(400),
  "many lines": "x = 1\n".repeat(1500),
  "a long function": `def f(a):\n${"    a = a + 1\n".repeat(800)}`,
  "a long class": `class A:\n${"    def f(self, a):\n        return a + 1\n".repeat(300)}`,
  "a long list": `a = 1\nx = [${"a, ".repeat(3000)}]\n`,
  "a long table": `x = {\n${"    'AAPL': ['a', ('b', 1)],\n".repeat(400)}}\n`,
  "a long call": `a = 1\nprint(${"a, ".repeat(3000)})\n`,
  "a long f-string": `a = 1\nx = f'''${"{a} ".repeat(2500)}'''\n`,
  "many f-strings": `a = 1\nx = [${'f"{a}", '.repeat(1200)}]\n`,
  "a row of numbers": `x = [${"1.25, ".repeat(2000)}]\n`,
  "many branches": `a = 1\nif a: pass\n${"elif a == 'A':\n    x = 1\n".repeat(400)}`,
  "many cases": `a = 1\nmatch a:\n${"    case 1:\n        x = 1\n".repeat(400)}`,
  "many names": Array.from({ length: 1000 }, (_, index) => `x${index} = ${index}\n`).join(""),
  "words in a comment": `# ${"x".repeat(9000)}\n`
}

const ANSWERS: Readonly<Record<string, string>> = {
  "in a block": `${F}python\n${"# x\n".repeat(MANY)}${ENTRY}${F}\n`,
  "in a block, with words around": `${WORDS}${F}python\n${ENTRY}${F}\n${WORDS}`,
  "between words": `${WORDS}${ENTRY}${WORDS}`,
  "in a document": JSON.stringify({ code: `${ENTRY}${"# x\n".repeat(MANY)}` }),
  "behind thoughts": `<think>\n${WORDS}</think>\n${ENTRY}`,
  "in an element": `<code>\n${ENTRY}${"# x\n".repeat(MANY)}</code>\n`,
  "in two blocks": `${F}python\n${"# x\n".repeat(MANY)}x = 1\n${F}\nThen:\n${F}python\n${ENTRY}${F}\n`,
  "in a quotation": `> ${F}python\n${"> # x\n".repeat(MANY)}> def execute_trade(a, b, c):\n>     return 1\n> ${F}\n`
}

const policy = Policy.make()
const { check } = make()

/** Those between the candidates among them, and without those of the checks. */
function* candidates(answer: string): Steps.Steps<void> {
  const found = yield* Extraction.candidates(answer, (source) => at(check(source)), free)
  if (Either.isRight(found)) for (const candidate of found.right) if (candidate === undefined) yield
}

describe("reading a long text rests", () => {
  it("as often as it did", async () => {
    const lines = [
      ...READERS.map(([what, steps]) => `${what}: ${restsOf(steps())}`),
      ...Object.entries(MODULES).map(([what, module]) => {
        const steps = PythonCheck.check(module + ENTRY, { policy, target: Target.of("3.11") })
        return `${what}: ${restsOf(steps)}`
      }),
      ...Object.entries(ANSWERS).map(([what, answer]) => `a module ${what}: ${restsOf(candidates(answer))}`)
    ]
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("../../golden/answers/rests.txt")
  })
})

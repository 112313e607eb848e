/** How often what reads a long text rests: counted, so that nothing depends on what else the machine does. */
import { assert, describe, it } from "@effect/vitest"
import * as Embedded from "../../../src/code/extraction/Embedded.js"
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
import * as Target from "../../../src/code/python/Target.js"
import * as Tokenizer from "../../../src/code/python/Tokenizer.js"
import type * as Steps from "../../../src/code/Steps.js"

/** Lines, marks or fields. */
const MANY = 20_000
const LINES = "x = 1\n".repeat(MANY)
const WORDS = "Some words are here.\n".repeat(MANY)
const QUOTED = Array.from({ length: MANY }, () => "> x")
const ENTRY = "def execute_trade(a, b, c):\n    return 1\n"
const F = "```"
const OPENING: Opening.Opening = { prefix: "", fence: F, info: "", late: false, words: "" }

/** Without a step of their own. */
const at = <A>(value: A): Steps.Steps<A> =>
  (function* () {
    return value
  })()
const yes = (): Steps.Steps<boolean> => at(true)
const no = (): Steps.Steps<boolean> => at(false)
const right = (): Steps.Steps<undefined> => at(undefined)
const nowhere = (): Steps.Steps<() => boolean> => at(() => false)
const unasked = (): never => assert.fail("nothing is to be checked")
const free = (): void => undefined

const restsOf = (steps: Iterable<unknown>): number => {
  let rests = 0
  const values = steps[Symbol.iterator]()
  for (let step = values.next(); step.done !== true; step = values.next()) if (step.value === undefined) rests++
  return rests
}

describe("reading a long text rests, and not at each line of it", () => {
  it.each<[what: string, least: number, steps: () => Iterable<unknown>]>([
    ["a block of another language", 76, () => Fence.blocks(`${F}md\n${LINES}`, yes, free)],
    ["a block of Python without an end", 226, () => Fence.blocks(`${F}python\n${LINES}`, yes, free)],
    ["a block of Python", 152, () => Fence.blocks(`${F}python\n${LINES}${F}\n`, yes, free)],
    ["what is before a block", 77, () => Fence.blocks(`${LINES}${F}\n${F}\n`, yes, free)],
    [
      "a string that holds a fence",
      152,
      () => Fence.blocks(`${F}python\nT = '''\n${F}\n${LINES}'''\n${F}\n`, yes, free)
    ],
    ["a block that ends behind a comment", 226, () => Fence.blocks(`${F}python\n# ${F}\n${LINES}`, no, free)],
    ["the end of a quotation", 3, () => Indent.endOfQuote(QUOTED, 0)],
    ["a quotation", 4, () => Indent.unquoted(QUOTED)],
    ["lines", 1, () => Line.linesOf(LINES)],
    ["where lines start", 3, () => Line.startsOf(LINES.split("\n"))],
    ["statements", 76, () => Line.statements(LINES)],
    ["lines with something before each", 8, () => Prefix.without(`${LINES}> ${ENTRY}`, yes)],
    ["two versions", 152, () => Preference.latest([LINES, LINES], (text) => text)],
    ["words around a module", 320, () => Prose.regions(`${WORDS}${ENTRY}${WORDS}`, right)],
    ["words around an indented block", 161, () => Prose.indented(`${WORDS}    ${ENTRY}${WORDS}`)],
    ["where code is", 80, () => new Reader(unasked, free).codeIn(LINES)],
    ["marks of thinking", 76, () => Thinking.drop("<x>".repeat(MANY), nowhere)],
    ["marks before an answer", 75, () => Template.removed(`${"<s>".repeat(MANY)}x`)],
    ["marks behind it", 74, () => Template.removed(`x${"<s>".repeat(MANY)}`)],
    ["lines without a wrapping", 752, () => Wrapping.between(`${LINES}<<'X'\n`)],
    ["lines within one", 752, () => Wrapping.between(`<<'X'\n${LINES}`)],
    ["a notebook", 76, () => Wrapping.withoutMagic(`%x\n${LINES}`)],
    ["a text with escapes", 5, () => Embedded.texts(`{"code": "${"\\n".repeat(MANY)}execute_trade"`)],
    ["fences in a string", 75, () => Split.maybe({ from: 0, limit: MANY, line: () => "x" }, MANY, OPENING, "")],
    ["tokens", 13, () => Tokenizer.tokenizing(LINES, Target.of("3.11"), Infinity)],
    [
      "the fields of an f-string",
      75,
      () => Tokenizer.tokenizing(`f'''${"{a}".repeat(MANY)}'''`, Target.of("3.11"), Infinity)
    ]
  ])("%s: at least %i times", (_, least, steps) => {
    const rests = restsOf(steps())
    assert.isAtLeast(rests, least)
    assert.isBelow(rests, MANY / 10)
  })
})

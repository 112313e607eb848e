/** What each of the readers makes of many answers by itself: `test/golden/answers`, which this file writes anew with `-u`. */
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import * as Embedded from "../../../src/code/extraction/Embedded.js"
import * as Fence from "../../../src/code/extraction/Fence.js"
import * as Indent from "../../../src/code/extraction/Indent.js"
import * as Info from "../../../src/code/extraction/Info.js"
import * as Line from "../../../src/code/extraction/Line.js"
import * as Opening from "../../../src/code/extraction/Opening.js"
import * as Parts from "../../../src/code/extraction/Parts.js"
import * as Prefix from "../../../src/code/extraction/Prefix.js"
import * as Prose from "../../../src/code/extraction/Prose.js"
import { Reader } from "../../../src/code/extraction/Reader.js"
import * as Sentence from "../../../src/code/extraction/Sentence.js"
import * as Split from "../../../src/code/extraction/Split.js"
import * as Template from "../../../src/code/extraction/Template.js"
import * as Thinking from "../../../src/code/extraction/Thinking.js"
import * as Wrapping from "../../../src/code/extraction/Wrapping.js"
import * as Steps from "../../../src/code/Steps.js"
import type { CodeFailure } from "../../../src/domain/CodeFailure.js"
import { CORPUS, golden, judge, shown } from "./answers.js"
import { withoutRests } from "./steps.js"

const isSyntactic = ({ stage }: CodeFailure): boolean => stage === "guard" || stage === "syntax"
const compiles: Fence.Compiles = function* (source) {
  const verdict = yield* judge(source)
  return Either.isRight(verdict) || !isSyntactic(verdict.left)
}
const wrongLine: Prose.FirstWrongLine = function* (source) {
  const verdict = yield* judge(source)
  return Either.isLeft(verdict) && (isSyntactic(verdict.left) || verdict.left.stage === "names")
    ? verdict.left.line
    : undefined
}

describe("in each of many answers", () => {
  it("the same blocks are found", () =>
    golden(
      "blocks",
      CORPUS.flatMap((answer) => {
        if (!/```|~~~/.test(answer)) return []
        let spent = 0
        const blocks = Steps.run(Fence.blocks(answer, compiles, (characters) => void (spent += characters)))
        const lines = answer.split("\n")
        const between = ({ end }: Fence.Block, { start }: Fence.Block): string => lines.slice(end, start).join("\n")
        const merged = Steps.run(Parts.merged(blocks, between, compiles))
        const joined = Steps.run(Parts.joined(merged, compiles))
        const found = blocks.map(({ content, raw, ...block }) =>
          shown({ ...block, content, raw: raw === content ? undefined : raw })
        )
        const more = merged.length === blocks.length ? [] : merged.map(({ content }) => `merged ${shown(content)}`)
        return [
          shown(answer),
          ...found,
          ...more,
          ...joined.map((one) => `joined ${shown(one)}`),
          `spent ${spent}`
        ].join("\n  ")
      })
    ))

  it("the same is dropped as thought, and as a mark", () =>
    golden(
      "thoughts",
      CORPUS.flatMap((answer) => {
        const reader = new Reader(judge, () => undefined)
        const { kept, thought, unclosed } = Steps.run(Thinking.drop(answer, () => reader.codeIn(answer)))
        const { ended, text } = Steps.run(Template.removed(kept))
        if (text === answer) return []
        return `${shown(answer)}\n  ${shown({ thought, ended, text, unclosed })}`
      })
    ))

  it("each reader finds the same", () =>
    golden(
      "readers",
      CORPUS.flatMap((answer) => {
        const nested = Embedded.nested(answer)
        const magic = Steps.run(Wrapping.withoutMagic(answer))
        const indented = Steps.run(Prose.indented(answer))
        const found = [
          ...Steps.run(Prefix.without(answer, compiles)).map((text) => `prefix ${shown(text)}`),
          ...withoutRests(Wrapping.between(answer)).map((inner) => `between ${shown(inner)}`),
          ...withoutRests(Wrapping.elements(answer, compiles)).map((inner) => `element ${shown(inner)}`),
          ...withoutRests(Embedded.texts(answer)).map((inner) => `text ${shown(inner)}`),
          ...(nested === undefined ? [] : [`nested ${shown(nested)}`]),
          ...(magic === undefined ? [] : [`magic ${shown(magic)}`]),
          ...withoutRests(Prose.regions(answer, wrongLine)).map((region) => `region ${shown(region)}`),
          ...(indented === undefined ? [] : [`indented ${shown(indented)}`]),
          `${Steps.run(Line.statements(answer))} statements`
        ]
        return [shown(answer), ...found].join("\n  ")
      })
    ))

  it("each line is taken for the same", () => {
    const lines = [...new Set(CORPUS.flatMap((answer) => answer.split("\n")))]
    return golden(
      "lines",
      lines.map((line) => {
        const opening = Opening.of(line)
        const is = {
          comment: Sentence.isComment(line),
          continued: Split.CONTINUED.test(line),
          defines: Prose.defines(line),
          foreign: Fence.holdsForeign(line),
          markup: Sentence.isMarkup(line),
          python: Opening.isPython(line),
          early: Opening.isPython(line, false),
          quoted: Indent.isQuoted(line),
          sentence: Sentence.isSentence(line),
          title: Sentence.isTitle(line)
        }
        const { depth, fence, quote } = Line.scan(line, "")
        const inside = ['"""', "'''"].map((quotes) => Object.values(Line.scan(line, quotes)).join(","))
        return [
          JSON.stringify(line),
          Object.entries(is)
            .flatMap(([name, holds]) => (holds ? name : []))
            .join(" "),
          `${Sentence.wordsIn(line)} words`,
          `scan ${quote},${depth},${fence} ${inside.join(" ")}`,
          ...(opening === undefined
            ? []
            : [shown(opening), shown(Info.read(opening.info, () => "title = 1")), shown(Info.read(line, () => ""))])
        ].join("  ")
      })
    )
  })

  it("the same comes off the lines of a block", () => {
    const texts = CORPUS.filter((answer) => answer.length < 400)
    return golden(
      "indentation",
      texts.flatMap((text) => {
        const lines = text.split("\n")
        const removed = [0, 1, 3].map((width) => Indent.removed(lines, width).join("\n"))
        const upTo = [1, 2, 4].map((width) => Indent.removedUpTo(lines, width).join("\n"))
        const unquoted = Steps.run(Indent.unquoted(lines)).join("\n")
        const changed = [...removed, ...upTo, unquoted].filter((one) => one !== text)
        if (changed.length === 0) return []
        return [shown(text), ...[...removed, ...upTo, unquoted].map((one) => (one === text ? "-" : shown(one)))].join(
          "\n  "
        )
      })
    )
  })

  it("the same is made of blank lines in a block", () => {
    const blanks = ["", " ", "  ", "   ", "    ", "      ", "\t"]
    const blocks = blanks.flatMap((one) =>
      blanks.flatMap((other) => [
        ["  a:", one, "    b", other, "  c"],
        ["  a", one, other, "  b"],
        [one, "\ta", "\t  b", other]
      ])
    )
    return golden(
      "blanks",
      blocks.map((lines) => [lines, Indent.removed(lines, 2), Indent.removedUpTo(lines, 1)].map(shown).join("  "))
    )
  })
})

describe("what is read in parts", () => {
  const around = Array.from({ length: 24 }, (_, index) => index - 16)

  it("has the lines that it has as a whole", () => {
    for (const before of around.map((offset) => "a".repeat(64 * 1024 + offset))) {
      for (const text of [`${before}\n\nb\n`, `${before}\n`, before, `b\n${before}\n${before}c`]) {
        const lines = Steps.run(Line.linesOf(text))
        assert.isTrue(lines.join("\n") === text && lines.every((line) => !line.includes("\n")))
        const starts = Steps.run(Line.startsOf(lines))
        assert.isTrue(lines.every((line, index) => text.startsWith(line, starts[index])))
        assert.strictEqual(starts.length, lines.length + 1)
      }
    }
  })

  it("says what it says as a whole, wherever its escapes are", () => {
    for (const escape of ["\\u0041", "\\n", "\\\\", "\\\\\\n", '\\"', "\\\\\\\\u0041", "\\u0041\\u0042"]) {
      for (const offset of around) {
        const body = `${"a".repeat(16 * 1024 + offset)}${escape}b${escape}\\nexecute_trade`
        const [found] = withoutRests(Embedded.texts(`it is\n"${body}"`))
        assert.isTrue(found?.text === JSON.parse(`"${body}"`), `${escape} at ${offset}`)
      }
    }
  })
})

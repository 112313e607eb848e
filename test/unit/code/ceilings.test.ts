/** Where the reading of an answer stops, on both sides of each limit: no answer by a model comes near, a crafted one does. */
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import * as CodeCheck from "../../../src/code/CodeCheck.js"
import * as Candidate from "../../../src/code/extraction/Candidate.js"
import * as Effort from "../../../src/code/extraction/Effort.js"
import * as Embedded from "../../../src/code/extraction/Embedded.js"
import * as Fence from "../../../src/code/extraction/Fence.js"
import * as Opening from "../../../src/code/extraction/Opening.js"
import * as Preference from "../../../src/code/extraction/Preference.js"
import * as Prose from "../../../src/code/extraction/Prose.js"
import * as Thinking from "../../../src/code/extraction/Thinking.js"
import * as Wrapping from "../../../src/code/extraction/Wrapping.js"
import * as Steps from "../../../src/code/Steps.js"
import { entry } from "./blocks.js"
import { at, withoutRests } from "./steps.js"

const KB = 1024

describe("reading", () => {
  it.each<[length: number, most: number]>([
    [0, 64 * KB],
    [1000, 64 * KB + 24 * 1000],
    [1024 * KB, 2048 * KB]
  ])("of an answer of %i characters ends after %i", (length, most) => {
    const reading = (characters: number) =>
      Steps.run(
        Effort.bounded("x".repeat(length), function* (spend) {
          spend(characters - 1)
          yield
          spend(1)
          return Either.right("read")
        })
      )
    assert.deepStrictEqual(reading(most), Either.right("read"))
    assert.deepStrictEqual(
      Either.mapLeft(reading(most + 1), ({ code }) => code),
      Either.left("too-complex")
    )
  })

  it.each<[name: string, dressed: (module: string) => string]>([
    ["alone", (module) => module],
    ["in a block", (module) => `\`\`\`python\n${module}\`\`\``],
    ["in a block without a name", (module) => `\`\`\`\n${module}\`\`\`\n`],
    ["between words", (module) => `Here it is:\n\`\`\`python\n${module}\`\`\`\nDone.\n`]
  ])("says of a module that is too large that it is: %s", (_, dressed) => {
    const service = CodeCheck.make()
    for (const kilobytes of [300, 700, 1_000]) {
      for (const more of ["X = 1\n".repeat((kilobytes * 1_000) / 6), `# ${"x".repeat(kilobytes * 1_000)}\n`]) {
        const failure = Either.flip(service.accept(dressed(`${entry}${more}`)))
        assert.deepStrictEqual(
          Either.map(failure, ({ code, stage }) => [stage, code]),
          Either.right(["guard", "too-large"])
        )
      }
    }
  })

  it("passes on what is no limit", () => {
    function* broken(): Steps.Steps<Either.Either<never, never>> {
      yield
      throw new TypeError("a fault of our own")
    }
    assert.throws(() => Steps.run(Effort.bounded("x", broken)), "a fault of our own")
  })

  const sources = (...texts: ReadonlyArray<string>) =>
    withoutRests(Candidate.distinct(texts.map((source) => ({ source, open: false })))).length

  it("tries 40 different candidates", () => {
    const many = Array.from({ length: 50 }, (_, index) => `a = ${index}\n`)
    assert.strictEqual(sources(...many.slice(0, 40)), 40)
    assert.strictEqual(sources(...many), 40)
    assert.strictEqual(sources(...many.slice(0, 20), ...many.slice(0, 20), ...many), 40)
  })

  it("tries no more when they have a megabyte", () => {
    const MB = KB * KB
    assert.strictEqual(sources("x".repeat(MB), "y"), 2)
    assert.strictEqual(sources("x".repeat(MB + 1), "y"), 1)
  })
})

describe("marks", () => {
  const keptOf = (text: string) => Steps.run(Thinking.drop(text, () => at(() => false))).kept
  const thoughts = (count: number): string => "<think>\na\n</think>\n".repeat(count)

  it("of thinking are read up to the 500th", () => {
    assert.strictEqual(keptOf(thoughts(250)).trim(), "")
    assert.strictEqual(keptOf(thoughts(251)).trim(), thoughts(1).trim())
  })

  it("without brackets as well", () => {
    assert.strictEqual(keptOf("assistantfinal".repeat(500)), "")
    assert.strictEqual(keptOf("assistantfinal".repeat(501)), "assistantfinal")
  })

  it("of elements are read up to the 200th", () => {
    const found = (before: number) => {
      const [first] = withoutRests(
        Wrapping.elements(`${"<i>\n".repeat(before)}<code>\n${entry}</code>\n`, () => at(true))
      )
      return typeof first === "object" ? first.text : first
    }
    assert.strictEqual(found(199), `\n${entry}`)
    assert.include(found(200), "<code>")
  })

  it("of documents are tried up to the fifth", () => {
    const document = JSON.stringify({ code: entry.split("\n") })
    const texts = (before: number) =>
      withoutRests(Embedded.texts(`${"[a] ".repeat(before)}${document}`)).map(({ text }) => text)
    assert.include(texts(4), entry)
    assert.notInclude(texts(5), entry)
  })
})

describe("a fence", () => {
  const blocks = (text: string) =>
    Steps.run(
      Fence.blocks(
        text,
        () => at(true),
        () => undefined
      )
    )

  it("closes with three columns more than its container, not with four", () => {
    const open = (indent: number) =>
      blocks(`\`\`\`md\nx\n${" ".repeat(indent)}\`\`\`\nwords\n`).map((block) => block.open)
    assert.deepStrictEqual(open(3), [false])
    assert.deepStrictEqual(open(4), [true])
  })

  it("has a statement on its first line where one of the next 1,000 lines has its name", () => {
    const content = (lines: number) =>
      blocks(`\`\`\`python size=1\n${"pass\n".repeat(lines)}size\n\`\`\`\n`)[0]?.content
    assert.isTrue(content(999)?.startsWith("size=1\n"))
    assert.isTrue(content(1000)?.startsWith("pass\n"))
  })

  it("may follow on a line of words after a colon, which is looked for in the last 100 characters", () => {
    const words = (blanks: number) => Opening.of(`Code:${" ".repeat(blanks)}\`\`\``)?.words.trimEnd()
    assert.strictEqual(words(99), "Code:")
    assert.isUndefined(words(100))
  })
})

describe("of several versions", () => {
  const version = (statements: number): string => "a = 1\n".repeat(statements)

  it.each<[earlier: number, later: number, isSketch: boolean]>([
    [24, 12, true],
    [23, 12, false],
    [26, 13, false],
    [3, 2, true],
    [2, 2, false],
    [3, 3, false],
    [2, 1, true]
  ])("%i statements and then %i: the later one is a sketch: %s", (earlier, later, isSketch) => {
    const versions = [version(earlier), version(later)]
    const [first] = Steps.run(Preference.latest(versions, (text) => text))
    assert.strictEqual(first, isSketch ? versions[0] : versions[1])
  })

  it("four are tried", () => {
    const text = "This is a version of the code.\n\ndef execute_trade(): pass\n\n".repeat(6)
    let tried = 0
    const regions = Prose.regions(text, (source) => {
      tried += 1
      return at(source.split("\n").findIndex((line) => line.startsWith("def")) + 1)
    })
    assert.deepStrictEqual(withoutRests(regions), [])
    assert.strictEqual(tried, 4)
  })
})

describe("code without a fence", () => {
  const SENTENCE = "This is what I was asked for."
  const firstSentence = (source: string) => {
    const index = source.split("\n").indexOf(SENTENCE)
    return at(index === -1 ? undefined : index + 1)
  }
  const found = (sentences: number, module = entry) =>
    withoutRests(Prose.regions(`${`${SENTENCE}\n#\n`.repeat(sentences)}${module}`, firstSentence)).length

  it("is found in 40 attempts or not at all", () => {
    assert.strictEqual(found(39), 1)
    assert.strictEqual(found(40), 0)
  })

  it("is found before two million characters are read or not at all", () => {
    const long = (share: number) => `${entry}# ${"x".repeat(share * KB * KB)}\n`
    // The third attempt is made where two have read less than two megabytes.
    assert.strictEqual(found(2, long(0.99)), 1)
    assert.strictEqual(found(2, long(1)), 0)
  })
})

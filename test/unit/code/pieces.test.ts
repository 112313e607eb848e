/** What the parser is given in one go: counted, so that nothing depends on what else the machine does. */
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { beforeEach, vi } from "vitest"
import * as Cuts from "../../../src/code/python/Cuts.js"
import * as Guard from "../../../src/code/python/Guard.js"
import * as Target from "../../../src/code/python/Target.js"
import * as Tokenizer from "../../../src/code/python/Tokenizer.js"
import { shapes } from "./shapes.js"

const texts: Array<string> = []

/** The checks as they are, over a parser that notes what it is given; other files see neither. */
const load = async () => {
  vi.resetModules()
  vi.doMock("py-ast", async (original) => {
    const actual = await original<{ readonly parse: (text: string) => unknown }>()
    const parse = (text: string): unknown => {
      texts.push(text)
      return actual.parse(text)
    }
    return { ...actual, parse }
  })
  const { make } = await import("../../../src/code/CodeCheck.js")
  vi.doUnmock("py-ast")
  vi.resetModules()
  return make()
}

const { accept } = await load()

beforeEach(() => {
  texts.length = 0
})

const sizeOf = (text: string): number => {
  const tokens = Either.getOrThrow(Tokenizer.again(text, Target.of("3.11")))
  return tokens.all.reduce((size, token) => size + Cuts.sizeOf(token), 0)
}

/** The largest size of what was parsed since the test began. */
const largest = (): number => texts.reduce((most, text) => Math.max(most, sizeOf(text)), 0)

const verdictOn = (answer: string): string =>
  Either.match(accept(answer), { onLeft: ({ code }) => code, onRight: () => "accepted" })

/** What nothing divides. */
const UNBROKEN = new Set(["texts side by side"])

describe("the parser is given a few statements or elements at once", () => {
  it.each(Object.entries(shapes))("%s", (name, shape) => {
    const most = UNBROKEN.has(name) ? Guard.MAX_PIECE : 3 * Cuts.PART
    for (const kilobytes of [25, 54]) {
      verdictOn(shape(kilobytes * 1024))
      assert.isAtMost(largest(), most)
    }
  })

  it.each([
    ["a long list", 200],
    ["f-strings without expressions", 54],
    ["f-strings with an expression", 25],
    ["f-strings in f-strings", 25],
    ["a line that is continued", 45]
  ])("and accepts %s", (name, kilobytes) => {
    assert.strictEqual(verdictOn(shapes[name]?.(kilobytes * 1024) ?? ""), "accepted")
    assert.isAtLeast(texts.length, 1)
  })
})

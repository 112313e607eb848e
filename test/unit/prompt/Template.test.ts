/** Placeholders in a prompt of one's own. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Either } from "effect"
import * as Template from "../../../src/prompt/Template.js"

const values: Template.Values = {
  ticker: () => "AAPL",
  strategy: () => "buy $& low",
  signature: () => "def f():",
  market: () => "{{ticker}}",
  imports: () => "math"
}
const filled = (text: string) => Either.map(Template.parse(text), ({ render }) => render(values))

describe("a template", () => {
  it("has its placeholders filled in, with or without spaces, as often as they come", () => {
    deepStrictEqual(
      filled("# {{ticker}}\n{{ signature }}\n{{ticker}}, {{imports}}"),
      Either.right("# AAPL\ndef f():\nAAPL, math")
    )
    const { names } = Either.getOrThrow(Template.parse("{{market}} {{ticker}} \\{{strategy}}"))
    deepStrictEqual([...names], ["market", "ticker"])
  })

  it("has values put in as they are, whatever is in them", () => {
    deepStrictEqual(filled("{{strategy}} {{market}}"), Either.right("buy $& low {{ticker}}"))
  })

  it("works out only what it uses", () => {
    const strict = { ...values, market: () => assert.fail("not asked for") }
    assert.strictEqual(Either.getOrThrow(Template.parse("{{ticker}}")).render(strict), "AAPL")
  })

  it("keeps other braces: of JSON, of f-strings with more than a word, of a placeholder behind a backslash", () => {
    for (const text of ['{"a": {"b": 1}}', "{{1, 2}}", "f'{{x + 1}}'", "{{}}", "{ticker}", "no braces"]) {
      deepStrictEqual(filled(text), Either.right(text))
    }
    deepStrictEqual(filled("\\{{ticker}} \\{{anything}} {{ticker}}"), Either.right("{{ticker}} {{anything}} AAPL"))
  })

  it("with a name that nobody knows is an error that says where, and what there is", () => {
    const message = Either.getOrElse(Either.flip(filled("a\n{{ticker}}\nb {{tikcer}}")), () => "")
    for (const part of [
      "line 3: {{tikcer}} is unknown",
      "{{ticker}}, {{strategy}}, {{signature}}, {{market}}",
      "\\{{tikcer}}"
    ]) {
      assert.include(message, part)
    }
    assert.isTrue(Either.isLeft(filled("{{Ticker}}")))
  })
})

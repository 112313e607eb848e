import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import stringWidth from "string-width"
import * as Table from "../../../src/cli/view/Table.js"

describe("a table", () => {
  it("is as wide as its content, by the columns of a terminal", () => {
    assert.strictEqual(
      Table.render(
        ["model", "outcome"],
        [
          ["模型/一", "ok"],
          ["x/é", "failed: no"],
          ["x/plain", ""]
        ]
      ),
      ["model    outcome", "模型/一  ok", "x/é      failed: no", "x/plain"].join("\n")
    )
  })

  it("has a line for each row, whatever is in the cells", () => {
    assert.strictEqual(Table.render(["a"], [["b\nc\r\u001b[31md\u202e\u2028e"]]), "a\nb c [31md e")
  })
})

describe("columns", () => {
  it("are what the tables of Unicode say, of our own symbols and of others", () => {
    for (const text of [..."aZ~ ·µ×–—“”…→↻−≤⋯▁▂▃▄▅▆▇█◁▷✎✓✗", "✓\ufe0f", "✓ é", "買", "👩‍👩‍👧", "e\u0301", "\u200b"]) {
      assert.strictEqual(Table.columns(text), stringWidth(text), JSON.stringify(text))
    }
  })
})

describe("a text that is cut", () => {
  it("stays as it is when it fits, and ends in an ellipsis when it does not", () => {
    assert.strictEqual(Table.cut("12345", 5), "12345")
    assert.strictEqual(Table.cut("123456", 5), "1234…")
    assert.strictEqual(Table.cut("買買買", 6), "買買買")
    assert.strictEqual(Table.cut("買買買", 5), "買買…")
    assert.strictEqual(Table.cut("買買買", 4), "買…")
  })

  it("is never too wide, is a beginning, and splits no character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 30 }), fc.integer({ min: 1, max: 20 }), (text, columns) => {
        const cut = Table.cut(text, columns)
        assert.isAtMost(stringWidth(cut), columns)
        assert.isTrue(cut === text || (cut.endsWith("…") && text.startsWith(cut.slice(0, -1))))
        assert.notMatch(cut, /\p{Cs}/u)
      })
    )
  })
})

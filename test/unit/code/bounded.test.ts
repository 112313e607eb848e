import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { make } from "../../../src/code/CodeCheck.js"
import { entry } from "./blocks.js"

const { accept } = make()

describe("an answer is bounded as a whole", () => {
  const code = (text: string): string => {
    const result = accept(text)
    return Either.isLeft(result) ? `${result.left.stage} ${result.left.code}` : "accepted"
  }
  const fenced = (size: number): string => {
    const module = `\`\`\`python\n${entry}\`\`\`\n`
    return " ".repeat(size - module.length - 1) + `\n${module}`
  }

  it("the longest that is read, and the first that is not", () => {
    assert.strictEqual(code(fenced(1024 * 1024)), "accepted")
    assert.strictEqual(code(fenced(1024 * 1024 + 1)), "extract too-long")
    assert.strictEqual(code("<|im_end|>".repeat(200_000)), "extract too-long")
  })

  it("readings in readings end in a refusal", () => {
    assert.strictEqual(code(`<code>${entry}`.repeat(5000)), "extract too-complex")
    assert.strictEqual(
      code(`["${entry.replaceAll("\n", "\\n")}", ${"[".repeat(200_000)}${"]".repeat(200_001)}`),
      "extract too-complex"
    )
  })

  it("a module is found behind as many thoughts as a model has", () => {
    const thoughts = `<think>${"I look at the price. ".repeat(40_000)}</think>\n`
    assert.strictEqual(code(`${thoughts}\`\`\`python\n${entry}\`\`\`\n`), "accepted")
  })
})

import { strictEqual } from "@effect/vitest/utils"
import { describe, it } from "vitest"
import * as EventStream from "../../../../src/api/wire/EventStream.js"

const TOKENS = ["x", " = ", "round", "(", "price", ", ", 2, ")", " + ", 0, " - ", 0.05, "\n"] as const
const TEXT = "x = round(price, 2) + 0 - 0.05\n"

const textOf = (chunks: ReadonlyArray<object>) =>
  EventStream.read([...chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`), "data: [DONE]\n\n"].join("")).text

type Token = string | number

const SHAPES: ReadonlyArray<readonly [name: string, chunkOf: (token: Token) => object]> = [
  ["delta.content", (content) => ({ choices: [{ index: 0, delta: { content } }] })],
  ["a part of delta.content", (text) => ({ choices: [{ delta: { content: [{ type: "text", text }] } }] })],
  ["choices[].text", (text) => ({ choices: [{ index: 0, text }] })],
  ["Cloudflare's own", (response) => ({ response, p: "abcd" })],
  ["Ollama's own", (content) => ({ message: { role: "assistant", content }, done: false })],
  ["Anthropic's", (text) => ({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } })],
  ["llama.cpp's own", (content) => ({ content, stop: false })]
]

describe("tokens that are numbers in the JSON are text as any other", () => {
  for (const [name, chunkOf] of SHAPES) {
    it(name, () => strictEqual(textOf(TOKENS.map(chunkOf)), TEXT))
  }

  it("but for what is neither: a boolean, an object without text", () => {
    for (const content of [true, false, null, {}, { n: 1 }]) {
      strictEqual(textOf([{ choices: [{ delta: { content } }] }, { choices: [{ delta: { content: "x" } }] }]), "x")
    }
  })
})

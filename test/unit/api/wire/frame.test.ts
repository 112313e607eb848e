import { it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { describe, expect } from "vitest"
import * as Frame from "../../../../src/api/wire/Frame.js"
import { character, times } from "../../properties.js"

/** As Python writes JSON by default. */
const python = (value: unknown): string =>
  JSON.stringify(value, undefined, 1)
    .replaceAll(/\n\s*/g, " ")
    .replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)

const chunkOf = (delta: object, more: object = {}) => ({
  id: "gen-1",
  object: "chat.completion.chunk",
  choices: [{ index: 0, delta, finish_reason: null }],
  ...more
})

/** What comes out of a stream's chunks, and how many of them were read by the one before. */
const readAll = (chunks: ReadonlyArray<string>) => {
  let known = chunks.length
  const read = Frame.make((chunk) => {
    known -= 1
    return { value: JSON.parse(chunk) }
  })
  return { values: chunks.map((chunk) => read(chunk)?.value), known }
}

const expectSame = (chunks: ReadonlyArray<string>) => {
  const { known, values } = readAll(chunks)
  expect(values).toStrictEqual(chunks.map((chunk) => JSON.parse(chunk)))
  return known
}

describe("chunks that are the same but for their text", () => {
  it("are read by the one before, whatever the text is and however it is written", () => {
    const texts = ["import", ' "x"', "\\", "\\\\n", "\n\n", "", " ", "\u2028é😀", "\u0007", '"},{"', "content", "?"]
    for (const write of [JSON.stringify, python]) {
      const chunks = texts.map((content) => write(chunkOf({ role: "assistant", content })))
      expect(expectSame(chunks)).toBe(texts.length - 1)
    }
  })

  it("are so with the thoughts before the text", () => {
    const thoughts = ["First", " look", "."].map((text) => chunkOf({ content: null, reasoning_content: text }))
    const said = ["def", " f", "()"].map((text) => chunkOf({ content: text, reasoning_content: null }))
    expect(expectSame([...thoughts, ...said].map((chunk) => JSON.stringify(chunk)))).toBe(4)
  })

  it.each([
    ["a count in each", (n: number) => chunkOf({ content: "text" }, { usage: { completion_tokens: n } })],
    ["padding in each", (n: number) => chunkOf({ content: "text" }, { obfuscation: "x".repeat(n) })],
    ["a second answer", (n: number) => ({ choices: [{ delta: { content: "a" } }, { delta: { content: `${n}` } }] })],
    ["no answer", (n: number) => ({ content: `${n}`, choices: [{ delta: { refusal: "No." } }] })]
  ])("are told apart from such with %s", (_, make) => {
    const chunks = Array.from({ length: 20 }, (__, n) => JSON.stringify(make(n)))
    expect(expectSame(chunks)).toBe(0)
  })

  it("are none where the same key stands before the one that counts", () => {
    const twice = (text: string) => `{"x":{"content":"${text}"},"choices":[{"delta":{"content":"same"}}]}`
    expect(expectSame(["same", "other", "third"].map(twice))).toBe(0)
    const again = (text: string) => `{"choices":[{"delta":{"content":"${text}","content":"same"}}]}`
    expect(expectSame(["same", "other", "third"].map(again))).toBe(0)
  })

  it("are none where the quotes are in the text", () => {
    const of = (content: string) => `{"choices":[{"delta":{"content":${content}}}]}`
    expect(expectSame(['"a"', '"b","index":1', '"c"'].map(of))).toBe(0)
    for (const broken of ['"', '"c\\"', '"c"d"']) expect(() => readAll(['"a"', broken].map(of))).toThrow(SyntaxError)
  })

  it("come out as JSON.parse reads them", () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: character }), fc.constantFrom("", "\\", '"', '"}', "\n"))
    const key = fc.constantFrom("content", "reasoning_content", "role", "text", "__proto__")
    const more = fc.dictionary(key, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 })
    const place = fc.constantFrom("content", "reasoning_content")
    const run = fc
      .tuple(fc.constantFrom(JSON.stringify, python), place, more, more, fc.array(text, { maxLength: 5 }))
      .map(([write, at, beside, around, texts]) =>
        texts.map((said) => write(chunkOf({ ...beside, [at]: said }, around)))
      )
    fc.assert(
      fc.property(fc.array(run, { maxLength: 4 }), (runs) => {
        expectSame(runs.flat())
      }),
      { numRuns: times(300) }
    )
  })
})

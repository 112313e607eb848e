import { strictEqual } from "@effect/vitest/utils"
import { describe, it } from "vitest"
import * as EventStream from "../../../../src/api/wire/EventStream.js"

const TEXT = "import math\n\ndef execute_trade(ticker, price, tick, cash_balance, shares_held):\n    return 1\n"

const read = (chunks: ReadonlyArray<string | object>) =>
  EventStream.read(
    [...chunks, { content: "" }]
      .map((said, n) => {
        const delta = typeof said === "string" ? { content: said } : said
        const finish_reason = n === chunks.length ? "stop" : null
        return `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`
      })
      .join("")
  )

const textOf = (chunks: ReadonlyArray<string | object>) => read(chunks).text

const pieces = (size: number) => Array.from({ length: Math.ceil(TEXT.length / size) }, (_, n) => n * size)
const fresh = (size: number) => pieces(size).map((from) => TEXT.slice(from, from + size))
const soFar = (size: number) => pieces(size).map((from) => TEXT.slice(0, from + size))

describe("text that is said again", () => {
  for (const size of [1, 3, 7, 20, 60, 500]) {
    it(`in each chunk, by ${size} characters`, () => {
      strictEqual(textOf(soFar(size)), TEXT)
      strictEqual(textOf([...soFar(size), TEXT]), TEXT)
    })

    it(`in the last chunk, or between, by ${size} characters`, () => {
      strictEqual(textOf([...fresh(size), TEXT]), TEXT)
      strictEqual(textOf([...fresh(size), `${TEXT}# end`]), `${TEXT}# end`)
      strictEqual(textOf([...fresh(size), TEXT, "x = 1"]), `${TEXT}x = 1`)
    })
  }

  it("as thoughts", () => {
    const { reasoning, text } = read([
      ...soFar(30).map((reasoning) => ({ reasoning })),
      ...soFar(30).map((content) => ({ content, reasoning: TEXT }))
    ])
    strictEqual(reasoning, TEXT)
    strictEqual(text, TEXT)
  })

  it("is no end of the answer", () => {
    strictEqual(read([...fresh(9), TEXT]).finish, "sure")
    strictEqual(read(soFar(9)).finish, "sure")
  })
})

describe("several completions in one body", () => {
  const completion = (content: string, finish_reason: string | null = "stop", field = "message") =>
    JSON.stringify({ choices: [{ index: 0, [field]: { content }, finish_reason }] })

  for (const between of ["", "\n", "\n\n", " "]) {
    it(`are the first, with ${JSON.stringify(between)} between them`, () => {
      const { closed, text } = EventStream.read([TEXT, "x = 1\n"].map((said) => completion(said)).join(between))
      strictEqual(text, TEXT)
      strictEqual(closed, true)
    })

    it(`are one where they are pieces, with ${JSON.stringify(between)} between them`, () => {
      const ends = (field: string, finish: string | null) =>
        EventStream.read(completion(TEXT, finish, field) + between + completion("x = 1\n", "stop", field)).text
      strictEqual(ends("delta", "stop"), `${TEXT}x = 1\n`)
      strictEqual(ends("message", null), `${TEXT}x = 1\n`)
    })
  }
})

describe("text that is the same as before, and new", () => {
  for (const [name, chunks] of [
    ["spaces", ["    ", "    ", "    ", "    ", "    ", "    "]],
    ["noughts", ["0", "0", "0", "00", "000"]],
    ["a line of dashes", ["-".repeat(40), "-".repeat(40), "-".repeat(60)]],
    ["a comment of them", ["# ---- # ---- # ---- #", "# ---- # ---- # ---- #"]],
    ["short words", ["ha", "ha", "haha", "hahaha"]],
    ["a short line", ["x = prices[0]\n", "x = prices[0]\n"]],
    ["lines in the middle", ["a", "prices.append(float(price))\n", "prices.append(float(price))\n"]],
    ["lines that begin as the last did", [TEXT.slice(0, 30), "x = prices", "x = prices[0] + prices[1]\n"]],
    ["most of what was said", [TEXT, TEXT.slice(0, -3)]]
  ] as const) {
    it(name, () => strictEqual(textOf(chunks), chunks.join("")))
  }
})

import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { describe, it } from "vitest"
import * as EventStream from "../../../../src/api/wire/EventStream.js"

const CODE = "import math\n\ndef execute_trade(ticker, price, tick, cash_balance, shares_held):\n    return 1\n"
const WORDS = "I'll write the module now."

const read = (chunks: ReadonlyArray<object>) =>
  EventStream.read([...chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`), "data: [DONE]\n\n"].join(""))
const textOf = (chunks: ReadonlyArray<object>) => read(chunks).text
const bodyOf = (body: object) => EventStream.read(JSON.stringify(body))

const cut = (text: string) => text.match(/[^]{1,7}/g) ?? []
const deltas = (text: string, more: object = {}) =>
  cut(text).map((content) => ({ choices: [{ index: 0, delta: { content }, ...more }] }))
const said = (content: string | null) => ({ role: "assistant", content })

describe("a whole message behind what came in pieces adds nothing", () => {
  const last = (content: string) => ({ choices: [{ index: 0, message: said(content), finish_reason: "stop" }] })
  for (const [name, pieces, whole] of [
    ["the same", CODE, CODE],
    ["cut off at its end", CODE, CODE.trimEnd()],
    ["cut off at both ends", `\n\n${CODE}`, CODE.trim()],
    ["without the thoughts", `<think>plan</think>\n\n${CODE}`, CODE],
    ["with other ends of lines", CODE.replaceAll("\n", "\r\n"), CODE],
    ["with nothing in it", CODE, ""]
  ] as const) {
    it(name, () => strictEqual(textOf([...deltas(pieces), last(whole)]), pieces))
  }

  it("but what goes on, or has more, is all that was said", () => {
    strictEqual(textOf([...deltas(CODE), last(`${CODE}# end\n`)]), `${CODE}# end\n`)
    strictEqual(textOf([...deltas(CODE.slice(0, 9)), ...deltas(CODE.slice(16)), last(CODE)]), CODE)
  })

  it("as the last piece: with other blanks and ends of lines", () => {
    for (const [before, again] of [
      [CODE, CODE.trim()],
      [`\n${CODE}`, CODE],
      [CODE.replaceAll("\n", "\r\n"), CODE]
    ] as const) {
      strictEqual(textOf([...deltas(before), { choices: [{ delta: { content: again } }] }]), before)
    }
  })

  it("where each chunk is a message, each is new", () => {
    strictEqual(textOf(cut(CODE).map((content) => ({ choices: [{ message: said(content) }] }))), CODE)
  })
})

describe("blocks of Anthropic's", () => {
  const start = (text: string, index = 0) => ({
    type: "content_block_start",
    index,
    content_block: { type: "text", text }
  })
  const delta = (text: string, index = 0) => ({
    type: "content_block_delta",
    index,
    delta: { type: "text_delta", text }
  })
  const tool = { type: "content_block_start", index: 1, content_block: { type: "thinking", thinking: "hm" } }

  it("may be opened with text", () => {
    strictEqual(textOf([start("import math\n"), delta("x = 1\n")]), "import math\nx = 1\n")
    strictEqual(textOf([start(""), delta("x = 1\n")]), "x = 1\n")
  })

  it("may have it again in the first piece, which a mark may be", () => {
    strictEqual(textOf([start("import"), delta("import"), delta(" math\n")]), "import math\n")
    strictEqual(textOf([start("`"), delta("`"), delta("`python\n")]), "```python\n")
    strictEqual(textOf([start("a = 1\n"), delta("b = 1\n"), delta("a = 1\n")]), "a = 1\nb = 1\na = 1\n")
  })

  it("are apart where something is between them", () => {
    strictEqual(textOf([delta(WORDS), tool, delta(CODE, 2)]), `${WORDS}\n\n${CODE}`)
    strictEqual(textOf([delta(`${WORDS}\n`), tool, delta(CODE, 2)]), `${WORDS}\n${CODE}`)
    strictEqual(textOf([delta("It buys"), delta(" low", 1), delta(".", 2)]), "It buys low.")
    const content = [
      { type: "text", text: WORDS },
      { type: "thinking", thinking: "hm" },
      { type: "text", text: CODE }
    ]
    strictEqual(bodyOf({ content, stop_reason: "end_turn" }).text, `${WORDS}\n\n${CODE}`)
    const cited = [
      { type: "text", text: "It buys" },
      { type: "text", text: " low." }
    ]
    strictEqual(bodyOf({ content: cited, stop_reason: "end_turn" }).text, "It buys low.")
  })
})

describe("items of Responses", () => {
  const message = (text: string) => ({ type: "message", content: [{ type: "output_text", text }] })
  const delta = (text: string, output_index = 0) => ({ type: "response.output_text.delta", output_index, delta: text })
  const textDone = (text: string, output_index = 0) => ({ type: "response.output_text.done", output_index, text })
  const itemDone = (text: string, output_index = 0) => ({
    type: "response.output_item.done",
    output_index,
    item: message(text)
  })
  const completed = (...output: ReadonlyArray<object>) => ({
    type: "response.completed",
    response: { status: "completed", output }
  })

  it("say it all at their end, be there pieces or none", () => {
    for (const before of [[], cut(CODE).map((text) => delta(text))]) {
      for (const end of [[textDone(CODE)], [itemDone(CODE)], [textDone(CODE.trim()), itemDone(CODE.trim())]]) {
        for (const output of [[], [message(CODE)], [message(CODE.trimEnd())]]) {
          strictEqual(textOf([...before, ...end, completed(...output)]).trim(), CODE.trim())
        }
      }
    }
    strictEqual(textOf([textDone(CODE), completed()]), CODE)
  })

  it("are messages of their own", () => {
    const both = `${WORDS}\n\n${CODE}`
    const output = [message(WORDS), message(CODE)]
    strictEqual(textOf([delta(WORDS), delta(CODE, 1), completed(...output)]), both)
    strictEqual(textOf([itemDone(WORDS), itemDone(CODE, 1), completed()]), both)
    strictEqual(textOf([textDone(WORDS), itemDone(WORDS), textDone(CODE, 1), itemDone(CODE, 1), completed()]), both)
    strictEqual(textOf([delta(WORDS), delta(CODE, 1), itemDone(WORDS), itemDone(CODE, 1), completed(...output)]), both)
    strictEqual(bodyOf({ status: "completed", output }).text, both)
  })

  it("may have more at their end than came in pieces", () => {
    const long = CODE.slice(0, 40)
    for (const piece of ["import", long]) {
      for (const end of [[textDone], [itemDone], [textDone, itemDone]]) {
        const ends = (index: number) => end.map((done) => done(CODE, index))
        strictEqual(textOf([delta(piece), ...ends(0), completed()]), CODE)
        strictEqual(textOf([delta(WORDS), delta(piece, 1), ...ends(1), completed()]), `${WORDS}\n\n${CODE}`)
      }
    }
    strictEqual(textOf([delta(CODE), textDone("x = 1"), completed()]), CODE)
  })

  it("may have several contents, which are one text", () => {
    const [one, two] = [CODE.slice(0, 30), CODE.slice(30)]
    const contents = [
      { ...textDone(one), content_index: 0 },
      { ...textDone(two), content_index: 1 }
    ]
    const item = { type: "message", content: [one, two].map((text) => ({ type: "output_text", text })) }
    const itemEnd = { type: "response.output_item.done", output_index: 0, item }
    strictEqual(textOf([...contents, completed()]), CODE)
    strictEqual(textOf([...contents, itemEnd, completed(item)]), CODE)
    strictEqual(textOf([...contents, textDone(WORDS, 1), completed()]), `${CODE}${WORDS}`)
    strictEqual(textOf([{ ...delta(one), content_index: 0 }, { ...delta(two), content_index: 1 }, itemEnd]), CODE)
  })

  it("are put together in one pass, however many", () => {
    const before = performance.now()
    const many = Array.from({ length: 6_000 }, (_, n) => delta(`${WORDS.repeat(2)}${n}`, n))
    strictEqual(textOf(many).split("\n\n").length, 6_000)
    const items = Array.from({ length: 6_000 }, () => message(WORDS.repeat(2)))
    strictEqual(bodyOf({ status: "completed", output: items }).text.split("\n\n").length, 6_000)
    strictEqual(performance.now() - before < 3_000, true)
  })

  it("may be missing where there is their text", () => {
    const { closed, text } = bodyOf({ object: "response", status: "completed", output_text: CODE })
    strictEqual(text, CODE)
    strictEqual(closed, true)
  })

  it("may decline", () => {
    const declined = { type: "message", content: [{ type: "refusal", refusal: "I can't help with that." }] }
    for (const seen of [
      bodyOf({ status: "completed", output: [declined] }),
      read([{ type: "response.output_item.done", output_index: 0, item: declined }, completed()])
    ]) {
      strictEqual(seen.refusal, "I can't help with that.")
      strictEqual(seen.hasText, false)
    }
  })
})

describe("several choices", () => {
  const choice = (content: string | null, index = 0) => ({ index, message: said(content), finish_reason: "stop" })

  it("the first with code is the answer, or else the first with text", () => {
    for (const [first, second, text] of [
      ["", CODE, CODE],
      [null, CODE, CODE],
      [WORDS, CODE, CODE],
      [CODE, `${CODE}# 2\n`, CODE],
      ["One.", "Two.", "One."],
      ["", "", ""]
    ] as const) {
      strictEqual(bodyOf({ choices: [choice(first), choice(second, 1)] }).text, text)
    }
  })

  it("of one index are one answer", () => {
    strictEqual(bodyOf({ choices: [choice(null), choice(CODE)] }).text, CODE)
    const twos = cut(CODE).map((content) => ({
      choices: [
        { index: 0, delta: { content: content.slice(0, 3) } },
        { index: 0, delta: { content: content.slice(3) } }
      ]
    }))
    strictEqual(textOf(twos), CODE)
  })

  it("of another index, in chunks of their own, are another answer", () => {
    const other = cut(CODE.toUpperCase()).map((content) => ({ choices: [{ index: 1, delta: { content } }] }))
    strictEqual(textOf(deltas(CODE).flatMap((chunk, n) => [chunk, other[n] ?? {}])), CODE)
    strictEqual(textOf([...deltas(CODE), ...other]), CODE)
    strictEqual(textOf(other), CODE.toUpperCase())
    strictEqual(
      textOf([{ choices: ["a", "b"].map((content, index) => ({ index, delta: { content } })) }, ...other]),
      "a"
    )
  })

  it("are told apart in chunks of their own, and the first is the answer, with its own finish reason", () => {
    const of = (index: number, text: string) =>
      cut(text).map((content) => ({ choices: [{ index, delta: { content } }] }))
    const ends = (index: number, reason: string) => ({ choices: [{ index, delta: {}, finish_reason: reason }] })
    const mixed = (...all: ReadonlyArray<ReadonlyArray<object>>) =>
      Array.from({ length: Math.max(...all.map(({ length }) => length)) }, (_, n) =>
        all.flatMap((chunks) => chunks[n] ?? [])
      ).flat()
    const [zero, one, two] = [of(0, CODE), of(1, CODE.toUpperCase()), of(2, WORDS)]
    for (const [chunks, text] of [
      [mixed(zero, one), CODE],
      [mixed(one, zero), CODE],
      [mixed(zero, two, one), CODE],
      [mixed(zero, one, two), CODE],
      // Which of them is whose is not to be told in what came between.
      [mixed(two, one, zero), WORDS]
    ] as const) {
      const index = text === WORDS ? 2 : 0
      const others = [0, 1, 2].filter((other) => other !== index).map((other) => ends(other, "length"))
      for (const last of [
        [...others, ends(index, "stop")],
        [ends(index, "stop"), ...others]
      ]) {
        const seen = read([...chunks, ...last])
        deepStrictEqual([seen.text, seen.finishReason], [text, "stop"])
      }
    }
  })

  it("of one that counts the chunks are one answer", () => {
    for (const first of [0, 1]) {
      for (const more of [[], [{ message: said(CODE) }]]) {
        const chunks: Array<object> = cut(CODE).map((content, n) => ({
          choices: [{ index: n + first, delta: { content }, ...more[0] }]
        }))
        chunks.push({ choices: [{ index: chunks.length + first, delta: { content: "" }, finish_reason: "length" }] })
        for (const before of [[], [{ choices: [{ index: 0, delta: { role: "assistant", content: "" } }] }]]) {
          const { finishReason, text } = read([...before, ...chunks])
          strictEqual(text, CODE)
          strictEqual(finishReason, "length")
        }
      }
    }
  })

  it("are looked at in one pass, however many", () => {
    const before = performance.now()
    for (const index of [undefined, 0]) bodyOf({ choices: Array.from({ length: 8_000 }, () => ({ index })) })
    strictEqual(performance.now() - before < 500, true)
    const tokens = cut(CODE.repeat(9)).map((content) => ({ index: 0, delta: { content } }))
    strictEqual(textOf([{ choices: tokens }]), CODE.repeat(9))
  })
})

describe("parts of a content", () => {
  const line = ["rate = 0.5", " * price\n"] as const
  const around = (part: object) => [{ type: "text", text: line[0] }, part, { type: "text", text: line[1] }]
  const message = (content: ReadonlyArray<object>) => ({ choices: [{ message: { content }, finish_reason: "stop" }] })
  const anthropic = (content: ReadonlyArray<object>) => ({ content, stop_reason: "end_turn" })

  it("are one text around what says nothing", () => {
    for (const part of [
      { type: "reference", reference_ids: [1] },
      { type: "thinking", thinking: "" },
      { type: "image" }
    ]) {
      strictEqual(bodyOf(message(around(part))).text, line.join(""))
      strictEqual(bodyOf(anthropic(around(part))).text, line.join(""))
    }
  })

  it("are as those of a stream", () => {
    const parts = around({ type: "thinking", thinking: "hm" })
    strictEqual(textOf([{ choices: [{ delta: { content: parts } }] }]), line.join(""))
    strictEqual(textOf(parts.map((part) => ({ choices: [{ delta: { content: [part] } }] }))), line.join(""))
    strictEqual(bodyOf(message(parts)).text, line.join(""))
    const thought = [{ text: line[0] }, { text: "hm", thought: true }, { text: line[1] }]
    strictEqual(bodyOf({ candidates: [{ content: { parts: thought } }] }).text, line.join(""))
    strictEqual(bodyOf(anthropic(parts)).text, line.join("\n\n"))
    strictEqual(bodyOf(anthropic(around({ type: "tool_use", id: "x", input: {} }))).text, line.join("\n\n"))
  })
})

describe("Bedrock's Converse", () => {
  it("has its text deep inside", () => {
    const content = [{ reasoningContent: { reasoningText: { text: "hm" } } }, { text: CODE }]
    const seen = bodyOf({ output: { message: { role: "assistant", content } }, stopReason: "end_turn" })
    strictEqual(seen.text, CODE)
    strictEqual(seen.finishReason, "end_turn")
  })
})

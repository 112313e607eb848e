import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { describe, it } from "vitest"
import * as EventStream from "../../../../src/api/wire/EventStream.js"
import * as Fragment from "../../../../src/api/wire/Fragment.js"

const CODE = "a = 'NaN'\nb = -1\tc = \"Infinity\"\n"
const body = { id: "c1", choices: [{ index: 0, message: { content: CODE }, finish_reason: "stop" }] }
const chunk = { id: "c1", choices: [{ index: 0, delta: { content: CODE }, finish_reason: null }] }
const end = { id: "c1", choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }
const json = JSON.stringify(body)
const withNaN = (text: string) => text.replace(/\}$/, ',"logprob":NaN,"tps":-Infinity,"e":[Infinity]}')
const events = (...texts: ReadonlyArray<string>) => texts.map((text) => `data: ${text}\n\n`).join("")

describe("JSON that is none by the book is read", () => {
  for (const [name, text] of [
    ["with NaN in it", withNaN(json)],
    ["with NaN in each event", events(withNaN(JSON.stringify(chunk)), withNaN(JSON.stringify(end)), "[DONE]")],
    ["with NaN in each line", `${withNaN(JSON.stringify(chunk))}\n${withNaN(JSON.stringify(end))}\n`],
    ["with its line feeds and tabs as they are", json.replaceAll("\\n", "\n").replaceAll("\\t", "\t")],
    [
      "spread over lines behind one data:",
      events(...[chunk, end].map((one) => JSON.stringify(one, null, 2)), "[DONE]")
    ],
    [
      "spread over lines, with blank lines left out",
      `data: ${JSON.stringify(chunk, null, 2)}\ndata: ${JSON.stringify(end)}\n`
    ],
    ["encoded twice", JSON.stringify(json)],
    [
      "encoded twice in each event",
      events(...[chunk, end].map((one) => JSON.stringify(JSON.stringify(one))), "[DONE]")
    ],
    ["as text in a body", JSON.stringify({ statusCode: 200, headers: {}, body: json })],
    ["beside an error that is null", JSON.stringify({ code: 0, error: null, data: body })],
    [
      "with numbers as strings",
      json.replace('"index":0', '"index":"0"').replace('"choices":[', '"choices":[{"index":"1"},')
    ],
    [
      "of Cloudflare",
      JSON.stringify({ result: { response: CODE, usage: { prompt_tokens: 1 } }, success: true, errors: [] })
    ],
    [
      "of Cloudflare, streamed",
      events(JSON.stringify({ response: CODE, p: "abc" }), '{"response":"","usage":{}}', "[DONE]")
    ]
  ] as const) {
    it(name, () => {
      const { closed, damage, ended, text: said } = EventStream.read(text)
      deepStrictEqual([said, damage, closed || ended], [CODE, undefined, true])
    })
  }
})

describe("a value", () => {
  it("is what it is in JSON, and NaN is nothing", () => {
    for (const value of [null, 1, "NaN", { a: ["\n", '"', "\\", "Infinity"] }]) {
      deepStrictEqual(Fragment.parse(JSON.stringify(value)), { value })
    }
    deepStrictEqual(Fragment.parse('{"a":NaN,"b":[-Infinity,"NaN\n\\"NaN"]}'), {
      value: { a: null, b: [null, 'NaN\n"NaN'] }
    })
  })

  it("is none without its end, or with words in it", () => {
    for (const text of ['{"a":NaN', '{"a":"NaN', "NaNs", "{NaN}", '{"a":\nx}', "Infinity and more", '{"a":nan}', ""]) {
      strictEqual(Fragment.parse(text), undefined)
    }
  })

  it("that is long is read at once", () => {
    const text = `{"a":"${'\\"\n'.repeat(1_000_000)}","b":${"[".repeat(1_000)}`
    strictEqual(Fragment.parse(text), undefined)
  })
})

describe("what only looks like it is not", () => {
  it("words that a server wraps are no answer", () => {
    for (const said of [{ response: "Unauthorized" }, { error: { message: "no" }, data: body }, { body: "hello" }]) {
      strictEqual(EventStream.read(JSON.stringify(said)).text, "")
    }
    strictEqual(EventStream.read(JSON.stringify("hello")).text, "")
  })

  it("words behind a chunk that broke off do not belong to it", () => {
    const { aside, text } = EventStream.read(`${events(JSON.stringify(chunk))}data: {"choices":\nupstream died\n\n`)
    deepStrictEqual([text, aside], [CODE, "upstream died"])
  })
})

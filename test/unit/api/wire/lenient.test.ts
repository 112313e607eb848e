import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { describe, it } from "vitest"
import * as ErrorShape from "../../../../src/api/wire/ErrorShape.js"
import * as EventStream from "../../../../src/api/wire/EventStream.js"
import * as Fragment from "../../../../src/api/wire/Fragment.js"
import * as Lenient from "../../../../src/api/wire/Lenient.js"

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

describe("of very many fields no more are read than are looked through", () => {
  const MANY = 20_000
  const of = (value: unknown) => Object.fromEntries(Array.from({ length: MANY }, (_, n) => [`k${n}`, value]))

  for (const [name, look] of [
    ["entries", Lenient.entries],
    ["words", ErrorShape.words],
    ["cut", Lenient.cut]
  ] as const) {
    for (const [place, within] of [
      ["at once", (wide: object) => wide],
      ["below others", (wide: object) => ({ error: { message: wide } })],
      ["beside others", (wide: object) => ({ error: { details: [wide, wide, wide] } })]
    ] as const) {
      it(`${name}, ${place}`, () => {
        let reads = 0
        const counted = new Proxy(of(["x"]), {
          get: (own, key) => {
            reads += 1
            return Reflect.get(own, key)
          }
        })
        look(within(counted))
        assertTrue(reads < 3_000, `${reads}`)
      })
    }
  }

  it("as many of each level as before", () => {
    const found = Lenient.entries({ a: of(1), b: of(2) }).map(([, value]) => value)
    deepStrictEqual([found.length, found.filter((value) => value === 1).length, found.includes(2)], [503, 500, false])
  })

  it("what is cut is what is looked through", () => {
    const small = { a: [1, null, "x", { b: [{ c: true }] }], error: { message: "no" } }
    deepStrictEqual(Lenient.cut(small), small)
    const wide = { error: of({ m: "no" }), list: Array.from({ length: MANY }, (_, n) => n) }
    deepStrictEqual(Lenient.entries(Lenient.cut(wide)), Lenient.entries(Lenient.cut(Lenient.cut(wide))))
    deepStrictEqual(Lenient.texts(Lenient.cut(wide)), Lenient.texts(wide))
    strictEqual(Lenient.string(Lenient.cut("x".repeat(1_000_000)))?.length, 100_000)
  })
})

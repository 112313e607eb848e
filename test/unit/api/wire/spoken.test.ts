import { assertTrue, deepStrictEqual } from "@effect/vitest/utils"
import { Either } from "effect"
import { describe, it } from "vitest"
import * as Classify from "../../../../src/api/wire/Classify.js"
import * as Secret from "../../../../src/api/wire/Secret.js"
import * as Spoken from "../../../../src/api/wire/Spoken.js"

/** Words that decide much where a server says them. */
const TEXT = "# invalid api key: unauthorized, rate limit exceeded; please wait 15 seconds\n"

const judged = (status: number, body: string | object) => {
  const text = typeof body === "string" ? body : JSON.stringify(body)
  const exchange = { _tag: "Body", status, headers: {}, text } as const
  return Either.match(Classify.classify(exchange, { model: "m", maxCompletionTokens: 4096 }, 0, Secret.NONE), {
    onLeft: ({ reason, retryAt }) => [reason._tag, reason.message, retryAt],
    onRight: () => ["ok"]
  })
}

const error = { message: "Provider returned error" }
const events = (...chunks: ReadonlyArray<object>) =>
  chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("")

const BROKEN = ["ServerFailed", "Provider returned error", undefined]

describe("what a model wrote is not heard as the server's words", () => {
  const beside: ReadonlyArray<readonly [name: string, body: string | object]> = [
    ["in a chunk", events({ error, choices: [{ index: 0, delta: { content: TEXT }, finish_reason: "error" }] })],
    ["in parts", events({ error, choices: [{ delta: { content: [{ type: "text", text: TEXT }] } }] })],
    ["in a chunk, as thoughts", events({ error, choices: [{ delta: { reasoning: TEXT, content: "x" } }] })],
    ["in a text", events({ error, choices: [{ text: TEXT, finish_reason: "error" }] })],
    ["in a choice", { choices: [{ finish_reason: "error", message: { role: "assistant", content: TEXT }, error }] }],
    [
      "in a choice with a code",
      { choices: [{ index: 0, message: { content: TEXT }, error: { ...error, code: 502 } }] }
    ],
    ["in the text of a choice", { choices: [{ index: 0, text: TEXT, error }] }],
    [
      "in an argument",
      { choices: [{ index: 0, message: { tool_calls: [{ function: { arguments: TEXT } }] }, error }] }
    ],
    ["of Ollama", events({ response: TEXT, done: false, error })],
    ["in the error", { error: { ...error, failed_generation: TEXT } }],
    ["in the error, in JSON", { error: { ...error, metadata: { raw: JSON.stringify({ partial: TEXT }) } } }],
    ["in the error, as messages", { error: { ...error, request: { messages: [{ role: "user", content: TEXT }] } } }]
  ]
  for (const [name, body] of beside) {
    it(name, () => {
      const [tag, message, retryAt] = judged(200, body)
      deepStrictEqual([tag, String(message).replace(/ \(\{.*/, ""), retryAt], BROKEN)
    })
  }

  it("in a request that is refused", () => {
    const said = { message: "Parsing failed.", code: "odd", failed_generation: TEXT }
    deepStrictEqual(judged(418, { error: said }), ["Rejected", "Parsing failed.", undefined])
    deepStrictEqual(judged(418, [{ error: said }]), ["Rejected", "Parsing failed.", undefined])
  })
})

describe("what a model wrote in a body that breaks off is not heard", () => {
  const whole = JSON.stringify({
    error: { message: "Failed to generate", type: "odd", failed_generation: TEXT.repeat(40), code: 7 }
  })
  const nested = JSON.stringify({ error: { message: "Failed to generate", metadata: { raw: whole } } })
  const messages = JSON.stringify({ error: { message: "Failed to generate", choices: [{ a: [TEXT] }, TEXT], code: 7 } })
  for (const [name, body] of [
    ["in it", whole.slice(0, 1_500)],
    ["behind it", whole.slice(0, -5)],
    ["behind a list", messages.slice(0, -5)],
    ["in a list", messages.slice(0, 120)],
    ["in the text of another", nested.slice(0, 1_500)],
    ["in the text of another that is whole", JSON.stringify({ error: { raw: whole.slice(0, 1_500), code: "odd" } })]
  ] as const) {
    it(name, () => deepStrictEqual(judged(400, body)[0], "Rejected"))
  }

  it("and is taken out at once", () => {
    const before = performance.now()
    for (const part of ["\\", '"content":', '"content":"', '"content":[', '"content":{}', '\\"content\\":\\"', " "]) {
      Spoken.without(`{${part.repeat(100_000)}`)
    }
    assertTrue(performance.now() - before < 5_000)
  })

  it("and the rest is", () => {
    deepStrictEqual(Spoken.without('{"partial":"a\\"b","code":7,"x'), '{,"code":7,"x')
    deepStrictEqual(Spoken.without('{"partial":true,"content":null,"x'), '{"partial":true,"content":null,"x')
    deepStrictEqual(Spoken.without('{"content":[{"a":"]"}],"x'), '{,"x')
    deepStrictEqual(Spoken.without('{"message":"m","content":"x'), '{"message":"m",')
    deepStrictEqual(judged(400, '{"error":{"message":"Invalid API key","failed_generation":"x')[0], "AccountRefused")
  })
})

describe("what a server says is heard", () => {
  const refused = ["AccountRefused", "the API refused the account or the key (HTTP 401): Invalid API key", undefined]

  it("beside what a model wrote", () => {
    const said = { message: "Invalid API key" }
    deepStrictEqual(judged(200, { choices: [{ index: 0, message: { content: "x" }, error: said }] }), refused)
    deepStrictEqual(judged(200, events({ error: said, choices: [{ delta: { content: "x" } }] })), refused)
    deepStrictEqual(judged(401, { error: { ...said, failed_generation: "x" } }), refused)
    deepStrictEqual(judged(429, { error: { message: "Please try again in 2s", partial: TEXT } }), [
      "RateLimited",
      "Please try again in 2s",
      2000
    ])
  })

  it("beside a role, and in numbers beside signs of an answer", () => {
    const daily = { code: 429, msg: "quota exceeded (daily)", role: "user" }
    deepStrictEqual(judged(429, daily).slice(0, 2), ["RateLimited", "quota exceeded (daily)"])
    for (const sign of [{ done: true }, { index: 0 }, { finish_reason: "error" }]) {
      for (const retry_after of [7, "7", "7s", "1970-01-01T00:00:07Z"]) {
        const body = { error: "slow down", response: "401", text: TEXT, retry_after, ...sign }
        deepStrictEqual(judged(429, body), ["RateLimited", "slow down", 7_000])
      }
    }
    for (const said of [{ content: TEXT }, { parts: [{ text: TEXT }] }]) {
      deepStrictEqual(Spoken.without({ a: [{ role: "user", ...said }] }), { a: [{}] })
    }
  })

  it("in fields that may have such names", () => {
    for (const value of [
      { error: { message: "m", partial: true, content: null, details: ["a", { text: "b", reasoning: ["c"] }] } },
      { error: "e", message: "m", detail: { input: "x" } },
      "text",
      [1, null],
      { error: { metadata: { raw: '{ "message":  "m" }' } } }
    ]) {
      const { content: _, ...rest } = Object(value).error ?? {}
      const expected = typeof Object(value).error === "object" ? { ...Object(value), error: rest } : value
      deepStrictEqual(Spoken.without(value), expected)
    }
  })

  it("however deep the body is", () => {
    let deep: unknown = "end"
    for (let level = 0; level < 10_000; level += 1) deep = { deep }
    deepStrictEqual(typeof Spoken.without({ content: "x", deep }), "object")
  })
})

/** JSON that is nested deeper than anything is looked through: an answer that is none, said once, and no crash. */
import { deepStrictEqual } from "@effect/vitest/utils"
import { Either, Redacted } from "effect"
import { describe, it } from "vitest"
import * as Classify from "../../../../src/api/wire/Classify.js"
import * as EventStream from "../../../../src/api/wire/EventStream.js"
import * as Secret from "../../../../src/api/wire/Secret.js"
import { chunk, DONE, event, finishes, says } from "./network.js"

const KEY = "sk-or-v1-0123456789abcdef"

const tagOf = (exchange: Classify.Exchange): string => {
  const judged = Classify.classify(exchange, { model: "a/b" }, 0, Secret.make(Redacted.make(KEY)))
  return Either.match(judged, {
    onLeft: ({ reason }) => `${reason._tag}: ${reason.message}`,
    onRight: ({ text }) => `Answer: ${text}`
  })
}

const body = (text: string, status = 200) => tagOf({ _tag: "Body", status, headers: {}, text })

const stream = (...texts: ReadonlyArray<string>) => {
  const reader = EventStream.make(8_000_000)
  for (const text of texts) reader.push(text)
  reader.end()
  return tagOf({ _tag: "Stream", status: 200, headers: {}, transcript: reader.transcript })
}

const lists = (times: number) => `${"[".repeat(times)}${"]".repeat(times)}`
const objects = (times: number) => `${'{"a":'.repeat(times)}1${"}".repeat(times)}`

const TOO_DEEP =
  "MalformedAnswer: the JSON of the answer is nested more than 500 levels deep, or has more than 150000 lists and objects"

/** Every place that something looks through to the ground. */
const PLACES: ReadonlyArray<readonly [name: string, around: (value: string) => string]> = [
  ["a list alone", (value) => value],
  ["choices", (value) => `{"choices":${value}}`],
  ["the content", (value) => `{"choices":[{"message":{"content":${value}}}]}`],
  ["a delta", (value) => `{"choices":[{"delta":{"content":[{"type":"text","text":${value}}]}}]}`],
  ["thoughts", (value) => `{"choices":[{"message":{"reasoning_details":[{"summary":${value}}]}}]}`],
  ["an error", (value) => `{"error":${value}}`],
  ["what is beside an error", (value) => `{"error":{"message":"no","metadata":${value}}}`],
  ["words", (value) => `{"detail":${value}}`],
  ["another API's answer", (value) => `{"candidates":[{"content":{"parts":${value}}}]}`],
  ["an answer in an answer", (value) => `{"data":{"result":${value}}}`],
  ["what JSON has not", (value) => `{"choices":[],"logprob":NaN,"a":${value}}`]
]

describe("an answer nested too deep", () => {
  for (const [name, around] of PLACES) {
    it(`in ${name}`, () => {
      for (const value of [lists(30_000), objects(30_000)]) {
        const text = around(value)
        const spread = text.replaceAll(/[,:]/g, "$&\n")
        deepStrictEqual(
          [text, spread].map((one) => body(one)),
          [TOO_DEEP, TOO_DEEP]
        )
        deepStrictEqual([stream(event(text)), stream(event(text), DONE)], [TOO_DEEP, TOO_DEEP])
        deepStrictEqual(stream(says("def"), event(text), says(" f"), event(chunk({}, "stop")), DONE), TOO_DEEP)
      }
    })
  }

  it("in a text within the text is what that text says", () => {
    const text = JSON.stringify({ error: { message: lists(30_000), code: 400 } })
    deepStrictEqual(body(text, 400).slice(0, 14), "Rejected: [[[[")
  })

  it("with a bad status is what the status says", () => {
    deepStrictEqual(body(`{"error":${objects(30_000)}}`, 503).split(":")[0], "ServerFailed")
    deepStrictEqual(body(`{"error":${lists(30_000)}}`, 400).split(":")[0], "Rejected")
  })

  it("behind the end of an answer takes nothing from it", () =>
    deepStrictEqual(stream(says("de"), says("f"), finishes("stop"), event(lists(30_000)), DONE), "Answer: def"))
})

describe("an answer of 400 levels", () => {
  it.each(PLACES)("is read: %s", (_, around) => {
    const said = [lists(400), objects(400)].flatMap((value) => [
      body(around(value)),
      stream(event(around(value)), DONE)
    ])
    deepStrictEqual(
      said.filter((one) => one === TOO_DEEP),
      []
    )
  })
})

describe("an answer of many parts", () => {
  const parts = (times: number) =>
    `{"choices":[{"message":{"content":"def"}}],"rest":[${Array(times).fill("{}").join(",")}]}`
  // Beside the parts: the answer, its choices, the first of them, its message, and the list of the rest.
  it("is read up to 150,000", () => deepStrictEqual(body(parts(149_995)), "Answer: def"))
  it("is none with more, and takes no longer than it is long", () => {
    deepStrictEqual(body(parts(149_996)), TOO_DEEP)
    const before = performance.now()
    for (const whole of [`[${Array(900_000).fill("{}").join(",")}]`, parts(900_000)]) {
      deepStrictEqual(body(whole), TOO_DEEP)
      deepStrictEqual(body(whole, 429).split(":")[0], "RateLimited")
    }
    // Each took five seconds.
    deepStrictEqual(performance.now() - before < 5_000, true)
  })
})

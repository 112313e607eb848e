import { it } from "@effect/vitest"
import { assertFalse, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Either } from "effect"
import { describe } from "vitest"
import type * as OpenRouter from "../../../../src/api/OpenRouter.js"
import * as EventStream from "../../../../src/api/wire/EventStream.js"
import { Answer, Usage } from "../../../../src/domain/Answer.js"
import { AnswerTooLarge, GenerationError } from "../../../../src/domain/GenerationError.js"
import { chunk, COMMENT, counts, DONE, event, finishes, network, openRouter, pieces, says, SSE } from "./network.js"

const bytes = (text: string) => new TextEncoder().encode(text)

const request: OpenRouter.ChatRequest = { model: "m", messages: [{ role: "user", content: "write" }] }

/** What becomes of a body that comes in these pieces, through the whole reader. */
const read = (parts: ReadonlyArray<Uint8Array>, options: OpenRouter.Options = {}) =>
  Effect.gen(function* () {
    const { client } = network(() => pieces(parts, { headers: SSE }))
    return yield* Effect.either((yield* openRouter(client, options)).complete(request))
  })

const answer = new Answer({
  text: "a = 'é€😀'\nb = 2",
  model: "meta-llama/llama-3.2-3b-instruct:free",
  finishReason: "stop",
  generationId: "gen-1724150000-Xy7",
  usage: new Usage({ promptTokens: 14, completionTokens: 163, cost: 0.00042 })
})

const SAMPLE =
  COMMENT + says("") + says("a = 'é") + COMMENT + says("€😀'\n") + says("b = 2") + finishes("stop") + counts + DONE

/** As little as has everything in it: a comment, two deltas, letters of two, three and four bytes, usage, the end. */
const SHORT =
  ": hi\n\n" +
  event({ choices: [{ delta: { content: "é€" } }] }) +
  event({ choices: [{ delta: { content: "😀" }, finish_reason: "stop" }] }) +
  event({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } }) +
  DONE

const short = new Answer({
  text: "é€😀",
  model: "m",
  finishReason: "stop",
  usage: new Usage({ promptTokens: 1, completionTokens: 2 })
})

/** The same events as other servers put them. */
const dialects: ReadonlyArray<readonly [name: string, text: string]> = [
  ["LF", SAMPLE],
  ["CRLF", SAMPLE.replaceAll("\n", "\r\n")],
  ["CR", SAMPLE.replaceAll("\n", "\r")],
  ["no space after the colon", SAMPLE.replaceAll("data: ", "data:")],
  ["no newline at the end", SAMPLE.trimEnd()],
  ["a byte order mark", `\uFEFF${SAMPLE}`],
  ["several data lines for an event", SAMPLE.replaceAll(',"model"', ',\ndata: "model"')],
  ["names, ids and pauses of events", SAMPLE.replaceAll("data: ", "event: message\nid: 7\nretry: 10\ndata: ")],
  ["a single line break between events", SAMPLE.replaceAll("\n\n", "\n")],
  ["two values in a line", SAMPLE.replace("\n\ndata: {", "{")],
  ["events that are no JSON", SAMPLE.replaceAll(COMMENT, `${event("ping")}${event("{")}${event("[1]")}data\n\n`)]
]

describe("a chunk that cannot be read", () => {
  const [before = "", ...after] = SAMPLE.split(says("€😀'\n"))
  const damaged = (chunk: string, rest = after.join("")) => read([bytes(before + chunk + rest)])
  const half = says("€😀'\n").trim().slice(0, 40)
  const messageOf = Either.match({ onLeft: ({ reason }: GenerationError) => reason.message, onRight: () => "answered" })

  it.live("takes a part of the answer with it, so there is none", () =>
    Effect.gen(function* () {
      for (const chunk of [`${half}\n\n`, `${half}\n`, `data: ping\n${half}\n`, `data: ${half}\n\n`]) {
        strictEqual(messageOf(yield* damaged(chunk)), "a part of the stream cannot be read")
      }
      strictEqual(messageOf(yield* damaged(half, "")), "the stream ended before the answer was complete")
    })
  )

  it.live("takes nothing with it behind the answer, or where the whole is said again", () =>
    Effect.gen(function* () {
      const behind = SAMPLE.replace(counts, `${half}\n\n${counts}`)
      deepStrictEqual(yield* read([bytes(behind)]), Either.right(answer))
      const whole = event({
        ...chunk({}, "stop"),
        choices: [{ index: 0, message: { content: answer.text }, finish_reason: "stop" }]
      })
      const again = yield* damaged(`${half}\n\n`, whole + counts + DONE)
      deepStrictEqual(again, Either.right(answer))
    })
  )

  it.live("is no reason not to hear the error in it, or behind it", () =>
    Effect.gen(function* () {
      const error = event({ type: "error", error: { message: "said" } })
      strictEqual(messageOf(yield* damaged(`${half}\n${error}`, "")), "said")
      strictEqual(
        messageOf(yield* damaged("data: {'error': {'message': 'engine failed'}}\n\n", "")),
        "{'error': {'message': 'engine failed'}}"
      )
      strictEqual(
        messageOf(yield* damaged("<html><body><h1>502 Bad Gateway</h1></body></html>", "")),
        "502 Bad Gateway"
      )
    })
  )
})

describe("events", () => {
  for (const [name, text] of dialects) {
    it.live(`with ${name}`, () =>
      Effect.gen(function* () {
        deepStrictEqual(yield* read([bytes(text)]), Either.right(answer))
        deepStrictEqual(yield* read(Array.from(bytes(text), (byte) => Uint8Array.of(byte))), Either.right(answer))
      })
    )
  }

  for (const [name, newline] of [
    ["LF", "\n"],
    ["CRLF", "\r\n"],
    ["CR", "\r"]
  ] as const) {
    it.live(`split at every byte, with ${name}`, () =>
      Effect.gen(function* () {
        const all = bytes(SHORT.replaceAll("\n", newline))
        // In pieces of this length, each of which ends at every place once.
        const length = 64
        let at = 0
        const parts = () => {
          const starts = Array.from({ length: Math.ceil((all.length - at) / length) }, (_, nth) => at + nth * length)
          return [all.slice(0, at), ...starts.map((from) => all.slice(from, from + length))]
        }
        const { client } = network(() => pieces(parts(), { headers: SSE }))
        const service = yield* openRouter(client)
        for (at = 1; at <= length; at += 1) {
          deepStrictEqual(yield* service.complete(request), short, `at ${at}`)
        }
      })
    )
  }

  it("after the end say nothing, whatever they are", () => {
    for (const end of [DONE, finishes("stop") + counts, event({ error: { code: 500, message: "broke" } })]) {
      const reader = EventStream.make(1_000)
      assertTrue(reader.push(says("a") + end))
      const before = reader.transcript
      assertTrue(reader.push(says("b") + event({ error: "late" }) + DONE))
      strictEqual(reader.transcript, before)
    }
  })
})

describe("an event over very many lines", () => {
  const tokens = Array.from({ length: 4_000 }, (_, at) => ({ token: `t${at}`, logprob: -0.1, top_logprobs: [{}] }))
  const whole = JSON.stringify(
    { choices: [{ logprobs: { content: tokens }, message: { content: "a" }, finish_reason: "stop" }] },
    undefined,
    2
  )

  const bodies: ReadonlyArray<readonly [name: string, body: string, text: string]> = [
    ["that is data by its first", `data: ${whole}\n\n`, "a"],
    ["that is data by each", whole.replace(/^/gm, "data: "), "a"],
    ["without its end", `data: ${whole.slice(0, -2)}`, ""],
    ["that closes more than was opened", `data: {\n"a":[\n${" }\n".repeat(40_000)}`, ""],
    ["each of which closes something", `data: {\n${"data: }\n".repeat(40_000)}`, ""],
    ["each of which is a value", `data: [}\n${"data: {}\n".repeat(40_000)}`, ""],
    ["that is deep, and cannot be read", `data: ${'{"a":'.repeat(20_000)}x${"}".repeat(20_000)}\n\n`, ""],
    ["of marks before a word", `data: [\n${" }\n".repeat(40_000)}x`, ""]
  ]
  for (const [name, body, text] of bodies) {
    it(`is read as fast as it comes, one ${name}`, () => {
      for (const length of [body.length, 4_000]) {
        const reader = EventStream.make(10_000_000)
        const before = performance.now()
        for (let at = 0; at < body.length; at += length) reader.push(body.slice(at, at + length))
        reader.end()
        assertTrue(performance.now() - before < 5_000)
        strictEqual(reader.transcript.text, text)
      }
    })
  }

  it("ends with its last bracket, and not with one in a string", () => {
    const chunk = '{\n"choices": [{"delta": {"content": "{\\"}"}}\n]\n}'
    for (const next of [chunk, chunk.replaceAll("\n", "\ndata: ")]) {
      strictEqual(EventStream.read(`data: ${next}\ndata: ${next}\n\n`).text, '{"}{"}')
    }
  })
})

describe("what is kept in memory", () => {
  const tooLarge = (limitBytes: number, text = "") => {
    const { generationId, model } = answer
    const begun =
      text === "" ? {} : { generationId, partial: new Answer({ text, model, generationId, ending: "implied" }) }
    return Either.left(new GenerationError({ model: "m", reason: new AnswerTooLarge({ limitBytes }), ...begun }))
  }

  it("is the answer: its bytes are counted, not those of the wire around it", () => {
    const reader = EventStream.make(1_000)
    for (let n = 0; n < 10; n += 1) assertTrue(reader.push(says("é".repeat(50)) + COMMENT.repeat(100)))
    strictEqual(reader.transcript.bytes, 1_000)
    assertFalse(reader.push(says("x")))
    assertFalse(reader.push(COMMENT))
  })

  it("includes a refusal", () => {
    const reader = EventStream.make(1_000)
    assertTrue(reader.push(event(chunk({ refusal: "n".repeat(500) }))))
    assertTrue(reader.push(event(chunk({ refusal: "n".repeat(500) }))))
    assertFalse(reader.push(event(chunk({ refusal: "o" }))))
  })

  it("is one line at most", () => {
    const reader = EventStream.make(1_000)
    assertTrue(reader.push(says("a")))
    assertTrue(reader.push("data: " + "x".repeat(994)))
    assertFalse(reader.push("x"))
    assertFalse(reader.push(`\n\n${says("b")}`))
    strictEqual(reader.transcript.text, "a")
  })

  it("is one line at most, also when it comes in one piece", () => {
    const envelope = says("").length - "data: \n\n".length
    const reader = EventStream.make(1_000)
    assertTrue(reader.push(says("x".repeat(1_000 - envelope))))
    assertFalse(reader.push(says("y".repeat(1_001 - envelope))))
    strictEqual(reader.transcript.text, "x".repeat(1_000 - envelope))
  })

  it.effect("is 8 MB of an answer that never ends, and the exchange ends there", () =>
    Effect.gen(function* () {
      const piece = bytes(says("x".repeat(100_000)))
      let sent = 0
      const endless = new ReadableStream<Uint8Array>({
        pull: (own) => {
          sent += 1
          own.enqueue(piece)
        }
      })
      const { client, sent: requests } = network(() => new Response(endless, { headers: SSE }))
      const service = yield* openRouter(client)
      deepStrictEqual(yield* Effect.either(service.complete(request)), tooLarge(8_000_000, "x".repeat(8_100_000)))
      // One more than fits, and what the stream had ready.
      assertTrue(sent >= 81 && sent <= 84, `${sent} pieces`)
      assertTrue(requests[0]?.closed() ?? false)
    })
  )

  it.effect("is 8 MB of a line that never ends", () =>
    Effect.gen(function* () {
      let sent = 0
      const endless = new ReadableStream<Uint8Array>({
        pull: (own) => {
          sent += 1
          own.enqueue(bytes((sent === 1 ? "data: " : "") + "x".repeat(100_000)))
        }
      })
      const { client } = network(() => new Response(endless, { headers: SSE }))
      deepStrictEqual(yield* Effect.either((yield* openRouter(client)).complete(request)), tooLarge(8_000_000))
      assertTrue(sent >= 80 && sent <= 84, `${sent} pieces`)
    })
  )

  it.effect("is as much as was asked for, also of a plain body", () =>
    Effect.gen(function* () {
      const parts = [bytes(says("x".repeat(600))), bytes(says("é".repeat(200)) + DONE)]
      assertTrue(Either.isRight(yield* read(parts, { maxAnswerBytes: 1_000 })))
      deepStrictEqual(yield* read(parts, { maxAnswerBytes: 999 }), tooLarge(999, "x".repeat(600) + "é".repeat(200)))
      const text = JSON.stringify({ choices: [{ message: { content: "é" } }] })
      const plain = (maxAnswerBytes: number, status = 200) =>
        Effect.gen(function* () {
          const { client } = network(() => pieces([bytes(text)], { status }))
          return yield* Effect.either((yield* openRouter(client, { maxAnswerBytes })).complete(request))
        })
      assertTrue(Either.isRight(yield* plain(bytes(text).length)))
      const less = bytes(text).length - 1
      const partial = new Answer({ text: "é", model: "m", ending: "implied" })
      deepStrictEqual(
        yield* plain(less),
        Either.left(new GenerationError({ model: "m", reason: new AnswerTooLarge({ limitBytes: less }), partial }))
      )
    })
  )
})

/**
 * Exchanges as servers put them on the wire, each a file with status line, headers and chunks: played in the pieces they
 * came in, all at once, in a few bytes at a time, byte by byte, and split at every offset. The outcome is always the same.
 */
import { readFileSync, readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Either, TestClock } from "effect"
import { describe } from "vitest"
import * as Classify from "../../../../src/api/wire/Classify.js"
import * as EventStream from "../../../../src/api/wire/EventStream.js"
import * as Secret from "../../../../src/api/wire/Secret.js"
import type { Answer } from "../../../../src/domain/Answer.js"
import { GenerationError } from "../../../../src/domain/GenerationError.js"
import { network, openRouter, pieces } from "./network.js"

const FOLDER = fileURLToPath(new URL("../../../fixtures/wire/", import.meta.url))
const NOW = Date.UTC(2026, 7, 20, 12)
const WHOLE = readFileSync(`${FOLDER}module.txt`, "utf8")

interface Recorded {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly chunks: ReadonlyArray<Uint8Array>
}

const indexOf = (bytes: Buffer, text: string, from: number) => bytes.indexOf(text, from, "latin1")

const recorded = (name: string): Recorded => {
  const bytes = readFileSync(`${FOLDER}${name}.http`)
  const end = indexOf(bytes, "\r\n\r\n", 0)
  const [start = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n")
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)])
  )
  const body = bytes.subarray(end + 4)
  const status = Number(start.split(" ")[1])
  if (headers["transfer-encoding"] !== "chunked") return { status, headers, chunks: [Uint8Array.from(body)] }
  const chunks: Array<Uint8Array> = []
  for (let at = 0; ;) {
    const line = indexOf(body, "\r\n", at)
    const size = Number.parseInt(body.subarray(at, line).toString("latin1"), 16)
    if (size === 0) return { status, headers, chunks }
    chunks.push(Uint8Array.from(body.subarray(line + 2, line + 2 + size)))
    at = line + 2 + size + 2
  }
}

const asked = {
  model: "asked",
  maxCompletionTokens: 4_096,
  sent: ["model", "messages", "stream", "stream_options", "max_completion_tokens", "temperature"]
}

/** What matters of an outcome. */
const told = (outcome: Either.Either<Answer, Classify.Failure>): object => {
  if (Either.isRight(outcome)) {
    const { ending, text } = outcome.right
    return { whole: text === WHOLE, ...(ending === undefined ? {} : { ending }) }
  }
  const { partial, reason, retryAt } = outcome.left
  const { _tag } = reason
  const known = ["status", "parameter", "fits", "daily", "scope", "because", "reasoning", "unproven"].flatMap(
    (key): ReadonlyArray<readonly [string, unknown]> => (key in reason ? [[key, Reflect.get(reason, key)]] : [])
  )
  return {
    _tag,
    ...Object.fromEntries(known),
    ...(retryAt === undefined ? {} : { wait: retryAt - NOW }),
    ...(partial === undefined ? {} : { begun: WHOLE.startsWith(partial.text) || "thoughts" })
  }
}

const answered = { whole: true }
const broke = (status: number) => ({ _tag: "ServerFailed", status, begun: true })

const expected: Readonly<Record<string, object>> = {
  "any-no-end": { whole: true, ending: "implied" },
  "any-reasoning-only": { whole: true, ending: "implied" },
  "any-wrong-type": answered,
  "azure-content-filter": { _tag: "Refused" },
  "azure-stream": answered,
  "dashscope-inspection": { _tag: "Refused" },
  "deepseek-no-resources": broke(200),
  "deepseek-stream": answered,
  "gemini-quota-day": { _tag: "RateLimited", status: 429, daily: true, scope: "model" },
  "gemini-quota-minute": { _tag: "RateLimited", status: 429, scope: "model", wait: 37_000 },
  "gemini-stop-in-every-chunk": answered,
  "gemini-stream": answered,
  "groq-413": { _tag: "Rejected", status: 413, fits: 3_096 },
  "groq-429": { _tag: "RateLimited", status: 429, scope: "model", wait: 7_660 },
  "groq-498": { _tag: "ServerFailed", status: 498 },
  "groq-stream": answered,
  "litellm-401": { _tag: "Rejected", status: 401 },
  "llamacpp-context": { _tag: "Rejected", status: 400, fits: 1_096 },
  "llamacpp-error-field": broke(500),
  "llamacpp-loading": { _tag: "ServerFailed", status: 503, because: "loading" },
  "llamacpp-stream": answered,
  "lmstudio-error-event": broke(200),
  "lmstudio-no-path": { _tag: "Rejected", status: 200 },
  "minimax-limit": { _tag: "RateLimited", status: 429, scope: "model" },
  "minimax-stream": answered,
  "mistral-422": { _tag: "Rejected", status: 422, parameter: "max_completion_tokens" },
  "mistral-model-length": { _tag: "CutOff", because: "token-limit", begun: true },
  "mistral-stream": answered,
  "ollama-missing-model": { _tag: "Rejected", status: 404 },
  "ollama-native": answered,
  "ollama-stream": answered,
  "openai-429-words": { _tag: "RateLimited", status: 429, scope: "model", wait: 20 },
  "openai-plain": answered,
  "openai-quota": { _tag: "AccountRefused", status: 429 },
  "openai-stream": answered,
  "openai-temperature": { _tag: "Rejected", status: 400, parameter: "temperature" },
  "openrouter-afford": { _tag: "Rejected", status: 402, fits: 1_234 },
  "openrouter-error-after-deltas": broke(502),
  "openrouter-free-per-day": { _tag: "RateLimited", status: 429, scope: "free-per-day", wait: 43_200_000 },
  "openrouter-reasoning-ate-the-room": { _tag: "CutOff", because: "token-limit", reasoning: true, begun: "thoughts" },
  "openrouter-stream": answered,
  "vllm-context": { _tag: "Rejected", status: 400, fits: 3_617 },
  "vllm-stream": answered,
  "vllm-words": { _tag: "Rejected", status: 200 },
  "zhipu-429": { _tag: "RateLimited", status: 429, scope: "model" },
  "zhipu-sensitive": { _tag: "Refused", begun: true }
}

/** What the exchange reads of these parts, without the exchange around it. */
const read = ({ headers, status }: Recorded, parts: ReadonlyArray<Uint8Array>): Classify.Exchange => {
  const reader = EventStream.make(1_000_000)
  const decoder = new TextDecoder()
  for (const part of parts) reader.push(decoder.decode(part, { stream: true }))
  const exchange: Classify.Exchange = reader.isStream()
    ? { _tag: "Stream", status, headers, transcript: reader.transcript }
    : { _tag: "Body", status, headers, text: reader.body() }
  reader.end()
  return exchange
}

/** Of at most `length` bytes each, and the first of `first`. */
const split = (body: Uint8Array, length: number, first = length): ReadonlyArray<Uint8Array> => {
  const found = [body.subarray(0, first)]
  for (let at = first; at < body.length; at += length) found.push(body.subarray(at, at + length))
  return found
}

/** A line or two. In pieces of this length a body is read so many times, and each of its offsets is an end in one of them. */
const PIECE = 256
/** Over HTTP each piece takes a dozen fibers: few bytes, and no divisor of anything. */
const FEW = 7

const judged = (exchange: Classify.Exchange) => told(Classify.classify(exchange, asked, NOW, Secret.NONE))

it("every exchange is one that is looked at", () =>
  deepStrictEqual(
    readdirSync(FOLDER)
      .flatMap((file) => (file.endsWith(".http") ? [file.slice(0, -5)] : []))
      .toSorted(),
    Object.keys(expected).toSorted()
  ))

describe("what servers put on the wire", () => {
  for (const [name, outcome] of Object.entries(expected)) {
    it.effect(`${name}, over HTTP`, () =>
      Effect.gen(function* () {
        const exchange = recorded(name)
        const body = Uint8Array.from(exchange.chunks.flatMap((chunk) => Array.from(chunk)))
        yield* TestClock.setTime(NOW)
        for (const parts of [exchange.chunks, [body], split(body, FEW)]) {
          const { client } = network(() => pieces(parts, exchange))
          const service = yield* openRouter(client)
          const got = yield* Effect.either(
            service.complete({ model: "asked", messages: [], maxCompletionTokens: 4_096, temperature: 0.2 })
          )
          deepStrictEqual(
            told(Either.mapLeft(got, ({ partial, reason, retryAt }) => ({ partial, reason, retryAt }))),
            outcome
          )
        }
      })
    )

    it(`${name}, split at every offset`, () => {
      const exchange = recorded(name)
      const body = Uint8Array.from(exchange.chunks.flatMap((chunk) => Array.from(chunk)))
      const whole = read(exchange, [body])
      deepStrictEqual(judged(whole), outcome)
      deepStrictEqual(read(exchange, split(body, 1)), whole, "byte by byte")
      for (let first = 1; first < Math.min(body.length, PIECE + 1); first += 1) {
        deepStrictEqual(read(exchange, split(body, PIECE, first)), whole, `at ${first}`)
      }
    })
  }

  it("says in each failure what the server said", () => {
    for (const [name, outcome] of Object.entries(expected)) {
      if ("whole" in outcome) continue
      const { chunks, headers, status } = recorded(name)
      const text = new TextDecoder().decode(Uint8Array.from(chunks.flatMap((chunk) => Array.from(chunk))))
      if (/^(?:data|:)/.test(text) && !text.includes("error")) continue
      const got = Classify.classify({ _tag: "Body", status, headers, text }, asked, NOW, Secret.NONE)
      const { message } = Either.isLeft(got) ? new GenerationError({ model: "m", ...got.left }) : { message: "" }
      // However its quotes are escaped there, and wherever its place is told.
      const letters = (words: string) => words.replace(/[^\p{L}\p{N}]/gu, "")
      const said = letters(message.replace(/^m: (?:the API refused.*?\): )?/, "")).slice(-12)
      strictEqual(letters(text).includes(said), true, `${name}: ${message}`)
    }
  })
})

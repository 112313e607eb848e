import { brotliCompressSync, gzipSync } from "node:zlib"
import { HttpClient, HttpClientResponse } from "@effect/platform"
import { it } from "@effect/vitest"
import { assertTrue, deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Stream } from "effect"
import { describe } from "vitest"
import type * as OpenRouter from "../../../src/api/OpenRouter.js"
import * as Decompression from "../../../src/node/Decompression.js"
import { completion, network, openRouter, pieces } from "../api/wire/network.js"

const request: OpenRouter.ChatRequest = { model: "m", messages: [] }

const TEXT = Array.from({ length: 200 }, (_, n) => `a${n * n} = 'é€😀${(n * 7919) % 1_009}'\n`).join("")
const whole = brotliCompressSync(JSON.stringify(completion({ content: TEXT })))

const answer = (body: Uint8Array, encoding: string, status = 200) =>
  Effect.gen(function* () {
    const parts = Array.from({ length: Math.ceil(body.length / 7) }, (_, n) => body.slice(n * 7, (n + 1) * 7))
    const { client } = network(() => pieces(parts, { status, headers: { "content-encoding": encoding } }))
    return yield* Effect.either((yield* openRouter(Decompression.decoded(client))).complete(request))
  })

describe("a body in Brotli", () => {
  it.live("is decoded in the pool of Node", () =>
    Effect.gen(function* () {
      for (const encoding of ["br", "BR"]) {
        const outcome = yield* answer(whole, encoding)
        assertTrue(outcome._tag === "Right" && outcome.right.text === TEXT)
      }
    })
  )

  it.live("is decoded beside a bad status, too", () =>
    Effect.gen(function* () {
      const outcome = yield* answer(brotliCompressSync('{"error":{"message":"said"}}'), "br", 422)
      assertTrue(outcome._tag === "Left" && outcome.left.reason.message === "said")
    })
  )

  it.live("that breaks off is a broken connection", () =>
    Effect.gen(function* () {
      const outcome = yield* answer(whole.subarray(0, whole.length / 2), "br")
      assertTrue(outcome._tag === "Left")
      if (outcome._tag === "Left") deepStrictEqual(outcome.left.reason._tag, "ConnectionFailed")
    })
  )

  it.live("that breaks off before its first byte is a broken connection, not an empty body", () =>
    Effect.gen(function* () {
      const broken = new ReadableStream({ start: (controller) => controller.error(new Error("reset")) })
      const client = HttpClient.make((request) => {
        const response = new Response(broken, { headers: { "content-encoding": "br" } })
        return Effect.succeed(HttpClientResponse.fromWeb(request, response))
      })
      const reading = Decompression.decoded(client).get("http://localhost/")
      const outcome = yield* Effect.either(Effect.flatMap(reading, ({ stream }) => Stream.runDrain(stream)))
      assertTrue(outcome._tag === "Left")
      if (outcome._tag === "Left") deepStrictEqual(outcome.left._tag, "ResponseError")
    })
  )

  it.live("is left alone where it is none, whatever the header says", () =>
    Effect.gen(function* () {
      const body = new TextEncoder().encode(JSON.stringify(completion({ content: TEXT })))
      for (const encoding of ["identity", "br", "zstd"]) {
        const outcome = yield* answer(body, encoding)
        assertTrue(outcome._tag === "Right" && outcome.right.text === TEXT, encoding)
      }
    })
  )

  it.live("is decoded around another compression", () =>
    Effect.gen(function* () {
      const body = brotliCompressSync(gzipSync(JSON.stringify(completion({ content: TEXT }))))
      const outcome = yield* answer(body, "gzip, br")
      assertTrue(outcome._tag === "Right" && outcome.right.text === TEXT)
    })
  )
})

import { brotliCompressSync } from "node:zlib"
import { it } from "@effect/vitest"
import { assertTrue, deepStrictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import { describe } from "vitest"
import type * as OpenRouter from "../../../src/api/OpenRouter.js"
import * as Brotli from "../../../src/node/Brotli.js"
import { completion, network, openRouter, pieces } from "../api/wire/network.js"

const request: OpenRouter.ChatRequest = { model: "m", messages: [] }

const TEXT = "a = 'é€😀'\n".repeat(50)
const whole = brotliCompressSync(JSON.stringify(completion({ content: TEXT })))

const answer = (body: Uint8Array, encoding: string, status = 200) =>
  Effect.gen(function* () {
    const parts = Array.from({ length: Math.ceil(body.length / 7) }, (_, n) => body.slice(n * 7, (n + 1) * 7))
    const { client } = network(() => pieces(parts, { status, headers: { "content-encoding": encoding } }))
    return yield* Effect.either((yield* openRouter(Brotli.decoded(client))).complete(request))
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
      const outcome = yield* answer(whole.subarray(0, whole.length - 5), "br")
      assertTrue(outcome._tag === "Left")
      if (outcome._tag === "Left") deepStrictEqual(outcome.left.reason._tag, "ConnectionFailed")
    })
  )

  it.live("is left alone where it is none", () =>
    Effect.gen(function* () {
      const body = new TextEncoder().encode(JSON.stringify(completion({ content: TEXT })))
      const outcome = yield* answer(body, "identity")
      assertTrue(outcome._tag === "Right" && outcome.right.text === TEXT)
    })
  )
})

import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib"
import { it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import { describe } from "vitest"
import type * as OpenRouter from "../../../../src/api/OpenRouter.js"
import { ConnectionFailed } from "../../../../src/domain/GenerationError.js"
import { completion, counts, DONE, finishes, network, openRouter, pieces, says } from "./network.js"

const request: OpenRouter.ChatRequest = { model: "m", messages: [] }

const TEXT = "a = 'é€😀'\n".repeat(50)
const STREAM = says(TEXT) + finishes("stop") + counts + DONE
const PLAIN = JSON.stringify(completion({ content: TEXT }))

const bytes = (text: string) => new TextEncoder().encode(text)

/** In pieces of a size. */
const cut = (whole: Uint8Array, size: number) =>
  Array.from({ length: Math.ceil(whole.length / size) }, (_, n) => whole.slice(n * size, (n + 1) * size))

const answer = (body: Uint8Array, encoding: string | undefined, size = 7, status = 200) =>
  Effect.gen(function* () {
    const headers = encoding === undefined ? {} : { "content-encoding": encoding }
    const { client } = network(() => pieces(cut(body, size), { status, headers }))
    return yield* Effect.either((yield* openRouter(client)).complete(request))
  })

describe("a body that is compressed, though nobody asked for it", () => {
  for (const [name, compressed, encoding] of [
    ["gzip", gzipSync, "gzip"],
    ["gzip in capitals", gzipSync, "GZIP"],
    ["x-gzip", gzipSync, "x-gzip"],
    ["gzip that nobody speaks of", gzipSync, undefined],
    ["gzip under another name", gzipSync, "br"],
    ["deflate", deflateSync, "deflate"],
    ["deflate that nobody speaks of", deflateSync, undefined],
    ["deflate without its frame", deflateRawSync, "deflate"]
  ] as const) {
    it.live(name, () =>
      Effect.gen(function* () {
        for (const body of [STREAM, PLAIN]) {
          for (const size of [2, 7, 100_000]) {
            const outcome = yield* answer(compressed(body), encoding, size)
            assertTrue(outcome._tag === "Right" && outcome.right.text === TEXT, `${size}`)
          }
        }
      })
    )
  }

  it.live("may be an error", () =>
    Effect.gen(function* () {
      const outcome = yield* answer(gzipSync('{"error":{"message":"said"}}'), "gzip", 9, 400)
      assertTrue(outcome._tag === "Left" && outcome.left.reason.message === "said")
    })
  )

  it.live("is left alone where the HTTP client has decoded it, and kept the header", () =>
    Effect.gen(function* () {
      for (const encoding of ["gzip", "deflate", "br", "identity", "zstd"]) {
        for (const body of [STREAM, PLAIN]) {
          const outcome = yield* answer(bytes(body), encoding)
          assertTrue(outcome._tag === "Right" && outcome.right.text === TEXT, encoding)
        }
      }
    })
  )

  it.live("fails when it breaks off, with what came before", () =>
    Effect.gen(function* () {
      const whole = gzipSync(STREAM.replace(DONE, "").replace(finishes("stop"), "").replace(counts, ""))
      const outcome = yield* answer(whole.subarray(0, whole.length - 9), "gzip")
      assertTrue(outcome._tag === "Left")
      if (outcome._tag === "Left") deepStrictEqual(outcome.left.reason._tag, "ConnectionFailed")
    })
  )

  it.live("in zstd, which this Node may not know, is not asked for again", () =>
    Effect.gen(function* () {
      const frame = Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0x24, 0x10, ...bytes(PLAIN)])
      for (const encoding of ["zstd", undefined]) {
        for (const size of [1, 7, 1_000]) {
          const outcome = yield* answer(frame, encoding, size)
          assertTrue(outcome._tag === "Left")
          if (outcome._tag === "Left") {
            deepStrictEqual(
              outcome.left.reason,
              new ConnectionFailed({
                message: "the answer is compressed with zstd, which this version of Node cannot undo; Node 22.15 can",
                permanent: true
              })
            )
          }
        }
      }
    })
  )

  it.live("is never shown as it is", () =>
    Effect.gen(function* () {
      const outcome = yield* answer(brotliCompressSync(STREAM), "br", 1_000)
      assertTrue(outcome._tag === "Left")
      if (outcome._tag === "Left") {
        strictEqual(outcome.left.reason.message, "the answer is not JSON: no text (content-encoding: br)")
      }
    })
  )
})

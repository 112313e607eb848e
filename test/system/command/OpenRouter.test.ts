/** OpenRouter's own address, played by a proxy: the default models, and whose money is spent. */
import { createServer } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import { algogen, emptyFolder, models, PATIENCE } from "./command.js"
import { parse } from "./document.js"

const CODE = 'def execute_trade(ticker, price, tick, cash_balance, shares_held):\n    return "HOLD"\n'

const scene = (list: ReadonlyArray<object>) =>
  Effect.gen(function* () {
    const folder = yield* emptyFolder
    const asked: Array<Record<string, unknown>> = []
    const proxy = createServer((request, response) => {
      let text = ""
      request.on("data", (piece: Buffer) => (text += piece.toString()))
      request.on("end", () => {
        if (request.url === "http://openrouter.ai/api/v1/models") {
          response.end(JSON.stringify({ data: list }))
          return
        }
        const body: Record<string, unknown> = JSON.parse(text)
        asked.push(body)
        const choice = { index: 0, finish_reason: "stop", message: { role: "assistant", content: CODE } }
        response.end(JSON.stringify({ model: body["model"], choices: [choice] }))
      })
    })
    const port = yield* Effect.acquireRelease(
      Effect.async<number>((resume) => {
        proxy.listen(0, "127.0.0.1", () => {
          const address = proxy.address()
          resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0))
        })
      }),
      () => Effect.sync(() => proxy.close())
    )
    const env = {
      OPENROUTER_API_KEY: "sk-or-v1-0123456789abcdef",
      OPENROUTER_BASE_URL: "http://openrouter.ai/api/v1",
      http_proxy: `127.0.0.1:${port}`
    }
    return {
      asked,
      generate: (...args: ReadonlyArray<string>) => algogen(["generate", "--json", ...args], { folder, env })
    }
  })

const free = (id: string, created: number) => ({ id: `${id}:free`, created, context_length: 131_072 })

describe.concurrent("openrouter.ai", PATIENCE, () => {
  it.scopedLive("without --model six free ones on offer are named and asked, and only they", () =>
    Effect.gen(function* () {
      const { asked, generate } = yield* scene([
        ...[1, 2, 3, 4, 5, 6].map((n) => free(`vendor-${n}/model`, n)),
        free("meta-llama/llama-3.2-3b-instruct", 0),
        { id: "openai/gpt-9", created: 99, context_length: 400_000, pricing: { prompt: "1", completion: "1" } }
      ])
      const { code, stderr } = yield* generate()
      assert.strictEqual(code, 0, stderr)
      const expected = [
        "meta-llama/llama-3.2-3b-instruct:free",
        ...[6, 5, 4, 3, 2].map((n) => `vendor-${n}/model:free`)
      ]
      assert.include(stderr, `No --model given; asking ${expected.join(", ")}\n`)
      deepStrictEqual(asked.map(({ model }) => model).sort(), expected.toSorted())
    })
  )

  it.scopedLive("a free model that is gone is not asked as the paid one; what is not supported is not sent", () =>
    Effect.gen(function* () {
      const supported_parameters = ["max_tokens"]
      const { asked, generate } = yield* scene([{ id: "x/y" }, { id: "a/b", supported_parameters }])
      const { code, stdout } = yield* generate(...models("x/y:free", "a/b:nitro"), "--temperature", "0.5")
      assert.strictEqual(code, 0)
      deepStrictEqual(
        parse(stdout).results.map(({ reason, status }) => [status, reason?.message]),
        [
          ["skipped", "the free variant is not on offer; to ask x/y, which costs money, use --allow-paid"],
          ["ok", undefined]
        ]
      )
      deepStrictEqual(
        asked.map(({ model, temperature }) => [model, temperature]),
        [["a/b:nitro", undefined]]
      )
    })
  )
})

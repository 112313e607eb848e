import { assertTrue, strictEqual } from "@effect/vitest/utils"
import { Either } from "effect"
import { describe, it } from "vitest"
import * as Classify from "../../../../src/api/wire/Classify.js"
import * as Note from "../../../../src/api/wire/Note.js"
import * as Secret from "../../../../src/api/wire/Secret.js"

const HALF = "_prices = []\n\ndef execute_trade(a, b, c):\n    _prices.append(b)\n    if b > 1:\n"

const NOTES = [
  "[acp-proxy: upstream stream truncated (no completion event; round 1, 312 text chars received)]",
  "[Proxy Error] This model's maximum context length is 128000 tokens.",
  "[Error: upstream connection lost]",
  "[Response interrupted by a network issue]",
  "**Error:** Request timed out.",
  "⚠️ Upstream error: connection reset by peer",
  "Error: stream interrupted",
  "_(response stopped: max length)_",
  "(network error, please retry)",
  "[错误] 上游连接中断，请重试",
  "【网络错误】请重试",
  "⚠️ 请求超时",
  '{"error":{"message":"upstream closed","code":502}}',
  "<html><body>502 Bad Gateway</body></html>"
]

const NONE = [
  "    return 1",
  "[1, 2, 3]",
  '["stream", "reset", "closed"]',
  '{"BUY": 1}',
  '{"error": 0.1}',
  "# Error: upstream connection lost",
  "Error handling: a timed out request is not retried.",
  "**Note:** the connection between both is closed at once.",
  "It stops when the server is closed, and a failed request is an error.",
  "(stream, closed)",
  "(reset)",
  "# 网络错误时返回 HOLD",
  'print("网络错误")',
  "以上代码在网络错误时返回 HOLD。",
  "raise RuntimeError: stream reset by proxy",
  "<b>bold</b>"
]

describe("a gateway's note behind half an answer", () => {
  for (const note of NOTES) {
    it(note, () => {
      strictEqual(Note.before(`${HALF}\n${note}\n`)?.trimEnd(), HALF.trimEnd())
      strictEqual(Note.before(`\`\`\`python\n${HALF}\n\n${note}`)?.trimEnd(), `\`\`\`python\n${HALF.trimEnd()}`)
      strictEqual(Note.before(`\`\`\`python\n${HALF}\`\`\`\n\n${note}`), undefined)
      strictEqual(Note.before(note), undefined)
    })
  }

  for (const line of NONE) it(`is not: ${line}`, () => strictEqual(Note.before(`${HALF}\n${line}\n`), undefined))

  it("leaves a text of which nobody says that it is whole", () => {
    const text = `${HALF}\n${NOTES[0]}`
    const body = JSON.stringify({ choices: [{ message: { content: text }, finish_reason: "stop" }] })
    const exchange = { _tag: "Body", status: 200, headers: {}, text: body } as const
    const answer = Either.getOrThrow(Classify.classify(exchange, { model: "m" }, 0, Secret.NONE))
    strictEqual(answer.text.trimEnd(), HALF.trimEnd())
    strictEqual(answer.ending, "implied")
  })

  it("is looked for in no time", () => {
    const before = performance.now()
    for (const line of ["a ".repeat(400_000), `[${"error ".repeat(160)}`, `**${"a ".repeat(480)}`, "[".repeat(900)]) {
      Note.before(`${HALF}\n${line}`)
    }
    assertTrue(performance.now() - before < 500)
  })
})

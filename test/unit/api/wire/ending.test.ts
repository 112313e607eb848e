import { assertTrue, strictEqual } from "@effect/vitest/utils"
import { Either } from "effect"
import { describe, it } from "vitest"
import * as Classify from "../../../../src/api/wire/Classify.js"
import * as Ending from "../../../../src/api/wire/Ending.js"
import * as EventStream from "../../../../src/api/wire/EventStream.js"
import * as Secret from "../../../../src/api/wire/Secret.js"

const LIMIT = 4096
const HALF = "def execute_trade(a, b, c):\n    if a > b:\n        return 1\n"
const WHOLE = `${HALF}    return 2\n`
const TORN = `${HALF}    if a <`
const FENCED = `Here it is:\n\n\`\`\`python\n${HALF}\`\`\`\n\nIt buys.`
const OPEN = `\`\`\`python\n${WHOLE}`

interface Said {
  readonly text?: string | undefined
  readonly finish?: string | undefined
  readonly tokens?: number | undefined
  readonly reasoning?: number | undefined
  readonly refusal?: string
}

const bodyOf = ({ finish, reasoning, refusal, text = HALF, tokens }: Said): string =>
  JSON.stringify({
    choices: [{ message: { content: text, refusal }, finish_reason: finish }],
    usage: tokens === undefined ? undefined : { completion_tokens: tokens, reasoning_tokens: reasoning }
  })

const of = (said: Said, asked = {}): Ending.Ending =>
  Ending.of(EventStream.read(bodyOf(said)), { maxCompletionTokens: LIMIT, ...asked })

describe("an answer with as many tokens as it may have", () => {
  for (const finish of ["stop", "end_turn", "tool_calls", undefined, "a_new_word"]) {
    it(`was cut off, although the server says ${finish}`, () => {
      for (const tokens of [LIMIT, LIMIT + 1]) strictEqual(of({ finish, tokens, text: TORN }), "token-limit")
      strictEqual(of({ finish, tokens: LIMIT, text: "Here is a strategy that" }), "token-limit")
      strictEqual(of({ finish, tokens: LIMIT, text: OPEN }), "token-limit")
      strictEqual(of({ finish, tokens: LIMIT, text: `${FENCED}\n~~~python\n${HALF}\`\`\`\n` }), "token-limit")
      strictEqual(of({ finish, tokens: LIMIT, text: "" }), "token-limit")
    })
  }

  it("has to show that it is whole where it ends as a module without a block may", () => {
    for (const text of [HALF, WHOLE, WHOLE.trim(), `${WHOLE} \n\n`, "x = [\n  1\n]", "def a():\n    return {\n    }"]) {
      strictEqual(of({ finish: "stop", tokens: LIMIT, text }), "contested")
      strictEqual(of({ tokens: LIMIT, text }), "contested")
      strictEqual(of({ finish: "a_new_word", tokens: LIMIT, text }), "token-limit")
    }
  })

  it("is read in no time, however long its last line is", () => {
    const before = performance.now()
    for (const text of [
      "\n" + " ".repeat(100_000) + "x",
      "\n return" + " ".repeat(100_000) + "\nx",
      ")".repeat(100_000)
    ]) {
      for (const [finish, tokens] of [
        ["stop", LIMIT],
        ["length", 200]
      ] as const)
        of({ finish, tokens, text })
    }
    assertTrue(performance.now() - before < 5_000)
  })

  it("was not where its block of code is closed, or one token is left", () => {
    for (const text of [FENCED, `~~~~\n${HALF}~~~\n~~~~`, `> \`\`\`\n${HALF}> \`\`\`\`\n`]) {
      strictEqual(of({ finish: "stop", tokens: LIMIT, text }), "whole")
    }
    strictEqual(of({ finish: "stop", tokens: LIMIT - 1 }), "whole")
    strictEqual(of({ finish: "a_new_word", tokens: LIMIT - 1, text: TORN }), "unknown")
    strictEqual(of({ finish: "stop" }), "whole")
  })

  it("was, whether reasoning counts or not", () => {
    strictEqual(of({ finish: "stop", tokens: LIMIT, reasoning: 3000, text: TORN }), "token-limit")
    strictEqual(of({ finish: "stop", tokens: LIMIT + 3000, reasoning: 3000, text: TORN }), "token-limit")
    strictEqual(of({ finish: "stop", tokens: LIMIT + 2000, reasoning: 3000 }), "whole")
  })

  it("was not where no limit was sent, or the model declined", () => {
    strictEqual(of({ finish: "stop", tokens: LIMIT }, { sent: ["stream", "seed"] }), "whole")
    strictEqual(of({ finish: "stop", tokens: LIMIT, text: TORN }, { sent: ["stream", "max_tokens"] }), "token-limit")
    strictEqual(of({ finish: "stop", tokens: LIMIT, text: TORN }, { sent: ["max_completion_tokens"] }), "token-limit")
    strictEqual(of({ finish: "stop", tokens: LIMIT }, { maxCompletionTokens: undefined }), "whole")
    strictEqual(of({ finish: "stop", tokens: LIMIT, text: "", refusal: "I can't." }), "whole")
  })

  it("has to show that it is whole where it has many more", () => {
    strictEqual(of({ finish: "stop", tokens: 2 * LIMIT }), "contested")
    strictEqual(of({ finish: "stop", tokens: 2 * LIMIT, text: FENCED }), "whole")
    strictEqual(of({ finish: "stop", tokens: 2 * LIMIT, text: "" }), "whole")
    strictEqual(of({ finish: "a_new_word", tokens: 2 * LIMIT, text: TORN }), "unknown")
  })
})

describe("an answer that the server says is cut off", () => {
  it("may be whole where it has few tokens, and ends as a module may", () => {
    for (const text of [FENCED, WHOLE, WHOLE.trim(), HALF]) {
      strictEqual(of({ finish: "length", tokens: 200, text }), "contested")
      strictEqual(of({ finish: "MAX_TOKENS", tokens: 2047, text }), "contested")
    }
  })

  it("is cut off where it has about as many as it may have, or nobody counted", () => {
    for (const tokens of [LIMIT, LIMIT / 2, 0, undefined]) {
      strictEqual(of({ finish: "length", tokens, text: FENCED }), "token-limit")
    }
    strictEqual(of({ finish: "length", tokens: 200, text: WHOLE }, { maxCompletionTokens: undefined }), "token-limit")
  })

  it("is cut off where it ends as no module does", () => {
    for (const text of [
      WHOLE.slice(0, -8),
      `${WHOLE}\ndef helper`,
      OPEN.slice(0, -8),
      `${FENCED}\n\`\`\`python\nx`,
      ""
    ]) {
      strictEqual(of({ finish: "length", tokens: 200, text }), "token-limit")
    }
  })

  it("and one that broke off is no other for any count", () => {
    for (const finish of ["error", "content_filter"]) {
      strictEqual(of({ finish, tokens: LIMIT }), finish === "error" ? "failed" : "filtered")
    }
  })
})

describe("of a contested end", () => {
  const ending = (text: string) =>
    Either.match(
      Classify.classify(
        { _tag: "Body", status: 200, headers: {}, text },
        { model: "m", maxCompletionTokens: LIMIT },
        0,
        Secret.NONE
      ),
      {
        onLeft: ({ reason }) => reason._tag,
        onRight: (answer) => answer.ending
      }
    )

  it("the answer tells, unless it broke off", () => {
    strictEqual(ending(bodyOf({ finish: "length", tokens: 200, text: WHOLE })), "contested")
    strictEqual(ending(bodyOf({ finish: "stop", tokens: 2 * LIMIT })), "contested")
    strictEqual(ending(bodyOf({ finish: "stop", tokens: LIMIT })), "contested")
    strictEqual(ending(bodyOf({ finish: "stop", tokens: LIMIT, text: TORN })), "CutOff")
    const chunk = { choices: [{ delta: { content: HALF } }], usage: { completion_tokens: 2 * LIMIT } }
    strictEqual(ending(`data: ${JSON.stringify(chunk)}\n\ndata: {"choices":[{"delta":{"con`), "ConnectionFailed")
  })
})

describe("an answer of which nobody says why it ended", () => {
  it("has to show that it is whole, unless its block is closed", () => {
    strictEqual(of({ text: FENCED }), "whole")
    for (const text of [HALF, WHOLE, TORN, OPEN]) strictEqual(of({ text }), "contested")
  })

  it("is whole if a word says so", () => {
    for (const text of [HALF, WHOLE, OPEN]) strictEqual(of({ text, finish: "stop" }), "whole")
  })

  it("in a word that nobody knows, has to show it if it may be whole by its looks", () => {
    for (const finish of ["Generated", "natural", "success", "final", "OK", "EOM", "matched_stop", "tool"]) {
      for (const text of [FENCED, WHOLE]) strictEqual(of({ text, finish }), "contested")
      for (const text of [TORN, OPEN, "I will write it now."]) strictEqual(of({ text, finish }), "unknown")
    }
  })
})

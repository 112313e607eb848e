/** Answers that look like a success, with status 200 and well formed, but bring no usable program. */
import * as Call from "../Call.js"
import * as Completion from "../Completion.js"
import * as Dress from "../Dress.js"
import * as Reply from "../Reply.js"
import * as Sse from "../Sse.js"
import * as Wire from "../Wire.js"

const withText = (description: string, content: (call: Call.Call) => string) =>
  Reply.saying(description, (call) => ({ content: content(call), finish: "stop" }))

/** No choices at all, or an empty list of them. */
const withoutChoices = (description: string, choices: Wire.Json) =>
  Reply.fixed(description, (call) => {
    const message: Completion.Message = { content: null, finish: null }
    const object = call.stream ? "chat.completion.chunk" : "chat.completion"
    const body = { ...Completion.envelope(call, message, object), ...choices, ...Completion.usageField(call, message) }
    return call.stream
      ? [...Sse.opening(call), Wire.at(call.latency), Wire.bytes(Sse.event(body) + Sse.DONE)]
      : [Wire.at(call.latency), ...Completion.json(call, 200, body)]
  })

/** Reasoning takes what is missing, as with models that think at length. */
const needing = (call: Call.Call, needed: number): Completion.Message => {
  const ceiling = Call.ceiling(call)
  const message = ceiling < needed ? Completion.half(call, "length") : Completion.answer(call)
  const completionTokens = Math.min(ceiling, needed)
  return {
    ...message,
    usage: {
      ...Completion.usage(call, message),
      completion_tokens: completionTokens,
      total_tokens: call.promptTokens + completionTokens
    }
  }
}

/** Without the colon that ends the head of execute_trade, over however many lines and with whatever annotation. */
const withoutColon = (code: string): string => code.replace(/(def execute_trade\([^)]*\)[^\n]*):\n/, "$1\n")

/** Ends after an opening bracket: elsewhere the half of a program may be a program. */
const upToBracket = (text: string): string => text.slice(0, text.lastIndexOf("(") + 1)

export const table = {
  "no-code": withText(
    "prose without a program",
    () => "I am sorry, but I would need more information about your strategy before I can write execute_trade for you."
  ),
  "syntax-error": withText(
    "a program that does not parse",
    ({ program }) => Dress.dresses.fenced({ ...program, code: withoutColon(program.code) }).content
  ),
  "wrong-name": withText("a program without execute_trade", ({ program }) =>
    program.code.replaceAll("execute_trade", "trade")
  ),
  "cut-silently": withText("half an answer that says it is whole: finish reason stop", (call) =>
    upToBracket(Completion.textOf(Completion.half(call, "stop")))
  ),
  length: Reply.half("half an answer, finish reason length", "length"),
  "length-below": Reply.tunable(
    "cut off while max_completion_tokens is below this number, then a good answer",
    6000,
    (call, needed) => Reply.say(call, needing(call, needed))
  ),
  "length-empty": Reply.saying("the thoughts used up all tokens: no content, finish reason length", () => ({
    content: "",
    reasoning: "Let me think about this for a very long time. ".repeat(40),
    finish: "length"
  })),
  "content-null": Reply.saying("the content is null", () => ({ content: null, finish: "stop" })),
  "content-empty": Reply.saying("the content is empty", () => ({ content: "", finish: "stop" })),
  "content-blank": Reply.saying("the content is white space", () => ({ content: "\n\n  \n", finish: "stop" })),
  "finish-null": Reply.saying("no content, no finish reason: an answer that is not billed", () => ({
    content: "",
    finish: null
  })),
  "reasoning-only": Reply.saying("the program is among the thoughts, the content is empty", (call) => ({
    content: "",
    reasoning: call.program.code,
    finish: "stop"
  })),
  "empty-choices": withoutChoices("the list of choices is empty", { choices: [] }),
  "no-choices": withoutChoices("there are no choices", {}),
  "content-filter": Reply.half("half an answer, finish reason content_filter", "content_filter"),
  refusal: Reply.saying("a refusal in place of the content", () => ({
    content: null,
    finish: "stop",
    fields: { refusal: "I can't help with trading." }
  })),
  "tool-calls": Reply.saying("a tool call in place of the content", () => ({
    content: null,
    finish: "tool_calls",
    fields: {
      tool_calls: [{ index: 0, id: "call_1", type: "function", function: { name: "execute_trade", arguments: "{}" } }]
    }
  }))
} satisfies Reply.Table

/** Good answers: every way to wrap a program, and every variation that a client has to accept. */
import type * as Call from "../Call.js"
import * as Completion from "../Completion.js"
import * as Dress from "../Dress.js"
import * as Reply from "../Reply.js"
import * as Sse from "../Sse.js"
import * as Wire from "../Wire.js"

const dressed = (description: string, dress: Dress.Dress) =>
  Reply.saying(description, (call) => Completion.answer({ ...call, text: dress(call.program) }))

/** White space in front of the body while the provider works; streams have their comments instead. */
const padded = (call: Call.Call): Wire.Script => {
  const message = Completion.answer(call)
  if (call.stream) return Sse.streamed(call, message)
  const spaces = Array.from({ length: 10 }, (_, index) => [
    Wire.at((call.latency * index) / 10),
    Wire.bytes("\n         ")
  ])
  return [
    Wire.head(200, Completion.headers(call, call.dialect.types.plain)),
    ...spaces.flat(),
    Wire.at(call.latency),
    Wire.bytes(JSON.stringify(Completion.plainBody(call, message)))
  ]
}

const HOLD = {
  title: "buying nothing",
  code: `def execute_trade(ticker, price, tick, cash_balance, shares_held):\n    return "HOLD"\n`
}

export const table = {
  ok: Reply.saying("a good answer: bare, fenced, in prose or after thoughts, as the seed decides", Completion.answer),
  "ok-bare": dressed("Python without anything around it", Dress.dresses.bare),
  "ok-fenced": dressed("one fenced block that names its language", Dress.dresses.fenced),
  "ok-fenced-plain": dressed("one fenced block without a language", Dress.dresses["fenced-plain"]),
  "ok-prose": dressed("a fenced block with prose before and after it", Dress.dresses.prose),
  "ok-thinking": dressed("a thinking block in the content, then a fenced block", Dress.dresses.thinking),
  "ok-reasoning": dressed(
    "Python without anything around it, and thoughts where the server puts them",
    Dress.dresses.reasoning
  ),
  "ok-split": dressed("imports in one fenced block, the rest in the next", Dress.dresses.split),
  "ok-parts": Reply.saying("a good answer whose content is an array of parts", (call) => ({
    ...Completion.answer(call),
    content: [
      { type: "text", text: "Here it is:\n\n" },
      { type: "text", text: Dress.dresses.fenced(call.program).content }
    ]
  })),
  "ok-hold": Reply.saying("a good answer with a program that never trades", (call) =>
    Completion.answer({ ...call, text: Dress.dresses.fenced(HOLD) })
  ),
  "ok-padded": Reply.fixed("the headers at once, then white space until the body", padded),
  "ok-no-usage": Reply.saying("a good answer without usage", (call) => ({ ...Completion.answer(call), usage: null })),
  "ok-other-model": Reply.saying("a good answer that names another model than the one asked for", (call) => ({
    ...Completion.answer(call),
    body: { model: "sim/another-model" }
  })),
  "ok-unknown-finish": Reply.saying("a good answer with the finish reason eos_token", (call) => ({
    ...Completion.answer(call),
    finish: "eos_token"
  })),
  "ok-unknown-fields": Reply.saying("a good answer with unknown fields on every level", (call) => ({
    ...Completion.answer(call),
    fields: { annotations: [], x: null },
    choice: { logprobs: null, x: [1] },
    body: { service_tier: "default", x: { y: "z" } }
  }))
} satisfies Reply.Table

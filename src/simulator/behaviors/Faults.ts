/** Faults without a status: silence, tokens without end, and sockets that break. Times are milliseconds. */
import * as Call from "../Call.js"
import * as Completion from "../Completion.js"
import * as Reply from "../Reply.js"
import * as Sse from "../Sse.js"
import * as Wire from "../Wire.js"

/** How often something comes that moves nothing on. */
const EVERY_MILLIS = 50

const PADDING = "          \n"

const LONG_MILLIS = 5000

/** For bytes to arrive before what follows them: a reset takes along what is still in a buffer. */
const SETTLED_MILLIS = 50

/** The head and one half of the answer, then what is given, then perhaps the other half. */
const inTheMiddle = (call: Call.Call, middle: Wire.Script, pause?: number): Wire.Script => {
  const message = Completion.answer(call)
  const body = call.stream ? Sse.transcript(call, message) : JSON.stringify(Completion.plainBody(call, message))
  const cut = call.stream ? body.indexOf("\n\n", body.length / 2) + 2 : Math.floor(body.length / 2)
  const half = Call.firstToken(call) + SETTLED_MILLIS
  return [
    head(call),
    Wire.at(Call.firstToken(call)),
    Wire.bytes(body.slice(0, cut)),
    Wire.at(half),
    ...middle,
    ...(pause === undefined ? [] : [Wire.at(half + pause), Wire.bytes(body.slice(cut))])
  ]
}

const head = (call: Call.Call) =>
  Wire.head(200, Completion.headers(call, call.stream ? call.dialect.types.stream : call.dialect.types.plain))

/** The comment of a stream; in JSON only white space moves nothing on. */
const keepAlive = (call: Call.Call) => (call.stream ? Sse.KEEP_ALIVE : PADDING)

export const table = {
  "stall-headers": Reply.fixed("no reply at all, and the socket stays open", () => [Wire.hang]),
  "stall-after-headers": Reply.fixed("the headers, then nothing", (call) => [head(call), Wire.hang]),
  "stall-body": Reply.fixed("half the body, then nothing", (call) => inTheMiddle(call, [Wire.hang])),
  "stall-comments": Reply.fixed("half the body, then keep-alive comments without end", (call) =>
    inTheMiddle(call, [Wire.forever(keepAlive(call), EVERY_MILLIS)])
  ),
  "stall-comments-first": Reply.fixed("the headers, then keep-alive comments without end", (call) => [
    head(call),
    Wire.forever(keepAlive(call), EVERY_MILLIS)
  ]),
  "stall-padding": Reply.fixed("the headers, then white space without end", (call) => [
    head(call),
    Wire.forever(PADDING, EVERY_MILLIS)
  ]),
  endless: Reply.fixed("a model that never stops", (call) => {
    const message = Completion.answer(call)
    const token = call.stream ? Sse.delta(call, message, { content: "pass\n" }) : "pass\\n"
    const start = call.stream ? Sse.KEEP_ALIVE : `{"choices":[{"message":{"role":"assistant","content":"`
    return [head(call), Wire.bytes(start), Wire.forever(token, EVERY_MILLIS)]
  }),
  "late-first-token": Reply.tunable("the headers, and the first token after this time", LONG_MILLIS, (call, millis) =>
    call.stream
      ? [...Sse.opening(call), Wire.at(millis), Wire.bytes(Sse.transcript(call, Completion.answer(call)))]
      : Completion.plain({ ...call, latency: millis }, Completion.answer(call))
  ),
  silence: Reply.tunable("a pause of this length between two tokens", LONG_MILLIS, (call, millis) =>
    inTheMiddle(call, [], millis)
  ),
  "reset-headers": Reply.fixed("the socket is reset before the headers", (call) => [
    Wire.at(Call.firstToken(call)),
    Wire.reset
  ]),
  "reset-body": Reply.fixed("the socket is reset in the middle of the body", (call) => inTheMiddle(call, [Wire.reset])),
  "cut-headers": Reply.fixed("the socket is closed before the headers", (call) => [
    Wire.at(Call.firstToken(call)),
    Wire.cut
  ]),
  "cut-body": Reply.fixed("the socket is closed in the middle of the body", (call) => inTheMiddle(call, [Wire.cut]))
} satisfies Reply.Table

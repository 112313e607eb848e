/**
 * Makes exchanges as a server somewhere might have them, and knows what is true of each: how much of the answer was sent,
 * and what the server said of it. The same seed makes the same exchange.
 */

export interface Made {
  readonly bytes: Uint8Array
  readonly contentType: string
  /** The connection breaks behind the last byte; else the response ends properly. */
  readonly breaks: boolean
  /** The text that was sent. */
  readonly text: string
  readonly isWhole: boolean
  /** `stated`: the server said that it is whole; `silent`: it said nothing; `against`: it said that it is not. */
  readonly said: "stated" | "silent" | "against"
  /** What was sent ends in the middle of an event, or of a JSON value. */
  readonly torn: boolean
  /** A chunk in the middle cannot be read. */
  readonly damaged?: true
  /** The server says so in a way that proves nothing before its response ends. */
  readonly isWeak: boolean
}

export const FULL =
  '```python\nimport math\n\n\ndef execute_trade(a, b, c):\n    """"é € 😀\\u0041 \\"""\n    return "HOLD"\n```\n'

/** A small generator of numbers. */
const random = (seed: number) => {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    below,
    chance: (share: number) => next() < share,
    pick: <A>(items: readonly [A, ...ReadonlyArray<A>]): A => items[below(items.length)] ?? items[0]
  }
}
type Random = ReturnType<typeof random>

const wholeWord = (r: Random) =>
  r.pick([
    "stop",
    "STOP",
    "end_turn",
    "eos",
    "COMPLETE",
    "tool_calls",
    "FinishReason.STOP",
    "finished",
    "stop_sequence"
  ])
/** Words that are known: behind one that nobody knows the module itself has to show whether it is whole. */
const badWord = (r: Random) =>
  r.pick([
    ...([
      "length",
      "MAX_TOKENS",
      "model_length",
      "max_output_tokens",
      "content_filter",
      "SAFETY",
      "sensitive"
    ] as const),
    ...(["error", "abort", "timeout", "insufficient_system_resource", "network_error"] as const),
    ...(["MALFORMED_FUNCTION_CALL", "cancelled", "truncated"] as const)
  ])
/** A field with a word that says nothing, or no field. */
const silentField = (r: Random) =>
  r.pick<object>([
    {},
    { finish_reason: null },
    { finish_reason: "" },
    { finish_reason: "null" },
    { finish_reason: "None" }
  ])

const half = (r: Random) => {
  const letters = Array.from(FULL)
  return letters.slice(0, 15 + r.below(letters.length - 30)).join("")
}

const cut = (r: Random, text: string): ReadonlyArray<string> => {
  const letters = Array.from(text)
  const size = r.pick([1, 3, 11, 40, 1_000])
  return Array.from({ length: Math.ceil(letters.length / size) }, (_, n) =>
    letters.slice(n * size, (n + 1) * size).join("")
  )
}

const usage = { prompt_tokens: 3, completion_tokens: 9, total_tokens: 12 }

const contentType = (r: Random) =>
  r.pick([
    "text/event-stream",
    "application/json",
    "text/plain; charset=utf-8",
    "application/x-ndjson",
    "text/html",
    ""
  ])

/** What is sent of what, and what is said about it. A half that is called whole is no server's. */
const truth = (r: Random): Pick<Made, "isWhole" | "said" | "text"> => {
  const isWhole = r.chance(0.6)
  const said = isWhole
    ? r.pick<Made["said"]>(["stated", "stated", "silent", "against"])
    : r.pick<Made["said"]>(["silent", "against"])
  return { isWhole, said, text: isWhole ? FULL : half(r) }
}

const sse = (r: Random): Made => {
  const { isWhole, said, text } = truth(r)
  /** A server that says `stop` with each chunk, and whose connection breaks, has said nothing of the whole. */
  const isCareless = said === "silent" && !isWhole && r.chance(0.2)
  const place = isCareless
    ? "every"
    : isWhole && said === "stated"
      ? r.pick(["own", "last", "every", "thoughts"])
      : r.pick(["own", "last"])
  const word = said === "against" ? badWord(r) : wholeWord(r)
  const isSilent = (said === "silent" && !isCareless) || (said === "stated" && place === "own" && r.chance(0.3))
  const end = said === "silent" ? "" : isSilent ? r.pick(["[DONE]", "event"]) : r.pick(["", "[DONE]", "event"])
  const counted = r.pick(["none", "own", "with", "every", "first"])
  const field = r.pick(["content", "content", "parts", "text"])
  const reasons = r.chance(0.4)
  const newline = r.pick(["\n", "\n", "\r\n", "\r"])
  const prefix = r.pick(["data: ", "data: ", "data:", "data: data: "])
  const events: Array<string> = []
  const noise = () => {
    if (!r.chance(0.15)) return
    events.push(
      r.pick([
        ": keep-alive\n\n",
        ": OPENROUTER PROCESSING\n\n",
        "\n\n",
        "data: ping\n\n",
        "event: ping\ndata: {}\n\n",
        "id: 7\nretry: 100\n\n",
        'data: {"type":"ping"}\n\n'
      ])
    )
  }
  const event = (data: object) => events.push(`${prefix}${JSON.stringify(data)}\n\n`)
  const envelope = () => (r.chance(0.7) ? { id: "c1", object: "chat.completion.chunk", model: "m" } : {})
  const speaks = new Array<number>()
  const chunk = (choice: object, more: object = {}) => {
    const error = r.chance(0.1) ? { error: r.pick<unknown>([{}, null, { message: "", code: null }]) } : {}
    event({
      ...envelope(),
      choices: [{ index: 0, ...choice }],
      ...error,
      ...more,
      ...(counted === "every" ? { usage } : {})
    })
    noise()
  }
  const saying = (piece: string, more: object) => {
    if (field === "text") return { text: piece, ...more }
    const content = field === "parts" ? [{ type: "text", text: piece }] : piece
    return { delta: { ...(r.chance(0.3) ? { role: "assistant" } : {}), content }, ...more }
  }
  const finish = isSilent ? silentField(r) : { [r.pick(["finish_reason", "finish_reason", "finishReason"])]: word }
  noise()
  if (counted === "first") event({ ...envelope(), choices: [], usage })
  const each = place === "every" ? finish : r.pick<object>([{}, { finish_reason: null }])
  if (r.chance(0.4)) chunk({ delta: { role: "assistant", content: "" }, ...each })
  if (reasons) {
    const thoughts = ["let me ", "think"]
    thoughts.forEach((thought, n) =>
      chunk({
        delta: { content: r.pick([null, ""]), [r.pick(["reasoning", "reasoning_content"])]: thought },
        ...(place === "thoughts" && n === 1 ? { finish_reason: "stop" } : each)
      })
    )
  }
  const pieces = cut(r, text)
  pieces.forEach((piece, n) => {
    const isLast = n === pieces.length - 1
    const own = place === "last" && isLast ? finish : each
    speaks.push(events.length)
    chunk(saying(piece, own), place === "last" && isLast && counted === "with" ? { usage } : {})
  })
  if (place === "own" || place === "thoughts") chunk({ delta: {}, ...finish }, counted === "with" ? { usage } : {})
  // Behind a single chunk it says that the chunk was all.
  if (counted === "own" && !(isCareless && pieces.length === 1)) event({ ...envelope(), choices: [], usage })
  if (end === "[DONE]") events.push("data: [DONE]\n\n")
  if (end === "event") events.push("event: done\ndata: \n\n")
  const damaged = speaks.length > 2 && r.chance(0.1)
  if (damaged) {
    const at = speaks[r.below(speaks.length)] ?? 0
    const whole = events[at]?.trim() ?? ""
    const begins = whole.indexOf("{") + 3
    // With the blank line behind it, or without.
    events[at] = whole.slice(0, begins + r.below(whole.length - begins - 2)) + r.pick(["\n\n", "\n"])
  }
  const torn = said === "silent" && !isCareless && r.chance(0.3)
  if (torn)
    events.push(`data: ${JSON.stringify({ choices: [{ delta: { content: "abc" } }] }).slice(0, 5 + r.below(20))}`)
  const isWeak = end === "" && (pieces.length === 1 || (place === "every" && !isCareless))
  const isNamed = events.some((each) => /^(?:event|id):/.test(each))
  const joined = isNamed || r.chance(0.9) ? events.join("") : events.join("").replaceAll("\n\n", "\n")
  const body = (r.chance(0.1) ? "\uFEFF" : "") + joined.replaceAll("\n", newline)
  return {
    bytes: new TextEncoder().encode(r.chance(0.1) && !torn ? body.trimEnd() : body),
    contentType: contentType(r),
    breaks: isCareless || (!(isWeak && place === "every") && r.chance(0.3)),
    text,
    isWhole,
    said,
    torn,
    isWeak,
    ...(damaged && { damaged })
  }
}

const ndjson = (r: Random): Made => {
  const { isWhole, said, text } = truth(r)
  const lines: Array<object> = cut(r, text).map((content) => ({
    model: "m",
    message: { role: "assistant", content },
    done: false
  }))
  const reason = said === "against" ? { done_reason: badWord(r) } : r.pick<object>([{}, { done_reason: "stop" }])
  if (said !== "silent") {
    lines.push({ model: "m", message: { role: "assistant", content: "" }, done: true, ...reason, eval_count: 9 })
  }
  const torn = said === "silent" && r.chance(0.3)
  const tail = torn ? '{"model":"m","message":{"role":"assi' : ""
  return {
    bytes: new TextEncoder().encode(lines.map((line) => `${JSON.stringify(line)}\n`).join("") + tail),
    contentType: contentType(r),
    breaks: r.chance(0.3),
    text,
    isWhole,
    said,
    torn,
    isWeak: false
  }
}

const plain = (r: Random): Made => {
  const said = r.pick<Made["said"]>(["stated", "stated", "against"])
  const finish =
    said === "against"
      ? { finish_reason: badWord(r) }
      : r.pick<object>([{ finish_reason: wholeWord(r) }, silentField(r)])
  const text = said === "against" ? half(r) : FULL
  const content = r.chance(0.3) ? [{ type: "text", text }] : text
  const completion = {
    ...(r.chance(0.5) ? { id: "c1", object: "chat.completion", model: "m" } : {}),
    ...(r.chance(0.2) ? { error: null } : {}),
    choices: [{ index: 0, message: { role: "assistant", content }, ...finish }],
    ...(r.chance(0.7) ? { usage } : {})
  }
  const body = r.pick<object>([
    completion,
    completion,
    completion,
    [completion],
    { code: 200, msg: "success", data: completion }
  ])
  const json = JSON.stringify(body, null, r.pick([0, 0, 2]))
  const padding = r.pick(["", "", "\n", " \n \n"])
  const after = r.pick(["", "", "\n", "\r\n\r\n"])
  return {
    bytes: new TextEncoder().encode(padding + json + after),
    contentType: contentType(r),
    breaks: false,
    text,
    isWhole: said !== "against",
    said,
    torn: false,
    isWeak: false
  }
}

/** A plain body that breaks off in the text of its answer. */
const tornPlain = (r: Random): Made => {
  const message = { role: "assistant", content: FULL }
  // Some write why it ended before what there is.
  const choice = r.pick<object>([
    { index: 0, message, finish_reason: "stop" },
    { index: 0, finish_reason: "stop", message }
  ])
  const json = JSON.stringify({ id: "c1", choices: [choice] })
  const from = json.indexOf("```python") + 12
  const cutAt = from + r.below(json.indexOf("HOLD", from) - from)
  return {
    // Not through the middle of a letter: what came of it would be no text.
    bytes: new TextEncoder().encode(json.slice(0, cutAt).replace(/[\uD800-\uDBFF]$/, "")),
    contentType: contentType(r),
    breaks: r.chance(0.5),
    text: "",
    isWhole: false,
    said: "silent",
    torn: true,
    isWeak: false
  }
}

/** An exchange, and where its bytes are cut into pieces. */
export const make = (seed: number): Made & { readonly cuts: ReadonlyArray<number> } => {
  const r = random(seed)
  const made = r.pick([sse, sse, sse, sse, ndjson, plain, plain, tornPlain])(r)
  const cuts = Array.from({ length: r.below(6) }, () => r.below(made.bytes.length + 1)).toSorted((a, b) => a - b)
  return { ...made, cuts }
}

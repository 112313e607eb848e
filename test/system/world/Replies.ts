/**
 * What servers send, drawn from what is known of them: good answers in several dialects, refusals with their hints, errors
 * inside of good answers, and what a network makes of them. Each kind is a row.
 */
import type { Dice } from "./Dice.js"

export interface Asked {
  readonly model: string
  readonly stream: boolean
  /** The number of the request in its world, which makes each answer unlike any other. */
  readonly number: number
  readonly wall: number
}

export interface Piece {
  /** Milliseconds after the piece before it. */
  readonly after: number
  readonly bytes: Uint8Array
}

export interface Reply {
  readonly kind: string
  /** Milliseconds until the head comes; none does where the connection breaks before. */
  readonly headAfter: number
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly pieces: ReadonlyArray<Piece>
  readonly ending: "end" | "reset" | "stall"
  /** It is a whole answer with a good module. */
  readonly isGood: boolean
  /** From this piece on the answer and its price are there. */
  readonly wholeAt?: number | undefined
  /** From this piece on the server has nothing more to do. */
  readonly doneAt: number
  /** What the server bills and says so. */
  readonly cost?: number | undefined
  /** The latest moment for which it asks to wait, in milliseconds from now. */
  readonly waitMs?: number | undefined
}

const encoder = new TextEncoder()

/** Found in the file of an answer and in the journal, at its beginning and at its end. */
export const markOf = (number: number) => ({ first: `ANSWER = "begin-${number}-é"`, last: `END = "end-${number}"` })
export const MARKS = /ANSWER = "begin-(\d+)-é"/

export const moduleOf = (number: number): string => {
  const { first, last } = markOf(number)
  return `${first}


def execute_trade(ticker, price, tick, cash_balance, shares_held):
    if price < ${100 + number} and cash_balance >= price:
        return "BUY"
    if shares_held > 0 and tick % ${2 + (number % 7)} == 0:
        return "SELL"
    return "HOLD"


${last}
`
}

/** Prices of the list of models, in US dollars a token. */
export const PRICE = { prompt: 1e-6, completion: 2e-6 }

const usageOf = ({ model, number }: Asked) => {
  // Some are nearly as long as they may be, so that a budget is felt.
  const [prompt, completion] = [100 + (number % 50), number % 3 === 0 ? 4_000 : 60 + (number % 90)]
  const cost = model.endsWith(":free") ? 0 : prompt * PRICE.prompt + completion * PRICE.completion
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion, cost }
}

const JSON_TYPE = { "content-type": "application/json" }
const SSE_TYPE = { "content-type": "text/event-stream" }

const event = (json: unknown): string => `data: ${JSON.stringify(json)}\n\n`

/** Anywhere, in the middle of a character as well. */
const split = (dice: Dice, bytes: Uint8Array): ReadonlyArray<Uint8Array> => {
  const cuts = Array.from({ length: dice.below(4) }, () => dice.below(bytes.length + 1)).sort((a, b) => a - b)
  return [0, ...cuts]
    .map((from, index) => bytes.subarray(from, cuts[index] ?? bytes.length))
    .filter(({ length }) => length > 0)
}

const spaced = (dice: Dice, texts: ReadonlyArray<string>, pause: number): ReadonlyArray<Piece> =>
  texts.flatMap((text) =>
    split(dice, encoder.encode(text)).map((bytes) => ({ after: dice.chance(0.5) ? 0 : dice.below(pause + 1), bytes }))
  )

interface Spoken {
  readonly text: string
  readonly finish: string | null
  readonly usage: boolean
}

/** The events, and which of them is the last that matters. */
const streamed = (dice: Dice, asked: Asked, { finish, text, usage }: Spoken) => {
  const id = `gen-${asked.number}`
  const chunk = (choice: object, more: object = {}) =>
    event({ id, object: "chat.completion.chunk", choices: [{ index: 0, ...choice }], ...more })
  const half = dice.below(text.length)
  const padding = dice.chance(0.3) ? [": OPENROUTER PROCESSING\n\n"] : []
  const isTogether = dice.chance(0.3)
  const words = [text.slice(0, half), text.slice(half)].map((content) => chunk({ delta: { content } }))
  const counted = usage ? { usage: usageOf(asked) } : {}
  const texts = [
    ...padding,
    chunk({ delta: { role: "assistant", content: "" } }),
    ...words,
    ...padding,
    chunk({ delta: {}, finish_reason: finish }, isTogether ? counted : {}),
    ...(usage && !isTogether ? [event({ id, choices: [], ...counted })] : [])
  ]
  const done = dice.chance(0.85) ? ["data: [DONE]\n\n"] : []
  return { texts: [...texts, ...done], decisive: texts.length - 1 }
}

const whole = (asked: Asked, { finish, text, usage }: Spoken): string =>
  JSON.stringify({
    id: `gen-${asked.number}`,
    model: asked.model,
    choices: [{ index: 0, message: { role: "assistant", content: text }, finish_reason: finish }],
    ...(usage ? { usage: usageOf(asked) } : {})
  })

interface Weather {
  readonly dice: Dice
  readonly asked: Asked
  /** Milliseconds until something comes. */
  readonly latency: number
}

const spoken = ({ asked, dice, latency }: Weather, said: Spoken, kind: string, isGood: boolean): Reply => {
  const { decisive, texts } = asked.stream ? streamed(dice, asked, said) : { texts: [whole(asked, said)], decisive: 0 }
  const before = spaced(dice, texts.slice(0, decisive + 1), latency)
  const pieces = [...before, ...spaced(dice, texts.slice(decisive + 1), latency)]
  return {
    kind,
    headAfter: latency,
    status: 200,
    // The header is not to be trusted: the body says what it is.
    headers: asked.stream === dice.chance(0.9) ? SSE_TYPE : JSON_TYPE,
    pieces,
    ending: "end",
    isGood,
    wholeAt: before.length - 1,
    doneAt: before.length - 1,
    cost: said.usage ? usageOf(asked).cost : undefined
  }
}

const good = (weather: Weather): Reply => {
  const { asked, dice } = weather
  const code = moduleOf(asked.number)
  const text = dice.pick([`\`\`\`python\n${code}\`\`\`\n`, code, `Here it is:\n\n\`\`\`python\n${code}\`\`\`\nDone.`])
  const finish = dice.pick(["stop", "stop", "end_turn", "eos", "COMPLETE"])
  return spoken(weather, { text, finish, usage: dice.chance(0.9) }, "good", true)
}

const bad = (weather: Weather, kind: string, said: Omit<Spoken, "usage">): Reply =>
  spoken(weather, { ...said, usage: true }, kind, false)

interface Refusal {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly waitMs?: number | undefined
  readonly kind: string
}

const refusal = ({ dice, latency }: Weather, { body, headers, kind, status, waitMs }: Refusal): Reply => {
  const pieces = spaced(dice, [body], latency)
  return {
    kind,
    headAfter: latency,
    status,
    headers: { ...JSON_TYPE, ...headers },
    pieces,
    ending: dice.pick(["end", "end", "end", "stall", "reset"]),
    isGood: false,
    doneAt: pieces.length - 1,
    waitMs
  }
}

const error = (message: string, more: object = {}): string => JSON.stringify({ error: { message, ...more } })

/** A wait in every spelling. */
const limited = (weather: Weather): Reply => {
  const { asked, dice } = weather
  const seconds = dice.pick([0, 1, 2, 7, 20, 45])
  const date = new Date(asked.wall + seconds * 1000)
  const headers = dice.pick<Readonly<Record<string, string>>>([
    { "retry-after": String(seconds) },
    { "retry-after": `${seconds}s` },
    { "retry-after": `${seconds}.25` },
    { "retry-after": date.toUTCString() },
    { "retry-after-ms": String(seconds * 1000) },
    { "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": `0m${seconds}.5s` },
    {}
  ])
  const body = dice.pick([
    error("Rate limit exceeded", { code: 429 }),
    error(`Rate limit reached. Please try again in ${seconds}.5s.`, { code: "rate_limit_exceeded" }),
    JSON.stringify([{ error: { code: 429, details: [{ retryDelay: `${seconds}s` }], message: "Resource exhausted" } }]),
    JSON.stringify({ detail: `please wait ${seconds} seconds` })
  ])
  return refusal(weather, { kind: "429", status: 429, headers, body, waitMs: (seconds + 2) * 1000 })
}

const failed = (weather: Weather): Reply =>
  refusal(
    weather,
    weather.dice.pick<Refusal>([
      { kind: "500", status: 500, body: error("Internal Server Error") },
      { kind: "502", status: 502, body: "<html><body><h1>502 Bad Gateway</h1></body></html>" },
      { kind: "503", status: 503, body: JSON.stringify({ detail: "loading model" }) },
      { kind: "503 with a hint", status: 503, body: error("busy"), headers: { "retry-after": "3" }, waitMs: 5_000 },
      { kind: "529", status: 529, body: error("overloaded") },
      { kind: "498", status: 498, body: error("capacity exceeded") },
      { kind: "504 without a body", status: 504, body: "" }
    ])
  )

const final = (weather: Weather): Reply =>
  refusal(
    weather,
    weather.dice.pick<Refusal>([
      { kind: "404", status: 404, body: error("No endpoints found for this model", { code: 404 }) },
      { kind: "400", status: 400, body: error("Provider returned error", { code: 400 }) },
      { kind: "403", status: 403, body: error("flagged by moderation") },
      {
        kind: "422",
        status: 422,
        body: JSON.stringify({ detail: [{ loc: ["body", "seed"], msg: "Unsupported parameter: seed" }] })
      }
    ])
  )

/** An error under a good status. */
const disguised = (weather: Weather): Reply =>
  refusal(
    weather,
    weather.dice.pick<Refusal>([
      { kind: "502 in 200", status: 200, body: error("Provider failed", { code: 502 }) },
      { kind: "429 in 200", status: 200, body: error("Rate limited", { code: 429 }) },
      {
        kind: "base_resp",
        status: 200,
        body: JSON.stringify({ base_resp: { status_code: 1002, status_msg: "rate limit" } })
      },
      { kind: "a text in error", status: 200, body: JSON.stringify({ error: "model crashed" }) },
      { kind: "no choices", status: 200, body: JSON.stringify({ choices: [] }) },
      { kind: "html", status: 200, body: "<!doctype html><title>Sign in</title>" },
      { kind: "nothing", status: 200, body: "" }
    ])
  )

/** The first part of a good answer, and then something else. */
const broken = (weather: Weather): Reply => {
  const { asked, dice, latency } = weather
  const { wholeAt = 0, ...rest } = good(weather)
  const reply: Reply = { ...rest, isGood: false, cost: undefined, doneAt: Number.POSITIVE_INFINITY }
  const pieces = reply.pieces.slice(0, dice.below(wholeAt + 1))
  const how = dice.pick(["reset", "stall", "end", "error"] as const)
  if (how === "error" && asked.stream) {
    const text = event({
      error: { code: 502, message: "Provider disconnected" },
      choices: [{ finish_reason: "error" }]
    })
    const all = [...pieces, ...spaced(dice, [text], latency)]
    return { ...reply, kind: "an error in the stream", pieces: all, doneAt: all.length - 1 }
  }
  const ending = how === "error" ? "reset" : how
  return { ...reply, kind: `broken off: ${ending}`, pieces, ending }
}

const unreachable = ({ latency }: Weather): Reply => ({
  kind: "no connection",
  headAfter: latency,
  status: undefined,
  headers: {},
  pieces: [],
  ending: "reset",
  isGood: false,
  doneAt: Number.POSITIVE_INFINITY
})

const silent = (weather: Weather): Reply => ({
  ...unreachable(weather),
  kind: "never a word",
  headAfter: Number.POSITIVE_INFINITY
})

const ROWS: ReadonlyArray<readonly [weight: number, (weather: Weather) => Reply]> = [
  [4, limited],
  [4, failed],
  [3, broken],
  [2, disguised],
  [2, unreachable],
  [1, silent],
  [1, final],
  [1, (weather) => bad(weather, "no function", { text: "```python\nprint('hello')\n```", finish: "stop" })],
  [1, (weather) => bad(weather, "cut off", { text: moduleOf(weather.asked.number).slice(0, 150), finish: "length" })],
  [1, (weather) => bad(weather, "empty", { text: "", finish: "stop" })],
  [0.5, (weather) => bad(weather, "filtered", { text: "", finish: "content_filter" })],
  [0.2, (weather) => refusal(weather, { kind: "401", status: 401, body: error("No auth credentials found") })],
  [0.2, (weather) => refusal(weather, { kind: "402", status: 402, body: error("Insufficient credits", { code: 402 }) })]
]
const TOTAL = ROWS.reduce((sum, [weight]) => sum + weight, 0)

/** Replies like this make a later answer worse: what failed a check is in the journal and is not asked for again. */
export const SPOILING: ReadonlySet<string> = new Set(["no function", "cut off", "empty", "filtered"])

/** `trouble`: how often something goes wrong, from 0 to 1. */
export const draw = (weather: Weather, trouble: number): Reply => {
  const { dice } = weather
  if (!dice.chance(trouble)) return good(weather)
  let rest = dice.next() * TOTAL
  for (const [weight, reply] of ROWS) {
    rest -= weight
    if (rest < 0) return reply(weather)
  }
  return good(weather)
}

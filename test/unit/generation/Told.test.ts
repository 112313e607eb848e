/** The ledger has what the server billed, as far as its bill had come, whatever ended the exchange. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Option } from "effect"
import type * as OpenRouter from "../../../src/api/OpenRouter.js"
import type * as Generation from "../../../src/generation/Generation.js"
import { finish, HOLD, start } from "./doubles.js"
import { type Script, server } from "./wire.js"

const COST = 0.0002
const USAGE = { prompt_tokens: 100, completion_tokens: 50, cost: COST }

const event = (json: unknown) => `data: ${JSON.stringify(json)}\n\n`
const says = (content: string, more: object = {}) => event({ id: "gen-1", choices: [{ delta: { content } }], ...more })
const counts = event({ id: "gen-1", choices: [], usage: USAGE })
/** A filter's word, whose price comes with it. */
const filtered = event({ id: "gen-1", choices: [{ delta: {}, finish_reason: "content_filter" }], usage: USAGE })
const started = `def execute_trade(ticker, price, tick, cash`

const whole = (content: string, finish_reason: string) =>
  JSON.stringify({ id: "gen-1", choices: [{ message: { content }, finish_reason }], usage: USAGE })

interface Row {
  readonly name: string
  /** What comes until then; the price comes at this moment. */
  readonly script: (priceAt: number) => Script
  readonly options?: Partial<Generation.Options>
  readonly api?: Partial<OpenRouter.Options>
  /** When the exchange ends. */
  readonly endsAt: number
  /** Of the attempt: when the price came in time, and when it did not. */
  readonly outcomes: readonly [known: string, unknown: string]
}

const stalls =
  (price: string): Row["script"] =>
  (at) => ({
    pieces: [
      [100, says(started)],
      [at, price]
    ]
  })

/** The usage before the answer is over, as some servers count. */
const STREAM = says(" ", { usage: USAGE })
const BODY = `{"id":"gen-1","usage":${JSON.stringify(USAGE)},"choices":[{"message":{"content":"`

const LIMIT = { requestTimeout: 3_000, maxRetries: 0 }
const DEADLINE = { deadline: 3_000, maxRetries: 0 }
const STOPPED = { stopWhen: Effect.sleep(3_000), maxRetries: 0 }

const rows: ReadonlyArray<Row> = [
  {
    name: "the time of the attempt, in a stream",
    script: stalls(STREAM),
    options: LIMIT,
    endsAt: 3_000,
    outcomes: ["TimedOut", "TimedOut"]
  },
  {
    name: "the time of the attempt, in a plain body that says nothing more",
    script: (at) => ({ pieces: [[at, `${BODY}${started}`]] }),
    options: LIMIT,
    endsAt: 3_000,
    outcomes: ["TimedOut", "TimedOut"]
  },
  {
    name: "the time of the attempt, behind a plain body of which only the last brace is missing",
    script: (at) => ({ pieces: [[at, whole("", "content_filter").slice(0, -1)]] }),
    options: LIMIT,
    endsAt: 3_000,
    outcomes: ["TimedOut", "TimedOut"]
  },
  {
    name: "the time of the attempt, in a stream of an empty answer",
    script: (at) => ({ pieces: [[at, event({ choices: [{ delta: {}, finish_reason: "stop" }], usage: USAGE })]] }),
    options: LIMIT,
    endsAt: 3_000,
    outcomes: ["TimedOut", "TimedOut"]
  },
  {
    name: "the time of the attempt, behind a filter's word",
    script: (at) => ({ pieces: [[at, filtered]] }),
    options: LIMIT,
    endsAt: 3_000,
    outcomes: ["Refused", "TimedOut"]
  },
  {
    name: "the time of the attempt, behind an answer that only lacks its price",
    script: (at) => ({
      pieces: [
        [100, says(`${HOLD}\n`)],
        [200, event({ id: "gen-1", choices: [{ delta: {}, finish_reason: "stop" }] })],
        [at, counts]
      ]
    }),
    options: LIMIT,
    endsAt: 3_000,
    outcomes: ["ok", "ok"]
  },
  {
    name: "a silence",
    script: stalls(event({ id: "gen-1", choices: [], usage: USAGE })),
    options: { maxRetries: 0 },
    api: { silenceTimeout: 1_000 },
    endsAt: 1_100,
    outcomes: ["TimedOut", "TimedOut"]
  },
  {
    name: "the wait for the first token",
    script: (at) => ({ pieces: [[at, counts]] }),
    options: { maxRetries: 0 },
    api: { firstTokenTimeout: 1_000 },
    endsAt: 1_000,
    outcomes: ["TimedOut", "TimedOut"]
  },
  {
    name: "the deadline of the run, in a stream",
    script: stalls(STREAM),
    options: DEADLINE,
    endsAt: 3_000,
    outcomes: ["Interrupted", "Interrupted"]
  },
  {
    name: "the deadline of the run, in a plain body",
    script: (at) => ({ pieces: [[at, `${BODY}${started}`]] }),
    options: DEADLINE,
    endsAt: 3_000,
    outcomes: ["Interrupted", "Interrupted"]
  },
  {
    name: "the deadline of the run, behind an answer that only lacks its price",
    script: (at) => ({
      pieces: [
        [100, says(`${HOLD}\n`)],
        [200, event({ id: "gen-1", choices: [{ delta: {}, finish_reason: "stop" }] })],
        [at, counts]
      ]
    }),
    options: DEADLINE,
    endsAt: 3_000,
    outcomes: ["ok", "ok"]
  },
  {
    name: "the deadline of the run, in an answer with a finish reason in every chunk",
    script: (at) => ({
      pieces: [
        [100, event({ id: "gen-1", choices: [{ delta: { content: started }, finish_reason: "stop" }] })],
        [at, STREAM]
      ]
    }),
    options: DEADLINE,
    endsAt: 3_000,
    outcomes: ["Interrupted", "Interrupted"]
  },
  {
    name: "who stops the run",
    script: stalls(STREAM),
    options: STOPPED,
    endsAt: 3_000,
    outcomes: ["Interrupted", "Interrupted"]
  },
  {
    name: "a connection that breaks off, in a stream",
    script: (at) => ({ ...stalls(STREAM)(at), ending: [3_000, "reset"] }),
    options: { maxRetries: 0 },
    endsAt: 3_000,
    outcomes: ["ConnectionFailed", "ConnectionFailed"]
  },
  {
    name: "a connection that breaks off, in a plain body",
    script: (at) => ({ pieces: [[at, `${BODY}${started}`]], ending: [3_000, "reset"] }),
    options: { maxRetries: 0 },
    endsAt: 3_000,
    outcomes: ["ConnectionFailed", "ConnectionFailed"]
  },
  {
    name: "a body that ends too early",
    script: (at) => ({
      pieces: [
        [100, BODY.slice(0, 1)],
        [at, `${BODY.slice(1)}${started}`]
      ],
      ending: [3_000, "end"]
    }),
    options: { maxRetries: 0 },
    endsAt: 3_000,
    outcomes: ["ConnectionFailed", "MalformedAnswer"]
  },
  {
    name: "too much of a stream",
    script: (at) => ({
      pieces: [
        [at, STREAM],
        [3_000, says("x".repeat(2_000))]
      ]
    }),
    options: { maxRetries: 0 },
    api: { maxAnswerBytes: 1_000 },
    endsAt: 3_000,
    outcomes: ["AnswerTooLarge", "AnswerTooLarge"]
  }
]

/** The only attempt of a run of one model. */
const attempted = ({ api, endsAt, options, script }: Row, priceAt: number) =>
  Effect.gen(function* () {
    const layer = server({ "x/1": script(priceAt) }, api)
    const run = yield* start({ models: ["x/1"], ...options }, { api: { layer, requests: [], inFlight: NONE } })
    const { outcomes } = yield* finish(run, endsAt)
    const [outcome] = outcomes
    assert.strictEqual(outcome?.attempts.length, 1)
    deepStrictEqual(outcome?.usage, Option.fromNullable(outcome?.attempts[0]?.usage))
    return outcome?.attempts[0]
  })

const NONE = () => ({ now: 0, most: 0 })

describe("a price that was told before the exchange was ended by", () => {
  for (const row of rows) {
    it.effect(`${row.name} is in the ledger`, () =>
      Effect.gen(function* () {
        const attempt = yield* attempted(row, row.endsAt - 1)
        deepStrictEqual([attempt?.outcome, attempt?.usage?.cost], [row.outcomes[0], COST])
      })
    )
  }
})

describe("a price that was to come after", () => {
  for (const row of rows) {
    it.effect(`${row.name} is not known`, () =>
      Effect.gen(function* () {
        const attempt = yield* attempted(row, row.endsAt + 1)
        deepStrictEqual([attempt?.outcome, attempt?.usage?.cost], [row.outcomes[1], undefined])
      })
    )
  }
})

/** A row whose attempt ends with what it says. */
const saying = (text: string): Row => ({
  name: "",
  script: (at) => ({ pieces: [[at, text]] }),
  options: LIMIT,
  endsAt: 100,
  outcomes: ["", ""]
})

describe("a plain answer whose connection stays open", () => {
  it.effect("is not waited for, also where a filter left nothing of it but its price", () =>
    Effect.gen(function* () {
      const attempt = yield* attempted(saying(whole("", "content_filter")), 100)
      deepStrictEqual([attempt?.outcome, attempt?.usage?.cost, attempt?.durationMs], ["Refused", COST, 100])
    })
  )
})

describe("a price that was told once", () => {
  it.effect("is not taken back by a later count without one", () =>
    Effect.gen(function* () {
      const later = { prompt_tokens: 100, completion_tokens: 60 }
      const text = says(HOLD, { usage: USAGE }) + says("\n", { usage: later }) + event("[DONE]")
      const attempt = yield* attempted(saying(text), 100)
      deepStrictEqual([attempt?.usage?.completionTokens, attempt?.usage?.cost], [60, COST])
    })
  )
})

describe("a verdict that ends all models", () => {
  const denied: Script = {
    status: 401,
    pieces: [[1_000, JSON.stringify({ error: { message: "Invalid API key" } })]],
    ending: [1_000, "end"]
  }
  for (const priceAt of [999, 1_001]) {
    it.effect(`takes nothing from an answer under way, whose price comes after ${priceAt} ms`, () =>
      Effect.gen(function* () {
        const answered: Script = {
          pieces: [
            [priceAt, says(HOLD, { usage: USAGE })],
            [2_000, event({ choices: [{ delta: {}, finish_reason: "stop" }] }) + event("[DONE]")]
          ]
        }
        const layer = server({ "x/1": answered, "x/2": denied })
        const run = yield* start({ models: ["x/1", "x/2"] }, { api: { layer, requests: [], inFlight: NONE } })
        const { outcomes } = yield* finish(run, 2_000)
        deepStrictEqual(
          outcomes.map(({ attempts }) => attempts.map(({ outcome, usage }) => [outcome, usage?.cost])),
          [[["ok", COST]], [["AccountRefused", undefined]]]
        )
      })
    )
  }
})

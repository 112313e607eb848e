import { inspect } from "node:util"
import { HttpClientError, HttpClientRequest } from "@effect/platform"
import { it } from "@effect/vitest"
import { assertFalse, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Cause, Effect, Exit, Fiber, Option, Redacted, TestClock } from "effect"
import { describe } from "vitest"
import * as OpenRouter from "../../../../src/api/OpenRouter.js"
import * as Secret from "../../../../src/api/wire/Secret.js"
import type { GenerationError } from "../../../../src/domain/GenerationError.js"
import * as Generation from "../../../../src/generation/Generation.js"
import * as Report from "../../../../src/generation/Report.js"
import * as Memory from "../../../../src/storage/algorithmStore/Memory.js"
import {
  chunk,
  completion,
  counts,
  DONE,
  event,
  finishes,
  json,
  KEY,
  network,
  openRouter,
  says,
  settle,
  SSE
} from "./network.js"
import { watch } from "./observers.js"

const program = (key: string) => `def execute_trade(ticker, price, tick, cash_balance, shares_held):
    """The key is ${key}."""
    return "HOLD"
`

/** A text in deltas of a few letters each, so that no delta holds the key. */
const inPieces = (text: string, field = "content") =>
  (text.match(/[^]{1,7}/g) ?? []).map((piece) => event(chunk({ [field]: piece }))).join("")

const sse = (...events: ReadonlyArray<string>) => new Response(events.join(""), { headers: SSE })

/** Every letter as JSON may write it as well. */
const escaped = (text: string) =>
  Array.from(text, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")

/** Says something, and then nothing more. */
const stalled = (text: string) =>
  new Response(new ReadableStream({ start: (own) => own.enqueue(new TextEncoder().encode(text)) }), { headers: SSE })

const errorBody = (key: string, code: unknown) => ({
  error: {
    code,
    message: `not with Bearer ${key}`,
    type: key,
    error_type: key,
    metadata: { raw: `raw ${key}`, error_type: `type ${key}`, limit_source: key, provider_name: key },
    availability: { fallback_models: [`a/${key}`, key] }
  },
  id: key,
  model: key,
  usage: { prompt_tokens: 1, completion_tokens: 1 }
})

const broken = (key: string) => {
  const request = HttpClientRequest.get("http://localhost")
  const cause = new Error(`connect failed for Bearer ${key}`, { cause: new Error(`socket said ${key}`) })
  return Effect.fail(new HttpClientError.RequestError({ request, reason: "Transport", description: key, cause }))
}

/** Servers that say the key wherever something can be said, one for each way to end. */
const servers: Readonly<Record<string, (key: string) => Response | ReturnType<typeof broken>>> = {
  ok: (key) => sse(inPieces(program(key)), finishes("stop"), counts, DONE),
  "ok in parts": (key) =>
    json(
      completion(
        {
          content: program(key)
            .match(/[^]{1,7}/g)
            ?.map((text) => ({ type: "text", text }))
        },
        key,
        { id: key, model: key }
      )
    ),
  "ok escaped": (key) =>
    new Response(JSON.stringify(completion({ content: program("KEY") }, "stop")).replace("KEY", escaped(key)), {
      headers: { "x-generation-id": `gen ${key}` }
    }),
  limited: (key) => json(errorBody(key, 429), 429, { "x-generation-id": key, "retry-after": key }),
  failed: (key) => json(errorBody(key, 500), 500, { "x-generation-id": key }),
  rejected: (key) => json(errorBody(key, 400), 400, { "x-generation-id": key }),
  "rejected escaped": (key) =>
    new Response(
      `{"error":{"code":400,"message":"bad ${escaped(key)} and ${escaped(key).toUpperCase().replaceAll("\\U", "\\u")}"}}`
    ),
  html: (key) => new Response(`<html><body>${key}</body></html>`, { status: 502 }),
  "account refused": (key) => json({ error: { code: 401, message: `not with Bearer ${key}` } }, 401),
  refused: (key) => sse(inPieces(`I will not say ${key} `, "refusal"), finishes("stop"), DONE),
  malformed: (key) => new Response(`your key is ${key}`),
  "cut off": (key) => sse(inPieces(program(key)), finishes("length"), counts, DONE),
  empty: (key) => sse(event({ ...chunk({}, "stop"), id: key, model: key }), DONE),
  "reasoning only": (key) => sse(event({ ...chunk({ reasoning: key }, "stop"), id: key, model: key }), DONE),
  "no program": (key) => sse(says(`# ${key}`), finishes("stop"), DONE),
  "broken stream": (key) => sse(inPieces(program(key))),
  "error in a stream": (key) =>
    sse(says(key), event({ ...errorBody(key, 503), choices: [{ delta: { content: key } }] })),
  "finish that is an error": (key) => sse(inPieces(key), event({ ...chunk({}, "error"), id: key })),
  "too large": (key) => sse(says(`${key}${"x".repeat(40_000)}`), says(`${key}${"y".repeat(40_000)}`)),
  "no first token": (key) => stalled(`: ${key}\n\nid: ${key}\n\n`),
  silent: (key) => stalled(inPieces(program(key).slice(0, -40))),
  unreachable: broken,
  "a string": (key) => json({ error: `unexpected ${key}` })
}

/** Everything that can be read out of a value, by whatever way somebody prints it. */
const printed = (value: unknown): string =>
  [
    inspect(value, { depth: 30, showHidden: true }),
    // Times of spans are in nanoseconds.
    JSON.stringify(value, (_, own: unknown) => (typeof own === "bigint" ? String(own) : own)),
    String(value),
    value instanceof Error ? `${value.message} ${value.stack}` : ""
  ].join("\n")

/** More than a third of it is as good as all of it. */
const PART = KEY.slice(0, 14)

const hides = (what: string, value: unknown) => {
  const text = printed(value)
  assertFalse(text.includes(PART) || text.includes(KEY.slice(-14)), `${what} shows the key: ${text.slice(0, 2_000)}`)
  return text
}

const options: OpenRouter.Options = {
  firstTokenTimeout: "5 seconds",
  silenceTimeout: "4 seconds",
  maxAnswerBytes: 50_000
}

/** The server echoes what it was sent, so this is the very key that the client uses. */
const echoing = () =>
  network(({ body, headers, url }) => {
    const key = headers["authorization"]?.replace("Bearer ", "") ?? ""
    assertTrue(key === KEY)
    const name = /"model":"([^"]*)"/.exec(body)?.[1] ?? ""
    return url.endsWith("/models") || url.endsWith("/key")
      ? json(errorBody(key, 400), 400)
      : (servers[name]?.(key) ?? new Response(key))
  })

const waitFor = <A, E>(fiber: Fiber.Fiber<A, E>) =>
  Effect.gen(function* () {
    for (let n = 0; n < 15; n += 1) {
      yield* settle
      yield* TestClock.adjust("5 seconds")
    }
    return yield* Fiber.await(fiber)
  })

describe("the key is found nowhere", () => {
  it.effect("in what a request comes to, printed in any way", () =>
    Effect.gen(function* () {
      const service = yield* openRouter(echoing().client, options)
      const tags = new Set<string>()
      const requests: ReadonlyArray<readonly [string, Effect.Effect<unknown, GenerationError>]> = [
        ...Object.keys(servers).map((model) => [model, service.complete({ model, messages: [] })] as const),
        ["models", service.models] as const,
        ["key", service.key] as const
      ]
      const fiber = yield* Effect.fork(
        Effect.forEach(
          requests,
          ([name, request]) => Effect.map(Effect.exit(request), (exit) => [name, exit] as const),
          {
            concurrency: "unbounded"
          }
        )
      )
      const exits = yield* Effect.flatten(waitFor(fiber))
      for (const [name, exit] of exits) {
        hides(name, exit)
        if (Exit.isSuccess(exit)) {
          tags.add("ok")
          continue
        }
        hides(name, Cause.pretty(exit.cause, { renderErrorCause: true }))
        const error = Cause.squash(exit.cause)
        hides(name, error)
        if (error instanceof Error && "reason" in error) {
          hides(name, error.reason)
          tags.add(printed(error.reason).match(/"_tag":"(\w+)"/)?.[1] ?? "")
        }
      }
      deepStrictEqual([...tags].toSorted(), [
        "AccountRefused",
        "AnswerTooLarge",
        "ConnectionFailed",
        "CutOff",
        "EmptyAnswer",
        "MalformedAnswer",
        "RateLimited",
        "Refused",
        "Rejected",
        "ServerFailed",
        "TimedOut",
        "ok"
      ])
      hides("the service", service)
    })
  )

  it.effect("in a whole run: events, report, document, saved programs, log lines, spans", () =>
    Effect.gen(function* () {
      const { logging, logs, spans, tracer } = watch()
      const service = yield* openRouter(echoing().client, options)
      const events: Array<unknown> = []
      const run = Effect.gen(function* () {
        const report = yield* Generation.generateAlgorithms({
          models: Object.keys(servers),
          ticker: "AAPL",
          concurrency: 100,
          maxRetries: 1,
          onProgress: (progress) => Effect.sync(() => events.push(progress))
        })
        yield* Effect.forEach(report.outcomes, ({ model, reason }) => Effect.logError(model, reason))
        return { report, saved: yield* yield* Memory.Saved }
      }).pipe(
        Effect.provide(Memory.layer),
        Effect.provideService(OpenRouter.OpenRouter, service),
        Effect.withTracer(tracer),
        Effect.provide(logging)
      )
      const { report, saved } = yield* Effect.flatten(waitFor(yield* Effect.fork(run)))
      const seen = [
        hides("an event", events),
        hides("the report", report),
        hides("the document", Report.toJson(report)),
        hides("a log line", logs),
        hides("a span", spans)
      ]
      // There was something to hide, and something to see: in each of them the places are marked.
      for (const text of seen.slice(0, 4)) assertTrue(text.includes("<redacted key>"))
      // Code that held the key is refused, and says so.
      strictEqual(saved.size, 0)
      const codes = report.outcomes.flatMap(({ reason }) => Option.toArray(reason))
      strictEqual(codes.filter((reason) => reason._tag === "BadCode" && reason.failure.code === "api-key").length, 5)
      assertTrue(events.length > 60 && logs.length >= 20 && spans.length > 20)
      strictEqual(spans.filter(({ name }) => name.startsWith("http")).length, 0)
    })
  )

  it.effect("in a preview, not even while it comes", () =>
    Effect.gen(function* () {
      const { client } = network(() => sse(inPieces(`the key is ${KEY} and no more`), DONE))
      const previews: Array<string> = []
      const body = inPieces(`the key is ${KEY} and no more`)
      const { client: slow } = network(() => {
        const events = body.split(/(?<=\n\n)/)
        return new Response(
          new ReadableStream({
            pull: (own) => {
              const next = events.shift()
              own.enqueue(new TextEncoder().encode(next ?? DONE))
              if (next === undefined) own.close()
            }
          }),
          { headers: SSE }
        )
      })
      for (const chosen of [client, slow]) {
        const { text } = yield* (yield* openRouter(chosen)).complete({ model: "m", messages: [] }, (soFar) =>
          Effect.sync(() => previews.push(soFar()))
        )
        strictEqual(text, "the key is <redacted key> and no more")
      }
      assertTrue(previews.length > 8)
      for (const preview of previews) assertTrue("the key is <redacted key> and no more".startsWith(preview), preview)
    })
  )
})

describe("the scrubbing", () => {
  it("finds the key as it is, as JSON may escape it, and as often as it is there", () => {
    const key = 'a/b+c"d\\e.f$'
    const { scrub } = Secret.make(Redacted.make(key))
    strictEqual(scrub(`${key}${key} ${key}`), "<redacted key><redacted key> <redacted key>")
    strictEqual(scrub(JSON.stringify({ key })), '{"key":"<redacted key>"}')
    strictEqual(scrub(JSON.stringify({ key }).replaceAll("/", "\\/")), '{"key":"<redacted key>"}')
    strictEqual(scrub(escaped(key)), "<redacted key>")
    strictEqual(
      scrub(escaped(key).replaceAll("2f", "2F").replaceAll("2b", "2B").replaceAll("5c", "5C")),
      "<redacted key>"
    )
    strictEqual(scrub('a/b+c"d\\exf$ aab+c"d'), 'a/b+c"d\\exf$ aab+c"d')
  })

  it("takes a key that is too short to be looked for out of the header that it is sent in, and leaves texts alone", () => {
    for (const key of [undefined, Redacted.make(""), Redacted.make("EMPTY"), Redacted.make("seven77")]) {
      const { scrub, scrubGrowing, scrubTorn } = Secret.make(key)
      const text = `EMPTY seven77 ${key === undefined ? "" : Redacted.value(key)}`
      strictEqual(scrub(text), text)
      strictEqual(scrubGrowing(text), text)
      strictEqual(scrubTorn(text), text)
    }
    const { scrub } = Secret.make(Redacted.make("s3cret"))
    strictEqual(scrub("Incorrect API key provided: Bearer s3cret."), "Incorrect API key provided: <redacted key>.")
    strictEqual(scrub('{"authorization":"Bearer s3cret"}'), '{"authorization":"<redacted key>"}')
    strictEqual(Secret.make(Redacted.make("eight888")).scrub("eight888"), "<redacted key>")
  })

  it("takes from a text that broke off what tells of the key, and no single letters", () => {
    const { scrubTorn } = Secret.make(Redacted.make("abcabcab-1"))
    strictEqual(scrubTorn("x abcabca"), "x abcabca")
    strictEqual(scrubTorn("x abcabcab"), "x ")
    strictEqual(scrubTorn("x abcabcab-1 abcabcab-"), "x <redacted key> ")
    strictEqual(scrubTorn("abcabcab x"), "abcabcab x")
  })

  it("holds back an end that may become the key, and nothing else", () => {
    const { scrubGrowing } = Secret.make(Redacted.make("abcabcab-1"))
    for (const [text, expected] of [
      ["x abcabcab-", "x "],
      ["x abcabcab-1", "x <redacted key>"],
      ["x abcabcabc", "x abc"],
      ["x a", "x "],
      ["x abd", "x abd"],
      ["", ""],
      ["abcabcab-1a", "<redacted key>"]
    ] as const) {
      strictEqual(scrubGrowing(text), expected)
    }
  })
})

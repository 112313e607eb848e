/** What every behavior puts on the wire, read off the sockets, plain and streamed. */
import * as Zlib from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import * as Array from "effect/Array"
import * as Effect from "effect/Effect"
import * as Behavior from "../../../src/simulator/Behavior.js"
import * as Servers from "../../../src/simulator/behaviors/Servers.js"
import * as Simulator from "../../../src/simulator/Simulator.js"
import * as RawClient from "./RawClient.js"

type Raw = RawClient.Raw

interface Row {
  readonly ending: RawClient.Ending
  readonly plain: (raw: Raw) => void
  readonly stream: (raw: Raw) => void
}

const both = (ending: RawClient.Ending, check: (raw: Raw) => void): Row => ({ ending, plain: check, stream: check })

const json = (raw: Raw) => JSON.parse(raw.text)
const data = (raw: Raw) => RawClient.events(raw.text)
const chunks = (raw: Raw) =>
  data(raw)
    .filter((one) => one !== "[DONE]")
    .map((one) => JSON.parse(one))
const written = (raw: Raw): string =>
  chunks(raw)
    .map((chunk) => chunk.choices?.[0]?.delta?.content ?? "")
    .join("")
const last = <A>(items: ReadonlyArray<A>): A => {
  const found = items.at(-1)
  if (found === undefined) throw new Error("nothing came")
  return found
}

const PROGRAM = "def execute_trade(ticker, price, tick, cash_balance, shares_held):"

const textOf = (content: string | ReadonlyArray<{ text: string }>) =>
  typeof content === "string" ? content : content.map(({ text }) => text).join("")

const goodPlain = (raw: Raw, program = PROGRAM) => {
  assert.strictEqual(raw.status, 200)
  assert.strictEqual(raw.headers.get("content-type"), "application/json")
  assert.include(textOf(json(raw).choices[0].message.content), program)
}

const goodStream = (raw: Raw, program = PROGRAM) => {
  assert.strictEqual(raw.status, 200)
  assert.strictEqual(raw.headers.get("content-type"), "text/event-stream")
  assert.include(written(raw), program)
  assert.strictEqual(last(data(raw)), "[DONE]")
  const usage = last(chunks(raw))
  assert.deepStrictEqual(usage.choices, [])
  assert.isAbove(usage.usage.completion_tokens, 0)
}

const good: Row = { ending: "complete", plain: goodPlain, stream: goodStream }

const goodAnd = (plain: (raw: Raw) => void, stream: (raw: Raw) => void): Row => ({
  ending: "complete",
  plain: (raw) => {
    goodPlain(raw)
    plain(raw)
  },
  stream: (raw) => {
    goodStream(raw)
    stream(raw)
  }
})

const goodWith = (...texts: ReadonlyArray<string | RegExp>): Row => {
  const check = (raw: Raw) => texts.forEach((text) => assert.match(raw.text, new RegExp(text)))
  return goodAnd(check, check)
}

/** A message in a plain answer, and the end of a stream that says the same. */
const hollow = (
  finish: string | null,
  message: (content: string | null, fields: Record<string, unknown>) => void
): Row => ({
  ending: "complete",
  plain: (raw) => {
    const [choice] = json(raw).choices
    assert.strictEqual(choice.finish_reason, finish)
    message(choice.message.content, choice.message)
  },
  stream: (raw) => {
    const finished = last(chunks(raw).filter(({ choices }) => choices.length > 0)).choices[0]
    assert.strictEqual(finished.finish_reason, finish)
    const reasoning = chunks(raw)
      .map((chunk) => chunk.choices[0]?.delta.reasoning ?? "")
      .join("")
    message(written(raw), { ...finished.delta, reasoning })
    assert.strictEqual(last(data(raw)), "[DONE]")
  }
})

const isHalf = (content: string | null) => {
  assert.isAbove(content?.length ?? 0, 100)
  assert.notMatch(content ?? "", /return "HOLD"\n(?:```)?\s*$/)
}
const isNothing = (content: string | null) => assert.strictEqual(content ?? "", "")

const failing = (status: number, check: (body: ReturnType<typeof json>, raw: Raw) => void): Row =>
  both("complete", (raw) => {
    assert.strictEqual(raw.status, status)
    assert.strictEqual(raw.headers.get("content-type"), "application/json")
    check(json(raw), raw)
  })

const coded = (status: number, code: number | string): Row =>
  failing(status, ({ error }) => {
    assert.strictEqual(error.code, code)
    assert.isString(error.message)
  })

const hinted = (name: string, check: (value: string) => void, status = 429): Row =>
  failing(status, ({ error }, raw) => {
    assert.strictEqual(error.code, status)
    check(raw.headers.get(name) ?? "absent")
  })

const soon = (epochMillis: number) => {
  const wait = epochMillis - Date.now()
  assert.isTrue(wait > -1500 && wait < 2500, `${wait} ms from now`)
}

const sourced = (source: string): Row =>
  failing(429, ({ error }) => assert.strictEqual(error.metadata.limit_source, source))

/** A behavior of streams; plain it is a good answer. */
const streaming = (ending: RawClient.Ending, stream: (raw: Raw) => void): Row => ({ ending, plain: goodPlain, stream })

const html = (status: number) =>
  both("complete", (raw) => {
    assert.strictEqual(raw.status, status)
    assert.include(raw.headers.get("content-type"), "text/html")
    assert.include(raw.text, "<!DOCTYPE html>")
  })

/** The same good answer, whatever the headers say about it. */
const disguised = (type: string | undefined): Row =>
  streaming("complete", (raw) => {
    assert.strictEqual(raw.status, 200)
    assert.strictEqual(raw.headers.get("content-type"), type)
    assert.include(written(raw), PROGRAM)
    assert.strictEqual(last(data(raw)), "[DONE]")
  })

/** JSON, compact or over many lines, that is called a stream. */
const posing = (lines: (count: number) => boolean): Row =>
  streaming("complete", (raw) => {
    assert.strictEqual(raw.headers.get("content-type"), "text/event-stream")
    assert.include(textOf(json(raw).choices[0].message.content), PROGRAM)
    assert.isTrue(lines(raw.text.split("\n").length), raw.text.slice(0, 100))
  })

const encoded = (name: string, decode: (body: Buffer) => Buffer): Row =>
  both("complete", (raw) => {
    assert.strictEqual(raw.headers.get("content-encoding"), name)
    assert.include(decode(raw.body).toString("utf8"), '"choices":[{"index":0')
  })

/** Two requests that never end differ in what has come by then. */
const open = (check: (raw: Raw) => void) => both("open", check)
const nothing = (raw: Raw) => assert.isUndefined(raw.status)
const begun = (raw: Raw) => {
  assert.strictEqual(raw.status, 200)
  assert.isAbove(raw.text.length, 500)
  assert.notInclude(raw.text, "[DONE]")
  assert.throws(() => json(raw))
}

const rows: Record<string, Row> = {
  ok: goodAnd(
    (raw) => assert.deepInclude(json(raw), { object: "chat.completion", id: raw.headers.get("x-generation-id") }),
    (raw) => assert.isTrue(raw.text.startsWith(": OPENROUTER PROCESSING\n\n"))
  ),
  "ok-bare": goodAnd(
    (raw) => assert.notInclude(json(raw).choices[0].message.content, "```"),
    (raw) => assert.notInclude(written(raw), "```")
  ),
  "ok-fenced": goodWith("```python"),
  "ok-fenced-plain": goodWith("```\\\\n"),
  "ok-prose": goodAnd(
    (raw) => assert.match(json(raw).choices[0].message.content, /^Sure![^]*```python[^]*```[^]*advice\.$/),
    (raw) => assert.match(written(raw), /^Sure![^]*```python[^]*```[^]*advice\.$/)
  ),
  "ok-thinking": goodAnd(
    (raw) => assert.match(json(raw).choices[0].message.content, /^<think>[^]*<\/think>\n\n```python/),
    (raw) => assert.match(written(raw), /^<think>[^]*<\/think>\n\n```python/)
  ),
  "ok-reasoning": goodAnd(
    (raw) => assert.isString(json(raw).choices[0].message.reasoning),
    (raw) => assert.isString(chunks(raw)[0].choices[0].delta.reasoning)
  ),
  "ok-split": goodAnd(
    (raw) => assert.strictEqual(json(raw).choices[0].message.content.split("```python").length, 3),
    (raw) => assert.strictEqual(written(raw).split("```python").length, 3)
  ),
  "ok-parts": goodAnd(
    (raw) => assert.isArray(json(raw).choices[0].message.content),
    () => {}
  ),
  "ok-hold": goodAnd(
    (raw) => assert.match(json(raw).choices[0].message.content, /held\):\n {4}return "HOLD"\n```/),
    (raw) => assert.match(written(raw), /held\):\n {4}return "HOLD"\n```/)
  ),
  "ok-padded": goodAnd(
    (raw) => assert.match(raw.text, /^\s{100,}\{/),
    () => {}
  ),
  "ok-no-usage": {
    ending: "complete",
    plain: (raw) => assert.notProperty(json(raw), "usage"),
    stream: (raw) => {
      assert.include(written(raw), PROGRAM)
      assert.notInclude(raw.text, '"usage"')
    }
  },
  "ok-other-model": goodWith('"model":"sim/another-model"'),
  "ok-unknown-finish": goodWith('"finish_reason":"eos_token"'),
  "ok-unknown-fields": goodWith('"service_tier":"default"', '"annotations":\\[\\]', '"logprobs":null'),

  "no-code": hollow("stop", (content) => assert.notInclude(content, "def ")),
  "syntax-error": hollow("stop", (content) => assert.match(content ?? "", /def \w+\([^)]*\)\n/)),
  "wrong-name": hollow("stop", (content) => {
    assert.include(content, "def trade(")
    assert.notInclude(content, "execute_trade")
  }),
  "cut-silently": hollow("stop", isHalf),
  length: hollow("length", isHalf),
  "length-below": hollow("length", isHalf),
  "length-empty": hollow("length", (content, { reasoning }) => {
    isNothing(content)
    assert.include(reasoning, "Let me think")
  }),
  "content-null": {
    ending: "complete",
    plain: (raw) => assert.isNull(json(raw).choices[0].message.content),
    stream: (raw) => assert.isNull(chunks(raw)[0].choices[0].delta.content)
  },
  "content-empty": hollow("stop", isNothing),
  "content-blank": hollow("stop", (content) => assert.match(content ?? "x", /^\s+$/)),
  "finish-null": hollow(null, isNothing),
  "reasoning-only": hollow("stop", (content, { reasoning }) => {
    isNothing(content)
    assert.include(reasoning, PROGRAM)
  }),
  "empty-choices": {
    ending: "complete",
    plain: (raw) => assert.deepStrictEqual(json(raw).choices, []),
    stream: (raw) => chunks(raw).forEach((chunk) => assert.deepStrictEqual(chunk.choices, []))
  },
  "no-choices": {
    ending: "complete",
    plain: (raw) => assert.notProperty(json(raw), "choices"),
    stream: (raw) => chunks(raw).forEach((chunk) => assert.notProperty(chunk, "choices"))
  },
  "content-filter": hollow("content_filter", isHalf),
  refusal: hollow("stop", (content, { refusal }) => {
    isNothing(content)
    assert.isString(refusal)
  }),
  "tool-calls": hollow("tool_calls", (content, fields) => {
    isNothing(content)
    assert.property(fields, "tool_calls")
  }),

  "error-in-200": coded(200, 502),
  "error-in-200=429": coded(200, 429),
  "error-code-string": coded(200, "502"),
  "error-code-name": coded(500, "internal_server_error"),
  "error-string": failing(200, ({ error }) => assert.isString(error)),
  "error-choice": {
    ending: "complete",
    plain: (raw) => {
      const [choice] = json(raw).choices
      assert.strictEqual(choice.finish_reason, "error")
      assert.strictEqual(choice.error.code, 502)
      isHalf(choice.message.content)
    },
    stream: (raw) => {
      const finished = last(chunks(raw).filter(({ choices }) => choices.length > 0)).choices[0]
      assert.strictEqual(finished.finish_reason, "error")
      assert.strictEqual(finished.error.code, 502)
      isHalf(written(raw))
    }
  },
  ...Object.fromEntries(
    [
      ["error-chunk", 502, true] as const,
      ["error-chunk=503", 503, true] as const,
      ["error-chunk-name", "server_error", true] as const,
      ["error-chunk-first", 502, false] as const
    ].map(([name, code, partial]): [string, Row] => [
      name,
      {
        ending: "complete",
        plain: (raw) => assert.strictEqual(json(raw).error.code, code),
        stream: (raw) => {
          const end = last(chunks(raw))
          assert.strictEqual(end.error.code, code)
          assert.strictEqual(end.choices[0].finish_reason, "error")
          assert.strictEqual(written(raw) !== "", partial)
          assert.notInclude(raw.text, "[DONE]")
        }
      }
    ])
  ),
  "html-200": html(200),
  "html-502": html(502),
  "html-503": html(503),
  "html-524": html(524),
  "text-503": both("complete", (raw) => {
    assert.strictEqual(raw.status, 503)
    assert.strictEqual(raw.text, "upstream connect error")
  }),
  "truncated-json": both("complete", (raw) => {
    assert.strictEqual(raw.status, 200)
    assert.isTrue(raw.text.startsWith('{"id":'))
    assert.throws(() => json(raw))
  }),
  "not-json": both("complete", (raw) => assert.strictEqual(raw.text, "OK")),
  "empty-body": both("complete", (raw) => {
    assert.strictEqual(raw.status, 200)
    assert.strictEqual(raw.text, "")
  }),

  "429-availability": failing(429, ({ error }) => {
    assert.notProperty(error, "code")
    assert.deepInclude(error.availability, { code: "capacity_exhausted", retryable: true, retry_after: 1 })
  }),
  "429-retry-after": hinted("retry-after", (value) => assert.strictEqual(value, "1")),
  "429-retry-after=90": hinted("retry-after", (value) => assert.strictEqual(value, "90")),
  "429-retry-after-date": hinted("retry-after", (value) => {
    assert.match(value, /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/)
    soon(Date.parse(value))
  }),
  "429-retry-after-past": hinted("retry-after", (value) => soon(Date.parse(value) + 60_000)),
  "429-retry-after-nonsense": hinted("retry-after", (value) => assert.strictEqual(value, "soon")),
  "429-retry-after-ms": hinted("retry-after-ms", (value) => assert.strictEqual(value, "1000")),
  "429-reset-ms": hinted("x-ratelimit-reset", (value) => soon(Number(value))),
  "429-reset-s": hinted("x-ratelimit-reset", (value) => soon(Number(value) * 1000)),
  "429-metadata-reset-ms": failing(429, ({ error }, raw) => {
    assert.isFalse(raw.headers.has("x-ratelimit-reset"))
    soon(Number(error.metadata.headers["X-RateLimit-Reset"]))
  }),
  "429-metadata-reset-s": failing(429, ({ error }) => soon(Number(error.metadata.headers["X-RateLimit-Reset"]) * 1000)),
  "429-message": failing(429, ({ error }) => assert.include(error.message, "retry in 1 s")),
  "429-daily": failing(429, ({ error }, raw) => {
    assert.strictEqual(error.metadata.limit_source, "openrouter_free_tier_daily")
    assert.include(error.message, "free-models-per-day")
    const reset = Number(error.metadata.headers["X-RateLimit-Reset"])
    assert.isTrue(reset > Date.now() && reset <= Date.now() + 86_400_002)
    assert.strictEqual(raw.headers.get("x-ratelimit-reset"), String(reset))
  }),
  "429-per-minute": failing(429, ({ error }, raw) => {
    assert.strictEqual(error.metadata.limit_source, "openrouter_free_tier_per_minute")
    assert.strictEqual(raw.headers.get("retry-after"), "1")
    soon(Number(raw.headers.get("x-ratelimit-reset")))
  }),
  "429-shared": sourced("openrouter_shared_capacity"),
  "429-upstream": sourced("upstream_provider_shared_pool"),
  "429-untagged": failing(429, (body) =>
    assert.deepStrictEqual(body, { error: { code: 429, message: "Rate limit exceeded" } })
  ),
  "429-large": failing(429, (_, raw) => assert.isAbove(raw.body.length, 1_000_000)),
  "402-retry-after": hinted("retry-after", (value) => assert.strictEqual(value, "1"), 402),
  "503-retry-after": hinted("retry-after", (value) => assert.strictEqual(value, "1"), 503),

  "stream-crlf": streaming("complete", (raw) => {
    goodStream(raw)
    assert.notMatch(raw.text, /[^\r]\n/)
  }),
  "stream-several-lines": streaming("complete", (raw) => {
    goodStream(raw)
    assert.match(raw.text, /data: \{\ndata: {2}"id"/)
  }),
  "stream-comments": streaming("complete", (raw) => {
    goodStream(raw)
    assert.include(raw.text, ': data: {"no":"data"}\n')
    assert.include(raw.text, "\n: after\n")
  }),
  "stream-fields": streaming("complete", (raw) => {
    goodStream(raw)
    assert.include(raw.text, "event: message\nid: 1\nretry: 3000\ndata:{")
  }),
  "stream-split": streaming("complete", (raw) => {
    goodStream(raw)
    assert.include(written(raw), "€, Trend ↗︎ oder ↘︎, 価格 and 🚀")
  }),
  "stream-no-newline": streaming("complete", (raw) => {
    goodStream(raw)
    assert.isTrue(raw.text.endsWith("data: [DONE]"))
  }),
  "stream-usage-in-finish": streaming("complete", (raw) => {
    assert.include(written(raw), PROGRAM)
    assert.strictEqual(last(chunks(raw)).choices[0].finish_reason, "stop")
    assert.isAbove(last(chunks(raw)).usage.total_tokens, 0)
  }),
  "stream-no-done": streaming("complete", (raw) => {
    assert.isDefined(last(chunks(raw)).usage)
    assert.notInclude(raw.text, "[DONE]")
  }),
  "stream-eof-after-finish": streaming("complete", (raw) => {
    assert.strictEqual(last(chunks(raw)).choices[0].finish_reason, "stop")
    assert.notInclude(raw.text, "usage")
  }),
  "stream-eof": streaming("complete", (raw) => {
    isHalf(written(raw))
    assert.isNull(last(chunks(raw)).choices[0].finish_reason)
  }),
  "stream-open-after-done": streaming("open", goodStream),
  "stream-open-after-usage": streaming("open", (raw) => assert.isDefined(last(chunks(raw)).usage)),
  "stream-open-after-finish": streaming("open", (raw) =>
    assert.strictEqual(last(chunks(raw)).choices[0].finish_reason, "stop")
  ),
  "stream-open-after-delta": streaming("open", (raw) => {
    assert.include(written(raw), PROGRAM)
    assert.isNull(last(chunks(raw)).choices[0].finish_reason)
  }),
  "stream-ignored": both("complete", goodPlain),
  "huge-line": {
    ending: "complete",
    plain: goodPlain,
    stream: (raw) => {
      goodStream(raw)
      assert.isAbove(Math.max(...raw.text.split("\n").map(({ length }) => length)), 1_000_000)
    }
  },
  "huge-answer": {
    ending: "complete",
    plain: (raw) => assert.isAbove(raw.body.length, 9_000_000),
    stream: (raw) => assert.isAbove(raw.body.length, 9_000_000)
  },

  "stall-headers": open(nothing),
  "stall-after-headers": open((raw) => {
    assert.strictEqual(raw.status, 200)
    assert.strictEqual(raw.text, "")
  }),
  "stall-body": open(begun),
  "stall-comments": {
    ending: "open",
    plain: (raw) => {
      begun(raw)
      assert.match(raw.text, /\n\s{20,}$/)
    },
    stream: (raw) => {
      begun(raw)
      assert.match(raw.text, /\}\n\n(?:: OPENROUTER PROCESSING\n\n){3,}$/)
    }
  },
  "stall-comments-first": {
    ending: "open",
    plain: (raw) => assert.match(raw.text, /^\s+$/),
    stream: (raw) => assert.match(raw.text, /^(?:: OPENROUTER PROCESSING\n\n){3,}$/)
  },
  "stall-padding": open((raw) => {
    assert.strictEqual(raw.status, 200)
    assert.match(raw.text, /^\s{30,}$/)
  }),
  endless: {
    ending: "open",
    plain: (raw) => assert.include(raw.text, "pass\\npass\\n"),
    stream: (raw) => assert.include(written(raw), "pass\npass\n")
  },
  "late-first-token=100": good,
  "silence=100": good,
  "reset-headers": both("rst", nothing),
  "reset-body": both("rst", begun),
  "cut-headers": both("fin", nothing),
  "cut-body": both("fin", begun),

  "as-json": disguised("application/json"),
  "as-text": disguised("text/plain; charset=utf-8"),
  "as-bytes": disguised("application/octet-stream"),
  "as-html": disguised("text/html"),
  "as-nothing": disguised(undefined),
  "json-as-stream": posing((count) => count === 1),
  "pretty-as-stream": posing((count) => count > 10),
  "encoded-gzip": encoded("gzip", Zlib.gunzipSync),
  "encoded-br": encoded("br", Zlib.brotliDecompressSync),
  "encoded-deflate": encoded("deflate", Zlib.inflateSync),
  ndjson: streaming("complete", (raw) => {
    assert.strictEqual(raw.headers.get("content-type"), "application/x-ndjson")
    const lines = raw.text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
    assert.include(lines.map(({ message }) => message.content).join(""), PROGRAM)
    assert.deepInclude(last(lines), { done: true, done_reason: "stop" })
    assert.isTrue(lines.slice(0, -1).every(({ done }) => !done))
  }),

  ...Object.fromEntries(
    [
      400, 401, 402, 403, 404, 408, 413, 422, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 527, 529, 530
    ].map((status): [string, Row] => [`status-${status}`, coded(status, status)])
  ),
  ...Object.fromEntries(
    Behavior.names
      .filter((name) => name.startsWith("type-"))
      .map((name): [string, Row] => [
        name,
        both("complete", (raw) => {
          assert.strictEqual(json(raw).error.metadata.error_type, name.slice("type-".length))
          assert.strictEqual(json(raw).error.code, raw.status)
          assert.isAtLeast(raw.status ?? 0, 400)
        })
      ])
  ),
  ...Object.fromEntries(
    Behavior.names
      .filter((name) => name.startsWith("availability-"))
      .map((name): [string, Row] => [
        name,
        both("complete", (raw) => {
          const { error } = json(raw)
          assert.strictEqual(error.availability.code, name.slice("availability-".length))
          assert.strictEqual(error.http_status, raw.status)
          assert.notProperty(error, "code")
        })
      ])
  )
}

/** Long enough for three of the things that come again and again. */
const PATIENCE_MILLIS = 400
/** Where not even a first byte is to come. */
const SILENCE_MILLIS = 2_000
const AT_ONCE = 16

const bare = (plan: string) => plan.replace(/=.*/, "")

const request = (plan: string, stream: boolean) => ({
  model: `sim/${plan}`,
  messages: [{ role: "user", content: "Write it." }],
  stream,
  ...(plan === "length-below" && { max_completion_tokens: 5999 })
})

/** What is wrong with the reply to this plan, if anything. */
const fault = (port: number, stream: boolean, plan: string, row: Row): Effect.Effect<ReadonlyArray<string>> =>
  Effect.gen(function* () {
    const ending = !stream && row.plain === goodPlain ? "complete" : row.ending
    const listening =
      ending === "open" && row.plain === nothing
        ? { patience: SILENCE_MILLIS }
        : ending === "open"
          ? { listens: PATIENCE_MILLIS }
          : {}
    const raw = yield* Effect.promise(() => RawClient.send(port, { body: request(plan, stream), ...listening }))
    try {
      assert.strictEqual(raw.ending, ending)
      const check = stream ? row.stream : row.plain
      check(raw)
      return []
    } catch (error) {
      return [`${plan}: ${error}\n${raw.status} ${raw.text.slice(0, 300)}`]
    }
  })

describe.concurrent("the wire", () => {
  it("every behavior is tested here, and nothing else", () => {
    // What other servers send is read off their own servers, in Profiles.test.ts.
    const own = Behavior.names.filter((name) => !Object.hasOwn(Servers.table, name))
    assert.sameMembers([...new Set(Object.keys(rows).map(bare))], own)
  })

  for (const stream of [false, true]) {
    it.live(`every behavior says what its name says, ${stream ? "streamed" : "plain"}`, () =>
      Effect.gen(function* () {
        const { port } = yield* Simulator.make({ latencyScale: 0.01 })
        // Megabytes keep the event loop busy, and whoever waits beside them sees events too late.
        const [small, huge] = Array.partition(Object.entries(rows), ([plan]) => plan.startsWith("huge"))
        // Once more, since a reset takes with it what a busy client has not read by then.
        const check = ([plan, row]: readonly [string, Row]) =>
          Effect.repeat(fault(port, stream, plan, row), { until: Array.isEmptyReadonlyArray, times: 2 })
        const faults = [
          ...(yield* Effect.forEach(huge, check)),
          ...(yield* Effect.forEach(small, check, { concurrency: AT_ONCE }))
        ]
        assert.deepStrictEqual(faults.flat(), [])
      }).pipe(Effect.scoped)
    )
  }
})

import { HttpClientError, HttpClientRequest } from "@effect/platform"
import { it } from "@effect/vitest"
import { assertFalse, assertNone, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Either, Fiber, Option, TestClock } from "effect"
import { describe } from "vitest"
import type * as OpenRouter from "../../../../src/api/OpenRouter.js"
import { Answer, Usage } from "../../../../src/domain/Answer.js"
import {
  AnswerTooLarge,
  ConnectionFailed,
  CutOff,
  GenerationError,
  RateLimited,
  type Reason,
  Rejected,
  ServerFailed,
  TimedOut
} from "../../../../src/domain/GenerationError.js"
import {
  chunk,
  COMMENT,
  completion,
  counts,
  DONE,
  event,
  finishes,
  JSON_TYPE,
  KEY,
  line,
  network,
  openRouter,
  says,
  settle,
  SSE,
  USAGE
} from "./network.js"

const request: OpenRouter.ChatRequest = { model: "m", messages: [] }

const failed = (reason: Reason, more: object = {}) => Either.left(new GenerationError({ model: "m", reason, ...more }))

const answerIds = { model: "meta-llama/llama-3.2-3b-instruct:free", generationId: "gen-1724150000-Xy7" }

const answered = (text: string, more: object = {}) =>
  Either.right(
    new Answer({
      text,
      ...answerIds,
      ...more
    })
  )

/** What a failure hands on of the answer that had begun. */
const begun = (text: string, more: object = {}) => ({
  generationId: answerIds.generationId,
  partial: new Answer({ text, ...answerIds, ending: "implied", ...more })
})

const stopped = { finishReason: "stop" }
const counted = { ...stopped, usage: new Usage({ promptTokens: 14, completionTokens: 163, cost: 0.00042 }) }

/** A request that is under way, and the server's end of it. */
const begin = (options: OpenRouter.Options = {}, init: ResponseInit = { headers: SSE }) =>
  Effect.gen(function* () {
    const server = line(init)
    const { client, sent } = network(() => server.response)
    const previews: Array<string> = []
    const fiber = yield* (yield* openRouter(client, options))
      .complete(request, (soFar) => Effect.sync(() => previews.push(soFar())))
      .pipe(Effect.either, Effect.fork)
    yield* settle
    const outcome = Effect.map(
      Fiber.poll(fiber),
      Option.map((exit) => (exit._tag === "Success" ? exit.value : exit))
    )
    return {
      ...server,
      fiber,
      /** What the request came to, if it is over. */
      outcome,
      previews,
      after: (ms: number) => TestClock.adjust(ms).pipe(Effect.zipRight(settle), Effect.zipRight(outcome)),
      closed: () => sent[0]?.closed() ?? false
    }
  })

describe("the clock of the first token", () => {
  const firstToken = new TimedOut({ clock: "first-token", limitMs: 5_000 })
  const fired = Option.some(failed(firstToken))
  const heardNothing = Option.some(failed(firstToken, { generationId: answerIds.generationId }))

  it.effect("fires after its limit and not before, when nothing comes", () =>
    Effect.gen(function* () {
      const { client, sent } = network(() => Effect.never)
      const fiber = yield* Effect.fork(
        Effect.either((yield* openRouter(client, { firstTokenTimeout: "5 seconds" })).complete(request))
      )
      yield* settle
      yield* TestClock.adjust(4_999)
      yield* settle
      assertNone(yield* Fiber.poll(fiber))
      yield* TestClock.adjust(1)
      deepStrictEqual(Option.some(yield* Fiber.join(fiber)), fired)
      assertTrue(sent[0]?.closed() ?? false)
    })
  )

  it.effect("is not moved by headers, comments, and deltas with nothing in them", () =>
    Effect.gen(function* () {
      const { after, closed, outcome, say } = yield* begin({ firstTokenTimeout: 5_000 })
      for (const noise of [COMMENT, says(""), event(chunk({ content: null })), event(chunk({})), event("ping"), "\n"]) {
        yield* after(800)
        yield* say(noise)
      }
      assertNone(yield* after(199))
      assertFalse(closed())
      assertNone(yield* outcome)
      deepStrictEqual(yield* after(1), heardNothing)
      assertTrue(closed())
    })
  )

  it.effect("is not moved by the white space that a plain body is padded with", () =>
    Effect.gen(function* () {
      const { after, say } = yield* begin({ firstTokenTimeout: 5_000, stream: false }, { headers: JSON_TYPE })
      for (let n = 0; n < 4; n += 1) {
        yield* after(1_000)
        yield* say("\n")
      }
      assertNone(yield* after(999))
      deepStrictEqual(yield* after(1), fired)
    })
  )

  it.effect("does not fire any more once a token has come, be it only a thought", () =>
    Effect.gen(function* () {
      for (const token of [{ content: "a" }, { reasoning: "hm" }, { reasoning_content: "hm" }, { refusal: "no" }]) {
        const { after, end, outcome, say } = yield* begin({ firstTokenTimeout: 5_000 })
        yield* after(4_999)
        yield* say(event(chunk(token)))
        assertNone(yield* after(3_600_000))
        yield* say(says("b") + DONE)
        yield* end
        assertTrue(Option.isSome(yield* outcome))
      }
    })
  )

  it.effect("is off by default, and so is that of silence", () =>
    Effect.gen(function* () {
      const { after, outcome, say } = yield* begin()
      assertNone(yield* after(3_600_000))
      yield* say(says("a"))
      assertNone(yield* after(3_600_000))
      yield* say(DONE)
      deepStrictEqual(yield* outcome, Option.some(answered("a", { ending: "contested" })))
    })
  )
})

describe("the clock of silence", () => {
  const fired = (text: string) => Option.some(failed(new TimedOut({ clock: "silence", limitMs: 2_000 }), begun(text)))

  it.effect("starts with the first token, and every token winds it up", () =>
    Effect.gen(function* () {
      const { after, closed, say } = yield* begin({ silenceTimeout: "2 seconds" })
      assertNone(yield* after(60_000))
      for (const token of [{ content: "a" }, { reasoning: "hm" }, { content: " " }]) {
        yield* say(event(chunk(token)))
        assertNone(yield* after(1_999))
      }
      assertFalse(closed())
      deepStrictEqual(yield* after(1), fired("a "))
      assertTrue(closed())
    })
  )

  it.effect("is not moved by comments, and deltas with nothing in them", () =>
    Effect.gen(function* () {
      const { after, say } = yield* begin({ silenceTimeout: 2_000 })
      yield* say(says("a"))
      for (const noise of [COMMENT, says(""), "\n"]) {
        yield* after(600)
        yield* say(noise)
      }
      assertNone(yield* after(199))
      deepStrictEqual(yield* after(1), fired("a"))
    })
  )
})

describe("the end of an answer", () => {
  it.effect("is [DONE], or usage after a finish, with no need to close", () =>
    Effect.gen(function* () {
      for (const [text, more] of [
        [finishes("stop") + counts, counted],
        [finishes("stop") + DONE, stopped],
        [DONE, { ending: "contested" }]
      ] as const) {
        const { outcome, say } = yield* begin()
        yield* say(says("a = ") + says("1"))
        assertNone(yield* outcome)
        yield* say(text)
        deepStrictEqual(yield* outcome, Option.some(answered("a = 1", more)))
      }
    })
  )

  it.effect("lets the connection end by itself for 250 ms, then closes it, and keeps nobody waiting", () =>
    Effect.gen(function* () {
      const { after, closed, left, outcome, say } = yield* begin()
      yield* say(says("a") + finishes("stop") + counts + DONE)
      deepStrictEqual(yield* outcome, Option.some(answered("a", counted)))
      yield* after(249)
      yield* say(COMMENT)
      assertFalse(closed() || left())
      yield* after(1)
      assertTrue(closed() && left())
    })
  )

  it.effect("lets a stream that ends by itself do so", () =>
    Effect.gen(function* () {
      const { closed, end, left, say } = yield* begin()
      yield* say(says("a") + finishes("stop") + DONE)
      yield* say(COMMENT)
      assertFalse(closed())
      yield* end
      assertTrue(closed())
      assertFalse(left())
    })
  )

  it.effect("is waited for 5 s after a finish reason, whatever else comes, and then taken for granted", () =>
    Effect.gen(function* () {
      const { after, closed, say } = yield* begin({ silenceTimeout: 1_000 })
      yield* say(says("a") + finishes("stop"))
      assertNone(yield* after(4_000))
      yield* say(COMMENT)
      assertNone(yield* after(999))
      assertFalse(closed())
      deepStrictEqual(yield* after(1), Option.some(answered("a", stopped)))
      assertTrue(closed())
    })
  )

  it.effect("is not spoilt by a break after the finish reason", () =>
    Effect.gen(function* () {
      const { fail, outcome, say } = yield* begin()
      yield* say(says("a") + finishes("stop"))
      assertNone(yield* outcome)
      yield* fail(new Error("ECONNRESET"))
      deepStrictEqual(yield* outcome, Option.some(answered("a", stopped)))
    })
  )

  it.effect("does not excuse what comes after it from the limit on size", () =>
    Effect.gen(function* () {
      const { outcome, say } = yield* begin({ maxAnswerBytes: 1_000 })
      yield* say(says("a".repeat(600)) + finishes("stop"))
      assertNone(yield* outcome)
      yield* say(says("a".repeat(600)))
      deepStrictEqual(
        yield* outcome,
        Option.some(failed(new AnswerTooLarge({ limitBytes: 1_000 }), begun("a".repeat(1_200))))
      )
    })
  )

  it.effect("is not there when the stream breaks or ends before it", () =>
    Effect.gen(function* () {
      const broken = yield* begin()
      yield* broken.say(says("def exec"))
      yield* broken.fail(new Error("read ECONNRESET"))
      deepStrictEqual(
        yield* broken.outcome,
        Option.some(failed(new ConnectionFailed({ message: "read ECONNRESET" }), begun("def exec")))
      )
      const cut = yield* begin()
      yield* cut.say(`${says("def exec")}data: {"choices":[{`)
      yield* cut.end
      const message = "the stream ended before the answer was complete"
      deepStrictEqual(yield* cut.outcome, Option.some(failed(new ConnectionFailed({ message }), begun("def exec"))))
      const ended = yield* begin()
      yield* ended.say(says("def exec"))
      yield* ended.end
      deepStrictEqual(yield* ended.outcome, Option.some(answered("def exec", { ending: "implied" })))
    })
  )

  it.effect("may be an error, at once and with the connection given its time", () =>
    Effect.gen(function* () {
      const { after, closed, outcome, say } = yield* begin()
      yield* say(
        says("def") + event({ ...chunk({ content: "" }, "error"), error: { code: 429, message: "slow down" } })
      )
      deepStrictEqual(
        yield* outcome,
        Option.some(
          failed(
            new RateLimited({ status: 429, scope: "model", message: "slow down", hinted: false }),
            begun("def", { finishReason: "error" })
          )
        )
      )
      yield* after(250)
      assertTrue(closed())
    })
  )

  it.effect("of a plain body is its last brace, with no need to close", () =>
    Effect.gen(function* () {
      const { closed, end, outcome, say } = yield* begin({ stream: false }, { headers: JSON_TYPE })
      const text = JSON.stringify(completion({ content: "a = 'é'" }))
      const bytes = new TextEncoder().encode(` \n ${text}`)
      const middle = bytes.indexOf(0xc3) + 1
      yield* say(bytes.slice(0, middle))
      yield* say(bytes.slice(middle, -1))
      assertNone(yield* outcome)
      yield* say(bytes.slice(-1))
      deepStrictEqual(yield* outcome, Option.some(answered("a = 'é'", counted)))
      assertFalse(closed())
      yield* end
      assertTrue(closed())
    })
  )
})

describe("a connection that is left open", () => {
  it.effect("behind an error that is a plain body: the error is heard at once", () =>
    Effect.gen(function* () {
      for (const status of [200, 400]) {
        const { after, closed, outcome, say } = yield* begin({}, { status, headers: JSON_TYPE })
        yield* say('{"error":{"code":503,')
        assertNone(yield* outcome)
        yield* say('"message":"said"}}')
        deepStrictEqual(yield* outcome, Option.some(failed(new ServerFailed({ status: 503, message: "said" }))))
        yield* after(250)
        assertTrue(closed())
      }
    })
  )

  it.effect("behind a refusal in words: it is given 5 s", () =>
    Effect.gen(function* () {
      const { after, say } = yield* begin()
      yield* say("data: Number of choices must be greater than 0.\n\n")
      assertNone(yield* after(4_999))
      const message = "Number of choices must be greater than 0."
      deepStrictEqual(yield* after(1), Option.some(failed(new Rejected({ status: 200, message, fallbackModels: [] }))))
    })
  )

  it.effect("behind words that are no refusal: the answer is waited for", () =>
    Effect.gen(function* () {
      for (const words of ["loading the model", "ping", "position in queue: 3"]) {
        const { after, outcome, say } = yield* begin()
        yield* say(`data: ${words}\n\n`)
        assertNone(yield* after(60_000))
        yield* say(says("a") + DONE)
        deepStrictEqual(yield* outcome, Option.some(answered("a", { ending: "contested" })))
      }
    })
  )

  it.effect("between chunks that all say stop: the last of them is waited for", () =>
    Effect.gen(function* () {
      const { after, outcome, say } = yield* begin()
      yield* say(event(chunk({ content: "" }, "stop")))
      assertNone(yield* after(60_000))
      yield* say(event(chunk({ content: "a" }, "stop")) + event(chunk({ content: " = " }, "stop")))
      assertNone(yield* after(60_000))
      yield* say(event(chunk({ content: "1" }, "stop")) + DONE)
      deepStrictEqual(yield* outcome, Option.some(answered("a = 1", stopped)))
    })
  )

  it.effect("between thoughts with a finish reason and the text after them: the text is waited for", () =>
    Effect.gen(function* () {
      const { after, outcome, say } = yield* begin()
      yield* say(event(chunk({ reasoning: "hm" }, "stop", { usage: { prompt_tokens: 1, completion_tokens: 1 } })))
      assertNone(yield* after(60_000))
      yield* say(says("a") + finishes("stop") + counts)
      deepStrictEqual(yield* outcome, Option.some(answered("a", counted)))
    })
  )

  it.effect("behind a ceiling that the thoughts have used up: nothing more is waited for than 5 s", () =>
    Effect.gen(function* () {
      const { after, say } = yield* begin()
      yield* say(event(chunk({ reasoning: "hm" }, "length")))
      assertNone(yield* after(4_999))
      const reason = new CutOff({ because: "token-limit", finishReason: "length", reasoning: true })
      deepStrictEqual(
        yield* after(1),
        Option.some(failed(reason, begun("hm", { finishReason: "length", thoughts: true })))
      )
    })
  )
})

describe("a failure", () => {
  const slow = (retryAt: number) =>
    failed(new RateLimited({ status: 429, scope: "model", message: "HTTP 429", hinted: true }), { retryAt })
  const init = { status: 429, headers: { ...JSON_TYPE, "retry-after": "90" } }

  it.effect("keeps its status and its hint when its body breaks off", () =>
    Effect.gen(function* () {
      const { fail, outcome } = yield* begin({}, init)
      assertNone(yield* outcome)
      yield* fail(new Error("ECONNRESET"))
      deepStrictEqual(yield* outcome, Option.some(slow(90_000)))
    })
  )

  it.effect("keeps them when its body does not come in 5 s", () =>
    Effect.gen(function* () {
      const { after, closed } = yield* begin({}, init)
      assertNone(yield* after(4_999))
      deepStrictEqual(yield* after(1), Option.some(slow(95_000)))
      assertTrue(closed())
    })
  )

  it.effect("keeps them when its body is larger than anything", () =>
    Effect.gen(function* () {
      const { closed, outcome, say } = yield* begin({ maxAnswerBytes: 100 }, init)
      yield* say(" ".repeat(101))
      deepStrictEqual(yield* outcome, Option.some(slow(90_000)))
      assertTrue(closed())
    })
  )

  it.effect("may come without a body, and as an event stream that is none", () =>
    Effect.gen(function* () {
      const { client } = network((_, nth) =>
        nth === 1
          ? new Response(null, { status: 429, headers: { "retry-after": "90" } })
          : new Response('{\n"error":\n{"message":"said"}}', { status: 429, headers: { ...SSE, "retry-after": "90" } })
      )
      const service = yield* openRouter(client)
      deepStrictEqual(yield* Effect.either(service.complete(request)), slow(90_000))
      deepStrictEqual(
        yield* Effect.either(service.complete(request)),
        failed(new RateLimited({ status: 429, scope: "model", message: "said", hinted: true }), { retryAt: 90_000 })
      )
    })
  )

  it.effect("a good status without a body is an empty answer, not a broken connection", () =>
    Effect.gen(function* () {
      const { client } = network(() => new Response(null, { status: 204 }))
      const { reason } = yield* Effect.flip((yield* openRouter(client)).complete(request))
      strictEqual(reason._tag, "EmptyAnswer")
    })
  )
})

describe("a finish reason that comes with the first text", () => {
  const both = (content: string) => event(chunk({ content }, "stop"))

  it.effect("is believed after half a minute of silence, since more text may follow", () =>
    Effect.gen(function* () {
      const { after, outcome, say } = yield* begin()
      yield* say(both("a"))
      assertNone(yield* after(29_999))
      yield* after(1)
      deepStrictEqual(yield* outcome, Option.some(answered("a", { ...stopped, ending: "implied" })))
    })
  )

  it.effect("and the text that does follow belongs to the answer", () =>
    Effect.gen(function* () {
      const { after, outcome, say } = yield* begin()
      yield* say(both("a"))
      assertNone(yield* after(29_999))
      yield* say(both("b") + DONE)
      deepStrictEqual(yield* outcome, Option.some(answered("ab", stopped)))
    })
  )

  it.effect("is believed after 5 s where a chunk of its own counts the tokens, unless text comes behind it", () =>
    Effect.gen(function* () {
      const own = yield* begin()
      yield* own.say(both("a") + counts)
      assertNone(yield* own.after(4_999))
      deepStrictEqual(yield* own.after(1), Option.some(answered("a", counted)))
      const more = yield* begin()
      yield* more.say(both("a") + counts)
      assertNone(yield* more.after(4_999))
      yield* more.say(both("b") + counts)
      assertNone(yield* more.after(29_999))
      yield* more.say(both("c") + counts + DONE)
      deepStrictEqual(yield* more.outcome, Option.some(answered("abc", counted)))
    })
  )

  it.effect("and not where tokens are counted along with the text", () =>
    Effect.gen(function* () {
      const { after, outcome, say } = yield* begin()
      const counting = (content: string) => event(chunk({ content }, "stop", { usage: USAGE }))
      yield* say(counting("a"))
      assertNone(yield* after(29_999))
      yield* say(counting("b") + DONE)
      deepStrictEqual(yield* outcome, Option.some(answered("ab", counted)))
    })
  )

  it.effect("or after the longest silence that is allowed, where that is shorter", () =>
    Effect.gen(function* () {
      const { after, outcome, say } = yield* begin({ silenceTimeout: "7 seconds" })
      yield* say(both("a"))
      assertNone(yield* after(6_999))
      yield* after(1)
      deepStrictEqual(yield* outcome, Option.some(answered("a", { ...stopped, ending: "implied" })))
    })
  )
})

describe("leaving early", () => {
  it.effect("closes the connection before headers have come", () =>
    Effect.gen(function* () {
      const { client, sent } = network(() => Effect.never)
      const fiber = yield* Effect.fork((yield* openRouter(client)).complete(request))
      yield* settle
      assertFalse(sent[0]?.closed() ?? true)
      yield* Fiber.interrupt(fiber)
      assertTrue(sent[0]?.closed() ?? false)
    })
  )

  it.effect("closes it in the middle of a stream and of a plain body", () =>
    Effect.gen(function* () {
      for (const headers of [SSE, JSON_TYPE]) {
        const { closed, fiber, left, say } = yield* begin({}, { headers })
        yield* say(says("a"))
        assertFalse(closed())
        yield* Fiber.interrupt(fiber)
        assertTrue(closed() && left())
      }
    })
  )
})

describe("the preview", () => {
  it.effect("is all that has come, once for each piece that brings something", () =>
    Effect.gen(function* () {
      const { previews, say } = yield* begin()
      yield* say(COMMENT + says(""))
      yield* say(event(chunk({ reasoning: "hm" })))
      yield* say(says("a = ") + says("1"))
      yield* say(COMMENT)
      yield* say(says("\n") + finishes("stop") + DONE)
      deepStrictEqual(previews, ["", "a = 1", "a = 1\n"])
    })
  )

  it.effect("includes a last event without its newlines", () =>
    Effect.gen(function* () {
      const { end, previews, say } = yield* begin()
      yield* say(says("a").trimEnd())
      deepStrictEqual(previews, [])
      yield* end
      deepStrictEqual(previews, ["a"])
    })
  )
})

describe("what the network says", () => {
  const saidOf = (cause: unknown) =>
    Effect.gen(function* () {
      const wire = HttpClientRequest.post("http://localhost:1")
      const { client } = network(() =>
        Effect.fail(new HttpClientError.RequestError({ request: wire, reason: "Transport", cause }))
      )
      return (yield* Effect.flip((yield* openRouter(client)).complete(request))).reason
    })
  const error = (message: string, more: object = {}) => Object.assign(new Error(message), more)
  const broken = (message: string) => new ConnectionFailed({ message })
  const unsent = (message: string) => new ConnectionFailed({ message, unsent: true })
  const connect = new TimedOut({ clock: "connect", limitMs: 10_000 })
  const circle = error("round")
  Object.assign(circle, { cause: circle })

  for (const [name, cause, expected] of [
    ...[
      ["SELF_SIGNED_CERT_IN_CHAIN", "self-signed certificate in certificate chain"],
      ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "unable to verify the first certificate"],
      ["ERR_TLS_CERT_ALTNAME_INVALID", "Hostname/IP does not match certificate's altnames"]
    ].map(
      ([code, words = ""]) =>
        [
          `a certificate that is not trusted: ${code}`,
          error(words, { code }),
          new ConnectionFailed({
            message: `${code}: ${words}; the certificate is not trusted; if it is your company's own, set NODE_EXTRA_CA_CERTS to its CA file`,
            permanent: true,
            unsent: true
          })
        ] as const
    ),
    [
      "the proxy opens no tunnel",
      error("Request aborted", { cause: error("Proxy response (403) !== 200 when HTTP Tunneling") }),
      new ConnectionFailed({
        message: "Proxy response (403) !== 200 when HTTP Tunneling",
        permanent: true,
        unsent: true
      })
    ],
    [
      "the proxy wants to know who asks",
      error("Proxy Authentication Required (407)"),
      new ConnectionFailed({ message: "Proxy Authentication Required (407)", permanent: true, unsent: true })
    ],
    [
      "the proxy fails for now",
      error("Proxy response (502) !== 200 when HTTP Tunneling"),
      unsent("Proxy response (502) !== 200 when HTTP Tunneling")
    ],
    [
      "the proxy is none of SOCKS",
      error("Invalid SOCKS version: 72", { code: "UND_ERR_SOCKS5_VERSION" }),
      new ConnectionFailed({
        message:
          "the proxy does not speak SOCKS5; name it with http:// if it is one for HTTP (UND_ERR_SOCKS5_VERSION: Invalid SOCKS version: 72)",
        permanent: true,
        unsent: true
      })
    ],
    [
      "a proxy of SOCKS wants to know who asks",
      error("Authentication failed", { code: "UND_ERR_SOCKS5_AUTH_FAILED" }),
      new ConnectionFailed({
        message:
          "the proxy wants a user and a password that it knows (UND_ERR_SOCKS5_AUTH_FAILED: Authentication failed)",
        permanent: true,
        unsent: true
      })
    ],
    [
      "a proxy of SOCKS reaches nobody",
      error("SOCKS5 connection failed: Host unreachable", { code: "UND_ERR_SOCKS5_REPLY_4" }),
      unsent(
        "the proxy could not reach the server (UND_ERR_SOCKS5_REPLY_4: SOCKS5 connection failed: Host unreachable)"
      )
    ],
    [
      "undici gave up connecting",
      error("Connect Timeout Error (attempted address: localhost:1)", { code: "UND_ERR_CONNECT_TIMEOUT" }),
      connect
    ],
    [
      "fetch, too",
      error("fetch failed", { cause: error("Connect Timeout Error", { code: "UND_ERR_CONNECT_TIMEOUT" }) }),
      connect
    ],
    [
      "the operating system, too",
      error("connect ETIMEDOUT 10.0.0.1:443", { code: "ETIMEDOUT", syscall: "connect" }),
      connect
    ],
    [
      "a connection that was open timed out",
      error("read ETIMEDOUT", { code: "ETIMEDOUT", syscall: "read" }),
      broken("the connection timed out (read ETIMEDOUT)")
    ],
    [
      "refused",
      error("connect ECONNREFUSED 127.0.0.1:1", { code: "ECONNREFUSED" }),
      unsent("the server refuses connections (connect ECONNREFUSED 127.0.0.1:1)")
    ],
    [
      "refused at each of several addresses",
      Object.assign(
        new AggregateError([error("connect ECONNREFUSED ::1:1"), error("connect ECONNREFUSED 127.0.0.1:1")], ""),
        {
          code: "ECONNREFUSED"
        }
      ),
      unsent("the server refuses connections (connect ECONNREFUSED ::1:1)")
    ],
    [
      "fetch wraps what the socket said",
      error("fetch failed", { cause: error("other side closed", { code: "UND_ERR_SOCKET" }) }),
      broken("the connection broke off (UND_ERR_SOCKET: other side closed)")
    ],
    [
      "OpenSSL's own words help nobody",
      error("80CC:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../ssl3_record.c:350:", {
        code: "ERR_SSL_WRONG_VERSION_NUMBER"
      }),
      unsent("the server does not speak TLS there; try http:// (ERR_SSL_WRONG_VERSION_NUMBER)")
    ],
    ...[
      ["SSLV3_ALERT_HANDSHAKE_FAILURE", true],
      ["TLSV1_ALERT_PROTOCOL_VERSION", true],
      ["TLSV1_ALERT_INSUFFICIENT_SECURITY", true],
      ["TLSV1_ALERT_NO_APPLICATION_PROTOCOL", true],
      ["TLSV1_UNRECOGNIZED_NAME", true],
      ["UNSUPPORTED_PROTOCOL", true],
      ["TLSV1_ALERT_INTERNAL_ERROR", false],
      ["TLSV1_ALERT_DECRYPT_ERROR", false],
      ["SSLV3_ALERT_BAD_RECORD_MAC", false],
      ["SSLV3_ALERT_HANDSHAKE_FAILURES", false]
    ].flatMap(([reason, before]) => {
      const words = `80CC:error:0A000410:SSL routines:ssl3_read_bytes:${String(reason).toLowerCase().replaceAll("_", " ")}:../rec.c:1586:`
      const message = `no encrypted connection could be made (ERR_SSL_${reason})`
      const expected = before === true ? unsent(message) : broken(message)
      return [
        [`no encryption: ${reason}`, error(words, { code: `ERR_SSL_${reason}` }), expected],
        [
          `by Node's own client: ${reason}`,
          error(`write EPROTO ${words}`, { code: "EPROTO", syscall: "write" }),
          expected
        ]
      ] as const
    }),
    [
      "a protocol error in other words",
      error("write EPROTO", { code: "EPROTO" }),
      broken("no encrypted connection could be made (write EPROTO)")
    ],
    [
      "a server that wants to know its clients by a certificate",
      error("80CC:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:../rec.c:1586:", {
        code: "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED"
      }),
      new ConnectionFailed({
        message:
          "the server wants a certificate from its clients, which this program cannot show (ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED)",
        permanent: true
      })
    ],
    [
      "the connection broke off within the handshake",
      error("Client network socket disconnected before secure TLS connection was established", { code: "ECONNRESET" }),
      unsent(
        "the connection broke off (ECONNRESET: Client network socket disconnected before secure TLS connection was established)"
      )
    ],
    [
      "the connection broke off later",
      error("read ECONNRESET", { code: "ECONNRESET" }),
      broken("the connection broke off (read ECONNRESET)")
    ],
    ["a code that is not known", error("odd", { code: "EODD" }), broken("EODD: odd")],
    ["only a code", error("", { code: "EPIPE" }), broken("the connection broke off (EPIPE: Transport)")],
    ["nothing", undefined, broken("Transport")],
    ["a string", "no", broken("Transport")],
    ["a cause of itself", circle, broken("round")]
  ] as const) {
    it.effect(name, () => Effect.map(saidOf(cause), (reason) => deepStrictEqual(reason, expected)))
  }
})

describe("a client of the application that throws", () => {
  it.effect("ends its request, without the key that it repeats", () =>
    Effect.gen(function* () {
      const thrown = network(() => {
        throw new Error(`no route, ${KEY}`)
      })
      const { complete } = yield* openRouter(thrown.client)
      const message = "the HTTP client itself failed: Error: no route, <redacted key>"
      deepStrictEqual(
        yield* Effect.either(complete(request)),
        failed(new ConnectionFailed({ message, permanent: true }))
      )
    })
  )
})

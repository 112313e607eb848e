import { it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Either, FastCheck as fc, Schema } from "effect"
import { describe } from "vitest"
import * as Classify from "../../../../src/api/wire/Classify.js"
import * as EventStream from "../../../../src/api/wire/EventStream.js"
import * as Secret from "../../../../src/api/wire/Secret.js"
import { Answer } from "../../../../src/domain/Answer.js"
import { GenerationError } from "../../../../src/domain/GenerationError.js"
import { character, times } from "../../properties.js"
import {
  chunk,
  COMMENT,
  completion,
  counts,
  DONE,
  event,
  finishes,
  network,
  openRouter,
  pieces,
  says,
  USAGE
} from "./network.js"

/** A body, its status and headers, and where it is cut into pieces. */
interface Wire {
  readonly bytes: Uint8Array
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly cuts: ReadonlyArray<number>
}

const real: ReadonlyArray<string> = [
  JSON.stringify(completion({ content: "def execute_trade(): return 'é€😀'" })),
  JSON.stringify(completion({ content: [{ type: "text", text: "x = 1" }], reasoning: "hm" }, "length")),
  JSON.stringify({
    error: { code: 429, message: "retry in 3 s", metadata: { headers: { "X-RateLimit-Reset": "1787227200000" } } }
  }),
  JSON.stringify({
    error: {
      message: "gone",
      error_type: "not_found",
      http_status: 404,
      availability: { code: "free_variant_ended", retryable: false, retry_after: 5, fallback_models: ["a/b"] },
      metadata: { error_type: "not_found", limit_source: "openrouter_free_tier_daily", raw: "<html>" }
    }
  }),
  JSON.stringify({ error: "Unexpected endpoint" }),
  JSON.stringify({ object: "error", message: "m", type: "BadRequestError", param: null, code: 400 }),
  JSON.stringify({
    choices: [{ finish_reason: "error", message: { content: "d" }, error: { code: "502", message: "m" } }]
  }),
  JSON.stringify(completion({ content: null, refusal: "I can't help with that." })),
  JSON.stringify({ error: { code: 403, message: "m", metadata: { error_type: "content_policy_violation" } } }),
  says("def") + finishes("content_filter") + counts + DONE,
  "<!DOCTYPE html><html><style>a{}</style><body>502</body></html>",
  COMMENT + says("") + says("x = 'é€😀'") + finishes("stop") + counts + DONE,
  says("x") + event({ ...chunk({ content: "" }, "error"), error: { code: "server_error", message: "m" } }),
  `${says("x").replaceAll("\n", "\r\n")}event: error\r\nid: 1\r\nretry: x\r\n\r\n`
]

/** Words that mean something to the reader, and such as every object knows. */
const word = fc.constantFrom(
  ..."choices delta message content finish_reason error code metadata error_type availability retryable retry_after".split(
    " "
  ),
  ..."usage prompt_tokens cost id model refusal reasoning headers raw type text http_status fallback_models".split(" "),
  ..."X-RateLimit-Reset limit_source constructor __proto__ toString hasOwnProperty length stop refusal".split(" "),
  ..."1e308 -1 429 200 1302 99999999999999999999 object data 0".split(" ")
)

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, 0, -1, 1e308, 429, 503, 1e11, "", " ", "stop", "length", "error", USAGE),
    word,
    fc.double(),
    fc.string({ unit: character }),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(word, tie("any"), { maxKeys: 5 })
  )
})).any

const text = fc.oneof(
  fc.string({ unit: character, maxLength: 200 }),
  fc.json(),
  fc.dictionary(word, value, { maxKeys: 6 }).map((body) => JSON.stringify(body)),
  fc
    .array(fc.oneof(value.map(event), fc.constantFrom(says("x"), DONE, COMMENT, finishes("stop"), counts)), {
      maxLength: 6
    })
    .map((events) => events.join(""))
)

const bytesOf = (body: string) => new TextEncoder().encode(body)

/** What can befall the rest of a body. */
const ways: ReadonlyArray<(rest: Uint8Array, byte: number) => ReadonlyArray<number>> = [
  (rest, byte) => [byte, ...rest.slice(1)],
  (rest, byte) => [byte, ...rest],
  (rest, byte) => Array.from(rest.slice(1 + (byte % 20))),
  (rest) => [...rest.slice(0, 40), ...rest],
  () => []
]

/** A real body in which a few bytes are changed, taken out, put in or said twice. */
const mutated = fc
  .tuple(
    fc.constantFrom(...real),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 }), fc.constantFrom(...ways)), {
      minLength: 1,
      maxLength: 4
    })
  )
  .map(([body, mutations]) => {
    let bytes = bytesOf(body)
    for (const [where, byte, how] of mutations) {
      const at = where % (bytes.length + 1)
      bytes = Uint8Array.from([...bytes.slice(0, at), ...how(bytes.slice(at), byte)])
    }
    return bytes
  })

const header = fc.oneof(
  fc.nat().map(String),
  fc.constantFrom("", "1e300", "-1", "Thu, 20 Aug 2026 12:00:00 GMT", "gen-\u00e9", "x")
)

const wire: fc.Arbitrary<Wire> = fc.record({
  bytes: fc.oneof(fc.uint8Array({ maxLength: 200 }), text.map(bytesOf), { arbitrary: mutated, weight: 2 }),
  status: fc
    .oneof(fc.constantFrom(200, 200, 200, 201, 429, 402, 503, 404, 401), fc.integer({ min: 200, max: 599 }))
    .filter((status) => ![204, 205, 304].includes(status)),
  headers: fc
    .tuple(
      fc.constantFrom("application/json", "text/event-stream", "Text/Event-Stream; charset=utf-8", "text/html", ""),
      fc.dictionary(fc.constantFrom("retry-after", "retry-after-ms", "x-ratelimit-reset", "x-generation-id"), header)
    )
    .map(([type, others]) => Object.assign({ "content-type": type }, others)),
  cuts: fc.array(fc.nat({ max: 400 }), { maxLength: 3 })
})

const cut = ({ bytes, cuts }: Wire): ReadonlyArray<Uint8Array> => {
  const edges = [0, ...cuts.filter((at) => at > 0 && at < bytes.length).toSorted((a, b) => a - b), bytes.length]
  return edges.slice(1).map((end, index) => bytes.slice(edges[index], end))
}

const encodeAnswer = Schema.encodeEither(Answer)
const encodeError = Schema.encodeEither(GenerationError)

/** What came of it can be written down: nothing in it is of another type than it says, and no moment is no date. */
const isSound = (outcome: Either.Either<Answer, GenerationError>): boolean => {
  if (Either.isRight(outcome)) return Either.isRight(encodeAnswer(outcome.right)) && outcome.right.text.trim() !== ""
  const { message, retryAt } = outcome.left
  return (
    Either.isRight(encodeError(outcome.left)) &&
    message.length <= 400 &&
    !/\p{Cc}/u.test(message) &&
    (retryAt === undefined || new Date(retryAt).toISOString() !== "")
  )
}

const tagOf = (outcome: Either.Either<Answer, GenerationError>) =>
  Either.isRight(outcome) ? "ok" : outcome.left.reason._tag

/** Every verdict that bytes can lead to: the properties are not about one of them. */
const VERDICTS = [
  "AccountRefused",
  "ConnectionFailed",
  "CutOff",
  "EmptyAnswer",
  "MalformedAnswer",
  "RateLimited",
  "Refused",
  "Rejected",
  "ServerFailed",
  "ok"
]

/**
 * The same cases every time: a change that breaks one of them is seen at once, and by everybody. Both start from a seed
 * with which few cases come to every verdict.
 */
const SEED = 20_260_820

describe("whatever bytes a server sends, they come to an answer or to a failure with a reason", () => {
  it("where an object without toString stands for a name", () => {
    const odd = { toString: null }
    for (const body of [{ code: odd }, { error: { code: odd } }, { error: { quotaId: odd, message: "m" } }]) {
      for (const status of [200, 300, 400, 429]) {
        const exchange = { _tag: "Body", status, headers: {}, text: JSON.stringify(body) } as const
        const outcome = Classify.classify(exchange, { model: "m" }, Date.UTC(2026, 7, 20), Secret.NONE)
        strictEqual(Either.isLeft(outcome), true)
      }
    }
  })

  it("where they are judged", () => {
    const seen = new Set<string>()
    const judge = (wire: Wire) => {
      const { headers, status } = wire
      const decoder = new TextDecoder()
      const texts = cut(wire).map((piece) => decoder.decode(piece, { stream: true }))
      const reader = EventStream.make(1_000)
      for (const text of texts) reader.push(text)
      reader.end()
      return [
        { _tag: "Body" as const, status, headers, text: texts.join("") },
        { _tag: "Stream" as const, status, headers, transcript: reader.transcript }
      ]
        .map((exchange) => Classify.classify(exchange, { model: "m" }, Date.UTC(2026, 7, 20), Secret.NONE))
        .map(Either.mapLeft((failure) => new GenerationError({ model: "m", ...failure })))
    }
    const property = fc.property(wire, (next) => {
      const outcomes = judge(next)
      for (const outcome of outcomes) seen.add(tagOf(outcome))
      return outcomes.every(isSound)
    })
    fc.assert(property, { numRuns: times(800), seed: SEED })
    deepStrictEqual([...seen].toSorted(), VERDICTS)
  })

  it.live("from the socket on", () =>
    Effect.gen(function* () {
      let now: Wire = { bytes: new Uint8Array(), status: 200, headers: {}, cuts: [] }
      const { client } = network(() => pieces(cut(now), { status: now.status, headers: now.headers }))
      const service = yield* openRouter(client)
      const seen = new Set<string>()
      const property = fc.asyncProperty(wire, async (next) => {
        now = next
        const outcome = await Effect.runPromise(Effect.either(service.complete({ model: "m", messages: [] })))
        seen.add(tagOf(outcome))
        return isSound(outcome)
      })
      yield* Effect.promise(() => fc.assert(property, { numRuns: times(300), seed: SEED + 3 }))
      deepStrictEqual([...seen].toSorted(), VERDICTS)
    })
  )
})

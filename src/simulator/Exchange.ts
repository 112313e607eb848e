/**
 * `POST /chat/completions`: reads the request, decides which behavior answers it, and has the script played. The order
 * of the decisions: key, body, model, the header's plan, the model's own plan, the rate limit, the scenario.
 */
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Backend from "./Backend.js"
import * as Behavior from "./Behavior.js"
import type * as Call from "./Call.js"
import * as Completion from "./Completion.js"
import * as Draw from "./Draw.js"
import * as Dress from "./Dress.js"
import * as Program from "./Program.js"
import type * as Recorder from "./Recorder.js"
import * as Refusal from "./Refusal.js"
import * as Wire from "./Wire.js"

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optional(Schema.NullOr(schema))

/** What is read of a body; the rest is ignored, as the real API does. */
const Body = Schema.parseJson(
  Schema.Struct({
    model: Schema.String,
    messages: Schema.Array(Schema.Unknown),
    stream: optional(Schema.Boolean),
    max_completion_tokens: optional(Schema.Number),
    max_tokens: optional(Schema.Number),
    stream_options: optional(Schema.Struct({ include_usage: Schema.optional(Schema.Boolean) }))
  })
)
type Body = typeof Body.Type

const decode = Schema.decodeEither(Body)

const ceiling = (body: Body) => body.max_completion_tokens ?? body.max_tokens ?? undefined

/** None of it depends on what other models were asked, so runs with one seed are alike in whatever order they come. */
const call = (
  { latency, seed }: Backend.Backend,
  model: Backend.Offered,
  body: Body,
  nth: number,
  now: number
): Call.Call => {
  const program = Program.make(model.position + seed, Draw.make(seed, "program", model.id, nth))
  return {
    seed,
    model,
    nth,
    now,
    program,
    id: generationId(seed, model.id, nth),
    text: Dress.any(program, Draw.make(seed, "dress", model.id, nth)),
    stream: body.stream ?? false,
    includeUsage: body.stream_options?.include_usage ?? false,
    promptTokens: Completion.tokens(JSON.stringify(body.messages)),
    maxCompletionTokens: ceiling(body),
    latency: latency(model.id, nth)
  }
}

export const generationId = (seed: number, ...parts: ReadonlyArray<string | number>): string =>
  `gen-${seed}-${Draw.hash(...parts).toString(36)}`

interface Decision {
  readonly behavior: string
  readonly script: Wire.Script
}

const refused = (id: string, { body, status }: Refusal.Refusal): Decision => ({
  behavior: "refused",
  script: Completion.json({ id }, status, body)
})

/** A plan that the request names itself; the header goes before the model id. */
const ownPlan = (
  id: string,
  header: string | undefined
): Either.Either<Option.Option<Behavior.Plan>, Refusal.Refusal> =>
  header === undefined
    ? Either.right(Behavior.ofModel(id))
    : Either.map(
        Either.fromOption(Behavior.parse(header), () => Refusal.unknownBehavior(header)),
        Option.some
      )

const decide = (
  backend: Backend.Backend,
  body: Body,
  header: string | undefined,
  tracked: Recorder.Tracked,
  now: number
): Either.Either<Decision, Refusal.Refusal> =>
  Either.gen(function* () {
    const { limiter, recorder, scenario, seed } = backend
    const { at, nth } = tracked
    const model = Backend.find(backend, body.model)
    if (model === undefined) return yield* Either.left(Refusal.unknownModel(body.model, backend.models))
    const asked = call(backend, model, body, nth, now)
    const own = yield* ownPlan(body.model, header)
    if (Option.isNone(own)) {
      const limited = limiter?.admit(asked, at, recorder.inFlight())
      if (limited !== undefined) return { behavior: "rate-limit", script: limited }
    }
    const plan = Option.getOrElse(own, () =>
      scenario.plan({ seed, model: model.id, position: model.position, nth, at })
    )
    const behavior = Behavior.at(plan, nth)
    return { behavior: behavior.name, script: behavior.script(asked) }
  })

/** A request that cannot be read counts under this name. */
const UNREADABLE = "(unreadable)"

export const completions = (backend: Backend.Backend) =>
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    const body = decode(yield* request.text)
    const asked = Either.match(body, {
      onLeft: () => ({ model: UNREADABLE, stream: false, maxCompletionTokens: undefined }),
      onRight: (read) => ({ model: read.model, stream: read.stream ?? false, maxCompletionTokens: ceiling(read) })
    })
    const tracked = backend.recorder.track(
      asked,
      NodeHttpServerRequest.toIncomingMessage(request),
      NodeHttpServerRequest.toServerResponse(request)
    )
    const now = yield* Clock.currentTimeMillis
    const decision = Either.gen(function* () {
      yield* Refusal.unauthorized(backend.apiKeys, request.headers["authorization"])
      const read = yield* Either.mapLeft(body, () => Refusal.malformed)
      return yield* decide(backend, read, request.headers[Behavior.HEADER], tracked, now)
    }).pipe(Either.getOrElse((refusal) => refused(generationId(backend.seed, asked.model, tracked.nth), refusal)))
    tracked.answeredBy(decision.behavior)
    return yield* Wire.play(request, decision.script, tracked)
  })

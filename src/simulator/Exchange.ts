/**
 * `POST /chat/completions`: reads the request, decides which behavior answers it, and has the script played. The order
 * of the decisions: key, loading, body, model, parameters, the header's plan, the model's own plan, the rate limit, the
 * scenario.
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
import * as Improvement from "./Improvement.js"
import type * as Profile from "./Profile.js"
import * as Program from "./Program.js"
import type * as Recorder from "./Recorder.js"
import * as Refusal from "./Refusal.js"
import * as Wire from "./Wire.js"

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optional(Schema.NullOr(schema))

/** What is read of a body; profiles look at the other fields by their names. */
const Body = Schema.Struct(
  {
    model: Schema.String,
    messages: Schema.Array(Schema.Unknown),
    stream: optional(Schema.Boolean),
    max_completion_tokens: optional(Schema.Number),
    max_tokens: optional(Schema.Number),
    stream_options: optional(Schema.Struct({ include_usage: Schema.optional(Schema.Boolean) }))
  },
  { key: Schema.String, value: Schema.Unknown }
)
type Body = typeof Body.Type

const json = Schema.decodeEither(Schema.parseJson(Schema.Record({ key: Schema.String, value: Schema.Unknown })))
const decode = Schema.decodeUnknownEither(Body)

/** An address may name the model in the body's place. */
const read = (text: string, model: string | undefined) =>
  Either.flatMap(json(text), (fields) => decode(model === undefined ? fields : { ...fields, model }))

const ceiling = ({ ceilings }: Profile.Profile, body: Body): number | undefined =>
  ceilings.map((name) => body[name]).find((value) => typeof value === "number")

const promptTokens = (body: Body) => Completion.tokens(JSON.stringify(body.messages))

/** The room for an answer where the context is shared with the prompt and nobody says so. */
const room = (profile: Profile.Profile, model: Backend.Offered, body: Body): number | undefined => {
  const asked = ceiling(profile, body)
  if (profile.fillsContext !== true) return asked
  const left = Math.max(1, model.contextLength - promptTokens(body))
  return Math.min(asked ?? left, left)
}

/** None of it depends on what other models were asked, so runs with one seed are alike in whatever order they come. */
const call = (
  { latency, loading, profile, seed }: Backend.Backend,
  model: Backend.Offered,
  body: Body,
  nth: number,
  now: number
): Call.Call => {
  const improvement = Improvement.of(body.messages, seed, model)
  const program =
    improvement?.program ??
    Program.make(model.position + seed, Draw.make(seed, "program", model.id, nth), JSON.stringify(body.messages))
  const loads = profile.loading?.at === "first-request" && nth === 1
  return {
    seed,
    model,
    nth,
    now,
    program,
    asked: body.model,
    dialect: profile.dialect,
    id: generationId(seed, model.id, nth),
    text: improvement?.keeps === true ? Improvement.KEEP : Dress.any(program, Draw.make(seed, "dress", model.id, nth)),
    stream: body.stream ?? false,
    includeUsage: body.stream_options?.include_usage ?? false,
    promptTokens: promptTokens(body),
    maxCompletionTokens: room(profile, model, body),
    latency: latency(model.id, nth) + (loads ? loading : 0)
  }
}

export const generationId = (seed: number, ...parts: ReadonlyArray<string | number>): string =>
  `gen-${seed}-${Draw.hash(...parts).toString(36)}`

interface Decision {
  readonly behavior: string
  readonly script: Wire.Script
  /** How long it takes to compute; 0 for what needs no seat. */
  readonly millis: number
}

const refused = (asked: Completion.Identified, { body, status }: Refusal.Refusal): Decision => ({
  behavior: "refused",
  script: Completion.json(asked, status, body),
  millis: 0
})

/** A plan that the request names itself; the header goes before the model id. */
const ownPlan = (
  profile: Profile.Profile,
  id: string,
  header: string | undefined
): Either.Either<Option.Option<Behavior.Plan>, Refusal.Refusal> =>
  header === undefined
    ? Either.right(Behavior.ofModel(id))
    : Either.map(
        Either.fromOption(Behavior.parse(header), () => Refusal.unknownBehavior(profile, header)),
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
    const { limiter, profile, recorder, scenario, seed } = backend
    const { at, nth } = tracked
    const model = Backend.find(backend, body.model)
    if (model === undefined) {
      return yield* Either.left(Refusal.refused(profile, profile.unknownModel(body.model, backend.models)))
    }
    const problem = profile.refuse?.({ body, model, promptTokens: promptTokens(body) })
    if (problem !== undefined) return yield* Either.left(Refusal.refused(profile, problem))
    const asked = call(backend, model, body, nth, now)
    const own = yield* ownPlan(profile, body.model, header)
    if (Option.isNone(own)) {
      const limited = limiter?.admit(asked, at, recorder.inFlight())
      if (limited !== undefined) return { behavior: "rate-limit", script: limited, millis: 0 }
    }
    const plan = Option.getOrElse(own, () =>
      scenario.plan({ seed, model: model.id, position: model.position, nth, at })
    )
    const behavior = Behavior.at(plan, nth)
    return { behavior: behavior.name, script: behavior.script(asked), millis: asked.latency }
  })

/** A request that cannot be read counts under this name. */
const UNREADABLE = "(unreadable)"

/** Completions at an address that may name the model. */
export const completions = (backend: Backend.Backend, named?: string) =>
  Effect.gen(function* () {
    const { profile } = backend
    const request = yield* HttpServerRequest.HttpServerRequest
    const body = read(yield* request.text, named)
    const asked = Either.match(body, {
      onLeft: () => ({ model: UNREADABLE, stream: false, maxCompletionTokens: undefined }),
      onRight: (sent) => ({
        model: sent.model,
        stream: sent.stream ?? false,
        maxCompletionTokens: ceiling(profile, sent)
      })
    })
    const tracked = backend.recorder.track(
      asked,
      NodeHttpServerRequest.toIncomingMessage(request),
      NodeHttpServerRequest.toServerResponse(request)
    )
    const now = yield* Clock.currentTimeMillis
    const decision = Either.gen(function* () {
      yield* Refusal.unauthorized(profile, backend.apiKeys, request.headers)
      yield* Refusal.loading(profile, tracked.at < backend.loading)
      const sent = yield* Either.mapLeft(body, () => Refusal.refused(profile, profile.malformed))
      return yield* decide(backend, sent, request.headers[Behavior.HEADER], tracked, now)
    }).pipe(
      Either.getOrElse((refusal) =>
        refused({ id: generationId(backend.seed, asked.model, tracked.nth), dialect: profile.dialect }, refusal)
      )
    )
    tracked.answeredBy(decision.behavior)
    const reply = Wire.play(request, decision.script, tracked)
    return yield* decision.millis === 0 ? reply : backend.seats.seated(reply, decision.millis)
  })

/**
 * `algogen doctor`: the questions of somebody whose requests all fail, from the setting that is missing to one small
 * request, each with its answer and with what to do about a bad one.
 */
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { ModelInfo } from "../../api/Catalog.js"
import * as Models from "../../api/Models.js"
import * as OpenRouter from "../../api/OpenRouter.js"
import { GenerationError, type Reason, TimedOut } from "../../domain/GenerationError.js"
import { REQUEST_TIMEOUT } from "../../generation/Sending.js"
import * as ConnectionPool from "../../node/ConnectionPool.js"
import * as Api from "../Api.js"
import type * as Commands from "../Commands.js"
import { Failure, NOTHING_PRODUCED } from "../Failure.js"
import * as Table from "../view/Table.js"

interface Finding {
  readonly good: boolean
  readonly line: string
  readonly advice?: string
}

export const run = (flags: Commands.Doctor) =>
  Effect.gen(function* () {
    const api = yield* Api.choose(flags)
    const { apiKey, baseUrl } = yield* OpenRouter.config
    const hasKey = apiKey !== undefined
    const settings = yield* say(aboutSettings(hasKey ? undefined : yield* Api.lackOfKey, flags, baseUrl))
    if (!settings.good) return yield* new Failure({ exitCode: NOTHING_PRODUCED })
    yield* Effect.provide(examine(flags.models, hasKey), api)
  }).pipe(Effect.provide(ConnectionPool.layer))

/** The questions that take a server to answer. */
const examine = (wanted: ReadonlyArray<string>, hasKey: boolean) =>
  Effect.gen(function* () {
    const openRouter = yield* OpenRouter.OpenRouter
    yield* say({ good: true, line: `requests go to ${openRouter.baseUrl}` })
    const key = yield* Effect.either(openRouter.key)
    if (Either.isLeft(key) && isUnreachable(key.left.reason)) {
      const { reason } = key.left
      yield* say({ good: false, line: `there is no connection: ${reason.message}`, advice: advice(reason) })
      return yield* new Failure({ exitCode: NOTHING_PRODUCED, message: "nothing else was tried" })
    }
    const findings = [
      yield* say(aboutKey(key, hasKey)),
      yield* Effect.flatMap(Effect.either(openRouter.models), (models) => say(aboutModels(models, wanted))),
      yield* Effect.flatMap(ping(openRouter, wanted), say)
    ]
    const bad = findings.filter(({ good }) => !good).length
    if (bad > 0) return yield* new Failure({ exitCode: NOTHING_PRODUCED, message: `${bad} of the checks failed` })
  })

const say = (finding: Finding): Effect.Effect<Finding> =>
  Console.log(
    Table.plain(`${finding.good ? "✓" : "✗"} ${finding.line}`) +
      (finding.advice === undefined ? "" : `\n    ${Table.plain(finding.advice)}`)
  ).pipe(Effect.as(finding))

const aboutSettings = (lack: string | undefined, flags: Api.Flags, baseUrl: string | undefined): Finding => {
  if (lack === undefined) return { good: true, line: "OPENROUTER_API_KEY is set" }
  if (flags.simulate) return { good: true, line: `${lack}; simulated models need none` }
  return baseUrl !== undefined || Option.isSome(flags.baseUrl)
    ? { good: true, line: `${lack}; a server of your own may need none` }
    : {
        good: false,
        line: lack,
        advice:
          "create a key at https://openrouter.ai/keys and put it into the environment or into .env; " +
          "for a server of your own set OPENROUTER_BASE_URL; to try the command out: --simulate"
      }
}

const isUnreachable = (reason: Reason): boolean =>
  reason._tag === "ConnectionFailed" || (reason._tag === "TimedOut" && reason.clock === "connect")

const aboutKey = (
  key: Either.Either<{ readonly limitRemaining?: number }, GenerationError>,
  hasKey: boolean
): Finding => {
  if (Either.isRight(key) && !hasKey) return { good: true, line: "no key is set; this server did not ask for one" }
  return Either.match(key, {
    // Only OpenRouter itself has this question; other servers answer it with 404.
    onLeft: ({ reason }) =>
      "status" in reason && reason.status === 404
        ? { good: true, line: "this server does not tell about keys" }
        : { good: false, line: `the key could not be checked: ${reason.message}`, advice: advice(reason) },
    onRight: ({ limitRemaining }) => ({
      good: limitRemaining === undefined || limitRemaining > 0,
      line:
        limitRemaining === undefined
          ? "the key is accepted and has no limit"
          : `the key is accepted; $${limitRemaining.toFixed(2)} of its limit remain`,
      ...(limitRemaining !== undefined && limitRemaining <= 0
        ? { advice: "raise the limit of the key at https://openrouter.ai/keys, or use another one" }
        : {})
    })
  })
}

const aboutModels = (
  found: Either.Either<ReadonlyArray<ModelInfo>, GenerationError>,
  wanted: ReadonlyArray<string>
): Finding => {
  if (Either.isLeft(found)) {
    const { reason } = found.left
    return { good: false, line: `the list of models cannot be had: ${reason.message}`, advice: advice(reason) }
  }
  const missing = wanted.filter((model) => Option.isNone(Models.resolve(found.right, model)))
  const onOffer = found.right.filter(({ hidden }) => hidden !== true).length
  const line = `${onOffer} models are on offer; of the ${wanted.length} asked for ${missing.length} are missing`
  if (missing.length === 0) return { good: true, line }
  const others = missing.flatMap((model) => Models.similar(found.right, model))
  return {
    good: false,
    line: `${line}: ${missing.join(", ")}`,
    advice: others.length === 0 ? "algogen models lists what there is" : `similar ones: ${others.join(", ")}`
  }
}

/** Whether one small request passes: a word from the first model that is on offer. */
const ping = (openRouter: OpenRouter.Service, wanted: ReadonlyArray<string>): Effect.Effect<Finding> =>
  Effect.gen(function* () {
    const catalog = yield* Effect.orElseSucceed(openRouter.models, () => [])
    const onOffer = wanted.flatMap((model) => Option.toArray(Models.resolve(catalog, model)).map(({ id }) => id))
    const model = onOffer[0] ?? wanted[0] ?? Models.DEFAULT[0]
    const started = yield* Clock.currentTimeMillis
    const answer = yield* openRouter
      .complete({ model, messages: [{ role: "user", content: "Answer with the word OK." }], maxCompletionTokens: 64 })
      .pipe(Effect.timeoutFail({ duration: REQUEST_TIMEOUT, onTimeout: () => tooSlow(model) }), Effect.either)
    const took = ((yield* Clock.currentTimeMillis) - started) / 1000
    // Whatever the model said, or that it wanted to say more: the request went through.
    if (Either.isRight(answer) || answer.left.reason._tag === "CutOff" || answer.left.reason._tag === "EmptyAnswer") {
      return { good: true, line: `a small request to ${model} passed in ${took.toFixed(1)} s` }
    }
    const { reason } = answer.left
    return { good: false, line: `a small request to ${model} failed: ${reason.message}`, advice: advice(reason) }
  })

const tooSlow = (model: string) =>
  new GenerationError({
    model,
    reason: new TimedOut({ clock: "attempt", limitMs: Duration.toMillis(REQUEST_TIMEOUT) })
  })

const advice = (reason: Reason): string => {
  switch (reason._tag) {
    case "AccountRefused":
      return reason.status === 402
        ? "the account has no credit left: add some at https://openrouter.ai/credits, or use :free models"
        : "the key is missing, mistyped or expired: create one at https://openrouter.ai/keys and set OPENROUTER_API_KEY"
    case "RateLimited":
      return "the limit of the account or of the model is reached: wait, ask fewer models, or use their paid twins"
    case "ConnectionFailed":
    case "TimedOut":
      return "is the base URL right, the server running, and the network (proxy, firewall) open?"
    case "ServerFailed":
      return "the server is there and fails by itself: try again later, or another model"
    case "Rejected":
    case "MalformedAnswer":
      return "does the base URL end in the API's version, such as /v1, and does the model exist there? See: algogen models"
    default:
      return "try another model: algogen models"
  }
}

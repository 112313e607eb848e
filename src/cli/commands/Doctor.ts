/**
 * `algogen doctor`: finds out why requests fail, from a missing setting to one small request like those of a run. For each
 * failed check it prints the server's own words and what to do.
 */
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { KeyInfo } from "../../api/Catalog.js"
import type { ChatRequest } from "../../api/ModelRequest.js"
import * as Models from "../../api/Models.js"
import * as OpenRouter from "../../api/OpenRouter.js"
import { GenerationError, type Reason, TimedOut } from "../../domain/GenerationError.js"
import * as Told from "../../domain/Told.js"
import * as ConnectionPool from "../../node/ConnectionPool.js"
import * as Now from "../../telemetry/Now.js"
import * as Advice from "../Advice.js"
import * as Api from "../Api.js"
import type * as Commands from "../Commands.js"
import * as Json from "../documents/Json.js"
import type * as Others from "../documents/Others.js"
import { nothingProduced } from "../Failure.js"
import * as Fit from "../view/Fit.js"
import * as Lines from "../view/Lines.js"
import * as Look from "../view/Look.js"
import * as Table from "../view/Table.js"

interface Finding {
  /** Undefined for a mere note. */
  readonly good: boolean | undefined
  readonly line: string
  readonly advice?: string | undefined
}

export const run = (wanted: Commands.Doctor) => Effect.provide(diagnose(wanted), ConnectionPool.layer)

/** Over whatever client there is. */
export const diagnose = (wanted: Commands.Doctor) => (wanted.json ? asDocument(wanted) : check(wanted))

/** Where findings go, as they are made. */
class Voice extends Context.Reference<Voice>()("algogen/cli/Doctor/Voice", {
  defaultValue: () => (finding: Finding) => print(finding)
}) {}

/** The findings in one document, once all is checked; standard error and the exit code are the same. */
const asDocument = (wanted: Commands.Doctor) => {
  const findings: Array<Finding> = []
  const document = (): string =>
    Json.document({
      ok: findings.every(({ good }) => good !== false),
      checks: findings.map(({ advice, good, line }) => ({
        result: good === undefined ? "note" : good ? "good" : "bad",
        message: line,
        advice
      }))
    } satisfies typeof Others.Doctor.Encoded)
  return check(wanted).pipe(
    Effect.provideService(Voice, (finding) => Effect.sync(() => void findings.push(finding))),
    // Nothing was found where the settings made no sense.
    Effect.onExit(() => (findings.length === 0 ? Effect.void : Effect.suspend(() => Console.log(document()))))
  )
}

const check = (wanted: Commands.Doctor) =>
  Effect.gen(function* () {
    // What is missing is a finding like any other.
    const { api, defaults, key } = yield* Api.choose({ ...wanted, demo: true })
    const { baseUrl } = yield* OpenRouter.config
    if (wanted.config !== undefined) yield* say({ good: undefined, line: `settings are read from ${wanted.config}` })
    const settings = yield* say(aboutSettings(key, wanted, baseUrl))
    if (settings.good === false) return yield* nothingProduced()
    yield* Effect.provide(examine(wanted, defaults, key), api)
  })

/** The checks that need a server. */
const examine = (wanted: Commands.Doctor, defaults: Api.Chosen["defaults"], { note, value }: Api.Chosen["key"]) =>
  Effect.gen(function* () {
    const openRouter = yield* OpenRouter.OpenRouter
    const { baseUrl } = openRouter
    const proxy = ConnectionPool.proxyOf(baseUrl)
    const again = Advice.sameServer({ simulated: wanted.simulate, isNamed: wanted.baseUrl !== undefined })
    const seen: Advice.Seen = { baseUrl, proxy, hasKey: value !== undefined, keptBack: note, again }
    const through = proxy === undefined ? "" : `, through the proxy ${proxy}`
    yield* say({ good: true, line: `requests go to ${baseUrl}${through}` })
    const key = yield* Effect.either(openRouter.key)
    if (Either.isLeft(key) && isUnreachable(key.left.reason)) {
      const { reason } = key.left
      yield* say(failing("the server cannot be reached", reason, seen))
      return yield* nothingProduced("nothing else was checked")
    }
    const aboutTheKey = aboutKey(key, seen)
    // Simulated models need none, which is said already.
    if (!wanted.simulate || aboutTheKey.good !== true) yield* say(aboutTheKey)
    const found = yield* Effect.either(openRouter.models)
    const catalog = Either.isRight(found) ? Models.index(found.right) : undefined
    // Where the server has no default models, that none is named is a finding, too.
    const byDefault = Effect.map(defaults, (ids) => ids.map((model) => ({ model })))
    const chosen = yield* Effect.either(wanted.models.length === 0 ? byDefault : Effect.succeed(wanted.models))
    const named: ReadonlyArray<Models.ModelRequest> = Either.getOrElse(chosen, () => [])
    const options = { isOpenRouter: OpenRouter.isOpenRouter(baseUrl), allowPaid: wanted.allowPaid }
    const resolved = named.map((request) => ({ request, found: Models.resolve(catalog, request.model, options) }))
    yield* say(
      Either.match(found, {
        onLeft: ({ reason }) => ({
          good: undefined,
          line: `the list of models is not available: ${Told.reason(reason)}`
        }),
        onRight: (models) => {
          const shown = models.filter(({ hidden }) => hidden !== true).length
          return { good: true, line: `${Lines.count(shown, "model")} ${shown === 1 ? "is" : "are"} on offer` }
        }
      })
    )
    const findings = [aboutTheKey]
    if (Either.isLeft(chosen)) findings.push(yield* say({ good: false, line: chosen.left.message }))
    for (const { found, request } of resolved) {
      if (Either.isLeft(found)) findings.push(yield* say({ good: false, line: `${request.model}: ${found.left}` }))
      else if (found.right.note !== undefined) yield* say({ good: undefined, line: found.right.note })
    }
    const first = resolved.flatMap(({ found, request }) =>
      Option.toArray(Either.getRight(found)).map((to) => ({ request, to }))
    )[0]
    if (first !== undefined) {
      const suggestion =
        catalog === undefined || catalog.models.length === 0 ? undefined : Models.suggestion(catalog, first.to.asked)
      findings.push(yield* say(yield* ping(openRouter, first, wanted, { ...seen, suggestion })))
    }
    const bad = findings.filter(({ good }) => good === false).length
    if (bad > 0) return yield* nothingProduced(`${Lines.count(bad, "check")} failed`)
  })

const MARKS = new Map<boolean | undefined, string>([
  [true, "✓"],
  [false, "✗"]
])

const say = (finding: Finding): Effect.Effect<Finding> =>
  Effect.flatMap(Voice, (voice) => Effect.as(voice(finding), finding))

const print = (finding: Finding): Effect.Effect<void> => {
  const { columns, isTerminal } = Look.output()
  // In a file one line for each, whatever its length, for `grep`.
  const room = isTerminal ? columns : Number.POSITIVE_INFINITY
  const line = Table.plain(`${MARKS.get(finding.good) ?? "-"} ${finding.line}`)
  const advice = finding.advice === undefined ? [] : Fit.below(Table.plain(finding.advice), room)
  return Console.log([Fit.hang(line, room), ...advice].join("\n"))
}

const aboutSettings = (
  { lack, variable }: Api.Chosen["key"],
  flags: Pick<Api.Flags, "baseUrl" | "simulate">,
  baseUrl: string | undefined
): Finding => {
  if (lack === undefined) return { good: true, line: `${variable} is set` }
  if (flags.simulate === true) return { good: true, line: `${lack}; simulated models need no key` }
  return baseUrl !== undefined || flags.baseUrl !== undefined
    ? { good: true, line: `${lack}; your own server may not need one` }
    : { good: false, line: lack, advice: Api.WITHOUT_KEY }
}

const isUnreachable = (reason: Reason): boolean =>
  reason._tag === "ConnectionFailed" || (reason._tag === "TimedOut" && reason.clock === "connect")

const failing = (what: string, reason: Reason, seen: Advice.Seen): Finding => ({
  good: false,
  line: `${what}: ${Told.reason(reason)}`,
  advice: Advice.advise(reason, seen)
})

/** Only OpenRouter answers questions about the key. From any other server, only a refusal of the key means something. */
const aboutKey = (key: Either.Either<KeyInfo, GenerationError>, seen: Advice.Seen): Finding => {
  if (Either.isLeft(key)) {
    const { reason } = key.left
    return OpenRouter.isOpenRouter(seen.baseUrl) || reason._tag === "AccountRefused"
      ? failing("the key could not be checked", reason, seen)
      : { good: undefined, line: "this server gives no information about keys" }
  }
  if (!seen.hasKey) return { good: true, line: "this server did not ask for a key" }
  const { limitRemaining } = key.right
  if (limitRemaining === undefined) return { good: true, line: "the key works and has no spending limit" }
  const good = limitRemaining > 0
  return {
    good,
    line: `the key works; $${limitRemaining.toFixed(2)} of its limit is left`,
    advice: good ? undefined : "raise the key's limit at https://openrouter.ai/keys, or use another key"
  }
}

const PROMPT = "Answer with the word OK."

/** Sends one small request with the parameters of a run. It passes if text comes back. */
const ping = (
  openRouter: OpenRouter.Service,
  { request, to }: { readonly request: Models.ModelRequest; readonly to: Models.Resolution },
  wanted: Commands.Doctor,
  seen: Advice.Seen
): Effect.Effect<Finding> =>
  Effect.gen(function* () {
    const model = to.asked
    const system = wanted.system === undefined ? [] : [{ role: "system" as const, content: wanted.system }]
    const chat: ChatRequest = {
      model,
      messages: [...system, { role: "user", content: PROMPT }],
      maxCompletionTokens: Models.firstTokens(
        to.info,
        PROMPT,
        request.maxCompletionTokens ?? wanted.maxCompletionTokens
      ),
      temperature: request.temperature ?? wanted.temperature,
      effort: request.effort ?? wanted.effort,
      serviceTier: request.serviceTier ?? wanted.serviceTier,
      provider: wanted.provider
    }
    const started = yield* Now.millis
    const asking = openRouter
      .complete(chat, undefined, (line) => say({ good: undefined, line }))
      .pipe(Effect.timeoutFail({ duration: wanted.requestTimeout, onTimeout: () => tooSlow(model, wanted) }))
    const answer = yield* asking.pipe(
      // Like a run: again without the parameter that the server refused.
      Effect.retry({ times: MAX_PARAMETERS, while: ({ reason }) => refusesParameter(reason) }),
      Effect.either
    )
    const took = (yield* Now.millis) - started
    if (Either.isRight(answer) && answer.right.text.trim() !== "") {
      return { good: true, line: `a small request to ${model} succeeded in ${Lines.duration(took)}` }
    }
    if (Either.isRight(answer)) return { good: false, line: `a small request to ${model} returned no text` }
    const { reason } = answer.left
    return failing(`a small request to ${model} failed`, reason, { ...seen, model, info: to.info })
  })

/** More parameters than a request has. */
const MAX_PARAMETERS = 8

const refusesParameter = (reason: Reason): boolean => "parameter" in reason && reason.parameter !== undefined

const tooSlow = (model: string, { requestTimeout }: Commands.Doctor) =>
  new GenerationError({
    model,
    reason: new TimedOut({ clock: "attempt", limitMs: Duration.toMillis(requestTimeout) })
  })

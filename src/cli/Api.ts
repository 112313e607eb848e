/** Chooses the API that a command talks to, from flags and environment: OpenRouter, another server, or the simulator. */
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as ApiKey from "../api/ApiKey.js"
import * as Models from "../api/Models.js"
import * as OpenRouter from "../api/OpenRouter.js"
import * as Told from "../domain/Told.js"
import * as Advice from "./Advice.js"
import { type Failure, wrongUsage } from "./Failure.js"
import * as ModelCache from "./ModelCache.js"
import * as Notice from "./Notice.js"

export interface Flags {
  readonly baseUrl: string | undefined
  /** The environment variable with the key. */
  readonly apiKeyEnv: string | undefined
  /** Undefined for a command that asks no simulated models. */
  readonly simulate: boolean | undefined
  /** Simulate where there is neither a key nor a base URL; default false. */
  readonly demo?: boolean | undefined
  readonly stream: boolean
  /** Nothing is asked for but the list of models, which needs no key; default false. */
  readonly onlyLists?: boolean | undefined
  /** Let a person choose models where a key is set and none are named; default false. */
  readonly offer?: boolean | undefined
}

export type Api = Layer.Layer<OpenRouter.OpenRouter, Failure, HttpClient.HttpClient>

export interface Chosen {
  /** Building this layer may start a simulator, which says that it is one. */
  readonly api: Api
  readonly simulated: boolean
  readonly key: ApiKey.Choice
  readonly defaults: Effect.Effect<ReadonlyArray<string>, Failure>
}

const CREATE_KEY =
  "create a key at https://openrouter.ai/keys and set it in the environment or in .env; for another server, use --base-url"

/** What to do where there is neither a key nor a base URL. */
export const WITHOUT_KEY = `${CREATE_KEY}; to try algogen without a key, use --simulate`
/** The same for a command that asks no simulated models. */
const WITHOUT_SIMULATOR = `${CREATE_KEY}; to try algogen without a key, start algogen simulate, and give its address with --base-url`

/** Fails if the flags contradict each other or a setting is wrong. */
export const choose = (flags: Flags): Effect.Effect<Chosen, Failure, HttpClient.HttpClient> =>
  Effect.gen(function* () {
    const environment = yield* OpenRouter.config
    if (flags.simulate === true && flags.baseUrl !== undefined) {
      return yield* wrongUsage("use either --simulate or --base-url, not both")
    }
    const baseUrl = flags.baseUrl ?? environment.baseUrl
    const key = yield* Effect.mapError(ApiKey.choose(flags.apiKeyEnv, flags.baseUrl), ({ message }) =>
      wrongUsage(`${message} (--api-key-env)`)
    )
    const options = {
      ...environment,
      apiKey: key.value,
      keyVariable: key.variable,
      baseUrl,
      stream: flags.stream,
      onlyLists: flags.onlyLists
    }
    if (flags.simulate === true) return simulated(options, key)
    if (key.value === undefined && baseUrl === undefined) {
      if (flags.demo === true) {
        return simulated(options, key, [`${key.lack} and no base URL is given: using the simulator.`])
      }
      if (flags.onlyLists !== true)
        return yield* wrongUsage(`${key.lack}: ${flags.simulate === undefined ? WITHOUT_SIMULATOR : WITHOUT_KEY}`)
    }
    const made = yield* Effect.mapError(OpenRouter.make(options), (error) => wrongUsage(complaint(error, flags)))
    const service = { ...made, models: Effect.tap(made.models, ModelCache.keeper()) }
    if (key.note !== undefined) yield* Notice.say(key.note)
    const api = Layer.succeed(OpenRouter.OpenRouter, service)
    const offer = flags.offer === true && key.value !== undefined
    return { api, simulated: false, key, defaults: defaultsOf(service, offer, flags.baseUrl !== undefined) }
  }).pipe(Effect.catchAll((error) => (error._tag === "Failure" ? error : wrongUsage(String(error)))))

/** How many models of a server's list are named. */
const NAMED = 5

/** Free models of the server's list, else the built-in six. A server that lists other models has none of these. */
const defaultsOf = (
  { baseUrl, models }: OpenRouter.Service,
  offer: boolean,
  isNamed: boolean
): Effect.Effect<ReadonlyArray<string>, Failure> =>
  Effect.gen(function* () {
    const list = yield* Effect.either(models)
    if (Either.isLeft(list) && list.left.reason._tag === "Rejected" && !OpenRouter.isOpenRouter(baseUrl)) {
      const { reason } = list.left
      const hint = Advice.aboutPath(reason, baseUrl)
      return yield* wrongUsage(
        `name a model with --model: this server has no list of models (${Told.reason(reason)})` +
          (hint === undefined ? "" : `; ${hint}`)
      )
    }
    const listed = Either.getOrElse(list, () => [])
    const found = Models.defaults(listed)
    if (offer && listed.length > 0) {
      const questions = yield* Effect.promise(() => import("./setup/Questions.js"))
      return yield* questions.models(listed, found)
    }
    if (found.length === 0 && listed.length > 0 && !OpenRouter.isOpenRouter(baseUrl)) {
      const named = listed.slice(0, NAMED).map(({ id }) => id)
      return yield* wrongUsage(
        `name a model with --model: this server has ${named.join(", ")}` +
          (listed.length > NAMED
            ? ` and ${listed.length - NAMED} more (see algogen models${Advice.sameServer({ isNamed })})`
            : "")
      )
    }
    const chosen = found.length === 0 ? Models.DEFAULT : found
    yield* Notice.say(`No --model given; asking ${chosen.join(", ")}`)
    return chosen
  })

export const layer = (flags: Flags): Api => Layer.unwrapEffect(Effect.map(choose(flags), ({ api }) => api))

const simulated = (options: OpenRouter.Options, key: ApiKey.Choice, why: ReadonlyArray<string> = []): Chosen => ({
  key,
  api: Layer.unwrapEffect(
    Effect.forEach(
      [...why, "These models are simulated: they run on this machine, and their answers are made up."],
      Notice.say
    ).pipe(
      Effect.zipRight(Effect.promise(() => import("../simulator/SimulatedApi.js"))),
      Effect.map(({ layer }) => layer({}, options))
    )
  ).pipe(Layer.catchAll((error) => Layer.fail(wrongUsage(error.message)))),
  simulated: true,
  defaults: Effect.succeed(Models.DEFAULT)
})

const complaint = (error: OpenRouter.ConfigurationError, { baseUrl }: Flags): string => {
  if (error.variable !== "OPENROUTER_BASE_URL") return error.message
  const source = baseUrl === undefined ? error.variable : `--base-url${shown(baseUrl)}`
  return `${source} is not a plain http or https address such as ${OpenRouter.DEFAULT_BASE_URL}`
}

/** A key or a password that was given by mistake is not repeated. */
const shown = (url: string): string => (/[@?]|sk-|[\w-]{20}/.test(url) ? "" : ` '${url}'`)

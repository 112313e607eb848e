/**
 * `algogen init`: asks for the key, checks it at the server, and writes `.env` and `algogen.json`. Without a terminal it
 * asks nothing: the key comes from the environment, everything else from flags.
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as ApiKey from "../../api/ApiKey.js"
import * as Models from "../../api/Models.js"
import * as OpenRouter from "../../api/OpenRouter.js"
import * as ConnectionPool from "../../node/ConnectionPool.js"
import type * as Commands from "../Commands.js"
import * as ConfigFile from "../ConfigFile.js"
import { wrongUsage } from "../Failure.js"
import { DEFAULT_TICKER } from "../Flags.js"
import * as Person from "../Person.js"
import * as Keeping from "../setup/Keeping.js"
import * as KeyCheck from "../setup/KeyCheck.js"

export const run = (flags: Commands.Init) => Effect.provide(begin(flags), ConnectionPool.layer)

/** Over whatever client there is. */
export const begin = (flags: Commands.Init) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const environment = yield* OpenRouter.config
    const baseUrl = Option.getOrElse(flags.baseUrl, () => environment.baseUrl ?? OpenRouter.DEFAULT_BASE_URL)
    const found = yield* ApiKey.choose(flags.apiKeyEnv, Option.getOrUndefined(flags.baseUrl)).pipe(
      Effect.mapError(({ message }) => wrongUsage(`${message} (--api-key-env)`))
    )
    if (found.note !== undefined) yield* Console.error(found.note)
    const isThere = Person.isThere()
    const { key, reached, service } = yield* isThere ? KeyCheck.ask(baseUrl, found) : KeyCheck.take(baseUrl, found)
    const isHome = OpenRouter.isOpenRouter(service.baseUrl)
    const hasConfig = yield* Effect.orElseSucceed(files.exists(ConfigFile.NAME), () => true)
    // All questions come first, so that nothing is written if one of them is left open.
    const asked = hasConfig ? undefined : yield* whatToAsk(flags, service, isThere)
    const kept = {
      ...(isHome ? {} : { OPENROUTER_BASE_URL: baseUrl }),
      ...(key === undefined ? {} : { [variableFor(found, isHome)]: key })
    }
    yield* Keeping.settings(kept, reached)
    yield* asked === undefined
      ? Console.log(`${ConfigFile.NAME} is there already and stays as it is.`)
      : Keeping.config(asked)
    yield* Console.log("Now run: algogen generate")
  })

/** What is read first has to be what is written. */
const variableFor = ({ value, variable }: ApiKey.Choice, isHome: boolean): string => {
  const isKept = value !== undefined && (variable === ApiKey.ANY || variable === ApiKey.OPENROUTER)
  return isKept ? variable : isHome ? ApiKey.OPENROUTER : ApiKey.ANY
}

const whatToAsk = (flags: Commands.Init, service: OpenRouter.Service, isThere: boolean) =>
  Effect.gen(function* () {
    const models = flags.models.length > 0 ? flags.models.map(ConfigFile.ofRequest) : yield* modelsOf(service, isThere)
    const tickers =
      flags.tickers.length > 0 ? flags.tickers : [isThere ? yield* (yield* questions).ticker : DEFAULT_TICKER]
    return { models, tickers }
  })

const questions = Effect.promise(() => import("../setup/Questions.js"))

const modelsOf = ({ baseUrl, models }: OpenRouter.Service, isThere: boolean) =>
  Effect.gen(function* () {
    const listed = yield* Effect.orElseSucceed(models, () => [])
    const defaults = Models.defaults(listed)
    if (isThere) {
      const ask = yield* questions
      if (listed.length > 0) return yield* ask.models(listed, defaults)
      const typed = yield* ask.typed(OpenRouter.isOpenRouter(baseUrl) ? Models.DEFAULT : [])
      return typed.map(ConfigFile.ofRequest)
    }
    if (defaults.length > 0) return defaults
    if (OpenRouter.isOpenRouter(baseUrl)) return Models.DEFAULT
    const example = listed[0]?.id
    return yield* wrongUsage(`name a model with --model${example === undefined ? "" : `, such as ${example}`}`)
  })

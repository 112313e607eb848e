/**
 * `algogen init`: asks for the key, checks it at the server, and writes `.env` and `algogen.json`. Without a terminal it
 * asks nothing: the key comes from the environment, everything else from flags.
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as ApiKey from "../../api/ApiKey.js"
import * as Models from "../../api/Models.js"
import * as OpenRouter from "../../api/OpenRouter.js"
import * as Settings from "../../api/Settings.js"
import * as SettingsFile from "../../api/SettingsFile.js"
import * as ConnectionPool from "../../node/ConnectionPool.js"
import * as TextFile from "../../node/TextFile.js"
import type * as Commands from "../Commands.js"
import * as ConfigFile from "../ConfigFile.js"
import { wrongUsage } from "../Failure.js"
import { DEFAULT_TICKER } from "../Flags.js"
import * as Notice from "../Notice.js"
import * as Person from "../Person.js"
import * as Keeping from "../setup/Keeping.js"
import * as KeyCheck from "../setup/KeyCheck.js"
import * as Standing from "../setup/Standing.js"

export const run = (flags: Commands.Init) => Effect.provide(begin(flags), ConnectionPool.layer)

/** Over whatever client there is. */
export const begin = (flags: Commands.Init) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const environment = yield* OpenRouter.config
    const baseUrl = flags.baseUrl ?? environment.baseUrl ?? OpenRouter.DEFAULT_BASE_URL
    const found = yield* ApiKey.choose(flags.apiKeyEnv, flags.baseUrl).pipe(
      Effect.mapError(({ message }) => wrongUsage(`${message} (--api-key-env)`))
    )
    if (found.note !== undefined) yield* Console.error(found.note)
    const isThere = Person.isThere()
    const { key, reached, service } = yield* isThere ? KeyCheck.ask(baseUrl, found) : KeyCheck.take(baseUrl, found)
    const isHome = OpenRouter.isOpenRouter(service.baseUrl)
    const hasConfig = yield* Effect.orElseSucceed(files.exists(ConfigFile.NAME), () => true)
    // All questions come first, so that nothing is written if one of them is left open.
    const asked = hasConfig ? undefined : yield* whatToAsk(flags, service, isThere)
    // A folder that was another server's would go on asking that one.
    const isDefault = isHome && OpenRouter.isOpenRouter(environment.baseUrl ?? OpenRouter.DEFAULT_BASE_URL)
    const kept = {
      ...(isDefault ? {} : { OPENROUTER_BASE_URL: baseUrl }),
      ...(key === undefined ? {} : { [yield* variableFor(found, isHome)]: key })
    }
    yield* Keeping.settings(kept, reached)
    if (key === undefined && !isHome && !ApiKey.isOpen(baseUrl) && (yield* hasOwn(ApiKey.OPENROUTER))) {
      yield* Console.error(sentAlong(baseUrl))
    }
    if (asked !== undefined) {
      yield* Keeping.config(asked)
      return yield* Console.log("Now run: algogen generate")
    }
    const text = yield* Effect.orElseSucceed(Effect.map(files.readFile(ConfigFile.NAME), TextFile.decode), () => "")
    const listed = yield* Effect.orElseSucceed(service.models, () => [])
    const { next, notes } = Standing.tell({ text, flags, listed, isOpenRouter: isHome })
    yield* Effect.forEach(notes, Notice.tell)
    // To be copied.
    yield* Console.log(`Now run: ${next}`)
  })

const hasOwn = (variable: string) =>
  Effect.map(SettingsFile.own(Settings.setting(variable)), (value) => value !== undefined)

/** A key for any server is read first, so that one in the file would hide what is written beside it. */
const variableFor = ({ value, variable }: ApiKey.Choice, isHome: boolean) =>
  Effect.gen(function* () {
    if (yield* hasOwn(ApiKey.ANY)) return ApiKey.ANY
    const isThere = value !== undefined && variable === ApiKey.OPENROUTER && (yield* hasOwn(variable))
    return isHome || isThere ? ApiKey.OPENROUTER : ApiKey.ANY
  })

const sentAlong = (baseUrl: string): string =>
  `${ApiKey.OPENROUTER} in .env goes to ${baseUrl} from now on, because .env names that server: if the key is OpenRouter's, take its line out.`

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

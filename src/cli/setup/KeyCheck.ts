/** The key for a server: from the person at the terminal or from the environment, and checked at the server. */
import * as Console from "effect/Console"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import type * as ApiKey from "../../api/ApiKey.js"
import * as OpenRouter from "../../api/OpenRouter.js"
import * as Told from "../../domain/Told.js"
import * as Advice from "../Advice.js"
import { nothingProduced, wrongUsage } from "../Failure.js"
import * as Notice from "../Notice.js"

export interface Checked {
  readonly service: OpenRouter.Service
  /** Undefined where the server needs none. */
  readonly key: string | undefined
  /** False where the server could not be asked. */
  readonly reached: boolean
}

/** How often a person may try. */
const ATTEMPTS = 3

/** The server refuses the key, or it cannot be a key. */
class Refusal extends Data.TaggedError("Refusal")<{ readonly message: string }> {}

/** One that was typed in is from no variable. */
const nameOf = (key: Redacted.Redacted | undefined, { value, variable }: ApiKey.Choice): string =>
  key === value ? variable : "the key"

const connect = (baseUrl: string, key: Redacted.Redacted | undefined, found: ApiKey.Choice) =>
  Effect.mapError(OpenRouter.make({ apiKey: key, keyVariable: nameOf(key, found), baseUrl }), (error) =>
    error.variable === "OPENROUTER_BASE_URL" ? wrongUsage(error.message) : new Refusal({ message: error.message })
  )

/** Only OpenRouter answers questions about a key; another server is asked for its models, for which it may want the key as well. */
const check = (baseUrl: string, key: Redacted.Redacted | undefined, found: ApiKey.Choice) =>
  Effect.gen(function* () {
    const service = yield* connect(baseUrl, key, found)
    const asked = [Effect.asVoid(service.key), Effect.asVoid(service.models)] as const
    const [aboutKey, models] = yield* Effect.all(asked, { concurrency: 2, mode: "either" })
    const reasons = [aboutKey, models].flatMap((answer) => (Either.isLeft(answer) ? [answer.left.reason] : []))
    const refused = reasons.find(({ _tag }) => _tag === "AccountRefused")
    if (refused !== undefined) {
      const advice = Advice.advise(refused, {
        baseUrl,
        proxy: undefined,
        hasKey: key !== undefined,
        keptBack: found.note
      })
      const what = key === undefined ? "requests without a key" : "this key"
      return yield* new Refusal({ message: `the server refuses ${what}: ${refused.message}; ${advice}` })
    }
    const [reason] = reasons
    // Many give their list to anybody, so that it says nothing of the key; OpenRouter has an answer about the key.
    const accepted = Either.isRight(aboutKey)
    const reached = accepted || (Either.isRight(models) && !OpenRouter.isOpenRouter(baseUrl))
    if (!reached && reason !== undefined) {
      yield* Console.error(
        `The server could not be asked${key === undefined ? "" : " about the key"}: ${Told.reason(reason)}`
      )
      const hint = Advice.aboutPath(reason, baseUrl)
      if (hint !== undefined) yield* Console.error(hint)
    } else {
      yield* Notice.tell(key === undefined ? WITHOUT_KEY : accepted ? ACCEPTED : UNTOLD)
    }
    return { service, key: key && Redacted.value(key), reached } satisfies Checked
  })

const WITHOUT_KEY = "The server answers without a key."
const ACCEPTED = "The server accepts the key."
const UNTOLD = "This server gives no information about keys: algogen doctor tries the key with a small request."

/** Without a terminal. */
export const take = (baseUrl: string, found: ApiKey.Choice) => {
  const { lack, note, value } = found
  return check(baseUrl, value, found).pipe(
    Effect.catchTag("Refusal", ({ message }) =>
      value === undefined
        ? wrongUsage(
            note !== undefined
              ? Advice.needsKeptBack(note)
              : `${lack}, and there is no terminal to ask for the key: set it in the environment of this command, ` +
                  `or name its variable with --api-key-env${OpenRouter.isOpenRouter(baseUrl) ? "; https://openrouter.ai/keys makes keys" : ""}`
          )
        : nothingProduced(`${message}. Nothing was written.`)
    )
  )
}

export const ask = (baseUrl: string, found: ApiKey.Choice) =>
  Effect.gen(function* () {
    const questions = yield* Effect.promise(() => import("./Questions.js"))
    const server = URL.canParse(baseUrl) ? new URL(baseUrl).host : baseUrl
    const isHome = OpenRouter.isOpenRouter(baseUrl)
    const kept =
      found.value !== undefined ? `Enter keeps ${found.variable}` : isHome ? undefined : "Enter if it needs none"
    if (isHome && found.value === undefined) yield* Notice.tell("https://openrouter.ai/keys makes keys.")
    return yield* questions.key(server, kept).pipe(
      Effect.map((typed) => typed ?? found.value),
      Effect.flatMap((key) => check(baseUrl, key, found)),
      Effect.tapErrorTag("Refusal", ({ message }) => Console.error(message)),
      Effect.retry({ times: ATTEMPTS - 1, while: ({ _tag }) => _tag === "Refusal" }),
      Effect.catchTag("Refusal", () => nothingProduced("nothing was written"))
    )
  })

/**
 * Which key of the environment goes with requests, if any: for the command and for callers without Effect. OpenRouter's goes
 * where the environment says, and to no other server.
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Settings from "./Settings.js"

export const OPENROUTER = "OPENROUTER_API_KEY"

/** A key for any server. */
export const ANY = "ALGOGEN_API_KEY"

export interface Choice {
  /** The environment variable that it is from, or would be. */
  readonly variable: string
  readonly value?: Redacted.Redacted | undefined
  /** Why there is none. */
  readonly lack?: string | undefined
  /** Told to the user where a key is kept back. */
  readonly note?: string | undefined
}

const read = (name: string) => Effect.orElseSucceed(Settings.setting(name), () => undefined)

const originOf = (baseUrl: string = Settings.DEFAULT_BASE_URL): string | undefined =>
  URL.canParse(baseUrl) ? new URL(baseUrl).origin : undefined

/** The complaint about a key, under the name of the variable that it is from. */
export const named = (error: Settings.ConfigurationError, { variable }: Choice): Settings.ConfigurationError =>
  error.variable === OPENROUTER
    ? new Settings.ConfigurationError({ variable, message: error.message.replace(OPENROUTER, variable) })
    : error

/** `wanted` is the variable that a flag names. `home` is the environment's base URL; `baseUrl` is where requests go. */
export const choose = (
  wanted: string | undefined,
  home: string | undefined,
  baseUrl: string | undefined
): Effect.Effect<Choice, Settings.ConfigurationError> =>
  Effect.gen(function* () {
    for (const variable of wanted === undefined ? [ANY, OPENROUTER] : [wanted]) {
      const value = yield* read(variable)
      if (value === undefined) continue
      if (wanted !== undefined || variable === ANY || originOf(baseUrl) === originOf(home)) {
        return { variable, value: Redacted.make(value) }
      }
      const lack = `${variable} is not sent to ${originOf(baseUrl) ?? "this address"}`
      const note = `${lack}. If it is a key for this server, add --api-key-env ${variable}; else set ${ANY} if it needs one.`
      return { variable, lack, note }
    }
    if (wanted !== undefined) {
      return yield* new Settings.ConfigurationError({ variable: wanted, message: `${wanted} is not set` })
    }
    // A line of `.env` without a value may look like a key.
    const blank = yield* Effect.isSuccess(Config.string(OPENROUTER))
    return { variable: OPENROUTER, lack: `${OPENROUTER} is ${blank ? "set but empty" : "not set"}` }
  })

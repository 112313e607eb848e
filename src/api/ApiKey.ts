/**
 * Which key of the environment goes with requests, if any: for the command and for callers without Effect. OpenRouter's goes
 * where the environment says, and to no other server.
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Dialect from "./Dialect.js"
import * as Settings from "./Settings.js"
import { ANY, OPENROUTER } from "./Settings.js"
import * as SettingsFile from "./SettingsFile.js"

export { ANY, OPENROUTER } from "./Settings.js"

const BASE_URL = "OPENROUTER_BASE_URL"

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

/** A server of its own choice, or OpenRouter over plain http. */
const isElsewhere = (baseUrl: string): boolean => !Dialect.isOpenRouter(baseUrl) || !/^https:/i.test(baseUrl)

const LOOPBACK = /^(localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\])$/

/** Would everybody on the way read along. */
export const isOpen = (baseUrl = ""): boolean => {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  return url?.protocol === "http:" && !LOOPBACK.test(url.hostname)
}

const NAME = /^[A-Za-z_]\w*$/

/** Names of variables are capitals mostly; with small letters and digits it may be the key itself, which is not repeated. */
const looksLikeKey = (name: string): boolean => name.length >= 12 && /[a-z]/.test(name) && /\d/.test(name)

const NOT_A_NAME = "give the NAME of the environment variable that has the key, and not the key itself"

/**
 * `wanted` is the variable that a flag names; `named` is the base URL that the caller names, where the environment's does not
 * count. What only `.env` says is where its own keys go: a folder from elsewhere must not get those of the environment.
 */
export const choose = (
  wanted: string | undefined,
  named: string | undefined
): Effect.Effect<Choice, Settings.ConfigurationError> =>
  Effect.gen(function* () {
    if (wanted !== undefined && !NAME.test(wanted)) {
      return yield* new Settings.ConfigurationError({ variable: OPENROUTER, message: NOT_A_NAME })
    }
    const home = yield* read(BASE_URL)
    const isFromFile = yield* SettingsFile.decides(BASE_URL)
    const baseUrl = named ?? home
    const to = originOf(baseUrl) ?? "this address"
    const fileDecides = named === undefined && isFromFile && home !== undefined && isElsewhere(home)
    let withheld: Choice | undefined
    for (const variable of wanted === undefined ? [ANY, OPENROUTER] : [wanted]) {
      const itsOwn = fileDecides ? yield* SettingsFile.own(Settings.setting(variable)) : undefined
      const value = itsOwn ?? (yield* read(variable))
      if (value === undefined) continue
      const isOfFile = itsOwn !== undefined || (yield* SettingsFile.decides(variable))
      const isMeantForIt = wanted !== undefined || variable === ANY
      const its = isOfFile || !isFromFile ? home : undefined
      const reasons: ReadonlyArray<readonly [holds: boolean, lack: string, hint: string]> = [
        [
          fileDecides && !isOfFile,
          `${variable} of the environment is not sent to ${to}, which .env names`,
          "Put the key for this server into .env as well, or name the server with --base-url."
        ],
        [
          fileDecides && isOpen(baseUrl),
          `${variable} is not sent to ${to} over plain http`,
          "Use https, or name the server with --base-url."
        ],
        [
          !isMeantForIt && originOf(baseUrl) !== originOf(its),
          `${variable} is not sent to ${to}`,
          `If it is a key for this server, add --api-key-env ${variable}; else set ${ANY} if it needs one.`
        ]
      ]
      const why = reasons.find(([holds]) => holds)
      if (why === undefined) return { variable, value: Redacted.make(value) }
      const [, lack, hint] = why
      const note = `${lack}. ${hint}`
      if (wanted !== undefined) return yield* new Settings.ConfigurationError({ variable, message: note })
      withheld ??= { variable, lack, note }
    }
    if (withheld !== undefined) return withheld
    if (wanted !== undefined) {
      return yield* looksLikeKey(wanted)
        ? new Settings.ConfigurationError({ variable: OPENROUTER, message: `that variable is not set: ${NOT_A_NAME}` })
        : new Settings.ConfigurationError({ variable: wanted, message: `${wanted} is not set` })
    }
    // A line of `.env` without a value may look like a key.
    const variable = baseUrl === undefined || Dialect.isOpenRouter(baseUrl) ? OPENROUTER : ANY
    const blank = yield* Effect.isSuccess(Config.string(variable))
    return { variable, lack: `${variable} is ${blank ? "set but empty" : "not set"}` }
  })

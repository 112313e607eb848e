/** The settings of the API: where they come from, what people put there by mistake, and what makes every request pointless. */
import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { shortHash } from "../domain/Hash.js"
import { neutral } from "../domain/Neutral.js"
import { REDACTED } from "../domain/Redaction.js"
import * as Dialect from "./Dialect.js"

export const DEFAULT_BASE_URL = "https://openrouter.ai/api/v1"

/** A setting that makes every request pointless, found before anything is sent. */
export class ConfigurationError extends Schema.TaggedError<ConfigurationError>("algogen.ConfigurationError")(
  "ConfigurationError",
  {
    /** The environment variable behind the setting, or the option. */
    variable: Schema.String,
    message: Schema.String
  }
) {}

/** Without the white space of files and the quotes that `docker --env-file` keeps. */
const bare = (text: string): string => {
  const trimmed = text.trim()
  const [, inside] = /^(?:"([^]*)"|'([^]*)')$/.exec(trimmed)?.filter((part) => part !== undefined) ?? []
  return inside === undefined ? trimmed : bare(inside)
}

export const setting = (name: string): Config.Config<string | undefined> =>
  Config.option(Config.string(name)).pipe(Config.map((found) => bare(Option.getOrElse(found, () => "")) || undefined))

/** The variable with OpenRouter's key, or with that of the server which `OPENROUTER_BASE_URL` names. */
export const OPENROUTER = "OPENROUTER_API_KEY"

/** The variable with a key for any server, which comes first. */
export const ANY = "ALGOGEN_API_KEY"

/**
 * The environment's settings: `ALGOGEN_API_KEY` or else `OPENROUTER_API_KEY`, and `OPENROUTER_BASE_URL`, `_SITE_URL`,
 * `_APP_NAME`. A blank one counts as unset. No file is read: `node --env-file=.env` does that.
 */
export const config = Config.all({
  any: setting(ANY),
  openRouter: setting(OPENROUTER),
  baseUrl: setting("OPENROUTER_BASE_URL"),
  siteUrl: setting("OPENROUTER_SITE_URL"),
  appName: setting("OPENROUTER_APP_NAME")
}).pipe(
  Config.map(({ any, appName, baseUrl, openRouter, siteUrl }) => {
    const key = any ?? openRouter
    return {
      apiKey: key === undefined ? undefined : Redacted.make(key),
      keyVariable: any === undefined ? OPENROUTER : ANY,
      baseUrl,
      siteUrl,
      appName
    }
  })
)

/** The key as a header carries it; a server of one's own may do without, openrouter.ai does not. It is from this variable. */
export const parseKey = (
  key: Redacted.Redacted | undefined,
  baseUrl: URL,
  variable: string = OPENROUTER
): Effect.Effect<Redacted.Redacted | undefined, ConfigurationError> => {
  const fail = (message: string) => new ConfigurationError({ variable, message: `${variable} ${message}` })
  const text = key === undefined ? "" : bare(bare(Redacted.value(key)).replace(/^bearer\s+/i, ""))
  if (/^(undefined|null)$/i.test(text)) {
    return fail(`is the word '${text}', perhaps from a script that had no key: set it to your key, or unset it`)
  }
  if (text !== "") return Effect.as(checkHeader(variable, text), Redacted.make(text))
  return Dialect.isOpenRouter(baseUrl.href)
    ? fail("is not set: create a key at https://openrouter.ai/keys and set the variable to it")
    : Effect.succeed(undefined)
}

/** A query stays, as Azure's `?api-version=`; a path of the API that was pasted along goes. */
export const parseBaseUrl = (text: string): Effect.Effect<URL, ConfigurationError> => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (
    url === undefined ||
    !["https:", "http:"].includes(url.protocol) ||
    url.hash !== "" ||
    // What stands before an `@` would be a second key, in plain sight, and with a slash in it a part of the path.
    /@|%40/.test(url.href)
  ) {
    // The text is not repeated: where two settings were mixed up, it is the key.
    return new ConfigurationError({
      variable: "OPENROUTER_BASE_URL",
      message:
        "OPENROUTER_BASE_URL, or the base URL that was given, is not a plain http or https address " +
        `such as ${DEFAULT_BASE_URL}`
    })
  }
  url.pathname = url.pathname.replace(/\/+$/, "").replace(/(\/chat\/completions|\/models)$/, "")
  return Effect.succeed(url)
}

/** Values of the query are as secret as a key, but for the version of Azure's API. */
const OPEN = "api-version"

/** What nobody may see of a base URL. */
export const secretsOf = ({ search }: URL): ReadonlyArray<string> =>
  [...new URLSearchParams(search)]
    .flatMap(([name, value]) => (name === OPEN ? [] : [name, value]))
    .filter((part) => part.length >= MIN_SECRET)

const MIN_SECRET = 8

/** The base URL as anybody may see it. */
export const shown = (url: URL, scrub: (text: string) => string): string => {
  const query = url.search.replace(
    /([?&])(?!api-version=)([^=&]*)(=?)[^&]*/g,
    (_, sign: string, name: string, equals: string) => (equals === "" ? `${sign}...` : `${sign}${name}=...`)
  )
  // It stays an address.
  return scrub(endpoint(url, "").replace(url.search, query)).replaceAll(REDACTED, "redacted")
}

/** What the journal knows the server by: two that differ in what is not shown are two. */
export const identityOf = (url: URL, shown: string): string => {
  const whole = endpoint(url, "")
  return whole === shown ? whole : `${shown}#${shortHash(whole)}`
}

export const endpoint = ({ origin, pathname, search }: URL, path: string): string =>
  origin + pathname.replace(/\/+$/, "") + path + search

/** A length of time from an option: callers without types may hand in anything. */
export const parseTime = (
  option: string,
  time: Duration.DurationInput | undefined
): Effect.Effect<Option.Option<Duration.Duration>, ConfigurationError> => {
  const found = time === undefined ? Option.none() : Duration.decodeUnknown(time)
  if (time === undefined || Option.isSome(found)) return Effect.succeed(found)
  const wanted = 'a time, such as "90 seconds" or a number of milliseconds'
  return new ConfigurationError({
    variable: option,
    message: `${option} must be ${wanted}, not ${neutral(String(time))}`
  })
}

/** Headers carry printable Latin letters only; a client that finds others fails at every request. */
export const checkHeader = (variable: string, text: string): Effect.Effect<string, ConfigurationError> =>
  /^[\x20-\x7e\xa0-\xff]*$/.test(text)
    ? Effect.succeed(text)
    : new ConfigurationError({ variable, message: `${variable} has characters that cannot be sent in an HTTP header` })

/** Keeps the user's own key out of prompts: every model would be told it, and the journal, the page and the database would keep it. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as ApiKey from "../api/ApiKey.js"
import * as Settings from "../api/Settings.js"
import * as Secret from "../api/wire/Secret.js"

export interface Flags {
  /** The environment variable with the key. */
  readonly apiKeyEnv: string | undefined
}

/** Names the variable of the environment whose key is in a text, if one is. */
export type Find = (text: string) => string | undefined

/** What stands in for a key at a server that needs none is a word like others. */
const isWord = (value: string): boolean => !/\d/.test(value)

const secretOf = (value: string | undefined): Secret.Secret =>
  value === undefined || isWord(value) ? Secret.NONE : Secret.make(Redacted.make(value))

/** Looks for every key that the environment has, whichever of them requests are sent with. */
export const finder = ({ apiKeyEnv }: Flags): Effect.Effect<Find> =>
  Effect.map(
    Effect.forEach([ApiKey.ANY, ApiKey.OPENROUTER, ...(apiKeyEnv === undefined ? [] : [apiKeyEnv])], (variable) =>
      Effect.map(
        Effect.orElseSucceed(Settings.setting(variable), () => undefined),
        (value) => ({ variable, secret: secretOf(value) })
      )
    ),
    (keys) => (text) => keys.find(({ secret }) => secret.scrub(text) !== text)?.variable
  )

/** The end of a sentence. */
export const complaint = (variable: string): string =>
  `it has the API key of ${variable} in it, which every model would be told: take it out`

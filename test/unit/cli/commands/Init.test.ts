/**
 * What `algogen init` says and writes without a terminal, as it was read and found right: what stands in
 * `test/golden/command/init.txt`. `npx vitest run --project unit test/unit/cli/commands/Init.test.ts -u` writes it anew.
 */
import { describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import type * as Commands from "../../../../src/cli/Commands.js"
import * as Init from "../../../../src/cli/commands/Init.js"
import { pages, said, type World } from "./said.js"

const flags: Commands.Init = { baseUrl: undefined, apiKeyEnv: undefined, models: [], tickers: [] }

const SECRET = "sk-or-v1-5f0c2b7be4a94d0e8d1c3a6f7b2e9d40"
const KEY = { OPENROUTER_API_KEY: SECRET }
const OWN = "http://own.test/v1"

const free = { pricing: { prompt: "0", completion: "0" } }
const list = [200, { data: [{ id: "a/b:free", ...free }, { id: "c/d" }] }] as const
const paid = [200, { data: [{ id: "c/d" }] }] as const
const key = [200, { data: { limit: null } }] as const
const refused = [401, { error: { message: "User not found." } }] as const
const broken = [503, { error: { message: "busy" } }] as const

const HOME = { "GET /api/v1/key": key, "GET /api/v1/models": list }

const cases: ReadonlyArray<readonly [title: string, flags: Partial<Commands.Init>, world: World]> = [
  ["a key of OpenRouter", {}, { env: KEY, server: HOME }],
  [
    "models and symbols",
    { models: [{ model: "x/y" }, { model: "x/z", effort: "low", maxCompletionTokens: 9 }], tickers: ["TSLA", "MSFT"] },
    { env: KEY, server: HOME }
  ],
  ["no key", {}, { server: HOME }],
  [
    "no key for a server that wants one",
    { baseUrl: OWN },
    { server: { "GET /v1/models": refused, "GET /v1/key": refused } }
  ],
  [
    "a key of OpenRouter for a server of one's own that wants one",
    { baseUrl: OWN },
    { env: KEY, server: { "GET /v1/models": refused, "GET /v1/key": refused } }
  ],
  ["a refused key", {}, { env: KEY, server: { "GET /api/v1/key": refused, "GET /api/v1/models": list } }],
  [
    "a key that only the list refuses",
    {},
    { env: KEY, server: { "GET /api/v1/key": key, "GET /api/v1/models": refused } }
  ],
  ["a server that is down", {}, { env: KEY, server: { "GET /api/v1/key": broken, "GET /api/v1/models": broken } }],
  ["a server that is half down", {}, { env: KEY, server: { "GET /api/v1/key": broken, "GET /api/v1/models": list } }],
  ["a server of one's own", { baseUrl: OWN, models: [{ model: "c/d" }] }, { server: { "GET /v1/models": paid } }],
  ["a server of one's own, and no model", { baseUrl: OWN }, { server: { "GET /v1/models": paid } }],
  ["a server of one's own with free models", { baseUrl: OWN }, { server: { "GET /v1/models": list } }],
  ["a server of one's own without a list", { baseUrl: OWN }, {}],
  ["a base URL without its version", { baseUrl: "http://own.test" }, {}],
  [
    "a server of one's own, with a key",
    { baseUrl: OWN, models: [{ model: "c/d" }] },
    { env: { ALGOGEN_API_KEY: "one-key-1" }, server: { "GET /v1/models": paid } }
  ],
  [
    "a server of one's own that knows its keys",
    { baseUrl: OWN, models: [{ model: "c/d" }] },
    { env: { ALGOGEN_API_KEY: "one-key-1" }, server: { "GET /v1/key": key, "GET /v1/models": paid } }
  ],
  [
    "a server of one's own that knows its keys, and has no list",
    { baseUrl: OWN, models: [{ model: "c/d" }] },
    { env: { ALGOGEN_API_KEY: "one-key-1" }, server: { "GET /v1/key": key } }
  ],
  [
    "a server of one's own that refuses the key for its list",
    { baseUrl: OWN, models: [{ model: "c/d" }] },
    { env: { ALGOGEN_API_KEY: "one-key-1" }, server: { "GET /v1/models": refused } }
  ],
  ["a key of a variable with a name of its own", { apiKeyEnv: "MY_KEY" }, { env: { MY_KEY: SECRET }, server: HOME }],
  ["a variable that is not set", { apiKeyEnv: "MY_KEY" }, { server: HOME }],
  [
    "files that are there",
    {},
    {
      env: KEY,
      server: HOME,
      files: { ".env": "# mine\nOPENROUTER_API_KEY=old\nOTHER=1\n", "algogen.json": "{}" }
    }
  ],
  [
    "files that are there, and models and a symbol",
    { models: [{ model: "c/d" }, { model: "it's", effort: "low" }], tickers: ["TSLA"] },
    { env: KEY, server: HOME, files: { "algogen.json": '{"models": ["a/b:free"], "tickers": ["TSLA"]}' } }
  ],
  [
    "the same again",
    { models: [{ model: "c/d" }], tickers: ["TSLA"] },
    { env: KEY, server: HOME, files: { "algogen.json": '{"models": ["c/d"], "tickers": ["TSLA"]}' } }
  ],
  [
    "a folder of OpenRouter's, for a server of one's own",
    { baseUrl: "https://own.test/v1" },
    {
      dotEnv: KEY,
      server: { "GET /v1/models": paid },
      files: { ".env": `OPENROUTER_API_KEY=${SECRET}\n`, "algogen.json": '{"models": ["x/y:free"]}' }
    }
  ],
  [
    "the same over plain http, where the key is not sent",
    { baseUrl: OWN, models: [{ model: "c/d" }] },
    { dotEnv: KEY, server: { "GET /v1/models": paid }, files: { ".env": `OPENROUTER_API_KEY=${SECRET}\n` } }
  ],
  [
    "the same with a model and a symbol",
    { baseUrl: OWN, models: [{ model: "c/d" }], tickers: ["TSLA"] },
    { server: { "GET /v1/models": paid }, files: { "algogen.json": '{"models": ["x/y:free"]}' } }
  ],
  [
    "the same without a list of models",
    { baseUrl: OWN },
    { server: { "GET /v1/key": key }, files: { "algogen.json": '{"models": ["x/y:free"]}' } }
  ],
  [
    "the same with a symbol, where the file has no models",
    { baseUrl: OWN, tickers: ["TSLA"] },
    { server: { "GET /v1/models": paid }, files: { "algogen.json": "{}" } }
  ],
  [
    "a folder of another server, for OpenRouter",
    { baseUrl: "https://openrouter.ai/api/v1" },
    {
      env: KEY,
      dotEnv: { OPENROUTER_BASE_URL: "http://own.test/v1" },
      server: HOME,
      files: { ".env": "OPENROUTER_BASE_URL=http://own.test/v1\n", "algogen.json": '{"models": ["a/b:free"]}' }
    }
  ],
  ["OpenRouter's key in the variable for any server", {}, { env: { ALGOGEN_API_KEY: SECRET }, server: HOME }],
  [
    "the same in the file as well, where it would be read first",
    {},
    {
      dotEnv: { ALGOGEN_API_KEY: SECRET },
      server: HOME,
      files: { ".env": `ALGOGEN_API_KEY=${SECRET}\n` }
    }
  ],
  [
    "the key of a server of one's own in OpenRouter's variable",
    { baseUrl: OWN, apiKeyEnv: "OPENROUTER_API_KEY", models: [{ model: "c/d" }] },
    { env: { OPENROUTER_API_KEY: "one-key-1" }, server: { "GET /v1/models": paid } }
  ],
  [
    "the same where the file has it so",
    { models: [{ model: "c/d" }] },
    {
      dotEnv: { OPENROUTER_API_KEY: "one-key-1", OPENROUTER_BASE_URL: "https://own.test/v1" },
      server: { "GET /v1/models": paid },
      files: { ".env": "OPENROUTER_API_KEY=one-key-1\nOPENROUTER_BASE_URL=https://own.test/v1\n" }
    }
  ],
  [
    "a package that is installed",
    {},
    { env: KEY, server: HOME, files: { "./node_modules/algogen/schemas/algogen.json": "{}" } }
  ],
  ["no models that are free", {}, { env: KEY, server: { "GET /api/v1/key": key, "GET /api/v1/models": paid } }],
  ["a server that nobody reaches", { baseUrl: OWN, models: [{ model: "c/d" }] }, { isDown: true }],
  ["a wrong base URL", { baseUrl: "x" }, {}]
]

describe("init without a terminal", () => {
  it.effect("says and writes what it did", () =>
    Effect.gen(function* () {
      const text = yield* pages(
        cases.map(([title, given, world]) => [title, said(Init.begin({ ...flags, ...given }), world)] as const)
      )
      yield* Effect.promise(() => expect(text).toMatchFileSnapshot("../../../golden/command/init.txt"))
    })
  )
})

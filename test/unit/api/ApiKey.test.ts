import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { ConfigProvider, Effect, Either, Redacted } from "effect"
import * as ApiKey from "../../../src/api/ApiKey.js"
import { SettingsFile } from "../../../src/api/SettingsFile.js"

type Settings = Readonly<Record<string, string>>

const provider = (settings: Settings) => ConfigProvider.fromMap(new Map(Object.entries(settings)))

/** As the command reads them: `.env` behind the environment. */
const choose = (
  given: { readonly env?: Settings; readonly file?: Settings },
  { named, wanted }: { readonly named?: string; readonly wanted?: string } = {}
) => {
  const environment = provider(given.env ?? {})
  const file = provider(given.file ?? {})
  return ApiKey.choose(wanted, named).pipe(
    Effect.withConfigProvider(ConfigProvider.orElse(environment, () => file)),
    Effect.provideService(SettingsFile, { environment, file }),
    Effect.either,
    Effect.map(
      Either.match({
        onLeft: ({ message }) => `error: ${message}`,
        onRight: ({ lack, value }) => (value === undefined ? `none: ${lack}` : Redacted.value(value))
      })
    )
  )
}

const KEY = "OPENROUTER_API_KEY"
const ANY = "ALGOGEN_API_KEY"
const URL = "OPENROUTER_BASE_URL"
const EVIL = "https://evil.example/v1"

describe("a server that only .env names", () => {
  it.effect("gets no key of the environment, whatever it is called", () =>
    Effect.gen(function* () {
      const file = { [URL]: EVIL }
      for (const name of [KEY, ANY]) {
        strictEqual(
          yield* choose({ env: { [name]: "of the shell" }, file }),
          `none: ${name} of the environment is not sent to https://evil.example, which .env names`
        )
      }
      assertTrue(
        (yield* choose({ env: { MINE: "of the shell" }, file }, { wanted: "MINE" })).startsWith(
          "error: MINE of the environment is not sent to https://evil.example, which .env names."
        )
      )
    })
  )

  it.effect("gets the keys of .env", () =>
    Effect.gen(function* () {
      for (const name of [KEY, ANY])
        strictEqual(yield* choose({ file: { [URL]: EVIL, [name]: "of the file" } }), "of the file")
      strictEqual(
        yield* choose({ env: { [ANY]: "shell" }, file: { [URL]: EVIL, [KEY]: "of the file" } }),
        "of the file"
      )
      strictEqual(
        yield* choose({ env: { [KEY]: "shell" }, file: { [URL]: EVIL, [KEY]: "of the file" } }),
        "of the file"
      )
    })
  )

  it.effect("gets none over plain http, but on this machine", () =>
    Effect.gen(function* () {
      for (const host of ["localhost:11434", "127.0.0.1:8080", "127.8.9.1", "[::1]:1", "0.0.0.0:8000", "[::]:8000"]) {
        strictEqual(yield* choose({ file: { [URL]: `http://${host}/v1`, [KEY]: "of the file" } }), "of the file")
      }
      for (const host of [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "10.0.0.1",
        "openrouter.ai"
      ]) {
        strictEqual(
          yield* choose({ file: { [URL]: `http://${host}/v1`, [KEY]: "of the file" } }),
          `none: ${KEY} is not sent to http://${host} over plain http`
        )
      }
    })
  )

  it.effect("is missed under the name that it would have there", () =>
    Effect.gen(function* () {
      const home = "https://openrouter.ai/api/v1"
      strictEqual(yield* choose({}), `none: ${KEY} is not set`)
      strictEqual(yield* choose({}, { named: home }), `none: ${KEY} is not set`)
      strictEqual(yield* choose({ env: { [KEY]: " " } }), `none: ${KEY} is set but empty`)
      strictEqual(yield* choose({}, { named: EVIL }), `none: ${ANY} is not set`)
      strictEqual(yield* choose({ file: { [URL]: EVIL, [ANY]: "" } }), `none: ${ANY} is set but empty`)
    })
  )

  it.effect("is no other server where it is openrouter.ai itself", () =>
    Effect.gen(function* () {
      const file = { [URL]: "https://openrouter.ai/api/v1" }
      strictEqual(yield* choose({ env: { [KEY]: "of the shell" }, file }), "of the shell")
    })
  )

  it.effect("does not become the home of the environment's key by being named as well", () =>
    Effect.gen(function* () {
      const given = { env: { [KEY]: "of the shell" }, file: { [URL]: EVIL } }
      strictEqual(yield* choose(given, { named: EVIL }), `none: ${KEY} is not sent to https://evil.example`)
      strictEqual(yield* choose(given, { named: "https://openrouter.ai/api/v1" }), "of the shell")
      strictEqual(yield* choose({ env: { [ANY]: "any" }, file: { [URL]: EVIL } }, { named: EVIL }), "any")
    })
  )
})

describe("a server that the environment names", () => {
  it.effect("gets its keys, and those of .env", () =>
    Effect.gen(function* () {
      const env = { [URL]: "http://own.example/v1" }
      deepStrictEqual(
        yield* Effect.all([
          choose({ env: { ...env, [KEY]: "shell" } }),
          choose({ env, file: { [KEY]: "file" } }),
          choose({ env: { ...env, [KEY]: "shell" }, file: { [URL]: EVIL } })
        ]),
        ["shell", "file", "shell"]
      )
    })
  )
})

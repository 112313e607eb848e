/** What `algogen init` makes of a `.env` file. */
import { FileSystem } from "@effect/platform"
import * as PlatformConfigProvider from "@effect/platform/PlatformConfigProvider"
import { describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Config, Effect } from "effect"
import * as EnvFile from "../../../../src/cli/setup/EnvFile.js"

const KEY = { OPENROUTER_API_KEY: "sk-or-v1-abc" }

describe("a setting in .env", () => {
  it("gets its own line, or a new one at the end; other lines stay as they are", () => {
    for (const [before, after] of [
      ["", "OPENROUTER_API_KEY=sk-or-v1-abc\n"],
      ["# mine\nA=1", "# mine\nA=1\nOPENROUTER_API_KEY=sk-or-v1-abc\n"],
      ["OPENROUTER_API_KEY=old\n\nA=1\n", "OPENROUTER_API_KEY=sk-or-v1-abc\n\nA=1\n"],
      ["export OPENROUTER_API_KEY = 'old'\r\nA=1\r\n", "OPENROUTER_API_KEY=sk-or-v1-abc\r\nA=1\r\n"],
      [
        "#OPENROUTER_API_KEY=x\nMY_OPENROUTER_API_KEY=y\n",
        "#OPENROUTER_API_KEY=x\nMY_OPENROUTER_API_KEY=y\nOPENROUTER_API_KEY=sk-or-v1-abc\n"
      ]
    ] as const) {
      strictEqual(EnvFile.withSettings(before, KEY), after)
      // Again changes nothing.
      strictEqual(EnvFile.withSettings(after, KEY), after)
    }
  })

  it("is read back as it was given", () => {
    const settings = { A: "sk-or-v1-0123", B: "with # and space", C: "http://127.0.0.1:1/v1?a=b&c=d", D: "$HOME" }
    const text = EnvFile.withSettings("OTHER=1\n", settings)
    const read = PlatformConfigProvider.fromDotEnv(".env").pipe(
      Effect.flatMap((provider) =>
        Effect.withConfigProvider(Config.all(Object.keys(settings).map((name) => Config.string(name))), provider)
      ),
      Effect.provide(FileSystem.layerNoop({ readFileString: () => Effect.succeed(text) }))
    )
    deepStrictEqual(Effect.runSync(read), Object.values(settings))
  })
})

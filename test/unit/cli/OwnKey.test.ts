/** Keys of the environment, looked for in what models would be told. */
import { describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { ConfigProvider, Effect } from "effect"
import * as OwnKey from "../../../src/cli/OwnKey.js"

const KEY = "sk-or-v1-5f0c2d9e7b41a683"

const found = (environment: Readonly<Record<string, string>>, text: string, apiKeyEnv?: string) =>
  Effect.map(OwnKey.finder({ apiKeyEnv }), (find) => find(text)).pipe(
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(environment))))
  )

describe("a key in a prompt", () => {
  it.effect("is found, whole or in part, whichever variable has it", () =>
    Effect.gen(function* () {
      deepStrictEqual(yield* found({ OPENROUTER_API_KEY: KEY }, `Use ${KEY}.`), "OPENROUTER_API_KEY")
      deepStrictEqual(yield* found({ ALGOGEN_API_KEY: KEY }, KEY.slice(3, 18)), "ALGOGEN_API_KEY")
      deepStrictEqual(yield* found({ MY_KEY: KEY }, KEY, "MY_KEY"), "MY_KEY")
      deepStrictEqual(yield* found({ MY_KEY: KEY }, KEY), undefined)
    })
  )

  it.effect("is no word, no short number, and nothing where there is none", () =>
    Effect.gen(function* () {
      deepStrictEqual(yield* found({ ALGOGEN_API_KEY: "anything" }, "Do anything."), undefined)
      deepStrictEqual(yield* found({ ALGOGEN_API_KEY: "sk-1234" }, "sk-1234"), undefined)
      deepStrictEqual(yield* found({}, KEY), undefined)
      deepStrictEqual(yield* found({ OPENROUTER_API_KEY: KEY }, "Keys look like sk-or-v1-..."), undefined)
    })
  )
})

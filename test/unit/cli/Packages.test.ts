/** The packages that modules may be allowed to import. */
import * as CliConfig from "@effect/cli/CliConfig"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as NodeContext from "@effect/platform-node/NodeContext"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import * as Flags from "../../../src/cli/Flags.js"

const parsed = <A>(flag: Options.Options<A>, words: ReadonlyArray<string>) =>
  Options.processCommandLine(flag, words, CliConfig.defaultConfig).pipe(
    Effect.map(([, , value]) => value),
    Effect.provide(NodeContext.layer)
  )

describe("--imports", () => {
  it.effect("takes names repeated, with commas, or both", () =>
    Effect.gen(function* () {
      deepStrictEqual(yield* parsed(Flags.imports, []), [])
      const names = yield* parsed(Flags.imports, ["--imports", "pandas,yfinance", "--imports", " _own "])
      deepStrictEqual(names, ["pandas", "yfinance", "_own"])
    })
  )

  it.effect("refuses what is no name of a package", () =>
    Effect.gen(function* () {
      for (const wrong of ["pandas,", "os.path", "scikit-learn", "1x", "a b", "class"]) {
        const error = yield* Effect.flip(parsed(Flags.imports, ["--imports", wrong]))
        assert.match(
          HelpDoc.toAnsiText(error.error),
          /is not valid for '--imports': use the name that it is imported by/
        )
      }
    })
  )

  it.effect("refuses a name that is too long, and modules that the sandbox ends", () =>
    Effect.gen(function* () {
      const said = (name: string) =>
        Effect.map(Effect.flip(parsed(Flags.imports, ["--imports", name])), ({ error }) => HelpDoc.toAnsiText(error))
      deepStrictEqual(yield* parsed(Flags.imports, ["--imports", "x".repeat(100)]), ["x".repeat(100)])
      assert.include(yield* said("x".repeat(101)), "use a name of at most 100 characters")
      for (const name of ["os", "subprocess", "socket", "ctypes"]) {
        assert.match(
          yield* said(`pandas,${name}`),
          new RegExp(`'${name}' is not valid .* the sandbox ends what uses it`)
        )
      }
    })
  )
})

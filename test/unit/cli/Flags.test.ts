/** Values of flags that are more than a number or a word. */
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
      for (const wrong of ["pandas,", "os.path", "scikit-learn", "1x", "a b"]) {
        const error = yield* Effect.flip(parsed(Flags.imports, ["--imports", wrong]))
        assert.match(
          HelpDoc.toAnsiText(error.error),
          /is not valid for '--imports': use the name that it is imported by/
        )
      }
    })
  )
})

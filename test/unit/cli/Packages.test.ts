/** The packages that modules may be allowed to import. */
import * as CliConfig from "@effect/cli/CliConfig"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as NodeContext from "@effect/platform-node/NodeContext"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import * as Flags from "../../../src/cli/Flags.js"
import * as Packages from "../../../src/cli/Packages.js"

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

describe("a package", () => {
  it("may not be one of Python's own words, or one that reaches out of the sandbox", () => {
    const complaintOf = (name: string) => Packages.complaint(name) ?? ""
    const words =
      "False None True and as assert async await break class continue def del elif else except finally for from global " +
      "if import in is lambda nonlocal not or pass raise return try while with yield"
    for (const word of words.split(" ")) assert.match(complaintOf(word), /^use the name/, word)
    const modules =
      "asyncio builtins code codecs codeop concurrent ctypes fcntl fileinput ftplib gc glob http imp importlib inspect io " +
      "linecache marshal mmap multiprocessing nt os pathlib pdb pickle pkgutil posix pty runpy select shelve shutil signal " +
      "site smtplib socket socketserver sqlite3 ssl subprocess sysconfig tempfile threading urllib venv webbrowser winreg " +
      "zipimport"
    for (const name of modules.split(" ")) assert.match(complaintOf(name), /^it reaches/, name)
    for (const name of ["pandas", "numpy", "math", "json", "match", "type"])
      assert.isUndefined(Packages.complaint(name))
  })
})

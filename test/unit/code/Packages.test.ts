import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit } from "effect"
import * as CodeCheck from "../../../src/code/CodeCheck.js"
import * as Packages from "../../../src/code/Packages.js"

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

  it("that may not be imported is none that the checks of an application allow", async () => {
    const refused: ReadonlyArray<readonly [imports: unknown, why: string]> = [
      [
        ["pandas", "subprocess"],
        "'subprocess' is not valid for 'imports': it reaches files, processes or memory, which no algorithm needs, and the sandbox ends what uses it"
      ],
      [["os.path"], "'os.path' is not valid for 'imports': use the name that it is imported by, such as pandas"],
      [["lambda"], "'lambda' is not valid for 'imports': use the name that it is imported by, such as pandas"],
      [[7], "'7' is not valid for 'imports': use the name that it is imported by, such as pandas"],
      ["pandas", `'imports' has to be a list of packages such as "pandas"`]
    ]
    for (const [imports, why] of refused) {
      // From plain JavaScript.
      const options = JSON.parse(JSON.stringify({ imports }))
      assert.throws(() => CodeCheck.make(options), TypeError, why)
      const exit = await Effect.runPromiseExit(Effect.provide(CodeCheck.CodeCheck, CodeCheck.layerWith(options)))
      assert.strictEqual(Exit.isFailure(exit) && String(Cause.squash(exit.cause)), `TypeError: ${why}`)
    }
    for (const imports of [undefined, [], ["pandas", "yfinance"]]) assert.isDefined(CodeCheck.make({ imports }).accept)
  })
})

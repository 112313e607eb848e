import { SystemError } from "@effect/platform/Error"
/** What is said of a file that cannot be read. */
import { describe, it } from "@effect/vitest"
import { strictEqual } from "@effect/vitest/utils"
import * as ReadFailure from "../../../src/cli/ReadFailure.js"

const said = (code: string) =>
  ReadFailure.describe(
    new SystemError({
      reason: "Unknown",
      module: "FileSystem",
      method: "readFile",
      pathOrDescriptor: "x",
      cause: Object.assign(new Error(`${code}: odd`), { code })
    })
  )

describe("a file that cannot be read", () => {
  it("is described by what the system's code means, and what to do", () => {
    strictEqual(said("ENOENT"), "there is no such file (ENOENT); check its path")
    strictEqual(said("EISDIR"), "it is a folder (EISDIR); name a file in it")
    strictEqual(said("EACCES"), "you have no permission to read it (EACCES); change its permissions")
  })

  it("is described so whether the error is the platform's or Node's own", () => {
    const own = Object.assign(new Error("ENOENT: odd"), { code: "ENOENT" })
    strictEqual(ReadFailure.describe(own), said("ENOENT"))
    strictEqual(ReadFailure.describe(new Error("half of it")), "it cannot be read (half of it); check the file")
  })

  it("is described by the code alone where that is not known", () => {
    strictEqual(said("EODD"), "it cannot be read (EODD); check the file")
  })
})

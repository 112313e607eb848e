/** What is said of a file that cannot be read. */
import { SystemError } from "@effect/platform/Error"
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

  it("has words for each code that is known", () => {
    const words: Readonly<Record<string, string>> = {
      ENOENT: "there is no such file (ENOENT); check its path",
      ENOTDIR: "there is no such file (ENOTDIR); check its path: a file stands where a folder should be",
      EISDIR: "it is a folder (EISDIR); name a file in it",
      EACCES: "you have no permission to read it (EACCES); change its permissions",
      EPERM: "you have no permission to read it (EPERM); change its permissions",
      ELOOP: "its symbolic links lead in a circle (ELOOP); check them",
      ENAMETOOLONG: "its name is too long (ENAMETOOLONG); check its path",
      EMFILE: "too many files are open (EMFILE); close other programs, or raise the limit (ulimit -n)",
      ENFILE: "too many files are open (ENFILE); close other programs, or raise the limit (ulimit -n)",
      EIO: "the disk failed (EIO); check the disk"
    }
    for (const [code, sentence] of Object.entries(words)) strictEqual(said(code), sentence)
    strictEqual(ReadFailure.describe("odd"), "it cannot be read (odd); check the file")
  })
})

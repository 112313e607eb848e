/** When the command asks questions. */
import { describe, it } from "@effect/vitest"
import { strictEqual } from "@effect/vitest/utils"
import * as Person from "../../../src/cli/Person.js"

const tty = { isTTY: true }
const terminal = { env: { TERM: "xterm" }, stdin: tty, stdout: tty, stderr: tty }

describe("a person", () => {
  it("is there where every stream is a terminal, unless it is a machine's", () => {
    strictEqual(Person.isThere(terminal), true)
    strictEqual(Person.isThere({ ...terminal, env: { CI: "true" } }), false)
    strictEqual(Person.isThere({ ...terminal, env: { TERM: "dumb" } }), false)
    for (const stream of ["stdin", "stdout", "stderr"]) {
      strictEqual(Person.isThere({ ...terminal, [stream]: {} }), false)
    }
  })
})

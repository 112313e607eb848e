/** Python that stands before the code of every module, such as prices that the code may use. */
import { type CodeFailure, moved } from "../domain/CodeFailure.js"

/** `from __future__` has to stay in front of all other code. */
const FUTURE = /^from __future__ import [^\n(]*\n/gm

export interface Head {
  /** The module's source with the head in it. */
  readonly join: (source: string) => string
  /** A failure with the line that it has without the head. */
  readonly locate: (failure: CodeFailure) => CodeFailure
}

/** What the code itself says about a name of the head is left out: models repeat, as empty, what they were told is there. */
export const make = (names: ReadonlyArray<string>, head: string): Head => {
  const own = new RegExp(`^(?:${names.join("|")})[ \\t]*(?::[^=\\n]*)?=[ \\t]*\\[[^\\]]*\\][ \\t]*$`, "gm")
  const lines = head.split("\n").length - 1
  return {
    join: (source) => {
      // Blank lines stay, so that lines can be counted.
      const code = source.replaceAll(own, (text) => "\n".repeat(text.split("\n").length - 1))
      const end = [...code.matchAll(FUTURE)].reduce((_, found) => found.index + found[0].length, 0)
      return code.slice(0, end) + head + code.slice(end)
    },
    locate: (failure) => moved(failure, (line) => (line <= lines ? line : line - lines))
  }
}

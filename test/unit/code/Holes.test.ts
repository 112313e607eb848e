/**
 * What is said of each kind of expression in each kind of place. Whether it is right a test of the system asks CPython. Where it is
 * meant to change, run this file with `-u`.
 */
import { describe, it } from "@effect/vitest"
import { Either } from "effect"
import { expect } from "vitest"
import { tree as compiles } from "../../../src/code/python/PythonCheck.js"
import * as Target from "../../../src/code/python/Target.js"
import { EXPRESSIONS, PLACES, put } from "./holes.js"

const TARGET = Target.of("3.11")

const verdictOn = (source: string): string =>
  Either.match(compiles(source, TARGET), {
    onLeft: ({ code, line, message, truncated }) => `${code}, line ${line}${truncated ? ", cut off" : ""}: ${message}`,
    onRight: () => "ok"
  })

describe("an expression in a place", () => {
  it.each(["", "async def h():"])("is refused there, or not, as it was: %s", async (head) => {
    const lines = PLACES.map((place) => {
      const verdicts = new Map<string, Array<string>>()
      for (const expression of EXPRESSIONS) {
        const verdict = verdictOn(put(head, place, expression))
        verdicts.set(verdict, [...(verdicts.get(verdict) ?? []), expression])
      }
      return [place, ...[...verdicts].map(([verdict, those]) => `${verdict}\n    ${those.join("  |  ")}`)].join("\n  ")
    })
    const file = head === "" ? "module" : head.split(" ")[0]
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`../../golden/python/holes-${file}.txt`)
  })
})

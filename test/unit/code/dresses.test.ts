import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { make } from "../../../src/code/CodeCheck.js"
import { times } from "../properties.js"
import { DRESSES, moduleOf, type Pick } from "./dresses.js"
import { random } from "./mutations.js"

const { accept, check } = make()

/** For each dress. */
const RUNS = times(10)
const SEED = Number(process.env["ALGOGEN_SEED"] ?? 20_250_611)
const ALLOWED = 5

const passes = (source: string): boolean => Either.isRight(check(source))

/** Modules that pass the checks: each dress takes some of them. */
const pool = (seed: number, inside: "data" | "marks" | "traps"): ReadonlyArray<string> => {
  const pick = random(seed)
  const found: Array<string> = []
  while (found.length < Math.max(100, RUNS)) {
    const source = moduleOf(pick, inside)
    if (passes(source)) found.push(source)
  }
  return found
}

const chosen = (from: ReadonlyArray<string>, pick: Pick): string => from[pick(from.length)] ?? ""

describe(`in any dress the module comes out byte for byte, or the answer is refused (seed ${SEED})`, () => {
  const plain = pool(SEED, "data")
  const hostile = pool(SEED + 1, "marks")
  it.each(DRESSES.map((dress) => [dress.name, dress] as const))(
    "%s",
    (name, { marks = false, put, refused = ALLOWED }) => {
      const pick = random(SEED + name.length * 1009 + name.charCodeAt(0))
      let dressed = 0
      const missing: Array<string> = []
      for (let run = 0; run < RUNS; run++) {
        const source = chosen(marks && run % 2 === 1 ? hostile : plain, pick)
        const answer = put(source, pick)
        if (answer === undefined) continue
        dressed++
        const result = accept(answer)
        if (Either.isLeft(result)) missing.push(`${result.left.message}:\n${answer}`)
        else assert.strictEqual(result.right.source, source, answer)
      }
      // Two of a few are no share; a long run knows it.
      assert.isAtMost(missing.length, Math.max(2, (dressed * refused) / 100), missing[0])
    }
  )
})

/** A third as many: none of them has to come out. */
const TRAPPED = Math.ceil(RUNS / 3)

describe(`a module that can be read in two ways is refused or comes out byte for byte (seed ${SEED})`, () => {
  const trapped = pool(SEED + 2, "traps")
  it.each(DRESSES.map(({ name, put }) => [name, put] as const))("%s", (name, put) => {
    const pick = random(SEED + name.length * 1013 + name.charCodeAt(0))
    for (let run = 0; run < TRAPPED; run++) {
      const source = chosen(trapped, pick)
      const answer = put(source, pick)
      if (answer === undefined) continue
      const result = accept(answer)
      if (Either.isRight(result)) assert.strictEqual(result.right.source, source, answer)
    }
  })
})

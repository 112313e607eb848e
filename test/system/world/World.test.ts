import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { breaks, broken } from "../../../bench/world/breaks.js"
import * as World from "./World.js"

/**
 * More of them by `npm run bench:world`. Of what is broken on purpose, the first 26 find all that the first 142 do (see
 * docs/world.md), and these end lives in every way.
 */
const WORLDS = 40
/** A test each, so that none blocks its worker for long. */
const AT_ONCE = 2
/** Milliseconds. A world takes a tenth of a second, and many times that on a machine with much else to do. */
const TIMEOUT = 300_000

const HINT = (seed: number) => `npm run bench:world -- --seed ${seed}`

const seen = new Set<string>()

describe("in a world where anything may happen, the product", () => {
  for (let from = 1; from <= WORLDS; from += AT_ONCE) {
    it(
      `keeps its promises: seeds ${from} to ${from + AT_ONCE - 1}`,
      () => {
        for (let seed = from; seed < from + AT_ONCE; seed += 1) {
          const { broken, endings } = World.run(seed)
          assert.deepStrictEqual(broken, [], HINT(seed))
          endings.forEach((ending) => seen.add(ending))
        }
      },
      TIMEOUT
    )
  }
})

describe("a world", () => {
  it(
    "is the same to the last step when its seed comes again",
    () => {
      for (const seed of [3, 7, 11]) {
        const [first, second] = [World.run(seed, true), World.run(seed, true)]
        assert.deepStrictEqual(second, first)
        assert.isAbove(first.log.length, 20)
        // Another process has another number, and would print it.
        assert.notInclude(first.log.join("\n"), `-${process.pid}-`)
      }
    },
    TIMEOUT
  )

  it("is another one with another seed", () => {
    assert.notDeepEqual(World.run(3, true).log.slice(1), World.run(4, true).log.slice(1))
  })

  it("ends its lives in every way", () => {
    assert.deepStrictEqual([...seen].sort(), ["Failed", "Interrupted", "Killed", "Natural", "PowerCut", "Stopped"])
  })
})

describe("what is broken on purpose", () => {
  for (const one of breaks) {
    it(`has its place in the sources: ${one.name}`, () => {
      assert.isDefined(broken(readFileSync(`src/${one.file}`, "utf8"), one), one.from)
    })
  }
})

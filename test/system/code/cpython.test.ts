import { spawnSync } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import { Either, Schema } from "effect"
import { make } from "../../../src/code/CodeCheck.js"
import { AT_ONCE } from "../../../src/code/python/Parser.js"
import { tree as compiles } from "../../../src/code/python/PythonCheck.js"
import * as Target from "../../../src/code/python/Target.js"
import { Maker } from "../../unit/code/expressions.js"
import { cases } from "../../unit/code/fixtures.js"
import { EXPRESSIONS, HEADS, PLACES, put } from "../../unit/code/holes.js"
import { programs } from "../../unit/code/letters.js"
import { mutations } from "../../unit/code/mutations.js"
import { GRAMMAR, NAMES } from "../../unit/code/snippets.js"
import { VALUES } from "../../unit/code/structures.js"

const COUNT = 4000

/** One process for all sources; the verdicts come back as one letter each. */
const JUDGE = `
import json, sys, warnings
warnings.simplefilter("ignore")
def good(source):
    try:
        compile(source, "module.py", "exec", dont_inherit=True)
        return "1"
    except (SyntaxError, ValueError, MemoryError, RecursionError, OverflowError):
        return "0"
print("%d.%d " % sys.version_info[:2] + "".join(map(good, json.load(sys.stdin))))
`

/** How many values the module's function takes by position, five rather than three; or that it is none. */
const LOADER = `
import inspect, json, sys
def arity(source):
    names = {"__name__": "module"}
    try:
        exec(source, names)
        signature = inspect.signature(names["execute_trade"])
    except Exception:
        return []
    fits = []
    for count in (3, 5):
        try:
            signature.bind(*range(count))
            fits.append(count)
        except TypeError:
            pass
    return fits
print(json.dumps([arity(source) for source in json.load(sys.stdin)]))
`

const judge = (sources: ReadonlyArray<string>): readonly [version: string, verdicts: string] => {
  const { stdout } = spawnSync("python3", ["-I", "-c", JUDGE], { input: JSON.stringify(sources), encoding: "utf8" })
  const [version = "", verdicts = ""] = (stdout ?? "").trim().split(" ")
  return [version, verdicts]
}

/** What is refused besides is called, and gives no action. */
const UNUSABLE = new Set(["not-callable", "no-function", "not-at-top-level", "rebound"])

const isVersion = (version: string): version is Target.Version => /^3\.(9|1[0-3])$/.test(version)
const [version] = judge([])
const name = isVersion(version)
  ? `agrees with the compiler of Python ${version}`
  : `NOT RUN, no python3 from 3.9 to 3.13 here: agrees with Python's compiler`

/** Where the verdicts differ, by what is in them: what the parser cannot read, and what is looked at less or more closely here. */
const DIFFERENT = ["EM-DASH", "a.__debug__ += 1", "from .__future__ import braces"]

/** CPython compiles no annotation of a local variable. */
const UNCOMPILED = /x: .*(?:await|async|yield)|x\.__debug__ \+= 1|\{\.\.\.: z\}/

describe("CPython", () => {
  // Others refuse other pieces, and were not at hand.
  it.skipIf(version !== "3.11")(`${name} on small pieces, one for each rule`, () => {
    const sources = [...GRAMMAR, ...NAMES].filter((source) => !DIFFERENT.some((one) => source.includes(one)))
    const [, verdicts] = judge(sources)
    assert.strictEqual(verdicts.length, sources.length)
    const target = Target.of(isVersion(version) ? version : "3.11")
    const wrong = sources.filter(
      (source, index) => Either.isRight(compiles(source, target)) !== (verdicts[index] === "1")
    )
    assert.deepStrictEqual(wrong, [])
  })

  it.skipIf(version !== "3.11")(`${name} on expressions of each kind in places of each kind`, () => {
    const sources = HEADS.flatMap((head) =>
      PLACES.flatMap((place) => EXPRESSIONS.map((expression) => put(head, place, expression)))
    )
    const [, verdicts] = judge(sources)
    const wrong = sources.filter(
      (source, index) => Either.isRight(compiles(source, Target.of("3.11"))) !== (verdicts[index] === "1")
    )
    assert.deepStrictEqual(
      wrong.filter((source) => !UNCOMPILED.test(source)),
      []
    )
    assert.isBelow(wrong.length, 20)
  })

  it.skipIf(!isVersion(version))(`${name} on names in letters of all kinds`, () => {
    const sources = programs(COUNT, 20240607)
    const [, verdicts] = judge(sources)
    const target = Target.of(isVersion(version) ? version : "3.11")
    const wrong = sources.filter(
      (source, index) => Either.isRight(compiles(source, target)) !== (verdicts[index] === "1")
    )
    assert.deepStrictEqual(wrong, [])
    assert.isAbove(verdicts.replaceAll("0", "").length, COUNT / 3)
    assert.isAbove(verdicts.replaceAll("1", "").length, COUNT / 3)
  })

  it.skipIf(!isVersion(version))(`${name} on the cases and ${COUNT} mutations of them`, () => {
    const modules = cases.flatMap(({ module }) => module ?? []).filter((module) => module.length < 2000)
    const sources = [...modules, ...mutations(modules, COUNT, 20240607)]
    const [, verdicts] = judge(sources)
    assert.strictEqual(verdicts.length, sources.length)
    const target = Target.of(isVersion(version) ? version : "3.11")
    const wrong = sources.filter(
      (source, index) => Either.isRight(compiles(source, target)) !== (verdicts[index] === "1")
    )
    assert.deepStrictEqual(wrong, [])
    // Both verdicts must have been given, or the comparison says nothing.
    assert.include(verdicts, "0")
    assert.include(verdicts, "1")
  })

  it.skipIf(!isVersion(version))(`${name} on large statements, which are parsed in parts`, () => {
    const sources = Array.from({ length: 120 }, (_, seed) => {
      const maker = new Maker(seed, seed % 2 === 0)
      const statement = maker.statement(50, 2)
      const indented = `def f():\n${`${seed % 3 === 0 ? maker.broken(statement) : statement}\n`.replaceAll(/^/gm, "    ").trimEnd()}\n`
      // Whatever is shorter is parsed as a whole.
      return `${indented}# ${"-".repeat(AT_ONCE)}\n`
    })
    const [, verdicts] = judge(sources)
    const target = Target.of(isVersion(version) ? version : "3.11")
    const wrong = sources.filter(
      (source, index) => Either.isRight(compiles(source, target)) !== (verdicts[index] === "1")
    )
    assert.deepStrictEqual(wrong, [])
    assert.isAbove(verdicts.replaceAll("0", "").length, 30)
    assert.isAbove(verdicts.replaceAll("1", "").length, 30)
  })

  it.skipIf(!isVersion(version))("calls what counts as an entry point, with as many values", () => {
    const { check } = make()
    const sources = VALUES.map(([, source]) => `${source}\n`)
    const { stdout } = spawnSync("python3", ["-I", "-c", LOADER], { input: JSON.stringify(sources), encoding: "utf8" })
    const fits = Schema.decodeUnknownSync(Schema.parseJson(Schema.Array(Schema.Array(Schema.Number))))(stdout)
    const accepted = sources.filter((source) => Either.isRight(check(source)))
    assert.isAbove(accepted.length, 15)
    for (const [index, source] of sources.entries()) {
      const result = check(source)
      if (Either.isRight(result)) assert.include(fits[index] ?? [], result.right.arity, source)
      else if (UNUSABLE.has(result.left.code)) assert.deepStrictEqual(fits[index], [], source)
    }
  })
})

import { readdirSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { reached, reader } from "../../../bench/mutate/Imports.js"
import { help, type Options, parse } from "../../../bench/options/Options.mjs"

const OPTIONS = {
  seed: { type: "number", help: "one of them" },
  minutes: { type: "number", default: 20, help: "so long" },
  size: { type: "number", multiple: true, default: [1, 2], help: "letters" },
  tests: { type: "string", multiple: true, default: [], word: "FILE", help: "only these" },
  room: { type: "string", default: "", word: "PATH", help: "only this" },
  first: { type: "boolean", default: false, help: "ends soon" }
} as const satisfies Options

const DEFAULTS = { minutes: 20, size: [1, 2], tests: [], room: "", first: false, seed: undefined }

describe("the options of a script", () => {
  it.each<[args: ReadonlyArray<string>, values: object]>([
    [[], {}],
    [["--seed", "7"], { seed: 7 }],
    [["--minutes=0.5", "--first"], { minutes: 0.5, first: true }],
    [["--size", "3", "--size", "4"], { size: [3, 4] }],
    [["--tests", "a", "--tests", "b", "--room", "api/wire"], { tests: ["a", "b"], room: "api/wire" }]
  ])("%j", (args, values) => {
    assert.deepStrictEqual(parse(OPTIONS, args), { values: { ...DEFAULTS, ...values } })
  })

  it.each<[args: ReadonlyArray<string>, wrong: string]>([
    [["--sead", "7"], "Unknown option '--sead'."],
    [["-x"], "Unknown option '-x'."],
    [["7"], "Unexpected argument '7'."],
    [["--seed"], "Option '--seed <value>' argument missing."],
    [["--seed", "--first"], "Option '--seed' argument is ambiguous."],
    [["--first=yes"], "Option '--first' does not take an argument."],
    [["--seed", "x"], "Option '--seed' wants a number, not 'x'."],
    [["--seed="], "Option '--seed' wants a number, not ''."],
    [["--minutes", "Infinity"], "Option '--minutes' wants a number, not 'Infinity'."],
    [["--minutes=-1"], "Option '--minutes' wants a number, not '-1'."],
    [["--size", "3", "--size", "big"], "Option '--size' wants a number, not 'big'."]
  ])("%j is refused in a sentence", (args, wrong) => {
    assert.deepStrictEqual(parse(OPTIONS, args), { wrong })
  })

  it("are listed with what they do and their defaults", () => {
    assert.deepStrictEqual(help("npm run x --", OPTIONS).split("\n"), [
      "npm run x -- [options]",
      "  --seed N      one of them",
      "  --minutes N   so long (20)",
      "  --size N      letters (1, 2)",
      "  --tests FILE  only these",
      "  --room PATH   only this",
      "  --first       ends soon",
      ""
    ])
    assert.strictEqual(help("npm run y", {}), "npm run y, which has no options\n")
  })
})

/** What is started by itself; the modes of `cluster` are words. */
const scripts = readdirSync("bench", { recursive: true, encoding: "utf8" }).filter((name) =>
  /^[^/]+\.ts$|^[^/]+\/run\.mjs$/.test(name)
)

describe("a script of bench", () => {
  it("is one of many", () => assert.isAbove(scripts.length, 10))

  it.each(scripts)("%s has its options from here", (name) => {
    const source = readFileSync(`bench/${name}`, "utf8")
    assert.match(source, /\bOptions\.read\("npm run [\w:]+(?: --)?", \{/)
    assert.notMatch(source, /parseArgs|argv\.(?:slice|includes|indexOf)|argv\[[2-9]\]/)
  })

  const textOf = reader()
  // A script is built into one file somewhere else.
  it.each(scripts.filter((name) => name.endsWith(".ts")))(
    "%s takes nothing from the tests that lies beside them",
    (name) => {
      const files = [...reached(`bench/${name}`, textOf)].filter((file) => file.startsWith("test/"))
      assert.deepStrictEqual(
        files.filter((file) => textOf(file)?.includes("import.meta") === true),
        []
      )
    }
  )
})

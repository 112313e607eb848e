/** The command keeps the heap small where it asks for many. */
import * as path from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { emptyFolder, PATIENCE, read, start, write } from "./command.js"

/** Notes what V8 is told, in place of telling it. */
const HOOK = `
const fs = require("node:fs")
fs.writeFileSync("told", "")
require("node:v8").setFlagsFromString = (flag) => fs.appendFileSync("told", flag)
`

const told = (args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const folder = yield* emptyFolder
    yield* write(HOOK, folder, "hook.cjs")
    const command = ["--require", "./hook.cjs", path.resolve("dist/bin.js"), "generate", "--simulate", "--dry-run"]
    const { code } = yield* Effect.flatMap(
      start(process.execPath, [...command, ...args], { folder }),
      ({ ended }) => ended
    )
    assert.strictEqual(code, 0)
    return yield* read(folder, "told")
  })

const SMALL = "--heap-growing-percent=50"

describe("the heap", PATIENCE, () => {
  it.scopedLive.each<[what: string, args: ReadonlyArray<string>, flag: string]>([
    ["as it is for a few algorithms", ["--model", "sim/ok"], ""],
    ["as it is for 499 of them", ["--samples", "1", ...models(499)], ""],
    ["small for 500", ["--samples", "100", ...models(5)], SMALL],
    ["small for several tickers", ["--model", "sim/ok", "--ticker", "AAPL", "--ticker", "MSFT"], SMALL]
  ])("is %s", ([, args, flag]) => Effect.map(told(args), (said) => assert.strictEqual(said, flag)))
})

function models(count: number): ReadonlyArray<string> {
  return Array.from({ length: count }, (_, at) => ["--model", `sim/m${at}`]).flat()
}

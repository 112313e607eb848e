/**
 * What the checks say of modules that they refuse, as it was read and found right: what stands in `test/golden/checks`. Where
 * it is meant to change, `npx vitest run --project unit test/unit/code/Golden.test.ts -u` writes it anew.
 */
import { describe, it } from "@effect/vitest"
import { Either } from "effect"
import { expect } from "vitest"
import { make } from "../../../src/code/CodeCheck.js"
import { FORBIDDEN_NAMES, RESTRICTED, UNUSED } from "../../../src/code/python/policy/Rules.js"
import { REFUSED } from "./policies.js"
import { ENTRY, VALUES } from "./structures.js"

const { check } = make({ target: "3.11" })
const said = (name: string, source: string): string =>
  Either.match(check(source), {
    onLeft: ({ code, line, message, stage }) => `${name}\n  ${stage} ${code}, line ${line}: ${message}`,
    onRight: ({ arity }) => `${name}\n  ok, ${arity} arguments`
  })

const handedOn = [...RESTRICTED.keys()].map((path): readonly [string, string] => [
  path,
  `from ${path.slice(0, path.lastIndexOf("."))} import ${path.slice(path.lastIndexOf(".") + 1)} as it\ngot = [it]\n`
])
const names = [...FORBIDDEN_NAMES.keys()].map((name): readonly [string, string] => [name, `got = [${name}]\n`])
const modules = [...UNUSED].map((name): readonly [string, string] => [name, `import ${name}\ngot = ${name}.x\n`])

describe("what the checks say", () => {
  it.each([
    ["policy", Object.entries(REFUSED).map(([name, source]) => [name, `${source}\n`] as const), ENTRY],
    ["names", [...handedOn, ...names, ...modules], ENTRY],
    ["structure", VALUES.map(([, source]) => [JSON.stringify(source), `${source}\n`] as const), ""]
  ] as const)("is what it was: %s", async (file, rows, entry) => {
    const lines = rows.map(([name, source]) => said(name, source + entry))
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`../../golden/checks/${file}.txt`)
  })
})

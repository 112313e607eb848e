/**
 * The answers that models gave, what should be said of each, and the module in it where there is one.
 */
import { readFileSync } from "node:fs"
import { Schema } from "effect"
import { Stage } from "../../../src/domain/CodeFailure.js"

const folder = new URL("../../fixtures/answers/", import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, folder), "utf8")

const Cases = Schema.Record({
  key: Schema.String,
  value: Schema.Struct({ expect: Schema.Union(Schema.Literal("accept"), Stage), module: Schema.Boolean })
})

export interface Case {
  readonly name: string
  readonly expect: "accept" | Stage
  readonly answer: string
  readonly module: string | undefined
}

export const cases: ReadonlyArray<Case> = Object.entries(
  Schema.decodeUnknownSync(Schema.parseJson(Cases))(read("cases.json"))
).map(([name, { expect, module }]) => ({
  name,
  expect,
  answer: read(`raw/${name}.txt`),
  module: module ? read(`code/${name}.py`) : undefined
}))

/** Modules of ordinary size that pass every check. */
export const good: ReadonlyArray<string> = cases
  .filter(({ expect }) => expect === "accept")
  .flatMap(({ module }) => module ?? [])

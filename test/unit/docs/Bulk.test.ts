/** docs/bulk.md, against the schemas of what it describes. */
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import * as Job from "../../../src/cli/bulk/Job.js"
import * as Manifest from "../../../src/cli/bulk/Manifest.js"
import { FLAGS } from "../../../src/cli/FlagRows.js"
import { read, rows, section } from "./markdown.js"

const MANUAL = read("docs/bulk.md")

const fieldsIn = (title: string) =>
  rows(section(MANUAL, title)).flatMap(([names = ""]) =>
    [...names.matchAll(/`(\w+)`/g)].flatMap(([, name]) => name ?? [])
  )

describe("docs/bulk.md", () => {
  it("has a row for each field of a job and of a line of the manifest", () => {
    assert.sameMembers(fieldsIn("A job"), Object.keys(Job.Job.fields))
    assert.sameMembers(fieldsIn("The manifest"), Object.keys(Manifest.Line.fields))
  })

  it("has examples of jobs that are jobs", () => {
    const [, block = ""] = /```jsonl\n([^]*?)```/.exec(MANUAL) ?? []
    const lines = block.trimEnd().split("\n")
    assert.lengthOf(lines, 3)
    for (const line of lines) assert.isTrue(Either.isRight(Job.parse(line)), line)
  })

  it("names flags that there are", () => {
    for (const [, name = ""] of MANUAL.matchAll(/`--([a-z-]+)/g)) assert.property(FLAGS, name)
  })
})

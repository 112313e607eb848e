/**
 * What the command says of itself, as it was read and found right: what stands in `test/golden/command`. Where it is meant to
 * change, `npx vitest run --project unit test/unit/cli/Golden.test.ts -u` writes it anew, and the diff shows what it says now.
 */
import { assert, describe, it } from "@effect/vitest"
import { expect } from "vitest"
import { COMMANDS } from "../../../src/cli/CommandRows.js"
import * as Overview from "../../../src/cli/Overview.js"

const file = (name: string): string => `../../golden/command/${name}`

describe("the help", () => {
  it("is what it was: an overview, the common flags of each command, and all of them", async () => {
    const asked = [
      [],
      ...Object.keys(COMMANDS).flatMap((name) => [
        [name, "--help"],
        ["help", name, "--all"]
      ])
    ]
    const answers = asked.map((words) => `$ algogen ${words.join(" ")}\n${Overview.answer("1.2.3", words)}\n`)
    await expect(answers.join("\n")).toMatchFileSnapshot(file("help.txt"))
  })

  it("fits 80 columns", () => {
    for (const name of Object.keys(COMMANDS)) {
      const lines = (Overview.answer("1.2.3", ["help", name, "--all"]) ?? "").split("\n")
      assert.deepStrictEqual(
        lines.filter((line) => line.length > 80),
        []
      )
    }
  })

  it("is asked for in several ways, and by nothing else", () => {
    const answer = (...words: ReadonlyArray<string>) => Overview.answer("1.2.3", words)
    assert.strictEqual(answer("--version"), "1.2.3")
    for (const words of [["--help"], ["-h"], ["help"]]) assert.strictEqual(answer(...words), answer())
    for (const words of [
      ["help", "score"],
      ["-h", "score"],
      ["score", "-h"],
      ["score", "folder", "--help"]
    ]) {
      assert.strictEqual(answer(...words), answer("score", "--help"))
    }
    assert.strictEqual(answer("score", "--all", "--help"), answer("help", "score", "--all"))
    for (const words of [["score"], ["help", "me"], ["--version", "score"], ["toString", "--help"]]) {
      assert.isUndefined(answer(...words))
    }
  })
})

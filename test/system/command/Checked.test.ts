/** The built command resumes: an answer that the same checks have passed is known by them, and others check it again. */
import { execFileSync, spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { PATIENCE, scene } from "./command.js"

const checkedIn = (folder: string) => {
  const journal = path.join(folder, "generated", ".algogen-journal")
  const names = fs.readdirSync(journal).filter((name) => name.startsWith("checked-"))
  return names.map((name) => path.join(journal, name))
}

describe("an answer that was checked", PATIENCE, () => {
  it.scopedLive("is remembered for its owner alone, and known by the next run of the same checks", () =>
    Effect.gen(function* () {
      const { folder, generate } = yield* scene()
      assert.strictEqual((yield* generate(["--model", "sim/ok"])).code, 0)
      const [file = "", ...others] = checkedIn(folder)
      assert.lengthOf(others, 0)
      assert.strictEqual(fs.statSync(file).mode & 0o777, 0o600)
      const before = fs.readFileSync(file, "utf8")
      assert.lengthOf(before.trim().split("\n"), 1)
      assert.strictEqual((yield* generate(["--model", "sim/ok", "--resume"])).code, 0)
      assert.strictEqual(fs.readFileSync(file, "utf8"), before)
      assert.strictEqual((yield* generate(["--model", "sim/ok", "--resume", "--imports", "pandas"])).code, 0)
      assert.lengthOf(checkedIn(folder), 2)
    })
  )

  const canPipe = spawnSync("mkfifo", ["--version"]).error === undefined
  const onPipe = canPipe ? it.scopedLive : it.scopedLive.skip
  onPipe(`is checked again where a pipe has the file's name${canPipe ? "" : " (skipped: no mkfifo)"}`, () =>
    Effect.gen(function* () {
      const { folder, generate } = yield* scene()
      assert.strictEqual((yield* generate(["--model", "sim/ok"])).code, 0)
      const [file = ""] = checkedIn(folder)
      fs.rmSync(file)
      execFileSync("mkfifo", [file])
      assert.strictEqual((yield* generate(["--model", "sim/ok", "--resume"])).code, 0)
      assert.isTrue(fs.statSync(file).isFIFO())
    })
  )

  it("has the same checks in the library and in the command", () => {
    const [, checks = ""] = /"([0-9a-f]{64})"/.exec(fs.readFileSync("dist/code/Fingerprint.js", "utf8")) ?? []
    assert.match(checks, /^[0-9a-f]{64}$/)
    assert.include(fs.readFileSync("dist/chunks/command.cjs", "utf8"), checks)
  })
})

/** What `algogen validate` says of files, without a trial. */
import { FileSystem } from "@effect/platform"
import { describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Either, Option } from "effect"
import * as Validate from "../../../../src/cli/commands/Validate.js"
import { Passed } from "../../../../src/code/trial/Trial.js"
import { PythonModule } from "../../../../src/domain/PythonModule.js"
import { said } from "./said.js"

const GOOD = 'def execute_trade(ticker, cash_balance, shares_held):\n    return "HOLD"\n'
const FENCED = `Here it is:\n\`\`\`python\n${GOOD}\`\`\`\n`

const FILES = {
  folder: undefined,
  "folder/b.py": GOOD,
  "folder/a.py": GOOD,
  "folder/.hidden.py": GOOD,
  "folder/.journal": undefined,
  "folder/.journal/c.py": GOOD,
  "folder/sub": undefined,
  "folder/sub/d.py": GOOD,
  "folder/readme.md": "none",
  empty: undefined,
  "good.py": GOOD,
  "made-up.py": `# SIMULATED: made up\n${GOOD}`,
  "fenced.py": FENCED,
  "tilde.py": "  ~~~\nx\n",
  "answer.md": FENCED,
  "none.md": "No.",
  "bad.py": "x = 1\nimport os\n",
  "half.py": "def execute_trade(ticker"
}

const validate = (files: ReadonlyArray<string>, json = false, locked: ReadonlyArray<string> = []) => {
  const [first = "", ...others] = files
  const flags = { json, imports: [], config: undefined, trial: false, trialUnsandboxed: false }
  return said(Validate.run({ ...flags, files: [first, ...others] }), { files: FILES, locked })
}

const FAILS = "! algogen:  (exit code 1)"
const passes = (file: string) => `✓ ${file}: 2 lines of code, execute_trade takes 3 arguments`

describe("validating", () => {
  it.effect("checks a module, the module of an answer, and the modules of a folder by name", () =>
    Effect.gen(function* () {
      strictEqual(yield* validate(["good.py", "answer.md"]), [passes("good.py"), passes("answer.md")].join("\n"))
      strictEqual(yield* validate(["folder"]), ["folder/a.py", "folder/b.py", "folder/sub/d.py"].map(passes).join("\n"))
    })
  )

  it.effect("reads an answer as PowerShell keeps it, and modules as Python does", () =>
    Effect.gen(function* () {
      const bytes = new Uint8Array(Buffer.from(`\ufeff${FENCED}`, "utf16le"))
      const files = FileSystem.makeNoop({
        readFile: () => Effect.succeed(bytes),
        readFileString: () => Effect.succeed(new TextDecoder().decode(bytes))
      })
      const judge = (file: string) => Effect.provideService(Validate.judge(file), FileSystem.FileSystem, files)
      strictEqual((yield* judge("answer.txt")).source?.trim(), GOOD.trim())
      strictEqual(Either.isLeft((yield* judge("module.py")).result), true)
    })
  )

  it.effect("reads the modules of a folder whose journal is another user's, and names the folder that is closed", () =>
    Effect.gen(function* () {
      const open = ["folder/a.py", "folder/b.py"].map(passes)
      const closed = "✗ folder/sub: read: you have no permission to read it"
      strictEqual(
        yield* validate(["folder"], false, ["folder/.journal"]),
        [...open, passes("folder/sub/d.py")].join("\n")
      )
      strictEqual(yield* validate(["folder"], false, ["folder/sub"]), [...open, closed, FAILS].join("\n"))
      strictEqual(
        yield* validate(["folder"], false, ["folder"]),
        ["✗ folder: read: you have no permission to read it", FAILS].join("\n")
      )
    })
  )

  it.effect("says how many files simulated models made", () =>
    Effect.gen(function* () {
      const note = (...files: ReadonlyArray<string>) =>
        Effect.map(validate(files), (text) => text.split("\n").filter((line) => line.startsWith("! ")))
      deepStrictEqual(yield* note("made-up.py"), ["! The models were simulated: their answers are made up."])
      deepStrictEqual(yield* note("good.py", "made-up.py", "good.py"), [
        "! Simulated models made 1 of these 3: their answers are made up."
      ])
      deepStrictEqual(yield* note("good.py"), [])
    })
  )

  it.effect("says why a file is refused, and fails", () =>
    Effect.gen(function* () {
      const refused = (yield* validate(["good.py", "none.md", "bad.py", "gone.py"])).split("\n")
      deepStrictEqual(
        refused.map((line) => line.split(": ").slice(0, 2).join(": ")),
        [passes("good.py"), "✗ none.md: extract", "✗ bad.py: structure", "✗ gone.py: read", FAILS].map((line) =>
          line.split(": ").slice(0, 2).join(": ")
        )
      )
      strictEqual(refused[3], "✗ gone.py: read: there is no such file")
      strictEqual((yield* validate(["gone.py"])).split("\n").at(-1), FAILS)
    })
  )

  it.effect("suggests another name for an answer with the name of a module", () =>
    Effect.gen(function* () {
      const hint = "; if this is a model's answer, rename the file so that it does not end in .py"
      for (const file of ["fenced.py", "tilde.py"]) {
        const [line = ""] = (yield* validate([file])).split("\n")
        strictEqual(line.endsWith(hint), true, line)
      }
      for (const file of ["bad.py", "half.py", "none.md"]) {
        const [line = ""] = (yield* validate([file])).split("\n")
        strictEqual(line.includes("rename"), false, line)
      }
    })
  )

  it.effect("is a document", () =>
    Effect.gen(function* () {
      const text = yield* validate(["good.py", "bad.py", "gone.py", "half.py"], true)
      const [good, bad, gone, half] = JSON.parse(text.replace(`\n${FAILS}`, ""))
      deepStrictEqual(good, { file: "good.py", ok: true, arity: 3 })
      deepStrictEqual([bad.ok, bad.stage, bad.truncated], [false, "structure", false])
      deepStrictEqual(gone, {
        file: "gone.py",
        ok: false,
        stage: "read",
        code: "not-found",
        message: "there is no such file"
      })
      deepStrictEqual([half.stage, half.truncated, typeof half.line], ["syntax", true, "number"])
    })
  )

  it("says what a trial came to", () => {
    const passed = new Passed({ interpreter: "python3 3.11.7", ticks: 390, sandboxed: true, durationMs: 50 })
    const one = {
      file: "a.py",
      result: Either.right(new PythonModule({ source: GOOD, arity: 5, imports: [] })),
      trial: Option.some(passed),
      source: GOOD
    }
    strictEqual(
      Validate.toLine(one),
      "✓ a.py: 2 lines of code, execute_trade takes 5 arguments; 390 ticks in python3 3.11.7"
    )
    deepStrictEqual(Validate.toJson(one).trial, passed)
  })
})

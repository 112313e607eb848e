/** Completions as bash asks for them. */
import { execFileSync, spawnSync } from "node:child_process"
import * as fs from "node:fs/promises"
import * as path from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Schedule } from "effect"
import { DEFAULT } from "../../../src/api/Models.js"
import { algogen, algorithms, emptyFolder, list, PATIENCE, read, scene, shell, write } from "./command.js"

/** A line up to the cursor, and what is offered there. */
type Case = readonly [line: string, offered: ReadonlyArray<string>]

/** What bash offers for each line, after the script is sourced. */
const offered = (folder: string, lines: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const tries = lines.map((line) => `try '${line}'`).join("\n")
    const script = `
source completions.bash
try() { COMP_LINE="$1"; COMP_POINT=\${#1}; COMPREPLY=(); _algogen; local IFS='|'; echo "\${COMPREPLY[*]}"; }
${tries}`
    yield* write((yield* algogen(["--completions", "bash"], { folder })).stdout, folder, "completions.bash")
    yield* write(script, folder, "try.bash")
    const { stderr, stdout } = yield* shell("bash --norc try.bash", { folder })
    assert.strictEqual(stderr, "")
    return stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split("|"))
  })

const check = (folder: string, cases: ReadonlyArray<Case>) =>
  Effect.map(
    offered(
      folder,
      cases.map(([line]) => line)
    ),
    (found) =>
      deepStrictEqual(
        found,
        cases.map(([, words]) => words)
      )
  )

describe.concurrent("completions in bash", PATIENCE, () => {
  it.scopedLive("offer commands, flags, and values of flags", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      yield* write("", folder, "a b.txt")
      yield* check(folder, [
        ["algogen ge", ["generate"]],
        ["algogen help d", ["doctor"]],
        ["algogen generate --mod", ["--model"]],
        ["algogen generate -t TSLA --json --eff", ["--effort"]],
        ["algogen generate --effort m", ["minimal", "medium", "max"]],
        ["algogen simulate --scenario ", ["healthy", "flaky", "rate-limited", "outage", "hostile"]],
        ["algogen simulate --profile=l", ["litellm", "llamacpp", "lmstudio"]],
        ["algogen generate --prompt a", ["a b.txt"]],
        ["algogen validate a", ["a b.txt"]],
        // A symbol, a number: whatever is typed.
        ["algogen generate --ticker ", [""]],
        ["algogen generate --samples ", [""]],
        ["algogen journal --mod", [""]],
        ["algogen --completions ", ["bash", "zsh", "fish"]]
      ])
    })
  )

  it.scopedLive("offer them also after a first command that shows none of them, which leaves nothing else behind", () =>
    Effect.gen(function* () {
      const { folder, server } = yield* scene()
      const { code } = yield* algogen(["models", "nothing-like-it", "--base-url", server.baseUrl], { folder })
      assert.strictEqual(code, 0)
      deepStrictEqual(yield* list(folder, ".cache", "algogen"), ["models.txt"])
    })
  )

  it.scopedLive("offer the models of the last list, and before that the default ones", () =>
    Effect.gen(function* () {
      const { folder, server } = yield* scene()
      yield* check(folder, [["algogen generate --model ", [...DEFAULT]]])
      const { code } = yield* algogen(["models", "--base-url", server.baseUrl], { folder })
      assert.strictEqual(code, 0)
      yield* check(folder, [
        ["algogen generate -m openai/", ["openai/gpt-4o-mini"]],
        ["algogen models openai/", ["openai/gpt-4o-mini"]],
        // Bash replaces only what follows a colon.
        ["algogen doctor -m qwen/qwen-2-7b-instruct:", ["free"]],
        ["algogen generate --model=qwen/qwen-2-7b-instruct:f", ["free"]]
      ])
    })
  )

  const canPipe = spawnSync("mkfifo", ["--version"]).error === undefined
  const onPipe = canPipe ? it.scopedLive : it.scopedLive.skip
  onPipe(`hold up no run while their list cannot be read${canPipe ? "" : " (skipped: no mkfifo)"}`, () =>
    Effect.gen(function* () {
      const { folder, server, startGenerate } = yield* scene()
      const list = path.join(folder, ".cache", "algogen", "models.txt")
      yield* Effect.promise(() => fs.mkdir(path.dirname(list), { recursive: true }))
      execFileSync("mkfifo", [list])
      yield* Effect.promise(() => fs.mkdir(path.join(folder, "out")))
      const { ended } = yield* startGenerate(["--model", "sim/ok", "--out", "out"])
      // Nobody writes into the pipe yet, and the run saves its algorithm all the same.
      yield* algorithms(folder, "out").pipe(
        Effect.repeat({ until: (names) => names.includes("generated_algo_sim_ok.py"), schedule: Schedule.spaced(20) }),
        Effect.timeout("60 seconds")
      )
      assert.strictEqual((yield* server.stats).models["sim/ok"]?.requests, 1)
      yield* write("x/earlier\n", list)
      assert.strictEqual((yield* ended).code, 0)
      assert.include((yield* read(list)).split("\n"), "openai/gpt-4o-mini")
    })
  )

  it.scopedLive("say first how to install them, and which shells there are", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      for (const name of ["bash", "zsh", "fish"]) {
        const { stdout } = yield* algogen(["--completions", name], { folder })
        assert.match(stdout.split("\n").slice(0, 2).join("\n"), /To install them:$/m)
        assert.include(stdout, `algogen --completions ${name} > ~/`)
      }
      for (const args of [["--completions", "ksh"], ["--completions"]]) {
        const { code, stderr } = yield* algogen(args, { folder })
        deepStrictEqual([code, stderr], [2, "algogen: --completions needs a shell: bash, zsh or fish\n"])
      }
    })
  )
})

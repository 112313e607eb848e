import { execFileSync } from "node:child_process"
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { NodeContext } from "@effect/platform-node"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Either, Fiber, Layer } from "effect"
import * as Python3 from "../../../src/code/trial/Python3.js"
import * as Trial from "../../../src/code/trial/Trial.js"
import { PythonModule } from "../../../src/domain/PythonModule.js"
import { children, interpreter, python3, withPython3 } from "./available.js"
import { costly, disarm, faulty, good, harmless, sleeper } from "./programs.js"

const imports =
  "collections dataclasses datetime enum functools math numpy numpy_of_nobody random re statistics time typing warnings".split(
    " "
  )

const play = (
  { arity = 3, source }: { readonly arity?: 3 | 5; readonly source: string },
  options: Python3.Options = {}
) =>
  Trial.run(PythonModule.make({ arity, source, imports }), "AAPL").pipe(
    Effect.provide(Python3.layer({ interpreter, wallClock: "25 seconds", ...options })),
    Effect.provide(NodeContext.layer)
  )

describe.skipIf(!python3)(`a trial in python3${withPython3}`, () => {
  for (const [name, program] of Object.entries(good)) {
    it.live(`passes ${name}`, () =>
      Effect.gen(function* () {
        const outcome = yield* play(program)
        assert.deepInclude(outcome, { _tag: "Passed", ticks: 390, sandboxed: true })
      })
    )
  }

  for (const [name, source] of Object.entries(harmless)) {
    it.live(`passes ${name}`, () =>
      Effect.gen(function* () {
        assert.deepInclude(yield* play({ source }), { _tag: "Passed", ticks: 390, sandboxed: true })
      })
    )
  }

  for (const [name, source] of Object.entries(costly)) {
    it.live(`limits what it costs to compile ${name}`, () =>
      Effect.gen(function* () {
        const failure = yield* Effect.flip(play({ source }))
        assert.strictEqual(failure.stage, "trial")
        assert.include(["memory-limit", "cpu-limit"], failure.code)
        assert.match(failure.message, /^while the module loads: /)
      })
    )
  }

  it.live("says the same of the same module twice", () =>
    Effect.gen(function* () {
      const source = `
import random

def execute_trade(ticker, cash_balance, shares_held):
    if random.random() > 0.98:
        raise ValueError(random.random())
    return "BUY"
`
      const first = yield* Effect.flip(play({ source }))
      deepStrictEqual(yield* Effect.flip(play({ source })), first)
    })
  )

  describe.concurrent("stops and refuses", () => {
    for (const [name, program] of Object.entries(faulty)) {
      it.live(
        name,
        () =>
          Effect.gen(function* () {
            const failure = yield* Effect.flip(play(program))
            assert.strictEqual(failure.stage, "trial")
            assert.strictEqual(failure.code, program.code)
            assert.match(failure.message, program.says)
            if (program.line !== undefined) assert.strictEqual(failure.line, program.line)
          }),
        30_000
      )
    }

    it.live("a wait without end", () =>
      Effect.gen(function* () {
        const failure = yield* Effect.flip(play({ source: sleeper }, { wallClock: "4 seconds" }))
        assert.strictEqual(failure.code, "time-limit")
        assert.match(failure.message, /^tick 0 of an ordinary day: no answer within the time limit/)
      })
    )
  })

  it.live("kills the child when it is interrupted", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(play({ source: sleeper }))
      while (children().length === 0) yield* Effect.sleep("20 millis")
      yield* Effect.sleep("300 millis")
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(children(), [])
    })
  )

  it.live("takes more than a fault on its channel to be taken for an answer", () =>
    Effect.gen(function* () {
      const forged = `
import random

for fd in range(3, 16):
    try:
        random._os.write(fd, b'{"_tag":"Ready","sandboxed":true}\\n{"_tag":"Loaded"}\\n' + b'{"_tag":"Action","action":"HOLD"}\\n' * 390)
    except OSError:
        pass
random._os._exit(0)

def execute_trade(ticker, cash_balance, shares_held):
    return "HOLD"
`
      const failure = yield* Effect.flip(play({ source: forged }))
      assert.strictEqual(failure.code, "ended-early")
    })
  )

  it.live("stops a flood on its channel", () =>
    Effect.gen(function* () {
      const flood = `
import random

def execute_trade(ticker, cash_balance, shares_held):
    while True:
        for fd in range(3, 16):
            try:
                random._os.write(fd, b"x" * 65536)
            except OSError:
                pass
`
      const failure = yield* Effect.flip(play({ source: flood }))
      assert.strictEqual(failure.code, "output-limit")
    })
  )

  it.live("skips a module whose library is allowed but missing", () =>
    Effect.gen(function* () {
      const source = `import numpy_of_nobody\n${good["any arguments"]?.source}`
      const outcome = yield* play({ arity: 5, source }, {})
      assert.match(outcome._tag === "Skipped" ? outcome.reason : "", /^python3 .*numpy_of_nobody is not available/)
    })
  )

  it.live("plays numpy where it is installed, and skips it where it is not", () =>
    Effect.gen(function* () {
      const source = `
import numpy as np

_seen = []

def execute_trade(ticker, price, tick, cash_balance, shares_held):
    _seen.append(price)
    noise = np.random.default_rng(1).normal()
    if np.linalg.norm(np.array(_seen[-5:])) > 0 and np.mean(_seen) > price + noise:
        return ("BUY", np.int64(1))
    return "HOLD"
`
      const outcome = yield* play({ arity: 5, source })
      if (outcome._tag === "Skipped") assert.match(outcome.reason, /numpy is not available/)
      else assert.strictEqual(outcome.ticks, 390)
    })
  )

  it.live("refuses an import that is not allowed", () =>
    Effect.gen(function* () {
      const source = `import html.parser\n${good["any arguments"]?.source}`
      const failure = yield* Effect.flip(play({ arity: 5, source }))
      assert.match(failure.message, /^while the module loads: does what a trial does not allow: import of html/)
      assert.strictEqual(failure.code, "forbidden")
      assert.strictEqual(failure.line, 1)
    })
  )

  it.live("gives the module nothing of the environment", () =>
    Effect.gen(function* () {
      process.env["ALGOGEN_TEST_SECRET"] = "secret"
      const source = `
import random

assert "ALGOGEN_TEST_SECRET" not in random._os.environ, "the environment leaks"
assert set(random._os.environ) <= {"OPENBLAS_NUM_THREADS", "LC_CTYPE"}, sorted(random._os.environ)

def execute_trade(ticker, cash_balance, shares_held):
    return "HOLD"
`
      assert.strictEqual((yield* play({ source }))._tag, "Passed")
    })
  )
})

describe.skipIf(!python3 || !existsSync("/usr/bin/setarch"))(`where no filter can be set${withPython3}`, () => {
  // To a python3 that is told it runs on a 32-bit machine, there is no filter to set.
  let folder = ""
  let interpreter = ""
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "algogen-"))
    interpreter = join(folder, "python3")
    const path = execFileSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim()
    writeFileSync(
      interpreter,
      `#!/bin/sh\ncase "$*" in\n*sys.executable*) echo '{"path": "${interpreter}", "version": [3, 11, 0]}' ;;\n` +
        `*) exec /usr/bin/setarch i686 ${path} "$@" ;;\nesac\n`
    )
    chmodSync(interpreter, 0o755)
  })
  afterAll(() => rmSync(folder, { recursive: true }))
  const source = `import random\nrandom._os.stat("/")\n${good["any arguments"]?.source}`

  it.live("a trial is skipped", () =>
    Effect.gen(function* () {
      const outcome = yield* play({ arity: 5, source }, { interpreter })
      deepStrictEqual(
        outcome,
        new Trial.Skipped({ reason: "python3 3.11.0: no sandbox: OSError: no filter for linux on i686" })
      )
    })
  )

  it.live("a trial runs when the caller insists, and says how", () =>
    Effect.gen(function* () {
      const outcome = yield* play({ arity: 5, source }, { interpreter, allowUnsandboxed: true })
      assert.deepInclude(outcome, { _tag: "Passed", sandboxed: false })
    })
  )

  it.live("what the module tries ends the trial there too", () =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(
        play({ source: `open("/etc/passwd")\n${sleeper}` }, { interpreter, allowUnsandboxed: true })
      )
      deepStrictEqual([failure.code, failure.line], ["forbidden", 1])
    })
  )

  it.live("what an unconfined module started dies with it", () =>
    Effect.gen(function* () {
      const shell = `${disarm}import random\nrandom._os.posix_spawn("/bin/sh", ["sh", "-c", "sleep 27.182818"], {})\n`
      const outcome = yield* Effect.either(
        play({ source: shell + sleeper }, { interpreter, allowUnsandboxed: true, wallClock: "3 seconds" })
      )
      // The limit on processes does not bind root.
      assert.include(["time-limit", "raised"], Either.isLeft(outcome) ? outcome.left.code : "passed")
      const listed = execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })
      assert.notInclude(listed, "sleep 27.182818")
    })
  )
})

const skips = (reason: string) =>
  Layer.succeed(Trial.Trial, { run: () => Effect.succeed(new Trial.Skipped({ reason })) })
const ask = (layer: Layer.Layer<Trial.Trial>) =>
  Effect.provide(Trial.run(PythonModule.make({ arity: 3, source: "", imports: [] }), "AAPL"), layer)

describe("where there is no python3", () => {
  it.live("a trial is skipped", () =>
    Effect.gen(function* () {
      const source = good["any arguments"]?.source ?? ""
      const outcome = yield* play({ arity: 5, source }, { interpreter: "python3-of-nobody" })
      deepStrictEqual(outcome, new Trial.Skipped({ reason: "python3-of-nobody was not found or does not run" }))
    })
  )

  it.effect("the next interpreter is asked", () =>
    Effect.gen(function* () {
      const passed = new Trial.Passed({ interpreter: "other", ticks: 1, sandboxed: true, durationMs: 1 })
      const passes = Layer.succeed(Trial.Trial, { run: () => Effect.succeed(passed) })
      deepStrictEqual(yield* ask(skips("no python3").pipe(Trial.layerOrElse(passes))), passed)
      deepStrictEqual(yield* ask(passes.pipe(Trial.layerOrElse(skips("not asked")))), passed)
      deepStrictEqual(
        yield* ask(skips("no python3").pipe(Trial.layerOrElse(skips("no monty")))),
        new Trial.Skipped({ reason: "no python3; no monty" })
      )
    })
  )
})

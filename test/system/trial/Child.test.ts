import { execFileSync } from "node:child_process"
import { CommandExecutor } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schedule } from "effect"
import * as Child from "../../../src/code/trial/Child.js"

const run = (script: string, options: Partial<Child.Options> = {}) =>
  Effect.flatMap(CommandExecutor.CommandExecutor, (executor) =>
    Child.run(executor, {
      program: "/bin/sh",
      args: ["-c", script],
      environment: {},
      input: "",
      wallClock: "10 seconds",
      ...options
    })
  ).pipe(Effect.provide(NodeContext.layer))

const listed = () => execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })

/** A process that was killed is listed until the system has cleared it away. */
const isGone = (args: string) =>
  Effect.sync(() => listed().includes(args)).pipe(
    Effect.repeat({ while: (isThere) => isThere, schedule: Schedule.spaced("20 millis") }),
    Effect.timeout("2 seconds")
  )

describe.skipIf(process.platform === "win32")("a child process", () => {
  it.live("is fed, is heard, and runs in the root with the given environment alone", () =>
    Effect.gen(function* () {
      const { ending, output } = yield* run("cat; pwd; env", { environment: { GIVEN: "1" }, input: "fed\n" })
      assert.strictEqual(ending._tag, "Exited")
      assert.match(output, /^fed\n\/\n/)
      assert.match(output, /^GIVEN=1$/m)
      assert.notMatch(output, /^HOME=/m)
    })
  )

  it.live("is told apart by how it ends", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* run("exit 3")).ending, { _tag: "Exited" })
      assert.deepStrictEqual((yield* run("kill -SEGV $$ # SIGKILL")).ending, { _tag: "Killed", signal: "SIGSEGV" })
    })
  )

  it.live("dies at the time limit with all that it started, whatever signals it ignores", () =>
    Effect.gen(function* () {
      const { ending, output } = yield* run(`trap "" TERM; echo heard; sleep 31.415926 & sleep 31.415926; sleep 60`, {
        wallClock: "1 second"
      })
      assert.strictEqual(ending._tag, "TimedOut")
      assert.strictEqual(output, "heard\n")
      yield* isGone("sleep 31.415926")
    })
  )

  it.live("leaves nothing behind when it exits before what it started", () =>
    Effect.gen(function* () {
      const { ending } = yield* run(`sleep 16.180339 >/dev/null & exit 0`)
      assert.strictEqual(ending._tag, "Exited")
      yield* isGone("sleep 16.180339")
    })
  )

  it.live("is stopped when it says too much", () =>
    Effect.gen(function* () {
      const { ending, output } = yield* run("yes 27182818")
      assert.strictEqual(ending._tag, "Flooded")
      assert.isBelow(output.length, 1024 * 1024)
      yield* isGone("yes 27182818")
    })
  )
})

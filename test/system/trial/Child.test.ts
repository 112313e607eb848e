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

  it.live("ends with its own end, though what it started goes on and holds its output", () =>
    Effect.gen(function* () {
      const { durationMs, ending, output } = yield* run(`sleep 16.180340 & echo heard; exit 0`)
      assert.deepStrictEqual([output, ending._tag], ["heard\n", "Exited"])
      assert.isBelow(durationMs, 5000)
      yield* isGone("sleep 16.180340")
    })
  )

  it.live("holds nothing of this process, though what it started cannot be killed with it", () =>
    Effect.gen(function* () {
      const pipes = () => process.getActiveResourcesInfo().filter((name) => name === "PipeWrap").length
      const before = pipes()
      // Where there is no setsid, this is a child like any other.
      const { ending } = yield* run(`setsid sleep 3 & exit 0`, { environment: { PATH: "/usr/bin:/bin" } })
      assert.strictEqual(ending._tag, "Exited")
      yield* Effect.sync(pipes).pipe(
        Effect.repeat({ until: (now) => now <= before, schedule: Schedule.spaced("20 millis") }),
        Effect.timeout("1 second")
      )
    })
  )

  it.live("says as much on standard error as it likes", () =>
    Effect.gen(function* () {
      const { ending } = yield* run(`yes 31415 | head -c 300000 >&2; exit 0`)
      assert.strictEqual(ending._tag, "Exited")
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

/** What a trial's child is started with, and when it is given up: no process is started here. */
import { CommandExecutor, Error as PlatformErrors } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Inspectable, Layer, Option, Sink, Stream, TestClock } from "effect"
import * as Child from "../../../src/code/trial/Child.js"
import * as Market from "../../../src/code/trial/Market.js"
import * as Monty from "../../../src/code/trial/Monty.js"
import * as Python3 from "../../../src/code/trial/Python3.js"
import * as Trial from "../../../src/code/trial/Trial.js"
import { PythonModule } from "../../../src/domain/PythonModule.js"
import type * as Exam from "../../../src/score/Exam.js"

const MB = 1024 * 1024

interface Behavior {
  /** What it says, in order; then it says no more. */
  readonly says?: (input: string) => ReadonlyArray<string>
  /** After how many milliseconds it says so. */
  readonly after?: number
  /** Whether what it says comes to an end. */
  readonly isHeardOut?: boolean
  /** When it ends; it may never. */
  readonly exit?: CommandExecutor.Process["exitCode"]
}

interface Started {
  readonly command: string
  readonly args: ReadonlyArray<string>
  readonly environment: Readonly<Record<string, string>>
  readonly folder: string | undefined
  readonly input: string
  readonly signals: Array<string | undefined>
}

const ended: Behavior["exit"] = Effect.succeed(CommandExecutor.ExitCode(0))

/** Notes what is started, and lets each child behave as given, the last one for all that follow. */
const children = (...behaviors: ReadonlyArray<Behavior>) => {
  const started: Array<Started> = []
  const executor = CommandExecutor.makeExecutor((command) =>
    Effect.gen(function* () {
      if (command._tag !== "StandardCommand") return yield* Effect.die("a pipe of commands")
      const { stdin } = command
      const input = typeof stdin === "string" ? "" : yield* Stream.mkString(Stream.decodeText(stdin))
      const signals: Array<string | undefined> = []
      started.push({
        command: command.command,
        args: command.args,
        environment: Object.fromEntries(command.env),
        folder: Option.getOrUndefined(command.cwd),
        input,
        signals
      })
      const behavior = behaviors[started.length - 1] ?? behaviors.at(-1) ?? {}
      const said = Stream.fromEffect(Effect.sleep(behavior.after ?? 0)).pipe(
        Stream.flatMap(() => Stream.fromIterable(behavior.says?.(input) ?? [])),
        Stream.encodeText
      )
      return {
        [CommandExecutor.ProcessTypeId]: CommandExecutor.ProcessTypeId,
        pid: CommandExecutor.ProcessId(1),
        exitCode: behavior.exit ?? Effect.never,
        isRunning: Effect.succeed(true),
        kill: (signal) => Effect.sync(() => void signals.push(signal)),
        stderr: Stream.empty,
        stdin: Sink.drain,
        stdout: behavior.isHeardOut === false ? Stream.concat(said, Stream.never) : said,
        toJSON: () => ({}),
        [Inspectable.NodeInspectSymbol]: () => ""
      }
    })
  )
  return { started, executor, layer: Layer.succeed(CommandExecutor.CommandExecutor, executor) }
}

const module = PythonModule.make({ arity: 3, source: "def execute_trade(): ...\n", imports: ["math"] })

const trial = Trial.run(module, "AAPL")

/** Whether it is over after so many milliseconds, and after one more. */
const around = <A, E>(millis: number, self: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(self)
    yield* TestClock.adjust(millis - 1)
    const before = yield* Fiber.poll(fiber)
    yield* TestClock.adjust(1)
    assert.isTrue(Option.isNone(before), `over before ${millis} ms`)
    return yield* Fiber.join(fiber)
  })

describe("a child", () => {
  const options: Child.Options = { program: "p", args: ["-a"], environment: { A: "1" }, input: "in", wallClock: 1000 }
  const run = (behavior: Behavior, more: Partial<Child.Options> = {}) => {
    const { executor, started } = children(behavior)
    return Effect.map(Child.run(executor, { ...options, ...more }), (transcript) => ({ transcript, started }))
  }

  it.effect("gets what it is given and nothing of ours, and is killed in the end", () =>
    Effect.gen(function* () {
      const { started, transcript } = yield* run({ says: () => ["a", "b"], exit: ended })
      assert.deepStrictEqual(transcript, { output: "ab", ending: { _tag: "Exited" }, durationMs: 0 })
      assert.deepStrictEqual(started, [
        { command: "p", args: ["-a"], environment: { A: "1" }, folder: "/", input: "in", signals: ["SIGKILL"] }
      ])
    })
  )

  it.effect("may say 256 kB", () =>
    Effect.gen(function* () {
      const full = "x".repeat(MB / 4)
      const enough = yield* run({ says: () => [full], exit: ended })
      assert.strictEqual(enough.transcript.ending._tag, "Exited")
      const tooMuch = yield* run({ says: () => [full, "x", "never read"], exit: ended })
      assert.strictEqual(tooMuch.transcript.ending._tag, "Flooded")
      assert.strictEqual(tooMuch.transcript.output.length, full.length + 1)
    })
  )

  it.effect("may take as long as it is told", () =>
    Effect.gen(function* () {
      const { transcript } = yield* around(1000, run({ isHeardOut: false }))
      assert.deepStrictEqual(transcript, { output: "", ending: { _tag: "TimedOut" }, durationMs: 1000 })
    })
  )

  it.effect("that has ended is heard for another 500 ms, where something holds its pipe open", () =>
    Effect.gen(function* () {
      const { transcript } = yield* around(500, run({ says: () => ["last"], isHeardOut: false, exit: ended }))
      assert.deepStrictEqual(transcript, { output: "last", ending: { _tag: "Exited" }, durationMs: 500 })
    })
  )

  it.effect("that was killed has its signal, from the words of the platform", () =>
    Effect.gen(function* () {
      const exits = (description: string) =>
        Effect.fail(
          new PlatformErrors.SystemError({
            reason: "Unknown",
            module: "Command",
            method: "exitCode",
            pathOrDescriptor: "p",
            description
          })
        )
      const endings = yield* Effect.forEach(["receipt of signal: SIGSEGV", "something else"], (description) =>
        Effect.map(run({ exit: exits(description) }), ({ transcript }) => transcript.ending)
      )
      assert.deepStrictEqual(endings, [
        { _tag: "Killed", signal: "SIGSEGV" },
        { _tag: "Killed", signal: "unknown signal" }
      ])
    })
  )
})

describe("a trial in Monty", () => {
  it.effect("has 2 seconds of the processor and 512 MB for each regime, and 10 seconds in all", () =>
    Effect.gen(function* () {
      const { layer, started } = children({ isHeardOut: false })
      const monty = Monty.layer({ node: "/node" }).pipe(Layer.provide(layer))
      const outcome = yield* around(10_000, Effect.provide(trial, monty))
      assert.strictEqual(outcome._tag, "Skipped")
      const [child] = started
      const { arity, limits, program, regimes, ticker } = JSON.parse(child?.input ?? "")
      assert.deepStrictEqual(limits, { maxDurationSecs: 2, maxMemory: 512 * MB })
      assert.deepStrictEqual({ arity, ticker }, { arity: 3, ticker: "AAPL" })
      assert.isTrue(String(program).startsWith(module.source))
      assert.deepStrictEqual(regimes, Market.regimes(Market.SEED))
      assert.deepStrictEqual([child?.command, child?.args[0], child?.environment], ["/node", "-e", {}])
    })
  )

  it.effect("may be given another time", () =>
    Effect.gen(function* () {
      const { layer } = children({ isHeardOut: false })
      const monty = Monty.layer({ node: "/node", wallClock: "3 seconds" }).pipe(Layer.provide(layer))
      const outcome = yield* around(3000, Effect.provide(trial, monty))
      assert.strictEqual(outcome._tag, "Skipped")
    })
  )
})

describe("a trial in python3", () => {
  const found = (...version: ReadonlyArray<number>): Behavior => ({
    says: () => [JSON.stringify({ path: "/opt/python3", version })],
    exit: ended
  })
  const fault = (message: string): Behavior => ({
    says: (input) => {
      const { nonce } = JSON.parse(input)
      const messages = [
        { _tag: "Ready", sandboxed: true },
        { _tag: "Fault", code: "raised", message }
      ]
      return messages.map((one) => `${nonce} ${JSON.stringify(one)}\n`)
    },
    exit: ended
  })
  const tried = (options: Python3.Options, ...behaviors: ReadonlyArray<Behavior>) => {
    const { layer, started } = children(...behaviors)
    return { started, outcome: Effect.provide(trial, Python3.layer(options).pipe(Layer.provide(layer))) }
  }

  it.effect("has 2 seconds of the processor, 512 MB, no file and no process, and 10 seconds in all", () =>
    Effect.gen(function* () {
      const { outcome, started } = tried({}, found(3, 11, 7), { isHeardOut: false })
      yield* around(10_000, outcome)
      const [asked, child] = started
      assert.deepStrictEqual([asked?.command, asked?.args.slice(0, 3)], ["python3", ["-I", "-S", "-B"]])
      const { allowUnsandboxed, cpuSeconds, limits, modules, regimes } = JSON.parse(child?.input ?? "")
      assert.deepStrictEqual(limits, {
        RLIMIT_AS: 512 * MB,
        RLIMIT_FSIZE: 0,
        RLIMIT_NPROC: 0,
        RLIMIT_NOFILE: 0,
        RLIMIT_CORE: 0,
        RLIMIT_CPU: 2
      })
      assert.deepStrictEqual(
        { allowUnsandboxed, cpuSeconds, modules },
        {
          allowUnsandboxed: false,
          cpuSeconds: 2,
          modules: ["math"]
        }
      )
      assert.deepStrictEqual(regimes, Market.regimes(Market.SEED))
      assert.deepStrictEqual(
        [child?.command, child?.args.slice(0, 3), child?.environment],
        ["/opt/python3", ["-I", "-S", "-B"], { OPENBLAS_NUM_THREADS: "1" }]
      )
    })
  )

  it.effect("has more time for an exam, by its ticks", () =>
    Effect.gen(function* () {
      const paper = { market: "AAPL", prices: Array.from({ length: 1500 }, () => 3) }
      const exam: Exam.Exam = { basis: "data", bar: "day", papers: [paper], fee: 0, slippage: 0 }
      const { outcome, started } = tried({ exam: () => exam }, found(3, 11, 7), { isHeardOut: false })
      // A millisecond of the processor for each tick, in whole seconds, and twice that on the clock.
      yield* around(13_000, outcome)
      const { cpuSeconds, limits, regimes } = JSON.parse(started[1]?.input ?? "")
      assert.deepStrictEqual([cpuSeconds, limits.RLIMIT_CPU], [4, 4])
      assert.strictEqual(regimes.length, Market.regimes(Market.SEED).length + 1)
    })
  )

  it.effect("needs Python 3.8", () =>
    Effect.gen(function* () {
      const reasons = yield* Effect.forEach([found(3, 7, 17), found(2, 9, 0), found(3, 8, 0)], (python) => {
        const { outcome } = tried({}, python, { exit: ended })
        return Effect.map(outcome, (one) => (one._tag === "Skipped" ? one.reason : ""))
      })
      assert.deepStrictEqual(reasons, [
        "python3 3.7.17: Python 3.8 or later is needed",
        "python3 2.9.0: Python 3.8 or later is needed",
        "python3 3.8.0: the interpreter ended before the trial began"
      ])
    })
  )

  it.effect("is played once more where a child was not heard to its end, and no child is asked a third time", () =>
    Effect.gen(function* () {
      const { outcome, started } = tried({}, found(3, 11, 0), { exit: ended }, fault("ZeroDivisionError"))
      assert.include((yield* Effect.flip(outcome)).message, "ZeroDivisionError")
      assert.strictEqual(started.length, 3)
      const begun: Behavior = {
        says: (input) => [`${JSON.parse(input).nonce} {"_tag":"Ready","sandboxed":true}\n`],
        exit: ended
      }
      const cut = tried({}, found(3, 11, 0), begun, fault("ZeroDivisionError"))
      assert.include((yield* Effect.flip(cut.outcome)).message, "ZeroDivisionError")
      const silent = tried({}, found(3, 11, 0), { exit: ended })
      assert.strictEqual((yield* silent.outcome)._tag, "Skipped")
      assert.strictEqual(silent.started.length, 3)
      // The question where the interpreter is, too.
      const unheard = tried({}, { exit: ended }, found(3, 11, 0), fault("ZeroDivisionError"))
      assert.include((yield* Effect.flip(unheard.outcome)).message, "ZeroDivisionError")
    })
  )

  it.effect("is made after one that was interrupted while it asked where the interpreter is", () =>
    Effect.gen(function* () {
      const { layer, started } = children({ ...found(3, 11, 0), after: 2000 }, fault("ZeroDivisionError"))
      yield* Effect.gen(function* () {
        const first = yield* Effect.fork(trial)
        yield* TestClock.adjust(1000)
        yield* Fiber.interrupt(first)
        const second = yield* Effect.fork(Effect.exit(trial))
        yield* TestClock.adjust(2000)
        const exit = yield* Fiber.join(second)
        assert.include(Exit.isFailure(exit) ? Cause.pretty(exit.cause) : exit.value._tag, "ZeroDivisionError")
      }).pipe(Effect.provide(Python3.layer().pipe(Layer.provide(layer))))
      assert.strictEqual(started.length, 2)
    })
  )

  it.effect("takes what a Python before 3.11 does not know for no fault of the module", () =>
    Effect.gen(function* () {
      const tags = yield* Effect.forEach([found(3, 10, 14), found(3, 11, 0)], (python) => {
        const { outcome } = tried({}, python, fault("ImportError: cannot import name 'Self'"))
        return Effect.map(Effect.exit(outcome), (exit) => Exit.isSuccess(exit) && exit.value._tag === "Skipped")
      })
      assert.deepStrictEqual(tags, [true, false])
    })
  )

  it.effect("is skipped where there is none, or it does not answer for 10 seconds, and is asked for once", () =>
    Effect.gen(function* () {
      const { outcome } = tried({ interpreter: "python9" }, { isHeardOut: false })
      const skipped = yield* around(10_000, outcome)
      assert.deepStrictEqual(skipped, new Trial.Skipped({ reason: "python9 was not found or does not run" }))
      const { layer, started } = children(found(3, 7, 0))
      yield* Effect.provide(Effect.zipRight(trial, trial), Python3.layer().pipe(Layer.provide(layer)))
      assert.strictEqual(started.length, 1)
    })
  )
})

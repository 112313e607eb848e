/**
 * One child process that is fed once and may say only so much in only so long: whatever happens, its whole process group
 * is dead when the effect ends. It runs in the root directory with the environment it is given and nothing of ours.
 */
import * as Command from "@effect/platform/Command"
import type * as CommandExecutor from "@effect/platform/CommandExecutor"
import type { PlatformError } from "@effect/platform/Error"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Now from "../../telemetry/Now.js"

export type Ending =
  | { readonly _tag: "Exited" }
  | { readonly _tag: "Killed"; readonly signal: string }
  | { readonly _tag: "TimedOut" }
  | { readonly _tag: "Flooded" }

export interface Transcript {
  readonly output: string
  readonly ending: Ending
  readonly durationMs: number
}

export interface Options {
  readonly program: string
  readonly args: ReadonlyArray<string>
  readonly environment: Record<string, string>
  readonly input: string
  readonly wallClock: Duration.DurationInput
  /** Whether this is all that a child says that comes to its end by itself; default: that it is anything at all. */
  readonly isWhole?: ((output: string) => boolean) | undefined
}

/** 390 answers and a nonce on each are 30 kB. */
const MAX_OUTPUT = 256 * 1024

/**
 * How long a child that has ended may be heard: half a second. What it said is in the pipe by then, but what it started, and what
 * got out of its process group, may hold the pipe open for ever. In turns, since in a busy process the whole of that time may pass
 * before what is in the pipe has had its turn.
 */
const LAST_WORDS = Effect.repeatN(Effect.sleep("50 millis"), 9)

/** The platform tells the signal in the words of its error only, among the words of the command. */
const endingOf = (error: PlatformError): Ending => ({
  _tag: "Killed",
  signal: /receipt of signal: (SIG[A-Z0-9]+)/.exec(error.message)?.[1] ?? "unknown signal"
})

const once = (executor: CommandExecutor.CommandExecutor, options: Options): Effect.Effect<Transcript, PlatformError> =>
  Effect.gen(function* () {
    const began = yield* Now.millis
    const child = yield* Command.make(options.program, ...options.args).pipe(
      Command.env(options.environment, { extendEnv: false }),
      Command.workingDirectory("/"),
      Command.feed(options.input),
      executor.start
    )
    // The platform's own finalizer sends SIGTERM and waits; that may be ignored, this may not.
    yield* Effect.addFinalizer(() => Effect.ignore(child.kill("SIGKILL")))
    // Read, or a full pipe stops the child, and let go in the end, or an open one keeps this process alive.
    yield* Effect.forkScoped(Stream.runDrain(child.stderr))
    const ended = Effect.zipRight(Effect.exit(child.exitCode), LAST_WORDS)

    let output = ""
    const ending = yield* child.stdout.pipe(
      Stream.decodeText(),
      Stream.takeWhile((text) => {
        output += text
        return output.length <= MAX_OUTPUT
      }),
      Stream.runDrain,
      Effect.raceFirst(ended),
      Effect.flatMap(() =>
        output.length > MAX_OUTPUT
          ? Effect.succeed<Ending>({ _tag: "Flooded" })
          : Effect.match(child.exitCode, {
              onFailure: endingOf,
              onSuccess: (): Ending => ({ _tag: "Exited" })
            })
      ),
      Effect.timeoutOption(options.wallClock),
      Effect.map(Option.getOrElse((): Ending => ({ _tag: "TimedOut" })))
    )
    return { output, ending, durationMs: (yield* Now.millis) - began }
  }).pipe(Effect.scoped)

/**
 * Of a child that ends while this process, busy with others, does not read, Node drops what it said last. One that has ended, and was
 * not heard to its end, is started once more.
 */
export const run = (
  executor: CommandExecutor.CommandExecutor,
  options: Options
): Effect.Effect<Transcript, PlatformError> => {
  const { isWhole = (output) => output !== "" } = options
  return Effect.repeat(once(executor, options), {
    until: ({ ending, output }) => ending._tag !== "Exited" || isWhole(output),
    times: 1
  })
}

/**
 * The trial in the python3 that is on the machine. The child confines itself before it compiles and runs the module (see the driver):
 * on Linux, x86-64 or aarch64, no file, socket, process or thread can be had from then on. Where that cannot be set the
 * trial is skipped, unless the caller insists.
 */
import * as Command from "@effect/platform/Command"
import * as CommandExecutor from "@effect/platform/CommandExecutor"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Child from "./Child.js"
import { finding } from "./Finding.js"
import * as Market from "./Market.js"
import * as Nonce from "./Nonce.js"
import { driver } from "./Programs.js"
import * as Trial from "./Trial.js"

export interface Options {
  /** A name to be found on PATH, or a path. Default `python3`. */
  readonly interpreter?: string
  /** Default 10 seconds, of which the processor may take 2, and more for the ticks of an exam. */
  readonly wallClock?: Duration.DurationInput | undefined
  /** Run model code even where it cannot be confined. Default false. */
  readonly allowUnsandboxed?: boolean | undefined
  /** Default: modules are not scored. */
  readonly exam?: Trial.Examiner | undefined
}

/** A trial takes 0.05 s, 0.3 with numpy; a machine under load is ten times slower. */
const WALL_CLOCK = Duration.seconds(10)
const CPU_SECONDS = 2
/** For each tick of an exam: a module that adds up its whole history takes half of it after 5,000. */
const SECONDS_PER_TICK = 0.001
const MEMORY_BYTES = 512 * 1024 * 1024

const LIMITS = {
  RLIMIT_AS: MEMORY_BYTES,
  RLIMIT_FSIZE: 0,
  RLIMIT_NPROC: 0,
  RLIMIT_NOFILE: 0,
  RLIMIT_CORE: 0
}

/** The driver's own Python. */
const OLDEST: Version = [3, 8, 0]
/** The Python that accepted modules are written for. */
const TARGET: Version = [3, 11, 0]

const Version = Schema.Tuple(Schema.Int, Schema.Int, Schema.Int)
type Version = typeof Version.Type
const Interpreter = Schema.parseJson(Schema.Struct({ path: Schema.String, version: Version }))
type Interpreter = typeof Interpreter.Type

const older = (a: Version, b: Version): boolean => a[0] < b[0] || (a[0] === b[0] && a[1] < b[1])

/** What a trial ends with, unless the module ends its process. */
const LAST = /"_tag": ?"(?:Done|Fault|Unready)"/

/** No environment variable, no user's site, no site at all until something outside the standard library is imported. */
const ISOLATED = ["-I", "-S", "-B"]

/** A name on PATH may be a version manager's script: asked once where the real interpreter is, which starts faster. */
const locate = (executor: CommandExecutor.CommandExecutor, name: string): Effect.Effect<Interpreter, string> =>
  executor
    .string(
      Command.make(
        name,
        ...ISOLATED,
        "-c",
        "import sys, json; print(json.dumps({'path': sys.executable, 'version': sys.version_info[:3]}))"
      )
    )
    .pipe(
      // As `Child.run` does.
      Effect.repeat({ until: (said) => said !== "", times: 1 }),
      Effect.timeout(WALL_CLOCK),
      Effect.flatMap(Schema.decode(Interpreter)),
      Effect.mapError(() => `${name} was not found or does not run`)
    )

export const make = (options: Options): Effect.Effect<Trial.Service, never, CommandExecutor.CommandExecutor> =>
  Effect.gen(function* () {
    const executor = yield* CommandExecutor.CommandExecutor
    // In a fiber of its own: what a trial that is interrupted would keep for all others is that it was.
    const asking = yield* Effect.cached(Effect.forkDaemon(locate(executor, options.interpreter ?? "python3")))
    const located = Effect.flatMap(asking, Fiber.join)

    const run: Trial.Service["run"] = Effect.fn("Trial.python3")(function* ({ arity, imports, source }, ticker) {
      const found = yield* Effect.either(located)
      if (found._tag === "Left") return new Trial.Skipped({ reason: found.left })
      const { path, version } = found.right
      const interpreter = `python3 ${version.join(".")}`
      if (older(version, OLDEST)) return new Trial.Skipped({ reason: `${interpreter}: Python 3.8 or later is needed` })

      const exam = options.exam?.(ticker)
      const examined = Market.examined(exam)
      const regimes = [...Market.regimes(Market.SEED, exam?.rules), ...examined]
      const more = Market.ticksOf(examined) * SECONDS_PER_TICK
      const cpuSeconds = CPU_SECONDS + Math.ceil(more)
      const nonce = yield* Nonce.make
      const transcript = yield* Effect.option(
        Child.run(executor, {
          program: path,
          args: [...ISOLATED, "-c", driver],
          // One thread: more would each reserve address space, and the filter lets none start.
          environment: { OPENBLAS_NUM_THREADS: "1" },
          input: JSON.stringify({
            nonce,
            source,
            arity,
            ticker,
            regimes,
            seed: Market.SEED,
            // Loaded before the files are out of reach: the checks have let them pass.
            modules: imports,
            allowUnsandboxed: options.allowUnsandboxed ?? false,
            cpuSeconds,
            limits: { ...LIMITS, RLIMIT_CPU: cpuSeconds }
          }),
          isWhole: (output) => LAST.test(output),
          wallClock: options.wallClock ?? Duration.sum(WALL_CLOCK, Duration.seconds(2 * more))
        })
      )
      if (Option.isNone(transcript)) return new Trial.Skipped({ reason: `${interpreter}: could not be started` })
      return yield* finding({ ...transcript.value, interpreter, dated: older(version, TARGET), regimes, exam, nonce })
    })
    return { run }
  })

export const layer = (options: Options = {}): Layer.Layer<Trial.Trial, never, CommandExecutor.CommandExecutor> =>
  Layer.effect(Trial.Trial, make(options))

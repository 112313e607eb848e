/**
 * The trial in Monty, an interpreter of a part of Python that knows no file, socket or process: for machines where
 * python3 is missing or cannot be confined. It lacks much that good modules use, so only its pass is believed; all else
 * is skipped. The package is optional and is loaded by a Node child, which can be stopped and whose crash is its own.
 */
import * as CommandExecutor from "@effect/platform/CommandExecutor"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Child from "./Child.js"
import { finding } from "./Finding.js"
import * as Market from "./Market.js"
import * as Nonce from "./Nonce.js"
import { montyHost, montyPlayer } from "./Programs.js"
import * as Trial from "./Trial.js"

export interface Options {
  /** The path of the Node that runs the child: `process.execPath`. */
  readonly node: string
  /** Default 10 seconds. */
  readonly wallClock?: Duration.DurationInput | undefined
  /** Default: modules are not scored. */
  readonly exam?: Trial.Examiner | undefined
}

/** Node takes 0.1 s to start; each regime has `maxDurationSecs` of its own. */
const WALL_CLOCK = "10 seconds"
const LIMITS = { maxDurationSecs: 2, maxMemory: 512 * 1024 * 1024 }

export const make = (options: Options): Effect.Effect<Trial.Service, never, CommandExecutor.CommandExecutor> =>
  Effect.gen(function* () {
    const executor = yield* CommandExecutor.CommandExecutor

    const run: Trial.Service["run"] = Effect.fn("Trial.monty")(function* ({ arity, source }, ticker) {
      const exam = options.exam?.(ticker)
      const regimes = [...Market.regimes(Market.SEED, exam?.rules), ...Market.examined(exam)]
      const nonce = yield* Nonce.make
      const input = {
        nonce,
        anchor: import.meta.url,
        program: source + montyPlayer,
        arity,
        regimes,
        ticker,
        limits: LIMITS
      }
      return yield* Child.run(executor, {
        program: options.node,
        args: ["-e", montyHost],
        environment: {},
        input: JSON.stringify(input),
        wallClock: options.wallClock ?? WALL_CLOCK
      }).pipe(
        Effect.flatMap((transcript) =>
          finding({ ...transcript, interpreter: "monty", dated: false, regimes, exam, nonce })
        ),
        Effect.catchTag("CodeFailure", ({ message }) =>
          Effect.succeed(new Trial.Skipped({ reason: `monty: ${message}` }))
        ),
        Effect.catchAll(() =>
          Effect.succeed(new Trial.Skipped({ reason: `monty: ${options.node} could not be started` }))
        )
      )
    })
    return { run }
  })

export const layer = (options: Options): Layer.Layer<Trial.Trial, never, CommandExecutor.CommandExecutor> =>
  Layer.effect(Trial.Trial, make(options))

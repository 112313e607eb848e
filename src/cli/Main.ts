/** Connects the command to this process, and turns its result into an exit code. */
import * as CliConfig from "@effect/cli/CliConfig"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeTerminal from "@effect/platform-node/NodeTerminal"
import type * as Runtime from "@effect/platform/Runtime"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as Afterwork from "./Afterwork.js"
import * as Cli from "./Cli.js"
import * as DotEnv from "./DotEnv.js"
import { Failure, NOTHING_PRODUCED, textOf } from "./Failure.js"
import * as Signals from "./Signals.js"
import * as StandardOutput from "./StandardOutput.js"
import * as Terminal from "./Terminal.js"

StandardOutput.watch()

const teardown: Runtime.Teardown = (exit, onExit) => {
  if (Exit.isSuccess(exit)) return onExit(0)
  if (Cause.isInterruptedOnly(exit.cause)) return onExit(Signals.exitCode())
  const error = Option.getOrUndefined(Cause.failureOption(exit.cause))
  onExit(error instanceof Failure ? error.exitCode : NOTHING_PRODUCED)
}

const explain = (cause: Cause.Cause<unknown>): Effect.Effect<void> => {
  const error = Option.getOrUndefined(Cause.failureOption(cause))
  if (Cause.isInterruptedOnly(cause)) return Effect.void
  if (!(error instanceof Failure)) return Console.error(`algogen failed unexpectedly:\n${Cause.pretty(cause)}`)
  return error.message === "" ? Effect.void : Console.error(`algogen: ${textOf(error)}`)
}

const surroundings = Layer.mergeAll(
  CliConfig.layer({ showBuiltIns: false, showTypes: false }),
  Logger.replace(
    Logger.defaultLogger,
    Logger.prettyLogger({ stderr: true, colors: Terminal.hasColors(process.stderr) })
  ),
  DotEnv.layer
).pipe(
  Layer.provideMerge(Layer.mergeAll(NodeFileSystem.layer, NodePath.layer, NodeTerminal.layer)),
  Layer.provideMerge(Terminal.layer)
)

export const run = (version: string): void =>
  Cli.run(version, process.argv).pipe(
    Effect.tapErrorCause(explain),
    Effect.ensuring(Afterwork.done),
    Logger.withMinimumLogLevel(LogLevel.Error),
    Effect.provide(surroundings),
    NodeRuntime.runMain({ disableErrorReporting: true, disablePrettyLogger: true, teardown })
  )

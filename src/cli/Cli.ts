/** The command `algogen` and its subcommands. The work of each is in a module that is loaded when the command is called. */
import { stripVTControlCharacters } from "node:util"
import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as ValidationError from "@effect/cli/ValidationError"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Predicate from "effect/Predicate"
import type * as Types from "effect/Types"
import * as Arguments from "./Arguments.js"
import { COMMANDS, type CommandName } from "./CommandRows.js"
import * as Commands from "./Commands.js"
import * as Configured from "./Configured.js"
import { wrongUsage } from "./Failure.js"
import { ABOUT } from "./Overview.js"
import * as Terminal from "./Terminal.js"
import { Version } from "./Version.js"

const make = <Config extends Command.Command.Config, E, R>(
  name: CommandName,
  flags: Config,
  load: () => Promise<{
    readonly run: (flags: Types.Simplify<Command.Command.ParseConfig<Config>>) => Effect.Effect<void, E, R>
  }>
) =>
  Command.make(name, flags, (given) => {
    const work = Effect.flatMap(Effect.promise(load), ({ run }) => run(given))
    const logged = isVerbose(given) ? Logger.withMinimumLogLevel(work, LogLevel.Debug) : work
    return Console.withConsole(logged, Terminal.output)
  }).pipe(Command.withDescription(COMMANDS[name].about))

const isVerbose = (flags: unknown): boolean => Predicate.hasProperty(flags, "verbose") && flags.verbose === true

export const command = Command.make("algogen").pipe(
  Command.withDescription(ABOUT),
  Command.withSubcommands([
    make("generate", Commands.generate, () => import("./commands/Generate.js")),
    make("init", Commands.init, () => import("./commands/Init.js")),
    make("models", Commands.models, () => import("./commands/Models.js")),
    make("doctor", Commands.doctor, () => import("./commands/Doctor.js")),
    make("journal", Commands.journal, () => import("./commands/Journal.js")),
    make("report", Commands.report, () => import("./commands/Report.js")),
    make("view", Commands.view, () => import("./commands/View.js")),
    make("validate", Commands.validate, () => import("./commands/Validate.js")),
    make("score", Commands.score, () => import("./commands/Score.js")),
    make("compare", Commands.compare, () => import("./commands/Compare.js")),
    make("python", Commands.python, () => import("./commands/Python.js")),
    make("worker", Commands.worker, () => import("./commands/Worker.js")),
    make("status", Commands.status, () => import("./commands/Status.js")),
    make("cancel", Commands.cancel, () => import("./commands/Cancel.js")),
    make("simulate", Commands.simulate, () => import("./commands/Simulate.js"))
  ])
)

/** `words` as the system gives them: the interpreter, the program, and what was written after it. */
export const run = (version: string, [interpreter = "", program = "", ...words]: ReadonlyArray<string>) =>
  Arguments.separate(words).pipe(
    Effect.flatMap(Configured.complete),
    Effect.flatMap((completed) =>
      Command.run(command, { name: "algogen", version })([interpreter, program, ...completed])
    ),
    Effect.provideService(Version, version),
    // The flag parser prints its errors in a style of its own.
    Console.withConsole({ ...Terminal.output, error: () => Effect.void }),
    Effect.catchIf(ValidationError.isValidationError, ({ error }) =>
      wrongUsage(stripVTControlCharacters(HelpDoc.toAnsiText(error)).trim())
    )
  )

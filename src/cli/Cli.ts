/** The command `algogen` and its subcommands. */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Arguments from "./Arguments.js"
import * as Discover from "./Discover.js"
import * as Doctor from "./Doctor.js"
import * as Generate from "./Generate.js"
import * as Journal from "./Journal.js"
import * as Simulate from "./Simulate.js"
import * as Validate from "./Validate.js"

const command = Command.make("algogen").pipe(
  Command.withDescription("Ask several language models at once to write a trading algorithm in Python"),
  Command.withSubcommands([
    Generate.command,
    Discover.command,
    Doctor.command,
    Journal.command,
    Validate.command,
    Simulate.command
  ])
)

export const run = (version: string, words: ReadonlyArray<string>) =>
  Effect.flatMap(Arguments.separate(words), Command.run(command, { name: "algogen", version }))

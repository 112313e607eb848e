/** The command `algogen` and its subcommands. */
import * as Command from "@effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Arguments from "./Arguments.js"
import * as Doctor from "./commands/Doctor.js"
import * as Generate from "./commands/Generate.js"
import * as Journal from "./commands/Journal.js"
import * as Discover from "./commands/Models.js"
import * as Simulate from "./commands/Simulate.js"
import * as Validate from "./commands/Validate.js"
import * as Table from "./view/Table.js"

const ABOUT = "Ask several language models at once to write a trading algorithm in Python"

const ABOUT_EACH = {
  generate: "Ask several models at once to write a trading algorithm, and save what works",
  models: "List the models on offer, with context length and prices",
  doctor: "Find out why requests fail: key, base URL, models, one small request",
  journal: "List the answers that were paid for, or forget the old ones",
  validate: "Check Python files, or answers of models, without asking anybody",
  simulate: "Serve the simulated OpenRouter on this machine, for tests and demonstrations"
}

const command = Command.make("algogen").pipe(
  Command.withDescription(ABOUT),
  Command.withSubcommands([
    Command.withDescription(Generate.command, ABOUT_EACH.generate),
    Command.withDescription(Discover.command, ABOUT_EACH.models),
    Command.withDescription(Doctor.command, ABOUT_EACH.doctor),
    Command.withDescription(Journal.command, ABOUT_EACH.journal),
    Command.withDescription(Validate.command, ABOUT_EACH.validate),
    Command.withDescription(Simulate.command, ABOUT_EACH.simulate)
  ])
)

/** In place of the generated one, in which every description stands to the right of the longest list of flags. */
const overview = (version: string): string =>
  [
    `algogen ${version}`,
    ABOUT,
    "",
    Table.render(
      ["Commands:", ""],
      Object.entries(ABOUT_EACH).map(([name, about]) => [`  ${name}`, about])
    ),
    "",
    "Each with --help tells its flags. Others: --version, --completions bash, zsh or fish."
  ].join("\n")

const isPlea = ([word, ...others]: ReadonlyArray<string>): boolean =>
  word === undefined || (others.length === 0 && (word === "--help" || word === "-h"))

/** `words` as the system gives them: the interpreter, the program, and what was written after it. */
export const run = (version: string, words: ReadonlyArray<string>) =>
  isPlea(words.slice(2))
    ? Console.log(overview(version))
    : Effect.flatMap(Arguments.separate(words), Command.run(command, { name: "algogen", version }))

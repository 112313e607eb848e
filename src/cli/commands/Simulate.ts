/** `algogen simulate`: the embedded OpenRouter alone, until it is interrupted, or the list of what it can do. */
import * as Command from "@effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Behavior from "../../simulator/Behavior.js"
import * as Simulator from "../../simulator/Simulator.js"
import { wrongUsage } from "../Failure.js"
import * as Flags from "../Flags.js"
import * as Table from "../view/Table.js"

export const command = Command.make(
  "simulate",
  { port: Flags.port, seed: Flags.seed, scenario: Flags.scenario, list: Flags.list },
  ({ list, ...options }) => (list ? Console.log(behaviors) : serve(options))
)

const serve = (options: Simulator.Options) =>
  Effect.gen(function* () {
    const { baseUrl } = yield* Simulator.Simulator
    yield* Console.error("These are simulated models: their answers are made up. Ctrl-C ends the server.")
    yield* Console.log(`OPENROUTER_BASE_URL=${baseUrl}`)
    yield* Effect.never
  }).pipe(
    Effect.provide(Simulator.layer(options)),
    Effect.catchTag("ServeError", () => wrongUsage(`port ${options.port} cannot be listened on: is it in use?`))
  )

const behaviors = [
  Table.render(
    ["name", "number", "what it does"],
    Behavior.table.map(({ description, name, value }) => [name, value === undefined ? "" : String(value), description])
  ),
  "",
  "As a model: sim/NAME, or sim/NAME*2 for the first two requests only; up to three.",
  `In the header ${Behavior.HEADER}: any plan, such as status-503*2+429-retry-after=90.`
].join("\n")

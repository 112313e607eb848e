/** `algogen simulate`: the embedded OpenRouter alone, until it is interrupted. */
import * as Command from "@effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Simulator from "../simulator/Simulator.js"
import { wrongUsage } from "./Failure.js"
import * as Flags from "./Flags.js"

export const command = Command.make(
  "simulate",
  { port: Flags.port, seed: Flags.seed, scenario: Flags.scenario },
  ({ port, scenario, seed }) =>
    Effect.gen(function* () {
      const { baseUrl } = yield* Simulator.Simulator
      yield* Console.error("These are simulated models: their answers are made up. Ctrl-C ends the server.")
      yield* Console.log(`OPENROUTER_BASE_URL=${baseUrl}`)
      yield* Effect.never
    }).pipe(
      Effect.provide(Simulator.layer({ port, seed, scenario })),
      Effect.catchTag("ServeError", () => wrongUsage(`port ${port} cannot be listened on: is it in use?`))
    )
).pipe(Command.withDescription("Serve the simulated OpenRouter on this machine, for tests and demonstrations"))

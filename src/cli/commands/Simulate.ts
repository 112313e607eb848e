/** `algogen simulate`: runs a simulated server until it is interrupted, or lists what it can do. */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type * as Commands from "../Commands.js"
import { wrongUsage } from "../Failure.js"
import * as Fit from "../view/Fit.js"
import * as Look from "../view/Look.js"
import * as Table from "../view/Table.js"

export const run = ({ list, ...options }: Commands.Simulate) =>
  list ? Effect.flatMap(listed, Console.log) : serve(options)

/** Loaded when it is needed: no other command pays for it. */
const load = Effect.promise(() => import("../../simulator.js"))

const serve = (options: Omit<Commands.Simulate, "list">) =>
  Effect.flatMap(load, ({ Profiles, Simulator }) =>
    Effect.gen(function* () {
      const { baseUrl } = yield* Simulator.Simulator
      const { title, typed } = Profiles.table[options.profile]
      yield* Console.error("These models are simulated: their answers are made up. Press Ctrl-C to stop the server.")
      yield* Console.error(
        `The server imitates ${title}. Try: algogen generate --base-url '${baseUrl}' --model ${typed}`
      )
      yield* Console.log(`OPENROUTER_BASE_URL=${baseUrl}`)
      yield* Effect.never
    }).pipe(
      Effect.provide(Simulator.layer(options)),
      Effect.catchTag("ServeError", () =>
        wrongUsage(`cannot listen on port ${options.port}: it may be in use, choose another --port`)
      )
    )
  )

type Row = readonly [name: string, detail: string, description: string]

/** The descriptions wrapped beside the rest, in as many columns as output for a file may have. */
const table = (header: Row, rows: ReadonlyArray<Row>): string => {
  const beside = Table.width(
    Table.render(
      ["", ""],
      [header, ...rows].map(([name, detail]) => [name, detail])
    )
  )
  const room = Look.plain.columns - beside - Table.GAP.length
  return Table.render(
    header,
    rows.flatMap(([name, detail, description]) =>
      Fit.wrap(description, room).map((line, index) => (index === 0 ? [name, detail, line] : ["", "", line]))
    )
  )
}

const listed = Effect.map(load, ({ Behavior, Profiles }) =>
  [
    table(
      ["behavior", "number", "what it does"],
      Behavior.table.map(({ description, name, value }) => [
        name,
        value === undefined ? "" : String(value),
        description
      ])
    ),
    "",
    "Use one as a model id: sim/NAME, or sim/NAME*2 for the first two requests only (at most *3).",
    `The header ${Behavior.HEADER} takes any plan, such as status-503*2+429-retry-after=90.`,
    "",
    table(
      ["profile", "model id to try", "what the server is known for"],
      Profiles.all.map(({ description, name, typed }) => [name, typed, description])
    ),
    "",
    "Choose a profile with --profile NAME. Every profile also accepts sim/NAME as a model id."
  ].join("\n")
)

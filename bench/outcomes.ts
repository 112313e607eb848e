/**
 * Asks the simulated server for each of its behaviors, over real sockets, and writes what was measured to
 * `docs/outcomes.md`. Writes nothing and ends with an error when something differs from what is claimed of it.
 */
import { writeFile } from "node:fs/promises"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Console, Effect } from "effect"
import * as Behavior from "../src/simulator/Behavior.js"
import * as Profiles from "../src/simulator/Profiles.js"
import * as Servers from "../test/system/sockets/dialects.js"
import { claim, measure, type Result } from "../test/system/sockets/outcomes.js"
import * as Options from "./options/Options.mjs"

Options.read("npm run bench:outcomes", {})

const FILE = "docs/outcomes.md"

const name = (gets: string): string => (gets === "ok" ? "the algorithm" : `\`${gets}\``)

const told = ({ gets, requests }: Result): string => `${name(gets)} | ${requests}`

/** A line of a table, and what in it differs from the claim. */
interface Line {
  readonly text: string
  readonly wrong: ReadonlyArray<string>
}

type Measured = Effect.Effect.Success<ReturnType<typeof measure>>[number]

/** Which of a row's plans came to something else. */
const differences = (stream: boolean, { results, row }: Measured): ReadonlyArray<string> => {
  const expected = told(claim(row, stream))
  return results.flatMap(({ plan, result }) => {
    const found = result === undefined ? "nothing" : told(result)
    return found === expected ? [] : [`${plan}${stream ? "" : ", not streamed"}: ${found}, not ${expected}`]
  })
}

const behaviors = Effect.gen(function* () {
  const [streamed, plain] = yield* Effect.all([measure(true), measure(false)])
  return streamed.map((one, index): Line => {
    // What concerns streams alone is a good answer without one: checked, and not worth a line.
    const wrong = [...differences(true, one), ...differences(false, plain[index] ?? one)]
    return { text: `| ${one.row.did} | ${told(claim(one.row, true))} |`, wrong }
  })
})

/** Some rows are named by the behavior alone. */
const sentence = ({ did }: Servers.Row): string => Behavior.table.find(({ name }) => name === did)?.description ?? did

const titleOf = ({ profile }: Servers.Row): string => Profiles.table[profile].title

const server = (row: Servers.Row): Effect.Effect<Line> =>
  Effect.map(Effect.orDie(Servers.measure(row, true)), ({ requests, slots }) => {
    const gets = [...new Set(slots.map((slot) => slot.gets))]
    const isAllowed = typeof row.requests === "number" ? requests === row.requests : requests <= row.requests.most
    const isRight = isAllowed && gets.every((each) => each === row.gets || row.gets.includes(each))
    return {
      text: `| ${titleOf(row)} | ${sentence(row)} | ${gets.map(name).join(", ")} | ${requests} |`,
      wrong: isRight ? [] : [`${Servers.nameOf(row)}: ${gets.join(", ")} | ${requests}`]
    }
  })

const page = (rows: ReadonlyArray<Line>, servers: ReadonlyArray<Line>): string =>
  `# What servers do, and what comes of it

Written by \`npm run bench:outcomes\`, which measures both tables over real sockets against the simulator, with the
default options and streamed answers. Requests are the server's own count. The reasons are explained in the
[README](../README.md#errors).

## Any server

Without flow control, so that the retries are all there is.

| what the server did | what the caller gets | requests |
|---|---|---|
${rows.map(({ text }) => text).join("\n")}

## Servers by name

What each server is known for, in its own words on the wire. With flow control, as in the command.

| server | what it did | what the caller gets | requests |
|---|---|---|---|
${servers.map(({ text }) => text).join("\n")}
`

const main = Effect.gen(function* () {
  const rows = yield* behaviors
  const known = Servers.rows.toSorted((one, other) => titleOf(one).localeCompare(titleOf(other)))
  const servers = yield* Effect.forEach(known, server, { concurrency: 8 })
  const wrong = [...rows, ...servers].flatMap((line) => line.wrong)
  if (wrong.length > 0) return yield* Effect.dieMessage(["not as claimed:", ...wrong].join("\n"))
  yield* Effect.promise(() => writeFile(FILE, page(rows, servers)))
  yield* Console.log(`${FILE}: ${rows.length} and ${servers.length} rows`)
})

NodeRuntime.runMain(main)

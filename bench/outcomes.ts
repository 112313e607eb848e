/**
 * Asks the embedded server for each of its behaviors, over real sockets, and prints what was measured as the table that
 * the manual shows. Ends with an error when something differs from what is claimed of it.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Console, Effect } from "effect"
import { claim, measure, type Result, type Row } from "../test/system/sockets/outcomes.js"

const told = ({ gets, requests }: Result): string => `${gets === "ok" ? "the algorithm" : `\`${gets}\``} | ${requests}`

/** What all of a row's plans came to, or an error that names the one that differs. */
const agreed = (
  stream: boolean,
  {
    results,
    row
  }: {
    readonly row: Row
    readonly results: ReadonlyArray<{ readonly plan: string; readonly result?: Result | undefined }>
  }
) =>
  Effect.as(
    Effect.forEach(results, ({ plan, result }) => {
      const found = result === undefined ? "nothing" : told(result)
      const expected = told(claim(row, stream))
      return found === expected ? Effect.void : Effect.dieMessage(`${plan}: ${found}, not ${expected}`)
    }),
    told(claim(row, stream))
  )

const main = Effect.gen(function* () {
  const [streamed, plain] = yield* Effect.all([measure(true), measure(false)])
  yield* Console.log("| what the server did | what the caller gets | requests |\n|---|---|---|")
  for (const [index, one] of streamed.entries()) {
    // What concerns streams alone is a good answer without one: checked, and not worth a line.
    yield* agreed(false, plain[index] ?? one)
    yield* Console.log(`| ${one.row.did} | ${yield* agreed(true, one)} |`)
  }
})

NodeRuntime.runMain(main)

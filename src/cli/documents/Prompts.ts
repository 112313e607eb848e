/** What `--show-prompt` prints: what each model would be asked, as text or as the document of `--json`. */
import * as Schema from "effect/Schema"
import type * as Plan from "../../generation/Plan.js"
import { Message } from "../../storage/journal/Record.js"
import * as Lines from "../view/Lines.js"
import * as Table from "../view/Table.js"
import * as Parts from "./Parts.js"

export const Prompts = Schema.Struct({
  version: Schema.String,
  results: Schema.Array(
    Schema.Struct({
      ...Parts.slot,
      ticker: Schema.String,
      promptHash: Parts.Hash,
      messages: Schema.Array(Message)
    })
  )
})

export const make = (plans: ReadonlyArray<Plan.Plan>, version: string) => {
  const results = plans.flatMap(({ slots }) =>
    slots.map(({ messages, model, promptHash, sample, strategy, ticker }) => ({
      ticker,
      model,
      sample,
      strategy,
      promptHash,
      messages
    }))
  )
  return {
    version,
    results: results.map((result, index) => Object.assign({ index }, result))
  } satisfies typeof Prompts.Encoded
}

/** Printable, and with its lines and indentation. */
const printable = (text: string): string => text.trimEnd().split("\n").map(Table.code).join("\n")

export const render = ({ results }: ReturnType<typeof make>): string =>
  results
    .flatMap(({ messages, promptHash, strategy, ticker, ...slot }) => [
      Table.plain(`=== ${Lines.nameOf(slot)}, ${ticker}${strategy === undefined ? "" : `, strategy ${strategy}`}`),
      `prompt: sha256 ${promptHash}`,
      ...messages.flatMap(({ content, role }) => [`--- ${Table.plain(role)}`, printable(content)]),
      ""
    ])
    .join("\n")
    .trimEnd()

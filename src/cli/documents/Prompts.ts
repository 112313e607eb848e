/** What `--show-prompt` prints: what each model would be asked, as text or as the document of `--json`. */
import * as Schema from "effect/Schema"
import { numbers } from "../../domain/Numbering.js"
import type * as Plan from "../../generation/Plan.js"
import * as Lines from "../view/Lines.js"
import * as Table from "../view/Table.js"
import * as Parts from "./Parts.js"

export const Prompts = Schema.Struct({
  version: Schema.String,
  ticker: Schema.String,
  results: Schema.Array(Schema.Struct({ ...Parts.slot, promptHash: Parts.Hash, messages: Schema.Array(Parts.Message) }))
})

export const make = ({ slots, ticker }: Plan.Plan, version: string) => {
  const named = numbers(slots)
  return {
    version,
    ticker,
    results: slots.map(({ index, messages, model, promptHash, sample, strategy }) => ({
      index,
      model,
      sample: named[index] ?? sample,
      strategy,
      promptHash,
      messages
    }))
  } satisfies typeof Prompts.Encoded
}

/** Printable, and with its lines and indentation. */
const printable = (text: string): string =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t").map(Table.plain).join("\t"))
    .join("\n")

export const render = ({ results, ticker }: ReturnType<typeof make>): string =>
  results
    .flatMap(({ messages, promptHash, strategy, ...slot }) => [
      Table.plain(`=== ${Lines.nameOf(slot)}, ${ticker}${strategy === undefined ? "" : `, strategy ${strategy}`}`),
      `prompt: sha256 ${promptHash}`,
      ...messages.flatMap(({ content, role }) => [`--- ${Table.plain(role)}`, printable(content)]),
      ""
    ])
    .join("\n")
    .trimEnd()

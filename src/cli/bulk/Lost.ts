/** Algorithms that were paid for and could be saved nowhere, neither as a file nor in the journal: they go to the output. Pure. */
import * as Option from "effect/Option"
import type * as Report from "../../generation/Report.js"
import * as Table from "../view/Table.js"

export const is = ({ reason }: Report.Outcome): boolean =>
  Option.exists(reason, (reason) => reason._tag === "StoreError" && reason.answerKept !== true)

export const print = ({ algorithm, model, ticker }: Report.Outcome): ReadonlyArray<string> => {
  const lines = Option.match(algorithm, { onNone: () => [], onSome: ({ code }) => code.split("\n") })
  // A tab is Python's indentation here, and harmless to a terminal.
  const printable = (line: string) => line.split("\t").map(Table.plain).join("\t")
  return [
    "",
    `# ${Table.plain(`${ticker} ${model}`)}: could not be saved anywhere, so here it is`,
    ...lines.map(printable)
  ]
}

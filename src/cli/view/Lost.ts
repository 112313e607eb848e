/** Algorithms that were paid for and could be saved nowhere, neither as a file nor in the journal: they go to the output. Pure. */
import * as Option from "effect/Option"
import type * as Report from "../../generation/Report.js"
import * as Table from "./Table.js"

export const is = ({ reason }: Report.Outcome): boolean =>
  Option.exists(reason, (reason) => reason._tag === "StoreError" && reason.answerKept !== true)

export const print = (name: string, { algorithm }: Report.Outcome): ReadonlyArray<string> => {
  const lines = Option.match(algorithm, { onNone: () => [], onSome: ({ code }) => code.split("\n") })
  return ["", `# ${Table.plain(name)}: could not be saved anywhere, so here it is`, ...lines.map(Table.code)]
}

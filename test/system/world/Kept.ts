/** What the program promised to keep: answers that it showed, files that it reported. Looks for them on a disk. */
import * as Disk from "./Disk.js"
import type { Prepared } from "./Files.js"
import * as Rules from "./Rules.js"
import type { Request } from "./Server.js"

export interface Kept {
  /** An answer was shown to the user. */
  readonly acknowledge: (number: number, request: Pick<Request, "question" | "life">) => void
  /** How many answers to this were shown, in this life or in any. */
  readonly answersTo: (question: string, life: number | undefined) => number
  /** A run reports a file at its end. */
  readonly report: (path: string, model: string, ticker: string) => void
  readonly check: (when: string, disk: Disk.FolderNode) => void
}

export const make = (prepared: Prepared, complain: (sentence: string) => void): Kept => {
  const acknowledged = new Map<number, Pick<Request, "question" | "life">>()
  const reported = new Map<string, { readonly model: string; readonly ticker: string }>()

  const checkReported = (when: string, disk: Disk.FolderNode) => {
    for (const [path, { model, ticker }] of reported) {
      const node = Disk.at(disk, path)
      if (node?._tag !== "File") complain(`${when} ${path} is gone, though a run had reported it`)
      else if (![`# model: ${model}`, `# ticker: ${ticker}\n`].every((line) => Disk.text(node).includes(line))) {
        complain(`${when} ${path} is not of ${model} for ${ticker} any more`)
      }
    }
  }

  return {
    acknowledge: (number, { life, question }) => void acknowledged.set(number, { life, question }),
    answersTo: (question, life) =>
      [...acknowledged.values()].filter(
        (answer) => answer.question === question && (life === undefined || answer.life === life)
      ).length,
    report: (path, model, ticker) => {
      const earlier = reported.get(path)
      if (earlier !== undefined && earlier.ticker !== ticker) {
        complain(`${path} was replaced, which is for ${earlier.ticker}`)
      }
      reported.set(path, { model, ticker })
    },
    check: (when, disk) => {
      for (const path of Rules.torn(disk, prepared.known)) complain(`${when} ${path} is half a file`)
      for (const [path, text] of prepared.untouchable) {
        const node = Disk.at(disk, path)
        if (node?._tag !== "File" || Disk.text(node) !== text) {
          complain(`${when} ${path} is gone or replaced, which belongs to another ticker or to a real run`)
        }
      }
      const journal = Rules.journalled(disk)
      for (const number of acknowledged.keys()) {
        if (!journal.has(number))
          complain(`${when} answer ${number} is not in the journal, though the user has seen it`)
      }
      checkReported(when, disk)
      for (const path of Rules.outside(disk)) complain(`${when} ${path} lies outside the folder`)
    }
  }
}

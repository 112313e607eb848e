/**
 * What has to hold in every world, whatever happens in it. Each rule looks at the disk, at what the server was asked and at
 * what the program said, with eyes of its own: none of the product's code reads for it. A broken rule is a sentence.
 */
import { markOf, MARKS } from "./Answers.js"
import * as Disk from "./Disk.js"

export const FOLDER = "/home/user/out"

const JOURNAL = /\/\.algogen-journal(\.jsonl$|\/)/
const TEMPORARY = /\/\.algogen-[^/]*\.tmp$/
const ALGORITHM = /\/generated_algo_[^/]*\.py$/

/** The number of the answer in a text that is whole. */
const numberIn = (text: string): number | undefined => {
  const [, digits] = MARKS.exec(text) ?? []
  if (digits === undefined) return undefined
  const number = Number(digits)
  return text.includes(markOf(number).last) ? number : undefined
}

export const answerIn = numberIn

/** The numbers of the answers in the journal, by its lines that are whole. */
export const journalled = (root: Disk.FolderNode): ReadonlySet<number> => {
  const found = new Set<number>()
  for (const [path, file] of Disk.files(root)) {
    if (!JOURNAL.test(path)) continue
    // A line may begin behind one that was torn.
    for (const line of Disk.text(file).split(/\n|(?=\{"version":)/)) {
      if (!line.endsWith("}") || !line.includes('"Answered"')) continue
      try {
        JSON.parse(line)
      } catch {
        continue
      }
      const [, digits] = /begin-(\d+)-/.exec(line) ?? []
      if (digits !== undefined && line.includes(`end-${digits}`)) found.add(Number(digits))
    }
  }
  return found
}

/** The answer in the file of an algorithm that is whole; nothing where it is half or none. */
export const answerInFile = (text: string): number | undefined => {
  const number = numberIn(text)
  const isWhole = /^# .*-\*- coding: utf-8 -\*-\n/.test(text) && text.endsWith("\n") && !text.includes("\0")
  return isWhole ? number : undefined
}

/** Files that are neither whole, nor one of those that were there before. */
export const torn = (root: Disk.FolderNode, known: ReadonlySet<string>): ReadonlyArray<string> =>
  Disk.files(root).flatMap(([path, file]) => {
    if (!ALGORITHM.test(path)) return []
    const text = Disk.text(file)
    return known.has(text) || answerInFile(text) !== undefined ? [] : [path]
  })

export const leftovers = (root: Disk.FolderNode): ReadonlyArray<string> =>
  Disk.files(root).flatMap(([path]) => (TEMPORARY.test(path) ? [path] : []))

export const outside = (root: Disk.FolderNode): ReadonlyArray<string> =>
  Disk.files(root).flatMap(([path]) => (path.startsWith(`${FOLDER}/`) ? [] : [path]))

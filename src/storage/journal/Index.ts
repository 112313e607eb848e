/** Which lines of a journal hold what, by place: the answers themselves stay on the disk. */
import * as Either from "effect/Either"
import type { Location } from "./Contents.js"
import * as Line from "./Line.js"
import type { Head } from "./Record.js"

export interface Entry {
  readonly head: Head
  readonly place: Location
}

export interface Index {
  readonly add: (entry: Entry) => void
  /** The line turned out to be damaged: an earlier answer to the same request takes its place. */
  readonly drop: (entry: Entry) => void
  /** The latest answer to a request. */
  readonly latest: (key: string) => Entry | undefined
  /** In the order in which they were written. */
  readonly entries: () => ReadonlyArray<Entry>
  readonly skipped: () => number
}

/** Collects lines as they are found, file by file. */
export const builder = () => {
  const found: Array<Entry> = []
  let unreadable = 0
  let current = ""
  const answers = new Map<string, Array<number>>()
  /** Of two answers of a file to one request the later line is the later answer, also where the clock was set back meanwhile. */
  const inOrder = ({ key, at }: Extract<Head, { readonly _tag: "Answered" }>, { file }: Location): void => {
    if (file !== current) answers.clear()
    current = file
    const earlier = answers.get(key) ?? []
    for (const index of earlier) {
      const entry = found[index]
      if (entry !== undefined && entry.head.at > at) found[index] = { ...entry, head: { ...entry.head, at } }
    }
    answers.set(key, [...earlier, found.length])
  }
  return {
    see: (line: Uint8Array, place: Location): void =>
      Either.match(Line.head(line), {
        onLeft: () => void (unreadable += 1),
        onRight: (head) => {
          if (head._tag === "Answered") inOrder(head, place)
          found.push({ head, place })
        }
      }),
    /** Two runs may have written at the same time: a file keeps its order, and files mix by time. */
    build: (): Index =>
      make(
        found.sort((left, right) => left.head.at - right.head.at),
        unreadable
      )
  }
}

const make = (sorted: ReadonlyArray<Entry>, unreadable: number): Index => {
  let entries = sorted.slice()
  let skipped = unreadable
  const answers = new Map<string, Entry>()
  const know = (entry: Entry) => {
    if (entry.head._tag === "Answered") answers.set(entry.head.key, entry)
  }
  entries.forEach(know)
  return {
    add: (entry) => {
      entries.push(entry)
      know(entry)
    },
    drop: (entry) => {
      if (!entries.includes(entry)) return
      skipped += 1
      if (entry.head._tag === "Answered") answers.delete(entry.head.key)
      entries = entries.filter((other) => other !== entry)
      entries.forEach(know)
    },
    latest: (key) => answers.get(key),
    entries: () => entries,
    skipped: () => skipped
  }
}

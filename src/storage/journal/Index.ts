/** Which lines of a journal hold what, by place: the answers themselves stay on the disk. */
import * as Either from "effect/Either"
import type { Place } from "./Contents.js"
import * as Line from "./Line.js"
import type { Head } from "./Record.js"

export interface Entry {
  readonly head: Head
  readonly place: Place
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
  let [current, latest] = ["", Number.NEGATIVE_INFINITY]
  /** The lines of a file were written one after the other, also where the clock was set back meanwhile. */
  const inOrder = (head: Head, file: string): Head => {
    if (head._tag !== "Answered") return head
    latest = file === current ? Math.max(latest, head.at) : head.at
    current = file
    return latest === head.at ? head : { ...head, at: latest }
  }
  return {
    see: (line: Uint8Array, place: Place): void =>
      Either.match(Line.head(line), {
        onLeft: () => void (unreadable += 1),
        onRight: (head) => void found.push({ head: inOrder(head, place.file), place })
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

/** Which lines of a journal hold what, by place: the answers themselves stay on the disk. */
import * as Either from "effect/Either"
import { UNCHECKED } from "../../domain/Instance.js"
import type { Location } from "./Contents.js"
import * as Line from "./Line.js"
import { Began, Finished, type Head } from "./Record.js"

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

/** Equal keys as one string: each run names the keys of all its requests, twice. */
const sharing = () => {
  const known = new Map<string, string>()
  const share = (key: string): string => {
    const first = known.get(key)
    if (first === undefined) known.set(key, key)
    return first ?? key
  }
  return (head: Head): Head => {
    switch (head._tag) {
      case "Answered":
        return { ...head, key: share(head.key) }
      case "Began":
        return new Began({ ...head, keys: head.keys?.map(share) }, UNCHECKED)
      case "Finished":
        return new Finished({ ...head, answered: head.answered?.map(share) }, UNCHECKED)
    }
  }
}

/** Collects lines as they are found, file by file. */
export const builder = () => {
  const shared = sharing()
  const lines: Array<Entry> = []
  let unreadable = 0
  let current = ""
  const answers = new Map<string, Array<number>>()
  /** Of two answers of a file to one request the later line is the later answer, also where the clock was set back meanwhile. */
  const inOrder = ({ key, at }: Extract<Head, { readonly _tag: "Answered" }>, { file }: Location): void => {
    if (file !== current) answers.clear()
    current = file
    const earlier = answers.get(key) ?? []
    for (const index of earlier) {
      const entry = lines[index]
      if (entry !== undefined && entry.head.at > at) lines[index] = { ...entry, head: { ...entry.head, at } }
    }
    answers.set(key, [...earlier, lines.length])
  }
  return {
    see: (line: Uint8Array, place: Location): void =>
      Either.match(Line.head(line), {
        onLeft: () => void (unreadable += 1),
        onRight: (found) => {
          const head = shared(found)
          if (head._tag === "Answered") inOrder(head, place)
          lines.push({ head, place })
        }
      }),
    /** Two runs may have written at the same time: a file keeps its order, and files mix by time. */
    build: (): Index =>
      make(
        lines.sort((left, right) => left.head.at - right.head.at),
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

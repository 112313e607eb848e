/** Text that is made to fit: paths and ids shortened in the middle, sentences wrapped. Words stay whole. */
import type { Look } from "./Look.js"
import * as Table from "./Table.js"

/** Where a path or a model's id may be taken apart. */
const SEPARATOR = /[/_\-: ]/g

/** Beside a folder at least so much of the end, as in `/name.py`. */
const LEAST_TAIL = 8

/**
 * At most so many columns of a path or an id: the first folder and as much of the end as fits, such as
 * `generated/…_instruct_free.py`; without the folder if there is no room for it beside a word of the name.
 */
export const shorten = (text: string, most: number, ellipsis = "…"): string => {
  if (Table.columns(text) <= most) return text
  const folder = /^\/?[^/]+\/(?=.)/.exec(text)?.[0] ?? ""
  const starts = [...text.matchAll(SEPARATOR)].map(({ index }) => index)
  const candidates = (head: string) =>
    starts
      .filter((start) => start >= Math.max(1, head.length - 1))
      .map((start) => ({ tail: text.slice(start), whole: `${head}${ellipsis}${text.slice(start)}` }))
      .filter(({ whole }) => Table.columns(whole) <= most)
  const isName = ({ tail }: { readonly tail: string }) => Table.columns(tail) >= LEAST_TAIL
  const [found] = [...candidates(folder).filter(isName), ...candidates("")]
  return found?.whole ?? Table.cut(text, most, ellipsis)
}

/** How often texts that look alike are taken apart again; more is needed only where they differ in many places. */
const ROUNDS = 3

/** How many characters all of them begin with. */
const commonStart = ([first = "", ...others]: ReadonlyArray<string>): number => {
  let at = 0
  while (at < first.length && others.every((other) => other[at] === first[at])) at += 1
  return at
}

/** The word in which it differs from others, and as much of the end as fits beside it: `…/AAPL…_free.py`. */
const shortenAt = (text: string, differ: number, most: number, ellipsis: string): string => {
  const starts = [...text.matchAll(SEPARATOR)].map(({ index }) => index)
  const start = starts.findLast((at) => at < differ) ?? 0
  const end = starts.find((at) => at >= differ && at > start) ?? text.length
  const head = `${start === 0 ? "" : ellipsis}${text.slice(start, end)}`
  const room = most - Table.columns(head)
  const tails = starts.filter((at) => at > end).map((at) => `${ellipsis}${text.slice(at)}`)
  const tail = [text.slice(end), ...(room < LEAST_TAIL ? [] : tails)].find((tail) => Table.columns(tail) <= room)
  return tail === undefined ? Table.cut(`${head}${text.slice(end)}`, most, ellipsis) : `${head}${tail}`
}

/** Each of them as `shorten` has it, but for those that would look alike: they show the word in which they differ. */
export const shortenAll = (texts: ReadonlyArray<string>, most: number, ellipsis = "…"): ReadonlyArray<string> => {
  let shown = texts.map((text) => shorten(text, most, ellipsis))
  for (let round = 0; round < ROUNDS; round += 1) {
    const alike = new Map<string, Set<string>>()
    for (const [place, text] of texts.entries()) {
      const key = shown[place] ?? ""
      alike.set(key, (alike.get(key) ?? new Set()).add(text))
    }
    const differing = new Map<string, number>()
    for (const group of alike.values()) {
      const differ = commonStart([...group])
      if (group.size > 1) for (const text of group) differing.set(text, differ)
    }
    if (differing.size === 0) break
    shown = texts.map((text, place) => {
      const differ = differing.get(text)
      return differ === undefined ? (shown[place] ?? "") : shortenAt(text, differ, most, ellipsis)
    })
  }
  return shown
}

const graphemes = (text: string): ReadonlyArray<string> =>
  Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment)

/** A word that is wider than a line: taken apart behind a separator, and between any two characters only without one. */
const pieces = (word: string, width: number): ReadonlyArray<string> => {
  const [first = "", ...parts] = word
    .split(/(?<=[/_\-.:,;?&=])/)
    .flatMap((part) => (Table.columns(part) > width ? graphemes(part) : [part]))
  const lines = [first]
  for (const part of parts) {
    const longer = `${lines.at(-1) ?? ""}${part}`
    if (Table.columns(longer) > width) lines.push(part)
    else lines[lines.length - 1] = longer
  }
  return lines
}

/** Between words. A number stays with its unit. */
const WORDS = /(?<!\d) | (?!%)/

/** One printable line as lines of at most so many columns; only a single character may be wider, or a word that is not taken `apart`. */
export const wrap = (text: string, width: number, apart = true): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let line: string | undefined
  for (const word of text.split(WORDS)) {
    const longer = line === undefined ? word : `${line} ${word}`
    if (Table.columns(longer) <= width) {
      line = longer
      continue
    }
    if (line !== undefined) lines.push(line)
    const parts = apart ? pieces(word, width) : [word]
    lines.push(...parts.slice(0, -1))
    line = parts.at(-1)
  }
  return [...lines, line ?? ""]
}

export const INDENT = 4

/** Lines that stand below another one, and belong to it. */
export const below = (text: string, columns: number, apart = true): ReadonlyArray<string> =>
  wrap(text, columns - INDENT, apart).map((line) => " ".repeat(INDENT) + line)

/** A line whose continued lines are indented. */
export const hang = (text: string, columns: number, apart = true): string => {
  const [first = "", ...rest] = wrap(text, columns, apart)
  return rest.length === 0 ? first : [first, ...below(text.slice(first.length).trimStart(), columns, apart)].join("\n")
}

/** What has escape sequences has been set for the terminal already. */
const isSet = (line: string): boolean => line.includes("\u001b")

/**
 * What is said on a terminal, wrapped between words. An address stays whole there, so that it can be copied, and in a file
 * every line does, for `grep`.
 */
export const said = (text: string, { columns, isTerminal }: Look): string =>
  isTerminal
    ? text
        .split("\n")
        .map((line) => (isSet(line) ? line : hang(line, columns, false)))
        .join("\n")
    : text

interface Fitting {
  /** Columns, from 0, to leave out one after the other where there is no room for them. */
  readonly dispensable?: ReadonlyArray<number> | undefined
  /** The column of ids, which are shortened if that is not enough; default the first. */
  readonly shortened?: number | undefined
  /** Its ids are shortened to so many characters before other columns are left out; default not at all. */
  readonly before?: number | undefined
}

/** A table as wide as its content, made to fit. In a file ids stay whole, whatever it has room for: nobody can widen it. */
export const table = (
  header: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  { clean, columns, ellipsis, isTerminal }: Look,
  { before = Number.POSITIVE_INFINITY, dispensable = [], shortened = 0 }: Fitting = {}
): string => {
  const cells = [header, ...rows].map((row) => row.map(clean))
  const widths = header.map((_, column) => Math.max(...cells.map((row) => Table.columns(row[column] ?? ""))))
  const gone = new Set<number>()
  const excess = () =>
    widths.reduce((sum, width, column) => sum + (gone.has(column) ? 0 : width + Table.GAP.length), -Table.GAP.length) -
    columns
  const saved = Math.max(0, (widths[shortened] ?? 0) - before)
  for (const column of dispensable) if (excess() > saved) gone.add(column)
  const whole = widths[shortened] ?? 0
  const most = isTerminal ? Math.max(LEAST_TAIL, whole - Math.max(0, excess())) : whole
  const names = shortenAll(
    cells.map((row) => row[shortened] ?? ""),
    most,
    ellipsis
  )
  const [titles = [], ...shown] = cells.map((row, place) =>
    row
      .map((cell, column) => (column === shortened ? (names[place] ?? cell) : cell))
      .filter((_, column) => !gone.has(column))
  )
  const lines = Table.render(titles, shown).split("\n")
  return (isTerminal ? lines.map((line) => Table.cut(line, columns, ellipsis)) : lines).join("\n")
}

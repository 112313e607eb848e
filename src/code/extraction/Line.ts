/**
 * One line of Python as far as extraction has to know it: which string and how many brackets it leaves open, and whether a
 * fence stands in it outside of strings and comments, where Python has no backticks.
 */
import * as Literals from "../python/Literals.js"
import * as Steps from "../Steps.js"

/** What stands open at a place. */
export interface Open {
  /** The quotes of the string that it is in: three of a kind, or "" outside of a string. */
  readonly quote: string
  /** How many brackets; of a single line, less those that it closes. */
  readonly depth: number
}

export interface Scan extends Open {
  /** Where a run of three backticks begins, -1 where there is none. */
  readonly fence: number
}

/** Characters that are looked at without a rest. */
export const PART = 64 * 1024

const [HASH, QUOTE, APOSTROPHE, BACKTICK] = [35, 34, 39, 96]

/** `quote` is what the line before left open. */
export const scan = (line: string, quote: string): Scan => {
  const close = quote === "" ? 0 : Literals.closeOf(line, 0, quote)
  if (close === undefined) return { quote, depth: 0, fence: -1 }
  const found = scanned(line, { at: close + quote.length, depth: 0 }, line.length)
  return "at" in found ? { quote: "", depth: found.depth, fence: -1 } : found
}

/** The same, with rests. */
export function* scanning(line: string, quote: string): Steps.Steps<Scan> {
  if (line.length <= PART) return scan(line, quote)
  const close = quote === "" ? 0 : Literals.closeOf(line, 0, quote)
  if (close === undefined) return { quote, depth: 0, fence: -1 }
  let found: Place | Scan = { at: close + quote.length, depth: 0 }
  while ("at" in found && found.at < line.length) {
    yield
    found = scanned(line, found, found.at + PART)
  }
  return "at" in found ? { quote: "", depth: found.depth, fence: -1 } : found
}

export const NOTHING: Open = { quote: "", depth: 0 }

export const isOpen = ({ depth, quote }: Open): boolean => quote !== "" || depth > 0

/** What stands open behind a line, given what does before it. */
export const behind = (line: string, { depth, quote }: Open): Open => {
  const found = scan(line, quote)
  return { quote: found.quote, depth: Math.max(0, depth + found.depth) }
}

/** A place in a line that is in no string. */
interface Place {
  readonly at: number
  readonly depth: number
}

/** What the line comes to, if it does so before `end`. */
const scanned = (line: string, from: Place, end: number): Place | Scan => {
  let { at, depth } = from
  for (; at < line.length && at < end; at++) {
    const char = line.charCodeAt(at)
    if (char === HASH) return { quote: "", depth, fence: -1 }
    if (char === BACKTICK) {
      if (line.startsWith("```", at)) return { quote: "", depth, fence: at }
    } else if (char === QUOTE || char === APOSTROPHE) {
      const mark = Literals.quoteAt(line, at)
      const close = Literals.closeOf(line, at + mark.length, mark)
      if (close === undefined) return { quote: mark.length === 3 ? mark : "", depth, fence: -1 }
      at = close + mark.length - 1
    } else if (char === 40 || char === 91 || char === 123) depth++
    else if (char === 41 || char === 93 || char === 125) depth--
  }
  return { at, depth }
}

export function* linesOf(text: string): Steps.Steps<ReadonlyArray<string>> {
  if (text.length <= PART) return text.split("\n")
  const lines: Array<string> = []
  let rest = ""
  for (let at = 0; at < text.length; at += PART) {
    const [first = "", ...others] = text.slice(at, at + PART).split("\n")
    rest += first
    for (const line of others) {
      lines.push(rest)
      rest = line
    }
    yield
  }
  lines.push(rest)
  return lines
}

/** Where each line begins in the text of all of them, and where one more would begin. */
export function* startsOf(lines: ReadonlyArray<string>): Steps.Steps<ReadonlyArray<number>> {
  let at = 0
  const starts = [at]
  for (const line of lines) {
    starts.push((at += line.length + 1))
    if (starts.length % (16 * Steps.STRETCH) === 0) yield
  }
  return starts
}

/**
 * The statements of a text, roughly: its lines, without blank ones, comments, and those that go on with brackets or a string.
 */
export function* statements(text: string): Steps.Steps<number> {
  let count = 0
  let open = NOTHING
  let read = 0
  for (const line of yield* linesOf(text)) {
    if (++read % Steps.STRETCH === 0) yield
    if (!isOpen(open) && !/^\s*(?:#|$|[rRuU]?(?:"""|'''))/.test(line)) count++
    open = behind(line, open)
  }
  return count
}

const STRING = /(?:^|[=(,:[{+>]|\breturn\b)\s*[rRuUbBfF]{0,2}(?:"""|''')/

/** The quotes of a string of several lines that begins in a line of text, "" where none does. */
const opened = (line: string): string => (STRING.test(line) ? scan(line, "").quote : "")

/** The line behind a string of several lines that begins in a line of code; the line itself where none does. */
export const endOfString = (lines: ReadonlyArray<string>, at: number): number => {
  let quote = opened(lines[at] ?? "")
  if (quote === "") return at
  for (let end = at + 1; end < lines.length; end++) {
    quote = scan(lines[end] ?? "", quote).quote
    if (quote === "") return end + 1
  }
  return at
}

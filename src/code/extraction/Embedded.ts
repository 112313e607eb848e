/**
 * Code in a string of another language, with its line breaks escaped or as they are: `{"code": "import math\n..."}`, alone, in a
 * fence, or in the middle of a sentence, and cut off if it must be; arrays of lines; the cells of a notebook; `code = """..."""`.
 */
import * as Predicate from "effect/Predicate"
import { ENTRY_POINT } from "../Contract.js"
import type { Rest, Steps } from "../Steps.js"
import * as Preference from "./Preference.js"
import type { Inner } from "./Wrapping.js"

const ESCAPED_BREAK = /\\n/

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  '"': '"',
  "'": "'",
  "\\": "\\",
  "/": "/"
}
const ESCAPE = /\\(?:u([\da-f]{4})|x([\da-f]{2})|([^]?))/gi

/** Characters that are decoded without a rest. */
const PART = 16 * 1024
const LONGEST_ESCAPE = 6

/** Where a part may end that begins at `from`: in no escape. */
const endOfPart = (body: string, from: number): number => {
  const end = from + PART
  let last = from
  for (let at = body.indexOf("\\", from); at !== -1 && at < end; at = body.indexOf("\\", at + 2)) last = at
  return end - last < LONGEST_ESCAPE ? last : end
}

/** What a string says, `undefined` where it has an escape that not every language knows. */
function* decode(literal: string): Steps<string | undefined> {
  let unknown = false
  const body = literal.replace(/\\(?:u[\da-f]{0,3})?$/i, "")
  const escaped = (_: string, unit?: string, byte?: string, char = ""): string => {
    const code = unit ?? byte
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16))
    if (ESCAPES[char] === undefined) unknown = true
    return ESCAPES[char] ?? ""
  }
  const parts: Array<string> = []
  for (let at = 0; at < body.length;) {
    const end = endOfPart(body, at)
    parts.push(body.slice(at, end).replace(ESCAPE, escaped))
    at = end
    yield
  }
  return unknown ? undefined : parts.join("").replaceAll("\r\n", "\n")
}

/** What stands before a string and behind it; between other characters a quote is not what it seems. */
const BEFORE = /[\s:=([{,]$/
const BEHIND = /^[\s:;,.)\]}]/

/** The string literals of a text, as `[body, closed]`: quotes inside of them are escaped. */
function* literals(text: string, quote: string): Generator<readonly [string, boolean]> {
  for (let from = text.indexOf(quote); from !== -1;) {
    let at = from + 1
    while (at < text.length && text[at] !== quote) at += text[at] === "\\" ? 2 : 1
    const closed = at < text.length
    const begins = from === 0 || BEFORE.test(text.charAt(from - 1))
    const ends = at + 1 >= text.length || BEHIND.test(text.charAt(at + 1))
    if (begins && ends) yield [text.slice(from + 1, at), closed]
    from = closed ? text.indexOf(quote, at + 1) : -1
  }
}

/** The strings that mention the function, the last first. */
function* escapedStrings(text: string): Steps<ReadonlyArray<Inner>> {
  const found: Array<Inner> = []
  for (const quote of ["'", '"']) {
    for (const [body, closed] of literals(text, quote)) {
      yield
      if (!body.includes(ENTRY_POINT) || !ESCAPED_BREAK.test(body)) continue
      const decoded = yield* decode(body)
      if (decoded !== undefined) found.push({ text: decoded, open: !closed })
    }
  }
  return found.toReversed()
}

/** The text itself as the inside of such a string: each quote of one kind is escaped. */
function* escapedWhole(text: string): Steps<ReadonlyArray<Inner> | undefined> {
  const body = text.trim()
  if (body.includes("\n") || /^(?:[{[]|(["'])[^]*\1$)/.test(body) || !/\\["']/.test(body)) return undefined
  if (/(?<!\\)(?:\\\\)*"/.test(body) && /(?<!\\)(?:\\\\)*'/.test(body)) return undefined
  const decoded = yield* decode(body)
  return decoded === undefined ? undefined : [{ text: decoded, open: false }]
}

/** The lines of a text, each with its line break or none of them. */
const joinedLines = (lines: ReadonlyArray<string>): string => {
  const text = lines.join(lines.slice(0, -1).every((line) => line.endsWith("\n")) ? "" : "\n")
  return text.endsWith("\n") ? text : `${text}\n`
}

/** The texts in a value that mention the function, in their order. */
const textsIn = (value: unknown): ReadonlyArray<string> => {
  if (Predicate.isString(value)) return value.includes(ENTRY_POINT) ? [value] : []
  if (Array.isArray(value)) {
    const items: ReadonlyArray<unknown> = value
    return items.length > 1 && items.every(Predicate.isString) ? textsIn(joinedLines(items)) : items.flatMap(textsIn)
  }
  return Predicate.isRecord(value) ? [...notebook(value), ...Object.values(value).flatMap(textsIn)] : []
}

const sourceOf = (cell: unknown): string => {
  if (!Predicate.isRecord(cell) || !("source" in cell)) return ""
  if ("cell_type" in cell && cell.cell_type !== "code") return ""
  const { source } = cell
  if (Predicate.isString(source)) return source
  return Array.isArray(source) && source.every(Predicate.isString) ? joinedLines(source) : ""
}

/** A module over the cells of a notebook. */
const notebook = (value: object): ReadonlyArray<string> => {
  if (!("cells" in value) || !Array.isArray(value.cells)) return []
  const cells = value.cells.map(sourceOf).filter((source) => source !== "")
  return cells.length < 2 ? [] : [cells.map((cell) => cell.trimEnd()).join("\n\n")]
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** How many brackets are taken for the beginning of a document. */
const MAX_STARTS = 5

/** The texts of the document that begins with a bracket and ends with the last one. */
const documents = (text: string): ReadonlyArray<string> => {
  const end = Math.max(text.lastIndexOf("}"), text.lastIndexOf("]"))
  let start = -1
  for (let tries = 0; tries < MAX_STARTS; tries++) {
    start = text.slice(start + 1).search(/[{[]/) + start + 1
    const found = textsIn(parsed(text.slice(start, end + 1)))
    if (found.length > 0) return found
  }
  return []
}

const TRIPLE = /(?:^\s*|[=:({[,][ \t]*)(r?)("""|''')/gi
const CLOSES = /^\s*(?:[,;})\]]|$|\n)/

const DEFINITION = /^[ \t]*(?:async[ \t]+)?(?:def[ \t]+execute_trade\b|execute_trade[ \t]*=(?!=))/m

/** Where the last definition of a text begins, -1 where there is none. */
const lastDefinition = (text: string): number => [...text.matchAll(new RegExp(DEFINITION, "gm"))].at(-1)?.index ?? -1

/** What stands between three quotes, from the longest on; with a backslash in it nobody knows what it means. */
function* tripleQuoted(text: string): Generator<Inner> {
  const lastMention = text.lastIndexOf(ENTRY_POINT)
  for (const match of text.matchAll(TRIPLE)) {
    const [whole, raw, quote = ""] = match
    const from = match.index + whole.length
    const rest = text.slice(from)
    if (lastMention < from) return
    const ends = (at: number): boolean => CLOSES.test(rest.slice(at + quote.length, at + quote.length + 80))
    const first = rest.indexOf(quote)
    if (first === -1) return
    if (ends(first) && !rest.slice(0, first).includes(ENTRY_POINT) && !rest.startsWith("\n", first + quote.length))
      continue
    if (DEFINITION.test(text.slice(0, match.index))) return
    const defined = lastDefinition(rest)
    const escape = raw === "" ? rest.indexOf("\\") : -1
    for (let end = rest.lastIndexOf(quote); end > defined && end > 0; end = rest.lastIndexOf(quote, end - 1)) {
      if (ends(end) && (escape === -1 || escape >= end)) yield { text: rest.slice(0, end), open: false }
    }
    return
  }
}

/** The whole text is one literal, alone or in a fence. */
const WHOLE =
  /^(?:\s*```\w*\n)?\s*(?:[{[]\s*["']\w+["']\s*:\s*|\w+\s*=\s*)(r?)("{3}|'{3})([^]*)\2[\s,}\])]*(?:```\s*)?$/

/**
 * What stands between the quotes of a text that is one literal, where it has the same quotes in it: to Python the literal
 * ends at the first of them, so no part of such a text can be told from another. `undefined` for any other text.
 */
export const nested = (text: string): { readonly inner: string | undefined } | undefined => {
  const [, raw, quotes = "", inner = ""] = WHOLE.exec(text) ?? []
  if (quotes === "" || !inner.includes(quotes)) return undefined
  return { inner: raw !== "" || !inner.includes("\\") ? inner : undefined }
}

export function* texts(text: string): Generator<Inner | Rest> {
  if (!text.includes(ENTRY_POINT)) return
  const isEscaped = ESCAPED_BREAK.test(text)
  if (DEFINITION.test(text)) return yield* tripleQuoted(text)
  if (isEscaped || /"\s*,\s*"/.test(text)) {
    for (const found of yield* Preference.latest(documents(text), (source) => source))
      yield { text: found, open: false }
  }
  yield
  if (isEscaped) yield* (yield* escapedWhole(text)) ?? (yield* escapedStrings(text))
  yield* tripleQuoted(text)
}

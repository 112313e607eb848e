/**
 * What a tree forgets: which tokens stand around a node, above all whether it has brackets of its own. Built only when a
 * rule asks for it, which most modules never make it do.
 */
import { words } from "../Words.js"
import { isCloser, isOpener } from "./Brackets.js"
import type { Token } from "./Token.js"

interface Spot {
  readonly lineno: number
  readonly col_offset: number
}

interface Span extends Spot {
  readonly end_lineno?: number
  readonly end_col_offset?: number
}

export interface Layout {
  /** The node, and nothing else, stands between brackets that are not those of a call. */
  readonly isGrouped: (node: Span) => boolean
  /** The node begins and ends with brackets, as a tuple may or may not. */
  readonly isEnclosed: (node: Span) => boolean
}

/** Larger than any column of a file that the guard lets through. */
const LINE = 2 ** 20

const encoder = new TextEncoder()

const KEYWORDS_BEFORE_A_GROUP = words(
  "and as assert async await case del elif else except for from if import in is lambda not or raise return while with yield match"
)

/** After these a bracket calls or subscripts, after anything else it groups. */
export const isOperand = (token: Token | undefined): boolean =>
  token !== undefined &&
  (token.kind === "string" ||
    token.kind === "number" ||
    (token.kind === "name" && !KEYWORDS_BEFORE_A_GROUP.has(token.text)) ||
    isCloser(token.text))

/** For every byte of a line the UTF-16 unit it belongs to; `undefined` where the two are the same. */
const unitsByByte = (line: string): ReadonlyArray<number> | undefined => {
  if (!/[\u0080-\uffff]/.test(line)) return undefined
  const units: Array<number> = []
  let unit = 0
  for (const char of line) {
    for (let byte = encoder.encode(char).length; byte > 0; byte--) units.push(unit)
    unit += char.length
  }
  units.push(unit)
  return units
}

const closerOf = (tokens: ReadonlyArray<Token>, index: number): number | undefined => {
  let depth = 0
  for (let at = index; at < tokens.length; at++) {
    const { kind, text } = tokens[at] ?? {}
    if (kind !== "operator") continue
    if (isOpener(text)) depth++
    else if (isCloser(text) && --depth === 0) return at
  }
  return undefined
}

const ASKED = new Set(["lambda", "yield", "await", ":="])

/** A rule may ask for the layout of these tokens. */
export const isWanted = (tokens: ReadonlyArray<Token>): boolean =>
  tokens.some(
    ({ fields, text }, index) =>
      ASKED.has(text) ||
      (text === "*" && !isOperand(tokens[index - 1])) ||
      fields?.some((field) => isWanted(field.tokens)) === true
  )

/** The index of the last token that begins at a place, or before it. */
const lastUpTo = (tokens: ReadonlyArray<Token>, place: number): number => {
  let [low, high] = [0, tokens.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const token = tokens[middle]
    if (token !== undefined && placeOf(token) <= place) low = middle + 1
    else high = middle
  }
  return low - 1
}

const placeOf = ({ column, line }: Token): number => line * LINE + column

export const make = (text: string, tokens: ReadonlyArray<Token>): Layout => {
  const lines = text.split("\n")
  const columns = new Map<number, ReadonlyArray<number> | undefined>()

  /** The parser counts columns in UTF-8 bytes. */
  const column = (line: number, bytes: number): number => {
    if (!columns.has(line)) columns.set(line, unitsByByte(lines[line - 1] ?? ""))
    return columns.get(line)?.[bytes] ?? bytes
  }

  const indexOf = ({ col_offset, lineno }: Spot): number | undefined => {
    const place = lineno * LINE + column(lineno, col_offset)
    // An indentation is before the token that begins at its place.
    const index = lastUpTo(tokens, place)
    const token = tokens[index]
    return token !== undefined && placeOf(token) === place ? index : undefined
  }

  /** The bracket at `open` has its partner where the node ends, `inside` tokens further. */
  const closes = (open: number, node: Span, inside: number): boolean => {
    const close = closerOf(tokens, open)
    const last = close === undefined ? undefined : tokens[close - inside]
    return (
      last !== undefined &&
      last.endLine === node.end_lineno &&
      last.endColumn === column(last.endLine, node.end_col_offset ?? 0)
    )
  }

  return {
    isGrouped: (node) => {
      const index = indexOf(node)
      if (index === undefined || tokens[index - 1]?.text !== "(" || isOperand(tokens[index - 2])) return false
      return closes(index - 1, node, 1)
    },
    isEnclosed: (node) => {
      const index = indexOf(node)
      return index !== undefined && tokens[index]?.text === "(" && closes(index, node, 0)
    }
  }
}

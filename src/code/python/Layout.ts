/**
 * What a tree forgets: which tokens stand around a node, above all whether it has brackets of its own. Built only when a
 * rule asks for it, which most modules never make it do.
 */
import { words } from "../Words.js"
import { isCloser, isOpener } from "./Brackets.js"
import * as Columns from "./Columns.js"
import type { Token } from "./Token.js"
import { position } from "./Tree.js"

interface Span {
  readonly lineno: number
  readonly col_offset: number
  readonly end_lineno?: number
  readonly end_col_offset?: number
}

export interface Layout {
  /** The node, and nothing else, stands between brackets that are not those of a call. */
  readonly isGrouped: (node: Span) => boolean
  /** The node begins and ends with brackets, as a tuple may or may not. */
  readonly isEnclosed: (node: Span) => boolean
}

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

export const make = (text: string, tokens: ReadonlyArray<Token>): Layout => {
  const columns = Columns.of(text, tokens)
  const places = tokens.map(({ line: lineno }, index) => position({ lineno, col_offset: columns[index] ?? 0 }))

  /** Of the token that begins where a node does. */
  const indexOf = (node: Span): number | undefined => {
    const place = position(node)
    let [low, high] = [0, places.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((places[middle] ?? 0) <= place) low = middle + 1
      else high = middle
    }
    // An indentation is before the token that begins at its place.
    return places[low - 1] === place ? low - 1 : undefined
  }

  /** The bracket at `open` has its partner where the node ends, `inside` tokens further. */
  const closes = (open: number, node: Span, inside: number): boolean => {
    const end = (closerOf(tokens, open) ?? -1) - inside
    const last = tokens[end]
    if (last === undefined || last.endLine !== node.end_lineno) return false
    return Columns.endOf(last, columns[end] ?? 0) === (node.end_col_offset ?? 0)
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

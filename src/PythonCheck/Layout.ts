/**
 * What a tree forgets: which tokens stand around a node, above all whether it has brackets of its own. Built only when a
 * rule asks for it, which most modules never make it do.
 */
import type { Token, Tokens } from "./Tokens.js"

interface Place {
  readonly tokens: ReadonlyArray<Token>
  readonly index: number
}

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

const KEYWORDS_BEFORE_A_GROUP = new Set(
  "and as assert async await case del elif else except for from if import in is lambda not or raise return while with yield match".split(
    " "
  )
)

/** After these a bracket calls or subscripts, after anything else it groups. */
export const isOperand = (token: Token | undefined): boolean =>
  token !== undefined &&
  (token.kind === "string" ||
    token.kind === "number" ||
    (token.kind === "name" && !KEYWORDS_BEFORE_A_GROUP.has(token.text)) ||
    token.text === ")" ||
    token.text === "]" ||
    token.text === "}")

const closerOf = ({ index, tokens }: Place): Place | undefined => {
  let depth = 0
  for (let at = index; at < tokens.length; at++) {
    const text = tokens[at]?.text
    if (tokens[at]?.kind !== "operator") continue
    if (text === "(" || text === "[" || text === "{") depth++
    else if ((text === ")" || text === "]" || text === "}") && --depth === 0) return { tokens, index: at }
  }
  return undefined
}

export const make = (text: string, tokens: Tokens): Layout => {
  const lines = text.split("\n")
  const places = new Map<number, Place>()
  for (const list of [tokens.all, ...tokens.fields]) {
    for (const [index, { column, kind, line }] of list.entries()) {
      if (kind !== "indent" && kind !== "dedent") places.set(line * LINE + column, { tokens: list, index })
    }
  }

  /** The parser counts columns in UTF-8 bytes. */
  const column = (line: number, bytes: number): number => {
    let seen = 0
    let units = 0
    for (const char of lines[line - 1] ?? "") {
      if (seen >= bytes) break
      seen += encoder.encode(char).length
      units += char.length
    }
    return Math.max(units, units + bytes - seen)
  }

  const place = ({ col_offset, lineno }: Spot): Place | undefined =>
    places.get(lineno * LINE + column(lineno, col_offset))

  const endsAt = (token: Token | undefined, node: Span): boolean =>
    token !== undefined &&
    token.endLine === node.end_lineno &&
    token.endColumn === column(token.endLine, node.end_col_offset ?? 0)

  return {
    isGrouped: (node) => {
      const found = place(node)
      if (found === undefined) return false
      const { index, tokens } = found
      if (tokens[index - 1]?.text !== "(" || isOperand(tokens[index - 2])) return false
      const close = closerOf({ tokens, index: index - 1 })
      return close !== undefined && endsAt(close.tokens[close.index - 1], node)
    },
    isEnclosed: (node) => {
      const found = place(node)
      if (found?.tokens[found.index]?.text !== "(") return false
      const close = closerOf(found)
      return close !== undefined && endsAt(close.tokens[close.index], node)
    }
  }
}

/** What Python's tokenizer makes of a text. */

export type Kind = "name" | "number" | "string" | "operator" | "newline" | "indent" | "dedent" | "end"

/** Lines count from 1, columns from 0 in UTF-16 units. */
export interface Token {
  readonly kind: Kind
  readonly text: string
  /** Where it begins in the text. */
  readonly offset: number
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  /** The expressions of an f-string. */
  readonly fields?: ReadonlyArray<Field> | undefined
}

/** An expression inside an f-string, in brackets as CPython compiles it. */
export interface Field {
  readonly text: string
  readonly line: number
  readonly tokens: ReadonlyArray<Token>
}

export interface Tokens {
  readonly all: ReadonlyArray<Token>
  /** The innermost bracket that the end of the text leaves open. */
  readonly unclosed: Token | undefined
  readonly endsInComment: boolean
}

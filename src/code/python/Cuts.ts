/** Where a module can be cut: before each of its statements, whose sizes are in tokens. */
import type { Token } from "./Token.js"

export interface Statement {
  /** The first line. */
  readonly line: number
  readonly size: number
}

/** These go on with the statement before, and what follows a decorator does, too. */
const GOES_ON = new Set(["else", "elif", "except", "finally"])

/** With the expressions in an f-string. */
const sizeOf = ({ fields }: Token): number =>
  fields === undefined ? 1 : fields.reduce((size, { tokens }) => size + sum(tokens), 1)

const sum = (tokens: ReadonlyArray<Token>): number => tokens.reduce((size, token) => size + sizeOf(token), 0)

export const statements = (tokens: ReadonlyArray<Token>): ReadonlyArray<Statement> => {
  const found: Array<Statement> = []
  let line = 1
  let size = 0
  let isDecorated = false
  let before: Token | undefined
  for (const token of tokens) {
    const ended = before === undefined || before.kind === "newline" || before.kind === "dedent"
    if (ended && token.column === 0 && token.kind !== "dedent" && !GOES_ON.has(token.text)) {
      if (!isDecorated && size > 0) {
        found.push({ line, size })
        line = token.line
        size = 0
      }
      isDecorated = token.text === "@"
    }
    size += sizeOf(token)
    before = token
  }
  return [...found, { line, size }]
}

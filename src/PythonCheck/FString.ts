/**
 * The replacement fields of an f-string. Before Python 3.12 they are cut out of a finished string literal, with rules of
 * their own (no backslash, no comment, not the quotes of the string); from 3.12 on the tokenizer reads through them.
 */
import * as Either from "effect/Either"
import * as Literals from "./Literals.js"

/** The text of an expression between braces, and how many line breaks are before it in the body of the string. */
export interface Field {
  readonly text: string
  readonly breaks: number
}

const closers: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" }

/** CPython 3.11: `f"{x:{y:{z}}}"` is one level too many. */
const MAX_NESTING = 2

/** Where the expression that begins at `from` ends: at `!`, `:`, `=` or `}` outside of brackets and strings. */
const endOfExpression = (body: string, from: number): Either.Either<number, string> => {
  const open: Array<string> = []
  let quote = ""
  for (let at = from; at < body.length; at++) {
    const char = body[at] ?? ""
    if (char === "\\") return Either.left("an expression may not contain a backslash before Python 3.12")
    if (quote !== "") {
      if (body.startsWith(quote, at)) {
        at += quote.length - 1
        quote = ""
      }
    } else if (char === "'" || char === '"') {
      quote = Literals.quoteAt(body, at)
      at += quote.length - 1
    } else if (char === "#") {
      return Either.left("an expression may not contain '#' before Python 3.12")
    } else if (char in closers) {
      open.push(char)
    } else if (open.length === 0 && "!:}=<>".includes(char)) {
      if (body[at + 1] === "=" && "!=<>".includes(char)) at++
      else if (char !== "<" && char !== ">") return Either.right(at)
    } else if (char === ")" || char === "]" || char === "}") {
      const opener = open.pop()
      if (opener === undefined || closers[opener] !== char) return Either.left(`unmatched '${char}' in an expression`)
    }
  }
  if (quote !== "") {
    return Either.left("a string inside an expression is not closed (before Python 3.12 it needs other quotes)")
  }
  return Either.left(open.length > 0 ? `'${open.pop() ?? "("}' was never closed` : "expecting '}'")
}

/** The fields of an f-string's body under the rules that held until Python 3.11, or what is wrong with them. */
export const fieldsOf = (body: string, raw: boolean): Either.Either<ReadonlyArray<Field>, string> => {
  const fields: Array<Field> = []
  let at = 0
  let counted = 0
  let breaks = 0

  const add = (text: string, start: number): void => {
    for (; counted < start; counted++) if (body[counted] === "\n") breaks++
    fields.push({ text, breaks })
  }

  /** Reads text and fields up to the end of the body, or of a format specification. */
  const parts = (depth: number): string | undefined => {
    let literal = at
    const flush = (): string | undefined => (raw ? undefined : Literals.wrongEscape(body.slice(literal, at)))
    while (at < body.length) {
      const char = body[at]
      if (!raw && char === "\\") {
        const name = /\\N\{[^{}]*\}/y
        name.lastIndex = at
        at += name.exec(body)?.[0].length ?? (body[at + 1] === "{" || body[at + 1] === "}" ? 1 : 2)
      } else if (char === "{" || char === "}") {
        if (depth === 0 && body[at + 1] === char) {
          at += 2
          continue
        }
        const wrong = flush()
        if (wrong !== undefined) return wrong
        if (char === "}") return depth === 0 ? "single '}' is not allowed" : undefined
        const inner = field(depth)
        if (inner !== undefined) return inner
        literal = at
      } else at++
    }
    return flush()
  }

  const field = (depth: number): string | undefined => {
    if (depth >= MAX_NESTING) return "expressions are nested too deeply"
    const start = at + 1
    const end = endOfExpression(body, start)
    if (Either.isLeft(end)) return end.left
    const text = body.slice(start, end.right)
    if (text.trim() === "") return "an empty expression is not allowed"
    add(text, start)
    at = end.right
    if (body[at] === "=") {
      at++
      while (/\s/.test(body[at] ?? "")) at++
    }
    if (body[at] === "!") {
      if (!/[sra]/.test(body[at + 1] ?? "")) return "the conversion after '!' must be s, r or a"
      at += 2
    }
    if (body[at] === ":") {
      at++
      const wrong = parts(depth + 1)
      if (wrong !== undefined) return wrong
    }
    if (body[at] !== "}") return "expecting '}'"
    at++
    return undefined
  }

  const wrong = parts(0)
  return wrong === undefined ? Either.right(fields) : Either.left(wrong)
}

/** Where the closing quotes of an f-string stand from Python 3.12 on, where its expressions may hold the same quotes. */
export const closeOf = (text: string, from: number, quote: string): number | undefined => {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const char = text[at] ?? ""
    if (depth === 0 && text.startsWith(quote, at)) return at
    if (char === "\n" && depth === 0 && quote.length === 1) return undefined
    if (char === "\\") at++
    else if (char === "{" && (depth > 0 || text[at + 1] !== "{")) depth++
    else if (char === "{") at++
    else if (char === "}") depth = Math.max(0, depth - 1)
    else if (depth > 0 && (char === "'" || char === '"')) {
      const inner = Literals.quoteAt(text, at)
      const end = /f/i.test(text[at - 1] ?? "")
        ? closeOf(text, at + inner.length, inner)
        : Literals.closeOf(text, at + inner.length, inner)
      if (end === undefined) return undefined
      at = end + inner.length - 1
    }
  }
  return undefined
}

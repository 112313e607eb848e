/**
 * Rules that are seen in the sequence of tokens and lost in the tree: what may follow a semicolon, where a decorator and
 * an import list end, and which string literals may stand side by side.
 */
import { isCloser, isOpener } from "../Brackets.js"
import { isOperand } from "../Layout.js"
import { knows } from "../Target.js"
import type { Token } from "../Token.js"
import type { Report } from "./Report.js"

const COMPOUND = new Set(["if", "while", "for", "try", "with", "def", "class", "async", "@"])
const ASYNC = new Set(["def", "for", "with"])
const isBytes = ({ text }: Token): boolean => /^[rR]?[bB]/.test(text)

/** Says what is wrong at a token, as invalid syntax where no other rule is named. */
type Refuse = (token: Token, message: string, code?: string) => void

const pair = (before: Token, token: Token, refuse: Refuse): void => {
  if (before.kind === "string") {
    if (token.kind === "string" && isBytes(before) !== isBytes(token))
      refuse(token, "cannot mix bytes and nonbytes literals", "bad-string")
  } else if (before.text === ";") {
    if (COMPOUND.has(token.text)) refuse(token, `'${token.text}' needs a line of its own, not a ';'`)
  } else if (before.text === "async") {
    if (!ASYNC.has(token.text)) refuse(token, "'async' must be followed by def, for or with")
  } else if (token.text === "/") {
    if (before.text === "(" || before.text === "lambda") refuse(token, "at least one argument must precede /")
  }
}

/** The brackets of a call: whether a comma was passed, and how far a generator expression without own brackets has come. */
interface Call {
  comma: boolean
  generator: "none" | "target" | "rest"
}

/** `f(x for x in xs, 1)`: only a lone argument may be a generator without brackets of its own. */
const generators = (tokens: ReadonlyArray<Token>, refuse: Refuse): void => {
  const open: Array<Call | undefined> = []
  let index = -1
  for (const token of tokens) {
    index++
    const { kind, text } = token
    const top = open[open.length - 1]
    if (kind !== "operator" && (kind !== "name" || top === undefined)) continue
    if (isOpener(text)) {
      open.push(text === "(" && isOperand(tokens[index - 1]) ? { comma: false, generator: "none" } : undefined)
    } else if (isCloser(text)) open.pop()
    else if (top === undefined) continue
    else if (text === "for") {
      if (top.comma) refuse(token, "a generator expression must be parenthesized")
      top.generator = "target"
    } else if (text === "in" && top.generator === "target") top.generator = "rest"
    else if (text === "," && top.generator !== "target") {
      if (top.generator === "rest") refuse(token, "a generator expression must be parenthesized")
      top.comma = true
    }
  }
}

/** One logical line: how the list of an import ends, and that a decorator has the line for itself. */
const line = (tokens: ReadonlyArray<Token>, from: number, to: number, refuse: Refuse): void => {
  const last = tokens[to - 1]
  if (last === undefined || to <= from) return
  const isImport = (): boolean => tokens.slice(from, to).some(({ kind, text }) => kind === "name" && text === "import")
  if (last.text === "," && isImport()) {
    refuse(last, "trailing comma not allowed without surrounding parentheses")
  }
  if (last.text === ")" && tokens[to - 2]?.text === "*" && isImport()) {
    refuse(last, "'import *' takes no parentheses")
  }
  if (tokens[from]?.text === "@") {
    const misplaced = tokens
      .slice(from, to)
      .find(({ kind, text }) => kind === "name" && (text === "def" || text === "class"))
    if (misplaced !== undefined) refuse(misplaced, "a decorator stands on a line of its own")
  }
}

/** A generator expression that fills the braces of an f-string: the brackets around its tokens stand for these. */
const bareGenerator = (tokens: ReadonlyArray<Token>): Token | undefined => {
  let depth = 0
  return tokens.find(({ text }) => {
    if (isOpener(text)) depth++
    else if (isCloser(text)) depth--
    return text === "for" && depth === 1
  })
}

export const check = (tokens: ReadonlyArray<Token>, report: Report): void => {
  const refuse: Refuse = ({ line }, message, code = "invalid-syntax") => report.add(code, message, { lineno: line })
  generators(tokens, refuse)
  let start = 0
  let index = -1
  let before: Token | undefined
  for (const token of tokens) {
    index++
    if (before !== undefined) pair(before, token, refuse)
    before = token
    if (token.kind === "newline" || token.text === ";") {
      line(tokens, start, index, refuse)
      start = index + 1
    } else if (token.kind === "indent" || token.kind === "dedent") start = index + 1
    if (token.fields === undefined) continue
    for (const field of token.fields) {
      const bare = knows(report.target, "freeFString") ? bareGenerator(field.tokens) : undefined
      if (bare !== undefined) refuse(bare, "f-string: a generator expression needs parentheses here", "bad-f-string")
      check(field.tokens, report)
    }
  }
}

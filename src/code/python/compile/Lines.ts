/**
 * Rules that are seen in the sequence of tokens and lost in the tree: what may follow a semicolon, where a decorator and
 * an import list end, and which string literals may stand side by side.
 */
import { isCloser, isOpener } from "../Brackets.js"
import { isOperand } from "../Layout.js"
import { knows } from "../Target.js"
import type { Field, Token } from "../Token.js"
import type { Report } from "./Report.js"

const COMPOUND = new Set(["if", "while", "for", "try", "with", "def", "class", "async", "@"])
const isBytes = ({ text }: Token): boolean => /^[rR]?[bB]/.test(text)

const at = ({ line: lineno }: Token): { readonly lineno: number } => ({ lineno })

const pair = (before: Token, token: Token, add: Report["add"]): void => {
  if (before.kind === "string") {
    if (token.kind === "string" && isBytes(before) !== isBytes(token))
      add("bad-string", "cannot mix bytes and nonbytes literals", at(token))
  } else if (before.text === ";") {
    if (COMPOUND.has(token.text)) add("invalid-syntax", `'${token.text}' needs a line of its own, not a ';'`, at(token))
  } else if (before.text === "async") {
    if (token.text !== "def" && token.text !== "for" && token.text !== "with") {
      add("invalid-syntax", "'async' must be followed by def, for or with", at(token))
    }
  } else if (token.text === "/") {
    if (before.text === "(" || before.text === "lambda") {
      add("invalid-syntax", "at least one argument must precede /", at(token))
    }
  }
}

/** The brackets of a call: whether a comma was passed, and how far a generator expression without own brackets has come. */
interface Call {
  comma: boolean
  generator: "none" | "target" | "rest"
}

/** `f(x for x in xs, 1)`: only a lone argument may be a generator without brackets of its own. */
const generators = (tokens: ReadonlyArray<Token>, add: Report["add"]): void => {
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
      if (top.comma) add("invalid-syntax", "a generator expression must be parenthesized", { lineno: token.line })
      top.generator = "target"
    } else if (text === "in" && top.generator === "target") top.generator = "rest"
    else if (text === "," && top.generator !== "target") {
      if (top.generator === "rest") {
        add("invalid-syntax", "a generator expression must be parenthesized", { lineno: token.line })
      }
      top.comma = true
    }
  }
}

/** One logical line: how the list of an import ends, and that a decorator has the line for itself. */
const line = (tokens: ReadonlyArray<Token>, from: number, to: number, add: Report["add"]): void => {
  const last = tokens[to - 1]
  if (last === undefined || to <= from) return
  const isImport = (): boolean => tokens.slice(from, to).some(({ kind, text }) => kind === "name" && text === "import")
  if (last.text === "," && isImport()) {
    add("invalid-syntax", "trailing comma not allowed without surrounding parentheses", { lineno: last.line })
  }
  if (last.text === ")" && tokens[to - 2]?.text === "*" && isImport()) {
    add("invalid-syntax", "'import *' takes no parentheses", { lineno: last.line })
  }
  if (tokens[from]?.text === "@") {
    const misplaced = tokens
      .slice(from, to)
      .find(({ kind, text }) => kind === "name" && (text === "def" || text === "class"))
    if (misplaced !== undefined) {
      add("invalid-syntax", "a decorator stands on a line of its own", { lineno: misplaced.line })
    }
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

const field = ({ tokens }: Field, report: Report): void => {
  const bare = knows(report.target, "freeFString") ? bareGenerator(tokens) : undefined
  if (bare !== undefined)
    report.add("bad-f-string", "f-string: a generator expression needs parentheses here", at(bare))
  check(tokens, report)
}

export const check = (tokens: ReadonlyArray<Token>, report: Report): void => {
  const { add } = report
  generators(tokens, add)
  let start = 0
  let index = -1
  let before: Token | undefined
  for (const token of tokens) {
    index++
    if (before !== undefined) pair(before, token, add)
    before = token
    if (token.kind === "newline" || token.text === ";") {
      line(tokens, start, index, add)
      start = index + 1
    } else if (token.kind === "indent" || token.kind === "dedent") start = index + 1
    if (token.fields !== undefined) for (const one of token.fields) field(one, report)
  }
}

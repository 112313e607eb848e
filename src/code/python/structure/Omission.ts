/**
 * A part of the module that its author left out and put words in its place: "# ... rest of the function unchanged", or three dots
 * as the last statement of the function. It is Python, and it would run as half a program.
 */
import { type CodeFailure, of } from "../../../domain/CodeFailure.js"
import * as Line from "../../extraction/Line.js"
import type { StmtNode } from "../Tree.js"

const DOTS = "(?:\\.{3}|…)"
const WHAT = "(?:code|function|method|logic|implementation|module|class|file|script|body)s?"
/** What is said to be somewhere else, or as it was. */
const LEFT_OUT = new RegExp(
  `\\b(?:rest|remainder) of (?:(?:the|your|this|my) )?(?:\\w+ )?${WHAT}\\b|` +
    `\\b(?:existing|unchanged|remaining|previous|original|other|same) (?:\\w+ )?${WHAT}\\b|` +
    `\\b${WHAT} (?:\\w+ )?(?:unchanged|omitted|remains?|stays?|as before|same)\\b`,
  "i"
)
/** A comment of a block that has a line of its own; the dots tell it from what the code is said to do. */
const COMMENT = /^([ \t]+)#[ \t]{0,8}((?=[^\n]{0,120}(?:\.{3}|…))[^\n]{1,160})$/gm
/** The dots begin it, or all of it is in brackets: it stands for code. Else they may be the end of a heading. */
const STANDS_FOR_CODE = new RegExp(`^(?:[([{<]?[ \\t]*${DOTS}|[([{<].*${DOTS}.*[)\\]}>][ \\t]*$)`)
const ENDS_IN_DOTS = new RegExp(`${DOTS}[ \\t]*$`)

const omitted = (line: number): CodeFailure =>
  of("structure", "placeholder", "a part of the code is left out here: give the whole module, with every line of it", {
    line
  })

/** Nothing of the block follows. */
const isLast = (text: string, end: number, indent: string): boolean => {
  const next = /\n([ \t]*)[^\s#]/.exec(text.slice(end))?.[1]
  return next === undefined || next.length < indent.length
}

/** Which of the lines are comments and not a part of a string, looked at where there is a line to ask for. */
const isInString = (text: string, index: number): boolean => {
  let quote = ""
  for (const line of text.slice(0, index).split("\n").slice(0, -1)) quote = Line.scan(line, quote).quote
  return quote !== ""
}

/** More comments of that kind are not looked at. */
const MAX_FOUND = 8

/** `body`: the statements of the function, whose lines `lineOf` knows in the text. */
export const check = (
  text: string,
  body: ReadonlyArray<StmtNode>,
  lineOf: (line: number) => number
): CodeFailure | undefined => {
  const last = body.at(-1)
  if (
    body.length > 1 &&
    last?.nodeType === "Expr" &&
    last.value.nodeType === "Constant" &&
    last.value.value === "..."
  ) {
    return omitted(lineOf(last.lineno))
  }
  if (!text.includes("...") && !text.includes("…")) return undefined
  let found = 0
  for (const { 0: whole, 1: indent = "", 2: comment = "", index } of text.matchAll(COMMENT)) {
    if (!LEFT_OUT.test(comment)) continue
    if (++found > MAX_FOUND) return undefined
    const stands = STANDS_FOR_CODE.test(comment)
    if (!stands && !(ENDS_IN_DOTS.test(comment) && isLast(text, index + whole.length, indent))) continue
    if (!isInString(text, index)) return omitted(text.slice(0, index).split("\n").length)
  }
  return undefined
}

/**
 * A part of the module that its author left out and put words in its place: "# ... rest of the function unchanged", or three dots
 * as the last statement of the function. It is Python, and it would run as half a program.
 */
import { type CodeFailure, of } from "../../../domain/CodeFailure.js"
import * as Line from "../../extraction/Line.js"
import { isEllipsis } from "../compile/Patterns.js"
import type { StmtNode } from "../Tree.js"

const DOTS = "(?:\\.{3}|…)"
const WHAT = "(?:code|function|method|logic|implementation|module|class|file|script|body)s?"
const WORD = "(?: (?:the|your|this|my|of|as|is|is the|remains?|stays?|unchanged|omitted|same|before|here|above))"
/** All that the comment says, but for brackets and dots: what else it says may be of code that follows. */
const LEFT_OUT = new RegExp(
  `^(?:(?:the )?(?:rest|remainder) of (?:(?:the|your|this|my) )?(?:\\w+ )?${WHAT}${WORD}{0,4}|` +
    `(?:existing|unchanged|remaining|previous|original) (?:\\w+ )?${WHAT}${WORD}{0,4}|` +
    `${WHAT} (?:\\w+ )?(?:unchanged|omitted|remains? the same|stays? the same|as before))$`,
  "i"
)
/** A comment of a block that has a line of its own; the dots tell it from what the code is said to do. */
const COMMENT = /^([ \t]+)#[ \t]{0,8}((?=[^\n]{0,120}(?:\.{3}|…))[^\n]{1,160})$/gm
const AROUND = new RegExp(`(?:${DOTS}|[()[\\]{}<> \\t])+`, "g")

const omitted = (line: number): CodeFailure =>
  of("structure", "placeholder", "a part of the code is left out here: give the whole module, with every line of it", {
    line
  })

/** Is the place in a string: looked at only where there is a comment to ask for. */
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
  if (body.length > 1 && last?.nodeType === "Expr" && isEllipsis(last.value)) {
    return omitted(lineOf(last.lineno))
  }
  if (!text.includes("...") && !text.includes("…")) return undefined
  let found = 0
  for (const { 2: comment = "", index } of text.matchAll(COMMENT)) {
    if (!LEFT_OUT.test(comment.replaceAll(AROUND, " ").trim())) continue
    if (++found > MAX_FOUND) return undefined
    if (!isInString(text, index)) return omitted(text.slice(0, index).split("\n").length)
  }
  return undefined
}

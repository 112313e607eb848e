/**
 * Code without a fence: which lines of a text are sentences, and the largest part of it, cut at sentences only, that is
 * Python. A broken line of code is never taken for a sentence, or half a program would pass for a whole one.
 */
import type { FirstWrongLine } from "../Extraction.js"
import { dedent } from "./Fence.js"

export const DEFINITION = /^[ \t]*(?:async[ \t]+)?def[ \t]+execute_trade\b/m

const CODE = [
  /^(?:import[ \t]+[\w.]+([ \t]+as[ \t]+\w+)?([ \t]*,.*)?|from[ \t]+[\w.]+[ \t]+import\b.*)$/,
  /^(?:async[ \t]+)?def[ \t]+\w+/,
  /^class[ \t]+\w+[ \t]*(?:\(.*\))?:/,
  /^@\w/,
  /^(?:if|elif|else|for|while|try|except|finally|with|match)\b.*:[ \t]*(?:#.*)?$/,
  /^[\w.,[\]"' \t*()]+?[ \t]*(?::[^=]*)?(?:[-+*/|&^%@]|\/\/|\*\*|<<|>>)?=(?!=)/,
  /^[\w.]+\(.*\)?[ \t]*(?:#.*)?$/,
  /^(?:return|raise|global|nonlocal|del|assert|pass|break|continue|yield)\b(?!.*[.!]$)/
]
/** Sentences have several words or end like one; the rest is what Markdown, HTML and chat templates leave. */
const SENTENCE = /^(?:[^\s]+[ \t]+){2,}[^\s]+$|[.:!?]["')\]*_`]*$/
const MARKUP = /^(?:[-*+>][ \t]|#{1,6}[ \t]|\d+[.)][ \t]|`{3,}|~{3,}|---|\*\*|<[/!|\w]|(?:python|py|python3)$)/i

const isSentence = (line: string): boolean => {
  const text = line.trimEnd()
  if (text === "" || /^[ \t]/.test(text)) return false
  return MARKUP.test(text) || (SENTENCE.test(text) && !CODE.some((pattern) => pattern.test(text)))
}

const isBlank = (line: string | undefined): boolean => line !== undefined && line.trim() === ""

/** The lines from `start` to `end` without blank lines around them, ended like the text was. */
const slice = (lines: ReadonlyArray<string>, start: number, end: number): string => {
  let from = start
  let to = end
  while (from < to && isBlank(lines[from])) from++
  while (to > from && isBlank(lines[to - 1])) to--
  const body = dedent(lines.slice(from, to)).join("\n")
  return to < lines.length ? `${body}\n` : body
}

/** Grows from the last definition to all sides, and gives way at the sentence where the text stops being Python. */
export function* regions(text: string, firstWrongLine: FirstWrongLine): Generator<string> {
  const lines = text.split("\n")
  const definition = lines.findLastIndex((line) => DEFINITION.test(line))
  if (definition === -1) return
  const sentences = lines.flatMap((line, index) => (isSentence(line) ? [index] : []))
  const before = sentences.filter((index) => index < definition)
  const after = sentences.filter((index) => index > definition)
  let start = 0
  let end = lines.length
  for (;;) {
    const source = slice(lines, start, end)
    const skipped = lines.slice(start).findIndex((line) => !isBlank(line))
    const wrong = firstWrongLine(source)
    yield source
    if (wrong === undefined) return
    const line = start + Math.max(skipped, 0) + wrong - 1
    const cut =
      line <= definition
        ? before.find((index) => index >= line)
        : after.findLast((index) => index <= line && index < end)
    if (cut === undefined) return
    if (line <= definition) start = cut + 1
    else end = cut
  }
}

/**
 * Code without a fence: which lines of a text are sentences, and the largest part of it, cut at sentences only, that is
 * Python. A broken line of code is never taken for a sentence, or half a program would pass for a whole one.
 */
import type { FirstWrongLine } from "./Extraction.js"

export const DEFINITION = /^[ \t]*(?:async[ \t]+)?def[ \t]+execute_trade\b/m

/** Words as people write them, with the quotes and stops around them; numbers count too. */
const WORD = /^["'“‘(*_`]*(?:\p{L}[\p{L}’'-]*|\d+%?)["'”’)*_`]*[.,:;!?。：！？)"'”*_`]*$/u
const STOP = /[.:!?。：！？]["'”)\]*_`]*$/
/** Lower-case words with which a line of Python begins, and a line of prose seldom. */
const KEYWORD =
  /^(?:import|from|def|class|return|if|elif|else|for|while|try|except|finally|with|async|await|global|nonlocal|del|assert|pass|break|continue|yield|raise|lambda|match|case|print)\b/
/** Assignments, calls and decorators, be they broken or whole. */
const CODE =
  /^(?:[\w.,[\]"' \t*()]+?[ \t]*(?::[^=]*)?(?:[-+*/|&^%@]|\/\/|\*\*|<<|>>)?=(?!=)|[\w.]+\(.*\)?[ \t]*(?:#.*)?$|@\w)/
/** What Markdown, HTML and chat templates leave. */
const MARKUP = /^(?:[-*+>][ \t]|#{1,6}[ \t]|\d+[.)][ \t]|`{3,}|~{3,}|---|\*\*|<[/!|\w]|(?:python|py|python3)$)/i

/** What a line is shows in its beginning. */
const LINE_HEAD = 200
/** How many words make a sentence that has no stop, and how much of any sentence is words. */
const MIN_WORDS = 3
const MIN_SHARE = 0.6

const isBlank = (line: string | undefined): boolean => line !== undefined && line.trim() === ""
const isIndented = (line: string): boolean => /^[ \t]/.test(line)

/** The words in a line that is mostly words, 0 in any other. */
const wordsIn = (line: string): number => {
  const parts = line.trim().split(/[ \t]+/)
  const words = parts.filter((part) => WORD.test(part)).length
  return words < parts.length * MIN_SHARE ? 0 : words
}

const isSentence = (line: string): boolean => {
  const words = CODE.test(line) ? 0 : wordsIn(line)
  return KEYWORD.test(line)
    ? words > MIN_WORDS && /[.!]$/.test(line)
    : words >= MIN_WORDS || (words > 0 && STOP.test(line))
}

/** Sentences, the rest of their paragraphs, Markdown, and what is indented or blank below any of it. */
const proseLines = (lines: ReadonlyArray<string>): ReadonlyArray<boolean> => {
  let inside: "code" | "sentence" | "markup" = "code"
  return lines.map((whole, index) => {
    const line = whole.slice(0, LINE_HEAD).trimEnd()
    if (line === "" || isIndented(line)) return inside !== "code"
    const isHead = line.endsWith(":") && /^[ \t]+\S/.test(lines[index + 1] ?? "")
    const goesOn = inside === "sentence" && !isBlank(lines[index - 1]) && !CODE.test(line) && wordsIn(line) > 1
    inside = MARKUP.test(line) ? "markup" : !isHead && (goesOn || isSentence(line)) ? "sentence" : "code"
    return inside !== "code"
  })
}

const slice = (lines: ReadonlyArray<string>, start: number, end: number): string => {
  const body = lines.slice(start, end).join("\n")
  return end < lines.length ? `${body}\n` : body
}

/** Attempts at one text: line by line at first, then paragraph by paragraph, and no more than that. */
const LINEWISE = 8
const MAX_ATTEMPTS = 40
/** Attempts at a long text are few: together they read no more than this many characters. */
const MAX_READ = 2 * 1024 * 1024

/**
 * The largest part around the last definition, given way where the text stops being Python and is prose. In front of the
 * code a heading may be a comment of the module and stays; behind it a paragraph goes as a whole.
 */
export const region = (text: string, firstWrongLine: FirstWrongLine): string | undefined => {
  const lines = text.split("\n")
  const definition = lines.findLastIndex((line) => DEFINITION.test(line))
  if (definition === -1) return undefined
  const prose = proseLines(lines)
  let start = 0
  let end = lines.length
  for (let attempt = 0; attempt < Math.min(MAX_ATTEMPTS, MAX_READ / text.length); attempt++) {
    const source = slice(lines, start, end)
    const wrong = firstWrongLine(source)
    const line = start + (wrong ?? 0) - 1
    if (wrong === undefined || prose[line] !== true || line === definition) return source
    if (line > definition) end = prose.lastIndexOf(false, line) + 1
    else start = attempt < LINEWISE ? line + 1 : prose.indexOf(false, line)
  }
  return undefined
}

/** Markdown's other code block: indented by four, between paragraphs that are not. */
export const indented = (text: string): string | undefined => {
  const lines = text.split("\n")
  const definition = lines.findLastIndex((line) => DEFINITION.test(line))
  const [indent = ""] = /^(?: {4}|\t)?/.exec(lines[definition] ?? "") ?? []
  if (indent === "") return undefined
  const outside = (line: string): boolean => !isBlank(line) && !line.startsWith(indent)
  const before = lines.findLastIndex((line, index) => index < definition && outside(line))
  const after = lines.findIndex((line, index) => index > definition && outside(line))
  const above = lines[before]
  if (above !== undefined && (isIndented(above) || proseLines(lines)[before] !== true)) return undefined
  const block = lines.slice(before + 1, after === -1 ? lines.length : after)
  return block.map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line.trimStart())).join("\n")
}

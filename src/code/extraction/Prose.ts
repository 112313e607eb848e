/**
 * Code without a fence: which lines of a text are sentences, and the largest part of it, cut at sentences only, that is
 * Python. A broken line of code is never taken for a sentence, or half a program would pass for a whole one.
 */
import { ENTRY_POINT } from "../Contract.js"
import * as Steps from "../Steps.js"
import * as Indent from "./Indent.js"
import { isBlank } from "./Indent.js"
import * as Line from "./Line.js"
import * as Preference from "./Preference.js"
import { CODE, isComment, isMarkup, isSentence, isTitle, plain, wordsIn } from "./Sentence.js"

const DEFINITION = /^[ \t]*(?:(?:async[ \t]+)?def[ \t]+execute_trade\b|execute_trade[ \t]*(?::[^=\n]*)?=(?!=))/m

/** Whether there is such a line: most texts are long, and few of their lines name the function. */
export const defines = (text: string): boolean => {
  for (let at = text.indexOf(ENTRY_POINT); at !== -1;) {
    const end = text.indexOf("\n", at)
    if (DEFINITION.test(text.slice(text.lastIndexOf("\n", at) + 1, end === -1 ? undefined : end))) return true
    at = end === -1 ? -1 : text.indexOf(ENTRY_POINT, end)
  }
  return false
}

/** The line at which a text stops being Python, `undefined` when it never does. */
export type FirstWrongLine = (source: string) => Steps.Steps<number | undefined>

/** What a line is shows in its beginning. */
const LINE_HEAD = 200
const isIndented = (line: string): boolean => /^[ \t]/.test(line)

/** Sentences, the rest of their paragraphs, Markdown, and what is indented or blank below any of it. */
function* proseLines(lines: ReadonlyArray<string>): Steps.Steps<ReadonlyArray<boolean>> {
  const prose: Array<boolean> = []
  let inside: "code" | "sentence" | "markup" = "code"
  while (prose.length < lines.length) {
    const index = prose.length
    if (index % Steps.STRETCH === 0) yield
    const line = (lines[index] ?? "").slice(0, LINE_HEAD).trimEnd()
    if (line !== "" && !isIndented(line)) {
      const [before, behind] = [lines[index - 1], lines[index + 1]]
      const isHead = line.endsWith(":") && /^[ \t]+\S/.test(behind ?? "")
      const goesOn: boolean = inside === "sentence" && !isBlank(before) && !CODE.test(line) && wordsIn(plain(line)) > 1
      inside = isMarkup(line) ? "markup" : !isHead && (goesOn || isSentence(line)) ? "sentence" : "code"
    }
    prose.push(inside !== "code")
    if (inside === "code") for (let end = Line.endOfString(lines, index); prose.length < end;) prose.push(false)
  }
  return withTitles(lines, prose)
}

/** A word or two at the beginning of the text or at its end, with blank lines around, is a title or a greeting. */
const withTitles = (lines: ReadonlyArray<string>, prose: Array<boolean>): ReadonlyArray<boolean> => {
  const isOne = (index: number): boolean =>
    prose[index] === true ||
    isBlank(lines[index]) ||
    (isBlank(lines[index - 1]) && isBlank(lines[index + 1]) && isTitle((lines[index] ?? "").slice(0, LINE_HEAD)))
  for (let at = 0; at < lines.length && isOne(at); at++) prose[at] = true
  for (let at = lines.length - 1; at >= 0 && isOne(at); at--) prose[at] = true
  return prose
}

const MAX_ATTEMPTS = 40
const MAX_VERSIONS = 4
/** Attempts at a long text are few: together they read no more than this many characters. */
const MAX_READ = 2 * 1024 * 1024

/** Behind a line of prose: the next line of code, or a comment, which looks like a heading. */
const nextStart = (lines: ReadonlyArray<string>, prose: ReadonlyArray<boolean>, line: number): number => {
  let start = line + 1
  while (start < lines.length && prose[start] === true && !isComment(lines[start])) start++
  return start
}

/** A heading is a comment of the module when code follows at once, or when a single mark is before it. */
const withoutHeading = (lines: ReadonlyArray<string>, start: number): number => {
  let at = start
  while (/^#{2,6} /.test(lines[at] ?? "") && isBlank(lines[at + 1])) {
    at++
    while (at < lines.length && isBlank(lines[at])) at++
  }
  return at
}

/** Before a line of prose: the end of the code, with the comments at its last lines. */
const lastEnd = (lines: ReadonlyArray<string>, prose: ReadonlyArray<boolean>, line: number): number => {
  let end = prose.lastIndexOf(false, line) + 1
  while (end < line && isComment(lines[end])) end++
  return end
}

/** Lines in front of the code may be left out if they are prose, or another version of it. */
function* isApart(lines: ReadonlyArray<string>, prose: ReadonlyArray<boolean>, end: number): Steps.Steps<boolean> {
  let isAll = true
  for (let at = 0; at < end; at++) {
    if (at % Steps.STRETCH === 0) yield
    if (DEFINITION.test(lines[at] ?? "")) return true
    isAll &&= prose[at] === true || isBlank(lines[at]) || isComment(lines[at])
  }
  return isAll
}

/** Lines of a function, or the rest of one. */
const REST = /^(?:(?:async )?def|class)\b|^[ \t]+(?:return\b|elif\b.*:|else:)/

/** Those behind the code may be prose, a call, or another version: not the rest of the module. */
function* isBehind(lines: ReadonlyArray<string>, start: number): Steps.Steps<boolean> {
  let hasRest = false
  for (let at = start; at < lines.length; at++) {
    if (at % Steps.STRETCH === 0) yield
    if (DEFINITION.test(lines[at] ?? "")) return true
    hasRest ||= REST.test(lines[at] ?? "")
  }
  return !hasRest
}

interface Version {
  readonly definition: number
  /** Its first line, and the one behind its last. */
  readonly from: number
  readonly to: number
}

/** Definitions with prose between them are of different versions. */
function* versionsIn(lines: ReadonlyArray<string>, prose: ReadonlyArray<boolean>): Steps.Steps<ReadonlyArray<Version>> {
  const versions: Array<Version> = []
  let start = 0
  let definition = -1
  for (let at = 0; at <= lines.length; at++) {
    if (at % Steps.STRETCH === 0) yield
    if (at < lines.length && prose[at] !== true) {
      if (DEFINITION.test(lines[at] ?? "")) definition = at
      continue
    }
    if (at < lines.length && (isBlank(lines[at]) || isComment(lines[at]))) continue
    if (definition !== -1) versions.push({ definition, from: start, to: at })
    start = at + 1
    definition = -1
  }
  return versions
}

/** The largest part around a definition, given way where the text stops being Python and is prose; the likeliest first. */
export function* regions(text: string, firstWrongLine: FirstWrongLine): Generator<string | Steps.Rest> {
  const lines = yield* Line.linesOf(text)
  const starts = yield* Line.startsOf(lines)
  const stretch = (from: number, to: number): string => text.slice(starts[from], starts[to])
  const prose = yield* proseLines(lines)
  yield
  const versions = yield* Preference.latest(yield* versionsIn(lines, prose), ({ from, to }) => stretch(from, to))
  for (const { definition } of versions.slice(0, MAX_VERSIONS)) {
    const source = yield* regionAround(definition, lines, prose, stretch, firstWrongLine)
    if (source !== undefined) yield source
  }
}

function* regionAround(
  definition: number,
  lines: ReadonlyArray<string>,
  prose: ReadonlyArray<boolean>,
  stretch: (from: number, to: number) => string,
  firstWrongLine: FirstWrongLine
): Steps.Steps<string | undefined> {
  let start = 0
  let end = lines.length
  let read = 0
  for (let attempt = 0; attempt < MAX_ATTEMPTS && read < MAX_READ; attempt++) {
    const source = stretch(start, end)
    read += source.length
    const wrong = yield* firstWrongLine(source)
    const line = start + (wrong ?? 0) - 1
    if (wrong === undefined)
      return (yield* isApart(lines, prose, start)) && (yield* isBehind(lines, end)) ? source : undefined
    if (prose[line] !== true || line === definition) return undefined
    if (line > definition) end = lastEnd(lines, prose, line)
    else start = withoutHeading(lines, nextStart(lines, prose, line))
  }
  return undefined
}

/** What a block of code is announced by where its indentation makes it one. */
const ANNOUNCES = /^[ \t]*(?:- )?[\w-]+:[ \t]*[|][-+\d]*[ \t]*$|^\.\. [\w-]+::|::$/

/** A block that is indented, between paragraphs that are not: Markdown's other code block, and those of other languages. */
export function* indented(text: string): Steps.Steps<string | undefined> {
  const lines = yield* Line.linesOf(text)
  const definition = lines.findLastIndex((line) => line.includes(ENTRY_POINT) && DEFINITION.test(line))
  if (definition === -1 || !isIndented(lines[definition] ?? "")) return undefined
  const announces = (line: string | undefined): boolean => line !== undefined && ANNOUNCES.test(line)
  const before = lines.findLastIndex(
    (line, index) => index < definition && !isBlank(line) && (!isIndented(line) || announces(line))
  )
  const announced = announces(lines[before])
  const outer = announced ? Indent.widthOf(lines[before] ?? "") : 0
  const after = lines.findIndex((line, index) => index > definition && !isBlank(line) && Indent.widthOf(line) <= outer)
  if (!announced) {
    const prose = yield* proseLines(lines)
    if ([before, after].some((index) => index !== -1 && prose[index] !== true)) return undefined
  }
  const end = after === -1 ? lines.length : after
  const first = lines.findIndex((line, index) => index > before && !isBlank(line))
  const block = Indent.removed(lines.slice(first, end), MANY)
  const source = block.join("\n")
  return end < lines.length ? `${source}\n` : source
}

/** As far as a fence may be indented. */
const MANY = 100

/**
 * Code with something before each of its lines: the marks of a difference, the prompts of an interpreter, line numbers, quotation.
 * It goes from all lines alike, or the text is left alone.
 */
import { ENTRY_POINT } from "../Contract.js"
import * as Steps from "../Steps.js"
import type { Compiles } from "./Fence.js"
import * as Indent from "./Indent.js"
import * as Line from "./Line.js"

type Lines = ReadonlyArray<string>

/** Lines that tell of a file and are not part of it. */
const DIFF_HEADER = /^(?:diff |index |--- |\+\+\+ |@@ |new file mode |\\ No newline|\*\*\* (?:Begin|End|Add|Update) )/

/** Only what was added: with lines that were there before nobody knows the whole file. */
const difference = (lines: Lines): Lines | undefined => {
  const own = lines.filter((line) => !DIFF_HEADER.test(line) && !line.startsWith("-"))
  return own.every((line) => line === "" || line.startsWith("+")) ? own.map((line) => line.slice(1)) : undefined
}

const NUMBER = /^[ \t]*\[?L?\d+\]?/
const SEPARATOR = /^[ \t]?[|│:.)→]/

const isCounting = (numbers: ReadonlyArray<number>): boolean =>
  numbers.every((number, index) => number === (numbers[0] ?? 0) + index)

/** What is behind the number of each line and the separator that all of them have. */
const behindNumbers = (lines: Lines): Lines | undefined => {
  const numbers = lines.map((line) => NUMBER.exec(line)?.[0] ?? "")
  if (!isCounting(numbers.map((number) => Number(/\d+/.exec(number)?.[0])))) return undefined
  const rests = lines.map((line, index) => line.slice(numbers[index]?.length))
  const separator = SEPARATOR.exec(rests[0] ?? "")?.[0] ?? ""
  return rests.every((rest) => rest.startsWith(separator))
    ? rests.map((rest) => rest.slice(separator.length))
    : undefined
}

const leastOf = (numbers: ReadonlyArray<number>): number =>
  numbers.reduce((least, number) => Math.min(least, number), Infinity)

const numbered = (lines: Lines): Lines | undefined => {
  const rests = behindNumbers(lines)
  const spaces = leastOf((rests ?? []).flatMap((rest) => (Indent.isBlank(rest) ? [] : [Indent.widthOf(rest)])))
  return rests?.map((rest) => rest.slice(spaces))
}

/** Numbers of unequal width, filled up behind: the code begins in one column. */
const numberedInColumns = (lines: Lines): Lines | undefined => {
  const rests = behindNumbers(lines)
  if (rests === undefined) return undefined
  const starts = rests.map((rest, index) => (lines[index]?.length ?? 0) - rest.length)
  const column = leastOf(
    rests.flatMap((rest, index) => (Indent.isBlank(rest) ? [] : [(starts[index] ?? 0) + Indent.widthOf(rest)]))
  )
  const spaced = rests.every((rest) => Indent.isBlank(rest) || Indent.widthOf(rest) > 0)
  return starts.every((start) => (spaced ? start < column : start <= column))
    ? lines.map((line) => line.slice(column))
    : undefined
}

interface Kind {
  /** Which lines can belong to it. */
  readonly line: RegExp
  readonly strip: (lines: Lines) => Lines | undefined
}

/** Those of an interpreter, with blank lines between them. */
const prompts = (prompt: RegExp): Kind => ({
  line: new RegExp(`${prompt.source}|^\\s*$`),
  strip: (lines) => lines.map((line) => line.replace(prompt, ""))
})

const KINDS: ReadonlyArray<Kind> = [
  { line: /^(?:\+|$|-)|^(?:diff |index |@@ |new file mode |\\ |\*\*\* )/, strip: difference },
  prompts(/^(?:>>>|\.\.\.)(?: |$)/),
  prompts(/^(?:In \[\d+\]:| +\.\.\.:)(?: |$)/),
  { line: NUMBER, strip: numbered },
  { line: NUMBER, strip: numberedInColumns },
  { line: /^>/, strip: (lines) => Steps.run(Indent.unquoted(lines)) }
]

/**
 * The texts that are left without such marks, from the lines around the last mention of the function. Where two readings are
 * Python there is none.
 */
export function* without(text: string, compiles: Compiles): Steps.Steps<ReadonlyArray<string>> {
  const distinct = new Set<string>()
  for (const reading of readings(text)) {
    if (reading !== undefined) distinct.add(reading)
    yield
  }
  const found = [...distinct]
  const right = found.length < 2 ? found : yield* Steps.filter(found, compiles)
  return right.length === 1 ? right : []
}

function* readings(text: string): Generator<string | Steps.Rest> {
  const lines = yield* Line.linesOf(text)
  for (const { line: belongs, strip } of KINDS) {
    yield
    const mention = lines.findLastIndex((line) => line.includes(ENTRY_POINT) && belongs.test(line))
    if (mention === -1) continue
    let start = mention
    while (start > 0 && belongs.test(lines[start - 1] ?? "")) start--
    let end = mention + 1
    while (end < lines.length && belongs.test(lines[end] ?? "")) end++
    while (end > start && Indent.isBlank(lines[end - 1] ?? "")) end--
    while (start < end && Indent.isBlank(lines[start] ?? "")) start++
    const stripped = strip(lines.slice(start, end))
    if (stripped !== undefined) yield `${stripped.join("\n")}\n`
  }
}

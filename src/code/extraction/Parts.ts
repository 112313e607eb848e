/**
 * Blocks that belong together: one module over several blocks, cut anywhere, or helpers in one and the function in another.
 */
import { ENTRY_POINT } from "../Contract.js"
import * as Steps from "../Steps.js"
import type { Block, Compiles } from "./Fence.js"
import { indentOf } from "./Indent.js"
import * as Line from "./Line.js"
import { CONTINUED } from "./Split.js"

/** The first line goes on with what was begun in another block. */
const GOES_ON = /^\s*(?:[ \t]|(?:else|elif|except|finally|case)\b|[)\]}:.])/

const isCode = ({ content, kind }: Block): boolean => kind !== "other" && content.trim() !== ""

/** A line without code before the cut: is it the module's, or was it put before the fence? */
const endsBlank = (before: string): boolean => /\n[ \t]*\n$/.test(before)
const DEFINES = /^(?:[ \t]*\n)*(?:(?:def|class|async)\b|if __name__\b|@)/
/** The last line opens a bracket. */
const opensLast = (before: string): boolean => {
  const last = before.trimEnd().split("\n").at(-1) ?? ""
  return Line.scan(last, "").depth > 0 && !/[([{]$/.test(last)
}
/** How a line begins that is one of its own. */
const OWN_LINE =
  /^[ \t]*(?:(?:import|from|def|class|return|if|elif|else|for|while|try|except|finally|with|async|await|global|nonlocal|del|assert|pass|break|continue|yield|raise|match|case)\b|[\w.,[\]"' ]+(?:[-+*/|&^%@]|\/\/|\*\*|<<|>>)?=|\w+[ ]*:|[\w.]+\(|[@"']|$)/
/** A comment that stands alone has the indentation of the line before it, or of the one behind. */
const isOwnComment = (before: string, after: string): boolean => {
  const [first = "", second = ""] = after.split("\n")
  return [before.trimEnd().split("\n").at(-1) ?? "", second].some((line) => indentOf(line) === indentOf(first))
}

/** Two readings compile, and one of them would not be what the model wrote. */
const AMBIGUOUS = "ambiguous"

/** Two parts as one text, `undefined` where they are none. */
function* glued(before: string, after: string, compiles: Compiles): Steps.Steps<string | typeof AMBIGUOUS | undefined> {
  const lines = before + after
  const line = before.replace(/\n$/, "") + after
  const atEnd = yield* compiles(lines)
  if (!(yield* compiles(line))) return atEnd ? lines : undefined
  if (!atEnd) return line
  const { depth, quote } = before.split("\n").reduce((open, line) => Line.behind(line, open), Line.NOTHING)
  const isBlank = endsBlank(before) || /^[ \t]*\n/.test(after)
  if (quote !== "" || (isBlank && !DEFINES.test(after))) return AMBIGUOUS
  if (isBlank) return lines
  if (/^[)\]}]/.test(after)) return before.endsWith(",\n") ? lines : opensLast(before) ? line : AMBIGUOUS
  if (depth > 0) return /^(?:[ \t]{2}|\t)/.test(after) ? lines : line
  if (/[ \t]\n$/.test(before)) return line
  return (/^[ \t]*#/.test(after) ? isOwnComment(before, after) : OWN_LINE.test(after)) ? lines : line
}

/** Blocks of which the second goes on where the first ends are one. `between` is the text before a block and behind the one before. */
export function* merged(
  blocks: ReadonlyArray<Block>,
  between: (left: Block, right: Block) => string,
  compiles: Compiles
): Steps.Steps<ReadonlyArray<Block>> {
  if (blocks.length < 2) return blocks
  const units: Array<Block> = []
  for (const block of blocks) {
    const last = units.at(-1)
    const whole = last === undefined ? undefined : yield* continued(last, block, between, compiles)
    if (last === undefined || whole === undefined) units.push(block)
    else
      units[units.length - 1] = {
        ...block,
        start: last.start,
        before: last.before,
        content: whole,
        raw: whole,
        kind: last.kind,
        ambiguous: last.ambiguous ?? block.ambiguous
      }
  }
  return units
}

function* continued(
  left: Block,
  right: Block,
  between: (left: Block, right: Block) => string,
  compiles: Compiles
): Steps.Steps<string | undefined> {
  if (!isCode(left) || !isCode(right) || left.kind !== right.kind) return undefined
  const words = CONTINUED.test(between(left, right))
  if (!words && !GOES_ON.test(right.raw) && (yield* compiles(left.content)) && (yield* compiles(right.content))) {
    return undefined
  }
  return (yield* glued(left.raw, right.raw, compiles)) ?? (isRest(right.raw) ? AMBIGUOUS : undefined)
}

/** The first line is deeper than others: it goes on with a block that was begun before. */
const isRest = (text: string): boolean => /^(?:[ \t]*\n)*[ \t]+\S/.test(text) && /^\S/m.test(text)

/** What stands between separate blocks in one text: a blank line around definitions, as people write it. */
const gap = (left: string | undefined, right: string): string => {
  if (left === undefined) return ""
  const isSpaced = /\n[ \t]*\n$/.test(left) || /^[ \t]*\n/.test(right)
  const isDefinition =
    /^(?:@|#|def\b|class\b|async\b)/.test(right) || /^[ \t]/.test(left.trimEnd().split("\n").at(-1) ?? "")
  return isSpaced || !isDefinition ? "" : "\n"
}

const oneOf = (sources: ReadonlyArray<string>): string =>
  sources.map((source, index) => gap(sources[index - 1], source) + source).join("")

/** Python blocks, of which one has the function and the others what it needs. */
export function* joined(units: ReadonlyArray<Block>, compiles: Compiles): Steps.Steps<ReadonlyArray<string>> {
  const isLabelled = ({ kind }: Block): boolean => kind === "python" || kind === "unlabelled"
  const labelled = units.filter(isLabelled).map(({ content }) => content)
  if (labelled.length < 2) return []
  const python = yield* Steps.filter(labelled, compiles)
  const last = python.findLastIndex((source) => source.includes(ENTRY_POINT))
  if (python.length < 2 || last === -1) return []
  const own = python[last] ?? ""
  const pairs = python.slice(0, last).map((source) => oneOf([source, own]))
  return [oneOf(python.slice(0, last + 1)), oneOf(python), ...pairs.toReversed()]
}

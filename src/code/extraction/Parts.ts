/**
 * Blocks that belong together: one module over several blocks, cut anywhere, or helpers in one and the function in another.
 */
import type { Block, Compiles } from "./Fence.js"
import * as Line from "./Line.js"

/** The words with which a model goes on in a new block. */
const CONTINUED =
  /\b(?:contin\w*|cont['’]?d|part (?:2|3|4|two|three)|[2-9] ?\/ ?[2-9]|rest of|remainder|second (?:half|part))\b|继续|接上|続き|продолж|suite|fortsetzung/i
/** The first line goes on with what was begun in another block. */
const GOES_ON = /^\s*(?:[ \t]|(?:else|elif|except|finally|case)\b|[)\]}:.])/

const isCode = ({ content, kind }: Block): boolean => kind !== "other" && content.trim() !== ""

/** What stands open at the end of a text. */
const openAt = (text: string): { readonly quote: string; readonly depth: number } => {
  let quote = ""
  let depth = 0
  for (const line of text.split("\n")) {
    const next = Line.scan(line, quote)
    quote = next.quote
    depth = Math.max(0, depth + next.depth)
  }
  return { quote, depth }
}

/** Two parts as one text, `undefined` where there is no telling whether the cut is at the end of a line or inside of one. */
const glued = (before: string, after: string, compiles: Compiles): string | undefined => {
  const lines = before + after
  const line = before.replace(/\n$/, "") + after
  const atEnd = compiles(lines)
  if (!compiles(line)) return atEnd ? lines : undefined
  if (!atEnd) return line
  const { depth, quote } = openAt(before)
  if (quote !== "") return undefined
  return depth === 0 || /^(?:[ \t]{2}|\t|[)\]}])/.test(after) ? lines : line
}

/** Blocks of which the second goes on where the first ends are one. `between` is the text before a block and behind the one before. */
export const merged = (
  blocks: ReadonlyArray<Block>,
  between: (left: Block, right: Block) => string,
  compiles: Compiles
): ReadonlyArray<Block> => {
  if (blocks.length < 2) return blocks
  const units: Array<Block> = []
  for (const block of blocks) {
    const last = units.at(-1)
    const whole = last === undefined ? undefined : continued(last, block, between, compiles)
    if (last === undefined || whole === undefined) units.push(block)
    else
      units[units.length - 1] = {
        ...block,
        start: last.start,
        before: last.before,
        content: whole,
        raw: whole,
        kind: last.kind
      }
  }
  return units
}

const continued = (
  left: Block,
  right: Block,
  between: (left: Block, right: Block) => string,
  compiles: Compiles
): string | undefined => {
  if (!isCode(left) || !isCode(right) || left.kind !== right.kind) return undefined
  const words = CONTINUED.test(between(left, right))
  if (!words && !GOES_ON.test(right.raw) && compiles(left.content) && compiles(right.content)) return undefined
  return glued(left.raw, right.raw, compiles)
}

/** Separate blocks as one text: with a blank line around definitions, as people write it. */
const joinedTwo = (left: string, right: string): string => {
  const isSpaced = /\n[ \t]*\n$/.test(left) || /^[ \t]*\n/.test(right)
  const isDefinition =
    /^(?:@|#|def\b|class\b|async\b)/.test(right) || /^[ \t]/.test(left.trimEnd().split("\n").at(-1) ?? "")
  return isSpaced || !isDefinition ? left + right : `${left}\n${right}`
}

/** Python blocks, of which one has the function and the others what it needs. */
export const joined = (units: ReadonlyArray<Block>): ReadonlyArray<string> => {
  const python = units.filter(({ kind }) => kind === "python" || kind === "unlabelled").map(({ content }) => content)
  const last = python.findLastIndex((source) => source.includes("execute_trade"))
  if (python.length < 2 || last === -1) return []
  const own = python[last] ?? ""
  const all = (sources: ReadonlyArray<string>): string => sources.reduce(joinedTwo)
  const pairs = python.slice(0, last).map((source) => joinedTwo(source, own))
  return [all(python.slice(0, last + 1)), all(python), ...pairs.toReversed()]
}

/**
 * Fenced code blocks as CommonMark has them: backticks or tildes, longer fences around shorter ones, indented in lists,
 * quoted, with an info string, and open until the end when nobody closes them. And as models write them: behind other
 * words on a line, closed on the last line of code or by what can only follow it, and one fence around others of the same length.
 * A fence inside a string of several lines is part of the code.
 */
import { ENTRY_POINT } from "../Contract.js"
import * as Steps from "../Steps.js"
import type { Spend } from "./Effort.js"
import * as Indent from "./Indent.js"
import * as Info from "./Info.js"
import * as Line from "./Line.js"
import * as Opening from "./Opening.js"
import * as Split from "./Split.js"

export interface Block {
  /** Its first line, that of the fence. */
  readonly start: number
  /** The line that closes it. */
  readonly last: number
  /** The first line behind it. */
  readonly end: number
  /** What stands on its first line before the fence, and on its last one behind it. */
  readonly before: string
  readonly behind: string
  readonly content: string
  /** The same without the indentation of the fence only: the lines of a part may all be indented. */
  readonly raw: string
  readonly kind: Info.Info["kind"]
  /** The text ends before the block does: what is missing may be missing because the answer was cut off. */
  readonly open: boolean
  /** It may as well go on: with the fence that ends it, the words behind and the next fence in one of its strings. */
  readonly ambiguous?: true | undefined
}

/** Whether a text is Python, whatever it defines. */
export type Compiles = (source: string) => Steps.Steps<boolean>

/** The beginning of a sentence, and no statement. */
const BARE_WORD = /^\s*(?!(?:break|continue|pass|raise|return)\b)\w+\s*$/

const CLOSING = /^([ \t>]*)(`{3,}|~{3,})[ \t]*$/
/** No line of Python begins like this: a tag, a mark of the chat template. */
const FOREIGN = /^[ \t]*(?:[<◁⟨⟪«【〈《〔⟦]\/?[|｜]?\w[^<>\s]*[>▷⟩⟫»】〉》〕⟧]|<[|｜]|\[\/\w)/
const FOREIGN_LINE = new RegExp(FOREIGN, "m")
export const holdsForeign = (text: string): boolean => FOREIGN_LINE.test(text)

/** A block of HTML, which ends with its tag and holds no fences before it has been read by itself. */
const PREFORMATTED = /^ {0,3}<(pre|code)\b/i

/** Lines of a block in which the name of an attribute is looked for. */
const MAX_BODY = 1000

/** A closing fence may be indented by three columns more than its container, never by four. */
const MAX_CLOSING_INDENT = 3

const widthOf = (prefix: string): number => prefix.replaceAll(/[^ \t]/g, " ").replaceAll("\t", "    ").length

interface End {
  /** The line that closes the block. */
  readonly at: number
  /** Where the next block may begin. */
  readonly next: number
  /** Code before the fence on that line. */
  readonly tail?: string | undefined
  /** What stands behind the fence there. */
  readonly behind?: string | undefined
}

/** CommonMark's end, or the beginning of a block in the block. */
function* plainEnd(
  { from, limit, line }: Opening.Source,
  { fence, prefix }: Opening.Opening,
  nested: boolean
): Steps.Steps<End | undefined> {
  for (let at = from; at < limit; at++) {
    if (at % Steps.STRETCH === 0) yield
    const [, space = "", marks = ""] = CLOSING.exec(line(at)) ?? []
    if (marks.startsWith(fence) && widthOf(space) <= widthOf(prefix) + MAX_CLOSING_INDENT) return { at, next: at + 1 }
    if (nested && Opening.isPython(line(at), false)) return { at, next: at }
  }
  return undefined
}

/** The first place outside of strings where Python cannot go on. */
function* pythonEnd(
  { from, limit, line }: Opening.Source,
  { fence }: Opening.Opening,
  code: string
): Steps.Steps<End | undefined> {
  let quote = Line.scan(code, "").quote
  const isMarkup = /^\s*[<[{]/.test(line(from))
  for (let at = from; at < limit; at++) {
    if (at % Steps.STRETCH === 0) yield
    const text = line(at)
    if (quote === "") {
      if (!isMarkup && FOREIGN.test(text)) return { at, next: at }
      if (fence.startsWith("~") && CLOSING.exec(text)?.[2]?.startsWith(fence) === true) return { at, next: at + 1 }
    }
    const scanned = text.length > Line.PART ? yield* Line.scanning(text, quote) : Line.scan(text, quote)
    quote = scanned.quote
    if (scanned.fence === -1 || fence.startsWith("~") || !text.startsWith(fence, scanned.fence)) continue
    const before = text.slice(0, scanned.fence)
    const tail = before.trim() === "" ? undefined : before
    const behind = text.slice(scanned.fence).replace(/^`+/, "")
    if (!Opening.isPython(text)) return { at, next: at + 1, tail, behind }
    // What another fence closes, or what is indented, is code; other words announce the next block.
    const isCode = behind.includes(fence) || text.includes(fence + fence) || /^[ \t]/.test(text)
    return { at, next: at, tail: isCode ? tail : undefined }
  }
  return undefined
}

/** A fence behind a comment, where no other closes the block. */
function* commentedEnd(
  { from, limit, line }: Opening.Source,
  { fence }: Opening.Opening
): Steps.Steps<End | undefined> {
  for (let at = limit - 1; at >= from; at--) {
    if (at % Steps.STRETCH === 0) yield
    const text = line(at).trimEnd()
    if (text.endsWith(fence) && text !== fence)
      return { at, next: at + 1, tail: text.slice(0, text.lastIndexOf(fence)) }
  }
  return undefined
}

export function* blocks(text: string, compiles: Compiles, spend: Spend): Steps.Steps<ReadonlyArray<Block>> {
  if (!text.includes("```") && !text.includes("~~~")) return []
  const lines = yield* Line.linesOf(text)
  const unclosed = new Set<string>()
  const found: Array<Block> = []
  /** The lengths of fences around other fences. */
  const outer: Array<number> = []
  let looked = 0
  for (let at = 0; at < lines.length;) {
    if (++looked % Steps.STRETCH === 0) yield
    const opening = Opening.of(lines[at] ?? "")
    if (opening === undefined || (opening.late && Line.endOfString(lines, at) > at)) {
      at = Math.max(at + 1, Line.endOfString(lines, at), endOfPreformatted(lines, at, unclosed))
      continue
    }
    if (opening.info === "" && !opening.late && opening.fence.length >= (outer.at(-1) ?? Infinity)) {
      outer.pop()
      at++
      continue
    }
    const block = yield* blockAt(lines, at, opening, compiles, spend)
    const next = block.end
    const rest = lines[next] ?? ""
    const holdsAnother = Opening.isPython(rest) && (block.kind !== "python" || block.content === "")
    if (holdsAnother || (next > at + 1 && FOREIGN.test(rest))) outer.push(opening.fence.length)
    found.push(block)
    at = next
  }
  return found
}

/** `unclosed`: the tags that nothing closes from here on. */
const endOfPreformatted = (lines: ReadonlyArray<string>, at: number, unclosed: Set<string>): number => {
  const tag = PREFORMATTED.exec(lines[at] ?? "")?.[1]
  if (tag === undefined || unclosed.has(tag)) return at
  for (let end = at; end < lines.length; end++) if (lines[end]?.includes(`</${tag}>`) === true) return end + 1
  unclosed.add(tag)
  return at
}

function* isOpenedWithin({ line }: Opening.Source, from: number, to: number): Steps.Steps<boolean> {
  for (let at = from; at < to; at++) {
    if (at % Steps.STRETCH === 0) yield
    if (Opening.isPython(line(at))) return true
  }
  return false
}

function* blockAt(
  lines: ReadonlyArray<string>,
  start: number,
  opening: Opening.Opening,
  compiles: Compiles,
  spend: Spend
): Steps.Steps<Block> {
  const indent = widthOf(opening.prefix)
  const from = start + 1
  const depth = opening.prefix.split(">").length - 1
  const quoteEnd = depth === 0 ? from : yield* Indent.endOfQuote(lines, from)
  let view = lines.slice(from, quoteEnd)
  for (let level = 0; level < depth; level++) {
    spend(quoteEnd - from)
    yield
    view = [...(yield* Indent.unquoted(view))]
  }
  // Quoted lines are seen without their marks; those of any other block are all that follow.
  const shown = quoteEnd === from ? lines : view
  const shift = quoteEnd === from ? 0 : from
  const limit = quoteEnd === from ? lines.length : quoteEnd
  const source: Opening.Source = { from, limit, line: (index) => shown[index - shift] ?? "" }

  const { code, kind, thought } = Info.read(opening.info, () => lines.slice(from, from + MAX_BODY).join("\n"))
  const bodyOf = ({ at, tail }: Pick<End, "at" | "tail">): ReadonlyArray<string> => {
    const body = shown.slice(from - shift, at - shift)
    return tail === undefined ? body : [...body, tail]
  }
  const textOf = (body: ReadonlyArray<string>, at: number): string => {
    const whole = (code === "" ? body : [code, ...body]).join("\n")
    return at < source.limit && whole !== "" ? `${whole}\n` : whole
  }
  const contentOf = (end: Pick<End, "at" | "tail">): string => textOf(Indent.removed(bodyOf(end), indent), end.at)
  const finish = (end: End | undefined): Block => {
    const { at, behind = "", next, tail } = end ?? { at: source.limit, next: source.limit }
    const content = thought ? "" : contentOf({ at, tail })
    const raw = thought ? "" : textOf(Indent.removedUpTo(bodyOf({ at, tail }), indent), at)
    const edges = { before: opening.words, behind, last: at }
    return { start, end: next, ...edges, content, raw, kind, open: end === undefined && source.limit === lines.length }
  }

  if (kind === "other") return finish(yield* plainEnd(source, opening, true))
  const found = yield* pythonEnd(source, opening, code)
  const isWords =
    found?.tail !== undefined &&
    found.next === found.at &&
    (BARE_WORD.test(found.tail) || !(yield* compiles(contentOf(found)))) &&
    (yield* compiles(contentOf({ at: found.at })))
  const end = isWords ? { at: found.at, next: found.next } : found
  yield
  const plain = yield* plainEnd({ ...source, limit: end?.at ?? source.limit }, opening, false)
  // Another block may begin long before the end of what was read.
  spend((end?.at ?? source.limit) - from)
  yield
  if (plain !== undefined) {
    // A part of a module compiles neither way: then no other block may lie within.
    if (end === undefined) return finish(plain)
    const compilesWhole = yield* compiles(contentOf(end))
    if (compilesWhole) {
      return { ...finish(end), ambiguous: (yield* Split.maybe(source, end.at, opening, code)) || undefined }
    }
    if (Split.is(source, plain.at, end.at, opening)) return finish(plain)
    const isWhole = !(yield* compiles(contentOf(plain))) && !(yield* isOpenedWithin(source, plain.at, end.at))
    return finish(isWhole ? end : plain)
  }
  if (end !== undefined) return finish(end)
  const last = yield* commentedEnd(source, opening)
  const closed = last === undefined ? "" : contentOf(last)
  const isWhole = !closed.includes(ENTRY_POINT) || (yield* compiles(contentOf({ at: source.limit })))
  return finish(isWhole || !(yield* compiles(closed)) ? undefined : last)
}

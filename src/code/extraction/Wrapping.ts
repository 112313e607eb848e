/**
 * Code between two marks that are not a fence: elements of XML and HTML, CDATA, here-documents, the environments of other
 * markup languages. What stands between them is the code, from the very character behind the first mark.
 */
import { ENTRY_POINT } from "../Contract.js"
import * as Steps from "../Steps.js"
import type { Compiles } from "./Fence.js"
import * as Line from "./Line.js"

export interface Inner {
  readonly text: string
  /** The second mark is missing. */
  readonly open: boolean
}

/** Two readings are Python, and one of them would not be what the model wrote. */
export const AMBIGUOUS = "ambiguous"

const ELEMENT =
  /<((?:[|｜‖]{1,2}\w{1,20}[|｜‖]{1,2})?[A-Za-z][\w:.-]*)((?:=[\w.-]+)?(?:\s+[\w:.-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))?)*)\s*>|\[(CODE|PYTHON|code|python)(?:=\w+)?\]|(<\|"\|>)/g
const ENTITY = /&(?:lt|gt|amp|quot|apos|nbsp|#\d{1,6}|#x[\da-f]{1,5});/gi
const NAMED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'", nbsp: " " }

const decoded = (entity: string): string => {
  const name = entity.slice(1, -1).toLowerCase()
  if (!name.startsWith("#")) return NAMED[name] ?? entity
  const code = name.startsWith("#x") ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
  return code > 0 && code < 0x110000 ? String.fromCodePoint(code) : entity
}

/** The text with its entities, or without them where nothing in it is left that would have to be one. */
function* unescaped(text: string, compiles: Compiles): Steps.Steps<string | undefined> {
  if (text.search(ENTITY) === -1) return text
  const plain = text.replaceAll(ENTITY, decoded)
  const isEscaped = !/<(?!!\[CDATA\[)/.test(text) && !text.replaceAll(ENTITY, "").includes("&")
  if (!isEscaped) return text
  // What is in a fence is read as it stands, also where the fence is in an element.
  const isFenced = text.slice(0, text.indexOf(ENTRY_POINT)).includes("```")
  return isFenced || (yield* compiles(text)) ? undefined : plain
}

/** A tag that nobody closes begins its line and is in no string, or it is part of the code. */
const isAlone = (text: string, at: number, firstString: number): boolean =>
  !/[^\s>]/.test(text.slice(text.lastIndexOf("\n", at) + 1, at)) && (firstString === -1 || firstString + 3 > at)

/** Where a tag stands for the last time, looked for once. */
const lastIn = (text: string): ((tag: string) => number) => {
  const known = new Map<string, number>()
  return (tag) => {
    const last = known.get(tag) ?? text.lastIndexOf(tag)
    known.set(tag, last)
    return last
  }
}

/** More than any answer has around its code. */
const MAX_TAGS = 200

const CDATA = /^\s*<!\[CDATA\[/

/** The elements in which the function is mentioned, the last first; elements in elements are for the next reader. */
export function* elements(text: string, compiles: Compiles): Generator<Inner | typeof AMBIGUOUS | Steps.Rest> {
  const found: Array<{ readonly from: number; readonly tag: string; readonly end: number }> = []
  const firstString = text.search(/"""|'''/)
  const lastOf = lastIn(text)
  let at = 0
  let mention = text.indexOf(ENTRY_POINT)
  let tags = 0
  for (const match of text.matchAll(ELEMENT)) {
    if (match.index < at) continue
    const from = match.index + match[0].length
    if (mention < from) mention = text.indexOf(ENTRY_POINT, from)
    if (mention === -1 || ++tags > MAX_TAGS) break
    // The marks of a string are alike on both sides.
    const tag = match[4] ?? (match[3] === undefined ? `</${match[1] ?? ""}>` : `[/${match[3]}]`)
    const final = lastOf(tag)
    // The first may stand in a string of the code.
    const first = final < from ? -1 : text.indexOf(tag, from)
    const isInside = first < mention && mention < final && text.indexOf(match[0].slice(0, -1), from) === -1
    const end = isInside ? final : first
    if (end === -1 ? !isAlone(text, match.index, firstString) : mention > end) continue
    found.push({ from, tag, end })
    at = end === -1 ? from : end
  }
  for (const { end, from, tag } of found.toReversed()) {
    // A module may hold the closing tag in a string.
    const last = lastOf(tag)
    for (const stop of end === -1 ? [text.length] : end === last ? [end] : [end, last]) {
      yield
      const inner = text.slice(from, stop)
      const open = end === -1
      if (CDATA.test(inner)) {
        const body = inner.replace(CDATA, "")
        const close = body.lastIndexOf("]]>")
        yield { text: close === -1 ? body : body.slice(0, close), open: close === -1 }
      } else {
        const whole = yield* unescaped(inner, compiles)
        yield whole === undefined ? AMBIGUOUS : { text: whole, open }
      }
    }
  }
}

interface Marks {
  readonly opens: RegExp
  /** What closes it, given the match of the line that opens it. */
  readonly closes: (opening: RegExpExecArray) => RegExp
}

const line = (pattern: string, flags = ""): RegExp => new RegExp(`^\\s*${pattern}\\s*$`, flags)
const same = (closes: RegExp) => (): RegExp => closes
const escaped = (text: string): string => text.replaceAll(/[^\w\s]/g, "\\$&")

const MARKS: ReadonlyArray<Marks> = [
  { opens: /<<-?\s*(['"])(\w{1,100})\1/, closes: ([, , tag = ""]) => line(tag) },
  { opens: /<<-?\s*\\?(\w{1,100})\s*(?:>|$)/, closes: ([, tag = ""]) => line(tag) },
  { opens: /@'\s*$/, closes: same(/^'@/) },
  { opens: line("\\\\begin\\{(\\w{1,100})\\*?\\}.*"), closes: ([, name = ""]) => line(`\\\\end\\{${name}\\*?\\}`) },
  { opens: line("#\\+begin_(\\w{1,100}).*", "i"), closes: ([, name = ""]) => line(`#\\+end_${name}`, "i") },
  { opens: line("\\{(code|noformat)(?:[:|][^}]*)?\\}"), closes: ([, name = ""]) => line(`\\{${name}\\}`) },
  { opens: /^(={3,200}|-{4,200}|\.{4,200})$/, closes: ([, rule = ""]) => line(escaped(rule)) },
  { opens: line("<{5,} *SEARCH"), closes: same(line(">{5,} *REPLACE")) },
  { opens: line("[-=*#<]{2,} *(?:BEGIN|START)\\b.*", "i"), closes: same(line("[-=*#<]{2,} *(?:END|STOP)\\b.*", "i")) },
  { opens: line("<!\\[CDATA\\["), closes: same(/\]\]>/) }
]

/** A shell changes these in a here-document whose mark is not quoted. */
const EXPANDS = /\\[$`\\]|\$[\w({]/

/** What any of the marks begins with: most texts have none of it. */
const SOME_MARK = /<<|@'|^[^\S\n]*(?:\\begin|#\+|\{(?:code|noformat)|[-=*#<.]{2}|<!\[)/im

export function* between(text: string): Generator<Inner | Steps.Rest> {
  if (!SOME_MARK.test(text)) return
  const lines = yield* Line.linesOf(text)
  for (const { closes, opens } of MARKS) {
    for (let at = 0; at < lines.length; at++) {
      if (at % Steps.STRETCH === 0) yield
      const opening = opens.exec(lines[at] ?? "")
      if (opening === null) {
        at = Math.max(at, Line.endOfString(lines, at) - 1)
        continue
      }
      const closing = closes(opening)
      const end = yield* endOf(lines, at + 1, closing)
      const inner = lines.slice(at + 1, end)
      if (opens.source.includes("SEARCH")) inner.splice(0, inner.indexOf("=======") + 1)
      const body = inner.join("\n")
      if (body.includes(ENTRY_POINT) && !(opening[0].startsWith("<<") && opening.length === 2 && EXPANDS.test(body))) {
        yield { text: `${body}\n`, open: end === lines.length }
      }
      at = end
    }
  }
}

/** The line outside of strings that closes what began before `from`. */
function* endOf(lines: ReadonlyArray<string>, from: number, closing: RegExp): Steps.Steps<number> {
  let quote = ""
  for (let at = from; at < lines.length; at++) {
    if (at % Steps.STRETCH === 0) yield
    const text = lines[at] ?? ""
    if (quote === "" && closing.test(text)) return at
    quote = Line.scan(text, quote).quote
  }
  return lines.length
}

const MAGIC = /^(?:[!%]{1,2}[a-z]|\$ )/
const SOME_MAGIC = new RegExp(MAGIC, "m")

/** Without the commands of a notebook. */
export function* withoutMagic(text: string): Steps.Steps<string | undefined> {
  if (!SOME_MAGIC.test(text)) return undefined
  const lines = yield* Line.linesOf(text)
  const kept: Array<string> = []
  let open = Line.NOTHING
  for (const [at, line] of lines.entries()) {
    if (at % Steps.STRETCH === 0) yield
    if (!Line.isOpen(open) && MAGIC.test(line)) continue
    open = Line.behind(line, open)
    kept.push(line)
  }
  return kept.length === lines.length ? undefined : kept.join("\n")
}

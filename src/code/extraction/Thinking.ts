/**
 * What models say to themselves before they answer. Every vendor marks it in its own way, so a mark is told by its shape (a
 * word in brackets of any kind) and its word (one of those for thinking), not by a list of vendors. Marks inside code are none.
 */
import { ENTRY_POINT } from "../Contract.js"
import * as Steps from "../Steps.js"
import { words } from "../Words.js"

const THOUGHT = words(
  "think thinking thinks thought thoughts reason reasoning reasons reflection reflecting reflect analysis analyze analyse scratchpad " +
    "monologue ponder pondering rationale deliberation deliberate cogitation contemplation introspection musing musings cot " +
    "思考 推理 反思 생각 мысли размышление gedanken réflexion razonamiento pensamiento"
)
const ANSWER = words("answer final response solution output result code module assistant reply")
const ENDS = words("end stop close done finish finished ended over")

/**
 * A word in brackets, with attributes or without; marks of chat templates with the word behind them. Each part is bounded, or a
 * row of beginnings would be read to the end of the text from every one of them.
 */
const MARK =
  /([<[◁⟨⟪«【〈《〔⟦{])([|｜]?)[ \t]{0,8}([/!]?)[ \t]{0,8}([\p{L}_][\p{L}\p{N}_:.▁ -]{0,40}?)((?:\s{1,8}[\w-]{1,40}\s{0,8}=\s{0,8}(?:"[^"\n]{0,100}"|'[^'\n]{0,100}'|[^\s>\]"']{1,100})){0,8})[ \t]{0,8}\/?([|｜]?)[>\]▷⟩⟫»】〉》〕⟧}]/gu
/** Nothing but such marks, of any word. */
const ONLY_MARKS =
  /^(?:\s|[<[◁⟨⟪«【〈《〔⟦{][^\n<>[\]◁▷⟨⟩⟪⟫«»【】〈〉《》〔〕⟦⟧{}]{1,60}[>\]▷⟩⟫»】〉》〕⟧}](?:assistant|model)?)*$/
/** Not a line of code, nor a string in one. */
const ONLY_WORDS = /^[\p{L}\p{M}\p{N}\s.,:;!?'’…*。，：！-]*$/u
/** The channel is named behind the mark. */
const NAMED_BEHIND = /[ \t]*\n?([a-z_]+)(?=\W|$)(?:<\|(?:constrain|message)\|>|[ \t]*json)*/y
/** What is left of channels whose marks the server took away. */
const BARE_FINAL = /assistantfinal/g
const BARE_ANALYSIS = /^\s*analysis(?=[A-Z])/
/** What thoughts begin with at the very beginning, and what they end with: a pair, as the words alone may be those of an answer. */
const PAIRS: ReadonlyArray<readonly [opens: RegExp, closes: RegExp]> = [
  [
    /^\s*here (?:is|are) my (?:thought|thinking|reasoning)[\w ]{0,20}:/i,
    /^(?:here (?:is|are) my (?:final )?(?:response|answer)[ \t]*:|\[begin final response\])[ \t]*$/im
  ],
  [/^\s*thinking\.\.\.[ \t]*\n/i, /^\.\.\.done thinking\.?[ \t]*$/im],
  [/^\s*\/think[ \t]*\n/, /<\|im_end\|>(?=\s*<\|im_start\|>assistant)/],
  [/^\s*<details>\s*<summary>[^<\n]{0,40}(?:think|thought|reason)/i, /<\/details>/i],
  [/^\s*<\|inner_prefix\|>/, /<\|inner_suffix\|>/]
]

const wordsOf = (name: string): ReadonlyArray<string> =>
  name
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}]+/u)

/** More than any answer has; without an end a crafted one would be read for minutes. */
const MAX_MARKS = 500
/** How far back a line is looked at for other marks. */
const MAX_BEFORE = 200

interface Mark {
  readonly kind: "opens" | "closes" | "answers" | "special"
  readonly start: number
  readonly end: number
  /** Nothing but marks stands before it on its line. */
  readonly leads: boolean
}

function* marksIn(text: string): Steps.Steps<ReadonlyArray<Mark>> {
  const found: Array<Mark> = []
  /** Marks of thoughts by an attribute, such as `<details type="reasoning">`, and how many of the name are open since. */
  const typed = new Map<string, number>()
  let before = 0
  let matches = 0
  for (const match of text.matchAll(MARK)) {
    if (++matches % Steps.STRETCH === 0) yield
    const [whole, bracket = "", bar = "", slash = "", name = "", attributes = "", barBehind = ""] = match
    const start = match.index
    if (start < before || text[start - 1] === "`") continue
    let end = start + whole.length
    const isSpecial = bracket === "<" && (bar !== "" || barBehind !== "" || /^unused\d+$/.test(name))
    const type = wordsOf(/\btype\s*=\s*["']?(\w+)/.exec(attributes)?.[1] ?? "")
    const said = new Set([...wordsOf(name), ...type])
    const depth = (typed.get(name) ?? 0) + (slash === "/" ? -1 : 1)
    const endsTyped = depth === 0 && typed.delete(name)
    if (typed.has(name) || (slash === "" && type.some((word) => THOUGHT.has(word)))) typed.set(name, depth)
    if (isSpecial && said.size <= 2 && slash === "") {
      NAMED_BEHIND.lastIndex = end
      const behind = NAMED_BEHIND.exec(text)
      const word = behind?.[1] ?? ""
      if (behind !== null && (THOUGHT.has(word) || word === "commentary" || word === "final")) {
        end += behind[0].length
        said.add(word === "commentary" ? "thought" : word)
      }
    }
    const has = (known: ReadonlySet<string>): boolean => [...said].some((word) => known.has(word))
    const isThought = has(THOUGHT) || endsTyped
    if (!isThought && !has(ANSWER) && !isSpecial) continue
    const closes = slash === "/" || has(ENDS)
    const kind = isThought ? (closes ? "closes" : "opens") : !has(ANSWER) ? "special" : closes ? undefined : "answers"
    if (kind === undefined) continue
    const near = text.slice(Math.max(0, start - MAX_BEFORE), start)
    const line = near.slice(near.lastIndexOf("\n") + 1)
    const leads = start === before || ONLY_MARKS.test(line)
    if (kind === "opens" && !leads && !ONLY_WORDS.test(line)) continue
    found.push({ kind, start, end, leads })
    if (found.length >= MAX_MARKS) break
    before = end
  }
  yield
  let finals = 0
  for (const { 0: word, index } of text.matchAll(BARE_FINAL)) {
    if (++finals > MAX_MARKS) break
    found.push({ kind: "answers", start: index, end: index + word.length, leads: true })
  }
  const analysis = BARE_ANALYSIS.exec(text)
  if (analysis !== null) found.push({ kind: "opens", start: 0, end: analysis[0].length, leads: true })
  for (const [opens, closes] of PAIRS) {
    const length = opens.exec(text)?.[0].length
    const last = length === undefined ? null : closes.exec(text)
    if (length === undefined || last === null || !text.includes(ENTRY_POINT, last.index)) continue
    found.push({ kind: "opens", start: 0, end: length, leads: true })
    found.push({ kind: "closes", start: last.index, end: last.index + last[0].length, leads: true })
  }
  return found.sort((left, right) => left.start - right.start)
}

export interface Kept {
  /** The text without what its author thought. */
  readonly kept: string
  /** Thoughts that never end, from their mark to the end of the text. */
  readonly unclosed: string | undefined
  readonly thought: boolean
}

/** `isCode`: whether a place in the text belongs to a block of code. */
export function* drop(text: string, isCode: () => Steps.Steps<(offset: number) => boolean>): Steps.Steps<Kept> {
  const all = yield* marksIn(text)
  yield
  if (!all.some(({ kind }) => kind !== "special")) return { kept: text, unclosed: undefined, thought: false }
  const inCode = yield* isCode()
  const marks = all.filter(({ start }) => !inCode(start))
  let kept = ""
  let at = 0
  let thought = false
  for (const [index, mark] of marks.entries()) {
    if (mark.start < at) continue
    const later = marks.slice(index + 1)
    if (mark.kind === "closes" || (mark.kind === "answers" && isChannel(text, mark))) {
      // The opening mark is lost.
      if (mark.kind === "closes" && !isAtEdge(text, mark)) continue
      kept = ""
      at = mark.end
      thought = true
    } else if (mark.kind === "opens") {
      const isSpecial = text.startsWith("<|", mark.start) || text.startsWith("<unused", mark.start)
      const close =
        later.find(({ kind }) => kind === "closes" || (isSpecial && kind === "special")) ??
        (mark.leads ? later.find(({ kind, leads }) => kind === "answers" && leads) : undefined)
      if (close === undefined && !mark.leads) continue
      kept += text.slice(at, mark.start)
      if (close === undefined) return { kept, unclosed: text.slice(mark.end), thought: true }
      at = close.kind === "answers" && !isChannel(text, close) ? close.start : close.end
      thought = true
    }
  }
  return { kept: kept + text.slice(at), unclosed: undefined, thought }
}

/** The final channel: all that stands before it is not the answer. */
const isChannel = (text: string, { end, start }: Mark): boolean =>
  /final/.test(text.slice(start, end)) && !/^<\w|^\[/.test(text.slice(start, end))

/** A closing mark without an opening one stands alone, at the beginning of a line or at the end of one; in a sentence it is a word. */
const isAtEdge = (text: string, { end, leads }: Mark): boolean =>
  leads || /^[ \t]*(?:\n|$|```|~~~|<)/.test(text.slice(end, end + 80))

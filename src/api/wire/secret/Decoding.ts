/** A text as it reads once its escapes are undone, and where each of its characters stood before. Pure. */

export interface View {
  readonly text: string
  /** Where the character at this index begins in the text that was decoded. */
  readonly origin: (index: number) => number
}

/** As it came. */
export const plain = (text: string): View => ({ text, origin: (index) => index })

const H = "[0-9a-fA-F]"

/** `%2d`, `\u002d`, `\u{2d}`, `\U0000002d`, `\x2d`, `\055`, `\55`, `\0055`, a backslash before anything else, `&#45;`, `&#x2d;`, `&amp;`. */
const ESCAPE = new RegExp(
  `%(${H}{2})|\\\\(?:u(${H}{4})|u\\{(${H}{1,6})\\}|U(${H}{8})|x(${H}{2})|(0?[01][0-7]{2}|[0-7]{2})|([^]))` +
    `|&(?:#(\\d{1,7})|#[xX](${H}{1,6})|([a-zA-Z]{2,8}));`,
  "g"
)

/** What a letter behind a backslash stands for; any other character stands for itself. */
const BEHIND_BACKSLASH: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
  ["b", "\b"],
  ["f", "\f"],
  ["v", "\v"]
])

/** The entities that stand for characters of ASCII that are often escaped; any other is no letter and no digit. */
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"]
])

const characterOf = (groups: ReadonlyArray<string | undefined>): string => {
  const [percent, u, braced, long, x, octal, behind, decimal, hex, name] = groups
  if (behind !== undefined) return BEHIND_BACKSLASH.get(behind) ?? behind
  if (name !== undefined) return ENTITIES.get(name.toLowerCase()) ?? " "
  const digits = percent ?? u ?? braced ?? long ?? x ?? hex
  const code =
    digits === undefined ? parseInt(octal ?? decimal ?? "", octal === undefined ? 10 : 8) : parseInt(digits, 16)
  // Beyond that it would take two places, and no key has such characters.
  return code < 0xd800 ? String.fromCharCode(code) : " "
}

/** Undoes one layer of escapes; `undefined` where there is none. */
export const decode = (view: View): View | undefined => {
  /** From these places on, the original is this much further. */
  const places: Array<number> = []
  const shifts: Array<number> = []
  const parts: Array<string> = []
  let shift = 0
  let from = 0
  ESCAPE.lastIndex = 0
  for (let match = ESCAPE.exec(view.text); match !== null; match = ESCAPE.exec(view.text)) {
    parts.push(view.text.slice(from, match.index), characterOf(match.slice(1)))
    places.push(match.index + 1 - shift)
    shift += match[0].length - 1
    shifts.push(shift)
    from = ESCAPE.lastIndex
  }
  if (shift === 0) return undefined
  parts.push(view.text.slice(from))
  const shiftAt = (index: number): number => {
    let low = 0
    let high = places.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((places[middle] ?? 0) <= index) low = middle + 1
      else high = middle
    }
    return shifts[low - 1] ?? 0
  }
  return { text: parts.join(""), origin: (index) => view.origin(index + shiftAt(index)) }
}

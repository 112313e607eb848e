/** A text as it reads once its escapes are undone, and where each of its characters stood before. Pure. */

export interface View {
  readonly text: string
  /** Where the character at this index begins in the text that was decoded. */
  readonly origin: (index: number) => number
}

/** As it came. */
export const plain = (text: string): View => ({ text, origin: (index) => index })

/** A character by its number. */
interface Numbered {
  readonly start: string
  readonly base: 8 | 10 | 16
  /** As many of them as there are. */
  readonly digits: readonly [least: number, most: number]
  readonly below?: number
  readonly end?: string
}

/** What a digit is worth, -1 where it is none. */
const digitOf = (code: number, base: number): number => {
  const digit = code < 0x3a ? code - 0x30 : code < 0x61 ? code - 0x37 : code - 0x57
  return digit < base && (digit >= 10 || code < 0x3a) ? digit : -1
}

type Rows = ReadonlyArray<Numbered>

/** By the character that comes first, since most come with none of them. */
const byFirst = (rows: Rows): ReadonlyArray<Rows | undefined> =>
  Array.from({ length: 128 }, (_, code) => {
    const fitting = rows.filter(({ base, start }) =>
      start === "" ? digitOf(code, base) >= 0 : start.charCodeAt(0) === code
    )
    return fitting.length === 0 ? undefined : fitting
  })

/** The first that fits. */
const BEHIND_BACKSLASH = byFirst([
  { start: "u{", base: 16, digits: [1, 6], end: "}" },
  { start: "u", base: 16, digits: [4, 4] },
  { start: "U", base: 16, digits: [8, 8] },
  { start: "x{", base: 16, digits: [1, 8], end: "}" },
  { start: "x", base: 16, digits: [2, 2] },
  { start: "o{", base: 8, digits: [1, 11], end: "}" },
  // `\055`, `\55` and `\0055`.
  { start: "", base: 8, digits: [2, 4], below: 128 }
])

const BEHIND_AMPERSAND = byFirst([
  { start: "#x", base: 16, digits: [1, 6], end: ";" },
  { start: "#X", base: 16, digits: [1, 6], end: ";" },
  { start: "#", base: 10, digits: [1, 7], end: ";" }
])

const BEHIND_PERCENT = byFirst([{ start: "", base: 16, digits: [2, 2] }])

/** What a letter behind a backslash stands for; any other character stands for itself. */
const LETTERS: ReadonlyMap<string, string> = new Map([
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

const NAMED = /([a-zA-Z]{2,8});/y

/** What an escape stands for, and where the text goes on behind it. */
interface Undone {
  readonly code: number
  readonly end: number
}

const [AMPERSAND, BACKSLASH, PERCENT, SPACE] = [0x26, 0x5c, 0x25, 0x20]

/** What goes on behind the character at `at`, if an escape begins there. */
const undone = (text: string, at: number): Undone | undefined => {
  switch (text.charCodeAt(at)) {
    case BACKSLASH:
      return numbered(text, at + 1, BEHIND_BACKSLASH) ?? letter(text, at + 1)
    case PERCENT:
      return numbered(text, at + 1, BEHIND_PERCENT)
    case AMPERSAND:
      return numbered(text, at + 1, BEHIND_AMPERSAND) ?? named(text, at + 1)
    default:
      return undefined
  }
}

const numbered = (text: string, from: number, rows: ReadonlyArray<Rows | undefined>): Undone | undefined => {
  for (const { base, below = Infinity, digits, end = "", start } of rows[text.charCodeAt(from)] ?? []) {
    if (!text.startsWith(start, from)) continue
    const first = from + start.length
    let [at, code] = [first, 0]
    while (at - first < digits[1]) {
      const digit = digitOf(text.charCodeAt(at), base)
      if (digit < 0 || code * base + digit >= below) break
      code = code * base + digit
      at += 1
    }
    // Beyond that it would take two places, and no key has such characters.
    if (at - first >= digits[0] && text.startsWith(end, at)) {
      return { code: code < 0xd800 ? code : SPACE, end: at + end.length }
    }
  }
  return undefined
}

const letter = (text: string, at: number): Undone | undefined => {
  const behind = text.charAt(at)
  return behind === "" ? undefined : { code: (LETTERS.get(behind) ?? behind).charCodeAt(0), end: at + 1 }
}

const named = (text: string, at: number): Undone | undefined => {
  NAMED.lastIndex = at
  const name = NAMED.exec(text)?.[1]
  if (name === undefined) return undefined
  return { code: (ENTITIES.get(name.toLowerCase()) ?? " ").charCodeAt(0), end: at + name.length + 1 }
}

const UTF16 = new TextDecoder("utf-16le", { ignoreBOM: true })

/** What all escapes begin with. */
const MARK = /[%\\&]/

/** Undoes one layer of escapes; `undefined` where there is none. Its time is that of the text, however many there are. */
export const decode = (view: View): View | undefined => {
  const { text } = view
  if (!MARK.test(text)) return undefined
  const [codes, origins] = [new Uint16Array(text.length), new Uint32Array(text.length + 1)]
  let length = 0
  let at = 0
  while (at < text.length) {
    const escape = undone(text, at)
    codes[length] = escape?.code ?? text.charCodeAt(at)
    origins[length] = view.origin(at)
    length += 1
    at = escape?.end ?? at + 1
  }
  if (length === text.length) return undefined
  origins[length] = view.origin(at)
  return { text: UTF16.decode(codes.subarray(0, length)), origin: (index) => origins[index] ?? 0 }
}

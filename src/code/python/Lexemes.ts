/** The words of Python: how many characters of a text belong to the name, number or operator that begins at a place. */
import { nameOf } from "../../domain/Neutral.js"
import { words } from "../Words.js"

export const KEYWORDS = words(
  "False None True and as assert async await break class continue def del elif else except finally for from global if " +
    "import in is lambda nonlocal not or pass raise return try while with yield"
)

/** Without what belongs to names since Unicode 15.1 or later only: joiners, and the middle dots of Katakana. */
const NAME = /[\p{XID_Start}_](?:(?!\u200c|\u200d|\u30fb|\uff65)\p{XID_Continue})*/uy
const NUMBER =
  /0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*\.?(?:(?<=\.)\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?[jJ]?/y
const OPERATOR = /\*\*=?|\/\/=?|>>=?|<<=?|!=|->|:=|\.\.\.|[+\-*/%@&|^=<>]=?|[~()[\]{},:;.]/y
const PREFIX = /^(?:[rRuUbBfF]|[bBfF][rR]|[rR][bBfF])$/
/** Keywords may follow a number without a space; anything else that could belong to a name may not. */
const AFTER_NUMBER = /(?!and|else|for|i[fns]|or|not)[\p{ID_Continue}\u0080-\u{10ffff}]/uy

/** Most names are ASCII, and the general pattern is many times slower. */
const isAsciiPart = (code: number): boolean =>
  (code >= 97 && code <= 122) || code === 95 || (code >= 65 && code <= 90) || isDigit(code)
const isDigit = (code: number): boolean => code >= 48 && code <= 57

const match = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex - at : 0
}

/** 0 where no name begins. */
export const name = (text: string, at: number): number => {
  const first = text.charCodeAt(at)
  let end = at
  if (!isDigit(first)) while (isAsciiPart(text.charCodeAt(end))) end++
  if (end === at && first < 128) return 0
  return text.charCodeAt(end) < 128 || end === text.length ? end - at : match(NAME, text, at)
}

/** Of a string, before its quote. */
export const isPrefix = (word: string): boolean => PREFIX.test(word)

/** 0 where no number begins. */
export const number = (text: string, at: number): number =>
  text[at] === "." || isDigit(text.charCodeAt(at)) ? match(NUMBER, text, at) : 0

/** What stands behind a number although it may not: 0 where nothing does. */
export const afterNumber = (text: string, at: number): number => match(AFTER_NUMBER, text, at)

/** 0 where no operator begins. */
export const operator = (text: string, at: number): number => {
  switch (text[at]) {
    case "(":
    case ")":
    case "[":
    case "]":
    case "{":
    case "}":
    case ",":
      return 1
    case ":":
    case "=":
      return text[at + 1] === "=" ? 2 : 1
    case ".":
      return text.startsWith("...", at) ? 3 : 1
    default:
      return match(OPERATOR, text, at)
  }
}

export const endOfLine = (text: string, at: number): number => {
  const end = text.indexOf("\n", at)
  return end === -1 ? text.length : end
}

/** A character as CPython names it. */
export const describe = (text: string, at: number): string => {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
  return `'${character}' (${nameOf(character)})`
}

/** Text for logs and reports without what a terminal, or an editor, would obey: control, escape and bidi characters. Pure. */

const OBEYED = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u
const EACH = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu

/** As in `U+202E`. */
export const nameOf = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`

/** One line, in which such a character is its name in brackets, and a line break or tab a space. */
export const neutral = (text: string): string =>
  OBEYED.test(text) ? text.replace(EACH, (character) => (/\s/.test(character) ? " " : `<${nameOf(character)}>`)) : text

/** Does a name hold any of them. */
export const isNeutral = (text: string): boolean => !OBEYED.test(text)

/** In source code: what hides a part of it from a reader. Line breaks and tabs do not, nor what joins an emoji. */
const HIDING = /[^\P{Cc}\t\n\r\f]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/u

/** Where the first of these is. */
export const hiding = (source: string): { readonly name: string; readonly line: number } | undefined => {
  const match = HIDING.exec(source)
  return match === null ? undefined : { name: nameOf(match[0]), line: source.slice(0, match.index).split("\n").length }
}

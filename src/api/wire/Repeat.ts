/** What is said again, and not new: some servers send in each chunk, or in the last one, all that was said so far. Pure. */

/** As much as no model writes twice in a row by chance: so many characters, and so many different ones among them. */
const TELLING = 20
const DIFFERENT = 8

const tells = (text: string): boolean => text.length >= TELLING && new Set(text.slice(0, 1_000)).size >= DIFFERENT

export const startsWith = (before: string | undefined, text: string): boolean =>
  before !== undefined && before !== "" && before.length <= text.length && text.startsWith(before)

/** All that was said so far and perhaps more, although it is no snapshot by its shape. */
export const repeats = (before: string | undefined, text: string): boolean =>
  before !== undefined && before.length >= TELLING && startsWith(before, text) && tells(before)

/** Servers end lines in their own way, and cut off what is blank around an answer. */
const tidy = (text: string): string => text.replaceAll(/\r\n?/g, "\n").trim()

const first = (text: string): number => text.trimStart().charCodeAt(0)

/**
 * All that was said so far and no more, but for the ends of lines and blanks around. What is cheap to tell first: this is
 * asked of every chunk.
 */
export const isAgain = (before: string, text: string): boolean =>
  text.length >= TELLING &&
  text.length * 2 >= before.length &&
  first(text) === first(before) &&
  tidy(before) === tidy(text) &&
  tells(before)

/** What a snapshot adds to what was there, where neither came in pieces. */
export const rest = (before: string, snapshot: string): string =>
  startsWith(before, snapshot) ? snapshot.slice(before.length) : snapshot

/**
 * What the whole changes in a text that came in pieces: it goes on with it, or takes its place if it has more, else it is the
 * same in other words, such as without the thoughts.
 */
export const whole = (pieces: string, snapshot: string): { readonly text: string; readonly replaces: boolean } => {
  if (startsWith(pieces, snapshot)) return { text: snapshot.slice(pieces.length), replaces: false }
  const replaces = snapshot.length > pieces.length && tidy(snapshot).length > tidy(pieces).length
  return { text: replaces ? snapshot : "", replaces }
}

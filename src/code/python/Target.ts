/**
 * The version of Python that a module is written for, and which syntax came with which version. Older grammars than 3.9
 * are not told apart from it, newer ones than 3.13 neither.
 */

export type Version = "3.9" | "3.10" | "3.11" | "3.12" | "3.13"

/** The minor version that brought it. */
const SINCE = {
  match: 10,
  namedSubscript: 10,
  exceptStar: 11,
  starredSubscript: 11,
  nestedAsyncComprehension: 11,
  typeParameters: 12,
  /** f-strings that are read like the rest of the text: with their own quotes, backslashes and comments in them. */
  freeFString: 12
} as const

export type Feature = keyof typeof SINCE

export interface Target {
  readonly minor: number
}

export const of = (version: Version): Target => ({ minor: Number(version.slice(2)) })

export const knows = ({ minor }: Target, feature: Feature): boolean => minor >= SINCE[feature]

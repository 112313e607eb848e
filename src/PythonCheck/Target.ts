/**
 * The version of Python that a module is written for, and what its grammar knows. Older grammars than 3.9 are not told
 * apart from it, newer ones than 3.13 neither.
 */

export type Version = "3.9" | "3.10" | "3.11" | "3.12" | "3.13"

export interface Target {
  readonly version: Version
  /** `match` statements. */
  readonly matching: boolean
  /** `except*`, and stars in subscripts. */
  readonly exceptionGroups: boolean
  /** Type parameters, `type` statements, and f-strings that may hold their own quotes. */
  readonly typeParameters: boolean
  readonly nestedQuotes: boolean
}

export const of = (version: Version): Target => {
  const minor = Number(version.slice(2))
  return {
    version,
    matching: minor >= 10,
    exceptionGroups: minor >= 11,
    typeParameters: minor >= 12,
    nestedQuotes: minor >= 12
  }
}

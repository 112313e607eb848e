/** The words of a text, as a set. */
export const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/** As a sentence lists them: `a, b or c`. */
export const oneOf = (parts: ReadonlyArray<string>): string =>
  parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} or ${parts.slice(-1).join("")}`

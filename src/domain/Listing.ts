/** As a sentence lists them: `a, b or c`. */
export const listed = (parts: ReadonlyArray<string>, last: "and" | "or"): string =>
  parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} ${last} ${parts.slice(-1).join("")}`

/**
 * JSON as the command prints it. What a terminal or an editor would obey, and what some readers take for the end of a line, is
 * spelt out, as in `\u202e`: JSON leaves most of it as it is, and answers of models stand in it. It is read back as it was.
 */

const OBEYED = /[^\P{Cc}\n]|[\p{Cf}\u2028\u2029]/gu

const escaped = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`
  ).join("")

const print = (value: unknown, indentation: number): string =>
  JSON.stringify(value, null, indentation).replace(OBEYED, escaped)

export const line = (value: unknown): string => print(value, 0)

/** In lines, for people too. */
export const document = (value: unknown): string => print(value, 2)

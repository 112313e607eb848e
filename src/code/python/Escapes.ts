/** Escapes of a text that the parser leaves as they are or takes for others, as it reads them: a name in quotes may be spelled with them. */

const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
const DIGITS = "ZERO ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE".split(" ")

/** The characters of ASCII from the space on, by their names in Unicode. The parser knows none, and the rest is no part of any name that matters. */
const NAMES: ReadonlyMap<string, number> = new Map(
  [
    "SPACE|EXCLAMATION MARK|QUOTATION MARK|NUMBER SIGN|DOLLAR SIGN|PERCENT SIGN|AMPERSAND|APOSTROPHE|LEFT PARENTHESIS",
    "RIGHT PARENTHESIS|ASTERISK|PLUS SIGN|COMMA|HYPHEN-MINUS|FULL STOP|SOLIDUS",
    ...DIGITS.map((digit) => `DIGIT ${digit}`),
    "COLON|SEMICOLON|LESS-THAN SIGN|EQUALS SIGN|GREATER-THAN SIGN|QUESTION MARK|COMMERCIAL AT",
    ...LETTERS.map((letter) => `LATIN CAPITAL LETTER ${letter}`),
    "LEFT SQUARE BRACKET|REVERSE SOLIDUS|RIGHT SQUARE BRACKET|CIRCUMFLEX ACCENT|LOW LINE|GRAVE ACCENT",
    ...LETTERS.map((letter) => `LATIN SMALL LETTER ${letter}`),
    "LEFT CURLY BRACKET|VERTICAL LINE|RIGHT CURLY BRACKET|TILDE"
  ]
    .flatMap((names) => names.split("|"))
    .map((name, index) => [name, index + 32])
)

/** Neither raw nor of bytes, with an escape of these kinds. */
const CONCERNED = /^[uU]?['"][^]*?\\[N4-7]/
const ESCAPE = /\\(?:N\{([^{}]+)\}|([4-7][0-7]{2})|[^])/g

const written = (code: number): string => `\\u${code.toString(16).padStart(4, "0")}`

/** The same text literal for the parser. */
export const readable = (literal: string): string =>
  CONCERNED.test(literal)
    ? literal.replaceAll(ESCAPE, (escape, name: string | undefined, octal: string | undefined) => {
        const code = octal === undefined ? NAMES.get(name?.toUpperCase() ?? "") : Number.parseInt(octal, 8)
        return code === undefined ? escape : written(code)
      })
    : literal

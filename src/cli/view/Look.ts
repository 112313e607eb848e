/** What the place of the output can show: how many columns, and whether anything but ASCII. */
import * as Table from "./Table.js"

export interface Look {
  readonly isTerminal: boolean
  /** The columns that a line may take. */
  readonly columns: number
  readonly ascii: boolean
  /** Stands for what is left out. */
  readonly ellipsis: string
  /** One printable line of a text. */
  readonly clean: (text: string) => string
}

/** Wide enough for a path, narrow enough for a mail or a log viewer. */
const COLUMNS_OF_FILE = 120

/** What a terminal has that does not say. */
const USUAL_COLUMNS = 80

/** On a narrower terminal lines are cut, or wrapped by the terminal. */
const LEAST_COLUMNS = 20

/** What stands for our own signs where there is only ASCII. */
const SIGNS: ReadonlyMap<string, string> = new Map([
  ["→", ">"],
  ["✎", "*"],
  ["↻", "~"],
  ["✓", "+"],
  ["✗", "x"],
  ["–", "-"],
  ["…", "..."]
])

/** The text for a terminal that knows nothing else; what has no counterpart becomes a question mark. */
export const toAscii = (text: string): string =>
  text.replace(/[^\p{ASCII}]/gu, (character) => SIGNS.get(character) ?? "?")

type Environment = Readonly<Record<string, string | undefined>>

/** A dumb terminal, or a locale that is not UTF-8. Where no locale is set, as in a container, terminals know UTF-8. */
export const isAscii = ({ LANG, LC_ALL, LC_CTYPE, TERM }: Environment): boolean => {
  const locale = [LC_ALL, LC_CTYPE, LANG].find((each) => each !== undefined && each !== "")
  return TERM === "dumb" || (locale !== undefined && !/utf-?8/i.test(locale))
}

const make = (isTerminal: boolean, columns: number, ascii: boolean): Look => ({
  isTerminal,
  columns,
  ascii,
  ellipsis: ascii ? "..." : "…",
  clean: ascii ? (text) => toAscii(Table.plain(text)) : Table.plain
})

/** A file or a pipe. */
export const plain: Look = make(false, COLUMNS_OF_FILE, false)

/** One column stays free: a full last column makes some terminals wrap. */
export const terminal = (columns: number, ascii = false): Look =>
  make(true, Math.max(LEAST_COLUMNS, columns) - 1, ascii)

/** The columns of a terminal: one that was told no size, as in some CI, says 0. */
export const columnsOf = ({ columns = 0 }: { readonly columns?: number }): number =>
  columns > 0 ? columns : USUAL_COLUMNS

export const of = (stream: { readonly isTTY?: boolean; readonly columns?: number }, environment: Environment): Look =>
  stream.isTTY === true ? terminal(columnsOf(stream), isAscii(environment)) : plain

/** Where results go, and where progress goes. */
export const output = (): Look => of(process.stdout, process.env)
export const progress = (): Look => of(process.stderr, process.env)

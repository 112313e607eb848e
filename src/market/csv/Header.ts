/** Which column of a price file is what: its names in any order and case, also in the two rows that yfinance writes. */
import * as Either from "effect/Either"
import * as Numbers from "./Numbers.js"

/** The columns of one ticker's prices, by their place. */
export interface Group {
  /** Where the header names it. */
  readonly ticker?: string | undefined
  readonly open?: number | undefined
  readonly high?: number | undefined
  readonly low?: number | undefined
  readonly close: number
  readonly adjusted?: number | undefined
  readonly volume?: number | undefined
}

export interface Layout {
  readonly date: number
  /** A time of day in a column of its own. */
  readonly time?: number | undefined
  readonly symbol?: number | undefined
  readonly groups: ReadonlyArray<Group>
  /** What the columns are called, for messages. */
  readonly names: ReadonlyArray<string>
  /** Rows of the header, from the first that is given. */
  readonly rows: number
}

/**
 * By what a column is recognized, the surest name first; compared without case, spaces, signs and accents. Stooq writes
 * Polish on its own site, banks German.
 */
const NAMES = {
  date: [
    "datetime",
    "date",
    "timestamp",
    "tradedate",
    "opentime",
    "gmttime",
    "localtime",
    "time",
    "day",
    "unix",
    "t",
    "data",
    "datum"
  ],
  time: ["time"],
  symbol: ["symbol", "ticker", "code", "name"],
  open: ["open", "openprice", "o", "otwarcie", "eroffnung", "erffnung"],
  high: ["high", "highprice", "h", "najwyzszy", "hoch"],
  low: ["low", "lowprice", "l", "najnizszy", "tief"],
  close: ["close", "closelast", "closeprice", "last", "price", "c", "zamkniecie", "schluss", "schlusskurs"],
  adjusted: ["adjclose", "adjustedclose", "adjcloseprice", "closeadj"],
  volume: ["volume", "vol", "v", "tickvol", "wolumen", "volumen"]
} as const satisfies Readonly<Record<string, ReadonlyArray<string>>>

type Role = keyof typeof NAMES

type Row = ReadonlyArray<string>

/** "1. open", "<OPEN>" and "Adj Close" as open, open and adjclose. */
const plain = (name: string): string =>
  name
    .normalize("NFD")
    .toLowerCase()
    .replace(/^\s*\d+\./, "")
    .replaceAll(/[^a-z0-9]/g, "")

const place = (names: Row, role: Role, isOpen: (index: number) => boolean = () => true): number | undefined => {
  for (const wanted of NAMES[role]) {
    const index = names.findIndex((name, index) => plain(name) === wanted && isOpen(index))
    if (index !== -1) return index
  }
  return undefined
}

const PRICES: ReadonlySet<string> = new Set(
  [NAMES.open, NAMES.high, NAMES.low, NAMES.close, NAMES.adjusted, NAMES.volume].flat()
)

const isPriceName = (name: string): boolean => PRICES.has(plain(name))

const countOf = (row: Row): number => row.filter(isPriceName).length

/** Nothing but a name for the index, as yfinance writes it under its two rows. */
const isIndexRow = (row: Row | undefined): boolean =>
  row !== undefined && plain(row[0] ?? "") !== "" && row.slice(1).every((cell) => cell.trim() === "")

/** Fields above tickers or tickers above fields; undefined where the header is an ordinary one. */
const twoRows = ([first = [], second = [], third]: ReadonlyArray<Row>) => {
  const isTitled = [first, second].some((row) => plain(row[0] ?? "") === "ticker")
  const [fields, tickers] = countOf(first) >= countOf(second) ? [first, second] : [second, first]
  const named = fields.flatMap((field, index) => (index > 0 && isPriceName(field) ? (tickers[index] ?? "") : []))
  const areTickers = named.length > 0 && named.every((cell) => Numbers.parse(cell, ".") === undefined)
  if (!areTickers || !(isTitled || isIndexRow(third))) return undefined
  return { fields, tickers, rows: isIndexRow(third) ? 3 : 2 }
}

const groupOf = (names: Row, isOwn: (index: number) => boolean, ticker?: string): Group | undefined => {
  const at = (role: Role) => place(names, role, isOwn)
  const adjusted = at("adjusted")
  const close = at("close") ?? adjusted
  if (close === undefined) return undefined
  // "Volume BTC", beside "Volume USD".
  const named = names.findIndex((name, index) => isOwn(index) && plain(name).startsWith("volume"))
  const volume = at("volume") ?? (named === -1 ? undefined : named)
  return { ticker, close, adjusted, open: at("open"), high: at("high"), low: at("low"), volume }
}

/** From the first three rows. Left: what is missing. */
export const parse = (rows: ReadonlyArray<Row>): Either.Either<Layout, string> => {
  const two = twoRows(rows)
  const names = two?.fields ?? rows[0] ?? []
  const named = names.map((name) => name.trim())
  // An index without a name is the date; above tickers the first cell names the header, not the column.
  const index = two !== undefined || named[0] === "" ? 0 : undefined
  const date = place(two === undefined ? names : names.with(0, ""), "date") ?? index
  const wrong = (what: string, role: "date" | "close") =>
    Either.left(`no column has the ${what} (${NAMES[role].slice(0, 3).join(", ")}): it has ${named.join(", ")}`)
  if (date === undefined) return wrong("date", "date")
  if (two !== undefined) {
    const tickers = [...new Set(two.tickers.slice(1).map((cell) => cell.trim()))].filter((ticker) => ticker !== "")
    const groups = tickers.flatMap(
      (ticker) => groupOf(names, (at) => at > 0 && two.tickers[at]?.trim() === ticker, ticker) ?? []
    )
    return groups.length === 0
      ? wrong("closing price", "close")
      : Either.right({ date, groups, names: named, rows: two.rows })
  }
  const group = groupOf(names, (at) => at !== date)
  if (group === undefined) return wrong("closing price", "close")
  const time = plain(named[date] ?? "") === "time" ? undefined : place(names, "time", (at) => at !== date)
  return Either.right({ date, time, symbol: place(names, "symbol"), groups: [group], names: named, rows: 1 })
}

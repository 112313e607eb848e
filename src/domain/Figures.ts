/** Numbers, money and times as they stand in a sentence. Pure. */

/** `12,345` */
export const number = (value: number, digits = 0): string =>
  value.toFixed(digits).replace(/\B(?=(?:\d{3})+(?!\d))(?<!\.\d*)/g, ",")

/** `1 model`, `6 models` */
export const count = (n: number, noun: string, print: (n: number) => string = String): string =>
  `${print(n)} ${noun}${n === 1 ? "" : "s"}`

/** `3 more` beside others, `3` where there are none. */
export const more = (n: number, others: number, print: (n: number) => string = String): string =>
  others > 0 ? `${print(n)} more` : print(n)

/** Two digits more below a cent, so that little does not look like nothing, and no digits for nothing at all. */
export const dollars = (amount: number): string =>
  amount === 0 ? "$0" : `$${amount.toFixed(amount > 0 && amount < 0.01 ? 6 : 4)}`

/** What several requests have cost together. */
export interface Costs {
  /** US dollars, as far as known. */
  readonly cost: number
  /** Requests whose price was named, also as nothing; a refusal has none. */
  readonly priced: number
  readonly ofUnknownCost: number
}

/** Undefined where nothing is known: refusals that cost nothing do not make the answers beside them free, a named $0 is known. */
export const knownCost = ({ cost, ofUnknownCost, priced }: Costs): number | undefined =>
  cost === 0 && priced === 0 && ofUnknownCost > 0 ? undefined : cost

/** The same in words: `$0.1200`, `at least $0.1200`, `unknown`. */
export const cost = (costs: Costs): string => {
  const known = knownCost(costs)
  return known === undefined ? "unknown" : `${costs.ofUnknownCost > 0 ? "at least " : ""}${dollars(known)}`
}

/** `+1.23 %` */
export const percent = (share: number, digits = 2): string => {
  const text = Math.abs(share * 100).toFixed(digits)
  const sign = Number(text) === 0 ? "" : share < 0 ? "-" : "+"
  return `${sign}${text} %`
}

/** `62 %`, of a whole */
export const share = (part: number, digits = 0): string => `${(part * 100).toFixed(digits)} %`

/** Of one share of stock: `150.25`. */
export const price = (value: number): string => String(Number(value.toPrecision(6)))

export const MINUTE_MS = 60_000
export const DAY_MS = 1440 * MINUTE_MS

/** `1.2 s`, `150 s`, `12 min`, `3 h 8 min`; `digits` are those of less than 100 seconds. */
export const duration = (ms: number, digits = 1): string => {
  if (ms < 10 * MINUTE_MS) return `${number(ms / 1000, ms < 99_950 ? digits : 0)} s`
  const minutes = Math.round(ms / MINUTE_MS)
  return minutes < 60 ? `${minutes} min` : `${number(Math.floor(minutes / 60))} h ${minutes % 60} min`
}

/** A limit that was set, exactly and in the unit that it is likely to be set in: `500 ms`, `1.5 s`, `400 s`, `15 min`, `2 h`. */
export const span = (ms: number): string => {
  if (ms < 1000) return `${ms} ms`
  const minutes = ms / MINUTE_MS
  if (minutes < 10 || !Number.isInteger(minutes)) return `${Number((ms / 1000).toFixed(3))} s`
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`
}

/** A moment, ISO 8601 in UTC, of milliseconds since the epoch. */
export const iso = (ms: number): string => new Date(ms).toISOString()

/** Times in the spellings of servers: durations with and without units, dates, seconds or milliseconds since 1970. Pure. */
import * as Lenient from "./Lenient.js"

/** From this on a number counts milliseconds since 1970, below it seconds: 1e11 s would be the year 5138. */
const MILLISECONDS_FROM = 1e11

/** From this on it is no date either: 1e13 ms would be the year 2286. */
const NO_DATE_FROM = 1e13

/** Below this it is no date but an amount of time from now: 1e9 s since 1970 was 2001. */
const DATE_FROM = 1e9

/** The units in their spellings, and their milliseconds. */
const UNITS: ReadonlyArray<readonly [spellings: string, ms: number]> = [
  ["ns", 1e-6],
  ["us|µs", 1e-3],
  ["milliseconds?|millis|msecs?|ms|毫秒", 1],
  ["seconds?|secs?|s|秒钟?|secondes|segundos?|sekunden?|секунд[аыу]?|초", 1_000],
  ["minutes?|mins?|m|分钟?|minutos?|minuten?|минут[аыу]?|분", 60_000],
  ["hours?|hrs?|h|小时", 3_600_000],
  ["days?|d|天", 86_400_000]
]

const UNIT = UNITS.map(([spellings]) => spellings).join("|")

const PART = `\\d+(?:\\.\\d+)?\\s*(?:${UNIT})(?![a-zµ])`

/** A duration as it may stand in a sentence: "7m12.5s", "1 hour and 5 minutes", "9.5s". It has no more parts than units. */
export const SPAN = `${PART}(?:\\s*(?:,\\s*)?(?:and\\s+)?${PART}){0,5}`

const WHOLE_SPAN = new RegExp(`^(?:${SPAN})$`, "i")
const PARTS = new RegExp(`(\\d+(?:\\.\\d+)?)\\s*(${UNIT})(?![a-zµ])`, "gi")

/** A duration in milliseconds; without a unit it counts in `unit` (milliseconds). */
export const span = (value: unknown, unit: number): number | undefined => {
  const amount = Lenient.numeric(value)
  if (amount !== undefined) return amount * unit
  // The protocol's own form of Google's durations.
  const seconds = Lenient.numeric(Lenient.get(value, "seconds"))
  if (seconds !== undefined) return seconds * 1_000 + (Lenient.numeric(Lenient.get(value, "nanos")) ?? 0) / 1e6
  const text = Lenient.words(value)?.trim() ?? ""
  const [, days = 0, hours, minutes, rest] = /^(?:(\d+)\.)?(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(text) ?? []
  if (rest !== undefined) {
    return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000 + Number(rest) * 1_000
  }
  // ISO 8601 writes PT1M30S.
  const bare = text.replace(/^P(?:T|(?=\d))/i, "").replace(/(?<=\dD)T/i, "")
  return WHOLE_SPAN.test(bare) ? sum(bare) : undefined
}

const sum = (text: string): number => {
  let total = 0
  for (const [, amount, unit = ""] of text.matchAll(PARTS)) {
    const ms = UNITS.find(([spellings]) => new RegExp(`^(?:${spellings})$`, "i").test(unit))?.[1] ?? 0
    total += Number(amount) * ms
  }
  return total
}

/** A moment in milliseconds since the epoch, given as such, as a date, or as a duration from now. */
export const at = (now: number, value: unknown, unit: number): number | undefined => {
  // What counts in milliseconds by its name is an amount, but the protocol's own form has one unit.
  const seconds = Lenient.numeric(Lenient.get(value, "seconds"))
  const number = unit === 1 ? seconds : (Lenient.numeric(value) ?? seconds)
  const duration = span(value, unit)
  if (number !== undefined && number >= DATE_FROM && number < NO_DATE_FROM) {
    return number < MILLISECONDS_FROM ? Math.ceil(duration ?? 0) : number
  }
  if (duration !== undefined) return now + Math.ceil(duration)
  const text = Lenient.words(value)?.trim() ?? ""
  // `Date.parse` makes a date of nearly anything that holds a number.
  return /\d{4}-\d\d-\d\d|\d\d:\d\d/.test(text) ? dateOf(text) : undefined
}

/** That a date says behind its time where that is the time of the clocks: `Z`, `GMT`, `-05:00`. */
const ZONE = /\dZ$|:\d\d\b.*\b(?:UTC?|GMT|[ECMP][SD]T)\b|:\d\d(?:\.\d+)?\s*[+-]\d/i
/** `Date.parse` takes no zone in brackets, or right behind the clock, and none of hours alone. */
const AT_END = /(?<=\d)\s*\(?(UTC|GMT)\)?$/i
const HOURS_ALONE = /(:\d\d(?:\.\d+)?\s*[+-]\d\d)$/

/** Without a zone it is in UTC, as HTTP has it, and not in that of this machine. ISO 8601 takes no word for it, the others no letter. */
const IN_UTC = ["Z", " UTC"]

const dateOf = (said: string): number | undefined => {
  const text = said.replace(AT_END, " $1").replace(HOURS_ALONE, "$1:00")
  return (ZONE.test(text) ? [""] : IN_UTC)
    .map((zone) => Lenient.number(Date.parse(`${text}${zone}`)))
    .find((at) => at !== undefined)
}

const DAY = 24 * 3_600_000

/** What the clocks of a zone show, as if it were UTC; there are names that are none of a zone. */
const shownIn = (zone: string, now: number): number | undefined => {
  try {
    return Lenient.number(Date.parse(`${new Date(now).toLocaleString("sv", { timeZone: zone })} UTC`))
  } catch {
    return undefined
  }
}

/** When the clocks of a zone show a time, on a day such as "Dec 4", or next. */
export const next = (now: number, zone: string, clock: string, day?: string): number | undefined => {
  const shown = shownIn(zone, now)
  const [, hour = "", minute = "00", half = ""] = /^(\d+)(?::(\d\d))? ?([ap]m)?$/i.exec(clock) ?? []
  if (shown === undefined || hour === "") return undefined
  const today = new Date(shown)
  const date = day === undefined ? today.toISOString().slice(0, 10) : `${day} ${today.getUTCFullYear()}`
  const wait = Date.parse(`${date} ${hour}:${minute} ${half} UTC`) - shown
  return Lenient.number(now + wait + (day === undefined && wait <= 0 ? DAY : 0))
}

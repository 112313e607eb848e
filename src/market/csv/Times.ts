/** Dates and times as price files write them, in milliseconds since 1970. Without a zone they are read as UTC. */
import { DAY_MS, MINUTE_MS } from "../../domain/Figures.js"

/** Which of 01/02/2024 is the day. */
export type Order = "month first" | "day first"

const NUMERIC = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})$/
const YEAR_FIRST = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/
const PLAIN = /^(\d{4})-(\d\d)-(\d\d)$/
/** Behind seconds, so that it is no part of a date. */
const ZONE = /(?<=:\d\d)(?:Z|[+-]\d{2}:?\d{2})$/
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:[ T]?(\d{2})(\d{2})(\d{2})?)?$/
const NAMED = /^(?:(\d{1,2})[- ]([a-z]{3})[a-z]*|([a-z]{3})[a-z]* (\d{1,2})),?[- ](\d{4}|\d{2})$/i
const EPOCH = /^(\d{10}|\d{13}|\d{16}|\d{19})(?:\.\d+)?$/
const CLOCK =
  /^(?:(.*?)[T ,]\s*)?(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([ap]m)?\s*(z|utc|gmt|[+-]\d{2}:?\d{2})?$/i
const COMPACT_CLOCK = /^(\d{1,2})(\d{2})(\d{2})$/

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
const HOUR_MS = 60 * MINUTE_MS

/** Decided by a part of the dates: a number above 12 is a day. Where all are small, slashes are taken as American. */
export const orderOf = (samples: ReadonlyArray<string>): Order => {
  let order: Order = "month first"
  for (const sample of samples) {
    const [, first, mark, second] = NUMERIC.exec(sample.trim().split(/[ T]/)[0] ?? "") ?? []
    if (Number(first) > 12) return "day first"
    if (Number(second) > 12) return "month first"
    if (mark === "." || mark === "-") order = "day first"
  }
  return order
}

const utc = (year: number, month: number, day: number): number | undefined => {
  const full = year < 100 ? year + (year < 70 ? 2000 : 1900) : year
  const time = Date.UTC(full, month - 1, day)
  // 31 February would be in March.
  return new Date(time).getUTCDate() === day && month >= 1 && month <= 12 ? time : undefined
}

const dateOf = (text: string, order: Order): number | undefined => {
  const iso = YEAR_FIRST.exec(text) ?? COMPACT.exec(text)
  if (iso !== null) {
    const [, year, month, day, hours = 0, minutes = 0, seconds = 0] = iso
    const date = utc(Number(year), Number(month), Number(day))
    const time = clock(Number(hours), Number(minutes), Number(seconds))
    return date === undefined || time === undefined ? undefined : date + time
  }
  const numeric = NUMERIC.exec(text)
  if (numeric !== null) {
    const [first, second, year] = [Number(numeric[1]), Number(numeric[3]), Number(numeric[4])]
    return order === "month first" ? utc(year, first, second) : utc(year, second, first)
  }
  const named = NAMED.exec(text)
  if (named === null) return undefined
  const month = MONTHS.indexOf((named[2] ?? named[3] ?? "").toLowerCase()) + 1
  return utc(Number(named[5]), month, Number(named[1] ?? named[4]))
}

/** A time of day up to 24:00; undefined for what no clock shows. */
const clock = (hours: number, minutes: number, seconds: number): number | undefined => {
  const time = hours * HOUR_MS + minutes * MINUTE_MS + seconds * 1000
  return minutes < 60 && seconds < 60 && time <= DAY_MS ? time : undefined
}

const offsetOf = (zone = ""): number => {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? []
  return sign === undefined ? 0 : Number(`${sign}1`) * (Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS)
}

/** A time of day, perhaps behind a date; undefined where there is none. */
const clockOf = (text: string) => {
  const found = CLOCK.exec(text)
  if (found === null) return undefined
  const [, date = "", hours, minutes, seconds = 0, half, zone] = found
  const isAfternoon = half?.toLowerCase() === "pm"
  const hour = half === undefined ? Number(hours) : (Number(hours) % 12) + (isAfternoon ? 12 : 0)
  const time = clock(hour, Number(minutes), Number(seconds))
  return time === undefined ? undefined : { date, millis: time - offsetOf(zone) }
}

/** The date that was read last: thousands of minutes share one. */
let [knownDate, knownTime] = ["", 0]

/** 2024-01-02 alone or with 09:30:00, which most files have, at a fraction of the cost; undefined for anything else. */
const quick = (text: string): number | undefined => {
  if (text.length !== 10 && text.length !== 19) return undefined
  const date = text.slice(0, 10)
  if (date !== knownDate) {
    const [, year, month, day] = PLAIN.exec(date) ?? []
    const time = year === undefined ? undefined : utc(Number(year), Number(month), Number(day))
    if (time === undefined) return undefined
    knownDate = date
    knownTime = time
  }
  if (text.length === 10) return knownTime
  const two = (at: number) => (text.codePointAt(at) ?? 0) * 10 + (text.codePointAt(at + 1) ?? 0) - 528
  const isClock = (text[10] === " " || text[10] === "T") && text[13] === ":" && text[16] === ":"
  const [hours, minutes, seconds] = [two(11), two(14), two(17)]
  const time = isClock && Math.min(hours, minutes, seconds) >= 0 ? clock(hours, minutes, seconds) : undefined
  return time === undefined ? undefined : knownTime + time
}

/** `ownClock` is what a column of its own says about the time of day. */
export const parse = (text: string, order: Order, ownClock = ""): number | undefined => {
  const date = text.trim()
  const own = ownClock.trim()
  if (own !== "") {
    const day = dateOf(date, order)
    const [, hours, minutes, seconds] = COMPACT_CLOCK.exec(own) ?? []
    const millis = hours === undefined ? clockOf(own)?.millis : clock(Number(hours), Number(minutes), Number(seconds))
    return day === undefined || millis === undefined ? undefined : day + millis
  }
  const zone = ZONE.exec(date)?.[0]
  const plain = quick(zone === undefined ? date : date.slice(0, -zone.length))
  if (plain !== undefined) return plain - offsetOf(zone)
  const epoch = EPOCH.exec(date)
  if (epoch !== null) return Math.round(Number(epoch[1]) * 10 ** (13 - (epoch[1]?.length ?? 13)))
  const time = clockOf(date)
  if (time === undefined) return dateOf(date, order)
  const day = dateOf(time.date.trim(), order)
  return day === undefined ? undefined : day + time.millis
}

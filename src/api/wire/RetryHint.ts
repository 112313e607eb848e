/**
 * When the server wants to be asked again. The word is in one of six places; they are tried from the most exact to the
 * vaguest, and a time that lies well in the past, or beyond all calendars, is no hint.
 */
import * as Lenient from "./Lenient.js"

/** From this on an `X-RateLimit-Reset` counts milliseconds since 1970, below it seconds: 1e11 s would be the year 5138. */
const MILLISECONDS_FROM = 1e11

/** Below this it is no date but a number of seconds from now: 1e9 s since 1970 was 2001. */
const DATE_FROM = 1e9

/** The last moment that a `Date` can hold: a hint beyond it could not even be printed. */
const LAST_MOMENT = 8.64e15

/** A reset that passed while the answer was on its way is still one: the server can be asked now. */
const TRANSIT_MS = 1_000

export type Headers = Readonly<Record<string, string | undefined>>

/**
 * The moment to come back, in milliseconds since the epoch, or `undefined` when nothing was said. `X-RateLimit-Reset` is
 * heard only where the limit was hit (429): gateways put it on every answer, and then it says nothing about the failure.
 */
export const retryAt = (now: number, status: number, headers: Headers, error: unknown): number | undefined => {
  const hints = [
    after(now, Lenient.numeric(Lenient.at(error, "availability", "retry_after")), 1000),
    retryAfter(now, headers["retry-after"]),
    after(now, Lenient.numeric(headers["retry-after-ms"]), 1),
    ...(status === 429
      ? [reset(now, resetOf(Lenient.at(error, "metadata", "headers"))), reset(now, headers["x-ratelimit-reset"])]
      : []),
    after(now, Lenient.numeric(/\b(?:retry|try again) (?:in|after) (\d+(?:\.\d+)?) ?s/i.exec(said(error))?.[1]), 1000)
  ]
  return hints.find((at) => at !== undefined && at > now && at <= LAST_MOMENT)
}

const after = (now: number, amount: number | undefined, unit: number): number | undefined =>
  amount === undefined ? undefined : now + Math.ceil(amount * unit)

/** Seconds, or an HTTP date. */
const retryAfter = (now: number, header: string | undefined): number | undefined => {
  const seconds = Lenient.numeric(header)
  if (seconds !== undefined) return after(now, seconds, 1000)
  return header === undefined ? undefined : Lenient.number(Date.parse(header))
}

const reset = (now: number, value: unknown): number | undefined => {
  const at = Lenient.numeric(value)
  if (at === undefined || at < DATE_FROM) return after(now, at, 1000)
  const moment = at < MILLISECONDS_FROM ? Math.ceil(at * 1000) : at
  return moment <= now && now - moment < TRANSIT_MS ? now + 1 : moment
}

/** In a body the names of headers come in whatever case the server wrote them. */
const resetOf = (headers: unknown): unknown =>
  Lenient.isRecord(headers)
    ? Object.entries(headers).find(([name]) => name.toLowerCase() === "x-ratelimit-reset")?.[1]
    : undefined

/** The message, and what the provider behind the API said. */
const said = (error: unknown): string =>
  [error, Lenient.at(error, "message"), Lenient.at(error, "metadata", "raw")].map(Lenient.string).join(" ")

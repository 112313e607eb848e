/**
 * When the server wants to be asked again. The word may be in many places; they are tried from the most exact to the
 * vaguest, and a time that lies well in the past, or beyond all calendars, is no hint. Pure.
 */
import * as Lenient from "./Lenient.js"
import * as Moment from "./Moment.js"

/** The last moment that a `Date` can hold: a hint beyond it could not even be printed. */
const LAST_MOMENT = 8.64e15

/** A reset that passed while the answer was on its way is still one: the server can be asked now. */
const TRANSIT_MS = 1_000

const SECOND = 1_000

export type Headers = Readonly<Record<string, string | undefined>>

interface Said {
  readonly now: number
  readonly status: number
  readonly headers: Headers
  /** The body of the failure, or the error in it. */
  readonly error: unknown
}

/** Fields of a body that say when, with their letters alone, and what they count in milliseconds. */
const FIELDS: ReadonlyMap<string, number> = new Map([
  ["retryafter", SECOND],
  ["retryafters", SECOND],
  ["retryafterseconds", SECOND],
  ["retryaftersecs", SECOND],
  ["retryafterms", 1],
  ["retryaftermillis", 1],
  ["retryaftermilliseconds", 1],
  ["retrydelay", SECOND],
  ["retryin", SECOND],
  ["retryinseconds", SECOND],
  ["retryat", SECOND],
  ["resetat", SECOND],
  ["resetsat", SECOND],
  ["resetafter", SECOND],
  ["resetinseconds", SECOND],
  ["resetsinseconds", SECOND],
  ["waitseconds", SECOND],
  ["estimatedtime", SECOND]
])

/** Where to look, the most exact first. */
const PLACES: ReadonlyArray<(said: Said) => number | undefined> = [
  ({ error, now }) => Moment.at(now, Lenient.at(error, "availability", "retry_after"), SECOND),
  ({ headers, now }) => Moment.at(now, headers["retry-after-ms"] ?? headers["x-ms-retry-after-ms"], 1),
  ({ headers, now }) => Moment.at(now, headers["retry-after"], SECOND),
  inBody,
  (said) => inResets(said, headersIn(said.error)),
  (said) => inResets(said, said.headers),
  inWords
]

/** The moment to come back, in milliseconds since the epoch, or `undefined` when nothing was said. */
export const retryAt = (now: number, status: number, headers: Headers, error: unknown): number | undefined => {
  for (const place of PLACES) {
    const at = place({ now, status, headers, error })
    if (at !== undefined && at > now && at <= LAST_MOMENT) return at
  }
  return undefined
}

function inBody({ error, now }: Said): number | undefined {
  for (const [key, value] of Lenient.entries(error)) {
    const unit = FIELDS.get(key.toLowerCase().replace(/[^a-z]/g, ""))
    const at = unit === undefined ? undefined : Moment.at(now, value, unit)
    if (at !== undefined && at > now) return at
  }
  return undefined
}

/** In a body the names of headers come in whatever case the server wrote them. */
function headersIn(error: unknown): Headers {
  const headers = Lenient.at(error, "metadata", "headers") ?? Lenient.at(error, "error", "metadata", "headers")
  if (!Lenient.isRecord(headers)) return {}
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      typeof value === "number" ? `${value}` : Lenient.string(value)
    ])
  )
}

/**
 * The ends of windows. They are heard only where a limit was hit (429): gateways put them on every answer. Of several
 * windows the one counts that has nothing left; where none says what is left, the one that ends first.
 */
function inResets({ now, status }: Said, headers: Headers): number | undefined {
  if (status !== 429) return undefined
  const used: Array<number> = []
  const silent: Array<number> = []
  for (const [name, value] of Object.entries(headers)) {
    if (!/rate-?limit/.test(name)) continue
    const both = name.includes("reset")
      ? { at: value, left: headers[name.replace(/reset(?:-after)?/, "remaining")] }
      : { at: /(?:\bt|reset)=(\d+)/.exec(value ?? "")?.[1], left: /(?:\br|remaining)=(\d+)/.exec(value ?? "")?.[1] }
    const at = Moment.at(now, both.at, SECOND)
    const left = Lenient.numeric(both.left)
    if (at === undefined || (left !== undefined && left > 0)) continue
    ;(left === undefined ? silent : used).push(at <= now && now - at < TRANSIT_MS ? now + 1 : at)
  }
  if (used.length > 0) return Math.max(...used)
  return silent.length > 0 ? Math.min(...silent) : undefined
}

const LEAD =
  "\\b(?:retry(?:ing)?|try(?:ing)?(?: \\w+){0,3} again|wait|resets?|available(?: again)?|come back|regain access)"

const AFTER = new RegExp(
  `(?:${LEAD} (?:in|after|for)|\\bwait)(?: (?:at least|about|approximately|another))*:? (${Moment.SPAN})`,
  "i"
)
const BARE = /\b(?:retry|try again) (?:in|after) (\d+(?:\.\d+)?)(?=\.?(?:\s*$|\s*[\n;,)]))/i
const DATED = new RegExp(
  `(?:${LEAD} (?:at|after|on)|\\buntil) (\\d{4}-\\d\\d-\\d\\d(?:[T ]| at )[\\d:.]+(?: ?Z| ?UTC|[+-]\\d\\d:?\\d\\d)?)`,
  "i"
)

function inWords({ error, now }: Said): number | undefined {
  const text = Lenient.texts(error)
  const found = AFTER.exec(text)?.[1] ?? BARE.exec(text)?.[1] ?? DATED.exec(text)?.[1]?.replace(" at ", " ")
  return Moment.at(now, found, SECOND)
}

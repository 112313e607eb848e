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

/** What a server said of a failure. */
export interface Said {
  readonly status: number
  readonly headers: Headers
  /** The body, or the chunk that holds the error, or their text. */
  readonly root: unknown
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Fields of a body that say when, with their letters alone, and what they count in milliseconds. */
const FIELDS: ReadonlyMap<string, number> = new Map([
  ...counted(1, "retryafterms retryaftermillis retryaftermilliseconds resetinms"),
  ...counted(
    SECOND,
    "retryafter retryafters retryafterseconds retryaftersecs retrydelay retryin retryinseconds retryat"
  ),
  ...counted(SECOND, "resetat resetsat resetafter resetin resetinseconds resetsinseconds resetseconds resettime"),
  ...counted(SECOND, "quotaresetdelay quotaresettimestamp cooldownseconds waitseconds estimatedtime")
])

function counted(unit: number, fields: string): ReadonlyArray<readonly [string, number]> {
  return fields.split(" ").map((field) => [field, unit])
}

/** Where to look, the most exact first. */
const PLACES: ReadonlyArray<(said: Said) => number | undefined> = [
  ({ now, root }) => Moment.at(now, Lenient.at(root, "availability", "retry_after"), SECOND),
  ({ headers, now }) => Moment.at(now, headers["retry-after-ms"] ?? headers["x-ms-retry-after-ms"], 1),
  ({ headers, now }) => listed(now, headers["retry-after"]),
  ({ headers, now }) =>
    // LiteLLM passes on with a prefix what the server behind it said.
    listed(now, headers["x-retry-after"] ?? headers["x-ratelimit-retry-after"] ?? headers["llm_provider-retry-after"]),
  inBody,
  (said) => inResets(said, headersIn(said.root)),
  (said) => inResets(said, said.headers),
  inWords
]

/** The moment to come back, in milliseconds since the epoch, or `undefined` when nothing was said. */
export const retryAt = (said: Said): number | undefined => {
  for (const place of PLACES) {
    const at = place(said)
    if (at !== undefined && at > said.now && at <= LAST_MOMENT) return at
  }
  return undefined
}

/** What some put around a moment: quotes, "in", and parameters as other headers have. */
const AROUND = /;.*$|^\s*in\s+|["']/g

/** A header that came twice is one with a comma in it, as a date has one, too: then the later moment counts. */
function listed(now: number, value: string | undefined): number | undefined {
  const at = Moment.at(now, value, SECOND)
  if (at !== undefined || value === undefined) return at
  const all = value.split(",").flatMap((part) => Moment.at(now, part.replace(AROUND, ""), SECOND) ?? [])
  return all.length > 0 ? Math.max(...all) : undefined
}

function inBody({ now, root }: Said): number | undefined {
  for (const [key, value] of Lenient.entries(root)) {
    const unit = FIELDS.get(key.toLowerCase().replace(/[^a-z]/g, ""))
    const at = unit === undefined ? undefined : Moment.at(now, value, unit)
    if (at !== undefined && at > now) return at
  }
  return undefined
}

/** In a body the names of headers come in whatever case the server wrote them. */
function headersIn(root: unknown): Headers {
  const headers = Lenient.at(root, "metadata", "headers") ?? Lenient.at(root, "error", "metadata", "headers")
  if (!Lenient.isRecord(headers)) return {}
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      typeof value === "number" ? `${value}` : Lenient.string(value)
    ])
  )
}

/** Between the windows that one header lists: its parameters may have commas between them, too. */
const NEXT_WINDOW = /,(?=\s*"?[\w-]+"?\s*;)/

/**
 * The ends of windows. They are heard only where a limit was hit (429, and 503 at APISIX): gateways put them on every
 * answer. Of several windows the one counts that has nothing left, or fewer tokens than the words say that were asked
 * for; where none says what is left, the one that ends first.
 */
function inResets({ now, root, status }: Said, headers: Headers): number | undefined {
  if (status !== 429 && status !== 503) return undefined
  const isLimit = status === 429 ? /(?:rate|token)-?limit/ : /^x-ai-ratelimit-/
  const asked = Lenient.numeric(REQUESTED.exec(Lenient.texts(root))?.[1]) ?? 0
  const used: Array<number> = []
  const silent: Array<number> = []
  for (const [name, value = ""] of Object.entries(headers)) {
    if (!isLimit.test(name)) continue
    const windows = name.includes("reset")
      ? [{ at: value, left: headers[name.replace(/reset(?:-after)?/, "remaining")] }]
      : value.split(NEXT_WINDOW).map((window) => ({
          at: /(?:\bt|reset)=(\d+)/.exec(window)?.[1],
          left: /(?:\br|remaining)=(\d+)/.exec(window)?.[1]
        }))
    for (const window of windows) {
      const at = Moment.at(now, window.at, SECOND)
      const left = Lenient.numeric(window.left)
      const isLeft = left !== undefined && left > 0 && !(name.includes("token") && left < asked)
      if (at === undefined || isLeft) continue
      ;(left === undefined ? silent : used).push(at <= now && now - at < TRANSIT_MS ? now + 1 : at)
    }
  }
  if (used.length > 0) return Math.max(...used)
  return silent.length > 0 ? Math.min(...silent) : undefined
}

/** OpenAI: "Limit 30000, Used 29800, Requested 5000". */
const REQUESTED = /\bRequested:? ~?(\d+)\b/

/** What did not come, or was broken off, after so long: these tell of the past. */
const NEVER = "(?<!(?:\\bnot|n't|\\bnever|\\bfailed to)\\b[^.,;]{0,12})"
const BROKEN_OFF = "(?<!\\b(?:connection|stream|socket|request|response|was|were|been|got) )"
const WAITED = "(?<!\\b(?:had to|after a|max|maximum|queue) )"

const RESETS = `${NEVER}${BROKEN_OFF}\\bresets?`
const COMES = `${NEVER}\\b(?:available(?: again)?|come back|replenished)`
const NEXT = "\\bnext (?:request|call|attempt) (?:(?:is|will be) )?(?:allowed|available|possible)"
const LEAD = `(?:\\bretry(?: (?:your|the|this) request)?|${NEXT}|\\btry(?:ing)?(?: \\w+){0,3} again|\\bregain access|${RESETS}|${COMES})`
const WAIT = `${WAITED}\\bwait`

const AFTER = new RegExp(
  `(?:${LEAD} (?:in|after)|\\bretrying in|${WAIT}(?: (?:in|after|for))?)(?: (?:at least|about|approximately|another))*:? [~≈]?(${Moment.SPAN})`,
  "i"
)
const BARE = new RegExp(
  `(?:\\b(?:retry|try again)[- ]|${NEVER}\\breplenished )(?:in|after):? (\\d+(?:\\.\\d+)?|(?:\\d+\\.)?\\d+:\\d\\d:\\d\\d)(?=\\.?(?:\\s*$|\\s*[\\n;,)]))`,
  "i"
)

/** A row for each other way to say it, and for other languages; the past has other words. */
const OTHERWISE: ReadonlyArray<RegExp> = [
  "\\bcool-?down: # (?:remaining|left)\\b",
  "# (?:remaining |left )?until (?:the )?reset\\b",
  "(?:等待|稍等)\\s*#",
  "#\\s*[之以]?[后後][^。，,;；]{0,4}(?:重试|再试|尝试|再試|重試)",
  "#\\s*후에?\\s*(?:다시|재시도)",
  "(?:повторите|попробуйте)[^.\\n\\d]{0,30}через\\s#",
  "\\br[ée]essa\\w+ (?:dans|après) #",
  // Not how many there were in a time.
  "(?<!\\d(?: [^\\s.,;:-]{1,30}){1,2} )\\bin #\\s(?:erneut|noch ?einmal|nochmals?)\\b",
  "(?<!\\d\\s?)\\b(?:re)?(?:int[ée]nt[ae](?:l[oa])?|int[ée]nt[ae]r(?:l[oa])?|tent(?:e|a|ar|ez|er))(?![a-zà-ÿ])(?: de nuevo| nuevamente| novamente)? (?:en|em|dentro de) #"
].map((words) => new RegExp(words.replace("#", `(?<![\\d.])(${Moment.SPAN})`), "i"))

/** CST is the time of China as well as that of Chicago, and taken for neither. */
const DATED = new RegExp(
  `(?:${LEAD} (?:at|after|on):?|\\buntil) (\\d{4}-\\d\\d-\\d\\d(?:[T ]| at )[\\d:]+(?:\\.\\d+)?(?: ?(?:Z|UTC|GMT|[EMP][SD]T)\\b(?:[+-]\\d{1,2})?| ?[+-]\\d\\d(?::?\\d\\d)?)?)`,
  "i"
)
/** In Chinese, and without a zone: then it is that of China, which has only one. */
const IN_CHINESE = /将[在于] ?(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) ?(?:重置|恢复|刷新)/

/** The same at Z.ai in English, beside one of its numbers. */
const AT_ZAI =
  /\b13\d\d\b[^]{0,500}?\byour limit will reset at (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?! ?(?:[+-]\d|[A-Z]{1,4}\b))/i
/** "resets 7pm (America/Chicago)", "resets Dec 4 at 19:30 (Europe/Berlin)" */
const BY_CLOCK =
  /\bresets?(?: at)? (?:([A-Z][a-z]{2} \d{1,2})(?:,| at) )?(\d{1,2}(?::\d\d)? ?(?:[ap]m)?) \(([A-Z]\w{1,20}(?:\/[\w+-]{1,30}){0,2})\)/i

function inWords({ now, root }: Said): number | undefined {
  const text = Lenient.texts(root).replace(/(\d) more (?=(?:second|minute|hour)s?\b)/gi, "$1 ")
  const found =
    AFTER.exec(text)?.[1] ??
    OTHERWISE.flatMap((words) => words.exec(text)?.[1] ?? [])[0] ??
    BARE.exec(text)?.[1] ??
    AT_ZAI.exec(text)?.[1]?.concat("+08:00") ??
    DATED.exec(text)?.[1]?.replace(" at ", " ") ??
    IN_CHINESE.exec(text)?.[1]?.concat("+08:00")
  const [, day, clock = "", zone = ""] = BY_CLOCK.exec(text) ?? []
  return found === undefined ? Moment.next(now, zone, clock, day) : Moment.at(now, found, SECOND)
}

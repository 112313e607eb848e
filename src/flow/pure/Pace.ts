/**
 * How fast requests may follow each other where the account has a limit that comes back within moments, such as a token
 * bucket. A refusal tells that the limit was met; how much it takes is what was let in since it was met before, over the
 * time that took. The pace starts a little below, and each request at that pace makes the next ones a little faster, until
 * the limit is met again. Before any limit was met, the number sent doubles while the first answers are awaited. Pure.
 * Moments are milliseconds, paces requests a millisecond.
 */

/** A request that was sent. */
interface Sent {
  /** Its number in the order of sending. */
  readonly number: number
  readonly model: string
  readonly at: number
}

export interface Pace {
  /** Absent until a limit was met. */
  readonly rate: number | undefined
  /** No request goes before this moment. */
  readonly nextAt: number
  /** The latest requests that were not refused, oldest first. */
  readonly log: ReadonlyArray<Sent>
  /** A moment at which nothing was left of the limit: what was let in later is what came back. */
  readonly metAt: number | undefined
  /** The time by which the rate was measured: until the latest refusal of a request that was sent at that rate. */
  readonly from: number
  readonly until: number
  /** The last request that was sent before that refusal. */
  readonly cutAfter: number
  /** Whether it was measured from a moment at which nothing was left. */
  readonly isExact: boolean
  /** What the rate was before. */
  readonly before: number
  /** How many requests the rate was measured by, and how many have gone at it since. */
  readonly measured: number
  readonly since: number
  /** When the first request went, how many went, and how many were answered. */
  readonly startedAt: number
  readonly started: number
  readonly answered: number
}

/** Requests that go at once when nothing is known: as many as a run has in flight by default. */
const FIRST = 6

/** While they are awaited as many again may go within this time, and so on. */
const DOUBLING_MS = 250

/** As soon as they are answered, half as many again may go, and so on. */
const PER_ANSWER = 1.5

/** Requests by which a pace is measured at most. */
const LOG = 64

/** The first time nobody knows how much had been saved up: only the last second counts, and half of that. */
const FIRST_MS = 1_000
const FIRST_SHARE = 0.5

/** A measure by so many requests is exact: then the pace falls back by this, and what is saved up covers the next try. */
const EXACT = 40
const DECREASE = 0.1

/** But no further than this: where nobody had anything to send for a while, less was let in than might have been. */
const LEAST = 0.8

/** What each request adds to the pace: soon more, since a limit that is not met by then is another one. */
const INCREASE = 0.0015

/** And what one adds to a pace that was measured by a single request, less for one that was measured by many. */
const UNSURE = 0.7

/** Timers are late: so much may be caught up on. */
const LATE_MS = 20

/** After such a pause, in milliseconds and in requests, what was saved up meanwhile is not known. */
const PAUSE = { ms: 2_000, requests: 4 }

export const unlimited: Pace = {
  rate: undefined,
  nextAt: 0,
  log: [],
  metAt: undefined,
  from: 0,
  until: 0,
  cutAfter: 0,
  isExact: false,
  before: 0,
  measured: 0,
  since: 0,
  startedAt: 0,
  started: 0,
  answered: 0
}

/** When the next request may go. */
export const roomAt = ({ answered, nextAt, rate, started, startedAt }: Pace, now: number): number => {
  if (rate !== undefined) return Math.max(now, Math.ceil(nextAt))
  const next = started + 1
  if (next <= Math.max(FIRST, answered * PER_ANSWER)) return now
  return Math.max(now, Math.ceil(startedAt + DOUBLING_MS * Math.log2(next / FIRST)))
}

/** A request is about to go: the next one goes later. */
export const passed = (pace: Pace, now: number): Pace => {
  const { measured, nextAt, rate, since, started, startedAt } = pace
  if (rate === undefined) return { ...pace, started: started + 1, startedAt: started === 0 ? now : startedAt }
  const late = Math.max(1 / rate, LATE_MS)
  // Where requests come more slowly than they may, nothing shows that they might come faster still.
  if (now > nextAt + late) return { ...pace, nextAt: now - late + 1 / rate }
  // A pace that was measured by few requests may be far too low.
  const unsure = UNSURE * (measured + since + 1) ** -1.5
  const grown = rate * (1 + INCREASE * Math.max(1, (since / LOG) ** 2) + unsure)
  return { ...pace, nextAt: nextAt + 1 / grown, rate: grown, since: since + 1 }
}

/** A request goes. */
export const taken = (pace: Pace, { at, model, number }: Sent): Pace => {
  const { log, metAt, rate } = pace
  const entry = { number, model, at }
  const pause = at - (log.at(-1)?.at ?? at)
  if (rate !== undefined && pause > Math.max(PAUSE.ms, PAUSE.requests / rate)) {
    return { ...pace, log: [entry], metAt: undefined }
  }
  const oldest = log.length < LOG ? undefined : log[0]
  if (oldest === undefined) return { ...pace, log: [...log, entry] }
  return {
    ...pace,
    log: [...log.slice(1), entry],
    metAt: metAt === undefined ? undefined : Math.max(metAt, oldest.at)
  }
}

/** Some request was answered. */
export const answered = (pace: Pace): Pace =>
  pace.rate === undefined ? { ...pace, answered: pace.answered + 1 } : pace

/** Request number `sent` was refused, for whatever reason. */
export const turnedAway = (pace: Pace, sent: number): Pace => ({
  ...pace,
  log: pace.log.filter(({ number }) => number !== sent)
})

/** Was a request of this model let in: it was answered, or it waits for more than twice as long as a refusal took. */
export const hasLetIn = ({ log }: Pace, model: string, refused: Sent, now: number): boolean =>
  log.some((sent) => sent.model === model && sent.at <= 2 * refused.at - now)

/** Request number `sent` was refused because of this limit; `latest` is the number of the latest request. */
export const refused = (
  pace: Pace,
  { latest, now, sent }: { readonly now: number; readonly sent: number; readonly latest: number }
): Pace => {
  const state = turnedAway(pace, sent)
  // One more of those that were on their way already, and that seemed to have been let in.
  if (sent <= state.cutAfter) return slowed(state, now)
  const { log, metAt, rate = 0 } = state
  const from = metAt ?? log.find(({ at }) => at >= now - FIRST_MS)?.at ?? now - FIRST_MS
  return slowed(
    { ...state, from, until: now, cutAfter: latest, isExact: metAt !== undefined, metAt: metAt ?? now, before: rate },
    now
  )
}

const slowed = (pace: Pace, now: number): Pace => {
  const { before, from, isExact, log, until } = pace
  // What was let in at the moment when nothing was left is not what came back since.
  const measured = log.filter(({ at }) => at <= until && (isExact ? at > from : at >= from)).length
  const certainty = isExact ? Math.min(1, measured / EXACT) : 0
  const share = isExact ? 1 - DECREASE * certainty : FIRST_SHARE
  // As much came back as was let in, or up to one more.
  const seen = (share * (measured + 0.5)) / Math.max(1, until - from)
  const rate = Math.max(seen, LEAST * certainty * before)
  return { ...pace, rate, measured, since: 0, nextAt: now + 1 / rate }
}

/** The limit turns out to be one that comes back at a moment that the server names. */
export const lifted = (pace: Pace): Pace =>
  pace.rate === undefined ? pace : { ...pace, rate: undefined, metAt: undefined }

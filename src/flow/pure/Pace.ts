/**
 * How fast requests may follow each other where the account has a limit that comes back within moments, such as a token
 * bucket. A refusal tells that the limit was met; how much it takes is what was let in since it was met before, over the
 * time that took. The pace starts a little below, and each request at that pace makes the next ones a little faster, until
 * the limit is met again. Before any limit was met, the number sent doubles while the first answers are awaited, and it
 * starts again where a limit may have been met. Pure. Moments are milliseconds, paces requests a millisecond.
 */
import type * as Candidate from "./Candidate.js"
import { SOON_MS } from "./Gate.js"

type Call = Candidate.Call
type Sent = Pick<Candidate.Sent, "number" | "model" | "at">

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
  /**
   * When the first request went, how many went, and how many were answered. They start again with a refusal that may have
   * been because of this limit.
   */
  readonly startedAt: number | undefined
  readonly started: number
  readonly answered: number
  /** The last request that was sent before they started again. */
  readonly startedAfter: number
}

/** Requests that go at once when nothing is known: as many as a run has in flight by default. */
const FIRST = 6

/** While they are awaited as many again may go within this time, and so on. */
const DOUBLING_MS = 500

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

/** What each request adds to the pace, and more when more have gone than it was measured by, or than a few. */
const INCREASE = 0.0015
const FEW = 32

/** What was let in is measured over so long at least: over less, nearly nothing would make a high pace. */
const SHORTEST_MS = 25

/** What one adds besides to a pace that was measured by a single request; soon hardly anything where it was by many. */
const UNSURE = 0.7

/** The first measure counts as one by so many, since it tells what had been saved up as well. */
const GUESS = 4

/**
 * Until a pace is exact it is a guess, and may be too low by far, where hardly anything could go in the second that counts:
 * it doubles in this time, but each request adds no more than this.
 */
const SEARCH_MS = 1_000
const SEARCH = 0.06

/** A turn may come before its time where the server names a moment for it, by no more than this. */
const SOONEST = 0.5

/** Timers are late: so much may be caught up on, and so much where a limit may have been met but no pace is known. */
const LATE_MS = 20
const START_LATE_MS = 100

/** After a pause of so many milliseconds, or of so many requests, what was saved up meanwhile is not known. */
const PAUSE = { ms: 500, requests: 4 }

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
  startedAt: undefined,
  started: 0,
  answered: 0,
  startedAfter: 0
}

/** When the next request may go. */
export const roomAt = (pace: Pace, now: number): number => {
  const { answered, nextAt, rate, started } = pace
  if (rate !== undefined) return Math.max(now, Math.ceil(nextAt))
  const next = started + 1
  return next <= answered * PER_ANSWER ? now : Math.max(now, Math.ceil(dueAt(pace, next, now)))
}

/** When request number `next` since the start goes, where none was answered. Where a limit may have been met, one goes at once. */
const dueAt = ({ startedAfter, startedAt }: Pace, next: number, now: number): number =>
  (startedAt ?? now) + DOUBLING_MS * Math.max(0, Math.log2((startedAfter === 0 ? next : next + FIRST - 1) / FIRST))

/** A request is about to go: the next one goes later. */
export const passed = (pace: Pace, now: number): Pace => {
  const { isExact, measured, metAt, nextAt, rate, since, started, startedAt } = pace
  if (rate === undefined) {
    const next = { ...pace, started: started + 1 }
    if (startedAt === undefined || metAt === undefined) return next
    // Where a limit may have been met, what did not go while all waited for a moment is not caught up on at that moment.
    const late = now - dueAt(pace, next.started, now) - START_LATE_MS
    return late > 0 ? { ...next, startedAt: startedAt + late } : next
  }
  const late = Math.max(1 / rate, LATE_MS)
  // Where requests come more slowly than they may, nothing shows that they might come faster still.
  if (now > nextAt + late) return { ...pace, nextAt: now - late + 1 / rate }
  const known = isExact ? measured : Math.min(measured, GUESS)
  const further = Math.max(1, (since / Math.max(FEW, known)) ** 2)
  const searched = isExact ? 0 : Math.min(SEARCH, Math.LN2 / SEARCH_MS / rate)
  const growth = Math.max(searched, INCREASE * further + UNSURE * (known + since + 1) ** -1.5)
  // A refusal takes its time, in which many requests go at a high pace: it doubles no faster than at the start.
  const grown = rate * (1 + Math.min(growth, Math.LN2 / DOUBLING_MS / rate))
  return { ...pace, nextAt: nextAt + 1 / grown, rate: grown, since: since + 1 }
}

/** The request does not go after all, and leaves its turn to the next one. */
export const returned = (pace: Pace): Pace =>
  pace.rate === undefined
    ? { ...pace, started: Math.max(0, pace.started - 1) }
    : { ...pace, nextAt: pace.nextAt - 1 / pace.rate, since: Math.max(0, pace.since - 1) }

/** A request goes. */
export const taken = (pace: Pace, { at, model, number }: Sent): Pace => {
  const { log, metAt, rate, startedAt = at } = pace
  const entry = { number, model, at }
  const pause = at - (log.at(-1)?.at ?? at)
  if (pause > Math.max(PAUSE.ms, rate === undefined ? 0 : PAUSE.requests / rate)) {
    return { ...pace, startedAt, log: [...log, entry].slice(-LOG), metAt: undefined }
  }
  const oldest = log.length < LOG ? undefined : log[0]
  if (oldest === undefined) return { ...pace, startedAt, log: [...log, entry] }
  return {
    ...pace,
    startedAt,
    log: [...log.slice(1), entry],
    metAt: metAt === undefined ? undefined : Math.max(metAt, oldest.at)
  }
}

/** Request number `sent` was answered. Where it started again since, that says nothing of how many may go now. */
export const answered = (pace: Pace, sent: number): Pace =>
  pace.rate === undefined && sent > pace.startedAfter ? { ...pace, answered: pace.answered + 1 } : pace

/** Request number `sent` was refused, for whatever reason. */
export const turnedAway = (pace: Pace, sent: number): Pace => ({
  ...pace,
  log: pace.log.filter(({ number }) => number !== sent)
})

/** The models of requests that were let in: answered, or they wait for more than twice as long as a refusal took. */
export const modelsLetIn = ({ log }: Pace, refused: Sent, now: number): ReadonlySet<string> =>
  new Set(log.flatMap(({ at, model }) => (at <= 2 * refused.at - now ? [model] : [])))

/**
 * Request number `sent` was refused for a moment, and it may have been because of this limit. Where more are on their way
 * than go at once at first, it starts again: else all of them would come back at that moment.
 */
export const suspected = (pace: Pace, { latest, now, sent }: Call): Pace => {
  if (pace.rate !== undefined) return pace
  const { answered, started, startedAfter } = pace
  const metAt = pace.metAt ?? now
  return sent <= startedAfter || started - answered <= FIRST
    ? { ...pace, metAt }
    : { ...pace, metAt, startedAt: undefined, started: 0, answered: 0, startedAfter: latest }
}

/** Request number `sent` was refused because of this limit, until a moment at which one goes; `latest` is the number of the latest request. */
export const refused = (pace: Pace, { latest, now, sent }: Call, until: number): Pace => {
  const state = turnedAway(pace, sent)
  const { log, metAt, rate = 0 } = state
  if (sent <= state.cutAfter) {
    // One of those that were on their way already. Was it taken for let in, then the limit is lower.
    return counted(pace).some(({ number }) => number === sent) ? slowed(state, now, until) : state
  }
  const from = metAt ?? log.find(({ at }) => at >= now - FIRST_MS)?.at ?? now - FIRST_MS
  return slowed(
    { ...state, from, until: now, cutAfter: latest, isExact: metAt !== undefined, metAt: metAt ?? now, before: rate },
    now,
    until
  )
}

/** By what the rate was measured. What was let in at the moment when nothing was left is not what came back since. */
const counted = ({ from, isExact, log, until }: Pace): Pace["log"] =>
  log.filter(({ at }) => at <= until && (isExact ? at > from : at >= from))

const slowed = (pace: Pace, now: number, named: number): Pace => {
  const { before, from, isExact, until } = pace
  const measured = counted(pace).length
  const certainty = Math.min(1, measured / EXACT)
  // As much came back as was let in, or up to one more.
  const seen = (measured + 0.5) / Math.max(SHORTEST_MS, until - from)
  // Where nothing was let in, the server's word counts: one at the moment that it named.
  const told = 1 / Math.max(SOON_MS, named - now)
  const guess = named - now > SOON_MS ? told : Math.max(seen * FIRST_SHARE, LEAST * before)
  const exact = Math.max(seen * (1 - DECREASE * certainty), certainty < 1 ? 0 : LEAST * before)
  const rate = Math.max(isExact ? exact : guess, measured === 0 ? told : 0)
  const turn = 1 / rate
  // A server that rounds down names a moment that is too early.
  const nextAt = Math.max(now + SOONEST * turn, Math.min(now + turn, named))
  return { ...pace, rate, measured, since: 0, nextAt }
}

/** The limit turns out to be one that comes back at a moment that the server names. */
export const lifted = (pace: Pace): Pace =>
  pace.rate === undefined ? pace : { ...pace, rate: undefined, metAt: undefined }

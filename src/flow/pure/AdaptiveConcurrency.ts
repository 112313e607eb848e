/**
 * How many requests may be in flight, found out from what comes back: additive increase, multiplicative decrease. A
 * refused step up falls back to the number before it, since that one was good; anything else halves. Where a server answers
 * one after the other, as many go as were answered in time. Pure: it only counts and decides; the waiting is in
 * `FlowControl`.
 */

export interface State {
  readonly max: number
  readonly limit: number
  readonly inFlight: number
  /** The most in flight since the limit last changed: a limit that nobody reaches proves nothing. */
  readonly peak: number
  /** Clean completions in a row under this limit. */
  readonly clean: number
  /** The last request that was sent before the latest cut. Its refusal belongs to the episode that is over. */
  readonly cutAfter: number
  /** The highest limit that was in use for a whole round without a refusal since the last cut from it. */
  readonly proven: number
  /** The lowest limit that was refused and has not been proven since. */
  readonly refused: number
  /** How often in a row a step up to `refused` came to nothing. */
  readonly setbacks: number
  /** Requests that were answered since the limit last changed. */
  readonly answered: number
}

/**
 * `clean`: answered. `limited`: a rate limit without a hint. `late`: too many at once for answers in time. `crowded`: refused
 * because of the others in flight. `failed`: server or clock. `neutral`: says nothing.
 */
export type Completion = "clean" | "limited" | "late" | "crowded" | "failed" | "neutral"

/** What a refusal leaves of the limit. */
const DECREASE = 0.5

/** A limit counts as in use from this share of it. */
const SATURATED = 0.8

/** A step that was refused is tried again after two rounds, and after four when it was refused again. */
const MAX_SETBACKS = 2

/** One that made answers late after sixteen: it costs the time of whole requests, and often money. */
const LATE_SETBACKS = 4

export const make = (max: number): State => ({
  max,
  limit: max,
  inFlight: 0,
  peak: 0,
  clean: 0,
  cutAfter: 0,
  proven: 0,
  refused: Number.POSITIVE_INFINITY,
  setbacks: 0,
  answered: 0
})

/** A limit that was never cut is the most that there may be, and moves with it. */
export const withMax = (state: State, max: number): State => ({
  ...state,
  max,
  limit: state.limit === state.max ? max : Math.min(state.limit, max)
})

/** Has the limit been raised since it was last cut, and not been found good yet: then a refusal is an answer to that. */
export const isTrying = ({ limit, proven }: State): boolean => proven > 0 && proven < limit

export const started = (state: State): State => {
  const inFlight = state.inFlight + 1
  return { ...state, inFlight, peak: Math.max(state.peak, inFlight) }
}

/** `sent` is the request's number in the order of sending, `latest` that of the latest request. */
export const completed = (before: State, completion: Completion, sent: number, latest: number): State => {
  const state = { ...before, inFlight: before.inFlight - 1 }
  switch (completion) {
    case "clean":
      return grow({ ...state, clean: state.clean + 1, answered: state.answered + 1 })
    case "limited":
      return sent > state.cutAfter ? cut(state, latest) : state
    case "late":
      return sent > state.cutAfter ? fewer(state, latest) : state
    case "crowded":
      return places(state, latest)
    case "failed":
      return { ...state, clean: 0, peak: state.inFlight }
    case "neutral":
      return state
  }
}

const grow = (state: State): State => {
  const { clean, inFlight, limit, max, peak, setbacks } = state
  if (clean < limit || peak < SATURATED * limit) return state
  const isProven = limit >= state.refused
  const refused = isProven ? Number.POSITIVE_INFINITY : state.refused
  const proven = Math.max(state.proven, limit)
  const rounds = limit + 1 >= refused ? 2 ** setbacks : 1
  return limit < max && clean >= limit * rounds
    ? { ...state, limit: limit + 1, clean: 0, answered: 0, peak: inFlight, proven, refused }
    : { ...state, proven, refused }
}

const cut = (state: State, latest: number): State => {
  const { inFlight, limit, proven, refused, setbacks } = state
  const wasStep = proven === limit - 1 && proven > 0
  return {
    ...state,
    limit: wasStep ? proven : Math.max(1, Math.floor(limit * DECREASE)),
    clean: 0,
    answered: 0,
    peak: inFlight,
    cutAfter: latest,
    proven: 0,
    refused: limit,
    setbacks: limit === refused ? Math.min(MAX_SETBACKS, setbacks + 1) : 1
  }
}

/** There are places for those that are in flight. They count themselves: of a burst that was too large each refusal is heard. */
const places = (state: State, latest: number): State => {
  const limit = Math.max(1, Math.min(state.limit, state.inFlight))
  return { ...cut(state, latest), limit, refused: limit + 1 }
}

/** As many as were answered in time, and half at most. */
const fewer = (state: State, latest: number): State => {
  const next = cut(state, latest)
  const inTime = state.answered === 0 ? next.limit : Math.max(1, Math.min(next.limit, state.answered))
  return { ...next, limit: inTime, refused: inTime + 1, setbacks: LATE_SETBACKS }
}

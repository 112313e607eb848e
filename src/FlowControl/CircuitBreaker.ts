/**
 * Stops asking what does not answer: closed while things go well, open for a time after enough failures, then half open
 * for a single probe whose outcome decides. One is kept for each model, and one for the server as a whole, which opens
 * only when several distinct models fail. Pure; what counts as a failure is decided where outcomes are read.
 */

export type State =
  | { readonly _tag: "Closed"; readonly recent: ReadonlyArray<Outcome>; readonly openedAfter: number }
  | {
      readonly _tag: "Open"
      /** Milliseconds since the epoch. */
      readonly until: number
      readonly openForMs: number
      /** The last request that was sent before it opened: such calls change nothing any more. */
      readonly openedAfter: number
    }
  | {
      readonly _tag: "HalfOpen"
      /** The number of the request that probes, while it is under way. */
      readonly probe: number | undefined
      readonly openForMs: number
      readonly openedAfter: number
    }

interface Outcome {
  readonly failed: boolean
  readonly model: string
  readonly at: number
}

export interface Options {
  /** Failures must come from so many distinct models. */
  readonly distinctModels: number
}

export type Decision =
  | { readonly _tag: "Closed" }
  | { readonly _tag: "Open"; readonly until: number }
  /** Somebody else's probe is under way. */
  | { readonly _tag: "Probing" }

/** Opens after so many failures in a row, */
const CONSECUTIVE_FAILURES = 5

/** or when so large a share of the latest outcomes failed, of at least five. */
const FAILURE_RATE = 0.5
const RECENT_OUTCOMES = 10
const MINIMUM_OUTCOMES = 5

/**
 * And only when the failures go back so far: three retries take 3.5 s and a tenth, and what they would have outlasted
 * must not open a circuit.
 */
export const MINIMUM_TROUBLE_MS = 4_000

const OPEN_FOR_MS = 30_000
const LONGEST_OPEN_MS = 120_000

export const closed: State = { _tag: "Closed", recent: [], openedAfter: 0 }

/** May a request go now; an open circuit whose time is over is half open. */
export const decide = (state: State, now: number): Decision => {
  if (state._tag === "Open" && now < state.until) return { _tag: "Open", until: state.until }
  return state._tag === "HalfOpen" && state.probe !== undefined ? { _tag: "Probing" } : { _tag: "Closed" }
}

/** Request number `sent` is on its way. */
export const started = (state: State, sent: number): State => {
  if (state._tag === "Closed") return state
  const { openedAfter, openForMs } = state
  return { _tag: "HalfOpen", probe: sent, openForMs, openedAfter }
}

export interface Completed {
  readonly model: string
  /** `none` says nothing about the server: it ends a probe without an answer. */
  readonly outcome: "answered" | "failed" | "none"
  readonly sent: number
  readonly latest: number
  readonly now: number
  /** When the server wants to be asked again. */
  readonly hint?: number | undefined
}

export const completed = (state: State, call: Completed, options: Options): State => {
  const { latest, model, now, outcome, sent } = call
  if (sent <= state.openedAfter) return state
  switch (state._tag) {
    case "Open":
      return state
    case "HalfOpen": {
      if (sent !== state.probe) return state
      if (outcome === "none") return { ...state, probe: undefined }
      if (outcome === "answered") return { _tag: "Closed", recent: [], openedAfter: latest }
      return open(Math.min(LONGEST_OPEN_MS, state.openForMs * 2), call)
    }
    case "Closed": {
      if (outcome === "none") return state
      const recent = [...state.recent, { model, failed: outcome === "failed", at: now }].slice(-RECENT_OUTCOMES)
      return outcome === "failed" && isBroken(recent, now, options) ? open(OPEN_FOR_MS, call) : { ...state, recent }
    }
  }
}

const open = (openForMs: number, { hint, latest, now }: Completed): State => ({
  _tag: "Open",
  until: hint === undefined ? now + openForMs : Math.min(hint, now + LONGEST_OPEN_MS),
  openForMs,
  openedAfter: latest
})

const isBroken = (recent: ReadonlyArray<Outcome>, now: number, { distinctModels }: Options): boolean => {
  const streak = recent.slice(recent.findLastIndex(({ failed }) => !failed) + 1)
  const failures = recent.filter(({ failed }) => failed)
  return (
    (streak.length >= CONSECUTIVE_FAILURES && isTrouble(streak, now, distinctModels)) ||
    (recent.length >= MINIMUM_OUTCOMES &&
      failures.length >= FAILURE_RATE * recent.length &&
      isTrouble(failures, now, distinctModels))
  )
}

const isTrouble = (failures: ReadonlyArray<Outcome>, now: number, distinctModels: number): boolean => {
  const since = failures[0]?.at ?? now
  return now - since >= MINIMUM_TROUBLE_MS && new Set(failures.map(({ model }) => model)).size >= distinctModels
}

/**
 * Stops requests to what does not answer: closed while things go well, open for a time after enough failures, then half open
 * for a single probe whose outcome decides. One is kept for each model, and one for the server as a whole, which opens
 * only when several distinct models fail. Pure; what counts as a failure is decided in `Outcome`.
 */
import { MINIMUM_TROUBLE_MS } from "../RetryPolicy.js"
import type { Call } from "./Candidate.js"

export type State =
  | {
      readonly _tag: "Closed"
      /** In the order of sending; none from before the latest request that was answered. */
      readonly failures: ReadonlyArray<Failure>
      /** The numbers of the requests that are under way, in the order of sending. */
      readonly pending: ReadonlyArray<number>
      readonly openedAfter: number
    }
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

interface Failure {
  /** The request's number in the order of sending. */
  readonly sent: number
  readonly model: string
  readonly at: number
}

export interface Options {
  /** So many failures in a row, */
  readonly failures: number
  /** of so many distinct models. */
  readonly distinctModels: number
  /** How long it opens at first, when the failures have gone on for so long; milliseconds. */
  readonly opensFor: (troubleMs: number) => number
}

export type Position =
  | { readonly _tag: "Closed" }
  | { readonly _tag: "Open"; readonly until: number }
  /** Another request is probing. */
  | { readonly _tag: "Probing" }

const OPEN_FOR_MS = 30_000
const LONGEST_OPEN_MS = 120_000

export const MODEL: Options = { failures: 5, distinctModels: 1, opensFor: () => OPEN_FOR_MS }

/**
 * One or two dead models never open it. While it is open no model is asked, and a single request finds out whether the
 * trouble is over. It opens for as long as the trouble has lasted, so an outage costs at most about twice its time.
 */
export const SERVER: Options = {
  failures: 5,
  distinctModels: 3,
  opensFor: (troubleMs) => Math.min(OPEN_FOR_MS, troubleMs)
}

/** Failures that are remembered: as many as a fast client sees in the time that trouble must last. */
const REMEMBERED = 1_000

export const closed: State = { _tag: "Closed", failures: [], pending: [], openedAfter: 0 }

/** Is it as if nobody had ever been asked. */
export const isUntouched = (state: State): boolean =>
  state._tag === "Closed" && state.failures.length === 0 && state.pending.length === 0 && state.openedAfter === 0

/** May a request go now; an open circuit whose time is over is half open. */
export const decide = (state: State, now: number): Position => {
  if (state._tag === "Open" && now < state.until) return { _tag: "Open", until: state.until }
  return state._tag === "HalfOpen" && state.probe !== undefined ? { _tag: "Probing" } : { _tag: "Closed" }
}

/** Request number `sent` is on its way. */
export const started = (state: State, sent: number): State => {
  if (state._tag === "Closed") return { ...state, pending: [...state.pending, sent] }
  const { openedAfter, openForMs } = state
  return { _tag: "HalfOpen", probe: sent, openForMs, openedAfter }
}

export interface Completed extends Call {
  readonly model: string
  /** `none` says nothing about the server: it ends a probe without an answer. */
  readonly outcome: "answered" | "failed" | "none"
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
      if (outcome === "answered") return { ...closed, openedAfter: latest }
      return open(Math.min(LONGEST_OPEN_MS, state.openForMs * 2), call)
    }
    case "Closed": {
      const pending = state.pending.filter((other) => other !== sent)
      if (outcome === "none") return { ...state, pending }
      if (outcome === "answered") {
        return { ...state, pending, failures: state.failures.filter((failure) => failure.sent > sent) }
      }
      const failures = [...state.failures, { sent, model, at: now }].sort((a, b) => a.sent - b.sent).slice(-REMEMBERED)
      const broken = rows(failures, pending).find((row) => isBroken(row, options))
      return broken === undefined ? { ...state, pending, failures } : open(options.opensFor(lastingMs(broken)), call)
    }
  }
}

/**
 * Failures in a row, in the order of sending: failures are quick and answers slow, so that in the order in which they end
 * even a healthy server seems to fail many times in a row. A request under way may yet be answered.
 */
const rows = (
  failures: ReadonlyArray<Failure>,
  pending: ReadonlyArray<number>
): ReadonlyArray<ReadonlyArray<Failure>> => {
  let row: Array<Failure> = []
  const all = [row]
  let next = 0
  for (const failure of failures) {
    const passed = next
    while ((pending[next] ?? Number.POSITIVE_INFINITY) < failure.sent) next += 1
    if (next > passed) all.push((row = []))
    row.push(failure)
  }
  return all
}

const open = (openForMs: number, { hint, latest, now }: Completed): State => ({
  _tag: "Open",
  until: hint === undefined ? now + openForMs : Math.min(hint, now + LONGEST_OPEN_MS),
  openForMs,
  openedAfter: latest
})

const isBroken = (failures: ReadonlyArray<Failure>, { distinctModels, failures: enough }: Options): boolean =>
  failures.length >= enough &&
  lastingMs(failures) >= MINIMUM_TROUBLE_MS &&
  new Set(failures.map(({ model }) => model)).size >= distinctModels

const lastingMs = (failures: ReadonlyArray<Failure>): number => {
  const times = failures.map(({ at }) => at)
  return Math.max(...times) - Math.min(...times)
}

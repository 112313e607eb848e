/**
 * So much a window: the quota is spent as fast as it is wanted, and then nothing goes before the reset. Quota and length
 * are known in advance, or learned from refusals that name a reset: what was let in until then is the quota, and the
 * distance between two resets the length. Moments are milliseconds since the epoch.
 */

export interface Window {
  /** How much a window takes; `undefined` until it is known. */
  readonly quota: number | undefined
  /** No quota is above this. */
  readonly most: number
  /** Milliseconds; `undefined` until it is known. */
  readonly period: number | undefined
  /** When the window began, or is going to: nothing goes before. `undefined` until the first one does. */
  readonly start: number | undefined
  /** Whether the server named `start`: then the windows follow each other without a gap. */
  readonly aligned: boolean
  readonly used: number
  /** Windows in a row that were used up without a refusal. */
  readonly full: number
  /** The last request that was sent before the latest refusal. */
  readonly closedAfter: number
  /** Whether the latest refusal taught the quota. */
  readonly taught: boolean
}

/** A learned quota is raised by one after so many windows that were used up without a refusal. */
const FULL_WINDOWS = 2

/** Resets come in whole seconds too often for a minute to be told from what is this close to it. */
const MINUTE_MS = 60_000
const ROUNDING_MS = 1_500

export const unknown: Window = {
  quota: undefined,
  most: Number.POSITIVE_INFINITY,
  period: undefined,
  start: undefined,
  aligned: false,
  used: 0,
  full: 0,
  closedAfter: 0,
  taught: false
}

/** `quota` in `period` milliseconds, counted from the first request until a refusal tells the true reset. */
export const known = (quota: number, period: number): Window => ({ ...unknown, quota, most: quota, period })

/** When there is room for so much: `now`, or the moment of the reset. */
export const roomAt = (window: Window, now: number, cost = 1): number => {
  const { period, quota, start, used } = current(window, now)
  if (start !== undefined && start > now) return start
  if (quota === undefined || period === undefined || start === undefined) return now
  // What is larger than a whole window goes alone.
  return used + Math.min(cost, quota) <= quota ? now : start + period
}

export const taken = (window: Window, now: number, cost = 1): Window => {
  const state = current(window, now)
  return { ...state, start: state.start ?? now, used: state.used + cost }
}

/** Request number `sent` was refused until `reset`; `latest` is the number of the latest request. */
export const refused = (
  window: Window,
  {
    latest,
    now,
    reset,
    sent
  }: { readonly now: number; readonly reset: number; readonly sent: number; readonly latest: number }
): Window => {
  const state = current(window, now)
  const { aligned, most, period, quota, start, used } = state
  if (sent <= state.closedAfter) {
    // One more of the window that is closed already, which was counted as let in.
    return state.taught && quota !== undefined ? { ...state, quota: Math.max(1, quota - 1) } : state
  }
  const closed = { ...state, start: reset, aligned: true, used: 0, full: 0, closedAfter: latest }
  const length = start === undefined ? undefined : minutes(reset - start)
  // Not the quota but the reset was mistaken: the window of before was not over yet.
  if (period !== undefined && length !== undefined && length < period / 2) return { ...closed, taught: false }
  return {
    ...closed,
    quota: Math.min(most, Math.max(1, used - 1)),
    period: aligned && length !== undefined ? Math.max(period ?? 0, length) : period,
    taught: true
  }
}

const minutes = (length: number): number => {
  const whole = Math.round(length / MINUTE_MS) * MINUTE_MS
  return whole > 0 && Math.abs(length - whole) <= ROUNDING_MS ? whole : length
}

/** The window as of now: the next one where it is over. */
const current = (window: Window, now: number): Window => {
  const { aligned, most, period, quota, start, used } = window
  if (period === undefined || start === undefined || now < start + period) return window
  const full = quota !== undefined && used >= quota ? window.full + 1 : 0
  const raise = full >= FULL_WINDOWS && quota !== undefined && quota < most
  return {
    ...window,
    quota: raise ? quota + 1 : quota,
    full: raise ? 0 : full,
    start: aligned ? start + Math.floor((now - start) / period) * period : undefined,
    used: 0
  }
}

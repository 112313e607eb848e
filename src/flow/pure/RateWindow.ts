/**
 * So much a window: the quota is spent as fast as it is wanted, and then nothing goes before there is room again. Quota
 * and length are known in advance, or learned from refusals that name a reset: what was let in until then is the quota,
 * the distance between two resets the length. Where the end of a window is not known, a single request beyond the quota
 * asks for it. Moments are milliseconds since the epoch.
 */
import { MINUTE_MS } from "../../domain/Figures.js"
import type { Call } from "./Candidate.js"

interface Entry {
  /** The request's number in the order of sending. */
  readonly sent: number
  readonly at: number
  readonly cost: number
}

export interface Window {
  /** How much a window takes; `undefined` until it is known. */
  readonly quota: number | undefined
  /** No quota is above this, and none that is learned below the other. */
  readonly most: number
  readonly least: number
  /** Milliseconds; `undefined` until it is known. */
  readonly period: number | undefined
  /** The server's reset: nothing goes before, and windows follow each other from then on. */
  readonly start: number | undefined
  /** Whether room comes back bit by bit, a period after it was taken, and not all at once at a reset. */
  readonly sliding: boolean
  /** Whether a request beyond the quota may go and ask for the reset. */
  readonly asks: boolean
  /** How soon to look again while one does, in milliseconds. */
  readonly glance: number
  /** The number of the request that asks. */
  readonly probe: number | undefined
  /** What was let in, oldest first. */
  readonly log: ReadonlyArray<Entry>
  /** Where no reset is known: the request with which the window began, as far as can be told. */
  readonly first: number
  /** Requests in windows that were used up, since the last refusal or raise. */
  readonly smooth: number
  /** The last request that was sent before the latest refusal, and whether that taught the quota. */
  readonly closedAfter: number
  readonly taught: boolean
}

/** A learned quota is raised by one after so many requests in used-up windows: should it be right, one in 40 is wasted. */
const SMOOTH_REQUESTS = 40

/** Resets come in whole seconds too often for a minute to be told from what is this close to it. */
const ROUNDING_MS = 1_500

/** A period is believed until a reset is so much later than it would have been. */
const LONGER = 1.5

/** What lets in a single one until so soon is no window: one comes back after the other, and rounded moments tell too late when. */
const OF_ONE_MS = 10_000

/** How soon to look again while a request is asking for the reset: a tenth of the last wait, within reason. */
const PROBE_SHARE = 0.1
const PROBE_MS = { least: 10, most: 500 }

/** Larger quotas than this are not learned. */
const LOG = 1_000

export const unknown: Window = {
  quota: undefined,
  most: Number.POSITIVE_INFINITY,
  least: 1,
  period: undefined,
  start: undefined,
  sliding: false,
  asks: true,
  glance: PROBE_MS.most,
  probe: undefined,
  log: [],
  first: 0,
  smooth: 0,
  closedAfter: 0,
  taught: false
}

/** `quota` in any `period` milliseconds, until a refusal tells when the server's windows begin. */
export const known = (quota: number, period: number): Window => ({ ...unknown, quota, most: quota, period })

/** `quota` in each `period` of the clock, of which others have their part: how many were let in here tells nothing. */
export const shared = (quota: number, period: number): Window => ({ ...known(quota, period), least: quota, start: 0 })

/** The same as a rule of one's own, which no server is asked about. */
export const kept = (quota: number, period: number): Window => ({ ...known(quota, period), sliding: true, asks: false })

/** When there is room for so much: `now`, or when to look again. */
export const roomAt = (window: Window, now: number, cost = 1): number => {
  const state = current(window, now)
  const { asks, period, probe, quota, sliding, start } = state
  if (start !== undefined && start > now) return start
  // What is larger than a whole window goes alone.
  if (quota === undefined || used(state, now) + Math.min(cost, quota) <= quota) return now
  const isCertain = period !== undefined && (sliding || start !== undefined)
  if (!isCertain && asks) return probe === undefined ? now : now + state.glance
  if (period === undefined) return now
  return sliding || start === undefined ? expiry(state, now, Math.min(cost, quota)) : start + period
}

export const taken = (window: Window, sent: number, now: number, cost = 1): Window => {
  const state = current(window, now)
  const next = { ...state, log: latest([...state.log, { sent, at: now, cost }], state, now) }
  const { asks, most, quota, sliding } = state
  if (quota === undefined) return next
  const before = used(state, now)
  if (before + Math.min(cost, quota) > quota) return { ...next, probe: asks ? sent : state.probe }
  if (before + cost < quota || quota >= most) return next
  const smooth = state.smooth + (sliding ? cost : quota)
  return smooth < SMOOTH_REQUESTS ? { ...next, smooth } : { ...next, smooth: 0, quota: quota + 1 }
}

/** Request number `sent` was not refused; `answered` where it was let in for sure. */
export const completed = (window: Window, sent: number, answered: boolean): Window => {
  if (window.probe !== sent) return window
  if (!answered) return { ...window, probe: undefined }
  // There was room after all: a new window has begun meanwhile, or the quota is larger.
  return window.period === undefined
    ? { ...window, probe: undefined, quota: window.quota === undefined ? undefined : window.quota * 2 }
    : { ...window, probe: undefined, first: sent }
}

/**
 * Does a window that has been learned have room again at that moment: at its reset, at the next one, or when the oldest
 * of what was let in within a period expires.
 */
export const expects = ({ log, period = MINUTE_MS, quota, start }: Window, reset: number, now: number): boolean => {
  const oldest = log.find(({ at }) => at > now - period)
  const moments = [start, start === undefined ? undefined : start + period, oldest && oldest.at + period]
  return (
    quota !== undefined && moments.some((moment) => moment !== undefined && Math.abs(reset - moment) <= ROUNDING_MS)
  )
}

/** Request number `sent` was refused, and so takes no room. Where nothing was said of a reset, there is no use in asking. */
export const turnedAway = (window: Window, sent: number, silently: boolean): Window => {
  const state = { ...window, log: without(window.log, sent) }
  return window.probe === sent ? { ...state, probe: undefined, asks: window.asks && !silently } : state
}

/** Request number `sent` was refused until `reset`; `latest` is the number of the latest request. */
export const refused = (window: Window, reset: number, { latest, now, sent }: Call): Window => {
  const state = current({ ...window, log: without(window.log, sent) }, now)
  const { most, period, quota, start } = state
  if (sent <= state.closedAfter) {
    // One more of the window that is closed already, which was counted as let in.
    return state.taught && quota !== undefined ? { ...state, quota: Math.max(state.least, quota - 1) } : state
  }
  const glance = Math.min(PROBE_MS.most, Math.max(PROBE_MS.least, PROBE_SHARE * (reset - now)))
  const closed = { ...state, start: reset, glance, probe: undefined, smooth: 0, closedAfter: latest, taught: false }
  if (state.sliding) return { ...closed, quota: Math.max(state.least, (quota ?? most) - 1) }
  if (period !== undefined && start !== undefined && reset - start < period / 2) {
    // Too early for the next reset. Was something let in before, then room comes back bit by bit; else the clock is late.
    return { ...closed, sliding: used(state, now) > 0 }
  }
  // Most windows are minutes, and what was let in before this one began does not belong to it. Should it be longer, then
  // the quota is taken for smaller than it is, and asked about.
  const inWindow =
    start === undefined && reset - now <= MINUTE_MS
      ? since(state.log, reset - MINUTE_MS - ROUNDING_MS)
      : counted(state, now)
  const began = start ?? state.log[0]?.at
  const length = began === undefined ? undefined : minutes(reset - began)
  // Counted from the first request it is a window's length only where it happens to be one.
  const isLength = start !== undefined || length === MINUTE_MS
  return {
    ...closed,
    quota: Math.min(most, Math.max(state.least, total(inWindow))),
    period: isLength && length !== undefined && length > (period ?? 0) * LONGER ? length : period,
    taught: true
  }
}

/** Is what was learned from a refusal just now that one goes at a time. */
export const isOfOne = ({ most, quota, start }: Window, now: number): boolean =>
  quota === 1 && most === Number.POSITIVE_INFINITY && start !== undefined && start - now <= OF_ONE_MS

const minutes = (length: number): number => {
  const whole = Math.round(length / MINUTE_MS) * MINUTE_MS
  return whole > 0 && Math.abs(length - whole) <= ROUNDING_MS ? whole : length
}

/** What lies within a known window is never forgotten, however much that is. */
const latest = (log: Window["log"], { period, quota }: Window, now: number): Window["log"] => {
  if (log.length <= LOG) return log
  return quota === undefined || period === undefined
    ? log.slice(-LOG)
    : log.filter(({ at }, index) => at > now - period || index >= log.length - LOG)
}

const without = (log: Window["log"], sent: number) => log.filter((entry) => entry.sent !== sent)

const since = (log: Window["log"], start: number) => log.filter(({ at }) => at >= start)

const total = (log: Window["log"]): number => log.reduce((sum, { cost }) => sum + cost, 0)

/** What counts against the quota now. */
const counted = ({ first, log, period, sliding, start }: Window, now: number): Window["log"] => {
  if (!sliding && start !== undefined) return since(log, start)
  return period === undefined ? log : log.filter(({ at, sent }) => sent >= first && at > now - period)
}

const used = (window: Window, now: number): number => total(counted(window, now))

/** When so much of what was let in has expired that `cost` fits. */
const expiry = (window: Window, now: number, cost: number): number => {
  const { period = 0, quota = 0 } = window
  let over = used(window, now) + cost - quota
  for (const entry of counted(window, now)) {
    over -= entry.cost
    if (over <= 0) return entry.at + period
  }
  return now
}

/** The window as of now: the next one where it is over. */
const current = (window: Window, now: number): Window => {
  const { period, sliding, start } = window
  if (sliding || period === undefined || start === undefined || now < start + period) return window
  return { ...window, start: start + Math.floor((now - start) / period) * period }
}

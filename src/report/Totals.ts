/** What many slots add up to. It takes them one by one, and its size does not grow with their number. */
import * as Struct from "effect/Struct"
import type { Costs } from "../domain/Figures.js"
import type { Slot } from "./Run.js"

/** Of more values every second one is kept, then every fourth, and so on: enough for a median and quartiles. */
const MOST_VALUES = 2000

/** Evenly taken from all values there were. */
export interface Sample {
  values: Array<number>
  seen: number
  step: number
}

const put = (sample: Sample, value: number): void => {
  if (sample.seen % sample.step === 0) sample.values.push(value)
  sample.seen += 1
  if (sample.values.length <= MOST_VALUES) return
  sample.values = sample.values.filter((_, index) => index % 2 === 0)
  sample.step *= 2
}

const empty = (): Sample => ({ values: [], seen: 0, step: 1 })

/** The smallest first. */
export const sorted = ({ values }: Sample): ReadonlyArray<number> => [...values].sort((a, b) => a - b)

const ZERO = {
  slots: 0,
  made: 0,
  /** Skipped without a request. */
  unasked: 0,
  resumed: 0,
  requests: 0,
  retries: 0,
  /** US dollars, as far as known. */
  cost: 0,
  /** Requests whose price was named, and those of unknown cost. */
  priced: 0,
  ofUnknownCost: 0,
  promptTokens: 0,
  completionTokens: 0,
  waitedMs: 0,
  /** What the same requests, and the waits that servers imposed, take one after the other. */
  aloneMs: 0
}
type Counts = typeof ZERO

export interface Totals extends Counts {
  /** How long those took that were asked for. */
  readonly times: Sample
  readonly returns: Sample
  /** The range of returns and of buying and holding; infinite where nothing was scored. */
  least: number
  most: number
}

/** Waits that somebody who asks one after the other has as well. */
const IMPOSED = new Set(["backoff", "hint", "patience"])

export const none = (): Totals => ({
  times: empty(),
  returns: empty(),
  least: Number.POSITIVE_INFINITY,
  most: Number.NEGATIVE_INFINITY,
  ...ZERO
})

export const costsOf = ({ cost, ofUnknownCost, priced = 0, requests }: Slot): Costs => ({
  cost: cost ?? 0,
  priced,
  ofUnknownCost: ofUnknownCost ?? (cost === undefined ? requests : 0)
})

export const add = (totals: Totals, slot: Slot): void => {
  const { completionTokens = 0, durationMs, promptTokens = 0, requests, score, status } = slot
  totals.slots += 1
  if (status === "ok") totals.made += 1
  if (status === "skipped" && requests === 0) totals.unasked += 1
  if (slot.resumed) totals.resumed += 1
  totals.requests += requests
  const rounds = slot.attempts.filter(({ cause }) => cause === "improve").length
  totals.retries += Math.max(0, requests - 1 - rounds)
  const costs = costsOf(slot)
  for (const name of ["cost", "priced", "ofUnknownCost"] as const) totals[name] += costs[name]
  totals.promptTokens += promptTokens
  totals.completionTokens += completionTokens
  for (const attempt of slot.attempts) {
    totals.waitedMs += attempt.waitedMs
    totals.aloneMs += attempt.durationMs + (IMPOSED.has(attempt.cause) ? attempt.waitedMs : 0)
  }
  if (durationMs > 0) put(totals.times, durationMs)
  if (score === undefined) return
  put(totals.returns, score.return)
  totals.least = Math.min(totals.least, score.return, score.buyAndHold)
  totals.most = Math.max(totals.most, score.return, score.buyAndHold)
}

export const of = (slots: ReadonlyArray<Slot>): Totals => {
  const totals = none()
  for (const slot of slots) add(totals, slot)
  return totals
}

export const sum = (all: ReadonlyArray<Totals>): Totals => {
  const result = none()
  for (const totals of all) {
    for (const name of Struct.keys(ZERO)) result[name] += totals[name]
    for (const name of ["times", "returns"] as const) for (const value of totals[name].values) put(result[name], value)
    result.least = Math.min(result.least, totals.least)
    result.most = Math.max(result.most, totals.most)
  }
  return result
}

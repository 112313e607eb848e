/** Numbers and times as a person reads them. */
import * as Figures from "../domain/Figures.js"
import { MINUTE_MS } from "../domain/Figures.js"

const HOUR_MS = 60 * MINUTE_MS

export const duration = (ms: number): string => Figures.duration(ms)

/** A moment on an axis: without digits that say nothing. */
export const moment = (ms: number): string => {
  if (ms >= 2 * HOUR_MS) return `${Number((ms / HOUR_MS).toFixed(1))} h`
  return ms >= 10 * MINUTE_MS ? `${Number((ms / MINUTE_MS).toFixed(1))} min` : `${Number((ms / 1000).toFixed(2))} s`
}

/** UTC, so that the same run gives the same page everywhere. */
export const date = (ms: number): string => `${Figures.iso(ms).slice(0, 16).replace("T", " ")} UTC`

export const whole = Figures.number

/** `+1.23 %`, on one line; the minus is the typographic one, which is as wide as the plus. */
export const change = (share: number, digits = 2): string => {
  const text = whole(Math.abs(share * 100), digits)
  const sign = Number(text) === 0 ? "" : share < 0 ? "−" : "+"
  return `${sign}${text}\u00a0%`
}

export const share = (part: number, all: number): string => (all === 0 ? "–" : `${Math.round((part / all) * 100)} %`)

export const dollars = (amount: number | undefined): string =>
  amount === undefined ? "unknown" : Figures.dollars(amount)

export const count = (n: number, noun: string): string => Figures.count(n, noun, whole)

/** At most so many characters, the last one an ellipsis where something is missing. */
export const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`

/** Where values lie on a chart, in hundredths of its width or height, and which of them get a mark. */
import { html, type Markup } from "../Markup.js"

const round = (value: number): number => Math.round(value * 100) / 100

/** For an attribute: charts are as wide as the page, so places are in per cent. */
export const percent = (value: number): string => `${round(value)}%`

export interface Axis {
  readonly from: number
  readonly to: number
  /** 0 to 100. */
  readonly at: (value: number) => number
}

export const make = (from: number, to: number): Axis => {
  const span = to > from ? to - from : 1
  return { from, to: from + span, at: (value) => round(Math.min(100, Math.max(0, ((value - from) / span) * 100))) }
}

const TIMES = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 18_000, 36_000, 86_400]

const multiples = (from: number, to: number, step: number): ReadonlyArray<number> => {
  const first = Math.ceil(from / step - 1e-9)
  const last = Math.floor(to / step + 1e-9)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * step)
}

/** Up to six moments of a span in milliseconds, at steps that a clock has. */
export const times = (span: number): ReadonlyArray<number> => {
  const step = TIMES.find((seconds) => span / (seconds * 1000) <= 5.5) ?? 86_400 * Math.ceil(span / 86_400 / 5000)
  return multiples(0, span, step * 1000)
}

/** About four round numbers. */
export const rounds = (from: number, to: number): ReadonlyArray<number> => {
  const raw = (to - from) / 4
  if (!(raw > 0)) return [from]
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = power * ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= raw) ?? 10)
  return multiples(from, to, step)
}

/** Upright lines over the whole height. */
export const grid = (axis: Axis, values: ReadonlyArray<number>): ReadonlyArray<Markup> =>
  values.map((value) => {
    const x = percent(axis.at(value))
    return html`<line class="grid" x1="${x}" x2="${x}" y1="0" y2="100%" />`
  })

/**
 * Made-up markets: seeded prices with what real ones have and a random walk lacks, namely fat tails, calm and nervous
 * spells, gaps, trends and a crash. The same name, seed and size always give the same bars, on every machine: only
 * additions, products and square roots are used, which leave no room for rounding of another kind.
 */
import * as Struct from "effect/Struct"
import { PCGRandom } from "effect/Utils"
import { DAY_MS, MINUTE_MS } from "../domain/Figures.js"
import { shortHash } from "../domain/Hash.js"
import type { BarSize, Series } from "./Bars.js"

/** What makes a market; moves are in units of what the whole series usually moves, volatility x root of its bars. */
interface Shape {
  /** The move from the first to the last bar that is not chance. */
  readonly drift: number
  /** The share of a distance from the first price that is made good with each bar. */
  readonly pull: number
  /** How often a bar opens far away from the last one. */
  readonly gaps: number
  /** Volatility against an ordinary market. */
  readonly swing: number
  /** What a few bars after the middle lose. */
  readonly crash: number
}

const WALK: Shape = { drift: 0, pull: 0, gaps: 0.002, swing: 1, crash: 0 }

const SHAPES = {
  walk: WALK,
  rise: { ...WALK, drift: 2, swing: 0.9 },
  decline: { ...WALK, drift: -2 },
  range: { ...WALK, pull: 0.06 },
  gaps: { ...WALK, gaps: 0.03, swing: 0.8 },
  crash: { ...WALK, drift: 1, gaps: 0.004, crash: 2 }
}

export type Name = keyof typeof SHAPES

export const NAMES: ReadonlyArray<Name> = Struct.keys(SHAPES)

export interface Options {
  readonly bar: BarSize
  readonly bars: number
  readonly seed: number
  /** Default: the name of the market, in capitals. */
  readonly ticker?: string | undefined
}

/** A stock's usual volatility for a day, a share of the price; shorter bars have less by the root of their number. */
const DAILY = 0.016

/** Bars in a trading day of six and a half hours. */
export const PER_DAY: Readonly<Record<BarSize, number>> = { minute: 390, hour: 7, day: 1 }

/** The standard deviation of a bar's return in an ordinary market. */
export const volatility = (bar: BarSize): number => DAILY / Math.sqrt(PER_DAY[bar])

/** How spells of volatility come and go, as in a GARCH(1,1): a constant, the share of the last move, that of the spell. */
const [CALM, SHOCK, MEMORY] = [0.04, 0.08, 0.88]
/** A spell is at most this nervous, as a multiple of the ordinary variance: one bad bar must not swallow a year. */
const MOST = 6
/** One bar in ten is drawn three times as wide. Together the two have a variance of about 1. */
const [WIDE_SHARE, NARROW, WIDE] = [0.1, 0.74, 2.22]
/** The night is as long as four hours of trading to a price. */
const NIGHT = 0.5
/** The share of the bars in which a crash happens. */
const CRASH_BARS = 0.02
/** A Monday, 14:30 UTC, when New York opens in winter. */
const START_MS = Date.UTC(2024, 0, 1, 14, 30)
const STEP_MS: Readonly<Record<BarSize, number>> = { minute: MINUTE_MS, hour: 60 * MINUTE_MS, day: DAY_MS }

export const make = (name: Name, { bar, bars, seed, ticker = name.toUpperCase() }: Options): Series => {
  const shape = SHAPES[name]
  const random = new PCGRandom(Number.parseInt(shortHash(`${name}/${bar}/${seed}`), 16))
  const normal = () => normalOf(random)
  const sigma = volatility(bar) * shape.swing
  const whole = sigma * Math.sqrt(bars)
  const crashFrom = Math.floor(bars * (0.5 + 0.2 * random.number()))
  const crashBars = Math.max(2, Math.round(bars * CRASH_BARS))
  const start = 60 + 240 * random.number()
  const column = (): Array<number> => []
  const columns = { times: column(), open: column(), high: column(), low: column(), close: column(), volume: column() }
  let variance = 1
  let price = start
  for (let index = 0; index < bars; index++) {
    const spell = sigma * Math.sqrt(variance)
    const crashing = index >= crashFrom && index < crashFrom + crashBars
    let gap = spell * 0.1 * normal()
    if (index > 0 && index % PER_DAY[bar] === 0) gap += NIGHT * sigma * Math.sqrt(PER_DAY[bar]) * normal()
    if (random.number() < shape.gaps) gap += spell * (random.number() < 0.5 ? -1 : 1) * (4 + 4 * random.number())
    const chance = normal() * (random.number() < WIDE_SHARE ? WIDE : NARROW)
    const pulled = shape.pull * (start / price - 1)
    const known = (shape.drift * whole) / bars + pulled - (crashing ? (shape.crash * whole) / crashBars : 0)
    const open = price * (1 + bounded(gap))
    const close = open * (1 + bounded(known + spell * chance))
    price = Math.max(1, close)
    const wick = () => 1 + 0.5 * spell * Math.abs(normal())
    columns.times.push(timeOf(bar, index))
    columns.open.push(cents(open))
    columns.high.push(cents(Math.max(open, price) * wick()))
    columns.low.push(cents(Math.min(open, price) / wick()))
    columns.close.push(cents(price))
    columns.volume.push(Math.round(10_000 * (0.5 + random.number()) * (1 + Math.abs(chance)) * Math.sqrt(variance)))
    const shock = crashing ? 3 : chance
    variance = Math.min(MOST, CALM + SHOCK * shock * shock * variance + MEMORY * variance)
  }
  return { ticker, bar, ...columns }
}

/** Every market once. */
export const all = (options: Options): ReadonlyArray<readonly [name: Name, series: Series]> =>
  NAMES.map((name) => [name, make(name, options)])

/** Close to a normal distribution: twelve even draws. Logarithms would differ in the last digit between engines. */
const normalOf = (random: PCGRandom): number => {
  let sum = -6
  for (let draws = 0; draws < 12; draws++) sum += random.number()
  return sum
}

const bounded = (move: number): number => Math.min(0.5, Math.max(-0.4, move))

const cents = (price: number): number => Math.max(0.01, Math.round(price * 100) / 100)

/** Five of seven days are trading days. */
const timeOf = (bar: BarSize, index: number): number => {
  const day = Math.floor(index / PER_DAY[bar])
  const date = START_MS + (Math.floor(day / 5) * 7 + (day % 5)) * DAY_MS
  return date + (index % PER_DAY[bar]) * STEP_MS[bar]
}

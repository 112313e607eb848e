/** What a prompt says about the market: what a tick is, and what the prices that it may know did. */
import { DAY_MS, MINUTE_MS, price } from "../domain/Figures.js"
import * as Bars from "../market/Bars.js"
import * as M from "../market/Measures.js"

const ABOUT: Readonly<Record<Bars.BarSize, string>> = {
  minute: "A tick is one minute of trading; a trading day has 390.",
  hour: "A tick is one hour of trading; a trading day has about 7.",
  day: "A tick is one trading day."
}

const UNITS: ReadonlyArray<readonly [millis: number, name: string]> = [
  [DAY_MS, "day"],
  [60 * MINUTE_MS, "hour"],
  [MINUTE_MS, "minute"],
  [1000, "second"]
]

/** "5 minutes". */
const duration = (millis: number): string => {
  const [unit, name] = UNITS.find(([unit]) => millis % unit === 0) ?? [1000, "second"]
  const count = Math.round(millis / unit)
  return count === 1 ? `one ${name}` : `${count} ${name}s`
}

const PRICE = "The price is the last one of that time."

/** What a tick is if there are no prices. */
export const ofBar = (bar: Bars.BarSize): string => `${ABOUT[bar]} ${PRICE}`

/** Too few bars say nothing about volatility or trend. */
const LEAST_BARS = 30

/** What a tick is, and a summary of the first two thirds of the prices. No dates: a model may remember what came next. */
export const ofSeries = (series: Bars.Series): string => {
  const step = Bars.stepOf(series.times)
  const isUsual = step === 0 || UNITS.some(([unit, name]) => step === unit && name === series.bar)
  const tick = isUsual ? ofBar(series.bar) : `A tick is ${duration(step)} of trading. ${PRICE}`
  const shown = Bars.shown(series)
  return shown.close.length < LEAST_BARS ? tick : `${tick}\n${summary(shown)}`
}

const summary = ({ close, high, low }: Bars.Series): string => {
  const returns = M.returns(close)
  const spells = spellsOf(returns)
  const end = close.length - 1
  const [first, second] = [Math.round(end / 3), Math.round((2 * end) / 3)]
  const move = (from: number, to: number) => signed(M.change(close.slice(0, to + 1), to - from))
  return [
    `Its prices over ${close.length} earlier ticks:`,
    `- Range: ${price(M.lowest(low))} to ${price(M.highest(high))}, from ${price(M.ago(close, end))} at first to ${price(M.latest(close))} in the end.`,
    `- Volatility, the standard deviation of the return of one tick: ${percent(M.deviation(returns))}; ${percent(percentile(spells, 10))} in calm spells, ${percent(percentile(spells, 90))} in nervous ones.`,
    `- Largest moves of one tick: ${signed(M.lowest(returns))} and ${signed(M.highest(returns))}.`,
    `- Trend: ${signed(M.change(close, end))} in all; ${move(0, first)}, ${move(first, second)} and ${move(second, end)} in its three thirds.`
  ].join("\n")
}

/** The volatility of each stretch of 20 ticks, in rising order. */
const spellsOf = (returns: ReadonlyArray<number>): ReadonlyArray<number> =>
  Array.from({ length: Math.floor(returns.length / M.VOLATILITY_WINDOW) }, (_, n) =>
    M.deviation(returns.slice(n * M.VOLATILITY_WINDOW, (n + 1) * M.VOLATILITY_WINDOW))
  ).sort((a, b) => a - b)

const percentile = (sorted: ReadonlyArray<number>, percent: number): number =>
  sorted[Math.round((percent / 100) * (sorted.length - 1))] ?? 0

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`
const signed = (share: number): string => (share > 0 ? `+${percent(share)}` : percent(share))

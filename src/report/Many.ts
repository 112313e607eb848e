/** A run of many algorithms as tables: by model, by ticker and by reason. */
import * as Figures from "../domain/Figures.js"
import * as Axis from "./chart/Axis.js"
import * as Whisker from "./chart/Whisker.js"
import type * as Crowd from "./Crowd.js"
import * as Format from "./Format.js"
import { html, type Markup } from "./Markup.js"
import { type Piece, section } from "./Piece.js"
import * as Table from "./Table.js"
import * as Totals from "./Totals.js"

const MOST_ROWS = 100

/** The value below which this share of them lies. */
const quantile = (sorted: ReadonlyArray<number>, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0

/** The middle half as a bar, the middle as a dot, all of them as a line. */
const distribution = (returns: ReadonlyArray<number>, axis: Axis.Axis): Markup => {
  const place = (share: number) => axis.at(quantile(returns, share))
  const at = (share: number) => Axis.percent(place(share))
  const zero = Axis.percent(axis.at(0))
  const said = (share: number) => Format.change(quantile(returns, share))
  return html`<svg
    class="whisker"
    height="16"
    role="img"
    aria-label="from ${said(0)} to ${said(1)}, half of them from ${said(0.25)} to ${said(0.75)}"
  >
    <line class="zero" x1="${zero}" x2="${zero}" y1="0" y2="16" />
    <line class="range" x1="${at(0)}" x2="${at(1)}" y1="8" y2="8" />
    <rect class="half" x="${at(0.25)}" y="4" width="${Axis.percent(place(0.75) - place(0.25))}" height="8" />
    <circle class="value" cx="${at(0.5)}" cy="8" r="4" />
  </svg>`
}

interface Group extends Omit<Totals.Totals, "times" | "returns"> {
  readonly name: string
  /** The smallest first. */
  readonly times: ReadonlyArray<number>
  readonly returns: ReadonlyArray<number>
}

const groupOf = (name: string, totals: Totals.Totals): Group => ({
  ...totals,
  name,
  times: Totals.sorted(totals.times),
  returns: Totals.sorted(totals.returns)
})

const bar = ({ made, slots }: Group): Markup =>
  html`<svg class="whisker" height="12" aria-hidden="true">
    <rect class="part" width="100%" height="12" />
    <rect class="bar ok" width="${Axis.percent((made / slots) * 100)}" height="12" />
  </svg>`

const columns = (what: string, axis: Axis.Axis): ReadonlyArray<Table.Column<Group>> => [
  { title: what, heads: true, cell: ({ name }) => name },
  { title: "Made", look: "num", cell: ({ made, slots }) => `${Format.whole(made)} of ${Format.whole(slots)}` },
  { title: "Success", look: "num", cell: ({ made, slots }) => Format.share(made, slots) },
  { title: "As a bar", look: "wide", cell: bar },
  {
    title: "Median time",
    look: "num",
    cell: ({ times }) => (times.length === 0 ? "" : Format.duration(quantile(times, 0.5)))
  },
  { title: "Retries", look: "num", cell: ({ retries }) => Format.whole(retries) },
  {
    title: "Median return",
    look: "num",
    cell: ({ returns }) => (returns.length === 0 ? "" : Format.change(quantile(returns, 0.5)))
  },
  {
    title: "Returns",
    look: "wide",
    cell: ({ returns }) => (returns.length === 0 ? "" : distribution(returns, axis))
  },
  {
    title: "Cost",
    look: "num",
    cell: Figures.cost
  }
]

/** The groups with the most failures first, because they are why somebody looks. */
const byGroup = (totals: ReadonlyMap<string, Totals.Totals>, what: "Model" | "Ticker", axis: Axis.Axis): Piece => {
  const ordered = [...totals].sort(
    ([one, a], [other, b]) => a.made / a.slots - b.made / b.slots || one.localeCompare(other, "en")
  )
  const shown = ordered.slice(0, MOST_ROWS).map(([name, each]) => groupOf(name, each))
  const left = ordered.slice(MOST_ROWS).map(([, each]) => each)
  const rest = left.length === 0 ? [] : [groupOf(`${Format.whole(left.length)} others`, Totals.sum(left))]
  const noun = what.toLowerCase()
  const caption = `${Format.count(ordered.length, noun)}, the least successful first`
  const table = totals.size < 2 ? undefined : Table.render(caption, columns(what, axis), [...shown, ...rest])
  return section(`${noun}s`, `By ${noun}`, table)
}

/** Why some are missing. */
export const reasons = ({ reasons, totals }: Crowd.Crowd): Piece => {
  const groups = [...reasons]
    .map(([tag, { count, example }]) => ({ tag, count, example }))
    .sort((a, b) => b.count - a.count)
  const failed = groups.reduce((sum, { count }) => sum + count, 0)
  const columns: ReadonlyArray<Table.Column<(typeof groups)[number]>> = [
    { title: "Reason", heads: true, cell: ({ tag }) => tag },
    { title: "Algorithms", look: "num", cell: ({ count }) => Format.whole(count) },
    {
      title: "For example",
      look: "result",
      cell: ({ example }) => `${example.name}: ${Format.cut(example.reason ?? "", 200)}`
    }
  ]
  const caption = `${Format.whole(failed)} of ${Format.count(totals.slots, "algorithm")}, by reason`
  const table = failed === 0 ? undefined : Table.render(caption, columns, groups.slice(0, MOST_ROWS))
  return section("reasons", "Why some are missing", table)
}

const axisOf = ({ totals: { least, most } }: Crowd.Crowd): Axis.Axis =>
  Whisker.scale(least > most ? [] : [{ return: least, buyAndHold: most }])

export const byModel = (crowd: Crowd.Crowd): Piece => byGroup(crowd.models, "Model", axisOf(crowd))

export const byTicker = (crowd: Crowd.Crowd): Piece => byGroup(crowd.tickers, "Ticker", axisOf(crowd))

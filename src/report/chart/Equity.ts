/** What each algorithm made of its money, against buying and keeping: small pictures that share one scale. */
import * as Format from "../Format.js"
import { html, type Markup, nothing } from "../Markup.js"
import * as Name from "../Name.js"
import type { Named, Score } from "../Run.js"
import * as Axis from "./Axis.js"

const HEIGHT = 110

/** The mean of several curves, point by point. */
export const mean = (curves: ReadonlyArray<ReadonlyArray<number>>): ReadonlyArray<number> => {
  const points = Math.max(0, ...curves.map(({ length }) => length))
  return Array.from({ length: points }, (_, point) => {
    const values = curves.map((curve) => curve[Math.floor((point * curve.length) / points)] ?? 1)
    return values.reduce((sum, value) => sum + value, 0) / values.length
  })
}

const fromStart = (curve: ReadonlyArray<number>): ReadonlyArray<number> => (curve.length === 0 ? [] : [1, ...curve])

interface Curves {
  readonly slot: Named
  readonly score: Score
  readonly own: ReadonlyArray<number>
  /** Empty where only its end is known. */
  readonly held: ReadonlyArray<number>
}

const curvesOf = (slot: Named, score: Score): Curves => {
  const held = score.plays.flatMap(({ holdEquity }) => (holdEquity === undefined ? [] : [holdEquity]))
  return {
    slot,
    score,
    own: fromStart(mean(score.plays.map(({ equity }) => equity))),
    held: held.length === score.plays.length ? fromStart(mean(held)) : []
  }
}

const line = (kind: string, values: ReadonlyArray<number>, axis: Axis.Axis): Markup => {
  if (values.length < 2) return nothing
  const points = values.map((value, index) => {
    const x = Math.round((index / (values.length - 1)) * 10_000) / 100
    return `${x},${Math.round((100 - axis.at(value)) * 100) / 100}`
  })
  return html`<polyline class="${kind}" points="${points.join(" ")}" />`
}

/** As many digits of a percentage as tell one line from the next. */
const digitsOf = ([first = 0, second = 1]: ReadonlyArray<number>): number => {
  const isWhole = (value: number) => Math.abs(value - Math.round(value)) < 1e-6
  return [1, 2, 3].find((digits) => isWhole((second - first) * 100 * 10 ** digits)) ?? 4
}

/** Narrower pictures than this are not drawn, but on paper. */
const NARROWEST_PX = 272

/** Widths of a label's characters and of its distance to the curves. */
const [CHARACTER_PX, GAP_PX] = [6.5, 6]

/** So many hundredths of a picture, at its left, belong to the labels, so that they hide nothing. */
const gutterOf = (labels: ReadonlyArray<string>): number =>
  Math.ceil(((Math.max(...labels.map(({ length }) => length)) * CHARACTER_PX + GAP_PX) / NARROWEST_PX) * 100)

const picture = ({ held, own, score, slot }: Curves, axis: Axis.Axis, ticks: ReadonlyArray<number>): Markup => {
  const hold = 1 + score.buyAndHold
  const y = (value: number) => Axis.percent(100 - axis.at(value))
  const digits = digitsOf(ticks)
  const labels = ticks.map((tick) => Format.change(tick - 1, digits))
  const gutter = gutterOf(labels)
  const left = Axis.percent(gutter)
  return html`<figure class="small">
    <svg class="equity" height="${HEIGHT}" role="img">
      <title>
        Equity of ${slot.name}: ends at ${Format.change(score.return)}, buy and hold at
        ${Format.change(score.buyAndHold)}, drawdown ${Format.change(-score.drawdown, 1)}
      </title>
      ${ticks.map((tick) => {
        const kind = Math.abs(tick - 1) < 1e-9 ? "zero" : "grid"
        return html`<line class="${kind}" x1="${left}" x2="100%" y1="${y(tick)}" y2="${y(tick)}" />`
      })}${held.length === 0 ? html`<line class="hold" x1="90%" x2="100%" y1="${y(hold)}" y2="${y(hold)}" />` : nothing}
      <svg
        viewBox="0 0 100 100"
        preserveAspectRatio="none"
        width="${Axis.percent(100 - gutter)}"
        height="100%"
        x="${left}"
        y="0"
      >
        ${line("hold", held, axis)}${line("own", own, axis)}
      </svg>
      ${ticks.map((tick, index) => html`<text class="tick" x="2" y="${y(tick)}" dy="4">${labels[index]}</text>`)}
    </svg>
    <figcaption>
      ${Name.link(slot)}
      <span class="note"
        >${Format.change(score.return)},
        ${score.trades === 0 ? "never traded" : `${Format.change(score.return - score.buyAndHold)} over hold`}</span
      >
    </figcaption>
  </figure> `
}

/** Empty where nothing was scored. */
export const render = (slots: ReadonlyArray<Named>): Markup => {
  const curves = slots.flatMap((slot) =>
    slot.score === undefined || slot.score.plays.length === 0 ? [] : [curvesOf(slot, slot.score)]
  )
  const values = curves.flatMap(({ held, own, score }) => [...own, ...held, 1 + score.buyAndHold])
  if (values.length === 0) return nothing
  const [low, high] = values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [1, 1])
  // Labels are set at the middle of their marks: half of one has room at either end.
  const room = Math.max(high - low, 0.001) * 0.1
  const axis = Axis.make(low - room, high + room)
  const ticks = Axis.rounds(low - room / 2, high + room / 2)
  return html`<ul class="legend">
      <li>
        <svg width="26" height="16" aria-hidden="true"><line class="own" x1="0" x2="26" y1="8" y2="8" /></svg> the
        algorithm
      </li>
      <li>
        <svg width="26" height="16" aria-hidden="true"><line class="hold" x1="0" x2="26" y1="8" y2="8" /></svg> buy and
        hold${curves.every(({ held }) => held.length === 0) ? ", where it ends" : ""}
      </li>
    </ul>
    <div class="smalls">${curves.map((each) => picture(each, axis, ticks))}</div>`
}

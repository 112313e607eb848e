/** A return with its interval as a dot on a line, all on one scale. The numbers stand beside it in words. */
import { html, type Markup } from "../Markup.js"
import type { Score } from "../Run.js"
import * as Axis from "./Axis.js"

type Placed = Pick<Score, "buyAndHold" | "high" | "low" | "return">

export const scale = (scores: ReadonlyArray<Placed>): Axis.Axis => {
  const values = scores.flatMap(({ buyAndHold, high, low, return: value }) => [
    value,
    low ?? value,
    high ?? value,
    buyAndHold
  ])
  const [from, to] = values.reduce(([from, to], value) => [Math.min(from, value), Math.max(to, value)], [0, 0])
  const room = Math.max(to - from, 0.001) * 0.05
  return Axis.make(from - room, to + room)
}

export const render = ({ buyAndHold, high, low, return: value }: Placed, axis: Axis.Axis): Markup => {
  const at = (value: number) => Axis.percent(axis.at(value))
  return html`<svg class="whisker" height="16" aria-hidden="true">
    <line class="zero" x1="${at(0)}" x2="${at(0)}" y1="0" y2="16" />
    <line class="hold" x1="${at(buyAndHold)}" x2="${at(buyAndHold)}" y1="1" y2="15" />
    <line class="range" x1="${at(low ?? value)}" x2="${at(high ?? value)}" y1="8" y2="8" />
    <circle class="value" cx="${at(value)}" cy="8" r="4" />
  </svg>`
}

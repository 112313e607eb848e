/** How many requests were in flight, and how many might have been: steps over the clock of the run. */
import * as Format from "../Format.js"
import { html, type Markup, nothing } from "../Markup.js"
import type { Named, Run } from "../Run.js"
import * as Axis from "./Axis.js"

const HEIGHT = 64
const TOP = 8

/** More than a page has pixels for. */
const STEPS = 300

interface Step {
  readonly at: number
  readonly value: number
}

export const steps = (slots: ReadonlyArray<Pick<Named, "attempts">>): ReadonlyArray<Step> => {
  const changes = slots
    .flatMap(({ attempts }) =>
      attempts.flatMap(({ durationMs, startedAt }) => [
        { at: startedAt, by: 1 },
        { at: startedAt + durationMs, by: -1 }
      ])
    )
    // At the same moment one makes room for the next.
    .sort((a, b) => a.at - b.at || a.by - b.by)
  const found: Array<Step> = []
  let value = 0
  for (const { at, by } of changes) {
    value += by
    if (found.at(-1)?.at === at) found.pop()
    found.push({ at, value })
  }
  return found
}

export const most = (slots: ReadonlyArray<Pick<Named, "attempts">>): number =>
  steps(slots).reduce((most, { value }) => Math.max(most, value), 0)

/** The highest of each stretch of time, where there are more steps than can be drawn. */
const thinned = (all: ReadonlyArray<Step>, { from, to }: Axis.Axis): ReadonlyArray<Step> => {
  if (all.length <= STEPS) return all
  const width = (to - from) / STEPS
  let next = 0
  let value = 0
  return Array.from({ length: STEPS }, (_, index) => {
    const at = from + index * width
    let highest = value
    for (let step = all[next]; step !== undefined && step.at < at + width; step = all[++next]) {
      value = step.value
      highest = Math.max(highest, value)
    }
    return { at, value: highest }
  })
}

export const render = (slots: ReadonlyArray<Named>, run: Run, axis: Axis.Axis, background: Markup): Markup => {
  const flying = thinned(steps(slots), axis)
  if (flying.length === 0) return nothing
  const first = run.limits[0]?.limit ?? run.concurrency
  const limits =
    first === undefined
      ? []
      : [{ at: axis.from, value: first }, ...run.limits.map(({ at, limit }) => ({ at, value: limit }))]
  const most = flying.reduce((most, { value }) => Math.max(most, value), 0)
  const top = limits.reduce((top, { value }) => Math.max(top, value), most)
  const y = (value: number) => Math.round((HEIGHT - (value / top) * (HEIGHT - TOP)) * 100) / 100
  const areas = flying.flatMap(({ at, value }, index) => {
    const x = axis.at(at)
    const width = axis.at(flying[index + 1]?.at ?? at) - x
    return value === 0 || width <= 0
      ? []
      : [
          html`<rect
            class="flying"
            x="${Axis.percent(x)}"
            y="${y(value)}"
            width="${Axis.percent(width)}"
            height="${HEIGHT - y(value)}"
          />`
        ]
  })
  const lines = limits.map(({ at, value }, index) => {
    const [x1, x2] = [axis.at(at), axis.at(limits[index + 1]?.at ?? axis.to)]
    const before = limits[index - 1]?.value
    const rise =
      before === undefined || before === value
        ? nothing
        : html`<line
            class="limit"
            x1="${Axis.percent(x1)}"
            x2="${Axis.percent(x1)}"
            y1="${y(before)}"
            y2="${y(value)}"
          />`
    return html`${rise}<line
        class="limit"
        x1="${Axis.percent(x1)}"
        x2="${Axis.percent(x2)}"
        y1="${y(value)}"
        y2="${y(value)}"
      />`
  })
  const least = limits.reduce((least, { value }) => Math.min(least, value), first ?? 0)
  const highest = limits.reduce((highest, { value }) => Math.max(highest, value), first ?? 0)
  const limited = first === undefined ? "" : `; limit ${least === highest ? first : `${least} to ${highest}`}`
  return html`<div class="lane flight">
    <div class="who">Requests in flight <span class="note">at most ${most}${limited}</span></div>
    <svg
      class="track"
      height="${HEIGHT}"
      role="img"
      aria-label="Requests in flight: at most ${most}${limited}; ${Format.count(flying.length, "change")} drawn"
    >
      ${background}${areas}${lines}
      <line class="base" x1="0" x2="100%" y1="${HEIGHT - 0.5}" y2="${HEIGHT - 0.5}" />
    </svg>
  </div>`
}

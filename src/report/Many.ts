/** A run of many algorithms: by model, by ticker and by reason, and which of them stand out. */
import * as Arr from "effect/Array"
import * as Axis from "./chart/Axis.js"
import * as Whisker from "./chart/Whisker.js"
import * as Format from "./Format.js"
import { html, type Markup, nothing } from "./Markup.js"
import type { Named, Score } from "./Run.js"
import * as Table from "./Table.js"

const MOST_ROWS = 100
const EACH = 5

const sum = (values: ReadonlyArray<number | undefined>): number =>
  values.reduce<number>((sum, value = 0) => sum + value, 0)

/** The value below which this share of them lies. */
const quantile = (sorted: ReadonlyArray<number>, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0

const ascending = (values: ReadonlyArray<number>): ReadonlyArray<number> => [...values].sort((a, b) => a - b)

const scoresOf = (slots: ReadonlyArray<Named>): ReadonlyArray<Score> => slots.flatMap(({ score }) => score ?? [])

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

interface Group {
  readonly name: string
  readonly members: ReadonlyArray<Named>
  readonly made: number
  /** How long those took that were asked for, the shortest first. */
  readonly times: ReadonlyArray<number>
  readonly returns: ReadonlyArray<number>
}

const groupOf = (name: string, members: ReadonlyArray<Named>): Group => ({
  name,
  members,
  made: members.filter(({ status }) => status === "ok").length,
  times: ascending(members.map(({ durationMs }) => durationMs).filter((ms) => ms > 0)),
  returns: ascending(scoresOf(members).map((score) => score.return))
})

const bar = ({ made, members }: Group): Markup =>
  html`<svg class="whisker" height="12" aria-hidden="true">
    <rect class="part" width="100%" height="12" />
    <rect class="bar ok" width="${Axis.percent((made / members.length) * 100)}" height="12" />
  </svg>`

const costOf = ({ members }: Group): string => {
  const isPartial = members.some(({ cost, requests }) => cost === undefined && requests > 0)
  return `${isPartial ? "at least " : ""}${Format.dollars(sum(members.map(({ cost }) => cost)))}`
}

const columns = (what: string, axis: Axis.Axis): ReadonlyArray<Table.Column<Group>> => [
  { title: what, heads: true, cell: ({ name }) => name },
  {
    title: "Made",
    look: "num",
    cell: ({ made, members }) => `${Format.whole(made)} of ${Format.whole(members.length)}`
  },
  { title: "Success", look: "num", cell: ({ made, members }) => Format.share(made, members.length) },
  { title: "As a bar", look: "wide", cell: bar },
  {
    title: "Median time",
    look: "num",
    cell: ({ times }) => (times.length === 0 ? "" : Format.duration(quantile(times, 0.5)))
  },
  {
    title: "Retries",
    look: "num",
    cell: ({ members }) => Format.whole(sum(members.map(({ requests }) => Math.max(0, requests - 1))))
  },
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
  { title: "Cost", look: "num", cell: costOf }
]

/** The groups with the most failures first, because they are why somebody looks. */
const byGroup = (slots: ReadonlyArray<Named>, what: "Model" | "Ticker", axis: Axis.Axis): Markup => {
  // A space in front, because an object puts names that are numbers first.
  const groups = Object.entries(Arr.groupBy(slots, (slot) => ` ${what === "Model" ? slot.model : slot.ticker}`))
    .map(([name, members]) => groupOf(name.slice(1), members))
    .sort((a, b) => a.made / a.members.length - b.made / b.members.length || a.name.localeCompare(b.name, "en"))
  if (groups.length < 2) return nothing
  const left = groups.slice(MOST_ROWS)
  const others = left.flatMap(({ members }) => members)
  const rest = left.length === 0 ? [] : [groupOf(`${Format.whole(left.length)} others`, others)]
  const noun = what.toLowerCase()
  return html`<section id="${noun}s">
    <h2>By ${noun}</h2>
    ${Table.render(`${Format.count(groups.length, noun)}, the least successful first`, columns(what, axis), [...groups.slice(0, MOST_ROWS), ...rest])}
  </section> `
}

/** Why some are missing. */
export const reasons = (slots: ReadonlyArray<Named>): Markup => {
  const failed = slots.filter(({ because }) => because !== undefined)
  const groups = Object.entries(Arr.groupBy(failed, ({ because }) => ` ${because}`))
    .map(([tag, members]) => ({ tag: tag.slice(1), members }))
    .sort((a, b) => b.members.length - a.members.length)
  if (groups.length === 0) return nothing
  const columns: ReadonlyArray<Table.Column<(typeof groups)[number]>> = [
    { title: "Reason", heads: true, cell: ({ tag }) => tag },
    { title: "Algorithms", look: "num", cell: ({ members }) => Format.whole(members.length) },
    {
      title: "For example",
      look: "result",
      cell: ({ members: [first] }) => `${first?.name}: ${Format.cut(first?.reason ?? "", 200)}`
    }
  ]
  return html`<section id="reasons">
    <h2>Why some are missing</h2>
    ${Table.render(`${Format.whole(failed.length)} of ${Format.count(slots.length, "algorithm")}, by reason`, columns, groups.slice(0, MOST_ROWS))}
  </section> `
}

/** Those at the far ends: slowest, dearest, asked most often, best and worst, and an example of each reason. */
export const outliers = (slots: ReadonlyArray<Named>): ReadonlyArray<Named> => {
  const top = (value: (slot: Named) => number | undefined, few = EACH) =>
    slots
      .flatMap((slot) => {
        const at = value(slot)
        return at === undefined ? [] : [{ at, slot }]
      })
      .sort((a, b) => b.at - a.at)
      .slice(0, few)
      .map(({ slot }) => slot)
  const examples = Object.values(Arr.groupBy(slots, ({ because }) => ` ${because ?? ""}`)).flatMap(([first]) =>
    first?.because === undefined ? [] : [first]
  )
  const found = new Set([
    ...top(({ score }) => score?.return),
    ...top(({ score }) => (score === undefined ? undefined : -score.return)),
    ...top(({ durationMs }) => durationMs),
    ...top(({ requests }) => (requests > 1 ? requests : undefined)),
    ...top(({ cost }) => (cost === undefined || cost === 0 ? undefined : cost)),
    ...examples.slice(0, 2 * EACH)
  ])
  return slots.filter((slot) => found.has(slot))
}

const axisOf = (slots: ReadonlyArray<Named>): Axis.Axis =>
  Whisker.scale(scoresOf(slots).map(({ buyAndHold, return: value }) => ({ buyAndHold, return: value })))

export const byModel = (slots: ReadonlyArray<Named>): Markup => byGroup(slots, "Model", axisOf(slots))

export const byTicker = (slots: ReadonlyArray<Named>): Markup => byGroup(slots, "Ticker", axisOf(slots))

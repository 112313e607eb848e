/**
 * What is on the page of a run, piece by piece: each has one element with an id of its own, so that a page that is open can
 * be brought up to date piece by piece.
 */
import * as Answer from "./Answer.js"
import * as Equity from "./chart/Equity.js"
import * as InFlight from "./chart/InFlight.js"
import * as Timeline from "./chart/Timeline.js"
import * as Crowd from "./Crowd.js"
import * as Details from "./Details.js"
import * as Format from "./Format.js"
import { head, progress, subject, WARNING } from "./Head.js"
import * as Many from "./Many.js"
import { html, type Markup, nothing } from "./Markup.js"
import * as Numbers from "./Numbers.js"
import { type Page, type Piece, section } from "./Piece.js"
import { type Named, named, type Run } from "./Run.js"
import * as Totals from "./Totals.js"
import * as Writing from "./Writing.js"

export type { Page } from "./Piece.js"

/** With more, the page shows groups, and of the algorithms only those that stand out. */
const MOST_SHOWN = 60

/** Of a leaderboard of many. */
const MOST_RANKED = 10
const MOST_CURVES = 8

/** Of a run of many that goes on: those that are under way. */
export const MOST_LANES = 12

const equity = (ranked: ReadonlyArray<Answer.Scored>): Piece => {
  const curves = Equity.render(ranked)
  const content =
    curves === nothing
      ? undefined
      : html`<p>Starting from the same money, the mean over all prices; the scale is the same everywhere.</p>
          ${curves}`
  return section("equity", "Equity", content, "Equity against buy and hold")
}

const timeline = (lanes: ReadonlyArray<Named>, slots: ReadonlyArray<Named>, run: Run): Piece => {
  const note =
    lanes.length === slots.length ? nothing : html`<p>Those that stand out; beneath them the requests of all.</p>`
  const isEmpty = run.now === undefined && slots.every(({ attempts }) => attempts.length === 0)
  return section("timeline", "Timeline", isEmpty ? undefined : html`${note}${Timeline.render(lanes, slots, run)}`)
}

/** Of a run that goes on: the requests of all, and besides them what is settled. */
const numbers = (slots: ReadonlyArray<Named>, totals: Totals.Totals, run: Run): ReadonlyArray<Piece> => {
  if (totals.slots === 0) return []
  const { requests, retries, waitedMs } = Totals.of(slots)
  const facts = { simulated: run.simulated, elapsedMs: run.durationMs, mostInFlight: InFlight.most(slots) }
  return [Numbers.render({ ...totals, requests, retries, waitedMs }, facts)]
}

/** A heading, and an article for each. */
const details = (title: string, about: Markup, slots: ReadonlyArray<Named>, run: Run): ReadonlyArray<Piece> =>
  slots.length === 0 ? [] : [section("details", title, about), ...Details.render(slots, run)]

const few = (slots: ReadonlyArray<Named>, run: Run): Page => {
  const ranked = Answer.scored(slots)
  const totals = Totals.of(slots)
  const settled = slots.filter(({ status }) => status !== "open")
  const curves = equity(ranked)
  const lanes = timeline(slots, slots, run)
  const { pieces, title } = head(slots, totals, run)
  return {
    title,
    pieces: [
      ...pieces,
      Answer.render(slots, run, MOST_SHOWN),
      // Of a run that goes on people watch the lanes and the code.
      ...(run.now === undefined ? [curves, lanes] : [lanes, Writing.render(slots, run), curves]),
      ...numbers(slots, Totals.of(slots.filter(({ doing }) => doing === undefined)), run),
      ...details("Each algorithm", nothing, settled, run)
    ]
  }
}

const many = (all: ReadonlyArray<Named>, run: Run): Page => {
  const open = all.filter(({ status }) => status === "open")
  const crowd = Crowd.of(all.filter(({ status }) => status !== "open"))
  const outliers = Crowd.outliers(crowd)
  const slots = all.map((slot) => (outliers.has(slot) ? slot : { ...slot, id: undefined }))
  const shown = all.filter((slot) => outliers.has(slot))
  const lanes = run.now === undefined ? shown : open.slice(0, MOST_LANES)
  const ranked = Answer.scored(slots)
  const { pieces, title } = head(slots, Totals.of(all), run)
  return {
    title,
    pieces: [
      ...pieces,
      Many.byModel(crowd),
      ...(ranked.length === 0 ? [] : [Answer.render(slots, run, MOST_RANKED)]),
      equity(ranked.slice(0, MOST_CURVES)),
      timeline(lanes, slots, run),
      ...numbers(slots, crowd.totals, run),
      Many.byTicker(crowd),
      Many.reasons(crowd),
      ...details("Those that stand out", STAND_OUT, shown, run)
    ]
  }
}

/** A run of many that goes on. */
interface Going extends Pick<Run, "simulated" | "startedAt" | "deadlineMs" | "limits"> {
  readonly now: number
  /** How many are asked for, if that is known. */
  readonly total: number | undefined
}

const underWay = (lanes: ReadonlyArray<Named>, { limits, now, simulated }: Going): Piece => {
  const startedAt = lanes.reduce(
    (first, { attempts }) => attempts.reduce((first, { startedAt }) => Math.min(first, startedAt), first),
    now
  )
  const content = html`<p>Those that were asked first; the clock starts with the first of them.</p>
    ${Timeline.render(lanes, [], { limits, now, simulated, startedAt, slots: [] })}`
  return section("timeline", "Under way", lanes.length === 0 ? undefined : content)
}

/** What `many` shows when it is over, as far as it is; and what is under way. */
export const crowd = (crowd: Crowd.Crowd, lanes: ReadonlyArray<Named>, going: Going): Page => {
  const { now, startedAt, total } = going
  const { totals } = crowd
  const run: Run = { ...going, slots: [] }
  const title =
    totals.made === 0
      ? "No algorithm yet"
      : `${Format.count(totals.made, "algorithm")} so far, for ${subject([...crowd.tickers.keys()])}`
  const rate = totals.slots / Math.max(1, now - startedAt)
  const left =
    total === undefined || totals.slots < 10 ? "" : `; about ${Format.duration((total - totals.slots) / rate)} left`
  const content = html`<header id="head">
    <h1>${title}</h1>
    ${progress(totals.slots, total, run, `; ${Format.whole(rate * 60_000)} a minute${left}`)}
    <p class="warning">${going.simulated ? WARNING.simulated : WARNING.real}</p>
  </header>`
  return withContent({
    title,
    pieces: [
      { id: "head", content },
      Numbers.render(totals, { simulated: going.simulated }),
      Many.byModel(crowd),
      underWay(lanes, going),
      Many.reasons(crowd),
      Many.byTicker(crowd),
      ...details("Those that stand out", STAND_OUT, [...Crowd.outliers(crowd)], run)
    ]
  })
}

const STAND_OUT = html`<p>
  The slowest, the dearest, those asked most often, the best and the worst, and an example of each failure.
</p>`

/** The places of the slots that the page shows in full. */
export const detailed = (run: Run): ReadonlySet<number> => {
  const slots = named(run)
  if (slots.length <= MOST_SHOWN) return new Set(slots.keys())
  const outliers = Crowd.outliers(Crowd.of(slots))
  return new Set(slots.flatMap((slot, index) => (outliers.has(slot) ? [index] : [])))
}

const withContent = ({ pieces, title }: Page): Page => ({
  title,
  pieces: pieces.filter(({ content }) => content !== nothing)
})

export const of = (run: Run): Page => {
  const slots = named(run)
  return withContent((slots.length > MOST_SHOWN ? many : few)(slots, run))
}

/** Links to the pieces that have a title. */
export const contents = ({ pieces }: Page): Markup =>
  html`<nav id="contents" aria-label="Contents">
    <ul>
      ${pieces.flatMap(({ id, title }) => (title === undefined ? [] : [html`<li><a href="#${id}">${title}</a></li>`]))}
    </ul>
  </nav>`

import { sha256 } from "@noble/hashes/sha2.js"
import { utf8ToBytes } from "@noble/hashes/utils.js"
/**
 * The whole page: one file that needs no script, loads nothing, and may be read by eye, by keyboard, by ear and on paper.
 * Pure: the same run gives the same page.
 */
import * as Encoding from "effect/Encoding"
import * as Answer from "./Answer.js"
import * as Equity from "./chart/Equity.js"
import * as Timeline from "./chart/Timeline.js"
import * as Details from "./Details.js"
import * as Format from "./Format.js"
import * as Many from "./Many.js"
import { exact, html, Markup, nothing } from "./Markup.js"
import * as Numbers from "./Numbers.js"
import { isOneTicker, type Named, named, type Run } from "./Run.js"
import { STYLE } from "./Style.js"

/** With more, the page shows groups, and of the algorithms only those that stand out. */
const MOST_SHOWN = 60

/** Of a leaderboard of many. */
const MOST_RANKED = 10
const MOST_CURVES = 8

const POLICY = `default-src 'none'; style-src 'sha256-${Encoding.encodeBase64(sha256(utf8ToBytes(STYLE)))}'; base-uri 'none'; form-action 'none'`

const distinct = (values: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(values)]

const subject = (slots: ReadonlyArray<Named>): string => {
  const [ticker = "", ...others] = distinct(slots.map((slot) => slot.ticker))
  return others.length === 0 ? ticker : Format.count(others.length + 1, "ticker")
}

const headline = (slots: ReadonlyArray<Named>): string => {
  const made = slots.filter(({ status }) => status === "ok").length
  return `${Format.whole(made)} of ${Format.count(slots.length, "algorithm")} for ${subject(slots)}`
}

/** Who won, where somebody did. */
const winner = (slots: ReadonlyArray<Named>): Markup => {
  const [first, second] = Answer.scored(slots).filter(({ score }) => score.trades > 0)
  if (first === undefined) return nothing
  const leads = isOneTicker(slots) && second !== undefined && (second.score.rank ?? 1) > (first.score.rank ?? 1)
  return html` ${leads ? "The best is" : "The highest return has"} <strong>${first.name}</strong>,
    ${Format.change(first.score.return)} against ${Format.change(first.score.buyAndHold)} of buy and
    hold${leads || second === undefined || !isOneTicker(slots) ? "" : ", but within the error of others"}.`
}

const head = (slots: ReadonlyArray<Named>, run: Run): Markup => {
  const models = distinct(slots.map(({ model }) => model))
  const only =
    models.length === 1 ? ` of ${Format.cut(models[0] ?? "", 80)}` : ` of ${Format.count(models.length, "model")}`
  return html`<header>
    <h1>${headline(slots)}</h1>
    <p>
      Algorithms${only}, asked for on
      <time datetime="${new Date(run.startedAt).toISOString()}">${Format.date(run.startedAt)}</time
      >${run.durationMs === undefined ? "" : `, done after ${Format.duration(run.durationMs)}`}.${winner(slots)}
    </p>
    <p class="warning">
      ${run.simulated ? html`<strong>Simulated:</strong> made up on this machine by no language model. Do not trade with it.` : "Written by language models: read the code before you trade with it."}
    </p>
  </header>`
}

interface Section {
  readonly id: string
  readonly title: string
  readonly content: Markup
}

const equity = (ranked: ReadonlyArray<Answer.Scored>): Section => {
  const curves = Equity.render(ranked)
  const content = html`<section id="equity">
    <h2>Equity against buy and hold</h2>
    <p>Starting from the same money, the mean over all prices; the scale is the same everywhere.</p>
    ${curves}
  </section>`
  return { id: "equity", title: "Equity", content: curves === nothing ? nothing : content }
}

const timeline = (lanes: ReadonlyArray<Named>, slots: ReadonlyArray<Named>, run: Run): Section => {
  const note =
    lanes.length === slots.length ? nothing : html`<p>Those that stand out; beneath them the requests of all.</p>`
  const content = html`<section id="timeline">
    <h2>Timeline</h2>
    ${note}${Timeline.render(lanes, slots, run)}
  </section>`
  const isEmpty = slots.every(({ attempts }) => attempts.length === 0)
  return { id: "timeline", title: "Timeline", content: isEmpty ? nothing : content }
}

const numbers = (slots: ReadonlyArray<Named>, run: Run): Section => ({
  id: "numbers",
  title: "In numbers",
  content: Numbers.render(slots, run)
})

const few = (slots: ReadonlyArray<Named>, run: Run): ReadonlyArray<Section> => {
  const ranked = Answer.scored(slots)
  return [
    {
      id: "answer",
      title: ranked.length === 0 ? "What was made" : "Leaderboard",
      content: Answer.render(slots, run, MOST_SHOWN)
    },
    equity(ranked),
    timeline(slots, slots, run),
    numbers(slots, run),
    {
      id: "details",
      title: "Each algorithm",
      content: html`<section id="details">
        <h2>Each algorithm</h2>
        ${Details.render(slots, run)}
      </section>`
    }
  ]
}

const many = (all: ReadonlyArray<Named>, run: Run): ReadonlyArray<Section> => {
  const outliers = Many.outliers(all)
  const detailed = new Set(outliers)
  const slots = all.map((slot) => (detailed.has(slot) ? slot : { ...slot, id: undefined }))
  const ranked = Answer.scored(slots)
  return [
    { id: "models", title: "By model", content: Many.byModel(slots) },
    {
      id: "answer",
      title: "Leaderboard",
      content: ranked.length === 0 ? nothing : Answer.render(slots, run, MOST_RANKED)
    },
    equity(ranked.slice(0, MOST_CURVES)),
    timeline(outliers, slots, run),
    numbers(slots, run),
    { id: "tickers", title: "By ticker", content: Many.byTicker(slots) },
    { id: "reasons", title: "Why some are missing", content: Many.reasons(slots) },
    {
      id: "details",
      title: "Those that stand out",
      content: html`<section id="details">
        <h2>Those that stand out</h2>
        <p>The slowest, the dearest, those asked most often, the best and the worst, and an example of each failure.</p>
        ${Details.render(outliers, run)}
      </section>`
    }
  ]
}

/** The places of the slots that the page shows in full. */
export const detailed = (run: Run): ReadonlySet<number> => {
  const slots = named(run)
  if (slots.length <= MOST_SHOWN) return new Set(slots.keys())
  const outliers = new Set(Many.outliers(slots))
  return new Set(slots.flatMap((slot, index) => (outliers.has(slot) ? [index] : [])))
}

export const render = (run: Run): string => {
  const slots = named(run)
  const shown = (slots.length > MOST_SHOWN ? many : few)(slots, run).filter(({ content }) => content !== nothing)
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${headline(slots)}</title>
        ${exact`<style>${new Markup(STYLE)}</style>`}
      </head>
      <body>
        ${Timeline.patterns} ${head(slots, run)}
        <nav aria-label="Contents">
          <ul>
            ${shown.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
          </ul>
        </nav>
        <main>${shown.map(({ content }) => html`${content} `)}</main>
        <footer>Made by algogen. Times are UTC; this page loads nothing and runs no script.</footer>
      </body>
    </html> `.text
}

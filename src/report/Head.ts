/** The top of a page: how much was made, who won, and how far a run is that goes on. */
import * as Answer from "./Answer.js"
import * as Format from "./Format.js"
import { html, type Markup, nothing } from "./Markup.js"
import type { Page } from "./Piece.js"
import { isOneTicker, type Named, type Run } from "./Run.js"
import type * as Totals from "./Totals.js"

const distinct = (values: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(values)]

/** What it is for: one ticker, or how many. */
export const subject = (tickers: ReadonlyArray<string>): string =>
  tickers.length === 1 ? (tickers[0] ?? "") : Format.count(tickers.length, "ticker")

const headline = ({ made, slots }: Totals.Totals, tickers: ReadonlyArray<string>): string =>
  `${Format.whole(made)} of ${Format.count(slots, "algorithm")} for ${subject(tickers)}`

const winner = (slots: ReadonlyArray<Named>, { now }: Run): Markup => {
  const [first, second] = Answer.scored(slots).filter(({ score }) => score.trades > 0)
  if (first === undefined) return nothing
  const leads = isOneTicker(slots) && second !== undefined && (second.score.rank ?? 1) > (first.score.rank ?? 1)
  const words = leads ? "the best is" : "the highest return has"
  return html` ${now === undefined ? words.replace(/^t/, "T") : `So far ${words}`} <strong>${first.name}</strong>,
    ${Format.change(first.score.return)} against ${Format.change(first.score.buyAndHold)} of buy and
    hold${leads || second === undefined || !isOneTicker(slots) ? "" : ", but within the error of others"}.`
}

export const WARNING = {
  simulated: html`<strong>Simulated:</strong> made up on this machine by no language model. Do not trade with it.`,
  real: html`Written by language models: read the code before you trade with it.`
}

/** Of a folder that several runs have filled there may be both. */
const warningOf = ({ partlySimulated: part, simulated }: Run): Markup => {
  if (part === undefined) return simulated ? WARNING.simulated : WARNING.real
  const made = `Simulated models made ${Format.whole(part.made)} of these ${Format.whole(part.all)}`
  return html`<strong>${made}:</strong> their answers are made up. Language models wrote the others: read the code
    before you trade with it.`
}

export const progress = (
  settled: number,
  total: number | undefined,
  { deadlineMs, now = 0, startedAt }: Run,
  more = ""
): Markup => {
  const bar =
    total === undefined ? nothing : html`<progress value="${settled}" max="${total}" aria-label="Settled"></progress> `
  const all = total === undefined ? "" : ` of ${Format.whole(total)}`
  const limit = deadlineMs === undefined || !Number.isFinite(deadlineMs) ? "" : ` of ${Format.moment(deadlineMs)}`
  return html`<p class="going">
    ${bar}<span>${Format.whole(settled)}${all} settled, ${Format.duration(now - startedAt)}${limit}${more}</span>
  </p>`
}

export const head = (slots: ReadonlyArray<Named>, totals: Totals.Totals, run: Run): Page => {
  const models = distinct(slots.map(({ model }) => model))
  const title = headline(totals, distinct(slots.map(({ ticker }) => ticker)))
  const only =
    models.length === 1 ? ` of ${Format.cut(models[0] ?? "", 80)}` : ` of ${Format.count(models.length, "model")}`
  const settled = slots.filter(({ status }) => status !== "open").length
  const content = html`<header id="head">
    <h1>${title}</h1>
    ${run.now === undefined ? nothing : progress(settled, slots.length, run)}
    <p>
      Algorithms${only}, asked for on
      <time datetime="${new Date(run.startedAt).toISOString()}">${Format.date(run.startedAt)}</time
      >${run.durationMs === undefined ? "" : `, done after ${Format.duration(run.durationMs)}`}.${winner(slots, run)}
    </p>
    <p class="warning">${warningOf(run)}</p>
  </header>`
  return { title, pieces: [{ id: "head", content }] }
}

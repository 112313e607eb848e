/** What a reader wants to know first: which algorithms there are, and how they did. */
import * as Figures from "../domain/Figures.js"
import * as Whisker from "./chart/Whisker.js"
import * as Code from "./Code.js"
import * as Format from "./Format.js"
import { html, type Markup, nothing } from "./Markup.js"
import * as Name from "./Name.js"
import { type Piece, section } from "./Piece.js"
import { isOneTicker, type Named, type Run, type Score } from "./Run.js"
import * as Table from "./Table.js"
import * as Totals from "./Totals.js"

export interface Scored extends Named {
  readonly score: Score
}

const isScored = (slot: Named): slot is Scored => slot.score !== undefined

/** From the best to the worst, and then those that never traded. Ranks are those of one ticker, so where there are several, returns have to do. */
export const scored = (slots: ReadonlyArray<Named>): ReadonlyArray<Scored> => {
  const isRanked = isOneTicker(slots)
  const rank = ({ score }: Scored) => (score.trades === 0 ? Number.MAX_SAFE_INTEGER : isRanked ? (score.rank ?? 1) : 1)
  return slots.filter(isScored).sort((a, b) => rank(a) - rank(b) || b.score.return - a.score.return)
}

/** A journal does not name the files. */
export const fileOf = ({ doing, file, link, status }: Named): Markup => {
  if (file === undefined && (doing !== undefined || status === "ok")) return nothing
  if (file === undefined) return html`<span class="note">none</span>`
  const name = html`<code>${file.split(/[\\/]/).at(-1)}</code>`
  return link === undefined ? name : html`<a href="${link}" title="${file}">${name}</a>`
}

const name: Table.Column<Named> = {
  title: "Algorithm",
  heads: true,
  cell: (slot) =>
    html`${Name.link(slot)}${slot.strategy === undefined ? nothing : html`<br /><span class="note">${slot.strategy}</span>`}`
}

const file: Table.Column<Named> = { title: "File", look: "file", cell: fileOf }
const cost: Table.Column<Named> = {
  title: "Cost",
  look: "num",
  cell: (slot) => (slot.cost === undefined && slot.doing !== undefined ? "" : Figures.cost(Totals.costsOf(slot)))
}

/** The return, and where it lies. */
const returned = ({ high, low, return: value, trades }: Score): Markup =>
  low === undefined || high === undefined || trades === 0
    ? html`${Format.change(value)}`
    : html`${Format.change(value)}<br /><span class="note">${Format.change(low)} to ${Format.change(high)}</span>`

/** What the ranks say, and what they do not. */
const verdict = (all: ReadonlyArray<Scored>): string => {
  if (!isOneTicker(all))
    return all.some(({ score }) => score.rank !== undefined) ? "Ranks are those within a ticker." : ""
  const traded = all.filter(({ score }) => score.trades > 0)
  if (traded.length === 0) return "None of them ever traded."
  if (traded.length === 1) return ""
  if (traded.some(({ score }) => (score.rank ?? 1) > 1)) return "Algorithms whose intervals overlap share a rank."
  return traded.some(({ score }) => score.low === undefined)
    ? "There are too few prices to tell them apart."
    : "Their intervals overlap: these prices do not tell them apart."
}

/** `1`, or `1=` where others of its ticker share it; a dash for one that never traded. */
const placeOf = ({ score: { rank, trades }, ticker }: Scored, all: ReadonlyArray<Scored>): string => {
  const same = all.filter((other) => other.score.rank === rank && other.ticker === ticker).length
  return rank === undefined ? (trades === 0 ? "–" : "") : `${rank}${same > 1 ? "=" : ""}`
}

const leaderboard = (all: ReadonlyArray<Scored>, run: Run, most: number, others: Markup): Piece => {
  const axis = Whisker.scale(all.map(({ score }) => score))
  const number = (
    title: string,
    cell: (score: Score) => Markup | string | number | undefined
  ): Table.Column<Scored> => ({
    title,
    look: "num",
    cell: ({ score }) => cell(score)
  })
  const columns: ReadonlyArray<Table.Column<Scored>> = [
    { title: "Rank", look: "num", cell: (slot) => placeOf(slot, all) },
    name,
    number("Return", returned),
    { title: "Against 0 % and hold", look: "wide", cell: ({ score }) => Whisker.render(score, axis) },
    number("Over hold", (score) => Format.change(score.return - score.buyAndHold)),
    number("Trades", ({ trades }) => (trades === 0 ? "never traded" : Format.whole(trades))),
    number("Drawdown", ({ drawdown }) => Format.change(-drawdown, 1)),
    cost,
    file
  ]
  const part = all.length > most ? `; the first ${most} of ${Format.whole(all.length)}` : ""
  const content = html`<p>${run.scoredOn?.replaceAll(" %", "\u00a0%").replaceAll(/ -(?=\d)/g, " −")} ${verdict(all)}</p>
    ${Table.render(`Return after costs; beneath it where it lies with 95 % confidence${part}`, columns, all.slice(0, most))}
    ${others}`
  return section("answer", "Leaderboard", content)
}

const MARKS = { ok: "✓", failed: "✗", skipped: "–", open: "…" } as const

export const resultOf = ({ doing, reason, resumed, status }: Named): Markup =>
  html`<span class="is ${status}"><span aria-hidden="true">${MARKS[status]}</span> ${doing?.words || status}</span
    >${resumed ? html` <span class="note">from the journal</span>` : nothing}${reason === undefined ? nothing : html`<br /><span class="note">${Format.cut(reason, 300)}</span>`}`

/** A table of slots that says what came of them. */
const table = (slots: ReadonlyArray<Named>, caption: string): Markup =>
  Table.render(
    caption,
    [
      name,
      { title: "Result", look: "result", cell: resultOf },
      { title: "Lines", look: "num", cell: ({ code }) => (code === undefined ? "" : Code.linesOf(code).length) },
      { title: "Attempts", look: "num", cell: ({ requests }) => requests },
      {
        title: "Time",
        look: "num",
        cell: ({ durationMs }) => (durationMs === 0 ? "" : Format.duration(durationMs))
      },
      cost,
      file
    ],
    slots
  )

/** The leaderboard, and what has no score; without scores what was made. */
export const render = (slots: ReadonlyArray<Named>, run: Run, most: number): Piece => {
  const ranked = scored(slots)
  if (ranked.length === 0)
    return section(
      "answer",
      run.now === undefined ? "What was made" : "What is made",
      table(slots, "In the order of the request")
    )
  const others = slots.filter(({ score }) => score === undefined)
  return leaderboard(
    ranked,
    run,
    most,
    others.length === 0 || slots.length > most ? nothing : table(others, "Without a score")
  )
}

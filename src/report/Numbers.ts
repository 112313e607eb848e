/** The run in numbers: how much was won by asking at once, what succeeded, and what it took. */
import * as Figures from "../domain/Figures.js"
import * as Format from "./Format.js"
import { html, type Markup, nothing } from "./Markup.js"
import { type Piece, section } from "./Piece.js"
import type { Totals } from "./Totals.js"

const fact = (name: string, value: string, note: string): Markup =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value} <span class="note">${note}</span></dd>
  </div> `

export interface Facts {
  readonly simulated: boolean
  /** Absent where it is not known, and while a run goes on. */
  readonly elapsedMs?: number | undefined
  readonly mostInFlight?: number | undefined
}

const speed = ({ aloneMs }: Totals, { elapsedMs = 0, mostInFlight }: Facts): Markup => {
  if (elapsedMs === 0 || aloneMs === 0) return nothing
  const most = mostInFlight === undefined ? "" : `; at most ${mostInFlight} were in flight`
  return fact(
    "Speed-up",
    `${(aloneMs / elapsedMs).toFixed(1)} times`,
    `${Format.duration(elapsedMs)} in all; one after the other, the same requests and waits take ${Format.duration(aloneMs)}${most}`
  )
}

export const render = (totals: Totals, facts: Facts): Piece => {
  const { made, ofUnknownCost, requests, resumed, retries, slots, unasked, waitedMs } = totals
  const known = Figures.knownCost(totals)
  const tokens = totals.promptTokens + totals.completionTokens
  const all = [
    speed(totals, facts),
    fact(
      "Success",
      Format.share(made, slots - unasked),
      `${Format.whole(made)} of ${Format.count(slots - unasked, "algorithm")}` +
        (unasked === 0 ? "" : `; ${Format.whole(unasked)} skipped without a request`) +
        (resumed === 0 ? "" : `; ${Format.whole(resumed)} from the journal`)
    ),
    fact(
      "Requests",
      Format.whole(requests),
      `${Format.whole(retries)} of them (${Format.share(retries, requests)}) retries or corrections` +
        (waitedMs < 50 ? "" : `; waits add up to ${Format.duration(waitedMs)}`)
    ),
    tokens === 0
      ? nothing
      : fact(
          "Tokens",
          Format.whole(tokens),
          `${Format.whole(totals.promptTokens)} read, ${Format.whole(totals.completionTokens)} written`
        ),
    fact(
      "Cost",
      Format.dollars(known),
      known === undefined
        ? `not known: ${Format.count(ofUnknownCost, "request")} without a price`
        : ofUnknownCost > 0
          ? `not counting ${Format.count(ofUnknownCost, "request")} of unknown cost`
          : facts.simulated
            ? "as a real server would report it"
            : "as the server reported it"
    )
  ]
  return section("numbers", "In numbers", html`<dl class="facts">${all}</dl>`)
}

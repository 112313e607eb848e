/** The run in numbers: how much was won by asking at once, what succeeded, and what it took. */
import * as InFlight from "./chart/InFlight.js"
import * as Format from "./Format.js"
import { html, type Markup, nothing } from "./Markup.js"
import type { Named, Run } from "./Run.js"

const sum = (values: ReadonlyArray<number | undefined>): number =>
  values.reduce<number>((sum, value = 0) => sum + value, 0)

const fact = (name: string, value: string, note: string): Markup =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value} <span class="note">${note}</span></dd>
  </div> `

/** Waits that somebody who asks one after the other has as well. */
const IMPOSED = new Set(["backoff", "hint", "patience"])

const speed = (slots: ReadonlyArray<Named>, { durationMs }: Run): Markup => {
  const attempts = slots.flatMap(({ attempts }) => attempts)
  const alone = sum(attempts.map(({ cause, durationMs, waitedMs }) => durationMs + (IMPOSED.has(cause) ? waitedMs : 0)))
  if (durationMs === undefined || durationMs === 0 || alone === 0) return nothing
  const most = InFlight.steps(slots).reduce((most, { value }) => Math.max(most, value), 0)
  return fact(
    "Speed-up",
    `${(alone / durationMs).toFixed(1)} times`,
    `${Format.duration(durationMs)} in all; one after the other, the same requests and waits take ${Format.duration(alone)}; at most ${most} were in flight`
  )
}

export const render = (slots: ReadonlyArray<Named>, run: Run): Markup => {
  const made = slots.filter(({ status }) => status === "ok").length
  const skipped = slots.filter(({ requests, status }) => status === "skipped" && requests === 0).length
  const requests = sum(slots.map((slot) => slot.requests))
  const retried = sum(slots.map((slot) => Math.max(0, slot.requests - 1)))
  const unknown = slots.filter(({ cost, requests }) => cost === undefined && requests > 0).length
  const prompt = sum(slots.map(({ promptTokens }) => promptTokens))
  const completion = sum(slots.map(({ completionTokens }) => completionTokens))
  const resumed = slots.filter((slot) => slot.resumed).length
  const waited = sum(slots.flatMap(({ attempts }) => attempts.map(({ waitedMs }) => waitedMs)))
  const facts = [
    speed(slots, run),
    fact(
      "Success",
      Format.share(made, slots.length - skipped),
      `${Format.whole(made)} of ${Format.count(slots.length - skipped, "algorithm")}` +
        (skipped === 0 ? "" : `; ${Format.whole(skipped)} skipped without a request`) +
        (resumed === 0 ? "" : `; ${Format.whole(resumed)} from the journal`)
    ),
    fact(
      "Requests",
      Format.whole(requests),
      `${Format.whole(retried)} of them (${Format.share(retried, requests)}) retries or corrections` +
        (waited < 50 ? "" : `; waits add up to ${Format.duration(waited)}`)
    ),
    prompt + completion === 0
      ? nothing
      : fact(
          "Tokens",
          Format.whole(prompt + completion),
          `${Format.whole(prompt)} read, ${Format.whole(completion)} written`
        ),
    fact(
      "Cost",
      unknown > 0 && unknown === slots.length ? "unknown" : Format.dollars(sum(slots.map(({ cost }) => cost))),
      unknown > 0
        ? `not counting ${Format.count(unknown, "algorithm")} of unknown cost`
        : run.simulated
          ? "as a real server would report it"
          : "as the server reported it"
    )
  ]
  return html`<section id="numbers">
    <h2>In numbers</h2>
    <dl class="facts">${facts}</dl>
  </section>`
}

/**
 * What happened when: a lane for each algorithm with its waits and attempts, and beneath them how many requests were in
 * flight. Each lane is a drawing of its own with a description in words.
 */
import * as Told from "../../domain/Told.js"
import * as Format from "../Format.js"
import * as Look from "../Look.js"
import { html, type Markup, nothing } from "../Markup.js"
import * as Name from "../Name.js"
import type { Attempt, Named, Run } from "../Run.js"
import * as Axis from "./Axis.js"
import * as InFlight from "./InFlight.js"

const HEIGHT = 26
const TOP = 5
const BAR = 16

/** The widths in pixels of a lane on a telephone and on a desk: a label is shown where it fits. */
const NARROW = 300
const WIDE = 520
const CHARACTER = 6.2

/** A deadline far behind the end would press all that happened into a corner. */
const DEADLINE_IN_SIGHT = 2

const WAITS: ReadonlyMap<string, string> = new Map([
  ["backoff", "after a failure"],
  ["hint", "as the server asked"],
  ["patience", "patience"],
  ["improve", "for the other models"]
])

/** Why an attempt was waited for; all but these wait only until others have made room. */
const waitOf = (cause: string): string => WAITS.get(cause) ?? "for its turn"

export const resultOf = ({ message, outcome, status }: Attempt): string => {
  if (outcome === "ok") return "ok"
  return Format.cut(Told.withStatus(message ?? outcome, status), 300)
}

const endOf = (slots: ReadonlyArray<Named>, { durationMs = 0, now = 0, startedAt }: Run): number =>
  slots.reduce(
    (end, { attempts }) =>
      attempts.reduce((end, attempt) => Math.max(end, attempt.startedAt + attempt.durationMs), end),
    Math.max(startedAt + durationMs, now)
  )

/** While a run goes on its lanes grow into the room that they have, which becomes half as long again when it is used up. */
const roomFor = (ms: number): number =>
  ms <= 5000 ? 5000 : 5000 * 1.5 ** Math.ceil(Math.log(ms / 5000) / Math.log(1.5))

/** A label over a wait, where there is room for it. */
const label = (text: string, x: number, width: number): Markup => {
  const needed = text.length * CHARACTER + 8
  if ((width / 100) * WIDE < needed) return nothing
  const room = (width / 100) * NARROW < needed ? "label roomy" : "label"
  return html`<text class="${room}" x="${Axis.percent(x + width / 2)}" y="${TOP + 12}" text-anchor="middle"
    >${text}</text
  >`
}

const waitBar = (
  axis: Axis.Axis,
  { cause, startedAt, waitedMs }: Pick<Attempt, "cause" | "startedAt" | "waitedMs">
): Markup => {
  if (waitedMs <= 0) return nothing
  const x = axis.at(startedAt - waitedMs)
  const width = axis.at(startedAt) - x
  const why = waitOf(cause)
  return html`<g
    ><title>waited ${Format.duration(waitedMs)} ${why}</title
    ><rect
      class="wait"
      x="${Axis.percent(x)}"
      y="${TOP + 1}"
      width="${Axis.percent(width)}"
      height="${BAR - 2}"
    />${label(why, x, width)}</g
  >`
}

const attemptBar = (axis: Axis.Axis, attempt: Attempt): Markup => {
  const { durationMs, firstTokenMs, number, startedAt } = attempt
  const kind = Look.kindOf(attempt.outcome)
  const x = axis.at(startedAt)
  const width = Math.max(0.2, axis.at(startedAt + durationMs) - x)
  const left = Axis.percent(x)
  const first =
    firstTokenMs === undefined
      ? nothing
      : html`<circle
          class="first"
          cx="${Axis.percent(axis.at(startedAt + firstTokenMs))}"
          cy="${TOP + BAR / 2}"
          r="3.5"
        />`
  const token = firstTokenMs === undefined ? "" : `, first token after ${Format.duration(firstTokenMs)}`
  return html`<g
    ><title>attempt ${number}: ${resultOf(attempt)} (${Format.duration(durationMs)}${token})</title
    ><rect class="bar ${kind}" x="${left}" y="${TOP}" width="${Axis.percent(width)}" height="${BAR}" /><rect
      class="texture"
      x="${left}"
      y="${TOP}"
      width="${Axis.percent(width)}"
      height="${BAR}"
      fill="url(#p-${kind})"
    /><line class="edge ${kind}" x1="${left}" x2="${left}" y1="${TOP}" y2="${TOP + BAR}" />${first}</g
  >`
}

/** What is waited for now: drawn as far as the axis goes. */
const pending = (axis: Axis.Axis, { doing }: Named): Markup =>
  doing?.wait === undefined
    ? nothing
    : waitBar(axis, {
        cause: doing.wait.cause,
        startedAt: doing.wait.until,
        waitedMs: doing.wait.until - doing.wait.since
      })

const inWords = (attempt: Attempt): string =>
  (attempt.waitedMs >= 50 ? `waited ${Format.duration(attempt.waitedMs)} ${waitOf(attempt.cause)}, then ` : "") +
  `attempt ${attempt.number}, ${Format.duration(attempt.durationMs)}: ${resultOf(attempt)}`

const verdict = (slot: Named): string =>
  slot.doing?.words ||
  `${slot.status}${slot.resumed ? ", from the journal" : ""}${slot.requests > 1 ? `, ${Format.count(slot.requests, "attempt")}` : ""}`

const lane = (slot: Named, axis: Axis.Axis, ticks: ReadonlyArray<number>, deadline: Markup): Markup =>
  html`<li class="lane">
    <div class="who">${Name.link(slot)} <span class="note">${verdict(slot)}</span></div>
    <svg class="track" height="${HEIGHT}" role="img" aria-label="${slot.name}" aria-describedby="d-${slot.id}">
      <desc id="d-${slot.id}">
        ${slot.attempts.length === 0 ? (slot.doing?.words ?? "nothing was sent") : slot.attempts.map(inWords).join("; ")}
      </desc>
      ${Axis.grid(axis, ticks)}${slot.attempts.map((attempt) => waitBar(axis, attempt))}${pending(axis, slot)}${slot.attempts.map((attempt) => attemptBar(axis, attempt))}${deadline}
    </svg>
  </li> `

/** The patterns, once for all drawings: strokes in the colour of the ground over a bar in its own. */
export const patterns: Markup = html`<svg class="defs" width="0" height="0" aria-hidden="true">
  <defs>
    <pattern id="p-running" width="8" height="8" patternUnits="userSpaceOnUse"></pattern>
    <pattern id="p-ok" width="8" height="8" patternUnits="userSpaceOnUse"></pattern>
    <pattern id="p-limited" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <line class="stroke" x1="0" x2="0" y1="0" y2="6" />
    </pattern>
    <pattern id="p-failed" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <path class="stroke" d="M0 0V6M0 0H6" />
    </pattern>
    <pattern id="p-unusable" width="6" height="6" patternUnits="userSpaceOnUse">
      <circle class="dot" cx="3" cy="3" r="1.4" />
    </pattern>
    <pattern id="p-stopped" width="5" height="5" patternUnits="userSpaceOnUse">
      <line class="stroke" x1="0" x2="5" y1="2.5" y2="2.5" />
    </pattern>
    <pattern id="p-wait" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
      <line class="hatch" x1="0" x2="0" y1="0" y2="5" />
    </pattern>
  </defs>
</svg>`

const swatch = (shape: Markup, text: string): Markup =>
  html`<li><svg width="26" height="16" aria-hidden="true">${shape}</svg> ${text}</li>`

const legend = (used: ReadonlySet<Look.Kind>): Markup => {
  const kinds = Look.ALL.filter((kind) => used.has(kind))
  return html`<ul class="legend">
    ${kinds.map((kind) =>
      swatch(
        html`<rect class="bar ${kind}" width="26" height="16" /><rect width="26" height="16" fill="url(#p-${kind})" />`,
        Look.KINDS[kind]
      )
    )}${swatch(html`<rect class="wait" x="0.5" y="0.5" width="25" height="15" />`, "waiting")}${swatch(html`<circle class="first" cx="13" cy="8" r="3.5" />`, "first token")}
  </ul>`
}

/** The lanes of some slots, and the requests of all, on the clock of the run. */
export const render = (slots: ReadonlyArray<Named>, all: ReadonlyArray<Named>, run: Run): Markup => {
  const { deadlineMs, startedAt } = run
  const end = endOf(all, run)
  const isInSight = deadlineMs !== undefined && deadlineMs <= (end - startedAt) * DEADLINE_IN_SIGHT
  const last = Math.max(end, isInSight ? startedAt + deadlineMs : end) - startedAt
  const axis = Axis.make(
    startedAt,
    startedAt + (run.now === undefined ? last + (end - startedAt) * 0.01 : roomFor(last * 1.01))
  )
  const moments = Axis.times(axis.to - startedAt)
  const ticks = moments.map((ms) => startedAt + ms)
  const x = isInSight ? Axis.percent(axis.at(startedAt + deadlineMs)) : ""
  const deadline = isInSight ? html`<line class="deadline" x1="${x}" x2="${x}" y1="0" y2="100%" />` : nothing
  const used = new Set(slots.flatMap(({ attempts }) => attempts.map(({ outcome }) => Look.kindOf(outcome))))
  return html`${legend(used)}
    <div class="chart">
      <ol class="lanes">
        ${slots.map((slot) => lane(slot, axis, ticks, deadline))}
      </ol>
      ${InFlight.render(all, run, axis, html`${Axis.grid(axis, ticks)}${deadline}`)}
      <div class="lane">
        <div class="who"></div>
        <svg class="track" height="${isInSight ? 34 : 18}" aria-hidden="true">
          ${moments.map((ms, index) => {
            const place = axis.at(startedAt + ms)
            return html`<text
              class="tick"
              x="${Axis.percent(place)}"
              y="13"
              text-anchor="${index === 0 ? "start" : place > 94 ? "end" : "middle"}"
              >${Format.moment(ms)}</text
            >`
          })}${isInSight ? html`<text class="tick due" x="${x}" y="29" text-anchor="end">deadline ${Format.moment(deadlineMs)}</text>` : nothing}
        </svg>
      </div>
    </div>
    ${deadlineMs === undefined || isInSight ? nothing : html`<p class="note">The deadline ${run.now === undefined ? "was" : "is"} ${Format.moment(deadlineMs)} after the start, to the right of this picture.</p>`}`
}

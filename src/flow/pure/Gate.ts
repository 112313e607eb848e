/**
 * A moment before which nothing of a kind is sent, because the server refused the last one. How long is the server's
 * word where it gave one, else a wait that doubles with every refusal of a request that the gate had let through.
 */
import type { Call } from "./Candidate.js"

export interface Gate {
  /** Milliseconds since the epoch. */
  readonly until: number
  /** Refusals in a row without a hint. */
  readonly streak: number
  /** The last request that was sent before the gate closed. */
  readonly closedAfter: number
  /** Whether somebody was answered since it closed, and between that and the closing before. */
  readonly answered: boolean
  readonly fruitful: boolean
  /** Requests that went since it closed until a moment that the server named, unless that was soon. */
  readonly passed: number | undefined
}

/** The first wait without a hint. */
const FIRST_WAIT_MS = 500

/** Servers round up to whole seconds, so that a moment no further away says "soon" and no more: how soon, the pace tells at which all go. */
export const SOON_MS = 2_000

/** When it opens one goes, and within this time the double of what went: a refusal comes as soon as that, and closes it again. */
const DOUBLING_MS = 500

export const open: Gate = { until: 0, streak: 0, closedAfter: 0, answered: false, fruitful: false, passed: undefined }

/** Closes until the moment that the server named. A request from before the last closing belongs to that one. */
export const hinted = (gate: Gate, until: number, { latest, now, sent }: Call): Gate => ({
  ...gate,
  until: Math.max(gate.until, until),
  closedAfter: latest,
  passed: until - now > SOON_MS ? 0 : undefined,
  answered: sent > gate.closedAfter ? false : gate.answered,
  fruitful: sent > gate.closedAfter ? gate.answered : gate.fruitful
})

/** Closes for 0.5 s, 1 s, 2 s, .. up to `longest` (milliseconds). A request from before the last closing adds nothing. */
export const unhinted = (gate: Gate, longest: number, { latest, now, sent }: Call): Gate =>
  sent <= gate.closedAfter
    ? gate
    : {
        ...gate,
        until: Math.max(gate.until, now + Math.min(longest, FIRST_WAIT_MS * 2 ** gate.streak)),
        streak: gate.streak + 1,
        closedAfter: latest,
        passed: undefined
      }

/** When the next request may go; only those of one model are counted, which would meet what has room for one. */
export const roomAt = ({ passed = 0, until }: Gate): number => Math.ceil(until + DOUBLING_MS * Math.log2(passed + 1))

/** A request goes. */
export const taken = (gate: Gate): Gate => (gate.passed === undefined ? gate : { ...gate, passed: gate.passed + 1 })

/** Somebody was answered; where the request was sent since the gate closed, the refusals are over, and another may take its place. */
export const answered = (gate: Gate, sent: number): Gate => {
  if (sent <= gate.closedAfter) return gate.answered ? gate : { ...gate, answered: true }
  const { answered, passed, streak } = gate
  if (answered && streak === 0 && (passed === undefined || passed === 0)) return gate
  return { ...gate, answered: true, streak: 0, passed: passed === undefined ? undefined : Math.max(0, passed - 1) }
}

/**
 * What is learned from refusals that are about how many requests are in work at once, as servers with a few places have
 * them: one takes the place of another as soon as that is answered, and no wait would be right. Pure, for `Limiter`.
 */
import * as HashMap from "effect/HashMap"
import * as AdaptiveConcurrency from "./AdaptiveConcurrency.js"
import { ACCOUNT, type Sent } from "./Candidate.js"
import * as Evidence from "./Evidence.js"
import * as Gate from "./Gate.js"
import { callOf, gateOf, type Knowledge, vacate } from "./Knowledge.js"
import type { Signal } from "./Signal.js"

/** A model that was refused more often than this, with others answered after the first time, has trouble of its own. */
const TIMES_SUSPECT = 2

/** The longest wait for a place that does not get free though nobody is in it. */
const LONGEST_WAIT_MS = 15_000

/** A refusal or a failure by words about a crowd, as what it is: one for want of a place, or as if the words were not there. */
export const read = (known: Knowledge, { model }: Sent, signal: Signal): Signal => {
  if (signal._tag === "Limited" && signal.crowded === true) {
    const { scope, upstream } = signal
    return { ...signal, crowded: !upstream && scope === "model" && isOurs(known, model) }
  }
  if (signal._tag !== "Failed" || signal.because !== "crowded" || !isOurs(known, model)) return signal
  return { _tag: "Limited", scope: "model", upstream: false, until: signal.until, crowded: true }
}

/** Are the places taken by other requests of ours, or was the latest one left a moment ago. */
const isOurs = ({ concurrency, evidence }: Knowledge, model: string): boolean => {
  if (Evidence.timesSuspect(evidence, model) > TIMES_SUSPECT) return false
  // Nobody else is in flight: then somebody else's requests are, unless the server is slow to see that its one place is free.
  if (concurrency.inFlight === 1) return concurrency.limit === 1 && concurrency.answered > 0
  return (
    AdaptiveConcurrency.isTrying(concurrency) ||
    (!Evidence.isSuspect(evidence, model) && Evidence.isOfAllAsked(Evidence.limited(evidence, model, false)))
  )
}

/** The request waits for a place, and as many have one as are in flight besides. */
export const learn = (known: Knowledge, sent: Sent, now: number): Knowledge => {
  const next = { ...vacate(known, sent, "crowded"), imposed: sent.number }
  if (next.concurrency.inFlight > 0) return next
  const gate = Gate.unhinted(gateOf(known, ACCOUNT), LONGEST_WAIT_MS, callOf(known, sent, now))
  return { ...next, gates: HashMap.set(known.gates, ACCOUNT, gate) }
}

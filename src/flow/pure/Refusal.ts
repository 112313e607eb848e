/** What a rate limit teaches: whom it concerns, until when they wait, or how fast they go from now on. Pure, for `Limiter`. */
import * as HashMap from "effect/HashMap"
import * as AdaptiveConcurrency from "./AdaptiveConcurrency.js"
import { ACCOUNT, FREE, keysOf, modelKey, type Sent, type SharedKey } from "./Candidate.js"
import * as Crowd from "./Crowd.js"
import * as Evidence from "./Evidence.js"
import * as Gate from "./Gate.js"
import { callOf, closeUntil, gateOf, type Knowledge, pacesAfter, vacate, windowOf } from "./Knowledge.js"
import * as Pace from "./Pace.js"
import * as RateWindow from "./RateWindow.js"
import type { Limited } from "./Signal.js"

/** The longest wait without a hint: a model may be down for long, an account hardly ever. */
const LONGEST_WAIT_MS = { model: 30_000, account: 15_000 }

/** Where requests go at a pace, two models in turn may well be refused and answered in turn for a while. */
const TIMES_SUSPECT = 2

/** Soon is also so many turns of a pace, as the next one may be named that comes back, and what rounding adds. */
const SOON_TURNS = 1.5

/** The request that was refused for so short a time obeys it; the others go at the pace at which requests are let in. */
const isSoon = (until: number, now: number, { rate }: Pick<Pace.Pace, "rate"> = Pace.unlimited): boolean =>
  until - now <= Math.max(Gate.SOON_MS, rate === undefined ? 0 : SOON_TURNS / rate + Evidence.ROUNDING_MS)

/** A model that was refused more often than this, others having been answered in between, is the one that has trouble. */
const UNDATED_TIMES_SUSPECT = 3

/** So many waits in a row, of 15.5 s together: then a limit that nobody dates is none that passes soon. */
const LONGEST_STREAK = 5

export const learn = (before: Knowledge, sent: Sent, limited: Limited, now: number): Knowledge => {
  const { crowded = false, scope, until, upstream } = limited
  const isTold = upstream || scope !== "model"
  const evidence = isTold
    ? Evidence.other(before.evidence, sent.model)
    : Evidence.limited(before.evidence, sent.model, !crowded && until !== undefined && !isSoon(until, now))
  const known = {
    ...before,
    evidence,
    paces: pacesAfter(before, sent, (pace) => Pace.turnedAway(pace, sent.number)),
    windows: keysOf(sent).reduce(
      (windows, key) =>
        HashMap.set(windows, key, RateWindow.turnedAway(windowOf(before, key), sent.number, until === undefined)),
      before.windows
    )
  }
  if (crowded) return Crowd.learn(known, sent, now)
  const key = scope === "free-per-minute" ? FREE : isOfAccount(before, known, sent, limited, now) ? ACCOUNT : undefined
  if (until === undefined) return unhinted(known, sent, key, now)
  // The number in flight is not what was wrong.
  const next = vacate(known, sent, "neutral")
  if (key === undefined) {
    // A model that goes on being refused while others are answered says nothing of the account.
    const mayBeAccount = isSoon(until, now) && !isTold && !Evidence.isSuspect(before.evidence, sent.model)
    const paces = mayBeAccount
      ? { ...next.paces, account: Pace.suspected(next.paces.account, callOf(known, sent, now)) }
      : next.paces
    return untilThen({ ...next, paces }, sent, modelKey(sent.model), { until, isWindow: upstream }, now)
  }
  const pacing = () => soon(next, sent, key, before.paces[key], until, now)
  if (isSoon(until, now, before.paces[key]) && windowOf(known, key).period === undefined) return pacing()
  const closed = forAll(next, sent, key, until, now)
  // The first time it may be the end of a window that others, or an earlier run, have used.
  const { closedAfter, start } = windowOf(known, key)
  const isAgain = start !== undefined && sent.number > closedAfter
  return isAgain && RateWindow.isOfOne(windowOf(closed, key), now) ? pacing() : closed
}

/** Is it the account that was refused, and not the model alone. */
const isOfAccount = (before: Knowledge, known: Knowledge, sent: Sent, limited: Limited, now: number): boolean => {
  const { scope, until, upstream } = limited
  if (scope === "account") return true
  if (upstream) return false
  // What was sent to ask for the account's reset is answered by the account.
  if (Evidence.isAccountWide(known.evidence) || windowOf(before, ACCOUNT).probe === sent.number) return true
  const { evidence, paces } = before
  // An account that has proven to have a limit has it still, unless this model alone goes on being refused.
  if (until !== undefined && paces.account.rate !== undefined && isSoon(until, now, paces.account)) {
    return Evidence.timesSuspect(evidence, sent.model) < TIMES_SUSPECT
  }
  if (until === undefined && isOfUndated(known, sent.model)) return true
  if (Evidence.isSuspect(evidence, sent.model)) return false
  // What was sent in a place on trial is answered by the account as well.
  if (until === undefined) {
    return AdaptiveConcurrency.isTrying(before.concurrency) || Evidence.isAlone(evidence, sent.model)
  }
  const letIn = Pace.modelsLetIn(known.paces.account, sent, now)
  // What is soon is so for everybody.
  const untilOf = (model: string) =>
    isSoon(until, now) ? Number.NaN : model === sent.model ? until : gateOf(known, modelKey(model)).until
  return (
    Evidence.isAccountOfFew(known.evidence, letIn, untilOf) || RateWindow.expects(windowOf(before, ACCOUNT), until, now)
  )
}

/**
 * Where nobody says until when: do as many models stand refused as prove a limit of all, whoever was answered between, or has
 * the account proven to have such a limit. A wait that does not help says that it is the models after all.
 */
const isOfUndated = (known: Knowledge, model: string): boolean => {
  const { closedAfter, streak } = gateOf(known, ACCOUNT)
  return (
    streak <= LONGEST_STREAK &&
    Evidence.timesSuspect(known.evidence, model) <= UNDATED_TIMES_SUSPECT &&
    (closedAfter > 0 || Evidence.standing(known.evidence, UNDATED_TIMES_SUSPECT) >= Evidence.DISTINCT_MODELS)
  )
}

/** Nothing under the key goes before the moment that the server named. */
const untilThen = (
  known: Knowledge,
  sent: Sent,
  key: string,
  { isWindow, until }: { readonly until: number; readonly isWindow: boolean },
  now: number
): Knowledge => {
  const gates = closeUntil(known, key, until, callOf(known, sent, now))
  // A model's own window is learned only where the server says that it is the model's.
  if (!isWindow) return { ...known, gates }
  const window = RateWindow.refused(windowOf(known, key), until, callOf(known, sent, now))
  return { ...known, gates, windows: HashMap.set(known.windows, key, window) }
}

const forAll = (known: Knowledge, sent: Sent, key: SharedKey, until: number, now: number): Knowledge => {
  const next = untilThen(known, sent, key, { until, isWindow: true }, now)
  return {
    ...next,
    evidence: key === ACCOUNT ? Evidence.explained(known.evidence) : known.evidence,
    paces: { ...known.paces, [key]: Pace.lifted(known.paces[key]) },
    imposed: gateOf(next, key).fruitful ? sent.number : known.imposed
  }
}

/** The request alone waits; what was held back because it might have been its model's limit goes on. */
const soon = (
  known: Knowledge,
  sent: Sent,
  key: SharedKey,
  before: Pace.Pace,
  until: number,
  now: number
): Knowledge => {
  const pace = Pace.refused(before, callOf(known, sent, now), until)
  const mayReopen = (model: string) => isSoon(gateOf(known, modelKey(model)).until, now)
  const held = before.rate === undefined ? Evidence.witnesses(known.evidence).filter(mayReopen) : []
  return {
    ...known,
    gates: HashMap.removeMany(known.gates, held.map(modelKey)),
    // What looked like a window before is none.
    windows: HashMap.remove(known.windows, key),
    paces: { ...known.paces, [key]: pace },
    imposed: pace.measured > 0 ? sent.number : known.imposed
  }
}

/** Waits that grow, since nothing was said of when. */
const unhinted = (known: Knowledge, sent: Sent, key: SharedKey | undefined, now: number): Knowledge => {
  const close = (gates: Knowledge["gates"], gate: string, longest: number) =>
    HashMap.set(gates, gate, Gate.unhinted(gateOf(known, gate), longest, callOf(known, sent, now)))
  const model = (gates: Knowledge["gates"]) => close(gates, modelKey(sent.model), LONGEST_WAIT_MS.model)
  const gates = key !== ACCOUNT ? model(known.gates) : known.gates
  const closed = key === undefined ? gates : close(gates, key, LONGEST_WAIT_MS.account)
  const next = { ...vacate(known, sent, key === undefined ? "neutral" : "limited"), gates: closed }
  const isPassing =
    known.hasAnswered &&
    gateOf(next, key ?? modelKey(sent.model)).streak <= LONGEST_STREAK &&
    (key !== undefined || Evidence.isAlive(known.evidence, sent.model))
  return isPassing ? { ...next, imposed: sent.number } : next
}

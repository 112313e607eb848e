/**
 * What each finished request teaches of the server's limits, and whether the next one may go now. Pure: it puts the parts
 * together, and every part is pure as well. Numbers given to requests in the order of sending tell what was sent before a
 * limit was met from what was sent in spite of it.
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import { LONGEST_LOADING_MS } from "../RetryPolicy.js"
import * as AdaptiveConcurrency from "./AdaptiveConcurrency.js"
import {
  circuitKeys,
  keysOf,
  modelKey,
  type Sent,
  SERVER,
  type SharedKey,
  type Candidate,
  TOKENS
} from "./Candidate.js"
import * as CircuitBreaker from "./CircuitBreaker.js"
import * as Crowd from "./Crowd.js"
import * as Evidence from "./Evidence.js"
import * as Gate from "./Gate.js"
import { callOf, circuitOf, closeUntil, gateOf, type Knowledge, pacesAfter, vacate, windowOf } from "./Knowledge.js"
import * as Pace from "./Pace.js"
import * as RateWindow from "./RateWindow.js"
import * as Refusal from "./Refusal.js"
import type { Signal } from "./Signal.js"

export { make } from "./Knowledge.js"

/** Why a request may not go: `until` in milliseconds since the epoch. */
export type Decision =
  | { readonly _tag: "Go" }
  /** `shared`: others wait for the same moment. */
  | { readonly _tag: "Wait"; readonly until: number; readonly shared: boolean }
  | { readonly _tag: "Open"; readonly until: number; readonly circuit: "model" | "server" }

/** How soon to look again while somebody else's request is to find something out. */
const PROBE_MS = 500

/** The same for runs that want another number in flight at most. */
export const withConcurrency = (known: Knowledge, most: number): Knowledge => ({
  ...known,
  concurrency: AdaptiveConcurrency.withMax(known.concurrency, most)
})

/** May this request go, apart from a place for it and from its turn. */
export const decide = (known: Knowledge, candidate: Candidate, now: number): Decision => {
  for (const circuit of ["server", "model"] as const) {
    const key = circuit === "server" ? SERVER : modelKey(candidate.model)
    const decision = CircuitBreaker.decide(circuitOf(known, key), now)
    if (decision._tag === "Open") return { _tag: "Open", until: decision.until, circuit }
    if (decision._tag === "Probing") return { _tag: "Wait", until: now + PROBE_MS, shared: false }
  }
  let last = { key: "", until: now }
  const waitFor = (key: string, until: number) => {
    if (until > last.until) last = { key, until }
  }
  for (const key of keysOf(candidate)) {
    waitFor(key, Gate.roomAt(gateOf(known, key)))
    waitFor(key, RateWindow.roomAt(windowOf(known, key), now))
  }
  const tokens = Option.getOrUndefined(HashMap.get(known.windows, TOKENS))
  if (tokens !== undefined) waitFor(TOKENS, RateWindow.roomAt(tokens, now, candidate.tokens))
  if (last.until > now) {
    return { _tag: "Wait", until: last.until, shared: last.key !== modelKey(candidate.model) }
  }
  const { asking } = known
  // A refusal comes as soon as that: what asks further before it may be refused as well, for nothing.
  return asking !== undefined && now < asking.at + PROBE_MS
    ? { _tag: "Wait", until: asking.at + PROBE_MS, shared: false }
    : { _tag: "Go" }
}

export const hasRoom = ({ concurrency }: Knowledge): boolean => concurrency.inFlight < concurrency.limit

/** When the next request under this limit has its turn. */
export const turnAt = (known: Knowledge, key: SharedKey, now: number): number => Pace.roomAt(known.paces[key], now)

export const takeTurn = (known: Knowledge, key: SharedKey, now: number): Knowledge => ({
  ...known,
  paces: { ...known.paces, [key]: Pace.passed(known.paces[key], now) }
})

/** It does not go, and leaves its turn to the next one. */
export const returnTurn = (known: Knowledge, key: SharedKey): Knowledge => ({
  ...known,
  paces: { ...known.paces, [key]: Pace.returned(known.paces[key]) }
})

export const closed = (known: Knowledge, now: number): ReadonlyArray<readonly [key: string, until: number]> =>
  [...new Set([...HashMap.keys(known.gates), ...HashMap.keys(known.windows)])].flatMap((key) => {
    const until = Math.max(gateOf(known, key).until, RateWindow.roomAt(windowOf(known, key), now))
    return until > now ? [[key, until] as const] : []
  })

/** The request goes: it takes its place and its part of every window. */
export const start = (known: Knowledge, candidate: Candidate, now: number): readonly [Sent, Knowledge] => {
  const number = known.sent + 1
  const take = (windows: Knowledge["windows"], key: string, cost?: number) =>
    HashMap.set(windows, key, RateWindow.taken(windowOf(known, key), number, now, cost))
  const windows = keysOf(candidate).reduce((all, key) => take(all, key), known.windows)
  const sent = { ...candidate, number, at: now }
  return [
    sent,
    {
      ...known,
      asking: known.paces.account.rate === undefined && Evidence.isOpen(known.evidence) ? sent : undefined,
      sent: number,
      concurrency: AdaptiveConcurrency.started(known.concurrency),
      gates: HashMap.modify(known.gates, modelKey(candidate.model), Gate.taken),
      windows: HashMap.has(windows, TOKENS) ? take(windows, TOKENS, candidate.tokens) : windows,
      paces: pacesAfter(known, sent, (pace) => Pace.taken(pace, sent)),
      circuits: circuitKeys(candidate).reduce(
        (circuits, key) => HashMap.set(circuits, key, CircuitBreaker.started(circuitOf(known, key), number)),
        known.circuits
      )
    }
  ]
}

/** The request is over: it gives its place back and teaches what it can. */
export const complete = (before: Knowledge, sent: Sent, told: Signal, now: number): Knowledge => {
  const signal = Crowd.read(before, sent, told)
  const known = {
    ...before,
    loading: loadingAfter(before, sent, signal, now),
    asking: before.asking?.number === sent.number ? undefined : before.asking,
    circuits: circuitsAfter(before, sent, signal, now),
    windows: signal._tag === "Limited" ? before.windows : windowsAfter(before, sent, signal._tag === "Answered")
  }
  switch (signal._tag) {
    case "Answered":
      return {
        ...vacate(known, sent, "clean"),
        hasAnswered: true,
        evidence: Evidence.answered(known.evidence, sent.model),
        paces: pacesAfter(known, sent, (pace) => Pace.answered(pace, sent.number)),
        gates: keysOf(sent).reduce((gates, key) => {
          // Whether anybody was answered matters for limits of several models.
          if (key === modelKey(sent.model) && !HashMap.has(gates, key)) return gates
          const gate = gateOf(known, key)
          return changed(gates, key, gate, Gate.answered(gate, sent.number))
        }, known.gates)
      }
    case "Limited":
      return Refusal.learn(known, sent, signal, now)
    case "Failed": {
      const evidence = (signal.late ? Evidence.late : Evidence.other)(known.evidence, sent.model)
      return {
        ...vacate(known, sent, signal.late && Evidence.isCrowded(evidence) ? "late" : "failed"),
        evidence,
        // A server that fails lets in as many as it does otherwise.
        paces: pacesAfter(known, sent, (pace) => Pace.answered(pace, sent.number)),
        gates:
          signal.until === undefined
            ? known.gates
            : closeUntil(known, modelKey(sent.model), signal.until, callOf(known, sent, now))
      }
    }
    case "Rejected":
    case "Cancelled":
      return vacate(known, sent, "neutral")
  }
}

/** Was this request refused for a limit that holds everybody back, while others were let in: it says nothing of its model. */
export const isImposed = ({ imposed }: Knowledge, { number }: Sent): boolean => imposed === number

/** Where there are thousands of models, each entry that is written anew counts. */
const changed = <V>(all: HashMap.HashMap<string, V>, key: string, before: V, after: V): HashMap.HashMap<string, V> =>
  before === after ? all : HashMap.set(all, key, after)

const windowsAfter = (known: Knowledge, sent: Sent, answered: boolean): Knowledge["windows"] =>
  keysOf(sent).reduce((windows, key) => {
    const window = windowOf(known, key)
    return changed(windows, key, window, RateWindow.completed(window, sent.number, answered))
  }, known.windows)

const loadingAfter = ({ loading }: Knowledge, { model }: Sent, signal: Signal, now: number): Knowledge["loading"] => {
  if (signal._tag === "Answered") return HashMap.has(loading, model) ? HashMap.remove(loading, model) : loading
  if (signal._tag !== "Failed" || signal.because !== "loading") return loading
  const before = Option.getOrUndefined(HashMap.get(loading, model))
  // Nobody waited for the end of it, so it is another time.
  const isAnother = before === undefined || now - before.last > LONGEST_LOADING_MS
  return HashMap.set(loading, model, { since: isAnother ? now : before.since, last: now })
}

/** A server that refuses is well, and one that loads a model has not failed, unless that never ends. */
const outcomeOf = (
  { loading }: Knowledge,
  { model }: Sent,
  signal: Signal,
  now: number
): CircuitBreaker.Completed["outcome"] => {
  if (signal._tag !== "Failed") return signal._tag === "Cancelled" ? "none" : "answered"
  const { since } = Option.getOrElse(HashMap.get(loading, model), () => ({ since: now }))
  return signal.because === "loading" && now - since < LONGEST_LOADING_MS ? "none" : "failed"
}

const circuitsAfter = (known: Knowledge, sent: Sent, signal: Signal, now: number): Knowledge["circuits"] => {
  const call: CircuitBreaker.Completed = {
    ...callOf(known, sent, now),
    model: sent.model,
    outcome: outcomeOf(known, sent, signal, now),
    hint: signal._tag === "Failed" ? signal.until : undefined
  }
  const after = (circuits: Knowledge["circuits"], key: string, options: CircuitBreaker.Options) => {
    const next = CircuitBreaker.completed(circuitOf(known, key), call, options)
    return CircuitBreaker.isUntouched(next) ? HashMap.remove(circuits, key) : HashMap.set(circuits, key, next)
  }
  return after(after(known.circuits, modelKey(sent.model), CircuitBreaker.MODEL), SERVER, CircuitBreaker.SERVER)
}

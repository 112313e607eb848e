/**
 * All that is known of the server's limits, in one value: what each finished request taught, and whether the next one may
 * go now. Pure: it puts the parts together, and every part is pure as well. Numbers given to requests in the order of
 * sending tell what was sent before a limit was met from what was sent in spite of it.
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as AdaptiveConcurrency from "./AdaptiveConcurrency.js"
import * as CircuitBreaker from "./CircuitBreaker.js"
import * as Evidence from "./Evidence.js"
import * as Gate from "./Gate.js"
import type { Outcome } from "./Outcome.js"
import * as RateWindow from "./RateWindow.js"

export interface Subject {
  readonly model: string
  readonly isFree: boolean
  /** The most tokens that the request may take, prompt and answer. */
  readonly tokens: number
}

/** A request that was sent. */
export interface Sent extends Subject {
  /** Its place in the order of sending, from 1. */
  readonly number: number
  readonly at: number
}

/** Why a request may not go: `until` in milliseconds since the epoch. */
export type Decision =
  | { readonly _tag: "Go" }
  /** `shared`: others wait for the same moment. */
  | { readonly _tag: "Wait"; readonly until: number; readonly why: "limit" | "probe"; readonly shared: boolean }
  | { readonly _tag: "Open"; readonly until: number; readonly circuit: "model" | "server" }

export interface Limiter {
  readonly sent: number
  readonly concurrency: AdaptiveConcurrency.State
  readonly evidence: Evidence.Evidence
  readonly gates: HashMap.HashMap<string, Gate.Gate>
  readonly windows: HashMap.HashMap<string, RateWindow.Window>
  readonly circuits: HashMap.HashMap<string, CircuitBreaker.State>
  /** The request, while it is under way, that tests whether a refusal concerns the account. */
  readonly asking: Sent | undefined
}

export interface Options {
  readonly concurrency: number
  /** Requests to `:free` models a minute, together. */
  readonly freePerMinute?: number | undefined
  /** Tokens a minute, over all models. */
  readonly tokensPerMinute?: number | undefined
  /** Whether other processes take of the same quota. */
  readonly isShared?: boolean | undefined
}

const MINUTE_MS = 60_000

/** The longest wait without a hint: a model may be down for long, an account hardly ever. */
const LONGEST_WAIT_MS = { model: 30_000, account: 15_000 }

/** How soon to look again while another request is probing. */
const PROBE_MS = 500

const ACCOUNT = "account"
const FREE = "free"
const TOKENS = "tokens"
const SERVER = "server"
const modelKey = (model: string) => `model:${model}`

export const make = ({ concurrency, freePerMinute, isShared = false, tokensPerMinute }: Options): Limiter => ({
  sent: 0,
  concurrency: AdaptiveConcurrency.make(concurrency),
  evidence: Evidence.none,
  gates: HashMap.empty(),
  windows: HashMap.fromIterable(
    [
      { key: FREE, quota: freePerMinute, window: isShared ? RateWindow.shared : RateWindow.known },
      { key: TOKENS, quota: tokensPerMinute, window: RateWindow.kept }
    ].flatMap(({ key, quota, window }) => (quota === undefined ? [] : [[key, window(quota, MINUTE_MS)] as const]))
  ),
  circuits: HashMap.empty(),
  asking: undefined
})

/** The same limiter for runs that want another number in flight at most. */
export const withConcurrency = (limiter: Limiter, most: number): Limiter => ({
  ...limiter,
  concurrency: AdaptiveConcurrency.withMax(limiter.concurrency, most)
})

/** Whose limits a request falls under, the nearest first. */
const keysOf = ({ isFree, model }: Subject): ReadonlyArray<string> =>
  isFree ? [modelKey(model), FREE, ACCOUNT] : [modelKey(model), ACCOUNT]

const gateOf = ({ gates }: Limiter, key: string) => Option.getOrElse(HashMap.get(gates, key), () => Gate.open)
const windowOf = ({ windows }: Limiter, key: string) =>
  Option.getOrElse(HashMap.get(windows, key), () => RateWindow.unknown)
/** The circuits that a request concerns. */
export const circuitKeys = ({ model }: Subject): ReadonlyArray<string> => [SERVER, modelKey(model)]
export const circuitOf = ({ circuits }: Limiter, key: string) =>
  Option.getOrElse(HashMap.get(circuits, key), () => CircuitBreaker.closed)

/** May this request go, leaving aside the number in flight. */
export const decide = (limiter: Limiter, subject: Subject, now: number): Decision => {
  for (const circuit of ["server", "model"] as const) {
    const decision = CircuitBreaker.decide(
      circuitOf(limiter, circuit === "server" ? SERVER : modelKey(subject.model)),
      now
    )
    if (decision._tag === "Open") return { _tag: "Open", until: decision.until, circuit }
    if (decision._tag === "Probing") return { _tag: "Wait", until: now + PROBE_MS, why: "probe", shared: false }
  }
  const closed = [
    ...keysOf(subject).flatMap((key) => [
      { key, until: gateOf(limiter, key).until },
      { key, until: RateWindow.roomAt(windowOf(limiter, key), now) }
    ]),
    ...Option.match(HashMap.get(limiter.windows, TOKENS), {
      onNone: () => [],
      onSome: (window) => [{ key: TOKENS, until: RateWindow.roomAt(window, now, subject.tokens) }]
    })
  ].filter(({ until }) => until > now)
  const { asking } = limiter
  // A refusal comes within this time: a request sent before it would probably be refused as well.
  if (closed.length === 0 && asking !== undefined && now < asking.at + PROBE_MS) {
    return { _tag: "Wait", until: asking.at + PROBE_MS, why: "probe", shared: false }
  }
  if (closed.length === 0) return { _tag: "Go" }
  const last = closed.reduce((a, b) => (b.until > a.until ? b : a))
  return { _tag: "Wait", until: last.until, why: "limit", shared: last.key !== modelKey(subject.model) }
}

/** Every key that is closed now, and until when. */
export const closed = (limiter: Limiter, now: number): ReadonlyArray<readonly [key: string, until: number]> =>
  [...new Set([...HashMap.keys(limiter.gates), ...HashMap.keys(limiter.windows)])].flatMap((key) => {
    const until = Math.max(gateOf(limiter, key).until, RateWindow.roomAt(windowOf(limiter, key), now))
    return until > now ? [[key, until] as const] : []
  })

/** The request goes: it takes its place and its part of every window. */
export const start = (limiter: Limiter, subject: Subject, now: number): readonly [Sent, Limiter] => {
  const number = limiter.sent + 1
  const take = (windows: Limiter["windows"], key: string, cost?: number) =>
    HashMap.set(windows, key, RateWindow.taken(windowOf(limiter, key), number, now, cost))
  const windows = keysOf(subject).reduce((all, key) => take(all, key), limiter.windows)
  const sent = { ...subject, number, at: now }
  return [
    sent,
    {
      ...limiter,
      asking: Evidence.isOpen(limiter.evidence) ? sent : undefined,
      sent: number,
      concurrency: AdaptiveConcurrency.started(limiter.concurrency),
      windows: HashMap.has(windows, TOKENS) ? take(windows, TOKENS, subject.tokens) : windows,
      circuits: circuitKeys(subject).reduce(
        (circuits, key) => HashMap.set(circuits, key, CircuitBreaker.started(circuitOf(limiter, key), number)),
        limiter.circuits
      )
    }
  ]
}

/** The request is over: it gives its place back and teaches what it can. */
export const complete = (before: Limiter, sent: Sent, outcome: Outcome, now: number): Limiter => {
  const limiter = {
    ...before,
    asking: before.asking?.number === sent.number ? undefined : before.asking,
    circuits: circuitsAfter(before, sent, outcome, now),
    windows: outcome._tag === "Limited" ? before.windows : windowsAfter(before, sent, outcome._tag === "Answered")
  }
  switch (outcome._tag) {
    case "Answered":
      return {
        ...vacate(limiter, sent, "clean"),
        evidence: Evidence.answered(limiter.evidence, sent.model),
        gates: keysOf(sent).reduce(
          (gates, key) => HashMap.set(gates, key, Gate.answered(gateOf(limiter, key), sent.number)),
          limiter.gates
        )
      }
    case "Limited":
      return limited(limiter, sent, outcome, now)
    case "Failed":
      return {
        ...vacate(limiter, sent, "failed"),
        evidence: Evidence.other(limiter.evidence, sent.model),
        gates: outcome.until === undefined ? limiter.gates : closeUntil(limiter, modelKey(sent.model), outcome.until)
      }
    case "Rejected":
    case "Cancelled":
      return vacate(limiter, sent, "neutral")
  }
}

const vacate = (limiter: Limiter, sent: Sent, completion: AdaptiveConcurrency.Completion): Limiter => ({
  ...limiter,
  concurrency: AdaptiveConcurrency.completed(limiter.concurrency, completion, sent.number, limiter.sent)
})

const windowsAfter = (limiter: Limiter, sent: Sent, answered: boolean): Limiter["windows"] =>
  keysOf(sent).reduce(
    (windows, key) => HashMap.set(windows, key, RateWindow.completed(windowOf(limiter, key), sent.number, answered)),
    limiter.windows
  )

const closeUntil = (limiter: Limiter, key: string, until: number): Limiter["gates"] =>
  HashMap.set(limiter.gates, key, Gate.hinted(gateOf(limiter, key), until, limiter.sent))

const limited = (
  before: Limiter,
  sent: Sent,
  { scope, until, upstream }: Extract<Outcome, { _tag: "Limited" }>,
  now: number
): Limiter => {
  const told = upstream || scope !== "model"
  const evidence = told
    ? Evidence.other(before.evidence, sent.model)
    : Evidence.limited(before.evidence, sent.model, until !== undefined)
  // What was sent to find out about the account is answered by the account: to ask for a reset, or in a place on trial. And
  // an account that has proven to have a window has it still.
  const asked =
    windowOf(before, ACCOUNT).probe === sent.number ||
    (!before.evidence.suspects.has(sent.model) &&
      (until === undefined
        ? AdaptiveConcurrency.isTrying(before.concurrency) || Evidence.isAlone(before.evidence, sent.model)
        : RateWindow.expects(windowOf(before, ACCOUNT), until, now)))
  const isAccountWide = scope === "account" || (!told && (asked || Evidence.isAccountWide(evidence)))
  const limiter = {
    ...before,
    evidence: isAccountWide && until !== undefined ? Evidence.explained(evidence) : evidence,
    windows: keysOf(sent).reduce(
      (windows, key) =>
        HashMap.set(windows, key, RateWindow.turnedAway(windowOf(before, key), sent.number, until === undefined)),
      before.windows
    )
  }
  const key = scope === "free-per-minute" ? FREE : isAccountWide ? ACCOUNT : modelKey(sent.model)
  if (until !== undefined) {
    // A hint closes what it concerns until then; the number in flight is not what was wrong.
    const window = { now, reset: until, sent: sent.number, latest: limiter.sent }
    // A model's own window is learned only where the server says that it is the model's.
    const isWindow = key !== modelKey(sent.model) || upstream
    return {
      ...vacate(limiter, sent, "neutral"),
      gates: closeUntil(limiter, key, until),
      windows: isWindow
        ? HashMap.set(limiter.windows, key, RateWindow.refused(windowOf(limiter, key), window))
        : limiter.windows
    }
  }
  const model = modelKey(sent.model)
  const close = (gates: Limiter["gates"], gate: string, longest: number) =>
    HashMap.set(
      gates,
      gate,
      Gate.unhinted(gateOf(limiter, gate), { now, sent: sent.number, latest: limiter.sent, longest })
    )
  const closed = key === ACCOUNT ? limiter.gates : close(limiter.gates, model, LONGEST_WAIT_MS.model)
  return {
    ...vacate(limiter, sent, key === model ? "neutral" : "limited"),
    gates: key === model ? closed : close(closed, key, LONGEST_WAIT_MS.account)
  }
}

const circuitsAfter = (limiter: Limiter, sent: Sent, outcome: Outcome, now: number): Limiter["circuits"] => {
  const call: CircuitBreaker.Completed = {
    model: sent.model,
    // A server that refuses is well.
    outcome: outcome._tag === "Failed" ? "failed" : outcome._tag === "Cancelled" ? "none" : "answered",
    sent: sent.number,
    latest: limiter.sent,
    now,
    hint: outcome._tag === "Failed" ? outcome.until : undefined
  }
  const after = (circuits: Limiter["circuits"], key: string, options: CircuitBreaker.Options) => {
    return HashMap.set(circuits, key, CircuitBreaker.completed(circuitOf(limiter, key), call, options))
  }
  return after(after(limiter.circuits, modelKey(sent.model), CircuitBreaker.MODEL), SERVER, CircuitBreaker.SERVER)
}

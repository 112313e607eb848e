/** All that is known of the server's limits, in one value, and how to look it up. Pure; `Limiter` learns and decides. */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import { MINUTE_MS } from "../../domain/Figures.js"
import * as AdaptiveConcurrency from "./AdaptiveConcurrency.js"
import { ACCOUNT, type Call, FREE, type Sent, type SharedKey, TOKENS } from "./Candidate.js"
import * as CircuitBreaker from "./CircuitBreaker.js"
import * as Evidence from "./Evidence.js"
import * as Gate from "./Gate.js"
import * as Pace from "./Pace.js"
import * as RateWindow from "./RateWindow.js"

export interface Knowledge {
  /** Requests sent so far. */
  readonly sent: number
  readonly concurrency: AdaptiveConcurrency.State
  readonly evidence: Evidence.Evidence
  readonly gates: HashMap.HashMap<string, Gate.Gate>
  readonly windows: HashMap.HashMap<string, RateWindow.Window>
  readonly paces: Readonly<Record<SharedKey, Pace.Pace>>
  readonly circuits: HashMap.HashMap<string, CircuitBreaker.State>
  /** Whether anybody was ever answered. */
  readonly hasAnswered: boolean
  /** The latest request that was refused for a limit which holds everybody back, and not for long. */
  readonly imposed: number | undefined
  /** The request that is to tell whether a refusal was the account's, while it is under way. */
  readonly asking: Sent | undefined
  /** Since when a model is being loaded, and when the server said so last: it has answered nothing since. */
  readonly loading: HashMap.HashMap<string, { readonly since: number; readonly last: number }>
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

export const make = ({ concurrency, freePerMinute, isShared = false, tokensPerMinute }: Options): Knowledge => ({
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
  paces: { [ACCOUNT]: Pace.unlimited, [FREE]: Pace.unlimited },
  circuits: HashMap.empty(),
  hasAnswered: false,
  imposed: undefined,
  asking: undefined,
  loading: HashMap.empty()
})

export const gateOf = ({ gates }: Knowledge, key: string) => Option.getOrElse(HashMap.get(gates, key), () => Gate.open)

export const windowOf = ({ windows }: Knowledge, key: string) =>
  Option.getOrElse(HashMap.get(windows, key), () => RateWindow.unknown)

export const circuitOf = ({ circuits }: Knowledge, key: string) =>
  Option.getOrElse(HashMap.get(circuits, key), () => CircuitBreaker.closed)

/** The end of a request, for what counts in the order of sending. */
export const callOf = (known: Knowledge, sent: Sent, now: number): Call => ({
  sent: sent.number,
  latest: known.sent,
  now
})

/** Nothing that falls under this goes before the moment that the server named. */
export const closeUntil = (known: Knowledge, key: string, until: number, call: Call): Knowledge["gates"] =>
  HashMap.set(known.gates, key, Gate.hinted(gateOf(known, key), until, call))

export const vacate = (known: Knowledge, sent: Sent, completion: AdaptiveConcurrency.Completion): Knowledge => ({
  ...known,
  concurrency: AdaptiveConcurrency.completed(known.concurrency, completion, sent.number, known.sent)
})

/** The paces of the limits that a request falls under, after something has happened to it. */
export const pacesAfter = (
  { paces }: Knowledge,
  { isFree }: Sent,
  change: (pace: Pace.Pace) => Pace.Pace
): Knowledge["paces"] => ({ [ACCOUNT]: change(paces.account), [FREE]: isFree ? change(paces.free) : paces.free })

/** How the numbers of a run of many jobs are said to a person. Pure. */
import * as Figures from "../../domain/Figures.js"
import * as Lines from "../view/Lines.js"
import type * as Tally from "./Tally.js"

/** `12,345` */
export const number = (n: number): string => Figures.number(n)

/** What is estimated or long has no tenths of a second. */
export const time = (ms: number): string => Figures.duration(Math.max(0, ms), 0)

export const cost = (costs: Figures.Costs): string => Lines.cost(costs, "request")

/** What flow control says of the run. */
export interface Flow {
  /** Requests that may be in flight, and those that are. */
  readonly limit: number
  readonly inFlight: number
  /** Until when the account may not send, in milliseconds since the epoch. */
  readonly pausedUntil?: number | undefined
  /** US dollars that the process is known to have spent, also for what is not settled yet. */
  readonly spent?: number | undefined
}

/** Nobody but the workers knows what is in flight. */
const withWorkers = (tally: Tally.Tally): ReadonlyArray<string> => {
  const others = tally.done() + tally.seen.arrived
  const open = (tally.total ?? 0) - others
  return open <= 0 ? [] : [`${Figures.more(open, others, number)} ${open === 1 ? "is" : "are"} the workers'`]
}

/** How far it is, in two lines; `flow` is that of this process, absent where workers ask. */
export const progress = (tally: Tally.Tally, now: number, flow: Flow | undefined): ReadonlyArray<string> => {
  const { counts, total } = tally
  const done = tally.done()
  const arrived = tally.seen.arrived
  const spent = Math.max(counts.cost, flow?.spent ?? 0)
  const rate = tally.perMinute(now)
  const left = total === undefined || rate === 0 ? undefined : ((total - done) / rate) * 60_000
  const pause = (flow?.pausedUntil ?? 0) - now
  return [
    [
      `${number(done)}${total === undefined ? "" : ` of ${number(total)}`} done: ${number(counts.ok)} ok`,
      ...(counts.resumed === 0 ? [] : [`${number(counts.resumed)} of them resumed`]),
      ...(counts.failed === 0 ? [] : [`${number(counts.failed)} failed`]),
      ...(counts.skipped === 0 ? [] : [`${number(counts.skipped)} skipped`]),
      ...(arrived === 0 ? [] : [`${Figures.more(arrived, done, number)} arrived`])
    ].join(", "),
    [
      ...(flow === undefined
        ? withWorkers(tally)
        : [`${number(flow.inFlight)} of ${number(flow.limit)} requests in flight`]),
      ...(pause <= 0 ? [] : [`the server asks to wait ${time(pause)}`]),
      ...(rate === 0 ? [] : [`${number(rate)} a minute`]),
      // Of what has arrived and is not settled the cost may be unknown.
      ...(spent === 0 && counts.ofUnknownCost === 0 && (done === 0 || arrived > 0)
        ? []
        : [cost({ ...counts, cost: spent })]),
      ...(left === undefined || done === total ? [] : [`${time(left)} left`])
    ].join(", ")
  ].filter((line) => line !== "")
}

/** `12 x RateLimited (HTTP 429), such as AAPL x/y: slow down` */
export const kind = (label: string, count: number, example: string): string =>
  `${number(count)} x ${label}, such as ${example}`

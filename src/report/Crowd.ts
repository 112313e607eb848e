/**
 * A run of many algorithms: what they add up to by model, by ticker and by reason, and which of them stand out. It takes
 * them one by one and keeps only those that stand out, so a page can follow a run of any length.
 */
import type { Named, Score } from "./Run.js"
import * as Totals from "./Totals.js"

/** Of those at each of the far ends. */
const EACH = 5
const MOST_EXAMPLES = 2 * EACH

export interface Reason {
  count: number
  readonly example: Named
}

/** The highest by some number, the first of them first. */
interface Top {
  readonly value: (slot: Named) => number | undefined
  readonly found: Array<{ readonly at: number; readonly slot: Named }>
}

export interface Crowd {
  readonly totals: Totals.Totals
  readonly models: Map<string, Totals.Totals>
  readonly tickers: Map<string, Totals.Totals>
  readonly reasons: Map<string, Reason>
  readonly tops: ReadonlyArray<Top>
}

const top = (value: Top["value"]): Top => ({ value, found: [] })

/** One that never traded does not stand out. */
const returnOf = (score: Score | undefined): number | undefined =>
  score === undefined || score.trades === 0 ? undefined : score.return

const negated = (value: number | undefined): number | undefined => (value === undefined ? undefined : -value)

export const make = (): Crowd => ({
  totals: Totals.none(),
  models: new Map(),
  tickers: new Map(),
  reasons: new Map(),
  tops: [
    top(({ score }) => returnOf(score)),
    top(({ score }) => negated(returnOf(score))),
    top(({ durationMs }) => durationMs),
    top(({ requests }) => (requests > 1 ? requests : undefined)),
    top(({ cost }) => (cost === 0 ? undefined : cost))
  ]
})

const rank = ({ found, value }: Top, slot: Named): void => {
  const at = value(slot)
  if (at === undefined) return
  const place = found.findIndex((other) => other.at < at)
  found.splice(place < 0 ? found.length : place, 0, { at, slot })
  if (found.length > EACH) found.pop()
}

const group = (groups: Map<string, Totals.Totals>, name: string): Totals.Totals => {
  const found = groups.get(name) ?? Totals.none()
  groups.set(name, found)
  return found
}

export const add = ({ models, reasons, tickers, tops, totals }: Crowd, slot: Named): void => {
  Totals.add(totals, slot)
  Totals.add(group(models, slot.model), slot)
  Totals.add(group(tickers, slot.ticker), slot)
  for (const top of tops) rank(top, slot)
  if (slot.because === undefined) return
  const reason = reasons.get(slot.because)
  if (reason === undefined) reasons.set(slot.because, { count: 1, example: slot })
  else reason.count += 1
}

export const of = (slots: ReadonlyArray<Named>): Crowd => {
  const crowd = make()
  for (const slot of slots) add(crowd, slot)
  return crowd
}

/** Slowest, dearest, asked most often, best and worst, and an example of each reason. */
export const outliers = ({ reasons, tops }: Crowd): ReadonlySet<Named> =>
  new Set([
    ...tops.flatMap(({ found }) => found.map(({ slot }) => slot)),
    ...[...reasons.values()].slice(0, MOST_EXAMPLES).map(({ example }) => example)
  ])

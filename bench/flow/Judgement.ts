/** What the runs of all policies under all regimes come to, as tables. */
import * as Regime from "./Regime.js"
import * as Statistics from "./Statistics.js"
import { fixed, render, seconds } from "./Table.js"
import type * as Trial from "./Trial.js"

export interface Row {
  readonly regime: Regime.Regime
  readonly oracle: Trial.Result
  readonly results: ReadonlyMap<string, Trial.Result>
}

/** `undefined` where a run has no such value. */
type Value = (result: Trial.Result, row: Row) => number | undefined

/** The share of the jobs finished that the oracle finished. */
const share: Value = ({ finished }, { oracle }) => finished / Math.max(1, oracle.finished)

/** The time until the last algorithm, of a run that finished as many as the oracle. */
const time: Value = ({ finished, lastSuccessMs }, { oracle }) =>
  finished < oracle.finished ? undefined : lastSuccessMs / oracle.lastSuccessMs

/** Share and time in one number: what was finished of the oracle's jobs, less for taking longer. */
const score: Value = ({ finished, lastSuccessMs }, { oracle }) =>
  (finished / Math.max(1, oracle.finished)) * Math.min(1, oracle.lastSuccessMs / Math.max(1, lastSuccessMs))

const wasted: Value = ({ rateLimited, requests }) => rateLimited / Math.max(1, requests)

const isHinted = ({ regime }: Row) =>
  regime.window !== undefined && regime.window.hints !== "none" && regime.models.every(({ dead }) => dead === undefined)
const hasDead = ({ regime }: Row) => regime.models.some(({ dead }) => dead !== undefined)

const column = (rows: ReadonlyArray<Row>, policy: string, value: Value): ReadonlyArray<number> =>
  rows.flatMap((row) => {
    const result = row.results.get(policy)
    const found = result === undefined ? undefined : value(result, row)
    return found === undefined ? [] : [found]
  })

const average = (values: ReadonlyArray<number>, digits: number): string =>
  values.length === 0 ? "-" : fixed(Statistics.mean(values), digits)

const overall = (rows: ReadonlyArray<Row>, policies: ReadonlyArray<string>): string => {
  const hinted = rows.filter(isHinted)
  const dead = rows.filter(hasDead)
  const head = ["policy", "finished", "time", "score", "wasted", "hinted", "requests/job", "beside dead", "lateness"]
  const lines = policies.map((name) => [
    name,
    average(column(rows, name, share), 3),
    average(column(rows, name, time), 2),
    average(column(rows, name, score), 3),
    average(column(rows, name, wasted), 3),
    average(column(hinted, name, wasted), 3),
    average(
      column(rows, name, ({ jobs, requests }) => requests / jobs),
      2
    ),
    average(column(dead, name, time), 2),
    `${Math.max(...column(rows, name, ({ latenessMs }) => latenessMs))} ms`
  ])
  return render([head, ...lines])
}

const byKind = (rows: ReadonlyArray<Row>, policies: ReadonlyArray<string>, value: Value, digits: number): string => {
  const lines = Regime.KINDS.map((kind) => {
    const those = rows.filter(({ regime }) => regime.kind === kind)
    const cells = policies.map((name) => average(column(those, name, value), digits))
    return [`${kind}`].concat(cells)
  })
  return render([["kind", ...policies], ...lines])
}

const differences = (rows: ReadonlyArray<Row>, ours: string, others: ReadonlyArray<string>, value: Value): string => {
  const lines = others.map((name) => {
    const { high, low, mean } = Statistics.paired(column(rows, ours, value), column(rows, name, value))
    return [name, fixed(mean, 3), fixed(low, 3), fixed(high, 3)]
  })
  return render([[`${ours}, less`, "mean", "from", "to"], ...lines])
}

/** One run, in a line. */
export const describe = (name: string, result: Trial.Result): string => {
  const { durationMs, finished, lastSuccessMs, rateLimited, reasons, requests } = result
  const failures = Object.entries(reasons).map(([reason, count]) => `, ${count} ${reason}`)
  return (
    `  ${name.padEnd(22)} ${finished} done, the last at ${seconds(lastSuccessMs)}, over at ${seconds(durationMs)}, ` +
    `${requests} requests, ${rateLimited} refused${failures.join("")}`
  )
}

export const tables = (rows: ReadonlyArray<Row>, ours: string, others: ReadonlyArray<string>): string => {
  const policies = [ours, ...others]
  return `All regimes. Finished: of the oracle's jobs. Time: until the last algorithm, by the oracle's, where as many were
finished. Score: finished, less for taking longer. Wasted: requests refused with 429; hinted: where a 429 says until when.
Beside dead: time of the models that are alive. Lateness: the worst, past the deadline.

${overall(rows, policies)}

Finished, by kind of regime

${byKind(rows, policies, share, 3)}

Time, by kind

${byKind(rows, policies, time, 2)}

Refused with 429, of the requests, by kind

${byKind(rows, policies, wasted, 3)}

Paired differences of finished, mean and 95 % interval

${differences(rows, ours, others, share)}

Paired differences of score, mean and 95 % interval

${differences(rows, ours, others, score)}`
}

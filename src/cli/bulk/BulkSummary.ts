/** What a run of many jobs came to: for a person by model and by kind of failure, for a script as a JSON document. Pure. */
import * as Figures from "../../domain/Figures.js"
import * as Lines from "../view/Lines.js"
import * as Look from "../view/Look.js"
import type * as RunView from "../view/RunView.js"
import * as Table from "../view/Table.js"
import type * as Tally from "./Tally.js"
import * as Words from "./Words.js"

export interface Options extends RunView.Ending {
  readonly durationMs: number
  /** Where the lines of the jobs are, where there is one for each. */
  readonly manifest?: string | undefined
  /** Jobs that were taken; for where nobody knows how many there are. */
  readonly taken?: number | undefined
  /** Tickers of all jobs, if that is known; else of those that were settled. */
  readonly tickerCount?: number | undefined
  /** The jobs ended in a line that is none, so there may be others; default false. */
  readonly broken?: boolean | undefined
  /** Why jobs were left that nobody asked for; undefined if none were. */
  readonly endedBecause?: string | undefined
}

/** Only of a part: a file without a job is refused. */
export const EMPTY_PART = "Nothing to do: this part has no job, they are all dealt to others (--shard)."

/** More rows than this nobody reads: the manifest has all of them. */
const MODELS = 40
const KINDS = 10
const KINDS_OF_MODEL = 3

const HEADER = ["model", "ok", "failed", "skipped", "requests", "cost", "failures"]

/** The largest first. */
const largest = <A>(counts: Iterable<readonly [label: string, value: A]>, count: (value: A) => number) =>
  [...counts].sort(([, one], [, other]) => count(other) - count(one))

/** Nobody is paid for what a simulated model did not finish. */
const costsOf = (counts: Figures.Costs, simulated: boolean): Figures.Costs =>
  simulated ? { ...counts, ofUnknownCost: 0 } : counts

const rowOf = (model: string, counts: Tally.Model, simulated: boolean): ReadonlyArray<string> => [
  model,
  ...[counts.ok, counts.failed, counts.skipped, counts.requests].map(Words.number),
  Figures.cost(costsOf(counts, simulated)),
  largest(counts.failures, (count) => count)
    .slice(0, KINDS_OF_MODEL)
    .map(([label, count]) => `${Words.number(count)} x ${label}`)
    .join(", ")
]

export const render = (tally: Tally.Tally, options: Options): string => {
  const { broken = false, durationMs, endedBecause, hasWorkers = false, manifest, out, simulated } = options
  const { columns, ellipsis, isTerminal } = options.look ?? Look.plain
  const { counts, kinds, models } = tally
  const tickers = tickersOf(tally, options)
  const done = tally.done()
  const cut = (line: string) => (isTerminal ? Table.cut(line, columns, ellipsis) : line)
  const shown = [...models].slice(0, MODELS).map(([model, counts]) => rowOf(model, counts, simulated))
  const failures = largest(kinds, ({ count }) => count)
  const more = (n: number, noun: string) => (n > 0 ? [`and ${Words.number(n)} more ${noun}`] : [])
  const left = leftOf(tally, options)
  const toWorkers = hasWorkers ? unsettled(tally, options) : 0
  const ended = left - toWorkers
  const all = done + left
  return [
    ...(shown.length === 0
      ? []
      : [...Table.render(HEADER, shown).split("\n").map(cut), ...more(models.size - MODELS, "models"), ""]),
    ...failures
      .slice(0, KINDS)
      .map(([label, { count, example }]) => cut(Table.plain(Words.kind(label, count, example)))),
    ...more(failures.length - KINDS, "kinds of failure"),
    ...(failures.length === 0 ? [] : [""]),
    ...(ended > 0 && endedBecause !== undefined ? [`${areLeft(ended, done)}: ${endedBecause}`] : []),
    ...(toWorkers > 0 ? [`${areLeft(toWorkers, all - toWorkers)} to the workers`] : []),
    `${Words.number(counts.ok)} of ${Lines.count(all, "algorithm", Words.number)}` +
      `${tickers === 0 ? "" : ` for ${Lines.count(tickers, "ticker", Words.number)}`} in ` +
      `${Words.time(durationMs)}: ${Lines.requests(counts.requests, counts.retries, Words.number)}, ` +
      `${Lines.resumed(counts.resumed, Words.number)}${Words.cost(costsOf(counts, simulated))}`,
    manifest === undefined
      ? `The files are in ${out}.`
      : `${manifest} has a line for each job${left > 0 || broken ? " that is done" : ""}.`,
    ...Lines.older(tally.seen.older),
    ...(options.hint === undefined ? [] : [options.hint]),
    ...advice(tally, options),
    ...(simulated ? [Lines.SIMULATED] : [])
  ].join("\n")
}

/** Taken, and nothing has come of it yet. */
const unsettled = (tally: Tally.Tally, { taken = 0 }: Options): number =>
  Math.max(0, taken - tally.done() - tally.left())

const tickersOf = (tally: Tally.Tally, { tickerCount = tally.tickers.size }: Options): number => tickerCount

const leftOf = (tally: Tally.Tally, options: Options): number => tally.left() + unsettled(tally, options)

const areLeft = (count: number, others: number): string =>
  `${Figures.more(count, others, Words.number)} ${count === 1 ? "is" : "are"} left`

const advice = (
  { seen }: Tally.Tally,
  { endedBecause, hasWorkers = false, repairs = 0, resume = false, simulated }: Options
): ReadonlyArray<string> => {
  const steps = seen.repairable > 0 && repairs === 0 ? [Lines.failedCheck(seen.repairable, resume && !simulated)] : []
  // Simulated answers are not kept.
  const isOver = simulated || hasWorkers || steps.length > 0
  return [
    ...steps,
    ...Lines.unpriced(seen.unpriced),
    ...(isOver ? [] : Lines.rest(endedBecause !== undefined, seen.limited, resume))
  ]
}

const totalsOf = ({ cost, ofUnknownCost, priced, resumed, ...counts }: Readonly<Tally.Counts>) => ({
  ...counts,
  resumed: resumed === 0 ? undefined : resumed,
  cost: Figures.knownCost({ cost, ofUnknownCost, priced }),
  requestsOfUnknownCost: ofUnknownCost
})

/** The document of `--json`, without the jobs themselves: the manifest has them. */
export const toJson = (tally: Tally.Tally, options: Options) => ({
  success: tally.counts.ok > 0,
  simulated: options.simulated,
  startedAt: Figures.iso(tally.startedAt),
  durationMs: options.durationMs,
  manifest: options.manifest,
  jobs: tally.done() + leftOf(tally, options),
  tickers: tickersOf(tally, options),
  totals: { ...totalsOf(tally.counts), left: leftOf(tally, options) },
  models: [...tally.models].map(([model, { failures, ...counts }]) =>
    Object.assign({ model }, totalsOf(counts), {
      failures: failures.size === 0 ? undefined : Object.fromEntries(failures)
    })
  ),
  failures: largest(tally.kinds, ({ count }) => count).map(([kind, { _tag, count, example, status }]) => ({
    kind,
    _tag,
    status,
    count,
    example
  }))
})

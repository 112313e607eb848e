/**
 * Judges flow control: 60 regimes drawn from a seed that nothing was tuned on, six policies and an oracle that knows the
 * server, all through the real code in virtual time; then the same in miniature over real sockets. `--seed NAME` draws
 * other regimes, `--each N` so many of each kind, `--verbose` prints every run.
 */
import * as Policy from "./flow/Policy.js"
import * as Regime from "./flow/Regime.js"
import * as Sockets from "./flow/Sockets.js"
import * as Statistics from "./flow/Statistics.js"
import * as Trial from "./flow/Trial.js"

const option = (name: string, fallback: string): string => {
  const at = process.argv.indexOf(`--${name}`)
  return at === -1 ? fallback : (process.argv[at + 1] ?? fallback)
}

const JUDGING_SEED = "judgement"
const verbose = process.argv.includes("--verbose")
const print = (line = "") => process.stdout.write(`${line}\n`)

const regimes = Regime.drawAll(option("seed", JUDGING_SEED), Number(option("each", "5")))
const policies = [Policy.OURS, ...Policy.OTHERS]

interface Row {
  readonly regime: Regime.Regime
  readonly oracle: Trial.Result
  readonly results: ReadonlyMap<string, Trial.Result>
}

const rows: Array<Row> = []
const began = performance.now()
for (const regime of regimes) {
  const oracle = await Trial.play(Policy.ORACLE, regime)
  const results = new Map<string, Trial.Result>()
  for (const policy of policies) results.set(policy.name, await Trial.play(policy, regime))
  rows.push({ regime, oracle, results })
  if (verbose) {
    const line = ({ durationMs, finished, lastSuccessMs, rateLimited, reasons, requests }: Trial.Result) =>
      `${finished} done, last ${seconds(lastSuccessMs)}, end ${seconds(durationMs)}, ${requests} requests, ${rateLimited} refused ${JSON.stringify(reasons)}`
    print(`${regime.name}: ${oracle.jobs} jobs`)
    print(`  ${"oracle".padEnd(22)} ${line(oracle)}`)
    for (const [name, result] of results) print(`  ${name.padEnd(22)} ${line(result)}`)
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

const finishedShare = ({ finished }: Trial.Result, oracle: Trial.Result) => finished / Math.max(1, oracle.finished)
const wasted = ({ rateLimited, requests }: Trial.Result) => rateLimited / Math.max(1, requests)

const column = (name: string, value: (result: Trial.Result, row: Row) => number | undefined, among = rows) =>
  among.flatMap((row) => {
    const result = row.results.get(name)
    const found = result === undefined ? undefined : value(result, row)
    return found === undefined ? [] : [found]
  })

const share = (result: Trial.Result, { oracle }: Row) => finishedShare(result, oracle)
const time = (result: Trial.Result, { oracle }: Row) =>
  result.finished < oracle.finished ? undefined : result.lastSuccessMs / oracle.lastSuccessMs
const isHinted = ({ regime }: Row) =>
  regime.window?.hints === true && regime.models.every(({ dead }) => dead === undefined)
const hasDead = ({ regime }: Row) => regime.kind === "dead, tagged" || regime.kind === "dead, untagged"

const table = (lines: ReadonlyArray<ReadonlyArray<string>>) => {
  const widths = lines[0]?.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0))) ?? []
  for (const line of lines)
    print(
      line
        .map((cell, index) => (index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0)))
        .join("  ")
    )
}
const fixed = (value: number, digits = 3) => (Number.isFinite(value) ? value.toFixed(digits) : "-")
const average = (values: ReadonlyArray<number>, digits = 3) =>
  values.length === 0 ? "-" : fixed(Statistics.mean(values), digits)

print(`${rows.length} regimes, ${policies.length} policies and the oracle, in ${seconds(performance.now() - began)}`)
print()
table([
  [
    "policy",
    "finished/oracle",
    "time/oracle",
    "wasted",
    "wasted, hinted",
    "requests/job",
    "last beside dead/oracle",
    "lateness"
  ],
  ...policies.map(({ name }) => [
    name,
    average(column(name, share)),
    average(column(name, time)),
    average(column(name, wasted)),
    average(column(name, wasted, rows.filter(isHinted))),
    average(
      column(name, ({ jobs, requests }) => requests / jobs),
      2
    ),
    average(column(name, time, rows.filter(hasDead)), 2),
    `${Math.max(...column(name, ({ latenessMs }) => latenessMs))} ms`
  ])
])
print()
print("finished/oracle, by kind of regime")
table([
  ["policy", ...Regime.KINDS],
  ...policies.map(({ name }) => [
    name,
    ...Regime.KINDS.map((kind) =>
      average(
        column(
          name,
          share,
          rows.filter(({ regime }) => regime.kind === kind)
        )
      )
    )
  ])
])
print()
print("time/oracle of runs that finish all of the oracle's jobs, by kind")
table([
  ["policy", ...Regime.KINDS],
  ...policies.map(({ name }) => [
    name,
    ...Regime.KINDS.map((kind) =>
      average(
        column(
          name,
          time,
          rows.filter(({ regime }) => regime.kind === kind)
        ),
        2
      )
    )
  ])
])
print()
print(
  `${Policy.OURS.name} less the other, share of the oracle's jobs: mean and 95 % interval of the paired differences`
)
table([
  ["other", "mean", "from", "to"],
  ...Policy.OTHERS.map(({ name }) => {
    const { high, low, mean } = Statistics.paired(column(Policy.OURS.name, share), column(name, share))
    return [name, fixed(mean), fixed(low), fixed(high)]
  })
])

if (!process.argv.includes("--no-sockets")) {
  print()
  for (const line of await Sockets.measure()) print(line)
}

/**
 * Judges flow control: 85 regimes drawn from a seed that nothing was tuned on, six policies and an oracle that knows the
 * server, all through the real code in virtual time; then the same in miniature over real sockets. `--seed NAME` draws
 * other regimes, `--each N` so many of each kind, `--kind TEXT` those whose kind contains it, `--verbose` prints every run, `--no-sockets` leaves out the last part.
 */
import * as Judgement from "./flow/Judgement.js"
import * as Policy from "./flow/Policy.js"
import * as Regime from "./flow/Regime.js"
import * as Sockets from "./flow/Sockets.js"
import { seconds } from "./flow/Table.js"
import * as Trial from "./flow/Trial.js"

const option = (name: string, fallback: string): string => {
  const at = process.argv.indexOf(`--${name}`)
  return at === -1 ? fallback : (process.argv[at + 1] ?? fallback)
}
const has = (name: string) => process.argv.includes(`--${name}`)
const print = (line: string) => process.stdout.write(`${line}\n`)

/** Whatever was tuned was tuned on other seeds. */
const SEED = "verdict"

/** Of seventeen kinds: 85 regimes. */
const EACH = "5"

const began = performance.now()
const rows: Array<Judgement.Row> = []
for (const regime of Regime.drawAll(option("seed", SEED), Number(option("each", EACH)))) {
  if (!regime.kind.includes(option("kind", ""))) continue
  const oracle = await Trial.play(Policy.ORACLE, regime)
  const results = new Map<string, Trial.Result>()
  const policies = has("ours") ? [Policy.OURS] : [Policy.OURS, ...Policy.OTHERS]
  for (const policy of policies) results.set(policy.name, await Trial.play(policy, regime))
  rows.push({ regime, oracle, results })
  if (!has("verbose")) continue
  print(`${regime.name}: ${oracle.jobs} jobs, ${JSON.stringify(regime.window ?? {})}`)
  print(Judgement.describe("oracle", oracle))
  for (const [name, result] of results) print(Judgement.describe(name, result))
}
print(`${rows.length} regimes in ${seconds(performance.now() - began)}\n`)
print(
  Judgement.tables(
    rows,
    Policy.OURS.name,
    Policy.OTHERS.map(({ name }) => name)
  )
)
if (!has("no-sockets")) print(`\n${(await Sockets.measure()).join("\n")}`)

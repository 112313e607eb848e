/**
 * Judges flow control: 90 regimes drawn from a seed that nothing was tuned on, six policies and an oracle that knows the
 * server, all through the real code in virtual time. `npm run bench:peers` meets a limit over real sockets.
 */
import * as Judgement from "./flow/Judgement.js"
import * as Policy from "./flow/Policy.js"
import * as Regime from "./flow/Regime.js"
import { seconds } from "./flow/Table.js"
import * as Trial from "./flow/Trial.js"
import * as Options from "./options/Options.mjs"

const values = Options.read("npm run bench:flow --", {
  // Whatever was tuned was tuned on other seeds.
  seed: { type: "string", default: "verdict", word: "NAME", help: "draws the regimes" },
  // Of eighteen kinds: 90 regimes.
  each: { type: "number", default: 5, help: "regimes of each kind" },
  kind: { type: "string", default: "", help: "only the kinds with this in their name" },
  ours: { type: "boolean", default: false, help: "without the other policies" },
  verbose: { type: "boolean", default: false, help: "prints every run" }
})
const print = (line: string) => process.stdout.write(`${line}\n`)

const began = performance.now()
const rows: Array<Judgement.Row> = []
for (const regime of Regime.drawAll(values.seed, values.each)) {
  if (!regime.kind.includes(values.kind)) continue
  const oracle = await Trial.play(Policy.ORACLE, regime)
  const results = new Map<string, Trial.Result>()
  const policies = values.ours ? [Policy.OURS] : [Policy.OURS, ...Policy.OTHERS]
  for (const policy of policies) results.set(policy.name, await Trial.play(policy, regime))
  rows.push({ regime, oracle, results })
  if (!values.verbose) continue
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

/**
 * The command in this process with made-up arguments and damaged files, see `test/system/command/fuzz`.
 * npm run bench:command -- [--cases 10000] [--from 1], or --seed N to see one of them.
 */
import { parseArgs } from "node:util"
import { run } from "../test/system/command/fuzz/fuzz.js"

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    cases: { type: "string", default: "10000" },
    from: { type: "string", default: "1" }
  }
})

const print = (text: string) => process.stdout.write(`${text}\n`)

const first = Number(values.seed ?? values.from)
const last = values.seed === undefined ? first + Number(values.cases) - 1 : first
const codes = new Map<string, number>()
let failing = 0
for (let seed = first; seed <= last; seed += 1) {
  const { broken, errors, exitCode, output, words } = await run(seed)
  codes.set(String(exitCode), 1 + (codes.get(String(exitCode)) ?? 0))
  if (broken.length > 0) failing += 1
  if (broken.length > 0 || values.seed !== undefined) {
    print(
      `seed ${seed}: ${JSON.stringify(words)}\n    ${broken.join("\n    ")}\n    ${JSON.stringify(errors.slice(0, 300))}`
    )
  }
  if (values.seed !== undefined) print(output.slice(0, 2_000))
}
print(
  `${last - first + 1} cases from seed ${first}: exit codes ${JSON.stringify(Object.fromEntries(codes))}; ${failing} broke a rule`
)
process.exit(failing > 0 ? 1 : 0)

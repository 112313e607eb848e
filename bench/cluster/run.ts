/**
 * `npm run bench:cluster -- [seeds | speed | poison] ..`: workers that die, how much three do
 * compared with one, and an answer that kills its workers. Needs Debian's
 * PostgreSQL (`apt-get install postgresql`).
 */
import { loadavg } from "node:os"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import * as Simulator from "../../src/simulator/Simulator.js"
import * as Poison from "./poison.js"
import * as Scenario from "./scenario.js"

const bin = fileURLToPath(new URL("../../bin.js", import.meta.url))
const [what = "seeds", first = "1", last = "20", jobs = "600"] = process.argv.slice(2)

const print = (line: string): void => void process.stdout.write(`${line}\n`)

const ALL: ReadonlyArray<Scenario.Death> = ["one worker", "all workers", "client", "database"]

const isGood = (result: Scenario.Result, jobs: number): boolean =>
  result.paidTwice === 0 &&
  result.settled === jobs &&
  result.ok === jobs &&
  result.inOrder &&
  result.longestPending <= 15_000

const seeds = async (target: string) => {
  let failed = 0
  for (let seed = Number(first); seed <= Number(last); seed += 1) {
    const result = await Scenario.run({ seed, jobs: Number(jobs), target, deaths: ALL, bin, concurrency: 6 })
    const good = isGood(result, Number(jobs))
    if (!good) failed += 1
    print(`${good ? "ok  " : "FAIL"} seed ${seed} load ${(loadavg()[0] ?? 0).toFixed(1)} ${JSON.stringify(result)}`)
  }
  print(failed === 0 ? "all seeds hold" : `${failed} seeds do not hold`)
  process.exitCode = failed === 0 ? 0 : 1
}

const poison = async (target: string) => print(JSON.stringify(await Poison.run(target)))

const speed = async (target: string) => {
  const measure = (workers: number) =>
    Scenario.run({ seed: 1, jobs: Number(jobs), target, deaths: [], bin, workers, concurrency: 6 })
  const one = await measure(1)
  const three = await measure(3)
  print(
    `one worker ${one.askingMs} ms, three workers ${three.askingMs} ms: ${(three.askingMs / one.askingMs).toFixed(3)}`
  )
}

await Effect.runPromise(
  Effect.scoped(
    Effect.flatMap(Simulator.make({ latency: () => "800 millis" }), ({ baseUrl }) =>
      Effect.promise(() => (what === "speed" ? speed(baseUrl) : what === "poison" ? poison(baseUrl) : seeds(baseUrl)))
    )
  )
)

/**
 * `npm run bench:cluster -- MODE`, all with real processes:
 * - `seeds FIRST LAST JOBS`: workers, client and database die at moments of chance
 * - `speed`: how much three workers do, compared with one
 * - `poison`: an answer that kills its workers
 * - `limit`: a limit of a minute that three workers share
 * - `faults`: a database that hangs, is away, or is full
 * - `stop`: SIGTERM to a busy worker
 * - `file`: two workers on a SQLite file, one of which is killed
 * - `cost`: CPU, transactions and bytes a job
 * Needs Debian's PostgreSQL (`apt-get install postgresql`).
 */
import { loadavg } from "node:os"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import * as Simulator from "../../src/simulator/Simulator.js"
import * as Cost from "./cost.js"
import * as Faults from "./faults.js"
import * as File from "./file.js"
import * as Limit from "./limit.js"
import * as Poison from "./poison.js"
import * as Scenario from "./scenario.js"
import * as Stop from "./stop.js"

const bin = fileURLToPath(new URL("../../bin.js", import.meta.url))
const [what = "seeds", first = "1", last = "20", many = "600"] = process.argv.slice(2)
/** `seeds FIRST LAST JOBS`; every other mode takes the number of jobs alone. */
const jobs = what === "seeds" ? many : (process.argv[3] ?? "600")

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

const cost = async (target: string) => {
  const { aloneMs, clientMs, databaseMs, logged, stored, transactions, workerMs } = await Cost.run({
    jobs: Number(jobs),
    target,
    bin
  })
  print(
    `load ${(loadavg()[0] ?? 0).toFixed(1)}; a job, in ms of CPU: worker ${workerMs.toFixed(1)}, client ${clientMs.toFixed(1)}, database ${databaseMs.toFixed(1)}; one process without a database ${aloneMs.toFixed(1)}`
  )
  print(
    `with a database ${((workerMs + clientMs) / aloneMs).toFixed(1)} times the CPU of one process; ${transactions.toFixed(1)} transactions, ${(logged / 1024).toFixed(1)} kB of log, ${(stored / 1024).toFixed(1)} kB stored`
  )
}

const speed = async (target: string) => {
  const measure = (workers: number) =>
    Scenario.run({ seed: 1, jobs: Number(jobs), target, deaths: [], bin, workers, concurrency: 6 })
  const one = await measure(1)
  const three = await measure(3)
  print(
    `one worker ${one.askingMs} ms, three workers ${three.askingMs} ms: ${(three.askingMs / one.askingMs).toFixed(3)}`
  )
}

const limit = async (target: string) => {
  const { minutes, perMinute, said } = await Limit.run({ target, bin })
  const shares = minutes.map(
    ({ refused, sent }) => `${sent} (${((sent / perMinute) * 100).toFixed(1)} %, ${refused} refused)`
  )
  print(
    `load ${(loadavg()[0] ?? 0).toFixed(1)}; three workers at ${perMinute} a minute sent ${shares.join(", ")}; ${said} times they could not share`
  )
  const [, ...whole] = minutes
  const isKept = whole.every(({ sent }) => sent >= 0.95 * perMinute && sent <= 1.05 * perMinute)
  process.exitCode = isKept ? 0 : 1
}

const stop = async (target: string) => print(JSON.stringify(await Stop.run({ jobs: 40, target, bin })))

const file = async (target: string) => print(JSON.stringify(await File.run({ jobs: 60, target, bin })))

const faults = async (target: string) => {
  const all: ReadonlyArray<Faults.Fault> = ["frozen", "away", ...(Faults.canFill() ? (["full"] as const) : [])]
  if (!Faults.canFill()) print("a full disk is not tried: only root can mount a small one")
  for (const fault of all) {
    const result = await Faults.run(fault, { jobs: 60, target, bin, lasts: 20_000 })
    const good = result.askedTwice === 0 && result.ok === 60 && result.cpu < 10 && result.workerExit === 0
    print(`${good ? "ok  " : "FAIL"} ${fault} load ${(loadavg()[0] ?? 0).toFixed(1)} ${JSON.stringify(result)}`)
    if (!good) process.exitCode = 1
  }
}

interface Mode {
  readonly run: (target: string) => Promise<void>
  /** Milliseconds that the simulated server takes for an answer. */
  readonly latency: number
}

const MODES: Readonly<Record<string, Mode>> = {
  seeds: { run: seeds, latency: 800 },
  speed: { run: speed, latency: 800 },
  poison: { run: poison, latency: 800 },
  cost: { run: cost, latency: 300 },
  limit: { run: limit, latency: 300 },
  faults: { run: faults, latency: 800 },
  stop: { run: stop, latency: 2_000 },
  file: { run: file, latency: 800 }
}

const mode = MODES[what]
if (mode === undefined) {
  print(`'${what}' is not a mode: use ${Object.keys(MODES).join(", ")}`)
  process.exit(2)
}
await Effect.runPromise(
  Effect.scoped(
    Effect.flatMap(Simulator.make({ latency: () => `${mode.latency} millis` }), ({ baseUrl }) =>
      Effect.promise(() => mode.run(baseUrl))
    )
  )
)

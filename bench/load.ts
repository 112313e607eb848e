/**
 * 64 runs at once over 1,000 jobs, again and again: ten minutes of real time against a slow, a hostile and a dead server over
 * sockets, then an hour of virtual time. Ends with an error where memory grew, or a listener or a socket is left.
 * npm run bench:load -- [--minutes 10] [--hours 1] [--seed 1]
 */
import { parseArgs } from "node:util"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Console, Effect } from "effect"
import * as Load from "../test/system/load/load.js"

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    hours: { type: "string", default: "1" },
    seed: { type: "string", default: "1" }
  }
})
const seed = Number(values.seed)

/** What the heap may grow by: caches and compiled code of the first minutes. */
const ROOM = 10_000_000

const say = (sample: Load.Sample) => Console.log(`  ${Load.describe(sample)}`)

const check = (isSo: boolean, what: string) => (isSo ? Effect.void : Effect.dieMessage(`${what} (seed ${seed})`))

const main = Effect.gen(function* () {
  const minutes = Number(values.minutes)
  yield* Console.log(`${Load.RUNS} runs, ${Load.JOBS} jobs, ${minutes} minutes of real time (seed ${seed})`)
  const real = yield* Load.real({ seconds: minutes * 60, seed }, say)
  yield* Console.log(`  outcomes: ${JSON.stringify(Object.fromEntries(real.outcomes))}`)
  yield* Console.log(
    `  heap grew by ${(Load.growth(real.samples) / 1e6).toFixed(1)} MB; ${real.connections} connections, ${real.sockets} sockets left`
  )
  const [first] = real.samples
  const last = real.samples.at(-1)
  yield* check(Load.growth(real.samples) < ROOM, "memory grew")
  yield* check(last?.listeners === first?.listeners, "listeners are left")
  yield* check(real.connections === 0 && real.sockets === 0, "sockets are left")

  const hours = Number(values.hours)
  yield* Console.log(`The same for ${hours} h of virtual time`)
  const virtual = yield* Load.virtual({ seconds: hours * 3_600, seed }, say)
  yield* Console.log(`  outcomes: ${JSON.stringify(Object.fromEntries(virtual.outcomes))}`)
  yield* check(Load.growth(virtual.samples) < ROOM, "memory grew")
})

NodeRuntime.runMain(main)

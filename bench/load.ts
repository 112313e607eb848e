/**
 * 64 runs at once over 1,000 jobs, again and again: ten minutes of real time against a slow, a hostile and a dead server over
 * sockets, then an hour of virtual time. Ends with an error where memory grew, or a listener or a socket is left.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Console, Effect } from "effect"
import * as Load from "../test/system/load/load.js"
import * as Options from "./options/Options.mjs"

const values = Options.read("npm run bench:load --", {
  minutes: { type: "number", default: 10, help: "of real time" },
  hours: { type: "number", default: 1, help: "of virtual time" },
  seed: { type: "number", default: 1, help: "decides what the servers do" },
  real: { type: "boolean", default: false, help: "without the hours of virtual time" },
  virtual: { type: "boolean", default: false, help: "without the minutes of real time" }
})
const { hours, minutes, seed } = values

/** What the heap may grow by in steady state: half a megabyte in a virtual hour, and what a busy machine adds. */
const ROOM = 10_000_000

/** Says a round for every so many milliseconds. */
const saying = (everyMs: number) => {
  let next = 0
  return (sample: Load.Sample) => {
    if (sample.elapsed < next) return Effect.void
    next = (1 + Math.floor(sample.elapsed / everyMs)) * everyMs
    return Console.log(`  ${Load.describe(sample)}`)
  }
}

const check = (isSo: boolean, what: string) => (isSo ? Effect.void : Effect.dieMessage(`${what} (seed ${seed})`))

const conclude = ({ outcomes, samples }: Pick<Load.Facts, "outcomes" | "samples">) =>
  Effect.gen(function* () {
    yield* Console.log(`  outcomes: ${JSON.stringify(Object.fromEntries(outcomes))}`)
    yield* Console.log(
      `  ${samples.length} rounds; by its slope the heap grew by ${(Load.growth(samples) / 1e6).toFixed(1)} MB after the first third of them`
    )
    yield* check(
      samples.every(({ settled }) => settled >= Load.JOBS),
      "jobs were lost"
    )
    yield* check(Load.growth(samples) < ROOM, "memory grew")
    yield* check(samples.at(-1)?.listeners === samples[0]?.listeners, "listeners are left")
  })

const real = Effect.gen(function* () {
  yield* Console.log(`${Load.RUNS} runs, ${Load.JOBS} jobs, ${minutes} minutes of real time (seed ${seed})`)
  const facts = yield* Load.real({ seconds: minutes * 60, seed }, saying(60_000))
  yield* Console.log(`  ${facts.connections} connections and ${facts.sockets} sockets left`)
  yield* conclude(facts)
  yield* check(facts.connections === 0 && facts.sockets === 0, "sockets are left")
})

const virtual = Effect.gen(function* () {
  yield* Console.log(`${Load.RUNS} runs, ${Load.JOBS} jobs, ${hours} h of virtual time (seed ${seed})`)
  yield* conclude(yield* Load.virtual({ seconds: hours * 3_600, seed }, saying(5 * 60_000)))
})

const isBoth = values.real === values.virtual
const main = Effect.all([isBoth || values.real ? real : Effect.void, isBoth || values.virtual ? virtual : Effect.void])

NodeRuntime.runMain(main)

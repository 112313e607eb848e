/**
 * The longest time for which the check of an answer keeps everything else in the process from going on.
 * npm run bench:slices -- [--runs 5] [--only NAME] [--size 65536]; the first run of each is the cold one.
 */
import { parseArgs } from "node:util"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Clock, Console, Effect, Either } from "effect"
import { make } from "../src/code/CodeCheck.js"
import { shapes } from "../test/unit/code/shapes.js"

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "5" },
    size: { type: "string", multiple: true, default: ["65536", "262144", "1024000"] },
    only: { type: "string" }
  }
})

const MOST = 1024 * 1024
const { acceptInSlices = () => Effect.dieMessage("the checks have no slices") } = make()

const breath = Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))

/** In milliseconds: the longest slice, and in it the longest piece of work that does not rest. */
const measure = (answer: string) =>
  Effect.suspend(() => {
    const started = performance.now()
    let [slice, piece, began, looked] = [0, 0, started, started]
    const look = (): number => {
      const now = performance.now()
      piece = Math.max(piece, now - looked)
      slice = Math.max(slice, now - began)
      looked = now
      return now
    }
    const again = Effect.sync(() => {
      began = looked = performance.now()
    })
    const clock: Clock.Clock = {
      ...Clock.make(),
      unsafeCurrentTimeMillis: look,
      sleep: () => Effect.zipRight(breath, again)
    }
    return Effect.map(Effect.withClock(acceptInSlices(answer), clock), (result) => ({
      total: look() - started,
      slice,
      piece,
      verdict: Either.match(result, { onLeft: ({ code }) => code, onRight: () => "accepted" })
    }))
  })

const main = Effect.gen(function* () {
  for (const [name, shape] of Object.entries(shapes)) {
    if (values.only !== undefined && values.only !== name) continue
    for (const size of values.size) {
      const answer = shape(Number(size))
      if (answer.length > MOST) continue
      const cold = yield* measure(answer)
      const warm = yield* Effect.replicateEffect(measure(answer), Number(values.runs))
      const least = (of: "slice" | "piece" | "total") =>
        warm.reduce((least, one) => Math.min(least, one[of]), Infinity).toFixed(1)
      const figures = `cold ${cold.slice.toFixed(1)}, warm ${least("slice")}, one piece ${least("piece")} of ${least("total")} ms`
      yield* Console.log(`${name}, ${size}: ${figures}, ${cold.verdict}`)
    }
  }
})

NodeRuntime.runMain(main)

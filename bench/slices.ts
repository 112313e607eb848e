/**
 * The longest time for which the check of an answer keeps everything else in the process from going on: measured, and made up of
 * the shortest times of its pieces, on which other programs have no influence.
 * The first run of each is the cold one. A fixed loop, whose time stands in the last lines, says how fast the machine was meanwhile.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Clock, Console, Effect, Either } from "effect"
import { make } from "../src/code/CodeCheck.js"
import * as Steps from "../src/code/Steps.js"
import { loop, shortest } from "../test/system/code/machine.js"
import { rows } from "../test/unit/code/rows.js"
import { shapes } from "../test/unit/code/shapes.js"
import * as Options from "./options/Options.mjs"

const values = Options.read("npm run bench:slices --", {
  runs: { type: "number", default: 5, help: "measurements of each answer" },
  size: {
    type: "number",
    multiple: true,
    // The first is checked in one go.
    default: [8_000, 32_768, 65_536, 250_000, 500_000, 1_024_000],
    help: "characters of an answer; may be repeated"
  },
  only: { type: "string", word: "NAME", help: "the kind of answer with this name" },
  pieces: { type: "boolean", default: false, help: "says which piece of the work is the longest" }
})

const MOST = 1024 * 1024
const { acceptInSlices = () => Effect.dieMessage("the checks have no slices") } = make()

const breath = Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))

type Look = () => number

const judged = (answer: string, look: Look, sleep: Effect.Effect<void>) =>
  Effect.withClock(acceptInSlices(answer), { ...Clock.make(), unsafeCurrentTimeMillis: look, sleep: () => sleep })

/** The longest slice, in milliseconds, and the verdict. */
const slice = (answer: string) =>
  Effect.suspend(() => {
    let longest = 0
    let began = performance.now()
    const ended = () => {
      longest = Math.max(longest, performance.now() - began)
    }
    const pause = Effect.sync(ended).pipe(
      Effect.zipRight(breath),
      Effect.zipRight(Effect.sync(() => void (began = performance.now())))
    )
    return Effect.map(
      judged(answer, () => performance.now(), pause),
      (result) => {
        ended()
        return { longest, verdict: Either.match(result, { onLeft: ({ code }) => code, onRight: () => "accepted" }) }
      }
    )
  })

/** How long each piece of the work takes that does not rest. */
const pieces = (answer: string) =>
  Effect.suspend(() => {
    const looks = [performance.now()]
    const look = () => {
      looks.push(performance.now())
      return 0
    }
    return Effect.map(judged(answer, look, Effect.void), () => {
      looks.push(performance.now())
      return looks.slice(1).map((at, index) => at - (looks[index] ?? at))
    })
  })

/** The longest slice of pieces that take so long. */
const sliceOf = (pieces: ReadonlyArray<number>): number => {
  let slice = 0
  let longest = 0
  for (const piece of pieces) {
    slice = (slice < Steps.SLICE_MS ? slice : 0) + piece
    longest = Math.max(longest, slice)
  }
  return longest
}

const ms = (time: number) => time.toFixed(1).padStart(7)

interface Row {
  readonly name: string
  readonly slice: number
  readonly loops: number
}

const main = Effect.gen(function* () {
  const found: Array<Row> = []
  const speeds: Array<number> = []
  for (const [name, shape] of Object.entries({ ...shapes, ...rows })) {
    if (values.only !== undefined && values.only !== name) continue
    for (const size of values.size) {
      const answer = shape(size)
      if (answer.length > MOST) continue
      const before = Math.min(loop(), loop(), loop())
      const cold = yield* slice(answer)
      const warm = yield* Effect.replicateEffect(slice(answer), values.runs)
      const least = (yield* Effect.replicateEffect(pieces(answer), values.runs)).reduce(
        (before: ReadonlyArray<number>, now) => shortest(now, before),
        []
      )
      const best = warm.reduce((least, { longest }) => Math.min(least, longest), Infinity)
      const most = least.reduce((most, piece) => Math.max(most, piece), 0)
      const total = least.reduce((sum, piece) => sum + piece, 0)
      // The machine may have got slower or faster meanwhile: the slower of the two is the one that the pieces met.
      const speed = Math.max(before, Math.min(loop(), loop(), loop()))
      speeds.push(speed)
      found.push({ name: `${name}, ${size}`, slice: sliceOf(least), loops: sliceOf(least) / speed })
      const worst = values.pieces ? ` ${least.findIndex((piece) => piece === most)} of ${least.length}` : ""
      yield* Console.log(
        `${name.padEnd(24)}${String(size).padStart(8)}: longest slice cold${ms(cold.longest)}, warm${ms(best)}, of pieces${ms(sliceOf(least))}; longest piece${ms(most)}${worst} of${ms(total)} ms; ${cold.verdict}`
      )
    }
  }
  const slowest = found.toSorted((one, other) => other.loops - one.loops).slice(0, 10)
  const median = speeds.toSorted((one, other) => one - other)[speeds.length >> 1] ?? 0
  yield* Console.log(`\nThe fixed loop took ${median.toFixed(1)} ms (median). The longest slices, of pieces:`)
  for (const { loops, name, slice } of slowest)
    yield* Console.log(`${ms(slice)} ms, ${loops.toFixed(1)} loops: ${name}`)
})

NodeRuntime.runMain(main)

/** What had come of an answer is worth the same whatever cuts it off: its own time, the deadline, `stopWhen`, an interruption. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Fiber, identity, Layer, TestClock } from "effect"
import * as CodeCheck from "../../../src/code/CodeCheck.js"
import * as Generation from "../../../src/generation/Generation.js"
import type { Event } from "../../../src/generation/Progress.js"
import { HOLD, store } from "./doubles.js"
import { journal } from "./resumeDoubles.js"
import { server } from "./wire.js"

/** When they end it. */
const AT = 1_500

const CUTS = [
  ["its own time", { requestTimeout: AT, maxRetries: 0 }],
  ["the deadline", { deadline: AT }],
  ["stopWhen", { stopWhen: Effect.sleep(AT) }],
  ["an interruption", {}]
] as const

const chunk = (delta: object, more: object = {}) => `data: ${JSON.stringify({ choices: [{ delta, ...more }] })}\n\n`
const says = (content: string) => chunk({ content })
const CLOSED = `\`\`\`python\n${HOLD}\`\`\`\n`
/** Checks everything as it does long answers: after a first slice. */
const sliced = CodeCheck.make()
const inSlices: CodeCheck.Service = {
  ...sliced,
  acceptInSlices: (answer, { region = identity, ...options } = {}) =>
    region(
      Effect.zipRight(
        Effect.yieldNow(),
        Effect.sync(() => sliced.accept(answer, options))
      )
    )
}

/** Asks a model of which this comes, in pieces at these moments and never more, until it is cut off. */
const run = (options: Partial<Generation.Options>, pieces: ReadonlyArray<readonly [at: number, text: string]>) =>
  Effect.gen(function* () {
    const files = store()
    const kept = journal()
    const events: Array<Event> = []
    const fiber = yield* Generation.generateAlgorithms({
      models: ["x/1"],
      ticker: "AAPL",
      ...options,
      onProgress: ({ event }) => Effect.sync(() => void events.push(event))
    }).pipe(
      Effect.provide(Layer.mergeAll(server({ "x/1": { pieces } }), files.layer, kept.layer)),
      Effect.provideService(CodeCheck.CodeCheck, inSlices),
      Effect.fork
    )
    // What asks has to begin, and to hash its prompt, before time may go on.
    yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve))).pipe(
      Effect.repeat({ until: () => events.some(({ _tag }) => _tag === "ModelStarted") })
    )
    yield* TestClock.adjust(AT)
    yield* Fiber.interrupt(fiber)
    return {
      saved: files.saved.length,
      journal: kept.records.flatMap((record) =>
        record._tag === "Answered" ? [[record.answer.text, record.partial ?? false]] : []
      ),
      last: events.findLast(({ _tag }) => _tag === "Generated" || _tag === "Failed")?._tag
    }
  })

describe("what had come of an answer that is cut off by", () => {
  for (const [name, options] of CUTS) {
    describe(name, () => {
      it.effect("is an answer where it is a module in a closed block, and comes just in time", () =>
        Effect.gen(function* () {
          deepStrictEqual(yield* run(options, [[AT - 1, says(CLOSED)]]), {
            saved: 1,
            journal: [[CLOSED, false]],
            last: "Generated"
          })
          deepStrictEqual(yield* run(options, [[AT + 1, says(CLOSED)]]), { saved: 0, journal: [], last: "Failed" })
        })
      )

      it.effect("is an answer where only a last word is missing", () =>
        Effect.gen(function* () {
          const pieces = [
            [1, says(HOLD)],
            [2, chunk({}, { finish_reason: "stop" })]
          ] as const
          deepStrictEqual(yield* run(options, pieces), { saved: 1, journal: [[HOLD, false]], last: "Generated" })
        })
      )

      for (const [what, text] of [
        ["half a function", HOLD.slice(0, 40)],
        ["a block that is open", CLOSED.slice(0, -5)],
        ["a block that holds no module", "```python\nx = 1\n```\n"],
        ["a module that the model calls wrong", `${CLOSED}\nWait, this never sells. Corrected:\n`]
      ] as const) {
        it.effect(`is kept for a reader where it is ${what}`, () =>
          Effect.gen(function* () {
            deepStrictEqual(yield* run(options, [[1, says(text)]]), {
              saved: 0,
              journal: [[text, true]],
              last: "Failed"
            })
          })
        )
      }

      it.effect("is kept as cut off where that had been said", () =>
        Effect.gen(function* () {
          const pieces = [
            [1, says(HOLD.slice(0, 40))],
            [2, chunk({}, { finish_reason: "length" })]
          ] as const
          const { journal, saved } = yield* run(options, pieces)
          assert.strictEqual(saved, 0)
          deepStrictEqual(journal, [[HOLD.slice(0, 40), false]])
        })
      )
    })
  }
})

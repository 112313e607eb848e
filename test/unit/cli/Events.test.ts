import { assert, it } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { Arbitrary, Effect, FastCheck, Option, Schema } from "effect"
import * as Events from "../../../src/cli/view/Events.js"
import * as Progress from "../../../src/generation/Progress.js"

const Line = Schema.parseJson(
  Schema.Struct({
    percent: Schema.Number,
    messages: Schema.Array(Schema.String),
    ticker: Schema.optional(Schema.String),
    sample: Schema.optional(Schema.Int),
    event: Progress.Event
  })
)

/** Counts that no server can send have no JSON. */
const isJson = (value: unknown): boolean =>
  typeof value === "number"
    ? Number.isFinite(value) && !Object.is(value, -0)
    : typeof value !== "object" || value === null || Object.values(value).every(isJson)

it("every event is one line, which is read back as it was", () => {
  FastCheck.assert(
    FastCheck.property(Arbitrary.make(Progress.Event), (event) => {
      FastCheck.pre(isJson(event))
      const line = Events.ofProgress({ percent: 7, event })
      assert.notMatch(line, /[\n\r\u0080-\u009f\u2028\u2029]/)
      const { messages, percent, event: read } = Schema.decodeSync(Line)(line)
      assert.deepStrictEqual(messages, Progress.toMessages(event))
      assert.strictEqual(Events.ofProgress({ percent, event: read }), line)
    }),
    { seed: 1 }
  )
})

it("what a terminal obeys and what some readers take for the end of a line is spelt out", () => {
  const code = 'x = "\u009b31m\u2028\u001b[0m"\n'
  const event = Progress.make.Generated({ index: 0, model: "a/b", code })
  const line = Events.ofProgress({ percent: 90, event })
  assert.match(line, /^[\x20-\x7e]+$/)
  assert.deepStrictEqual(Schema.decodeSync(Line)(line).event, event)
})

it("the code is in Generated alone", () => {
  FastCheck.assert(
    FastCheck.property(Arbitrary.make(Progress.Event), (event) => {
      FastCheck.pre(isJson(event) && event._tag === "Settled" && Option.isSome(event.outcome.algorithm))
      const { event: read } = Schema.decodeSync(Line)(Events.ofProgress({ percent: 7, event }))
      if (read._tag !== "Settled") return assert.fail(read._tag)
      assert.isTrue(Option.isNone(read.outcome.algorithm))
      if (event._tag === "Settled") assertEquals(read.outcome.file, event.outcome.file)
    }),
    { seed: 1, numRuns: 20 }
  )
})

it.effect("what an event is about stands beside it, with the number that the document has", () =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const write = (line: string) => Effect.sync(() => void lines.push(line))
    const { ModelStarted, Note, RunStarted, Saved, SlotAdded } = Progress.make
    const about = () => lines.map((line) => JSON.parse(line)).map(({ sample, ticker }) => [ticker, sample])
    const listener = yield* Events.make(write)
    yield* listener({ percent: 0, event: RunStarted({ ticker: "TSLA", models: ["a", "a", "b", "b", "a", "a"] }) })
    for (const index of [0, 1, 3, 5]) yield* listener({ percent: 0, event: ModelStarted({ index, model: "a" }) })
    yield* listener({ percent: 0, event: Note({ message: "x" }) })
    const none = [undefined, undefined]
    assert.deepStrictEqual(about(), [none, none, ["TSLA", 1], ["TSLA", 2], ["TSLA", 2], ["TSLA", 4], none])
    yield* listener({ percent: 0, event: SlotAdded({ index: 6, model: "c", ticker: "TSLA", sample: 3 }) })
    yield* listener({ percent: 0, event: SlotAdded({ index: 7, model: "a", ticker: "TSLA", sample: 5 }) })
    yield* listener({ percent: 0, event: ModelStarted({ index: 7, model: "a" }) })
    assert.deepStrictEqual(about().slice(-3), [
      ["TSLA", 3],
      ["TSLA", 5],
      ["TSLA", 5]
    ])
    lines.length = 0
    const many = yield* Events.make(write, (index) => ({ ticker: `T${index}`, sample: 3 }))
    yield* many({ percent: 0, event: Saved({ index: 7, model: "a", path: "x" }) })
    assert.deepStrictEqual(about(), [none, ["T7", 3]])
  })
)

it.effect("the version of the format comes first", () =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const listener = yield* Events.make((line) => Effect.sync(() => void lines.push(line)))
    yield* listener({ percent: 100, event: Progress.make.RunFinished({ generated: 1, requested: 1, left: 0 }) })
    assert.deepStrictEqual(lines, [
      '{"algogen":1}',
      '{"percent":100,"messages":["1 of 1 algorithm generated"],"event":{"_tag":"RunFinished","generated":1,"requested":1,"left":0}}'
    ])
  })
)

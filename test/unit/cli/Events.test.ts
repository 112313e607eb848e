import { assert, it } from "@effect/vitest"
import { Arbitrary, Effect, FastCheck, Schema } from "effect"
import * as Events from "../../../src/cli/view/Events.js"
import * as Progress from "../../../src/generation/Progress.js"

const Line = Schema.parseJson(
  Schema.Struct({ percent: Schema.Number, messages: Schema.Array(Schema.String), event: Progress.Event })
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
      const { messages, ...progress } = Schema.decodeSync(Line)(line)
      assert.deepStrictEqual(messages, Progress.toMessages(event))
      assert.strictEqual(Events.ofProgress(progress), line)
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

it.effect("the version of the format comes first", () =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const listener = yield* Events.make((line) => Effect.sync(() => void lines.push(line)))
    yield* listener({ percent: 100, event: Progress.make.RunFinished({ generated: 1, requested: 1 }) })
    assert.deepStrictEqual(lines, [
      '{"algogen":1}',
      '{"percent":100,"messages":["1 of 1 algorithm generated"],"event":{"_tag":"RunFinished","generated":1,"requested":1}}'
    ])
  })
)

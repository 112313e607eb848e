import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { type Event, make } from "../../../src/generation/Progress.js"
import * as Callback from "../../../src/promise/Callback.js"

const heard = (event: Event, wording: Partial<Callback.Wording> = {}) =>
  Effect.gen(function* () {
    const messages: Array<string> = []
    const tell = Callback.teller((percent, message) => messages.push(`${percent} ${message}`))
    yield* Callback.listener(tell, { hasFiles: true, indexed: false, ...wording })({ percent: 7, event })
    return messages
  })

const generated = make.Generated({ index: 3, model: "x/y:free", code: "a::b" })
const saved = make.Saved({ index: 3, model: "x/y:free", path: "p" })

it.effect("the messages name the model, and its place only where that is asked for", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* heard(generated), ["7 PREVIEW::x/y:free::a::b", "7 MODEL_OK::x/y:free::generated"])
    assert.deepStrictEqual(yield* heard(generated, { indexed: true }), [
      "7 PREVIEW::3::x/y:free::a::b",
      "7 MODEL_OK::3::x/y:free::generated"
    ])
    const note = make.Note({ message: "MODEL_OK::is said" })
    assert.deepStrictEqual(yield* heard(note, { indexed: true }), ["7 MODEL_OK::is said"])
  })
)

it.effect("nothing is called saved that is in no file", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* heard(saved), ["7 MODEL_OK::x/y:free::saved"])
    assert.deepStrictEqual(yield* heard(saved, { hasFiles: false }), [])
  })
)

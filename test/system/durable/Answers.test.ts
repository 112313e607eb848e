/** The answers of a job in a SQLite file: which of them make its next worker careful. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Option } from "effect"
import { Answer } from "../../../src/domain/Answer.js"
import { Durable } from "../../../src/durable.js"
import * as Answers from "../../../src/durable/Answers.js"
import { emptyFolder } from "../command/command.js"

describe("the answers of a job", () => {
  it.scopedLive("are suspect while they are whole and not judged, and stay usable", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      const log: Array<string> = []
      const say = (words: string) => Effect.sync(() => void log.push(words))
      const make = Answers.make({ batch: "b", index: 0, attempt: 1 }, false, {
        enter: say("kept"),
        leave: say("asking")
      })
      const entry = { model: "a/b", ticker: "AAPL", messages: [], answer: new Answer({ text: "x", model: "a/b" }) }
      yield* Effect.gen(function* () {
        const first = yield* make
        assert.isFalse(first.isTakenOver)
        yield* first.journal.append({ ...entry, key: "beginning", partial: true })
        const second = yield* make
        assert.isFalse(second.isTakenOver)
        deepStrictEqual(log, [])

        yield* second.journal.append({ ...entry, key: "one" })
        deepStrictEqual(log, ["kept"])
        const third = yield* make
        assert.isTrue(third.isTakenOver)
        // Asked for something that is not here before an answer was used: nothing is judged.
        assert.isTrue(Option.isNone(yield* third.journal.lookup("other")))
        assert.isTrue((yield* make).isTakenOver)

        assert.isTrue(Option.isSome(yield* third.journal.lookup("one")))
        assert.isTrue((yield* make).isTakenOver)
        yield* third.journal.lookup("two")
        deepStrictEqual(log, ["kept", "asking", "asking"])
        const fourth = yield* make
        assert.isFalse(fourth.isTakenOver)
        assert.isTrue(Option.isSome(yield* fourth.journal.lookup("one")))

        yield* fourth.journal.append({ ...entry, key: "two" })
        assert.isTrue((yield* make).isTakenOver)
        yield* fourth.journal.lookup("three")
        assert.isFalse((yield* make).isTakenOver)
      }).pipe(Effect.provide(Durable.layerSqlite({ file: `${folder}/jobs.db` })))
    })
  )
})

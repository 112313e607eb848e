/** A journal as the page shows it: an answer that keeps an algorithm is no algorithm that failed. */
import { describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import * as FromJournal from "../../../../src/cli/folder/FromJournal.js"
import { CodeCheck } from "../../../../src/code/CodeCheck.js"
import { Answer } from "../../../../src/domain/Answer.js"
import { Answered } from "../../../../src/storage/journal/Record.js"

const CODE = '```python\ndef execute_trade(ticker, cash_balance, shares_held):\n    return "HOLD"\n```'
const KEEP = "KEEP: it is good enough."

const answered = (key: string, text: string, at: number, model = "a/one", before?: string) =>
  new Answered({
    key,
    at,
    model,
    ticker: "AAPL",
    messages:
      before === undefined
        ? []
        : [
            { role: "user", content: "Write." },
            { role: "assistant", content: before },
            { role: "user", content: "Again." }
          ],
    answer: new Answer({ model, text }),
    startedAt: at - 10
  })

const slotsOf = (...answers: ReadonlyArray<Answered>) =>
  Effect.map(CodeCheck, (check) =>
    FromJournal.make(answers, [{ at: 1 }], check).slots.map(
      ({ attempts, checks, model, requests, sample, status }) => ({
        model,
        sample,
        status,
        requests,
        outcomes: attempts.map(({ outcome }) => outcome),
        last: checks.at(-1)
      })
    )
  )

const CHECKED = "Checked: syntax, structure, names, and what it may import and call."
const KEPT = "Kept in a later round: the model answered KEEP."

describe("the page of a journal", () => {
  it.effect("shows an algorithm as kept that its model keeps, and not beside one of another model", () =>
    Effect.gen(function* () {
      const slots = yield* slotsOf(
        answered("1", CODE, 20),
        answered("2", CODE, 30, "a/two"),
        answered("3", KEEP, 40),
        answered("4", KEEP, 50)
      )
      deepStrictEqual(slots, [
        { model: "a/one", sample: 1, status: "ok", requests: 3, outcomes: ["ok", "ok", "ok"], last: KEPT },
        { model: "a/two", sample: 1, status: "ok", requests: 1, outcomes: ["ok"], last: CHECKED }
      ])
    })
  )

  it.effect("has what corrects or improves an algorithm in the place of the algorithm", () =>
    Effect.gen(function* () {
      const bad = CODE.replace("return", "retrun")
      const repaired = yield* slotsOf(
        answered("1", bad, 20),
        answered("2", bad, 25, "a/two"),
        answered("3", CODE, 30, "a/one", bad),
        answered("4", CODE, 40, "a/two", "something else")
      )
      deepStrictEqual(repaired, [
        { model: "a/one", sample: 1, status: "ok", requests: 2, outcomes: ["BadCode", "ok"], last: CHECKED },
        { model: "a/two", sample: 1, status: "failed", requests: 1, outcomes: ["BadCode"], last: repaired[1]?.last },
        { model: "a/two", sample: 2, status: "ok", requests: 1, outcomes: ["ok"], last: CHECKED }
      ])
      const better = CODE.replace("HOLD", "BUY")
      const improved = yield* slotsOf(answered("1", CODE, 20), answered("2", better, 30, "a/one", CODE))
      deepStrictEqual(improved, [
        {
          model: "a/one",
          sample: 1,
          status: "ok",
          requests: 2,
          outcomes: ["ok", "ok"],
          last: "The latest of several rounds: the journal does not say which module was the best."
        }
      ])
    })
  )

  it.effect("has nothing to keep in a first answer, and shows what a model wrote instead of keeping", () =>
    Effect.gen(function* () {
      const slots = yield* slotsOf(
        answered("1", KEEP, 20),
        answered("2", CODE, 30, "a/two"),
        answered("3", CODE, 40, "a/two")
      )
      deepStrictEqual(
        slots.map(({ model, outcomes, sample, status }) => [model, sample, status, outcomes]),
        [
          ["a/one", 1, "failed", ["BadCode"]],
          ["a/two", 1, "ok", ["ok"]],
          ["a/two", 2, "ok", ["ok"]]
        ]
      )
    })
  )
})

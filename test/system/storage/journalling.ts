/** Entries to write, and arbitrary ones. */
import { FastCheck as fc } from "effect"
import { Answer, Usage } from "../../../src/domain/Answer.js"
import type { Entry } from "../../../src/storage/Journal.js"
import * as Record from "../../../src/storage/journal/Record.js"
import { character } from "../../unit/properties.js"

export const entry = (key: string, text = `answer to ${key}`): Entry => ({
  key,
  model: "x/y:free",
  ticker: "AAPL",
  messages: [{ role: "user", content: "Write é 🐍\n" }],
  answer: new Answer({ text, model: "x/y", usage: new Usage({ promptTokens: 1, completionTokens: 2, cost: 0.00031 }) })
})

const text = fc.oneof(
  fc.string({ unit: character, maxLength: 30 }),
  fc.constantFrom('{"version":1,"sum":', "\n", "\ud800", "}", "\u0000", '"', "\\")
)
const at = fc.nat()

export const record: fc.Arbitrary<Record.Record> = fc.oneof(
  fc.record({ run: text, at }).map((fields) => new Record.Finished(fields)),
  fc
    .record({ run: text, at, ticker: text, keys: fc.array(text, { maxLength: 3 }) })
    .map((fields) => new Record.Began(fields)),
  fc
    .record({
      key: text,
      at,
      model: text,
      ticker: text,
      messages: fc.array(fc.record({ role: text, content: text }), { maxLength: 2 }),
      answer: fc.record({ text, model: text }).map((fields) => new Answer(fields))
    })
    .map((fields) => new Record.Answered(fields))
)

/** What `algogen journal` prints: runs and answers, or one answer with what the present checks say of it. */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type { Checked } from "../../code/CodeCheck.js"
import * as CodeFailure from "../../domain/CodeFailure.js"
import { iso, knownCost } from "../../domain/Figures.js"
import * as Keep from "../../prompt/Keep.js"
import type { Snapshot } from "../../storage/journal/File.js"
import { type Answered, Message } from "../../storage/journal/Record.js"
import * as Parts from "./Parts.js"

const facts = {
  /** What `--show` calls it: the oldest is 1. */
  number: Schema.Int.pipe(Schema.positive()),
  at: Parts.Moment,
  model: Schema.String,
  ticker: Schema.String,
  /** Only the beginning of an answer that did not come in time, kept for reading: no run makes use of it. */
  partial: Schema.optional(Schema.Literal(true)),
  servedModel: Schema.optional(Schema.String),
  finishReason: Schema.optional(Schema.String),
  generationId: Schema.optional(Schema.String),
  usage: Schema.optional(Parts.Usage)
}

export const Journal = Schema.Struct({
  runs: Schema.Array(
    Schema.Struct({
      at: Parts.Moment,
      ticker: Schema.optional(Schema.String),
      asked: Schema.optional(Parts.Count),
      /** Requests to which it got an answer, or found one that an earlier run had received. */
      answered: Parts.Count,
      /** Answers that came to this run and to no other: whole ones. */
      received: Parts.Count,
      /** Of what it received, in US dollars, as far as known. */
      cost: Schema.optional(Parts.Dollars),
      /** How many of these answers have no price, if any. */
      answersOfUnknownCost: Schema.optional(Parts.Count),
      finished: Schema.Boolean
    })
  ),
  answers: Schema.Array(Schema.Struct(facts)),
  /** Records that could not be read. */
  skipped: Parts.Count
})

export const Shown = Schema.Struct({
  ...facts,
  messages: Schema.Array(Message),
  text: Schema.String,
  /** Of the present checks. */
  verdict: Schema.Struct({
    ok: Schema.Boolean,
    /** It has no module, and needs none: its model keeps the algorithm of an earlier round. */
    keeps: Schema.optional(Schema.Literal(true)),
    stage: Schema.optional(CodeFailure.Stage),
    code: Schema.optional(Schema.String),
    message: Schema.optional(Schema.String),
    line: Schema.optional(Schema.Int)
  })
})

const factsOf = ({ answer, at, model, partial, ticker }: Answered, place: number) => ({
  number: place + 1,
  at: iso(at),
  model,
  ticker,
  partial,
  servedModel: answer.model === model ? undefined : answer.model,
  finishReason: answer.finishReason,
  generationId: answer.generationId,
  usage: answer.usage
})

export const make = ({ entries, runs, skipped }: Snapshot): typeof Journal.Encoded => ({
  runs: runs.map(({ answered, asked, at, costs, finished, received, ticker }) => ({
    at: iso(at),
    ticker,
    asked,
    answered,
    received,
    cost: knownCost(costs),
    answersOfUnknownCost: costs.ofUnknownCost || undefined,
    finished
  })),
  answers: entries.map(factsOf),
  skipped
})

export const show = (entry: Answered, place: number, verdict: Checked): typeof Shown.Encoded => ({
  ...factsOf(entry, place),
  messages: entry.messages,
  text: entry.answer.text,
  verdict: Either.match(verdict, {
    onLeft: ({ code, line, message, stage }) =>
      Keep.isSaid(entry.answer.text) ? { ok: true, keeps: true } : { ok: false, stage, code, message, line },
    onRight: () => ({ ok: true })
  })
})

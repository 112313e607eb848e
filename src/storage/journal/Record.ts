/**
 * What a journal holds: answers, and where a run began and finished, so that a run that was killed can be told from one
 * that came to its end. Pure values and the questions asked of them.
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Answer } from "../../domain/Answer.js"

export const Message = Schema.Struct({ role: Schema.String, content: Schema.String })
export type Message = typeof Message.Type

/** An answer, and what it answers. Times are milliseconds since 1970. */
export class Answered extends Schema.TaggedClass<Answered>()("Answered", {
  key: Schema.String,
  at: Schema.Number,
  /** As requested. */
  model: Schema.String,
  ticker: Schema.String,
  messages: Schema.Array(Message),
  answer: Answer,
  /** Only what had come when the request failed: for a reader, never for a run. */
  partial: Schema.optional(Schema.Literal(true)),
  /** When the request was sent, and how long it took to the first token: for a reader. */
  startedAt: Schema.optional(Schema.Number),
  firstTokenMs: Schema.optional(Schema.Number)
}) {}

export class Began extends Schema.TaggedClass<Began>()("Began", {
  run: Schema.String,
  at: Schema.Number,
  /** Absent for a stream of requests, which may be for several. */
  ticker: Schema.optional(Schema.String),
  /** Of every request that the run is about to make; absent for a stream of requests, which are known as they come. */
  keys: Schema.optional(Schema.Array(Schema.String))
}) {}

export class Finished extends Schema.TaggedClass<Finished>()("Finished", {
  run: Schema.String,
  at: Schema.Number,
  /** The keys of the requests that were answered; absent means all of them. */
  answered: Schema.optional(Schema.Array(Schema.String))
}) {}

export const Record = Schema.Union(Answered, Began, Finished)
export type Record = typeof Record.Type

/** A record without its answer: enough to tell which runs came to their end. */
export type Head = Began | Finished | Pick<Answered, "_tag" | "at" | "key">

export const headOf = (record: Record): Head =>
  record._tag === "Answered" ? { _tag: record._tag, key: record.key, at: record.at } : record

export const isAnswered = (record: Record): record is Answered => record._tag === "Answered"

/** An answer, and not the beginning of one. */
export const isWholeAnswer = (record: Record): boolean => isAnswered(record) && record.partial === undefined

export const answers = (records: ReadonlyArray<Record>): ReadonlyArray<Answered> => records.filter(isAnswered)

/** The latest answer to a request. */
export const answerTo = (records: ReadonlyArray<Record>, key: string): Option.Option<Answered> =>
  Option.fromNullable(answers(records).findLast((record) => record.key === key))

/** A run that did not come to its end, and how many of its answers no later run has made use of. */
export interface Unfinished {
  readonly run: string
  readonly at: number
  readonly ticker: string | undefined
  readonly answered: number
  /** Absent for a stream of requests. */
  readonly requested: number | undefined
}

interface Open {
  readonly began: Began
  readonly requested: ReadonlySet<string> | undefined
  readonly answered: Set<string>
}

/** Oldest first. What a later run got an answer to is settled, and a run that left no answer has nothing to resume. */
export const unfinished = (records: ReadonlyArray<Head>): ReadonlyArray<Unfinished> => {
  const open = new Map<string, Open>()
  for (const record of records) {
    switch (record._tag) {
      case "Began": {
        // What an unfinished run before it left is there for this one to resume; what a finished one left is old.
        const earlier = [...open.values()]
        const left = record.keys?.filter((key) => earlier.some(({ answered }) => answered.has(key)))
        open.set(record.run, {
          began: record,
          requested: record.keys && new Set(record.keys),
          answered: new Set(left)
        })
        break
      }
      case "Answered":
        for (const { answered, requested } of open.values()) {
          if (requested?.has(record.key) ?? true) answered.add(record.key)
        }
        break
      case "Finished": {
        const settled = record.answered ?? open.get(record.run)?.began.keys ?? []
        open.delete(record.run)
        for (const { answered } of open.values()) settled.forEach((key) => answered.delete(key))
      }
    }
  }
  return [...open.values()]
    .map(({ answered, began: { at, run, ticker }, requested }) => ({
      run,
      at,
      ticker,
      answered: answered.size,
      requested: requested?.size
    }))
    .filter((run) => run.answered > 0)
}

/** A run of which the journal has an answer. */
export interface Run {
  readonly run: string
  readonly at: number
  /** Absent for a stream of requests. */
  readonly ticker: string | undefined
  readonly asked: number | undefined
  /** Requests to which it got an answer, or found one here. */
  readonly answered: number
  /** It came to its end, and what it received was saved. */
  readonly finished: boolean
}

/** Oldest first. A later run that makes the same requests takes over from one that did not come to its end. */
export const runs = (records: ReadonlyArray<Head>): ReadonlyArray<Run> => {
  const all = new Map<string, Run>()
  const open = new Map<string, { readonly keys: ReadonlySet<string> | undefined; readonly got: Set<string> }>()
  const set = (run: string, facts: Partial<Run>) => {
    const known = all.get(run)
    if (known !== undefined) all.set(run, { ...known, ...facts })
  }
  for (const record of records) {
    switch (record._tag) {
      case "Began": {
        const { at, keys, run, ticker } = record
        for (const [earlier, { keys: theirs }] of open) {
          if (keys?.some((key) => theirs?.has(key)) === true) open.delete(earlier)
        }
        open.set(run, { keys: keys && new Set(keys), got: new Set() })
        all.set(run, { run, at, ticker, asked: keys?.length, answered: 0, finished: false })
        break
      }
      case "Answered":
        for (const [run, { got, keys }] of open) {
          if (keys?.has(record.key) ?? true) set(run, { answered: got.add(record.key).size })
        }
        break
      case "Finished":
        set(record.run, {
          answered: record.answered?.length ?? open.get(record.run)?.got.size ?? 0,
          finished: true
        })
        open.delete(record.run)
    }
  }
  return [...all.values()]
}

/**
 * What a journal holds: answers, and where a run began and finished, so that a run that was killed can be told from one
 * that came to its end. Pure values and the questions asked of them.
 */
import * as Arr from "effect/Array"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Answer } from "../../domain/Answer.js"
import { costsOf } from "../../domain/Attempt.js"
import type { Costs } from "../../domain/Figures.js"
import { tagged } from "../../domain/Named.js"

export const Message = Schema.Struct({ role: Schema.String, content: Schema.String })
export type Message = typeof Message.Type

/** An answer, and what it answers. Times are milliseconds since 1970. */
export class Answered extends tagged<Answered>()("Answered", {
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

export class Began extends tagged<Began>()("Began", {
  run: Schema.String,
  at: Schema.Number,
  /** Absent for a stream of requests, which may be for several. */
  ticker: Schema.optional(Schema.String),
  /** Of every request that the run is about to make; absent for a stream of requests, which are known as they come. */
  keys: Schema.optional(Schema.Array(Schema.String))
}) {}

export class Finished extends tagged<Finished>()("Finished", {
  run: Schema.String,
  at: Schema.Number,
  /** The keys of the requests that were answered; absent means all of them. */
  answered: Schema.optional(Schema.Array(Schema.String))
}) {}

export const Record = Schema.Union(Answered, Began, Finished)
export type Record = typeof Record.Type

/** Where a record stands: in which file, and behind how many bytes. */
export interface Place {
  readonly file: string
  readonly offset: number
}

type Answering = Pick<Answered, "_tag" | "at" | "key"> & Partial<Pick<Answered, "answer" | "partial" | "ticker">>

/**
 * A record, which may be without its answer: enough to tell which runs came to their end. A log that is one file for all
 * needs no place.
 */
export type Head = (Began | Finished | Answering) & { readonly place?: Place | undefined }

export const answeredHead = (key: string, at: number, partial: Answered["partial"]): Head =>
  partial === undefined ? { _tag: "Answered", key, at } : { _tag: "Answered", key, at, partial }

export const headOf = (record: Record): Head =>
  record._tag === "Answered" ? answeredHead(record.key, record.at, record.partial) : record

export const withPlace = (head: Head, place: Place): Head => ({ ...head, place })

export const isAnswered = (record: Record): record is Answered => record._tag === "Answered"

/** An answer, and not the beginning of one. */
export const isWholeAnswer = (record: Record): boolean => isAnswered(record) && record.partial === undefined

export const answers = (records: ReadonlyArray<Record>): ReadonlyArray<Answered> => records.filter(isAnswered)

export const answerTo = (records: ReadonlyArray<Record>, key: string): Option.Option<Answered> =>
  Option.fromNullable(answers(records).findLast((record) => record.key === key))

/** Of each answer the run that it came to: one that writes into this file, and of several the latest that may have asked. */
const recipients = (records: ReadonlyArray<Head>): ReadonlyMap<Head, string> => {
  const begun = new Map(records.flatMap((record) => (record._tag === "Began" ? [[record.run, record]] : [])))
  const recipients = new Map<Head, string>()
  for (const found of Object.values(Arr.groupBy(records, ({ place }) => ` ${place?.file}`))) {
    // The clock may have been set back since the run began.
    const file = found.toSorted((left, right) => (left.place?.offset ?? 0) - (right.place?.offset ?? 0))
    const open = new Map<string, Began>()
    const over = new Set<string>()
    const ends = file.filter((record) => record._tag === "Finished")
    const askers = new Map<string, string>()
    const begin = (began: Began) => {
      // A later run that makes the same requests takes over from one that did not come to its end.
      for (const key of began.keys ?? []) open.delete(askers.get(key) ?? "")
      for (const key of began.keys ?? []) askers.set(key, began.run)
      open.set(began.run, began)
    }
    const recipientOf = ({ key, ticker }: Answering): string | undefined => {
      const asker = askers.get(key)
      if (asker !== undefined && !over.has(asker)) return asker
      const all = [...open.values()]
      const streams = all.filter(({ keys }) => keys === undefined)
      // Of several the end of one says what it got.
      const told = ends.find(
        ({ answered, run }) => answered?.includes(key) && streams.some((began) => began.run === run)
      )
      // A request that was changed, as for a repair, has a key that was not known before.
      return told?.run ?? (streams.at(-1) ?? all.findLast((began) => began.ticker === ticker))?.run
    }
    const here = new Set(file.flatMap((record) => (record._tag === "Began" ? [record.run] : [])))
    for (const record of file) {
      // Where another run pruned meanwhile, the beginning is in the file before, and only the end in this one.
      const elsewhere = record._tag === "Finished" && !here.has(record.run) ? begun.get(record.run) : undefined
      if (elsewhere !== undefined) begin(elsewhere)
    }
    for (const record of file) {
      switch (record._tag) {
        case "Began":
          begin(record)
          break
        case "Answered": {
          const recipient = recipientOf(record)
          if (recipient !== undefined) recipients.set(record, recipient)
          break
        }
        case "Finished":
          over.add(record.run)
          open.delete(record.run)
      }
    }
  }
  return recipients
}

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
  const recipient = recipients(records)
  const open = new Map<string, Open>()
  for (const record of records) {
    switch (record._tag) {
      case "Began": {
        if (open.has(record.run)) break
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
        if (record.partial) break
        for (const [run, { answered, requested }] of open) {
          if (requested?.has(record.key) ?? recipient.get(record) === run) answered.add(record.key)
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
  /** Answers that came to it and to no other run: a request may take several, and one that found its answer here takes none. */
  readonly received: number
  /** Of these answers. */
  readonly costs: Costs
  /** It came to its end, and what it received was saved. */
  readonly finished: boolean
}

/** Oldest first. */
export const runs = (records: ReadonlyArray<Head>): ReadonlyArray<Run> => {
  const recipient = recipients(records)
  const answers = Arr.groupBy(
    records.flatMap((record) => (record._tag === "Answered" && !record.partial ? [record] : [])),
    (record) => ` ${recipient.get(record)}`
  )
  const ends = new Map(records.flatMap((record) => (record._tag === "Finished" ? [[record.run, record]] : [])))
  const seen = new Set<string>()
  return records.flatMap((record) => {
    if (record._tag !== "Began" || seen.has(record.run)) return []
    seen.add(record.run)
    const { at, keys, run, ticker } = record
    const own = answers[` ${run}`] ?? []
    const asked = keys && new Set(keys)
    const answered = new Set(own.flatMap(({ key }) => ((asked?.has(key) ?? true) ? [key] : [])))
    const end = ends.get(run)
    return [
      {
        run,
        at,
        ticker,
        asked: keys?.length,
        answered: end?.answered?.length ?? answered.size,
        received: own.length,
        costs: costsOf(own.map(({ answer }) => ({ usage: answer?.usage }))),
        finished: end !== undefined
      }
    ]
  })
}

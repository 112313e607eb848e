/**
 * What was paid for, written down the moment it is there: every complete answer, before anybody looks at what it is worth.
 * A later run with the same request finds it by its key. The contract, and its one implementation over a log; the logs
 * lie in the folder of the same name. What becomes of an answer afterwards is not known here.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { sha256 } from "../domain/Hash.js"
import * as Record from "./journal/Record.js"
import { WriteFailure } from "./WriteFailure.js"

/** Everything that changes the answer. How it is transported does not. */
export interface Request {
  readonly baseUrl: string
  readonly model: string
  readonly messages: ReadonlyArray<Record.Message>
  readonly parameters: { readonly [name: string]: unknown }
  /** Tells equal requests of one run apart, counted from 1: each has an answer of its own. */
  readonly sample: number
}

export interface Entry {
  readonly key: string
  readonly model: string
  readonly ticker: string
  readonly messages: ReadonlyArray<Record.Message>
  readonly answer: Record.Answered["answer"]
}

export interface Service {
  /** To be called before the first request. Yields the id under which the run is finished. */
  readonly begin: (ticker: string, keys: ReadonlyArray<string>) => Effect.Effect<string, JournalError>
  /**
   * To be called when all that the run brought is safe elsewhere, with the keys of the requests that were answered. A run
   * without this is one to be resumed.
   */
  readonly finish: (run: string, answered: ReadonlyArray<string>) => Effect.Effect<void, JournalError>
  /**
   * Returns when the answer is safe; an interruption waits for it. When it fails, the answer is still in the caller's
   * hands.
   */
  readonly append: (entry: Entry) => Effect.Effect<void, JournalError>
  /** The latest answer to a request. */
  readonly lookup: (key: string) => Effect.Effect<Option.Option<Record.Answered>>
  /** Every answer, the oldest first. */
  readonly entries: Effect.Effect<ReadonlyArray<Record.Answered>>
  /** Runs that were cut short and whose answers no later run has made use of. */
  readonly unfinished: Effect.Effect<ReadonlyArray<Record.Unfinished>>
  /** Records that could not be read: damaged, or written by a newer version. They stay there until it is pruned. */
  readonly skipped: Effect.Effect<number>
  /** Forgets what is older, and what is too damaged to have an age. Yields how many answers that were. */
  readonly prune: (age: Duration.DurationInput) => Effect.Effect<number, JournalError>
}

export class Journal extends Context.Tag("algogen/Journal")<Journal, Service>() {}

/** Another run writes in the same folder. */
export class Locked extends Schema.TaggedClass<Locked>()("Locked", {
  owner: Schema.String,
  /** How long until the lock lapses should its owner be dead, in milliseconds. */
  lapsesIn: Schema.Number
}) {
  get message(): string {
    // In the moment in which a lock is made it does not name its owner yet.
    const owner = this.owner === "" ? "" : ` (${this.owner})`
    return `is in use by another run${owner}`
  }
  get remedy(): string {
    return `wait for it, ${Math.ceil(this.lapsesIn / 1000)} s should it have been killed,`
  }
}

/** The journal is there and its owner alone may read it. */
export class Unreadable extends Schema.TaggedClass<Unreadable>()("Unreadable", { detail: Schema.String }) {
  get message(): string {
    return `cannot be read (${this.detail}); change its permissions`
  }
}

export class JournalError extends Schema.TaggedError<JournalError>()("JournalError", {
  path: Schema.String,
  reason: Schema.Union(Locked, Unreadable, WriteFailure)
}) {
  override get message(): string {
    const { path, reason } = this
    if (reason._tag === "Unreadable") return `${path} ${reason.message}`
    // Another folder has another journal: whoever resumes there pays again.
    return `${path} ${reason.message}; ${reason.remedy} or, unless you resume, choose another folder`
  }
}

/** The order in which an object was built must not matter. */
const sorted = (_: string, value: unknown): unknown =>
  Predicate.isRecord(value)
    ? Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)))
    : value

/** The same for the same request, in every run. */
export const key = ({ baseUrl, messages, model, parameters, sample }: Request): string =>
  sha256(
    JSON.stringify(
      [baseUrl.replace(/\/+$/u, ""), model, messages.map(({ content, role }) => [role, content]), parameters, sample],
      sorted
    )
  )

/** Where records are kept, in their order. */
export interface Log {
  readonly records: Effect.Effect<ReadonlyArray<Record.Record>>
  readonly skipped: Effect.Effect<number>
  readonly write: (record: Record.Record) => Effect.Effect<void, JournalError>
  readonly retain: (keep: (record: Record.Record) => boolean) => Effect.Effect<void, JournalError>
}

export const make = (log: Log): Service => ({
  begin: Effect.fn("Journal.begin")(function* (ticker, keys) {
    const run = crypto.randomUUID()
    yield* log.write(new Record.Began({ run, at: yield* Clock.currentTimeMillis, ticker, keys }))
    return run
  }),
  finish: Effect.fn("Journal.finish")(function* (run, answered) {
    yield* log.write(new Record.Finished({ run, at: yield* Clock.currentTimeMillis, answered }))
  }),
  append: Effect.fn("Journal.append")(function* (entry) {
    yield* log.write(new Record.Answered({ ...entry, at: yield* Clock.currentTimeMillis }))
  }, Effect.uninterruptible),
  lookup: (wanted) => Effect.map(log.records, (records) => Record.answerTo(records, wanted)),
  entries: Effect.map(log.records, Record.answers),
  unfinished: Effect.map(log.records, Record.unfinished),
  skipped: log.skipped,
  prune: Effect.fn("Journal.prune")(function* (age) {
    const oldest = (yield* Clock.currentTimeMillis) - Duration.toMillis(age)
    const before = Record.answers(yield* log.records).length
    yield* log.retain(({ at }) => at >= oldest)
    return before - Record.answers(yield* log.records).length
  })
})

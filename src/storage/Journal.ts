/**
 * What was paid for, written down the moment it arrives: every complete answer, before it is checked. A later run with
 * the same request finds it by its key. Here are the contract and its implementation over a `Log`; the logs are in the
 * folder of the same name.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { sha256 } from "../domain/Hash.js"
import * as Instance from "../domain/Instance.js"
import * as Spans from "../telemetry/Spans.js"
import type { Approval } from "./journal/Approval.js"
import * as Record from "./journal/Record.js"
import * as WriteFailure from "./WriteFailure.js"

/** Everything that changes the answer. How it is transported does not. */
export interface Request {
  readonly baseUrl: string
  readonly model: string
  readonly messages: ReadonlyArray<Record.Message>
  readonly parameters: { readonly [name: string]: unknown }
  /** Tells equal requests of one run apart, counted from 1: each has an answer of its own. */
  readonly sample: number
}

export interface Entry extends Omit<Record.Answered, "_tag" | "at"> {
  /** When the answer was complete, in milliseconds since the epoch; default now. */
  readonly at?: number | undefined
}

export interface Service {
  /**
   * Called before the first request, with the keys of all requests where they are known. Returns the id under which the
   * run is finished.
   */
  readonly begin: (ticker?: string, keys?: ReadonlyArray<string>) => Effect.Effect<string, JournalError>
  /**
   * Called when everything that the run brought is safe elsewhere, with the keys of the requests that were answered. A run
   * without this call is one to be resumed.
   */
  readonly finish: (run: string, answered: ReadonlyArray<string>) => Effect.Effect<void, JournalError>
  /**
   * Returns when the answer is safe, and cannot be interrupted. When it fails, or its time is over, only the caller has the answer.
   */
  readonly append: (entry: Entry) => Effect.Effect<void, JournalError>
  /** The latest answer to a request. */
  readonly lookup: (key: string) => Effect.Effect<Option.Option<Record.Answered>, JournalError>
  /** Every answer, the oldest first, and what had come of those that failed: these have `partial`. */
  readonly entries: Effect.Effect<ReadonlyArray<Record.Answered>, JournalError>
  /** Runs that were cut short, or are not over yet, and whose answers no later run has made use of. */
  readonly unfinished: Effect.Effect<ReadonlyArray<Record.Unfinished>, JournalError>
  /** Records found so far that cannot be read: damaged, or written by a newer version. They stay until pruned. */
  readonly skipped: Effect.Effect<number, JournalError>
  /** Forgets what is older, and what is too damaged to have an age. Returns how many answers that were. */
  readonly prune: (age: Duration.DurationInput) => Effect.Effect<number, JournalError>
  /** Which answers have passed their checks; default unknown, and a run that resumes checks all of them. */
  readonly approvals?: Approvals | undefined
  /**
   * How long a run waits for each of these, in milliseconds; default 30,000, `Infinity` for a journal that goes on until it has worked and would
   * rather hold up the run than lose an answer. After one that was late the next are waited for 2 s, until one ends by itself; those that
   * read and those that write are told apart.
   */
  readonly timeoutMs?: number | undefined
}

/** What is lost here is checked again, so neither fails. `checks` is the fingerprint that `CodeCheck` gave itself. */
export interface Approvals {
  /** The module that these checks found in this answer, if it passed them. */
  readonly find: (checks: string, answer: string) => Effect.Effect<Option.Option<Approval>>
  /** The answer has passed these checks. */
  readonly keep: (checks: string, answer: string, approval: Approval) => Effect.Effect<void>
}

export class Journal extends Context.Tag("algogen/Journal")<Journal, Service>() {}

/**
 * A log outside this package fails with words of its own:
 * `new JournalError({ path: "redis://log", reason: { _tag: "Unknown", message: "is full", remedy: "raise maxmemory" } })`.
 */
export class JournalError extends Schema.TaggedError<JournalError>("algogen.JournalError")("JournalError", {
  /** The folder, file or place that could not be written or read. */
  path: Schema.String,
  reason: WriteFailure.WriteFailure
}) {
  override get message(): string {
    // What cannot be read is not elsewhere either, and a run that resumes would not find its answers in another folder.
    const orElse = this.reason._tag === "Unreadable" ? "" : "or, unless you resume, choose another folder"
    return WriteFailure.sentence(this.path, this.reason, orElse)
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

/** Where records are kept, in their order: all that a journal of one's own needs, see `make`. */
export interface Log {
  /** Every record, the oldest first. */
  readonly records: Effect.Effect<ReadonlyArray<Record.Record>, JournalError>
  /** Returns when the record is safe. What takes too long counts as failed, see `timeoutMs`. */
  readonly write: (record: Record.Record) => Effect.Effect<void, JournalError>
  /** Forgets the records for which `keep` is false. Returns how many answers were among them. */
  readonly retain: (keep: (record: Record.Record) => boolean) => Effect.Effect<number, JournalError>
  /** How many records could not be read; default none. */
  readonly skipped?: Effect.Effect<number, JournalError> | undefined
  /** The latest answer to a request; default to search through `records`. */
  readonly find?: ((key: string) => Effect.Effect<Option.Option<Record.Answered>, JournalError>) | undefined
  readonly approvals?: Approvals | undefined
  /** As of the journal. */
  readonly timeoutMs?: number | undefined
  /** The records without their answers, as far as runs that did not come to their end need them; default `records`. */
  readonly history?: Effect.Effect<ReadonlyArray<Record.Head>, JournalError> | undefined
}

const appending = Spans.span("Journal.append")

export const make = (log: Log): Service => ({
  begin: Effect.fn("Journal.begin")(function* (ticker, keys) {
    const run = crypto.randomUUID()
    yield* log.write(new Record.Began({ run, at: yield* Clock.currentTimeMillis, ticker, keys }, Instance.UNCHECKED))
    return run
  }),
  finish: Effect.fn("Journal.finish")(function* (run, answered) {
    yield* log.write(new Record.Finished({ run, at: yield* Clock.currentTimeMillis, answered }, Instance.UNCHECKED))
  }),
  append: ({ at, key, ...rest }) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      // Key and time first: an index finds them there without reading the answer.
      log.write(Instance.of(Record.Answered, { key, at: at ?? now, ...rest, _tag: "Answered" }))
    ).pipe(appending, Effect.uninterruptible),
  lookup: log.find ?? ((key) => Effect.map(log.records, (records) => Record.answerTo(records, key))),
  entries: Effect.map(log.records, Record.answers),
  unfinished: Effect.map(log.history ?? log.records, Record.unfinished),
  skipped: log.skipped ?? Effect.succeed(0),
  approvals: log.approvals,
  timeoutMs: log.timeoutMs,
  prune: Effect.fn("Journal.prune")(function* (age) {
    const oldest = (yield* Clock.currentTimeMillis) - Duration.toMillis(age)
    return yield* log.retain(({ at }) => at >= oldest)
  })
})

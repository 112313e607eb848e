/** A batch as its client sees it: jobs go into the queue, outcomes come out, in the order of the request. */
import * as SqlClient from "@effect/sql/SqlClient"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { NotAsked } from "../domain/GenerationError.js"
import * as Plan from "../generation/Plan.js"
import type { Outcome } from "../generation/Report.js"
import { SILENT_MS } from "./Alive.js"
import * as Asked from "./Asked.js"
import * as Asking from "./Asking.js"
import type { DatabaseError } from "./DatabaseError.js"
import * as Job from "./Job.js"
import * as Tables from "./Tables.js"

/** What every job of a batch is asked with; limits on how many at once are the workers' own. */
export interface Limits extends Omit<Plan.Limits, "concurrency" | "budget" | "resume"> {
  /** What the batch is called: following it, asking again and cancelling go by this name. */
  readonly batch: string
}

/** A planned job, with what the caller calls it. */
export interface Planned {
  readonly request: Job.Request
  readonly messages: ReadonlyArray<{ readonly role: "system" | "user" | "assistant"; readonly content: string }>
  readonly promptHash: string
}

const Name = /^[\w.-]{1,100}$/

const decodeBatch = Schema.decodeUnknown(Schema.Array(Schema.Struct({ total: Schema.NullOr(Job.Numeric) })))
const Row = Schema.Struct({
  index: Job.Numeric,
  request: Job.RequestJson,
  messages: Schema.NullOr(Job.MessagesJson),
  outcome: Schema.NullOr(Job.OutcomeJson)
})
const decodeRows = Schema.decodeUnknown(Schema.Array(Row))
const decodeCount = Schema.decodeUnknown(Schema.Tuple(Schema.Struct({ count: Job.Numeric })))
const encode = {
  request: Schema.encode(Job.RequestJson),
  settings: Schema.encode(Job.SettingsJson),
  messages: Schema.encode(Job.MessagesJson)
}

/** Outcomes that are read at once: each has the code of an algorithm, and a client may be slow. */
const PAGE = 100

const settingsOf = (limits: Limits): Job.Settings => ({
  maxRetries: limits.maxRetries,
  patience: limits.patience,
  requestTimeout: limits.requestTimeout === undefined ? undefined : Duration.toMillis(limits.requestTimeout),
  maxCompletionTokens: limits.maxCompletionTokens,
  repairs: limits.repairs,
  temperature: limits.temperature,
  effort: limits.effort,
  provider: limits.provider,
  serviceTier: limits.serviceTier,
  allowPaid: limits.allowPaid
})

export const make = (batch: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const now = Tables.clock(sql)
    if (!Name.test(batch)) {
      return yield* new Plan.InvalidRequest({
        message: `'${batch}' cannot be the name of a batch: use letters, digits, '.', '_' and '-', up to 100`
      })
    }
    /** Everything here may be done twice, so that a restart of the database is waited for. */
    const ask = <A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, DatabaseError, R> =>
      Asked.throughRestart(Asked.within(work))

    return {
      /** Opens the batch, or finds it as it was opened before: its deadline is the first one's. */
      open: (limits: Limits) =>
        Effect.flatMap(Effect.orDie(encode.settings(settingsOf(limits))), (settings) => {
          const { deadline } = limits
          const lasts = deadline === undefined ? undefined : Duration.toMillis(deadline)
          const until = lasts === undefined || !Number.isFinite(lasts) ? sql`NULL` : sql`${now} + ${lasts}`
          return ask(
            sql`INSERT INTO algogen_batches (name, settings, deadline, created)
              VALUES (${batch}, ${settings}, ${until}, ${now}) ON CONFLICT (name) DO NOTHING`
          )
        }),
      /** Where a job with this place is there already, it stays what it is. */
      add: (first: number, jobs: ReadonlyArray<Planned>) =>
        ask(
          Effect.gen(function* () {
            const prompts = new Map(jobs.map(({ messages, promptHash }) => [promptHash, messages]))
            const texts = yield* Effect.forEach(prompts, ([hash, messages]) =>
              Effect.map(encode.messages(messages), (messages) => sql`(${hash}, ${messages})`)
            )
            const rows = yield* Effect.forEach(jobs, ({ promptHash, request }, place) =>
              Effect.map(
                encode.request(request),
                (request) => sql`(${batch}, ${first + place}, ${now}, ${request}, ${promptHash})`
              )
            )
            yield* sql`INSERT INTO algogen_prompts (hash, messages) VALUES ${sql.csv(texts)} ON CONFLICT (hash) DO NOTHING`
            yield* sql`INSERT INTO algogen_jobs (batch, idx, created, request, prompt) VALUES ${sql.csv(rows)}
              ON CONFLICT (batch, idx) DO NOTHING`
          }).pipe(sql.withTransaction)
        ),
      /** All jobs are there. */
      close: (total: number) => ask(sql`UPDATE algogen_batches SET total = ${total} WHERE name = ${batch}`),
      /** How many jobs it has; nothing where there is no such batch. */
      size: ask(
        Effect.gen(function* () {
          const [known] = yield* Effect.flatMap(
            sql`SELECT total FROM algogen_batches WHERE name = ${batch}`,
            decodeBatch
          )
          if (known === undefined) return Option.none<number>()
          if (known.total !== null) return Option.some(known.total)
          const [{ count }] = yield* Effect.flatMap(
            sql`SELECT count(*) AS count FROM algogen_jobs WHERE batch = ${batch}`,
            decodeCount
          )
          return Option.some(count)
        })
      ),
      /** What was asked, from a place on. */
      requests: (from: number) =>
        ask(
          Effect.flatMap(
            sql`SELECT idx AS "index", request, NULL AS messages, NULL AS outcome FROM algogen_jobs
              WHERE batch = ${batch} AND idx >= ${from} ORDER BY idx LIMIT ${sql.literal(String(PAGE))}`,
            decodeRows
          )
        ),
      /** Outcomes from a place on, as far as there is no gap. */
      outcomes: (from: number): Effect.Effect<ReadonlyArray<Outcome>, DatabaseError> =>
        Effect.map(
          ask(
            Effect.flatMap(
              sql`SELECT j.idx AS "index", j.request, j.outcome,
                  CASE WHEN j.outcome IS NULL THEN p.messages END AS messages
                FROM algogen_jobs j LEFT JOIN algogen_prompts p ON p.hash = j.prompt
                WHERE j.batch = ${batch} AND j.idx >= ${from} AND j.idx < ${from + PAGE} AND j.state = 'done'
                ORDER BY j.idx`,
              decodeRows
            )
          ),
          (rows) =>
            rows
              .filter(({ index }, place) => index === from + place)
              .map(({ index, messages, outcome, request }) =>
                outcome === null
                  ? Asking.failed(
                      { index, request, messages: messages ?? [] },
                      new NotAsked({ message: "cancelled before it was asked" })
                    )
                  : outcome
              )
        ),
      /** Puts what failed back into the queue. What an answer was paid for, and turned out bad, is asked for anew. */
      again: ask(
        Effect.gen(function* () {
          yield* sql`UPDATE algogen_answers SET used = 1 WHERE batch = ${batch} AND idx IN
            (SELECT idx FROM algogen_jobs WHERE batch = ${batch} AND state = 'done' AND (status IS NULL OR status <> 'ok'))`
          const rows =
            yield* sql`UPDATE algogen_jobs SET state = 'queued', attempt = attempt + 1, owner = NULL, status = NULL,
              outcome = NULL, cancelled = 0, suspected = 0, tries = 0, touched = ${now}
            WHERE batch = ${batch} AND state = 'done' AND (status IS NULL OR status <> 'ok') RETURNING idx`
          return rows.length
        }).pipe(sql.withTransaction)
      ),
      /** Workers that are alive. */
      workers: ask(
        Effect.map(
          Effect.flatMap(
            sql`SELECT count(*) AS count FROM algogen_workers WHERE seen > ${now} - ${SILENT_MS}`,
            decodeCount
          ),
          ([{ count }]) => count
        )
      )
    }
  })

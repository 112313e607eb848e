/** A batch as its client sees it: jobs go into the queue, outcomes come out, in the order of the request. */
import * as SqlClient from "@effect/sql/SqlClient"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { NotAsked } from "../domain/GenerationError.js"
import type { Message } from "../domain/Message.js"
import * as Plan from "../generation/Plan.js"
import type { Outcome } from "../generation/Report.js"
import * as Asked from "./Asked.js"
import * as Asking from "./Asking.js"
import type { DatabaseError } from "./DatabaseError.js"
import * as Job from "./Job.js"
import * as Tables from "./Tables.js"

/** What every job of a batch is asked with; limits on how many at once are the workers' own. */
export interface Limits extends Omit<Plan.Limits, "concurrency" | "resume"> {
  /** What the batch is called: following it, asking again and cancelling go by this name. */
  readonly batch: string
}

/** A planned job, with what the caller calls it. */
export interface Planned {
  readonly request: Job.Request
  readonly messages: ReadonlyArray<Message>
  readonly promptHash: string
}

const Name = /^[\w.-]{1,100}$/

/** Fails where a batch cannot be called so. */
export const checkName = (batch: string): Effect.Effect<void, Plan.InvalidRequest> =>
  Name.test(batch)
    ? Effect.void
    : new Plan.InvalidRequest({
        message: `'${batch}' cannot be the name of a batch: use letters, digits, '.', '_' and '-', up to 100`
      })

const sizes = Tables.rows({ total: Schema.NullOr(Job.Numeric), jobs: Job.Numeric })
const jobsIn = Tables.rows({
  index: Job.Numeric,
  request: Job.RequestJson,
  messages: Schema.NullOr(Job.MessagesJson),
  outcome: Schema.NullOr(Job.OutcomeJson)
})
const cancellations = Tables.rows({ cancelled: Job.Numeric })
const names = Tables.rows({ name: Schema.String })
const storedIn = Tables.rows({ index: Job.Numeric, request: Job.RequestJson, prompt: Schema.String })
const encode = {
  request: Schema.encode(Job.RequestJson),
  settings: Schema.encode(Job.SettingsJson),
  messages: Schema.encode(Job.MessagesJson)
}

const OTHER = "asks for something else; choose another name"
const GONE = "was deleted while it was submitted; submit it again"

/** Outcomes that are read at once: each has the code of an algorithm, and a client may be slow. */
const PAGE = 100

export const make = (batch: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const now = Tables.clock(sql)
    yield* checkName(batch)
    /** Everything here may be done twice, so that a restart of the database is waited for. */
    const ask = <A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, DatabaseError, R> =>
      Asked.throughRestart(Asked.within(work))

    /** Keeps others from adding to the batch, cancelling or deleting it; whether it is cancelled, if it is there. */
    const locked = Effect.map(
      cancellations(sql`SELECT cancelled FROM algogen_batches WHERE name = ${batch} ${Tables.forUpdate(sql)}`),
      ([row]) => row && row.cancelled === 1
    )
    const within = (first: number, count: number) =>
      sql`batch = ${batch} AND idx >= ${first} AND idx < ${first + count}`
    const failed = (first: number, count: number) =>
      sql`${within(first, count)} AND state = 'done' AND (status IS NULL OR status <> 'ok')`

    const isSame = (first: number, jobs: ReadonlyArray<Planned>, requests: ReadonlyArray<string>) =>
      Effect.gen(function* () {
        const stored = yield* storedIn(
          sql`SELECT idx AS "index", request, prompt FROM algogen_jobs WHERE ${within(first, jobs.length)}`
        )
        // Written anew, since another version may write the same in another order.
        const texts = yield* Effect.forEach(stored, ({ request }) => encode.request(request))
        return stored.every(
          ({ index, prompt }, row) =>
            prompt === jobs[index - first]?.promptHash && texts[row] === requests[index - first]
        )
      })
    const again = (first: number, count: number) =>
      Effect.gen(function* () {
        yield* sql`UPDATE algogen_batches SET cancelled = 0 WHERE name = ${batch} AND cancelled = 1`
        yield* sql`UPDATE algogen_answers SET used = 1 WHERE batch = ${batch} AND idx IN
          (SELECT idx FROM algogen_jobs WHERE ${failed(first, count)})`
        yield* sql`UPDATE algogen_jobs SET state = 'queued', attempt = attempt + 1, owner = NULL, status = NULL,
            outcome = NULL, cancelled = 0, suspected = 0, tries = 0, touched = ${now}
          WHERE ${failed(first, count)}`
      })
    const end = (first: number, count: number) =>
      sql`UPDATE algogen_jobs SET state = 'done', status = 'skipped', cancelled = 1, touched = ${now}
        WHERE ${within(first, count)} AND state = 'queued'`

    const allow = (budget: number) => sql`UPDATE algogen_batches SET budget = ${budget} WHERE name = ${batch}`

    return {
      /** What the whole batch may cost from now on, in US dollars. */
      allow: (budget: number | undefined) => (budget === undefined ? Effect.void : ask(allow(budget))),
      /** Opens the batch, or finds it as it was opened before, with the deadline and the budget that it has. */
      open: (limits: Limits) => {
        const { budget = null, deadline, requestTimeout: timeout } = limits
        const requestTimeout = timeout === undefined ? undefined : Duration.toMillis(timeout)
        return Effect.flatMap(Effect.orDie(encode.settings({ ...limits, requestTimeout })), (settings) => {
          const lasts = deadline === undefined ? undefined : Duration.toMillis(deadline)
          const until = lasts === undefined || !Number.isFinite(lasts) ? sql`NULL` : sql`${now} + ${lasts}`
          return ask(
            sql`INSERT INTO algogen_batches (name, settings, deadline, budget, created)
              VALUES (${batch}, ${settings}, ${until}, ${budget}, ${now}) ON CONFLICT (name) DO NOTHING`
          )
        })
      },
      /**
       * Jobs that are there already stay what they are; fails where those are others. Of a batch that was cancelled, new jobs
       * are cancelled as well, unless what failed is to be asked again. With the first jobs comes what the batch may cost from now on.
       */
      add: (first: number, jobs: ReadonlyArray<Planned>, isAgain: boolean, budget?: number) =>
        Effect.flatMap(
          ask(
            Effect.gen(function* () {
              const isCancelled = yield* locked
              if (isCancelled === undefined) return GONE
              const requests = yield* Effect.forEach(jobs, ({ request }) => encode.request(request))
              if (!(yield* isSame(first, jobs, requests))) return OTHER
              if (first === 0 && budget !== undefined) yield* allow(budget)
              const prompts = new Map(jobs.map(({ messages, promptHash }) => [promptHash, messages]))
              const texts = yield* Effect.forEach(prompts, ([hash, messages]) =>
                Effect.map(encode.messages(messages), (messages) => sql`(${hash}, ${messages})`)
              )
              const rows = jobs.map(
                ({ promptHash }, place) =>
                  sql`(${batch}, ${first + place}, ${now}, ${requests[place] ?? ""}, ${promptHash})`
              )
              yield* sql`INSERT INTO algogen_prompts (hash, messages) VALUES ${sql.csv(texts)} ON CONFLICT (hash) DO NOTHING`
              yield* sql`INSERT INTO algogen_jobs (batch, idx, created, request, prompt) VALUES ${sql.csv(rows)}
                ON CONFLICT (batch, idx) DO NOTHING`
              if (isAgain) yield* again(first, jobs.length)
              else if (isCancelled) yield* end(first, jobs.length)
              return undefined
            }).pipe(sql.withTransaction)
          ),
          (wrong) =>
            wrong === undefined ? Effect.void : new Plan.InvalidRequest({ message: `batch '${batch}' ${wrong}` })
        ),
      /** Another batch that is not over, with the same settings and so many jobs, or not whole, whose first ones are those of this batch. */
      twin: (first: number, total: number) =>
        Asked.within(
          names(
            sql`SELECT b.name FROM algogen_batches b
              WHERE b.name <> ${batch} AND b.cancelled = 0 AND (b.total IS NULL OR b.total = ${total})
                AND b.settings = (SELECT settings FROM algogen_batches WHERE name = ${batch})
                AND NOT EXISTS (SELECT 1 FROM algogen_jobs m WHERE m.batch = ${batch} AND m.idx < ${first}
                  AND NOT EXISTS (SELECT 1 FROM algogen_jobs o WHERE o.batch = b.name AND o.idx = m.idx
                    AND o.request = m.request AND o.prompt = m.prompt))
                AND EXISTS (SELECT 1 FROM algogen_jobs o WHERE o.batch = b.name AND o.state <> 'done')
              ORDER BY b.created DESC LIMIT 1`
          )
        ).pipe(
          Effect.map(([row]) => row?.name),
          // It is worth a word, and no job.
          Effect.orElseSucceed(() => undefined)
        ),
      /** Puts what failed back into the queue. What an answer was paid for, and turned out bad, is asked for anew. */
      again: (first: number, count: number) => ask(sql.withTransaction(Effect.zipRight(locked, again(first, count)))),
      /** All jobs are there; a client that asks for fewer of them changes nothing. */
      close: (total: number) =>
        ask(
          sql`UPDATE algogen_batches SET total = ${total} WHERE name = ${batch} AND (total IS NULL OR total < ${total})`
        ),
      /**
       * How many jobs it has, and whether those are all: a client may still be at it, or have left before it was done. Nothing
       * where there is no such batch.
       */
      size: Effect.map(
        ask(
          sizes(
            sql`SELECT total, (SELECT count(*) FROM algogen_jobs WHERE batch = ${batch}) AS jobs
              FROM algogen_batches WHERE name = ${batch}`
          )
        ),
        ([row]) => Option.map(Option.fromNullable(row), ({ jobs, total }) => ({ jobs, isWhole: jobs === total }))
      ),
      /** What was asked, from a place on. */
      requests: (from: number) =>
        ask(
          jobsIn(
            sql`SELECT idx AS "index", request, NULL AS messages, NULL AS outcome FROM algogen_jobs
              WHERE batch = ${batch} AND idx >= ${from} ORDER BY idx LIMIT ${sql.literal(String(PAGE))}`
          )
        ),
      /** Outcomes from a place on and before another, as far as there is no gap. */
      outcomes: (from: number, end: number): Effect.Effect<ReadonlyArray<Outcome>, DatabaseError> =>
        Effect.map(
          ask(
            jobsIn(
              sql`SELECT j.idx AS "index", j.request, j.outcome,
                  CASE WHEN j.outcome IS NULL THEN p.messages END AS messages
                FROM algogen_jobs j LEFT JOIN algogen_prompts p ON p.hash = j.prompt
                WHERE j.batch = ${batch} AND j.idx >= ${from} AND j.idx < ${Math.min(from + PAGE, end)} AND j.state = 'done'
                ORDER BY j.idx`
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
        )
    }
  })

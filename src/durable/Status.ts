/** What is in the database, and what removes it: how far each batch is, which workers there are, cancelling and pruning. */
import * as SqlClient from "@effect/sql/SqlClient"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SILENT_MS } from "./Alive.js"
import * as Asked from "./Asked.js"
import { Numeric } from "./Job.js"
import * as Tables from "./Tables.js"

const Worker = Schema.Struct({
  place: Schema.String,
  /** Milliseconds since the epoch. */
  started: Numeric,
  concurrency: Numeric,
  asking: Numeric
})

const Batch = Schema.Struct({
  batch: Schema.String,
  created: Numeric,
  queued: Numeric,
  /** With a worker, and waiting there. */
  waiting: Numeric,
  asking: Numeric,
  ok: Numeric,
  failed: Numeric,
  /** Jobs that came to their end in the last minute. */
  lastMinute: Numeric,
  /** US dollars of the answers that are recorded, as far as known. */
  cost: Numeric,
  /** Recorded answers whose price the server said, and those whose price it did not. */
  answersOfKnownCost: Numeric,
  answersOfUnknownCost: Numeric
})

export interface Status {
  readonly workers: ReadonlyArray<typeof Worker.Type>
  readonly batches: ReadonlyArray<typeof Batch.Type>
}

const workersIn = Tables.rows(Worker.fields)
const lengths = Tables.rows({ lasted: Numeric })
const batchesIn = Tables.rows(Batch.fields)

/** How long the deadline of a batch was, in milliseconds, once that has passed. */
export const past = (batch: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Asked.within(
      lengths(
        sql`SELECT deadline - created AS lasted FROM algogen_batches
          WHERE name = ${batch} AND deadline <= ${Tables.clock(sql)}`
      )
    )
  ).pipe(Effect.map(([row]) => row && Math.round(row.lasted)))

export const status = Effect.flatMap(SqlClient.SqlClient, (sql) => {
  const now = Tables.clock(sql)
  const jobsIn = (which: string) => sql.literal(`sum(CASE WHEN ${which} THEN 1 ELSE 0 END)`)
  return Asked.within(
    Effect.all({
      workers: workersIn(
        sql`SELECT w.place, w.started, w.concurrency,
            (SELECT count(*) FROM algogen_jobs j WHERE j.state = 'asking' AND j.owner = w.id) AS asking
          FROM algogen_workers w WHERE w.seen > ${now} - ${SILENT_MS} ORDER BY w.started`
      ),
      batches: batchesIn(
        sql`SELECT b.name AS batch, b.created,
            coalesce(${jobsIn("j.state = 'queued'")}, 0) AS queued,
            coalesce(${jobsIn("j.state IN ('sent', 'held')")}, 0) AS waiting,
            coalesce(${jobsIn("j.state = 'asking'")}, 0) AS asking,
            coalesce(${jobsIn("j.status = 'ok'")}, 0) AS ok,
            coalesce(${jobsIn("j.state = 'done' AND (j.status IS NULL OR j.status <> 'ok')")}, 0) AS failed,
            coalesce(sum(CASE WHEN j.state = 'done' AND j.touched > ${now} - 60000 THEN 1 ELSE 0 END), 0) AS "lastMinute",
            coalesce((SELECT sum(a.cost) FROM algogen_answers a WHERE a.batch = b.name), 0) AS cost,
            (SELECT count(a.cost) FROM algogen_answers a WHERE a.batch = b.name) AS "answersOfKnownCost",
            (SELECT count(*) FROM algogen_answers a WHERE a.batch = b.name AND a.cost IS NULL) AS "answersOfUnknownCost"
          FROM algogen_batches b LEFT JOIN algogen_jobs j ON j.batch = b.name
          GROUP BY b.name, b.created ORDER BY b.created`
      )
    })
  )
})

/** How many workers are alive. */
export const workers = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  Asked.within(
    Tables.count(sql`SELECT count(*) AS count FROM algogen_workers WHERE seen > ${Tables.clock(sql)} - ${SILENT_MS}`)
  )
)

/**
 * Ends a batch: what is queued is not asked any more, and a worker that has one of its jobs stops within about a second,
 * keeping what has arrived. Returns how many jobs were not over.
 */
export const cancel = (batch: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => {
    const now = Tables.clock(sql)
    return Asked.within(
      Effect.gen(function* () {
        // First: a client that submits either waits for this, or its jobs are seen below.
        yield* sql`UPDATE algogen_batches SET cancelled = 1 WHERE name = ${batch}`
        const underWay = yield* sql`UPDATE algogen_jobs SET cancelled = 1
          WHERE batch = ${batch} AND state IN ('held', 'asking') RETURNING idx`
        const queued =
          yield* sql`UPDATE algogen_jobs SET state = 'done', status = 'skipped', cancelled = 1, touched = ${now}
          WHERE batch = ${batch} AND state IN ('queued', 'sent') RETURNING idx`
        return underWay.length + queued.length
      }).pipe(sql.withTransaction)
    )
  })

/**
 * Deletes batches whose jobs are all over, and the last of them longer ago than this: prompts, requests, answers and
 * outcomes, and what the engine has kept of their runs. Returns how many batches that were.
 */
export const prune = (age: Duration.DurationInput) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => {
    const now = Tables.clock(sql)
    const old = sql`algogen_batches.created < ${now} - ${Duration.toMillis(age)} AND NOT EXISTS (
        SELECT 1 FROM algogen_jobs j WHERE j.batch = algogen_batches.name
          AND (j.state <> 'done' OR j.touched >= ${now} - ${Duration.toMillis(age)}))`
    const remove = (name: string) =>
      Effect.gen(function* () {
        // A client that submits or asks again locks the batch first, so what it has written by then is seen.
        yield* sql`SELECT name FROM algogen_batches WHERE name = ${name} ${Tables.forUpdate(sql)}`
        const gone = yield* sql`DELETE FROM algogen_batches WHERE name = ${name} AND ${old} RETURNING name`
        if (gone.length === 0) return false
        yield* sql`DELETE FROM algogen_answers WHERE batch = ${name}`
        yield* sql`DELETE FROM algogen_jobs WHERE batch = ${name}`
        return true
      }).pipe(sql.withTransaction, Asked.atLength)
    // Between the prompt of a job and the job itself nobody comes here.
    const prompts = Effect.gen(function* () {
      if (Tables.isPostgres(sql)) yield* sql`LOCK TABLE algogen_prompts IN SHARE ROW EXCLUSIVE MODE`
      yield* sql`DELETE FROM algogen_prompts WHERE hash NOT IN (SELECT prompt FROM algogen_jobs)`
    }).pipe(sql.withTransaction, Asked.atLength)
    const isTrue = sql.literal(Tables.isPostgres(sql) ? "TRUE" : "1")
    // The engine's tables are made by the first worker.
    const engine = Effect.forEach(
      [
        sql`DELETE FROM cluster_replies WHERE request_id IN (SELECT request_id FROM cluster_messages WHERE processed = ${isTrue})`,
        sql`DELETE FROM cluster_messages WHERE processed = ${isTrue}`
      ],
      Effect.ignore,
      { discard: true }
    )
    return Effect.gen(function* () {
      const names = yield* Asked.within(sql<{ readonly name: string }>`SELECT name FROM algogen_batches WHERE ${old}`)
      yield* Asked.atLength(engine)
      const removed = yield* Effect.filter(names, ({ name }) => remove(name))
      yield* prompts
      return removed.length
    })
  })

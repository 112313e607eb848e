/**
 * The tables beside those of the engine: batches, prompts, jobs, answers, workers and shared limits. The engine decides who
 * runs a job; these hold what was asked, what came back, and how far everything is. Prompts and answers lie here in clear.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"

/** Milliseconds since the epoch by the clock of the database, which all its users share. */
export const clock = (sql: SqlClient.SqlClient) =>
  sql.onDialectOrElse({
    pg: () => sql.literal("(extract(epoch from clock_timestamp()) * 1000)::double precision"),
    orElse: () => sql.literal("((julianday('now') - 2440587.5) * 86400000.0)")
  })

/** Any number, the same for every copy of this package: it keeps two processes from making the same tables at once. */
const LOCK = 727_274_160

const TABLES = [
  `CREATE TABLE IF NOT EXISTS algogen_batches (
    name TEXT PRIMARY KEY,
    settings TEXT NOT NULL,
    deadline DOUBLE PRECISION,
    created DOUBLE PRECISION NOT NULL,
    cancelled INTEGER NOT NULL DEFAULT 0,
    total INTEGER
  )`,
  `CREATE TABLE IF NOT EXISTS algogen_prompts (
    hash TEXT PRIMARY KEY,
    messages TEXT NOT NULL
  )`,
  `CREATE TABLE IF NOT EXISTS algogen_jobs (
    batch TEXT NOT NULL,
    idx INTEGER NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 1,
    state TEXT NOT NULL DEFAULT 'queued',
    created DOUBLE PRECISION NOT NULL,
    request TEXT NOT NULL,
    prompt TEXT NOT NULL,
    owner TEXT,
    touched DOUBLE PRECISION,
    tries INTEGER NOT NULL DEFAULT 0,
    suspected INTEGER NOT NULL DEFAULT 0,
    cancelled INTEGER NOT NULL DEFAULT 0,
    status TEXT,
    outcome TEXT,
    PRIMARY KEY (batch, idx)
  )`,
  `CREATE INDEX IF NOT EXISTS algogen_jobs_open ON algogen_jobs (state, created, batch, idx) WHERE state <> 'done'`,
  `CREATE INDEX IF NOT EXISTS algogen_jobs_done ON algogen_jobs (touched) WHERE state = 'done'`,
  `CREATE TABLE IF NOT EXISTS algogen_answers (
    batch TEXT NOT NULL,
    idx INTEGER NOT NULL,
    key TEXT NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    record TEXT NOT NULL,
    cost DOUBLE PRECISION,
    used INTEGER NOT NULL DEFAULT 0,
    judged INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (batch, idx, key, at)
  )`,
  `CREATE TABLE IF NOT EXISTS algogen_workers (
    id TEXT PRIMARY KEY,
    place TEXT NOT NULL,
    started DOUBLE PRECISION NOT NULL,
    seen DOUBLE PRECISION NOT NULL,
    concurrency INTEGER NOT NULL,
    session INTEGER
  )`,
  `CREATE TABLE IF NOT EXISTS algogen_limits (
    key TEXT PRIMARY KEY,
    count DOUBLE PRECISION NOT NULL,
    until DOUBLE PRECISION NOT NULL
  )`
]

/**
 * Runs what makes tables while nobody else does. `CREATE TABLE IF NOT EXISTS` fails when two run it at the same moment, and
 * so does the engine's own migration.
 */
export const alone = <A, E, R>(work: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const isPostgres = sql.onDialectOrElse({ pg: () => true, orElse: () => false })
    if (!isPostgres) return yield* work
    return yield* Effect.scoped(
      Effect.gen(function* () {
        const connection = yield* sql.reserve
        yield* Effect.acquireRelease(connection.executeRaw(`SELECT pg_advisory_lock(${LOCK})`, []), () =>
          Effect.ignore(connection.executeRaw(`SELECT pg_advisory_unlock(${LOCK})`, []))
        )
        return yield* work
      })
    )
  })

export const make = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  alone(Effect.forEach(TABLES, (table) => sql.unsafe(table), { discard: true }))
)

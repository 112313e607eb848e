/**
 * The tables beside those of the engine: batches, prompts, jobs, answers, workers and shared limits. The engine decides who
 * runs a job; these hold what was asked, what came back, and how far everything is. Prompts and answers lie here in clear.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { DatabaseError, describe } from "./DatabaseError.js"
import { Numeric } from "./Job.js"

/** Milliseconds since the epoch by the clock of the database, which all its users share. */
export const clock = (sql: SqlClient.SqlClient) =>
  sql.literal(
    isPostgres(sql)
      ? "(extract(epoch from clock_timestamp()) * 1000)::double precision"
      : "((julianday('now') - 2440587.5) * 86400000.0)"
  )

export const isPostgres = (sql: SqlClient.SqlClient): boolean =>
  sql.onDialectOrElse({ pg: () => true, orElse: () => false })

/** Reads the rows of a statement: of each these fields. */
export const rows = <Fields extends Schema.Struct.Fields>(fields: Fields) => {
  const decode = Schema.decodeUnknown(Schema.Array(Schema.Struct(fields)))
  return <A, E, R>(statement: Effect.Effect<A, E, R>) => Effect.flatMap(statement, decode)
}

const counted = rows({ count: Numeric })

/** What a statement calls `count`. */
export const count = <A, E, R>(statement: Effect.Effect<A, E, R>) =>
  Effect.map(counted(statement), ([row]) => row?.count ?? 0)

export const forUpdate = (sql: SqlClient.SqlClient) => sql.literal(isPostgres(sql) ? "FOR UPDATE" : "")

/** Any number, the same for every copy of this package: it keeps two processes from making the same tables at once. */
const LOCK = 727_274_160

const FIRST = [
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
 * What each version of this layout adds to the one before: what is released is never changed here, only added to. A database
 * without a version has what the first one makes, or nothing.
 */
const VERSIONS: ReadonlyArray<ReadonlyArray<string>> = [
  FIRST,
  [
    `ALTER TABLE algogen_batches ADD COLUMN budget DOUBLE PRECISION`,
    `CREATE INDEX IF NOT EXISTS algogen_jobs_back ON algogen_jobs (tries DESC, touched) WHERE state = 'queued' AND attempt > 1`
  ]
]

/**
 * Runs what makes tables while nobody else does. `CREATE TABLE IF NOT EXISTS` fails when two run it at the same moment, and
 * so does the engine's own migration.
 */
export const alone = <A, E, R>(work: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    if (!isPostgres(sql)) return yield* work
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

const versions = rows({ version: Numeric })

/** Two processes may add the same column to a SQLite file, since nothing keeps them apart there. */
const isThere = (error: unknown): boolean => /duplicate column name/.test(describe(error))

const migrate = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE IF NOT EXISTS algogen_meta (id INTEGER PRIMARY KEY, version INTEGER NOT NULL)`
  const [found] = yield* versions(sql`SELECT version FROM algogen_meta`)
  const version = found?.version ?? 0
  if (version > VERSIONS.length) {
    return yield* new DatabaseError({
      message: `a later version of algogen made this database: its tables have version ${version}, and this algogen knows them up to ${VERSIONS.length}. Update it with npm install algogen@latest, or use another database`
    })
  }
  if (version === VERSIONS.length) return
  yield* Effect.forEach(
    VERSIONS.slice(version).flat(),
    (statement) => Effect.catchIf(sql.unsafe(statement), isThere, () => Effect.void),
    { discard: true }
  )
  yield* sql`INSERT INTO algogen_meta (id, version) VALUES (1, ${VERSIONS.length})
    ON CONFLICT (id) DO UPDATE SET version = ${VERSIONS.length}`
})

/** Makes the tables, or brings those of an earlier version up to this one: in PostgreSQL all of it or nothing. */
export const make = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  alone(isPostgres(sql) ? sql.withTransaction(migrate) : migrate)
)

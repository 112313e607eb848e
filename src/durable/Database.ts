/** Where jobs and answers lie: PostgreSQL for workers on any number of machines, or a SQLite file for one machine. */
import * as LibsqlClient from "@effect/sql-libsql/LibsqlClient"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as SqlClient from "@effect/sql/SqlClient"
import type { ConfigError } from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import { DatabaseError, describe } from "./DatabaseError.js"
import * as Tables from "./Tables.js"

export interface PostgresOptions {
  /** Such as `postgres://user:password@host:5432/name`. */
  readonly url: string | Redacted.Redacted
  /** Connections of this process; default 10, one of which holds the engine's locks. */
  readonly connections?: number | undefined
}

const CONNECTIONS = 10

/** How long SQLite waits for another process that writes, in milliseconds. */
const BUSY_MS = 5_000

const unreachable = (error: unknown) =>
  new DatabaseError({ message: `the database cannot be used: ${describe(error)}` })

const withTables = <E>(client: Layer.Layer<SqlClient.SqlClient, E>): Layer.Layer<SqlClient.SqlClient, DatabaseError> =>
  Layer.tap(client, (context) => Effect.provide(Tables.make, context)).pipe(
    Layer.catchAll((error) => Layer.fail(unreachable(error)))
  )

export const layerPostgres = ({
  connections = CONNECTIONS,
  url
}: PostgresOptions): Layer.Layer<SqlClient.SqlClient, DatabaseError> => {
  const client: Layer.Layer<SqlClient.SqlClient, ConfigError | unknown> = PgClient.layer({
    url: typeof url === "string" ? Redacted.make(url) : url,
    maxConnections: connections,
    connectTimeout: "5 seconds",
    applicationName: "algogen"
  })
  return withTables(client)
}

/** `file` is made if it is not there. Not for a folder on a network: its locks do not reach other machines. */
export const layerSqlite = ({ file }: { readonly file: string }): Layer.Layer<SqlClient.SqlClient, DatabaseError> =>
  withTables(
    Layer.tap(LibsqlClient.layer({ url: `file:${file}`, intMode: "bigint" }), (context) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql.unsafe("PRAGMA journal_mode = WAL")
        yield* sql.unsafe(`PRAGMA busy_timeout = ${BUSY_MS}`)
      }).pipe(Effect.retry({ times: 20, schedule: Schedule.spaced("250 millis") }), Effect.provide(context))
    )
  )

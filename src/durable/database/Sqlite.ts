/** A SQLite file, by libsql. Loaded when it is used: its driver is a binary of several megabytes. */
import * as LibsqlClient from "@effect/sql-libsql/LibsqlClient"
import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"

export interface Options {
  /** Made if it is not there. Not in a folder on a network: its locks do not reach other machines. */
  readonly file: string
}

/** How long a statement waits for another process that writes, in milliseconds. */
const BUSY_MS = 5_000

export const client = ({ file }: Options) =>
  Layer.tap(LibsqlClient.layer({ url: `file:${file}`, intMode: "bigint" }), (context) =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql.unsafe("PRAGMA journal_mode = WAL")
      yield* sql.unsafe(`PRAGMA busy_timeout = ${BUSY_MS}`)
    }).pipe(Effect.retry({ times: 20, schedule: Schedule.spaced("250 millis") }), Effect.provide(context))
  )

/** Where jobs and answers lie: PostgreSQL for workers on any number of machines, or a SQLite file for one machine. */
import type * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Postgres from "./database/Postgres.js"
import type * as Sqlite from "./database/Sqlite.js"
import { DatabaseError, describe } from "./DatabaseError.js"
import * as Tables from "./Tables.js"

/** What to install for a driver that is not there: the library needs the first of a pair, the command has that built in. */
const INSTALL: Readonly<Record<string, string>> = {
  "@effect/sql-pg": "@effect/sql-pg@^0.53.0",
  "@effect/sql-libsql": "@effect/sql-libsql@^0.42.0",
  pg: "pg@^8.16.3 pg-cursor@^2.15.3",
  "pg-cursor": "pg@^8.16.3 pg-cursor@^2.15.3",
  "pg-connection-string": "pg@^8.16.3 pg-cursor@^2.15.3",
  "@libsql/client": "@libsql/client@^0.12.0"
}

/** What is wrong with a driver that could not be loaded. */
export const complaint = (error: unknown): string => {
  const [, missing = ""] = /Cannot find (?:package|module) '([^']+)'/.exec(String(error)) ?? []
  // The client is built into the command; what it looks for is its part for this machine, which comes with the package.
  const install = INSTALL[missing.startsWith("@libsql/") ? "@libsql/client" : missing]
  return install === undefined
    ? `the driver of the database could not be loaded: ${describe(error)}`
    : `the driver of this database is not installed. Install it with:\nnpm install ${install}`
}

const driver = <A>(load: () => Promise<A>): Effect.Effect<A, DatabaseError> =>
  Effect.tryPromise({ try: load, catch: (error) => new DatabaseError({ message: complaint(error) }) })

/** The driver, loaded when it is used, with the tables made. */
const withTables = <E>(
  load: () => Promise<Layer.Layer<SqlClient.SqlClient, E>>
): Layer.Layer<SqlClient.SqlClient, DatabaseError> =>
  Layer.unwrapEffect(driver(load)).pipe(
    Layer.tap((context) => Effect.provide(Tables.make, context)),
    Layer.catchAll((error) =>
      Layer.fail(
        error instanceof DatabaseError
          ? error
          : new DatabaseError({ message: `the database cannot be used: ${describe(error)}` })
      )
    )
  )

export const layerPostgres = (options: Postgres.Options): Layer.Layer<SqlClient.SqlClient, DatabaseError> =>
  withTables(() => import("./database/Postgres.js").then(({ client }) => client(options)))

export const layerSqlite = (options: Sqlite.Options): Layer.Layer<SqlClient.SqlClient, DatabaseError> =>
  withTables(() => import("./database/Sqlite.js").then(({ client }) => client(options)))

/** What an address names; undefined for anything else. */
export const parse = (address: string): { readonly url: string } | { readonly file: string } | undefined => {
  if (/^postgres(?:ql)?:\/\//u.test(address)) return { url: address }
  const [, file] = /^(?:sqlite|file):(?:\/\/)?(.+)$/u.exec(address) ?? []
  return file === undefined ? undefined : { file }
}

export const FORMS = "a database is given as postgres://user:password@host/name or as sqlite:FILE"

/** By its address: `postgres://..`, or `sqlite:FILE`. */
export const layer = (address: string): Layer.Layer<SqlClient.SqlClient, DatabaseError> => {
  const place = parse(address)
  if (place === undefined) return Layer.fail(new DatabaseError({ message: FORMS }))
  return "url" in place ? layerPostgres(place) : layerSqlite(place)
}

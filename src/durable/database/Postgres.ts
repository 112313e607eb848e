/** PostgreSQL. Loaded when it is used: its driver is a package that most do not need. */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Redacted from "effect/Redacted"

export interface Options {
  /** Such as `postgres://user:password@host:5432/name`. */
  readonly url: string | Redacted.Redacted
  /** Connections of this process; default 10, one of which holds the engine's locks. */
  readonly connections?: number | undefined
}

const CONNECTIONS = 10

export const client = ({ connections = CONNECTIONS, url }: Options) =>
  PgClient.layer({
    url: typeof url === "string" ? Redacted.make(url) : url,
    maxConnections: connections,
    connectTimeout: "5 seconds",
    applicationName: "algogen"
  })

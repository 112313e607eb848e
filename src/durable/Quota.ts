/** The shared count of `SharedQuota` in the database that the workers have anyway, so that no second server is needed. */
import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SharedQuota, SharedQuotaError } from "../flow/SharedQuota.js"
import * as Asked from "./Asked.js"
import * as Tables from "./Tables.js"

export const layer: Layer.Layer<SharedQuota, never, SqlClient.SqlClient> = Layer.effect(
  SharedQuota,
  Effect.map(SqlClient.SqlClient, (sql) => {
    const now = Tables.clock(sql)
    const forget = sql`DELETE FROM algogen_limits WHERE until < ${now}`
    return SharedQuota.of({
      // A worker that cannot reach its database can do nothing else either, so it may wait for it.
      timeoutMs: 10_000,
      // The row is locked while it changes, so that two workers cannot take the same part.
      take: ({ cost, key, quota, rememberMs }) =>
        Asked.within(
          sql`INSERT INTO algogen_limits (key, count, until) VALUES (${key}, ${cost}, ${now} + ${rememberMs})
            ON CONFLICT (key) DO UPDATE SET count = algogen_limits.count + ${cost}, until = ${now} + ${rememberMs}
            WHERE algogen_limits.count + ${cost} <= ${quota}
            RETURNING key`
        ).pipe(
          Effect.map((rows) => rows.length > 0),
          Effect.tap((fits) => (fits ? Effect.void : Asked.within(forget))),
          Effect.mapError(({ message }) => new SharedQuotaError({ message }))
        )
    })
  })
)

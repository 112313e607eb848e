/**
 * Tells which workers are alive. In PostgreSQL a worker beats over a connection of its own, and when its process dies, the
 * server ends that connection's session at once: so a death is noticed within seconds, and a worker that is only slow is not
 * taken for dead.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import type { Connection } from "@effect/sql/SqlConnection"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as Asked from "./Asked.js"
import * as Tables from "./Tables.js"

/** A worker that has not been seen for so long is dead, whatever its session does, in milliseconds. */
export const SILENT_MS = 12_000

/** In a SQLite file, whose workers are all on this machine: there a beat is late only where others write for long. */
const SILENT_FILE_MS = 9_000

/** And one whose session has ended, after this time: it may be about to connect anew. */
const GONE_MS = 3_000

/** All sessions end with the server: how long workers have from its start to connect anew, its recovery included, in milliseconds. */
const BACK_MS = 10_000

export const make = (worker: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const now = Tables.clock(sql)
    const isPostgres = Tables.isPostgres(sql)
    let held: { readonly scope: Scope.CloseableScope; readonly connection: Connection } | undefined

    const letGo = Effect.suspend(() => {
      const before = held
      held = undefined
      return before === undefined ? Effect.void : Scope.close(before.scope, Exit.void)
    })
    yield* Effect.addFinalizer(() => letGo)

    const connection = Effect.gen(function* () {
      if (held !== undefined) return held.connection
      const scope = yield* Scope.make()
      const connection = yield* Scope.extend(sql.reserve, scope)
      held = { scope, connection }
      return connection
    })

    const dead = isPostgres
      ? sql`pg_postmaster_start_time() < clock_timestamp() - ${BACK_MS} * interval '1 millisecond'
          AND (seen < ${now} - ${SILENT_MS} OR (seen < ${now} - ${GONE_MS} AND NOT EXISTS (
            SELECT 1 FROM pg_stat_activity a WHERE a.pid = algogen_workers.session)))`
      : sql`seen < ${now} - ${SILENT_FILE_MS}`

    return {
      beat: (place: string, concurrency: number) => {
        const session = sql.literal(isPostgres ? "pg_backend_pid()" : "NULL")
        const statement = sql`INSERT INTO algogen_workers (id, place, started, seen, concurrency, session)
          VALUES (${worker}, ${place}, ${now}, ${now}, ${concurrency}, ${session})
          ON CONFLICT (id) DO UPDATE SET seen = ${now}, session = ${session}`
        if (!isPostgres) return Effect.asVoid(Asked.within(statement))
        const [text, values] = statement.compile()
        return Asked.within(Effect.flatMap(connection, (held) => held.executeRaw(text, values))).pipe(
          Effect.tapError(() => Effect.disconnect(letGo)),
          Effect.asVoid
        )
      },
      leave: Asked.within(sql`DELETE FROM algogen_workers WHERE id = ${worker}`),
      /** Strikes the dead off the list, also off the engine's, which would wait for longer. */
      bury: Asked.within(
        Effect.gen(function* () {
          const rows = yield* sql<{ readonly id: string }>`DELETE FROM algogen_workers WHERE ${dead} RETURNING id`
          if (rows.length === 0) return
          const addresses = rows.map(({ id }) => `${id}:1`)
          yield* sql`DELETE FROM cluster_runners WHERE ${sql.in("address", addresses)}`
          // In PostgreSQL the engine's locks end with the session.
          if (!isPostgres) yield* sql`DELETE FROM cluster_locks WHERE ${sql.in("address", addresses)}`
        })
      )
    }
  })

export type Alive = Effect.Effect.Success<ReturnType<typeof make>>

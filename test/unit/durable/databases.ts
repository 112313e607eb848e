/** Databases without a file or a server: SQLite in memory, and a PostgreSQL that only writes down what it is asked. */
import * as Reactivity from "@effect/experimental/Reactivity"
import * as LibsqlClient from "@effect/sql-libsql/LibsqlClient"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as SqlClient from "@effect/sql/SqlClient"
import type { Connection } from "@effect/sql/SqlConnection"
import { type Client, createClient } from "@libsql/client"
import { Effect, Layer, Stream } from "effect"
import * as Tables from "../../../src/durable/Tables.js"

/** The driver's own transactions take its connection with them, and with that what is in memory. */
const inMemory = (): Client => {
  const client = createClient({ url: ":memory:", intMode: "bigint" })
  client.transaction = async () => {
    await client.execute("BEGIN IMMEDIATE")
    const end = async (word: string) => {
      await client.execute(word)
    }
    return {
      execute: (statement) => client.execute(statement),
      batch: (statements) => client.batch(statements),
      executeMultiple: (text) => client.executeMultiple(text),
      commit: () => end("COMMIT"),
      rollback: () => end("ROLLBACK"),
      close: () => undefined,
      closed: false
    }
  }
  return client
}

/** With nothing in it. */
export const bare = Layer.unwrapScoped(
  Effect.map(
    Effect.acquireRelease(Effect.sync(inMemory), (client) => Effect.sync(() => client.close())),
    (liveClient) => LibsqlClient.layer({ liveClient })
  )
)

export const sqlite = Layer.tap(bare, (context) => Effect.provide(Tables.make, context))

/** The clock of the database, which most statements have in them. */
const CLOCK = "(extract(epoch from clock_timestamp()) * 1000)::double precision"

/** `answer` gives the rows of a statement. */
export const postgres = (log: Array<string>, answer: (text: string) => ReadonlyArray<object> = () => []) => {
  const execute = (text: string, params: ReadonlyArray<unknown>) =>
    Effect.sync(() => {
      const words = text.replaceAll(/\s+/g, " ").trim().replaceAll(CLOCK, "NOW")
      log.push(`${words}${params.length === 0 ? "" : ` ${JSON.stringify(params)}`}`)
      return answer(text)
    })
  const connection: Connection = {
    execute,
    executeRaw: execute,
    executeValues: (text, params) => Effect.map(execute(text, params), (rows) => rows.map(Object.values)),
    executeUnprepared: execute,
    executeStream: () => Stream.empty
  }
  return Layer.effect(
    SqlClient.SqlClient,
    SqlClient.make({
      acquirer: Effect.succeed(connection),
      transactionAcquirer: Effect.acquireRelease(
        Effect.sync(() => {
          log.push("(a connection is taken)")
          return connection
        }),
        () => Effect.sync(() => void log.push("(it is given back)"))
      ),
      compiler: PgClient.makeCompiler(),
      spanAttributes: []
    })
  ).pipe(Layer.provide(Reactivity.layer))
}

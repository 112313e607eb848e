/** A SQLite file, by libsql. Loaded when it is used: its driver is a binary of several megabytes. */
import { setImmediate } from "node:timers/promises"
import * as LibsqlClient from "@effect/sql-libsql/LibsqlClient"
import * as SqlClient from "@effect/sql/SqlClient"
import { type Client, createClient, type InStatement, type TransactionMode } from "@libsql/client"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { DatabaseError, describe } from "../DatabaseError.js"

export interface Options {
  /** Made if it is not there. Not in a folder on a network: its locks do not reach other machines. */
  readonly file: string
}

/** How long a statement waits for another process that writes, in milliseconds. */
const BUSY_MS = 5_000

const PATIENCE = `PRAGMA busy_timeout = ${BUSY_MS}`

/**
 * The driver works while it is called, so that statements in a row would hold up timers, signals and sockets: those come first.
 * Each transaction takes the connection with it, and the next one would not wait for anybody. The client gives statements as objects.
 */
const patient = (driver: Client): Client => {
  const begin = driver.transaction.bind(driver)
  const execute = driver.execute.bind(driver)
  driver.execute = async (statement: InStatement) => {
    await setImmediate()
    return execute(statement)
  }
  driver.transaction = async (mode: TransactionMode = "write") => {
    await setImmediate()
    const transaction = await begin(mode)
    await execute(PATIENCE)
    return transaction
  }
  return driver
}

/** Another process may be making the file; one that is something else stays so. */
const mayPass = (error: unknown): boolean =>
  !/file is not a database|unable to open database file/i.test(describe(error))

/** Of a file that it cannot open the driver tells no more than that. */
const POSSIBLE = "it is a folder, its folder is not there, or you have no permission to write there"
const whyNot = (error: unknown): string => (/unable to open/i.test(describe(error)) ? POSSIBLE : describe(error))

const driver = ({ file }: Options) =>
  Effect.acquireRelease(
    Effect.try({
      try: () => patient(createClient({ url: `file:${file}`, intMode: "bigint" })),
      catch: (error) => new DatabaseError({ message: `${file} cannot be opened: ${whyNot(error)}` })
    }),
    (client) => Effect.sync(() => client.close())
  )

export const client = (options: Options) =>
  Layer.unwrapScoped(Effect.map(driver(options), (liveClient) => LibsqlClient.layer({ liveClient }))).pipe(
    Layer.tap((context) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql.unsafe(PATIENCE)
        yield* sql.unsafe("PRAGMA journal_mode = WAL")
      }).pipe(
        Effect.retry({ times: 20, schedule: Schedule.spaced("250 millis"), while: mayPass }),
        Effect.provide(context)
      )
    )
  )

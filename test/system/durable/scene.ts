/** What the scenes with a batch in a SQLite file share: a server, requests, and a client that follows them. */
import * as SqlClient from "@effect/sql/SqlClient"
import { Chunk, Effect, Layer, Option, Stream } from "effect"
import type { ModelInfo } from "../../../src/api/Catalog.js"
import { OpenRouter } from "../../../src/api/OpenRouter.js"
import { Answer, Usage } from "../../../src/domain/Answer.js"
import type { GenerationError } from "../../../src/domain/GenerationError.js"
import { Durable } from "../../../src/durable.js"
import type * as Progress from "../../../src/generation/Progress.js"
import type { Outcome } from "../../../src/generation/Report.js"
import * as MemoryStore from "../../../src/storage/algorithmStore/Memory.js"
import { emptyFolder } from "../command/command.js"

const CODE = "```python\ndef execute_trade(ticker, price, tick, cash_balance, shares_held):\n    return 'HOLD'\n```"
const usage = new Usage({ promptTokens: 10, completionTokens: 20, cost: 0.25 })
export const good = (model: string) => new Answer({ text: CODE, model, usage })

/** A server whose answers the test decides; counts what it is asked, prompt by prompt. */
export const server = (
  answer: (prompt: string, model: string) => Effect.Effect<Answer, GenerationError>,
  models: ReadonlyArray<ModelInfo> = []
) => {
  const asked: Array<string> = []
  const layer = Layer.succeed(OpenRouter, {
    baseUrl: "http://127.0.0.1/v1",
    identity: "test",
    models: Effect.succeed(models),
    key: Effect.die("not asked"),
    complete: ({ messages, model }) =>
      Effect.suspend(() => {
        const prompt = messages.at(-1)?.content ?? ""
        asked.push(prompt)
        return answer(prompt, model)
      })
  })
  return { asked, layer }
}

export const requests = (count: number, model = "a/b") =>
  Array.from({ length: count }, (_, n) => ({ model, ticker: "AAPL", sample: 1, prompt: `job ${n}` }))

export const settled = (events: Chunk.Chunk<Progress.Event>) =>
  Chunk.toReadonlyArray(events).flatMap((event) => (event._tag === "Settled" ? [event.outcome] : []))

export const database = Effect.map(emptyFolder, (folder) => Durable.layerSqlite({ file: `${folder}/jobs.db` }))

export const batch = (count: number, options: Partial<Durable.GenerateOptions> = {}) =>
  Durable.generate({ batch: "b", requests: requests(count), ...options }).pipe(
    Stream.runCollect,
    Effect.map(settled),
    Effect.provide(MemoryStore.layer)
  )

/** How each job ended, and why. */
export const ends = (outcomes: ReadonlyArray<Outcome>) =>
  outcomes.map(({ reason, status }) => [status, Option.getOrUndefined(Option.map(reason, ({ message }) => message))])

/** Waits until a table has so many rows, or more. */
export const untilRows = (table: string, count: number) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    sql`SELECT * FROM ${sql(table)}`.pipe(Effect.delay(20), Effect.repeat({ until: (rows) => rows.length >= count }))
  )

export const PATIENCE = { timeout: 60_000 }

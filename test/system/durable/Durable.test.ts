/** Batches in a SQLite file, with a worker in this process: what is asked, what is recorded, and what is taken over. */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Chunk, Deferred, Effect, Fiber, Layer, Option, Stream } from "effect"
import { OpenRouter } from "../../../src/api/OpenRouter.js"
import { Answer, Usage } from "../../../src/domain/Answer.js"
import { AccountRefused, GenerationError } from "../../../src/domain/GenerationError.js"
import { Durable } from "../../../src/durable.js"
import * as Quota from "../../../src/durable/Quota.js"
import { SharedQuota } from "../../../src/flow/SharedQuota.js"
import type * as Progress from "../../../src/generation/Progress.js"
import * as MemoryStore from "../../../src/storage/algorithmStore/Memory.js"
import { emptyFolder } from "../command/command.js"

const CODE = "```python\ndef execute_trade(ticker, price, tick, cash_balance, shares_held):\n    return 'HOLD'\n```"
const usage = new Usage({ promptTokens: 10, completionTokens: 20, cost: 0.25 })
const good = (model: string) => new Answer({ text: CODE, model, usage })

/** A server whose answers the test decides; counts what it is asked, prompt by prompt. */
const server = (answer: (prompt: string, model: string) => Effect.Effect<Answer, GenerationError>) => {
  const asked: Array<string> = []
  const layer = Layer.succeed(OpenRouter, {
    baseUrl: "http://127.0.0.1/v1",
    identity: "test",
    models: Effect.succeed([]),
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

const requests = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ model: "a/b", ticker: "AAPL", sample: 1, prompt: `job ${n}` }))

const settled = (events: Chunk.Chunk<Progress.Event>) =>
  Chunk.toReadonlyArray(events).flatMap((event) => (event._tag === "Settled" ? [event.outcome] : []))

const database = Effect.map(emptyFolder, (folder) => Durable.layerSqlite({ file: `${folder}/jobs.db` }))

const batch = (count: number, again = false) =>
  Durable.generate({ batch: "b", requests: requests(count), again }).pipe(
    Stream.runCollect,
    Effect.map(settled),
    Effect.provide(MemoryStore.layer)
  )

const PATIENCE = { timeout: 60_000 }

describe("a SQLite file", () => {
  it.scopedLive("has every connection wait for other processes, those after a transaction as well", () =>
    Effect.gen(function* () {
      const waits = Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe("PRAGMA busy_timeout"))
      const twice = Effect.flatMap(SqlClient.SqlClient, (sql) =>
        Effect.zipRight(sql.withTransaction(sql`SELECT 1`), Effect.zip(waits, sql.withTransaction(waits)))
      )
      deepStrictEqual(yield* Effect.provide(twice, yield* database), [[{ timeout: 5_000n }], [{ timeout: 5_000n }]])
    })
  )
})

describe("a batch in a database", () => {
  it.scopedLive(
    "comes back in the order of the request, each job asked once, also when it is followed again",
    () =>
      Effect.gen(function* () {
        const db = yield* database
        const { asked, layer } = server((prompt, model) =>
          Effect.delay(Effect.succeed(good(model)), prompt === "job 0" ? 300 : 0)
        )
        yield* Effect.gen(function* () {
          const worker = yield* Effect.fork(Durable.work({ concurrency: 4 }))
          const first = yield* batch(12)
          deepStrictEqual(
            first.map(({ index, status }) => [index, status]),
            Array.from({ length: 12 }, (_, index) => [index, "ok"])
          )
          const second = yield* batch(12)
          assert.strictEqual(second.length, 12)
          assert.sameMembers(
            asked,
            requests(12).map(({ prompt }) => prompt)
          )
          const { batches, workers } = yield* Durable.status
          assert.strictEqual(workers.length, 1)
          deepStrictEqual(
            batches.map(({ cost, failed, ok, queued }) => ({ cost, failed, ok, queued })),
            [{ cost: 3, failed: 0, ok: 12, queued: 0 }]
          )
          yield* Fiber.interrupt(worker)
          deepStrictEqual((yield* Durable.status).workers, [])
          // Too young to go, then old enough.
          assert.strictEqual(yield* Durable.prune("1 hour"), 0)
          yield* Effect.sleep(20)
          assert.strictEqual(yield* Durable.prune("10 millis"), 1)
          const sql = yield* SqlClient.SqlClient
          for (const table of ["algogen_jobs", "algogen_answers", "algogen_prompts", "cluster_messages"]) {
            deepStrictEqual(yield* sql`SELECT * FROM ${sql(table)}`, [], table)
          }
        }).pipe(Effect.provide(Layer.merge(db, layer)))
      }),
    PATIENCE
  )

  it.scopedLive(
    "refuses other requests under its name, and gives fewer of the same their part",
    () =>
      Effect.gen(function* () {
        const db = yield* database
        const { asked, layer } = server((_, model) => Effect.succeed(good(model)))
        const ask = (requests: ReadonlyArray<Durable.Request>, again = false) =>
          Durable.generate({ batch: "night", requests, again }).pipe(Stream.runCollect, Effect.map(settled))
        const [one, two, three] = requests(3)
        assert(one !== undefined && two !== undefined && three !== undefined)
        yield* Effect.gen(function* () {
          const worker = yield* Effect.fork(Durable.work())
          yield* ask([one, two])
          yield* Fiber.interrupt(worker)
          for (const other of [
            { ...two, ticker: "MSFT" },
            { ...two, prompt: "another" },
            { ...two, temperature: 1 }
          ]) {
            const error = yield* Effect.flip(ask([one, other], true))
            assert.strictEqual(error._tag, "InvalidRequest")
            assert.strictEqual(error.message, "batch 'night' asks for something else; choose another name")
          }
          assert.strictEqual((yield* ask([one])).length, 1)
          const sql = yield* SqlClient.SqlClient
          deepStrictEqual(yield* sql`SELECT total FROM algogen_batches`, [{ total: 2n }])
          // Other words here change nothing about a batch that is followed by its name.
          const stored = yield* Durable.requests("night")
          const followed = yield* Durable.generate({
            batch: "night",
            attach: true,
            requests: Stream.map(stored.requests, (request) => ({ ...request, prompt: undefined }))
          }).pipe(Stream.runCollect, Effect.map(settled))
          deepStrictEqual(
            followed.map(({ status }) => status),
            ["ok", "ok"]
          )
          assert.strictEqual(asked.length, 2)
          const later = yield* Effect.fork(Durable.work())
          assert.strictEqual((yield* ask([one, two, three])).length, 3)
          deepStrictEqual(yield* sql`SELECT total FROM algogen_batches`, [{ total: 3n }])
          yield* Fiber.interrupt(later)
        }).pipe(Effect.provide(Layer.mergeAll(db, layer, MemoryStore.layer)))
      }),
    PATIENCE
  )

  it.scopedLive(
    "cancels what is submitted after it was cancelled, until it is asked again",
    () =>
      Effect.gen(function* () {
        const db = yield* database
        const { asked, layer } = server((_, model) => Effect.succeed(good(model)))
        yield* Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const cancelled = yield* Deferred.make<void>()
          const [one, two] = requests(2)
          assert(one !== undefined && two !== undefined)
          const slow = Stream.concat(Stream.make(one), Stream.fromEffect(Effect.as(Deferred.await(cancelled), two)))
          const client = yield* Effect.fork(
            Durable.generate({ batch: "b", requests: slow }).pipe(
              Stream.runCollect,
              Effect.map(settled),
              Effect.provide(MemoryStore.layer)
            )
          )
          yield* sql`SELECT * FROM algogen_jobs`.pipe(
            Effect.delay(20),
            Effect.repeat({ until: (rows) => rows.length === 1 })
          )
          assert.strictEqual(yield* Durable.cancel("b"), 1)
          yield* Deferred.succeed(cancelled, undefined)
          deepStrictEqual(
            (yield* Fiber.join(client)).map(({ reason }) => Option.getOrThrow(reason).message),
            Array.from({ length: 2 }, () => "cancelled before it was asked")
          )
          const worker = yield* Effect.fork(Durable.work())
          deepStrictEqual(
            (yield* batch(2, true)).map(({ status }) => status),
            ["ok", "ok"]
          )
          assert.strictEqual(asked.length, 2)
          yield* Fiber.interrupt(worker)
        }).pipe(Effect.provide(Layer.merge(db, layer)))
      }),
    PATIENCE
  )

  it.scopedLive(
    "uses an answer that a dead worker had recorded, and asks for the jobs of which it had none",
    () =>
      Effect.gen(function* () {
        const db = yield* database
        const { asked, layer } = server((_, model) => Effect.succeed(good(model)))
        yield* Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const follower = yield* Effect.fork(batch(3))
          // As a worker leaves it that dies between an answer and its check.
          const dying = yield* Effect.fork(Durable.work({ concurrency: 1 }))
          yield* sql`SELECT * FROM algogen_answers`.pipe(
            Effect.delay(20),
            Effect.repeat({ until: (rows) => rows.length > 0 })
          )
          yield* Fiber.join(follower)
          yield* Fiber.interrupt(dying)
          yield* sql`UPDATE algogen_jobs SET state = 'asking', owner = 'dead', outcome = NULL, status = NULL, tries = 1
            WHERE idx < 2`
          yield* sql`DELETE FROM algogen_answers WHERE idx = 1`
          asked.length = 0
          const worker = yield* Effect.fork(Durable.work({ concurrency: 2 }))
          const outcomes = yield* batch(3)
          deepStrictEqual(
            outcomes.map(({ resumed, status }) => [status, resumed]),
            [
              ["ok", true],
              ["ok", false],
              ["ok", false]
            ]
          )
          deepStrictEqual(asked, ["job 1"])
          yield* Fiber.interrupt(worker)
        }).pipe(Effect.provide(Layer.merge(db, layer)))
      }),
    PATIENCE
  )

  it.scopedLive(
    "fails a job alone whose answer has killed the worker that checked nothing else",
    () =>
      Effect.gen(function* () {
        const db = yield* database
        const { asked, layer } = server((_, model) => Effect.succeed(good(model)))
        yield* Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const client = yield* Effect.fork(batch(3))
          yield* sql`SELECT * FROM algogen_jobs`.pipe(
            Effect.delay(20),
            Effect.repeat({ until: (rows) => rows.length === 3 })
          )
          yield* sql`UPDATE algogen_jobs SET suspected = 1, tries = 2 WHERE idx = 1`
          const worker = yield* Effect.fork(Durable.work())
          const outcomes = yield* Fiber.join(client)
          deepStrictEqual(
            outcomes.map(({ reason, status }) => [
              status,
              Option.getOrUndefined(Option.map(reason, ({ message }) => message))
            ]),
            [
              ["ok", undefined],
              ["failed", "guard: two workers died while they checked this answer"],
              ["ok", undefined]
            ]
          )
          assert.sameMembers(asked, ["job 0", "job 2"])
          yield* Fiber.interrupt(worker)
        }).pipe(Effect.provide(Layer.merge(db, layer)))
      }),
    PATIENCE
  )

  it.scopedLive(
    "fails a job alone whose prompt is gone, and deletes no prompt that a job has",
    () =>
      Effect.gen(function* () {
        const db = yield* database
        const { asked, layer } = server((_, model) => Effect.succeed(good(model)))
        yield* Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const client = yield* Effect.fork(batch(3))
          yield* sql`SELECT * FROM algogen_jobs`.pipe(
            Effect.delay(20),
            Effect.repeat({ until: (rows) => rows.length === 3 })
          )
          yield* sql`INSERT INTO algogen_prompts (hash, messages) VALUES ('nobody', '[]')`
          yield* Effect.sleep(20)
          assert.strictEqual(yield* Durable.prune("10 millis"), 0)
          assert.strictEqual((yield* sql`SELECT * FROM algogen_prompts`).length, 3)
          yield* sql`DELETE FROM algogen_prompts WHERE hash = (SELECT prompt FROM algogen_jobs WHERE idx = 1)`
          const worker = yield* Effect.fork(Durable.work())
          deepStrictEqual(
            (yield* Fiber.join(client)).map(({ reason, status }) => [
              status,
              Option.getOrUndefined(Option.map(reason, ({ message }) => message))
            ]),
            [
              ["ok", undefined],
              ["failed", "its prompt is not in the database any more"],
              ["ok", undefined]
            ]
          )
          assert.sameMembers(asked, ["job 0", "job 2"])
          yield* Fiber.interrupt(worker)
        }).pipe(Effect.provide(Layer.merge(db, layer)))
      }),
    PATIENCE
  )

  it.scopedLive(
    "finishes what is in flight when its worker is stopped, and hands over the rest",
    () =>
      Effect.gen(function* () {
        const db = yield* database
        const gate = yield* Deferred.make<void>()
        const { asked, layer } = server((_, model) => Effect.as(Deferred.await(gate), good(model)))
        yield* Effect.gen(function* () {
          const client = yield* Effect.fork(batch(5))
          const worker = yield* Effect.fork(Durable.work({ concurrency: 2 }))
          yield* Effect.sleep(20).pipe(Effect.repeat({ until: () => asked.length === 2 }))
          const stopping = yield* Effect.fork(Fiber.interrupt(worker))
          yield* Effect.sleep(200)
          assert.strictEqual(asked.length, 2)
          yield* Deferred.succeed(gate, undefined)
          yield* Fiber.join(stopping)
          const [left] = (yield* Durable.status).batches
          // Some of these may not have reached the worker.
          deepStrictEqual([left?.ok, (left?.queued ?? 0) + (left?.waiting ?? 0), left?.asking], [2, 3, 0])
          const next = yield* Effect.fork(Durable.work())
          assert.strictEqual((yield* Fiber.join(client)).length, 5)
          assert.sameMembers(
            asked,
            requests(5).map(({ prompt }) => prompt)
          )
          yield* Fiber.interrupt(next)
        }).pipe(Effect.provide(Layer.merge(db, layer)))
      }),
    PATIENCE
  )

  it.scopedLive(
    "stops at a refused key with every job kept, cancels, and asks again for what was cancelled",
    () =>
      Effect.gen(function* () {
        const db = yield* database
        let refuses = true
        const { layer } = server((_, model) =>
          refuses
            ? new GenerationError({ model, reason: new AccountRefused({ status: 401, detail: "no such key" }) })
            : Effect.succeed(good(model))
        )
        yield* Effect.gen(function* () {
          const client = yield* Effect.fork(batch(3))
          const stopped = yield* Effect.flip(Durable.work())
          assert.strictEqual(stopped._tag, "WorkerStopped")
          assert.include(stopped.message, "no such key")
          const [left] = (yield* Durable.status).batches
          assert.strictEqual((left?.queued ?? 0) + (left?.waiting ?? 0), 3)
          assert.strictEqual(yield* Durable.cancel("b"), 3)
          deepStrictEqual(
            (yield* Fiber.join(client)).map(({ reason }) => Option.getOrThrow(reason).message),
            Array.from({ length: 3 }, () => "cancelled before it was asked")
          )
          refuses = false
          const worker = yield* Effect.fork(Durable.work())
          const outcomes = yield* batch(3, true)
          deepStrictEqual(
            outcomes.map(({ status }) => status),
            ["ok", "ok", "ok"]
          )
          yield* Fiber.interrupt(worker)
        }).pipe(Effect.provide(Layer.merge(db, layer)))
      }),
    PATIENCE
  )

  it.scopedLive("shares a limit among workers, to the last one", () =>
    Effect.gen(function* () {
      const db = yield* database
      const take = Effect.flatMap(SharedQuota, (quota) =>
        quota.take({ key: "free:1", quota: 100, cost: 1, rememberMs: 60_000 })
      )
      const process = Effect.provide(
        Effect.forEach(Array.from({ length: 80 }), () => take, { concurrency: 8 }),
        Layer.provide(Quota.layer, db)
      )
      const taken = yield* Effect.all([process, process], { concurrency: 2 })
      assert.strictEqual(taken.flat().filter(Boolean).length, 100)
    })
  )
})

describe("a database that cannot be used", () => {
  it.live("is a typed failure that does not repeat a password", () =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(
        Effect.scoped(Layer.build(Durable.layerPostgres({ url: "postgres://me:secret@127.0.0.1:1/x" })))
      )
      assert.strictEqual(failure._tag, "DatabaseError")
      assert.include(failure.message, "ECONNREFUSED")
      assert.notInclude(failure.message, "secret")
    })
  )
})

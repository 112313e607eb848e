/** Batches in a SQLite file, with a worker in this process: what is asked, what is recorded, and what is taken over. */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Deferred, Effect, Fiber, Layer, Option, Stream } from "effect"
import { AccountRefused, GenerationError, RateLimited } from "../../../src/domain/GenerationError.js"
import { Durable } from "../../../src/durable.js"
import * as Quota from "../../../src/durable/Quota.js"
import { SharedQuota } from "../../../src/flow/SharedQuota.js"
import * as MemoryStore from "../../../src/storage/algorithmStore/Memory.js"
import { batch, database, ends, good, PATIENCE, requests, server, settled, untilRows } from "./scene.js"

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

  it.scopedLive("lets signals and timers have their turn between statements, and between transactions", () =>
    Effect.gen(function* () {
      const turns = Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const during = <A, E>(work: Effect.Effect<A, E>) =>
          Effect.gen(function* () {
            let count = 0
            let isOver = false
            const turn = () => {
              count += 1
              if (!isOver) setImmediate(turn)
            }
            setImmediate(turn)
            yield* Effect.repeatN(work, 99)
            isOver = true
            return count
          })
        return [yield* during(sql`SELECT 1`), yield* during(sql.withTransaction(sql`SELECT 1`))]
      })
      for (const count of yield* Effect.provide(turns, yield* database)) assert.isAtLeast(count, 100)
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
        const ask = (requests: ReadonlyArray<Durable.Request>, again = false, budget?: number) =>
          Durable.generate({ batch: "night", requests, again, budget }).pipe(Stream.runCollect, Effect.map(settled))
        const [one, two, three] = requests(3)
        assert(one !== undefined && two !== undefined && three !== undefined)
        yield* Effect.gen(function* () {
          const worker = yield* Effect.fork(Durable.work())
          yield* ask([one, two])
          yield* Fiber.interrupt(worker)
          const sql = yield* SqlClient.SqlClient
          for (const other of [
            { ...two, ticker: "MSFT" },
            { ...two, prompt: "another" },
            { ...two, temperature: 1 }
          ]) {
            const error = yield* Effect.flip(ask([one, other], true, 9))
            assert.strictEqual(error._tag, "InvalidRequest")
            assert.strictEqual(error.message, "batch 'night' asks for something else; choose another name")
          }
          // What is refused changes nothing, also not what the batch may cost.
          deepStrictEqual(yield* sql`SELECT budget FROM algogen_batches`, [{ budget: null }])
          assert.strictEqual((yield* ask([one])).length, 1)
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
          yield* untilRows("algogen_jobs", 1)
          assert.strictEqual(yield* Durable.cancel("b"), 1)
          yield* Deferred.succeed(cancelled, undefined)
          deepStrictEqual(
            (yield* Fiber.join(client)).map(({ reason }) => Option.getOrThrow(reason).message),
            Array.from({ length: 2 }, () => "cancelled before it was asked")
          )
          const worker = yield* Effect.fork(Durable.work())
          deepStrictEqual(
            (yield* batch(2, { again: true })).map(({ status }) => status),
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
          yield* untilRows("algogen_answers", 1)
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
          yield* untilRows("algogen_jobs", 3)
          yield* sql`UPDATE algogen_jobs SET suspected = 1, tries = 2, attempt = 3 WHERE idx = 1`
          const worker = yield* Effect.fork(Durable.work())
          const outcomes = yield* Fiber.join(client)
          deepStrictEqual(ends(outcomes), [
            ["ok", undefined],
            ["failed", "guard: two workers died while they checked this answer"],
            ["ok", undefined]
          ])
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
          yield* untilRows("algogen_jobs", 3)
          yield* sql`INSERT INTO algogen_prompts (hash, messages) VALUES ('nobody', '[]')`
          yield* Effect.sleep(20)
          assert.strictEqual(yield* Durable.prune("10 millis"), 0)
          assert.strictEqual((yield* sql`SELECT * FROM algogen_prompts`).length, 3)
          yield* sql`DELETE FROM algogen_prompts WHERE hash = (SELECT prompt FROM algogen_jobs WHERE idx = 1)`
          const worker = yield* Effect.fork(Durable.work())
          deepStrictEqual(ends(yield* Fiber.join(client)), [
            ["ok", undefined],
            ["failed", "its prompt is not in the database any more"],
            ["ok", undefined]
          ])
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
          const outcomes = yield* batch(3, { again: true })
          deepStrictEqual(
            outcomes.map(({ status }) => status),
            ["ok", "ok", "ok"]
          )
          yield* Fiber.interrupt(worker)
        }).pipe(Effect.provide(Layer.merge(db, layer)))
      }),
    PATIENCE
  )

  it.scopedLive(
    "spends no more than its budget over all workers, and goes on when it gets a larger one",
    () =>
      Effect.gen(function* () {
        const db = yield* database
        const price = { prompt: 0, completion: 0, request: 0.2 }
        const { asked, layer } = server((_, model) => Effect.succeed(good(model)), [{ id: "a/b", price }])
        yield* Effect.gen(function* () {
          const worker = yield* Effect.fork(Durable.work({ concurrency: 1 }))
          const [one, two, three] = ends(yield* batch(3, { budget: 0.6 }))
          deepStrictEqual([one?.[0], two?.[0], three?.[0]], ["ok", "ok", "skipped"])
          assert.match(String(three?.[1]), /may cost \$0\.2.*only \$0\.1.* of the budget is left/)
          assert.strictEqual(asked.length, 2)
          yield* Fiber.interrupt(worker)
          const later = yield* Effect.fork(Durable.work({ concurrency: 1 }))
          deepStrictEqual(
            (yield* batch(3, { budget: 2, again: true })).map(({ status }) => status),
            ["ok", "ok", "ok"]
          )
          assert.strictEqual(asked.length, 3)
          yield* Fiber.interrupt(later)
        }).pipe(Effect.provide(Layer.merge(db, layer)))
      }),
    PATIENCE
  )

  it.scopedLive(
    "ends the jobs of `:free` models when the day's quota is used up, asking for one of them",
    () =>
      Effect.gen(function* () {
        const db = yield* database
        const reason = new RateLimited({ status: 429, scope: "free-per-day", message: "no more today", hinted: false })
        const { asked, layer } = server((_, model) =>
          model === "a/b:free" ? new GenerationError({ model, reason }) : Effect.succeed(good(model))
        )
        yield* Effect.gen(function* () {
          const worker = yield* Effect.fork(Durable.work({ concurrency: 1 }))
          const outcomes = yield* batch(0, { requests: [...requests(4, "a/b:free"), ...requests(1)] })
          deepStrictEqual(
            outcomes.map(({ reason, status }) => [status, Option.getOrUndefined(reason)?._tag]),
            [...Array.from({ length: 4 }, () => ["failed", "RateLimited"]), ["ok", undefined]]
          )
          // One was refused by the server, whichever came first; the others were not sent.
          assert.strictEqual(outcomes.filter(({ retryAt }) => Option.isSome(retryAt)).length, 3)
          assert.deepStrictEqual(outcomes[4]?.retryAt, Option.none())
          assert.strictEqual(asked.length, 2)
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

describe("the tables", () => {
  it.scopedLive("of an earlier version are brought up to this one, and those of a later one are left alone", () =>
    Effect.gen(function* () {
      const db = yield* database
      const version = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT version FROM algogen_meta`)
      const change = (...statements: ReadonlyArray<string>) =>
        Effect.provide(
          Effect.flatMap(SqlClient.SqlClient, (sql) =>
            Effect.forEach(statements, (statement) => sql.unsafe(statement))
          ),
          db
        )
      deepStrictEqual(yield* Effect.provide(version, db), [{ version: 2n }])
      // As they were before there was a version.
      yield* change(
        "DROP TABLE algogen_meta",
        "DROP INDEX algogen_jobs_back",
        "ALTER TABLE algogen_batches DROP COLUMN budget"
      )
      yield* change("SELECT budget FROM algogen_batches")
      deepStrictEqual(yield* Effect.provide(version, db), [{ version: 2n }])
      yield* change("UPDATE algogen_meta SET version = 3")
      const failure = yield* Effect.flip(Effect.provide(version, db))
      assert.strictEqual(failure._tag, "DatabaseError")
      assert.match(failure.message, /tables have version 3, .* up to 2\. Update it with npm install algogen@latest/)
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

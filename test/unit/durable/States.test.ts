/**
 * What becomes of jobs in the database, step by step, in SQLite in memory: who may take, begin, finish or hand over which, and
 * what is told of them.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Either, Option, Schema, TestClock } from "effect"
import type { ModelRequest } from "../../../src/api/ModelRequest.js"
import { Answer, Usage } from "../../../src/domain/Answer.js"
import { NotAsked } from "../../../src/domain/GenerationError.js"
import * as Alive from "../../../src/durable/Alive.js"
import * as Answers from "../../../src/durable/Answers.js"
import * as Asking from "../../../src/durable/Asking.js"
import * as Batch from "../../../src/durable/Batch.js"
import * as Client from "../../../src/durable/Client.js"
import * as Job from "../../../src/durable/Job.js"
import * as Jobs from "../../../src/durable/Jobs.js"
import * as Quota from "../../../src/durable/Quota.js"
import * as Status from "../../../src/durable/Status.js"
import * as Tables from "../../../src/durable/Tables.js"
import { SharedQuota } from "../../../src/flow/SharedQuota.js"
import { bare, sqlite } from "./databases.js"

/** A gate that keeps nobody. */
const OPEN = { enter: Effect.void, leave: Effect.void }

const request = (n: number): ModelRequest & { readonly ticker: string; readonly sample: number } => ({
  model: `a/${n}`,
  ticker: "AAPL",
  sample: 1
})
const planned = (n: number): Batch.Planned => ({
  request: request(n),
  messages: [{ role: "user", content: `ask ${n}` }],
  promptHash: `hash ${n}`
})
const ticket = (index: number, attempt = 1, batch = "b") => ({ batch, index, attempt })
const ended = (index: number, status: "ok" | "failed" = "failed") => ({
  ...Asking.failed({ index, request: request(index), messages: [] }, new NotAsked({ message: `no ${index}` })),
  status
})

/** The jobs as `0 asking w 1 tries 2`, and what else is not as it is at first. */
const seen = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  Effect.map(
    sql<
      Record<string, unknown>
    >`SELECT idx, state, owner, attempt, tries, suspected, cancelled, status FROM algogen_jobs ORDER BY batch, idx`,
    (rows) =>
      rows.map(({ attempt, cancelled, idx, owner, state, status, suspected, tries }) =>
        [
          `${idx} ${state}`,
          owner === null ? "" : ` ${owner}`,
          Number(attempt) === 1 ? "" : ` attempt ${attempt}`,
          Number(tries) === 0 ? "" : ` tries ${tries}`,
          Number(suspected) === 0 ? "" : " suspected",
          Number(cancelled) === 0 ? "" : " cancelled",
          status === null ? "" : ` ${status}`
        ].join("")
      )
  )
)

const is = (...lines: ReadonlyArray<string>) => Effect.map(seen, (found) => deepStrictEqual(found, [...lines]))

const opened = (count: number, name = "b", limits: Partial<Batch.Limits> = {}) =>
  Effect.gen(function* () {
    const batch = yield* Batch.make(name)
    yield* batch.open({ batch: name, ...limits })
    yield* batch.add(
      0,
      Array.from({ length: count }, (_, n) => planned(n)),
      false
    )
    yield* batch.close(count)
    return batch
  })

const inMemory = <A, E>(name: string, work: Effect.Effect<A, E, SqlClient.SqlClient>) =>
  it.effect(name, () => Effect.provide(work, sqlite))

describe("a job", () => {
  inMemory(
    "goes from the queue to the engine, to one worker, and to its end",
    Effect.gen(function* () {
      yield* opened(3)
      const [own, other] = [yield* Jobs.make("w"), yield* Jobs.make("v")]
      yield* is("0 queued", "1 queued", "2 queued")
      deepStrictEqual(yield* own.take(2), [ticket(0), ticket(1)])
      yield* is("0 sent", "1 sent", "2 queued")
      deepStrictEqual(yield* own.take(0), [])
      const claimed = Option.getOrThrow(yield* own.claim(ticket(0)))
      deepStrictEqual(claimed, {
        ...ticket(0),
        request: request(0),
        created: claimed.created,
        tries: 0,
        isWhole: true,
        messages: [{ role: "user", content: "ask 0" }],
        settings: {},
        budget: undefined,
        deadline: undefined,
        suspected: false,
        cancelled: false
      })
      yield* is("0 held w", "1 sent", "2 queued")
      // Once more the same, but nobody else, and no other attempt.
      assert.isTrue(Option.isSome(yield* own.claim(ticket(0))))
      assert.isTrue(Option.isNone(yield* other.claim(ticket(0))))
      assert.isTrue(Option.isNone(yield* own.claim(ticket(1, 2))))
      assert.isTrue(Option.isSome(yield* other.claim(ticket(2))))
      yield* own.begin(ticket(0))
      yield* other.begin(ticket(0))
      yield* own.begin(ticket(0, 2))
      yield* is("0 asking w tries 1", "1 sent", "2 held v")
      assert.isTrue(Option.isNone(yield* own.claim(ticket(0))))
      yield* own.suspect(ticket(0), true)
      yield* other.suspect(ticket(2), true)
      yield* other.suspect(ticket(2), false)
      yield* is("0 asking w tries 1 suspected", "1 sent", "2 held v")
      yield* other.finish(ticket(0), ended(0))
      yield* own.finish(ticket(0), ended(0, "ok"))
      yield* own.suspect(ticket(0), false)
      yield* own.begin(ticket(0))
      yield* own.handOver(ticket(0))
      yield* is("0 done w tries 1 suspected ok", "1 sent", "2 held v")
    })
  )

  inMemory(
    "is handed over, sent back, and taken from the dead, each time as another attempt",
    Effect.gen(function* () {
      yield* opened(4)
      const [own, other] = [yield* Jobs.make("w"), yield* Jobs.make("v")]
      yield* Effect.scoped(Effect.flatMap(Alive.make("w"), (alive) => alive.beat("here", 6)))
      yield* own.take(4)
      yield* Effect.forEach([0, 1], (n) => own.claim(ticket(n)))
      yield* Effect.forEach([2], (n) => other.claim(ticket(n)))
      yield* Effect.forEach(
        [
          own.begin(ticket(0)),
          own.begin(ticket(1)),
          own.suspect(ticket(0), true),
          other.begin(ticket(2)),
          other.suspect(ticket(2), true)
        ],
        (step) => step
      )
      yield* own.handOver(ticket(0))
      yield* is("0 queued attempt 2", "1 asking w tries 1", "2 asking v tries 1 suspected", "3 sent")
      // Only what the dead had, and what was with the engine for long.
      assert.strictEqual(yield* own.recover, 1)
      yield* is("0 queued attempt 2", "1 asking w tries 1", "2 queued attempt 2 tries 1 suspected", "3 sent")
      const sql = yield* SqlClient.SqlClient
      const since = (millis: number) =>
        sql`UPDATE algogen_jobs SET touched = ${Tables.clock(sql)} - ${millis} WHERE idx = 3`
      yield* since(6_000)
      assert.strictEqual(yield* own.recover, 0)
      yield* since(8_001)
      assert.strictEqual(yield* own.recover, 1)
      yield* is(
        "0 queued attempt 2",
        "1 asking w tries 1",
        "2 queued attempt 2 tries 1 suspected",
        "3 queued attempt 2"
      )
      // What somebody was asking for goes first, and not by way of the engine.
      deepStrictEqual(
        (yield* own.returned(1)).map(({ index }) => index),
        [2]
      )
      deepStrictEqual((yield* own.returned(9)).map(({ attempt, index }) => `${index}/${attempt}`).sort(), [
        "0/2",
        "2/2",
        "3/2"
      ])
      deepStrictEqual(yield* own.take(9), [ticket(0, 2), ticket(3, 2)])
      yield* own.sendBack
      yield* is(
        "0 queued attempt 3",
        "1 asking w tries 1",
        "2 queued attempt 2 tries 1 suspected",
        "3 queued attempt 3"
      )
      deepStrictEqual(yield* own.load, { concurrency: 6, open: 1 })
      const suspect = Option.getOrThrow(yield* own.claim(ticket(2, 2)))
      deepStrictEqual([suspect.suspected, suspect.tries, suspect.cancelled], [true, 1, false])
      deepStrictEqual(yield* own.load, { concurrency: 6, open: 2 })
    })
  )

  inMemory(
    "is cancelled with its batch, and asked again with what failed",
    Effect.gen(function* () {
      const batch = yield* opened(5)
      const jobs = yield* Jobs.make("w")
      yield* jobs.take(4)
      yield* Effect.forEach([0, 1, 2], (n) => jobs.claim(ticket(n)))
      yield* jobs.begin(ticket(1))
      yield* jobs.finish(ticket(2), ended(2, "ok"))
      assert.strictEqual(yield* Status.cancel("other"), 0)
      assert.strictEqual(yield* Status.cancel("b"), 4)
      yield* is(
        "0 held w cancelled",
        "1 asking w tries 1 cancelled",
        "2 done w ok",
        "3 done cancelled skipped",
        "4 done cancelled skipped"
      )
      deepStrictEqual((yield* jobs.cancelled).map(({ index }) => index).sort(), [0, 1])
      deepStrictEqual(yield* (yield* Jobs.make("v")).cancelled, [])
      assert.isTrue(Option.getOrThrow(yield* jobs.claim(ticket(0))).cancelled)
      // New ones of a cancelled batch are cancelled.
      yield* batch.add(5, [planned(5)], false)
      yield* jobs.finish(ticket(0), ended(0))
      yield* jobs.finish(ticket(1), ended(1))
      deepStrictEqual(yield* jobs.cancelled, [])
      yield* is(
        "0 done w cancelled failed",
        "1 done w tries 1 cancelled failed",
        "2 done w ok",
        "3 done cancelled skipped",
        "4 done cancelled skipped",
        "5 done cancelled skipped"
      )
      yield* batch.again(1, 3)
      yield* is(
        "0 done w cancelled failed",
        "1 queued attempt 2",
        "2 done w ok",
        "3 queued attempt 2",
        "4 done cancelled skipped",
        "5 done cancelled skipped"
      )
      // It is open again.
      yield* batch.add(6, [planned(6)], false)
      yield* batch.add(4, [planned(4)], true)
      deepStrictEqual((yield* seen).slice(4), ["4 queued attempt 2", "5 done cancelled skipped", "6 queued"])
    })
  )

  inMemory(
    "has as long until its deadline as the database says, whatever time it is on the machine of its worker",
    Effect.gen(function* () {
      const jobs = yield* Jobs.make("w")
      yield* opened(1, "b", { deadline: "1 minute" })
      yield* TestClock.setTime(5_000)
      const { created, deadline } = Option.getOrThrow(yield* jobs.claim(ticket(0)))
      assert.closeTo(deadline ?? 0, 65_000, 5_000)
      assert.closeTo(created, 5_000, 5_000)
    })
  )

  inMemory(
    "knows its prompt, its settings and its end, or that they are gone",
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const jobs = yield* Jobs.make("w")
      yield* opened(3, "b", {
        deadline: "1 minute",
        budget: 2,
        maxRetries: 1,
        requestTimeout: "2 seconds",
        provider: { only: ["x"] }
      })
      const { budget, created, deadline, settings } = Option.getOrThrow(yield* jobs.claim(ticket(0)))
      deepStrictEqual([settings, budget], [{ maxRetries: 1, requestTimeout: 2000, provider: { only: ["x"] } }, 2])
      assert.closeTo((deadline ?? 0) - created, 60_000, 5_000)
      assert.strictEqual(yield* jobs.left(ticket(0), 2), 2)
      const usage = new Usage({ promptTokens: 1, completionTokens: 1, cost: 1.5 })
      const entry = {
        model: "a/0",
        ticker: "AAPL",
        messages: [],
        answer: new Answer({ text: "x", model: "a/0", usage })
      }
      const answers = yield* Answers.make(ticket(0), true, OPEN)
      yield* answers.journal.append({ ...entry, key: "one", at: 1 })
      yield* answers.journal.append({ ...entry, key: "one", at: 1 })
      assert.strictEqual(yield* jobs.left(ticket(1), 2), 0.5)
      // A price that nobody knows counts as none.
      yield* answers.journal.append({ ...entry, key: "free", at: 2, answer: new Answer({ text: "x", model: "a/0" }) })
      assert.strictEqual(yield* jobs.left(ticket(1), 2), 0.5)
      yield* answers.journal.append({ ...entry, key: "two", at: 2 })
      assert.strictEqual(yield* jobs.left(ticket(1), 2), 0)
      assert.strictEqual(yield* jobs.left(ticket(1, 1, "other"), 2), 2)
      yield* sql`DELETE FROM algogen_prompts WHERE hash = 'hash 1'`
      const torn = Option.getOrThrow(yield* jobs.claim(ticket(1)))
      deepStrictEqual([torn.isWhole, torn.messages], [false, []])
      yield* sql`DELETE FROM algogen_batches`
      const lost = Option.getOrThrow(yield* jobs.claim(ticket(2)))
      deepStrictEqual([lost.isWhole, lost.messages.length, lost.settings], [false, 1, {}])
    })
  )
})

describe("a batch", () => {
  const complaint = <A, E extends { readonly message: string }, R>(self: Effect.Effect<A, E, R>) =>
    Effect.map(Effect.either(self), (either) => (Either.isLeft(either) ? either.left.message : "fine"))

  inMemory(
    "has a twin where another one that is not over asks for the same",
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const batch = yield* opened(2)
      const twin = batch.twin(2, 2)
      deepStrictEqual(yield* twin, undefined)
      // More of them, as many where not all are there yet, fewer, others, and the same with another setting.
      yield* Effect.flatMap(opened(3, "more"), ({ close }) => close(3))
      yield* Effect.flatMap(opened(1, "fewer"), ({ close }) => close(2))
      yield* Effect.flatMap(opened(2, "others"), ({ close }) => close(2))
      yield* Effect.flatMap(opened(2, "hotter", { temperature: 1 }), ({ close }) => close(2))
      yield* sql`UPDATE algogen_jobs SET prompt = 'other' WHERE batch = 'others' AND idx = 1`
      deepStrictEqual(yield* twin, undefined)
      const same = yield* opened(2, "same")
      deepStrictEqual(yield* twin, "same")
      yield* same.close(2)
      deepStrictEqual(yield* twin, "same")
      yield* sql`UPDATE algogen_jobs SET state = 'done' WHERE batch = 'same' AND idx = 0`
      deepStrictEqual(yield* twin, "same")
      yield* sql`UPDATE algogen_jobs SET state = 'done' WHERE batch = 'same'`
      deepStrictEqual(yield* twin, undefined)
      yield* sql`UPDATE algogen_jobs SET state = 'asking' WHERE batch = 'same'`
      yield* Status.cancel("same")
      deepStrictEqual(yield* twin, undefined)
    })
  )

  inMemory(
    "has a name that can be typed",
    Effect.gen(function* () {
      for (const name of ["a", "A.b_c-9", "x".repeat(100)])
        assert.strictEqual(yield* complaint(Batch.make(name)), "fine")
      for (const name of ["", "a b", "a/b", "x".repeat(101)]) {
        assert.strictEqual(
          yield* complaint(Batch.make(name)),
          `'${name}' cannot be the name of a batch: use letters, digits, '.', '_' and '-', up to 100`
        )
      }
    })
  )

  inMemory(
    "stays what it was submitted as",
    Effect.gen(function* () {
      const batch = yield* opened(2)
      const sql = yield* SqlClient.SqlClient
      const budget = sql`SELECT budget FROM algogen_batches`
      yield* batch.add(0, [planned(0), planned(1)], false, 5)
      deepStrictEqual(yield* budget, [{ budget: 5 }])
      yield* batch.add(1, [planned(1), planned(2)], false, 6)
      yield* is("0 queued", "1 queued", "2 queued")
      const other = "batch 'b' asks for something else; choose another name"
      assert.strictEqual(yield* complaint(batch.add(1, [planned(2)], false)), other)
      assert.strictEqual(yield* complaint(batch.add(1, [{ ...planned(1), promptHash: "hash 9" }], false)), other)
      assert.strictEqual(yield* complaint(batch.add(0, [planned(0), planned(2)], false, 7)), other)
      deepStrictEqual(yield* budget, [{ budget: 5 }])
      const gone = yield* Batch.make("gone")
      assert.strictEqual(
        yield* complaint(gone.add(0, [planned(0)], false)),
        "batch 'gone' was deleted while it was submitted; submit it again"
      )
      deepStrictEqual(yield* gone.size, Option.none())
      yield* gone.open({ batch: "gone" })
      deepStrictEqual(yield* gone.size, Option.some({ jobs: 0, isWhole: false }))
    })
  )

  inMemory(
    "is whole once all its jobs are there, and not while more of them are added",
    Effect.gen(function* () {
      const batch = yield* Batch.make("b")
      yield* batch.open({ batch: "b" })
      const size = Effect.map(batch.size, Option.getOrUndefined)
      yield* batch.add(0, [planned(0), planned(1)], false)
      deepStrictEqual(yield* size, { jobs: 2, isWhole: false })
      yield* batch.close(2)
      deepStrictEqual(yield* size, { jobs: 2, isWhole: true })
      yield* batch.close(1)
      deepStrictEqual(yield* size, { jobs: 2, isWhole: true })
      yield* batch.add(2, [planned(2)], false)
      deepStrictEqual(yield* size, { jobs: 3, isWhole: false })
      yield* batch.close(3)
      deepStrictEqual(yield* size, { jobs: 3, isWhole: true })
    })
  )

  inMemory(
    "is read in pages, and its outcomes as far as there is no gap",
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const batch = yield* opened(102)
      const numbers = (rows: ReadonlyArray<{ readonly index: number }>) => [
        rows.length,
        rows[0]?.index,
        rows.at(-1)?.index
      ]
      deepStrictEqual(numbers(yield* batch.requests(0)), [100, 0, 99])
      deepStrictEqual(numbers(yield* batch.requests(100)), [2, 100, 101])
      deepStrictEqual(numbers(yield* batch.outcomes(0, 102)), [0, undefined, undefined])
      const text = Schema.encodeSync(Job.OutcomeJson)(ended(0))
      yield* sql`UPDATE algogen_jobs SET state = 'done', status = 'failed',
        outcome = replace(${text}, '"index":0', '"index":' || idx) WHERE idx <> 50`
      deepStrictEqual(numbers(yield* batch.outcomes(0, 102)), [50, 0, 49])
      deepStrictEqual(numbers(yield* batch.outcomes(0, 7)), [7, 0, 6])
      deepStrictEqual(numbers(yield* batch.outcomes(50, 102)), [0, undefined, undefined])
      yield* Status.cancel("b")
      deepStrictEqual(numbers(yield* batch.outcomes(0, 102)), [100, 0, 99])
      const [cancelled] = yield* batch.outcomes(50, 51)
      deepStrictEqual(
        Option.getOrUndefined(cancelled?.reason ?? Option.none())?.message,
        "cancelled before it was asked"
      )
      const asked = yield* Client.requests("b")
      assert.strictEqual(asked.total, 102)
      assert.strictEqual(yield* complaint(Client.requests("none")), "there is no batch 'none' in this database")
    })
  )
})

describe("what is told of it all", () => {
  inMemory(
    "counts jobs by how far they are, and workers that are alive",
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* opened(8)
      const jobs = yield* Jobs.make("w")
      const [alive, late] = [yield* Effect.scoped(Alive.make("w")), yield* Effect.scoped(Alive.make("v"))]
      yield* alive.beat("here", 6)
      yield* late.beat("there", 4)
      yield* jobs.take(7)
      yield* Effect.forEach([0, 1, 2, 3, 4], (n) => jobs.claim(ticket(n)))
      yield* Effect.forEach([0, 1], (n) => jobs.begin(ticket(n)))
      yield* jobs.finish(ticket(2), ended(2, "ok"))
      yield* jobs.finish(ticket(3), ended(3))
      yield* sql`INSERT INTO algogen_answers (batch, idx, key, at, record, cost)
        VALUES ('b', 2, 'k2', 0, '{}', 0.5), ('b', 3, 'k3', 0, '{}', NULL)`
      const status = yield* Status.status
      const [row] = status.batches
      assert.isAbove(row?.created ?? 0, 1e12)
      assert.isAbove(status.workers[0]?.started ?? 0, 1e12)
      deepStrictEqual(
        { ...row, created: 0 },
        {
          batch: "b",
          created: 0,
          queued: 1,
          waiting: 3,
          asking: 2,
          ok: 1,
          failed: 1,
          lastMinute: 2,
          cost: 0.5,
          answersOfKnownCost: 1,
          answersOfUnknownCost: 1
        }
      )
      deepStrictEqual(
        status.workers.map(({ asking, concurrency, place }) => [place, concurrency, asking]),
        [
          ["here", 6, 2],
          ["there", 4, 0]
        ]
      )
      assert.strictEqual(yield* Status.workers, 2)
      const back = (table: string, column: string, millis: number, where: string) =>
        sql`UPDATE ${sql(table)} SET ${sql(column)} = ${Tables.clock(sql)} - ${millis} WHERE ${sql.literal(where)}`
      yield* back("algogen_jobs", "touched", 61_000, "idx = 3")
      yield* back("algogen_workers", "seen", 12_001, "id = 'v'")
      assert.strictEqual((yield* Status.status).batches[0]?.lastMinute, 1)
      assert.strictEqual(yield* Status.workers, 1)
      assert.strictEqual((yield* Status.status).workers.length, 1)
      // A beat more, and it is back, with the place that it had.
      yield* late.beat("elsewhere", 4)
      deepStrictEqual(
        (yield* Status.status).workers.map(({ place }) => place),
        ["here", "there"]
      )
      yield* sql`CREATE TABLE cluster_runners (address TEXT)`
      yield* sql`CREATE TABLE cluster_locks (address TEXT)`
      yield* sql`INSERT INTO cluster_runners VALUES ('v:1'), ('w:1')`
      yield* sql`INSERT INTO cluster_locks VALUES ('v:1'), ('w:1')`
      yield* back("algogen_workers", "seen", 7_000, "id = 'v'")
      yield* alive.bury
      assert.strictEqual(yield* Status.workers, 2)
      yield* back("algogen_workers", "seen", 9_001, "id = 'v'")
      yield* alive.bury
      assert.strictEqual(yield* Status.workers, 1)
      for (const table of ["cluster_runners", "cluster_locks"])
        deepStrictEqual(
          (yield* sql`SELECT address FROM ${sql(table)}`).map(({ address }) => address),
          ["w:1"]
        )
      yield* alive.leave
      assert.strictEqual(yield* Status.workers, 0)
    })
  )

  inMemory(
    "is removed when all of it is over, and long ago",
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* opened(2)
      yield* opened(1, "open")
      const jobs = yield* Jobs.make("w")
      for (const n of [0, 1]) {
        yield* jobs.claim(ticket(n))
        yield* jobs.finish(ticket(n), ended(n))
      }
      yield* sql`UPDATE algogen_batches SET created = created - 3600001`
      assert.strictEqual(yield* Status.prune("1 hour"), 0)
      yield* sql`UPDATE algogen_jobs SET touched = created - 3600001`
      assert.strictEqual(yield* Status.prune("2 hours"), 0)
      assert.strictEqual(yield* Status.prune("1 hour"), 1)
      deepStrictEqual(
        (yield* sql`SELECT name FROM algogen_batches`).map(({ name }) => name),
        ["open"]
      )
      deepStrictEqual(
        (yield* sql`SELECT hash FROM algogen_prompts`).map(({ hash }) => hash),
        ["hash 0"]
      )
      yield* is("0 queued")
    })
  )

  inMemory(
    "shares a limit to the last part",
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const quota = yield* Effect.provide(SharedQuota, Quota.layer)
      assert.strictEqual(quota.timeoutMs, 10_000)
      const take = (cost: number, key = "k") => quota.take({ cost, key, quota: 5, rememberMs: 60_000 })
      deepStrictEqual(
        [yield* take(3), yield* take(3), yield* take(2), yield* take(1), yield* take(1, "other")],
        [true, false, true, false, true]
      )
      yield* sql`UPDATE algogen_limits SET until = 0 WHERE key = 'k'`
      // What is full looks for what may be forgotten.
      deepStrictEqual([yield* take(1), yield* take(1)], [false, true])
    })
  )
})

describe("the journal of a job", () => {
  inMemory(
    "has its answers and nothing else, in the order they came",
    Effect.gen(function* () {
      const { isTakenOver, journal } = yield* Answers.make(ticket(0), false, OPEN)
      deepStrictEqual(
        [
          isTakenOver,
          yield* journal.begin(),
          yield* journal.finish("", []),
          yield* journal.unfinished,
          yield* journal.skipped,
          yield* journal.prune(0)
        ],
        [false, "", undefined, [], 0, 0]
      )
      const entry = { model: "a/0", ticker: "AAPL", messages: [], answer: new Answer({ text: "x", model: "a/0" }) }
      yield* journal.append({ ...entry, key: "b", at: 1 })
      yield* journal.append({ ...entry, key: "a" })
      yield* journal.append({ ...entry, key: "c", at: 3, partial: true })
      deepStrictEqual(
        (yield* journal.entries).map(({ at, key }) => [key, at]),
        [
          ["b", 1],
          ["a", 0],
          ["c", 3]
        ]
      )
      const kept = yield* Answers.make(ticket(0), false, OPEN)
      deepStrictEqual((yield* kept.journal.entries).map(({ key }) => key).sort(), ["a", "b", "c"])
      assert.isTrue(Option.isNone(yield* kept.journal.lookup("c")))
      const fresh = yield* Answers.make(ticket(0), true, OPEN)
      deepStrictEqual(yield* fresh.journal.entries, [])
    })
  )
})

describe("what is written of a job", () => {
  it("is read again to the last field", () => {
    const settings = {
      maxRetries: 1,
      patience: 2,
      requestTimeout: 3,
      maxCompletionTokens: 4,
      repairs: 5,
      temperature: 0.5,
      effort: "low",
      provider: { only: ["x"] },
      serviceTier: "flex",
      allowPaid: true
    } as const
    const request = {
      model: "a",
      ticker: "B",
      sample: 1,
      position: 2,
      effort: "max",
      maxCompletionTokens: 3,
      temperature: 1,
      serviceTier: "flex",
      strategy: "grid",
      id: "own"
    } as const
    const messages = [
      { role: "system", content: "a" },
      { role: "user", content: "b" },
      { role: "assistant", content: "c" }
    ] as const
    deepStrictEqual(Schema.decodeSync(Job.SettingsJson)(Schema.encodeSync(Job.SettingsJson)(settings)), settings)
    deepStrictEqual(Schema.decodeSync(Job.RequestJson)(Schema.encodeSync(Job.RequestJson)(request)), request)
    deepStrictEqual(Schema.decodeSync(Job.MessagesJson)(Schema.encodeSync(Job.MessagesJson)(messages)), [...messages])
    const decode = Schema.decodeUnknownSync(Job.Numeric)
    deepStrictEqual([decode(5), decode("5.5"), decode(5n)], [5, 5.5, 5])
  })
})

describe("tables", () => {
  it.effect("are made once, brought up to date, and left alone where a later version made them", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const version = Effect.map(sql`SELECT version FROM algogen_meta`, (rows) =>
        rows.map((row) => Number(row["version"]))
      )
      yield* Tables.make
      yield* Tables.make
      deepStrictEqual(yield* version, [2])
      // As another process may have left it: with the column, and not with the version.
      yield* sql`UPDATE algogen_meta SET version = 1`
      yield* Tables.make
      deepStrictEqual(yield* version, [2])
      yield* sql`UPDATE algogen_meta SET version = 3`
      const failure = yield* Effect.flip(Tables.make)
      assert.include(
        String(failure.message),
        "its tables have version 3, and this algogen knows them up to 2. Update it"
      )
      yield* sql`UPDATE algogen_meta SET version = 0`
      yield* sql`DROP TABLE algogen_jobs`
      yield* sql`CREATE TABLE algogen_jobs (batch TEXT)`
      assert.isTrue(Either.isLeft(yield* Effect.either(Tables.make)))
    }).pipe(Effect.provide(bare))
  )
})

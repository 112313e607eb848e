/** A whole worker with its engine, on a database in memory: how each kind of job ends. By the clock of the wall, as the database has it. */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Deferred, Effect, Exit, Fiber, Logger, LogLevel, Option } from "effect"
import { AccountRefused, RateLimited, Rejected } from "../../../src/domain/GenerationError.js"
import * as Batch from "../../../src/durable/Batch.js"
import * as Worker from "../../../src/durable/Worker.js"
import { answers, api, fails, never, type Reply } from "../generation/doubles.js"
import { sqlite } from "./databases.js"

const planned = (model: string, n: number): Batch.Planned => ({
  request: { model, ticker: "AAPL", sample: 1 },
  messages: [{ role: "user", content: `ask ${n}` }],
  promptHash: `hash ${n}`
})

const submitted = (models: ReadonlyArray<string>, limits: Partial<Batch.Limits> = {}) =>
  Effect.gen(function* () {
    const batch = yield* Batch.make("b")
    yield* batch.open({ batch: "b", ...limits })
    yield* batch.add(0, models.map(planned), false)
    yield* batch.close(models.length)
    return batch
  })

const working = (script: Readonly<Record<string, ReadonlyArray<Reply>>>, options: Worker.Options = {}) => {
  const openRouter = api(script)
  return {
    openRouter,
    worker: Worker.work({ place: "here", ...options }).pipe(
      Effect.provide(openRouter.layer),
      Logger.withMinimumLogLevel(LogLevel.None)
    )
  }
}

const states = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  Effect.map(sql`SELECT state, attempt, tries, status FROM algogen_jobs ORDER BY idx`, (rows) =>
    rows.map(({ attempt, state, status, tries }) => `${state} ${attempt} ${tries} ${status}`)
  )
)
const until = <A, E, R>(look: Effect.Effect<A, E, R>, holds: (found: A) => boolean) =>
  look.pipe(Effect.delay(20), Effect.repeat({ until: holds }), Effect.timeout("20 seconds"))
const allDone = until(states, (all) => all.every((state) => state.startsWith("done")))

const outcomes = (batch: Effect.Effect.Success<ReturnType<typeof Batch.make>>, count: number) =>
  Effect.map(batch.outcomes(0, count), (all) =>
    all.map(({ reason, retryAt, status }) =>
      [
        status,
        ...Option.match(reason, { onNone: () => [], onSome: ({ _tag, message }) => [`${_tag}: ${message}`] }),
        ...Option.match(retryAt, { onNone: () => [], onSome: () => ["later"] })
      ].join(" ")
    )
  )

describe("a worker", () => {
  it.live("brings each job to its end, and gives up those that killed others", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const batch = yield* submitted(["x/ok", "x/ok", "x/ok", "x/ok", "x/ok", "x/free:free", "x/free:free"])
      yield* sql`UPDATE algogen_jobs SET cancelled = 1 WHERE idx = 1`
      yield* sql`DELETE FROM algogen_prompts WHERE hash = 'hash 2'`
      yield* sql`UPDATE algogen_jobs SET suspected = 1 WHERE idx = 3`
      yield* sql`UPDATE algogen_jobs SET tries = 5, attempt = 2 WHERE idx = 4`
      yield* sql`UPDATE algogen_jobs SET created = created + 1 WHERE idx = 6`
      const daily = fails(
        new RateLimited({ status: 429, scope: "free-per-day", message: "no more today", hinted: false })
      )
      const { openRouter, worker } = working({ "x/ok": [answers()], "x/free:free": [daily] }, { concurrency: 1 })
      const fiber = yield* Effect.fork(worker)
      yield* allDone
      const ends = yield* outcomes(batch, 7)
      deepStrictEqual(ends.slice(0, 5), [
        "ok",
        "failed Interrupted: the run was interrupted",
        "failed ConnectionFailed: its prompt is not in the database any more",
        "failed BadCode: guard: two workers died while they checked this answer",
        "failed BadCode: guard: 5 workers died while they asked for this"
      ])
      deepStrictEqual(
        ends.slice(5).map((end) => end.replace(" later", "")),
        Array(2).fill("failed RateLimited: no more today")
      )
      assert.isTrue(ends.slice(5).some((end) => end.endsWith("later")))
      deepStrictEqual(openRouter.requests.map(({ model }) => model).sort(), ["x/free:free", "x/ok"])
      deepStrictEqual(
        (yield* sql`SELECT place, concurrency FROM algogen_workers`).map(({ concurrency, place }) => [
          place,
          Number(concurrency)
        ]),
        [["here", 1]]
      )
      const exit = yield* Fiber.interrupt(fiber)
      assert.isTrue(Exit.isInterrupted(exit))
      deepStrictEqual(yield* sql`SELECT id FROM algogen_workers`, [])
    }).pipe(Effect.provide(sqlite))
  )

  it.live("hands over what waits when it is stopped, and finishes what is on its way", () =>
    Effect.gen(function* () {
      yield* submitted(["x/slow", "x/slow", "x/slow"])
      const slow: Reply = (request, onToken) => Effect.delay(answers()(request, onToken), 700)
      const { worker } = working({ "x/slow": [slow] }, { concurrency: 1 })
      const fiber = yield* Effect.fork(worker)
      yield* until(states, (all) => all.some((state) => state.startsWith("asking")))
      yield* until(states, (all) => all.filter((state) => state.startsWith("held")).length === 2)
      yield* Fiber.interrupt(fiber)
      deepStrictEqual([...(yield* states)].sort(), ["done 1 1 ok", "queued 2 0 null", "queued 2 0 null"])
    }).pipe(Effect.provide(sqlite))
  )

  it.live("says nothing in the words of its engine while it stops, and goes on in its own", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* submitted(["x/late"])
      const said: Array<string> = []
      const logger = Logger.make(({ message }) => void said.push(String(message)))
      const held = yield* Deferred.make<void>()
      const rejected = fails(new Rejected({ status: 400, message: "no", fallbackModels: [] }))
      const late: Reply = (request, onToken) => Effect.zipRight(Deferred.await(held), rejected(request, onToken))
      const fiber = yield* Worker.work().pipe(
        Effect.provide([api({ "x/late": [late] }).layer, Logger.replace(Logger.defaultLogger, logger)]),
        Effect.fork
      )
      yield* until(states, (all) => all.some((state) => state.startsWith("asking")))
      // As it is once the worker has left the engine; it warns of that, and puts it right.
      const missed = Effect.zipRight(
        sql`UPDATE cluster_runners SET healthy = 0`,
        until(sql`SELECT healthy FROM cluster_runners WHERE healthy = 0`, ({ length }) => length === 0)
      )
      yield* missed
      deepStrictEqual(said.splice(0), ["No healthy runners available"])
      const stopped = yield* Effect.fork(Fiber.interrupt(fiber))
      yield* missed
      yield* Deferred.succeed(held, undefined)
      yield* Fiber.join(stopped)
      deepStrictEqual(said, ["x/late: no"])
    }).pipe(Effect.provide(sqlite))
  )

  it.live("stops where the account is refused, and leaves the job for another", () =>
    Effect.gen(function* () {
      yield* submitted(["x/1"])
      const refused = fails(new AccountRefused({ status: 401, detail: "the key is wrong" }))
      const { worker } = working({ "x/1": [refused] })
      const failure = yield* Effect.flip(worker)
      deepStrictEqual(
        [failure._tag, failure.message],
        ["WorkerStopped", "the API refused the account or the key (HTTP 401): the key is wrong"]
      )
      deepStrictEqual(yield* states, ["queued 2 0 null"])
    }).pipe(Effect.provide(sqlite))
  )

  it.live("takes over what a dead one had, and ends what is cancelled", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const batch = yield* submitted(["x/1", "x/wait"])
      yield* sql`UPDATE algogen_jobs SET state = 'asking', owner = 'dead', tries = 1`
      const { openRouter, worker } = working({ "x/1": [answers()], "x/wait": [never] }, { concurrency: 2 })
      const fiber = yield* Effect.fork(worker)
      yield* until(states, ([first = "", second = ""]) => first.startsWith("done") && second.startsWith("asking"))
      deepStrictEqual(yield* states, ["done 2 2 ok", "asking 2 2 null"])
      yield* sql`UPDATE algogen_jobs SET cancelled = 1`
      yield* allDone
      deepStrictEqual(
        (yield* outcomes(batch, 2)).map((end) => end.split(":")[0]),
        ["ok", "failed Interrupted"]
      )
      assert.strictEqual(openRouter.requests.length, 2)
      yield* Fiber.interrupt(fiber)
    }).pipe(Effect.provide(sqlite))
  )
})

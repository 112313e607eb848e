/**
 * What the database is asked, word for word, in PostgreSQL: what stands in `test/golden/durable`, as it was read and found
 * right. Where it is meant to change, `npx vitest run --project unit test/unit/durable/Statements.test.ts -u` writes it anew.
 */
import type * as SqlClient from "@effect/sql/SqlClient"
import { it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { expect } from "vitest"
import { Answer, Usage } from "../../../src/domain/Answer.js"
import { NotAsked } from "../../../src/domain/GenerationError.js"
import * as Alive from "../../../src/durable/Alive.js"
import * as Answers from "../../../src/durable/Answers.js"
import * as Asking from "../../../src/durable/Asking.js"
import * as Batch from "../../../src/durable/Batch.js"
import * as Jobs from "../../../src/durable/Jobs.js"
import * as Quota from "../../../src/durable/Quota.js"
import * as Status from "../../../src/durable/Status.js"
import * as Tables from "../../../src/durable/Tables.js"
import { SharedQuota } from "../../../src/flow/SharedQuota.js"
import { postgres } from "./databases.js"

/** A gate that keeps nobody. */
const OPEN = { enter: Effect.void, leave: Effect.void }

const ticket = { batch: "b", index: 3, attempt: 2 }
const request = { model: "a/x", ticker: "AAPL", sample: 1, id: "own" }
const planned = { request, messages: [{ role: "user" as const, content: "ask" }], promptHash: "hash" }
const outcome = Asking.failed({ index: 3, request, messages: [] }, new NotAsked({ message: "no" }), 5)
const answer = new Answer({
  text: "x",
  model: "a/x",
  usage: new Usage({ promptTokens: 1, completionTokens: 2, cost: 0.5 })
})
const entry = { key: "k", model: "a/x", ticker: "AAPL", messages: [], answer, at: 7 }

type Work = Effect.Effect<unknown, unknown, SqlClient.SqlClient>

const ofJobs = (use: (jobs: Jobs.Jobs) => Effect.Effect<unknown, unknown>): Work => Effect.flatMap(Jobs.make("w"), use)
const ofBatch = (
  use: (batch: Effect.Effect.Success<ReturnType<typeof Batch.make>>) => Effect.Effect<unknown, unknown>
): Work => Effect.flatMap(Batch.make("b"), use)
const ofAlive = (use: (alive: Alive.Alive) => Effect.Effect<unknown, unknown>): Work =>
  Effect.scoped(Effect.flatMap(Alive.make("w"), use))
const ofAnswers = (use: (answers: Answers.Answers) => Effect.Effect<unknown, unknown>, isNew = false): Work =>
  Effect.flatMap(Answers.make(ticket, isNew, OPEN), use)

const WORK: Readonly<Record<string, Work>> = {
  "make the tables": Tables.make,
  claim: ofJobs((jobs) => jobs.claim(ticket)),
  begin: ofJobs((jobs) => jobs.begin(ticket)),
  left: ofJobs((jobs) => jobs.left(ticket, 5)),
  suspect: ofJobs((jobs) => Effect.zipRight(jobs.suspect(ticket, true), jobs.suspect(ticket, false))),
  "hand over": ofJobs((jobs) => jobs.handOver(ticket)),
  "send back": ofJobs((jobs) => jobs.sendBack),
  finish: ofJobs((jobs) => jobs.finish(ticket, outcome)),
  cancelled: ofJobs((jobs) => jobs.cancelled),
  recover: ofJobs((jobs) => jobs.recover),
  returned: ofJobs((jobs) => jobs.returned(5)),
  load: ofJobs((jobs) => jobs.load),
  take: ofJobs((jobs) => jobs.take(7)),
  open: ofBatch((batch) =>
    batch.open({
      batch: "b",
      deadline: "5 seconds",
      requestTimeout: "1 second",
      budget: 3,
      maxRetries: 2,
      effort: "low"
    })
  ),
  "open without an end": ofBatch((batch) => batch.open({ batch: "b", deadline: Number.POSITIVE_INFINITY })),
  add: ofBatch((batch) => batch.add(3, [planned, { ...planned, promptHash: "other" }], false)),
  "add again": ofBatch((batch) => batch.add(3, [planned], true)),
  twin: ofBatch((batch) => batch.twin(2, 9)),
  again: ofBatch((batch) => batch.again(3, 2)),
  close: ofBatch((batch) => batch.close(9)),
  size: ofBatch((batch) => batch.size),
  requests: ofBatch((batch) => batch.requests(4)),
  outcomes: ofBatch((batch) => Effect.zipRight(batch.outcomes(4, 50), batch.outcomes(4, 500))),
  beat: ofAlive((alive) => Effect.zipRight(alive.beat("here", 6), alive.beat("here", 6))),
  "leave, and bury": ofAlive((alive) => Effect.zipRight(alive.leave, alive.bury)),
  "answers of a new job": ofAnswers(({ journal }) => journal.append(entry), true),
  "answers of another job": ofAnswers(({ journal }) => Effect.zipRight(journal.append(entry), journal.lookup("none"))),
  "a part of a limit": Effect.flatMap(SharedQuota, ({ take }) =>
    take({ cost: 2, key: "k", quota: 5, rememberMs: 60_000 })
  ).pipe(Effect.provide(Quota.layer)),
  status: Status.status,
  workers: Status.workers,
  cancel: Status.cancel("b"),
  prune: Status.prune("1 hour")
}

const answers = (cancelled: number) => (text: string) => {
  if (text.includes("SELECT cancelled")) return [{ cancelled }]
  if (text.startsWith("DELETE FROM algogen_workers WHERE pg")) return [{ id: "dead" }, { id: "gone" }]
  if (text.includes("FROM algogen_batches WHERE algogen_batches.created") || text.includes("RETURNING name"))
    return [{ name: "old" }]
  if (text.includes("SELECT total")) return [{ total: null, jobs: 3 }]
  return text.includes("AS count") ? [{ count: "4" }] : []
}

it.effect("what PostgreSQL is asked is what it was", () =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    for (const [name, work] of Object.entries(WORK)) {
      for (const cancelled of name.startsWith("add") ? [0, 1] : [0]) {
        const log: Array<string> = []
        const exit = yield* Effect.exit(Effect.provide(work, postgres(log, answers(cancelled))))
        const came =
          exit._tag === "Success"
            ? JSON.stringify(Option.isOption(exit.value) ? exit.value : (exit.value ?? null))
            : String(exit.cause)
        lines.push(
          `${name}${cancelled === 1 ? ", when cancelled" : ""}`,
          ...log.map((line) => `  ${line}`),
          `  = ${came.split("\n")[0]}`
        )
      }
    }
    yield* Effect.promise(() =>
      expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("../../golden/durable/statements.txt")
    )
  })
)

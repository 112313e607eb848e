/**
 * The jobs in the database as a worker sees them. A job is `queued`, then `sent` to the engine, `held` by a worker, `asking`
 * and at last `done`. Only its owner writes to a job, and what is done stays done.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Outcome } from "../generation/Report.js"
import * as Now from "../telemetry/Now.js"
import * as Asked from "./Asked.js"
import * as Job from "./Job.js"
import * as Tables from "./Tables.js"

/** A job that the engine has not brought to a worker within this time is sent once more, in milliseconds. */
const LOST_MS = 8_000

/** How many times as many jobs a worker chooses from as it takes over. */
const SPREAD = 4

const Claimed = Schema.Struct({
  request: Job.RequestJson,
  budget: Schema.NullOr(Job.Numeric),
  settings: Schema.NullOr(Job.SettingsJson),
  messages: Schema.NullOr(Job.MessagesJson),
  deadline: Schema.NullOr(Job.Numeric),
  created: Schema.NullOr(Job.Numeric),
  claimed: Job.Numeric,
  tries: Job.Numeric,
  suspected: Job.Numeric,
  cancelled: Job.Numeric
})
const decodeClaimed = Schema.decodeUnknown(Claimed)

const ticketsIn = Tables.rows({ batch: Schema.String, index: Job.Numeric, attempt: Job.Numeric })
const encodeOutcome = Schema.encode(Job.OutcomeJson)

export const make = (worker: string) =>
  Effect.map(SqlClient.SqlClient, (sql) => {
    const now = Tables.clock(sql)
    const skipLocked = sql.literal(Tables.isPostgres(sql) ? "FOR UPDATE SKIP LOCKED" : "")
    const ofBatch = (column: string) =>
      sql.literal(`(SELECT ${column} FROM algogen_batches WHERE name = algogen_jobs.batch) AS ${column}`)
    const mine = ({ attempt, batch, index }: Job.Ticket) =>
      sql`batch = ${batch} AND idx = ${index} AND attempt = ${attempt} AND owner = ${worker} AND state <> 'done'`

    return {
      /**
       * Takes a job, unless somebody else has it, or it is done, or this is a run of it that was replaced. Twice the same is
       * once: the database may have done it and died before it said so.
       */
      claim: ({ attempt, batch, index }: Job.Ticket) =>
        Asked.within(
          Effect.gen(function* () {
            const [row] = yield* sql`
              UPDATE algogen_jobs SET state = 'held', owner = ${worker}, touched = ${now}
              WHERE batch = ${batch} AND idx = ${index} AND attempt = ${attempt}
                AND ((owner IS NULL AND state IN ('sent', 'queued')) OR (owner = ${worker} AND state = 'held'))
              RETURNING request, tries, suspected, cancelled,
                (SELECT messages FROM algogen_prompts WHERE hash = algogen_jobs.prompt) AS messages,
                ${ofBatch("settings")}, ${ofBatch("created")}, ${ofBatch("deadline")}, ${ofBatch("budget")}, ${now} AS claimed`
            if (row === undefined) return Option.none<Job.Job>()
            const { budget, cancelled, claimed, created, deadline, messages, settings, suspected, ...facts } =
              yield* decodeClaimed(row)
            // What is left of a deadline is counted here, by a clock that may differ from that of the database.
            const ahead = (yield* Now.millis) - claimed
            return Option.some<Job.Job>({
              batch,
              index,
              attempt,
              ...facts,
              isWhole: messages !== null && settings !== null,
              messages: messages ?? [],
              settings: settings ?? {},
              budget: budget ?? undefined,
              deadline: deadline === null ? undefined : deadline + ahead,
              created: (created ?? 0) + ahead,
              suspected: suspected === 1,
              cancelled: cancelled === 1
            })
          })
        ),
      /** Its turn has come. */
      begin: (ticket: Job.Ticket) =>
        Asked.within(
          sql`UPDATE algogen_jobs SET state = 'asking', tries = tries + 1, touched = ${now} WHERE ${mine(ticket)}`
        ),
      /** What is left of a budget, in US dollars: what its batch has cost so far is known from the answers that are recorded. */
      left: ({ batch }: Job.Ticket, budget: number) =>
        Asked.within(
          Effect.map(
            Tables.count(sql`SELECT coalesce(sum(cost), 0) AS count FROM algogen_answers WHERE batch = ${batch}`),
            (spent) => Math.max(0, budget - spent)
          )
        ),
      suspect: (ticket: Job.Ticket, suspected: boolean) =>
        Asked.within(sql`UPDATE algogen_jobs SET suspected = ${suspected ? 1 : 0} WHERE ${mine(ticket)}`),
      /** For another worker, or for this one when it is back. */
      handOver: ({ attempt, ...rest }: Job.Ticket) =>
        Asked.within(
          sql`UPDATE algogen_jobs
            SET state = 'queued', owner = NULL, attempt = ${attempt + 1}, tries = 0, suspected = 0, touched = ${now}
            WHERE ${mine({ attempt, ...rest })}`
        ),
      /** What the engine has not brought to anybody yet, since this worker may have been about to get it. Others lose a second. */
      sendBack: Asked.within(
        sql`UPDATE algogen_jobs SET state = 'queued', attempt = attempt + 1, touched = ${now} WHERE state = 'sent'`
      ),
      finish: (ticket: Job.Ticket, outcome: Outcome) =>
        Effect.flatMap(Effect.orDie(encodeOutcome(outcome)), (text) =>
          Asked.within(
            sql`UPDATE algogen_jobs SET state = 'done', status = ${outcome.status}, outcome = ${text}, touched = ${now}
              WHERE ${mine(ticket)}`
          )
        ),
      /** Jobs of this worker that nobody wants any more. */
      cancelled: Asked.within(
        ticketsIn(
          sql`SELECT batch, idx AS "index", attempt FROM algogen_jobs
            WHERE owner = ${worker} AND cancelled = 1 AND state <> 'done'`
        )
      ),
      /** Puts back into the queue what workers had that are not there any more, and what the engine has lost. */
      recover: Asked.within(
        Effect.map(
          sql`UPDATE algogen_jobs SET state = 'queued', owner = NULL, attempt = attempt + 1, touched = ${now}
            WHERE (state IN ('held', 'asking') AND owner NOT IN (SELECT id FROM algogen_workers)) OR (state = 'sent' AND touched < ${now} - ${LOST_MS})
            RETURNING idx`,
          (rows) => rows.length
        )
      ),
      /**
       * Jobs that are back in the queue, those first that somebody was asking for: a worker may claim them at once. Chance
       * keeps workers from trying the same ones.
       */
      returned: (most: number) =>
        Asked.within(
          ticketsIn(
            sql`SELECT batch, idx AS "index", attempt FROM (
                SELECT batch, idx, attempt, tries FROM algogen_jobs WHERE state = 'queued' AND attempt > 1
                ORDER BY tries DESC, touched LIMIT ${sql.literal(String(most * SPREAD))}
              ) AS waiting ORDER BY tries DESC, random() LIMIT ${sql.literal(String(most))}`
          )
        ),
      /** Workers that are alive, and the jobs that are with the engine. */
      load: Asked.within(
        Effect.all({
          concurrency: Tables.count(sql`SELECT coalesce(sum(concurrency), 0) AS count FROM algogen_workers`),
          open: Tables.count(sql`SELECT count(*) AS count FROM algogen_jobs WHERE state IN ('sent', 'held', 'asking')`)
        })
      ),
      /** The next jobs of the queue, each taken by one worker. Those that somebody was asking for wait for `returned`. */
      take: (most: number) =>
        Asked.within(
          ticketsIn(
            sql`UPDATE algogen_jobs SET state = 'sent', touched = ${now} WHERE (batch, idx) IN (
                SELECT batch, idx FROM algogen_jobs WHERE state = 'queued' AND tries = 0
                ORDER BY created, batch, idx LIMIT ${sql.literal(String(most))} ${skipLocked}
              ) RETURNING batch, idx AS "index", attempt`
          )
        )
    }
  })

export type Jobs = Effect.Effect.Success<ReturnType<typeof make>>

/**
 * The journal of one job in the database: an answer is here before it is checked, and a worker that takes the job over finds
 * it. Answers of one job are read once, when the job begins.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { UNCHECKED } from "../domain/Instance.js"
import type * as Journal from "../storage/Journal.js"
import * as Record from "../storage/journal/Record.js"
import * as Asked from "./Asked.js"
import type { Gate } from "./Checking.js"
import { Numeric, type Ticket } from "./Job.js"
import * as Tables from "./Tables.js"

const RecordJson = Schema.parseJson(Record.Answered)
const encode = Schema.encode(RecordJson)
const answersIn = Tables.rows({ record: RecordJson, judged: Numeric })

export interface Answers {
  readonly journal: Journal.Service
  /** An earlier worker had a whole answer, and did not get to the end of its check. */
  readonly isTakenOver: boolean
}

/** `isNew`: nobody has asked for this job yet, so there is nothing to look for. An answer that is safe is about to be checked, behind the gate. */
export const make = ({ batch, index }: Ticket, isNew: boolean, gate: Pick<Gate, "enter" | "leave">) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const recorded = Asked.untilDone(
      Asked.within(
        answersIn(
          sql`SELECT record, judged FROM algogen_answers WHERE batch = ${batch} AND idx = ${index} AND used = 0 ORDER BY at`
        )
      )
    )
    const rows = isNew ? [] : yield* recorded
    const known = new Map<string, Record.Answered>()
    for (const { record } of rows) known.set(record.key, record)

    /** An answer is being checked, or was. */
    let isUnderCheck = false
    const judged = Effect.suspend(() => {
      if (!isUnderCheck) return Effect.void
      isUnderCheck = false
      return Asked.untilDone(
        Asked.within(
          sql`UPDATE algogen_answers SET judged = 1 WHERE batch = ${batch} AND idx = ${index} AND judged = 0`
        )
      )
    })

    const journal: Journal.Service = {
      // Each goes on until it works, and nothing is sent meanwhile that could not be recorded either.
      timeoutMs: Number.POSITIVE_INFINITY,
      begin: () => Effect.succeed(""),
      finish: () => Effect.void,
      append: ({ at: answeredAt, key, ...rest }) =>
        Effect.gen(function* () {
          const at = answeredAt ?? (yield* Clock.currentTimeMillis)
          const record = new Record.Answered({ key, at, ...rest }, UNCHECKED)
          const text = yield* Effect.orDie(encode(record))
          const cost = rest.answer.usage?.cost ?? null
          yield* Asked.untilDone(
            Asked.within(
              sql`INSERT INTO algogen_answers (batch, idx, key, at, record, cost)
                VALUES (${batch}, ${index}, ${key}, ${at}, ${text}, ${cost})
                ON CONFLICT (batch, idx, key, at) DO NOTHING`
            )
          )
          known.set(key, record)
          if (rest.partial !== undefined) return
          isUnderCheck = true
          yield* gate.enter
        }).pipe(Effect.uninterruptible),
      // One that is not here is asked for next, so the one before is judged.
      lookup: (key) =>
        Effect.suspend(() => {
          const whole = Option.filter(Option.fromNullable(known.get(key)), Record.isWholeAnswer)
          if (Option.isSome(whole)) isUnderCheck = true
          const settled = Option.isSome(whole) ? Effect.void : Effect.zipRight(judged, gate.leave)
          return Effect.as(settled, whole)
        }),
      entries: Effect.sync(() => [...known.values()]),
      unfinished: Effect.succeed([]),
      skipped: Effect.succeed(0),
      prune: () => Effect.succeed(0)
    }
    return { journal, isTakenOver: rows.some(({ judged, record }) => judged === 0 && Record.isWholeAnswer(record)) }
  })

/** Which database the workers share: `--db`, or `ALGOGEN_DB`, which does not show a password to everybody on the machine. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Failure, NOTHING_PRODUCED, wrongUsage } from "../Failure.js"

const VARIABLE = "ALGOGEN_DB"

export const of = (db: string | undefined): string | undefined => db ?? (process.env[VARIABLE] || undefined)

const load = Effect.promise(() => import("../../durable/Durable.js"))

export type Durable = Effect.Effect.Success<typeof load>

/** Runs with the engine, which is loaded now, and with the database. */
export const connected = <A, E, R>(db: string | undefined, work: (durable: Durable) => Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const address = of(db)
    if (address === undefined) {
      return yield* wrongUsage(`name the database with --db or ${VARIABLE}: postgres://user@host/name, or sqlite:FILE`)
    }
    const durable = yield* load
    return yield* work(durable).pipe(
      Effect.provide(
        Layer.catchAll(durable.layer(address), ({ message }) =>
          Layer.fail(new Failure({ exitCode: NOTHING_PRODUCED, message }))
        )
      )
    )
  })

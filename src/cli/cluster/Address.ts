/** Which database the workers share: `--db`, or `ALGOGEN_DB`, which does not show a password to everybody on the machine. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import type { DatabaseError } from "../../durable/Durable.js"
import { nothingProduced, wrongUsage } from "../Failure.js"

const VARIABLE = "ALGOGEN_DB"

const load = Effect.promise(() => import("../../durable/Durable.js"))

export type Durable = Effect.Effect.Success<typeof load>

const isOfDatabase = (error: unknown): error is DatabaseError => Predicate.isTagged(error, "DatabaseError")

/** Fails unless it is the address of a database; a file that is only looked into has to be there. */
const check = (address: string, makes: boolean) =>
  Effect.gen(function* () {
    const { FORMS, parse } = yield* Effect.promise(() => import("../../durable/Database.js"))
    const place = parse(address)
    if (place === undefined) return yield* wrongUsage(FORMS)
    const { exists } = yield* FileSystem.FileSystem
    if (makes || "url" in place || (yield* Effect.orElseSucceed(exists(place.file), () => true))) return
    return yield* wrongUsage(`there is no database ${place.file}; algogen generate --db makes it`)
  })

/** Runs with the engine, which is loaded now, and with the database, whose failures are the command's; `makes` says whether a missing file is made. */
export const connected = <A, E, R>(
  db: string | undefined,
  { makes }: { readonly makes: boolean },
  work: (durable: Durable) => Effect.Effect<A, E | DatabaseError, R>
) =>
  Effect.gen(function* () {
    const address = db ?? (process.env[VARIABLE] || undefined)
    if (address === undefined) {
      return yield* wrongUsage(`name the database with --db or ${VARIABLE}: postgres://user@host/name, or sqlite:FILE`)
    }
    yield* check(address, makes)
    const durable = yield* load
    return yield* Effect.provide(work(durable), durable.layer(address)).pipe(
      Effect.catchIf(isOfDatabase, ({ message }) => nothingProduced(message))
    )
  })

/** `algogen status`: how far the batches in a database are, and who works on them; or deletes old ones. */
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Figures from "../../domain/Figures.js"
import type { Status } from "../../durable/Durable.js"
import * as Address from "../cluster/Address.js"
import type * as Commands from "../Commands.js"
import * as Json from "../documents/Json.js"
import type * as Others from "../documents/Others.js"
import { wrongUsage } from "../Failure.js"
import * as Notice from "../Notice.js"
import * as Fit from "../view/Fit.js"
import * as Lines from "../view/Lines.js"
import * as Look from "../view/Look.js"

/** A mistyped file is no new database. */
const LOOKING = { makes: false }

export const run = (flags: Commands.Status) => Address.connected(flags.db, LOOKING, (durable) => show(durable, flags))

export interface Database<E, R> {
  readonly status: Effect.Effect<Status, E, R>
  readonly prune: (age: Duration.Duration) => Effect.Effect<number, E, R>
  readonly cancel: (batch: string) => Effect.Effect<number, E, R>
}

const costsOf = (batch: Status["batches"][number]): Figures.Costs => ({
  cost: batch.cost,
  priced: batch.answersOfKnownCost,
  ofUnknownCost: batch.answersOfUnknownCost
})

export const show = <E, R>(
  durable: Pick<Database<E, R>, "prune" | "status">,
  { batch, json, prune }: Omit<Commands.Status, "db">
) =>
  Effect.gen(function* () {
    if (prune !== undefined) {
      if (json || batch !== undefined) {
        return yield* wrongUsage(`use either --prune or ${json ? "--json" : "--batch"}, not both`)
      }
      const names = Effect.map(durable.status, ({ batches }) => batches.map(({ batch }) => batch))
      const before = yield* names
      const forgotten = yield* durable.prune(prune)
      const left = new Set(yield* names)
      const gone = before.filter((name) => !left.has(name))
      const age = Duration.toMillis(prune)
      const none = age === 0 ? "none has ended" : `none ended more than ${Duration.format(prune)} ago`
      const named = gone.length === 0 ? none : gone.join(", ")
      return yield* Notice.tell(`deleted ${forgotten} ${forgotten === 1 ? "batch" : "batches"}: ${named}`)
    }
    const all = yield* durable.status
    const batches = all.batches.filter((one) => batch === undefined || one.batch === batch)
    if (batch !== undefined && batches.length === 0) {
      return yield* wrongUsage(`there is no batch '${batch}' in this database`)
    }
    const { workers } = all
    if (json) {
      const document = {
        workers: workers.map((worker) => ({ ...worker, started: Figures.iso(worker.started) })),
        batches: batches.map((one) => ({
          ...one,
          created: Figures.iso(one.created),
          cost: Figures.knownCost(costsOf(one))
        }))
      } satisfies typeof Others.Status.Encoded
      return yield* Console.log(Json.document(document))
    }
    const look = Look.output()
    const now = yield* Clock.currentTimeMillis
    yield* Console.log(
      [
        workers.length === 0
          ? "No worker is running: start one with algogen worker and the same --db"
          : Fit.table(
              ["worker", "minutes", "at once", "asking"],
              workers.map(({ asking, concurrency, place, started }) => [
                place,
                String(Math.round((now - started) / 60_000)),
                String(concurrency),
                String(asking)
              ]),
              look
            ),
        "",
        batches.length === 0
          ? "There is no batch in this database"
          : Fit.table(
              ["batch", "queued", "waiting", "asking", "ok", "failed", "a minute", "cost"],
              batches.map((one) => [
                one.batch,
                String(one.queued),
                String(one.waiting),
                String(one.asking),
                String(one.ok),
                String(one.failed),
                String(one.lastMinute),
                Figures.cost(costsOf(one))
              ]),
              look
            )
      ].join("\n")
    )
  })

/** `algogen cancel`. */
export const cancel = (flags: Commands.Cancel) => Address.connected(flags.db, LOOKING, (durable) => end(durable, flags))

export const end = <E, R>(durable: Pick<Database<E, R>, "cancel" | "status">, { batch }: Omit<Commands.Cancel, "db">) =>
  Effect.gen(function* () {
    if (batch === undefined)
      return yield* wrongUsage("name what to cancel with --batch; algogen status with the same --db lists them")
    const known = (yield* durable.status).batches.some((one) => one.batch === batch)
    if (!known) return yield* wrongUsage(`there is no batch '${batch}' in this database`)
    const jobs = yield* durable.cancel(batch)
    yield* Notice.tell(`cancelled ${Lines.count(jobs, "job")} of ${batch}; answers that had arrived are kept`)
  })

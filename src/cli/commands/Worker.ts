/** `algogen worker`: asks for the jobs in a database until it is stopped. */
import { hostname } from "node:os"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as CodeCheck from "../../code/CodeCheck.js"
import * as Plan from "../../generation/Plan.js"
import * as ConnectionPool from "../../node/ConnectionPool.js"
import * as Api from "../Api.js"
import * as Address from "../cluster/Address.js"
import type * as Commands from "../Commands.js"
import { nothingProduced } from "../Failure.js"
import * as Signals from "../Signals.js"
import * as TrialRun from "../TrialRun.js"

/** Code of models runs in a sandbox or not at all: there is no flag for anything else here. */
const SANDBOXED = { trialUnsandboxed: false }

export const run = ({ concurrency = Plan.CONCURRENCY, ...flags }: Commands.Worker) =>
  Address.connected(flags.db, { makes: true }, (durable) =>
    Effect.gen(function* () {
      // A driver of PostgreSQL calls itself deprecated in a way that nobody here can change.
      process.noDeprecation = true
      const place = `${hostname()} (process ${process.pid})`
      yield* Console.error(
        `Worker on ${place}: ${concurrency} requests at once. Ctrl-C or SIGTERM finishes those in flight and hands over the rest.`
      )
      yield* TrialRun.saysUnused({ ...SANDBOXED, ...flags }, flags, "--trial")
      yield* durable.work({ concurrency, place }).pipe(Signals.endsWell)
    }).pipe(
      Effect.provide(
        Layer.mergeAll(
          Api.layer({ ...flags, simulate: undefined, stream: true }),
          CodeCheck.layerWith(flags),
          TrialRun.layer({ ...SANDBOXED, ...flags }, flags.trial ? flags : undefined)
        )
      )
    )
  ).pipe(
    Effect.provide(ConnectionPool.layerWith({ connections: concurrency })),
    Effect.catchTag("WorkerStopped", ({ message }) =>
      nothingProduced(`${message}; the worker has stopped, and its jobs are queued`)
    ),
    Logger.withMinimumLogLevel(flags.verbose ? LogLevel.Debug : LogLevel.Warning)
  )

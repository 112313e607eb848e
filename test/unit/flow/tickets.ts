/** The gate taken apart for tests: a request that is let in goes on until the test says how it ended. */
import { Deferred, Effect, type Exit, Fiber, Scope } from "effect"
import type { GenerationError } from "../../../src/domain/GenerationError.js"
import type * as FlowControl from "../../../src/flow/FlowControl.js"

export type Admission =
  | { readonly _tag: "Go"; readonly settle: (exit: Exit.Exit<unknown, GenerationError>) => Effect.Effect<void> }
  | { readonly _tag: "Wait"; readonly until: number }
  | { readonly _tag: "Refuse"; readonly error: GenerationError }

export type Subject = Omit<FlowControl.Applicant, "endsAt">

/** Opens the gate for good; what would have to wait for a moment, and not for a permit, comes back with that moment. */
export const open = ({ join }: FlowControl.Service, concurrency = 100) =>
  Effect.gen(function* () {
    const admit = yield* Scope.extend(join({ jobs: 0, concurrency }), yield* Scope.make())
    return (subject: Subject): Effect.Effect<Admission> =>
      Effect.gen(function* () {
        const started = yield* Deferred.make<void>()
        const ended = yield* Deferred.make<unknown, GenerationError>()
        const exchange = Effect.zipRight(Deferred.succeed(started, undefined), Deferred.await(ended))
        const fiber = yield* Effect.forkDaemon(admit({ ...subject, endsAt: Number.NEGATIVE_INFINITY })(exchange))
        const go: Admission = {
          _tag: "Go",
          settle: (exit) => Effect.zipRight(Deferred.done(ended, exit), Effect.asVoid(Fiber.await(fiber)))
        }
        const kept = Effect.flip(Fiber.join(fiber)).pipe(
          Effect.orDieWith(() => "it ended before it was sent"),
          Effect.map((error): Admission =>
            error.reason._tag === "NotAsked"
              ? { _tag: "Wait", until: error.retryAt ?? Number.NaN }
              : { _tag: "Refuse", error }
          )
        )
        return yield* Effect.raceFirst(Effect.as(Deferred.await(started), go), kept).pipe(
          Effect.onInterrupt(() => Fiber.interrupt(fiber))
        )
      })
  })

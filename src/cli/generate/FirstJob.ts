/** Jobs from standard input: a run begins with the first of them, so that a mistake there leaves nothing behind, as one in a file. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type * as Sources from "../bulk/Sources.js"
import { type Failure, wrongUsage } from "../Failure.js"
import * as Notice from "../Notice.js"

/** The same work, once its first job is there. A file was read before. */
export const awaited = (
  work: Sources.Work,
  { shard }: Pick<Sources.Flags, "shard">
): Effect.Effect<Sources.Work, Failure, Scope.Scope> =>
  Effect.gen(function* () {
    if (work.total !== undefined) return work
    const pull = yield* Stream.toPull(work.jobs)
    const first = yield* pull.pipe(
      Effect.asSome,
      Effect.catchAll(Option.match({ onNone: () => Effect.succeedNone, onSome: Effect.fail })),
      Notice.ifSlow("Waiting for the first job on standard input.")
    )
    if (Option.isSome(first)) {
      const rest = Stream.fromPull(Effect.succeed(pull))
      return { ...work, jobs: Stream.concat(Stream.fromChunk(first.value), rest) }
    }
    // Others may have been dealt to another part.
    return shard === undefined ? yield* wrongUsage("standard input has no job") : { ...work, jobs: Stream.empty }
  })

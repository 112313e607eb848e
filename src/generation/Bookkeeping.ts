/** Records the start and the end of a run in the journal, and notes what an earlier run has left there. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { Journal } from "../storage/Journal.js"
import type { Emit } from "./Progress.js"
import * as Slot from "./Slot.js"

export interface Bookkeeping {
  /** Before the first request, with what the journal knows the requests by. */
  readonly begin: (ticker: string, keysOf: () => ReadonlyArray<string>) => Effect.Effect<void>
  /** After the last file, with the requests that were answered: only where nothing is left to be resumed. */
  readonly finish: (
    slots: ReadonlyArray<Slot.Saved>,
    keyOf: (slot: Slot.Saved) => string | undefined
  ) => Effect.Effect<void>
}

export const make = (resume: boolean, emit: Emit): Effect.Effect<Bookkeeping> =>
  Effect.map(Effect.serviceOption(Journal), (journal) => {
    if (Option.isNone(journal)) return { begin: () => Effect.void, finish: () => Effect.void }
    const { begin, finish, lookup, skipped, unfinished } = journal.value
    const note = (message: string) => emit({ _tag: "Note", message })
    let run: string | undefined

    return {
      begin: (ticker, keysOf) =>
        Effect.gen(function* () {
          const keys = keysOf()
          const damaged = resume ? yield* skipped : 0
          if (damaged > 0)
            note(
              `${damaged} journal ${damaged === 1 ? "record" : "records"} could not be read; what is missing is asked for again`
            )
          const isOfUse = resume && (yield* Effect.exists(keys, (key) => Effect.map(lookup(key), Option.isSome)))
          const [latest] = (yield* unfinished).toReversed()
          if (latest !== undefined && !isOfUse) {
            note(
              `An earlier run for ${latest.ticker} was cut short after ${latest.answered} of ${latest.requested} answers; ` +
                "repeat it with --resume to use them"
            )
          }
          run = yield* begin(ticker, keys)
        }).pipe(
          Effect.catchAll(({ message }) =>
            Effect.sync(() => note(`The journal cannot be written, so unsaved answers will be lost: ${message}`))
          )
        ),

      finish: (slots, keyOf) => {
        const isSaved = !slots.some(({ saved }) => Option.exists(saved, Either.isLeft))
        if (run === undefined || !isSaved) return Effect.void
        const answered = slots.filter(Slot.isAnswered).flatMap((slot) => keyOf(slot) ?? [])
        return Effect.ignoreLogged(finish(run, answered))
      }
    }
  })

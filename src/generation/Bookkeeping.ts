/** Records the start and the end of a run in the journal, and notes what an earlier run has left there. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import { count } from "../domain/Figures.js"
import { Journal, type JournalError } from "../storage/Journal.js"
import type { Emit } from "./Progress.js"
import * as Slot from "./Slot.js"

interface Begun {
  readonly ticker: string
  readonly keys: ReadonlyArray<string>
}

export interface Bookkeeping {
  /** Somebody wants to know the keys. */
  readonly isKept: boolean
  /** Before the first request. Without keys, a stream of requests is recorded, whose keys nobody knows yet. */
  readonly begin: (run?: Begun) => Effect.Effect<void>
  readonly saved: (slot: Slot.Saved) => void
  /** What there is to say of earlier runs has been said. */
  readonly noted: Effect.Effect<void>
  /** After the last file: only where nothing is left to be resumed. */
  readonly finish: Effect.Effect<void>
}

const NO_JOURNAL =
  "There is no journal, so there is nothing to resume and all is asked for: provide a Journal, such as FileJournal.layer({ directory })"

const inVain = (answers: number): string =>
  `Nothing to resume: the journal has ${count(answers, "answer")}, ${answers === 1 ? "not to one of" : "none to"} these requests`

export const make = (resume: boolean, emit: Emit): Effect.Effect<Bookkeeping> =>
  Effect.map(Effect.serviceOption(Journal), (journal) => {
    if (Option.isNone(journal)) {
      return {
        isKept: false,
        begin: () => Effect.sync(() => (resume ? emit({ _tag: "Note", message: NO_JOURNAL }) : undefined)),
        saved: () => undefined,
        noted: Effect.void,
        finish: Effect.void
      }
    }
    const { begin, entries, finish, lookup, skipped, unfinished } = journal.value
    const note = (message: string) => emit({ _tag: "Note", message })
    let run: string | undefined
    /** The keys of the requests that were answered, as long as all could be saved. */
    let answered: Array<string> | undefined = []
    let noting: Fiber.Fiber<void> | undefined

    const noteEarlier = (known: Begun | undefined) =>
      Effect.gen(function* () {
        const damaged = resume ? yield* skipped : 0
        if (damaged > 0)
          note(`${count(damaged, "journal record")} could not be read; what is missing is asked for again`)
        const isVain =
          resume &&
          known !== undefined &&
          !(yield* Effect.exists(known.keys, (key) => Effect.map(lookup(key), Option.isSome)))
        const latest = (yield* unfinished).findLast((earlier) => earlier.run !== run)
        if (latest !== undefined && (!resume || isVain)) {
          const of = latest.requested === undefined ? "" : ` of ${latest.requested}`
          note(
            `An earlier run${latest.ticker === undefined ? "" : ` for ${latest.ticker}`} was cut short after ${latest.answered}${of} answers; ` +
              "repeat it with --resume to use them"
          )
        }
        const answers = isVain ? (yield* entries).filter(({ partial }) => partial !== true).length : 0
        if (answers > 0)
          note(`${inVain(answers)}, so all is asked for: the prompt, the server or a parameter is another.`)
      })
    const orNote = (what: string) =>
      Effect.catchAll(({ message }: JournalError) =>
        Effect.sync(() => note(`The journal cannot be ${what}: ${message}`))
      )
    const orUnread = orNote(
      resume
        ? "read, and what it does not give of earlier runs is asked for again"
        : "read, so it is not known whether an earlier run was cut short"
    )
    const orUnwritten = orNote("written, so unsaved answers will be lost")

    return {
      isKept: true,

      begin: (known) =>
        Effect.gen(function* () {
          if (resume) yield* orUnread(noteEarlier(known))
          run = yield* begin(known?.ticker, known?.keys)
          // The models need not wait until everything is read that earlier runs have written.
          if (!resume) noting = yield* Effect.fork(orUnread(noteEarlier(known)))
        }).pipe(orUnwritten),

      noted: Effect.suspend(() => (noting === undefined ? Effect.void : Effect.asVoid(Fiber.await(noting)))),

      saved: (slot) => {
        if (Option.exists(slot.saved, Either.isLeft)) answered = undefined
        const key = answered !== undefined && Slot.isAnswered(slot) ? slot.key() : undefined
        if (key !== undefined) answered?.push(key)
      },

      finish: Effect.suspend(() =>
        run === undefined || answered === undefined ? Effect.void : Effect.ignoreLogged(finish(run, answered))
      )
    }
  })

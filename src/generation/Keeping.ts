/**
 * The journal's part in a request: with `resume` it answers what an earlier run has paid for, and it stores each answer
 * before the answer is checked. Without a journal nothing is found and nothing is kept.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { OpenRouter } from "../api/OpenRouter.js"
import { Answer } from "../domain/Answer.js"
import { CutOff, GenerationError } from "../domain/GenerationError.js"
import * as Instance from "../domain/Instance.js"
import type { Message } from "../domain/Message.js"
import * as Journal from "../storage/Journal.js"
import type { Answered } from "../storage/journal/Record.js"
import * as CameTo from "./CameTo.js"
import * as Guarded from "./Guarded.js"
import type { Settings } from "./Options.js"
import type { Emit } from "./Progress.js"
import type * as Recovery from "./Recovery.js"
import type { Exchanged } from "./Rescue.js"
import type { Task } from "./Task.js"

export interface Options extends Pick<Settings, "resume"> {
  readonly emit: Emit
}

/** What the journal knows a request by. */
export type Asked = Pick<Task, "model" | "ordinal" | "parameters" | "request" | "wanted">

/** What came of a request of an earlier run, and when. */
interface Recalled {
  readonly exit: Exchanged
  readonly at: number
}

/** Marks the key of an answer that was cut off at its token limit: with the same limit it would be so again, so it is not asked for. */
const CUT_OFF: Message = { role: "assistant", content: "length" }

/** Marks the key of the text that had arrived when a request failed: paid for, but only useful to a reader. */
const PARTIAL: Message = { role: "assistant", content: "partial" }

export const make = ({ emit, resume }: Options) =>
  Effect.gen(function* () {
    const { identity } = yield* OpenRouter
    const journal = yield* Effect.serviceOption(Journal.Journal)
    /** What answers in place of the server. */
    const earlier = resume === true ? journal : Option.none()

    /** Each answer is used once: a useless one is asked for again with a higher token limit, under the same key. */
    const used = new Set<string>()

    const key = (
      { model, ordinal, parameters }: Asked,
      messages: Recovery.Request["messages"],
      maxCompletionTokens: number | undefined
    ) =>
      Journal.key({
        baseUrl: identity,
        model,
        messages,
        parameters: { maxCompletionTokens, ...parameters },
        sample: ordinal
      })
    /** The ceiling is the one that was asked for, before any extension. Of each request once: it takes as long as hashing the prompt. */
    const keys = new WeakMap<Recovery.Request, string>()
    const keyOf = (asked: Asked) => {
      const known = keys.get(asked.request) ?? key(asked, asked.request.messages, asked.wanted)
      keys.set(asked.request, known)
      return known
    }
    /** What does not answer the request has a key of its own. */
    const markedKeyOf = (asked: Asked, mark: Message) =>
      key(asked, [...asked.request.messages, mark], asked.request.maxCompletionTokens)

    /** Where one answer cannot be read, most often none can. */
    const warned = new Set<string>([Guarded.SILENT])
    const warnOnce = (message: string) =>
      Effect.suspend(() => {
        if (warned.has(message)) return Effect.void
        warned.add(message)
        return Effect.logWarning(`the journal cannot be read, and what it may have is asked for again: ${message}`)
      })

    const lookup = (key: string) =>
      Option.isNone(earlier)
        ? Effect.succeedNone
        : Effect.catchAll(earlier.value.lookup(key), ({ message }) =>
            Effect.zipRight(warnOnce(message), Effect.succeedNone)
          )

    /** Answers that were looked for and are about to be used: each is read once. */
    const found = new Map<string, Option.Option<Answered>>()

    const isPaid = (asked: Asked): Effect.Effect<boolean> =>
      Effect.gen(function* () {
        const wanted = keyOf(asked)
        const known = yield* lookup(wanted)
        if (Option.isNone(known)) return Option.isSome(yield* lookup(markedKeyOf(asked, CUT_OFF)))
        found.set(wanted, known)
        return true
      })

    /** What an earlier run has paid for. */
    const recall = (asked: Asked): Effect.Effect<Option.Option<Recalled>> =>
      Option.isNone(earlier) ? Effect.succeedNone : find(asked)

    const find = (asked: Asked): Effect.Effect<Option.Option<Recalled>> =>
      Effect.gen(function* () {
        const wanted = keyOf(asked)
        const known = used.has(wanted) ? Option.none() : (found.get(wanted) ?? (yield* lookup(wanted)))
        found.delete(wanted)
        if (Option.isSome(known)) {
          used.add(wanted)
          return Option.some({ exit: Exit.succeed(known.value.answer), at: known.value.at })
        }
        const { maxCompletionTokens } = asked.request
        return Option.map(yield* lookup(markedKeyOf(asked, CUT_OFF)), ({ at }) => ({
          exit: Exit.fail(new GenerationError({ model: asked.model, reason: new CutOff({ maxCompletionTokens }) })),
          at
        }))
      })

    const write = (
      journal: Journal.Service,
      { model, name, request, slot: { ticker } }: Task,
      entry: Omit<Journal.Entry, "model" | "ticker" | "messages">
    ) =>
      journal.append({ model, ticker, messages: request.messages, ...entry }).pipe(
        Effect.as(true),
        Effect.catchAll((error) => {
          if (error.message === Guarded.SILENT) return Effect.succeed(false)
          const message = `${name}: the answer could not be written to the journal, and is lost if its file cannot be saved: ${error.message}`
          emit({ _tag: "Note", message })
          return Effect.as(Effect.logWarning(message), false)
        })
      )

    /** Stores what was paid for. False, with a note, if that failed. */
    const keep = (
      task: Task,
      exit: Exchanged,
      { at, ...times }: Pick<Journal.Entry, "startedAt" | "firstTokenMs"> & { readonly at: number }
    ): Effect.Effect<boolean> => {
      if (Option.isNone(journal)) return Effect.succeed(false)
      if (Exit.isSuccess(exit))
        return write(journal.value, task, { key: keyOf(task), at, answer: exit.value, ...times })
      const failure = CameTo.failureOf(exit)
      if (failure?.reason._tag === "CutOff" && failure.reason.because !== "unknown") {
        return write(journal.value, task, { key: markedKeyOf(task, CUT_OFF), at, answer: remainsOf(failure) })
      }
      return failure?.partial === undefined
        ? Effect.succeed(false)
        : write(journal.value, task, { key: markedKeyOf(task, PARTIAL), at, answer: failure.partial, partial: true })
    }

    return { keyOf, isPaid, recall, keep }
  })

/** What is left of an answer that was cut off: its text as far as it came, and what it cost. */
const remainsOf = ({ generationId, model, partial, usage }: GenerationError): Answer =>
  partial ?? Instance.of(Answer, { text: "", model, finishReason: "length", generationId, usage })

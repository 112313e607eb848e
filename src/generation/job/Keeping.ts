/**
 * What one model's requests have in the journal: each is answered from there where an earlier run has paid for it and that
 * is wanted, and each answer is written there before anybody looks at it. Without a journal nothing is known and kept.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { OpenRouter } from "../../api/OpenRouter.js"
import { Answer } from "../../domain/Answer.js"
import { CutOff, GenerationError } from "../../domain/GenerationError.js"
import * as Journal from "../../storage/Journal.js"
import type * as Recovery from "../Recovery.js"

export interface Spec {
  /** The model to send the request to. */
  readonly model: string
  readonly ticker: string
  readonly temperature?: number | undefined
  readonly seed?: number | undefined
  /** The ceiling that was asked for, before any extension: it is part of what the journal knows a request by. */
  readonly maxCompletionTokens?: number | undefined
  /** Tells equal requests of one run apart, from 1. */
  readonly ordinal?: number | undefined
  /** Use answers that the journal holds. */
  readonly resume?: boolean | undefined
  /** Hears of trouble that does not concern the answer. */
  readonly onNote?: ((message: string) => Effect.Effect<void>) | undefined
}

type Exchanged = Exit.Exit<Answer, GenerationError>

/** Stands in a key for an answer that broke off at its ceiling. */
const CUT_OFF = { role: "assistant", content: "length" } as const

export const make = (spec: Spec) =>
  Effect.gen(function* () {
    const { identity } = yield* OpenRouter
    const journal = yield* Effect.serviceOption(Journal.Journal)

    /** An answer that was of no use is asked for again with more room, under the same key. */
    const used = new Set<string>()

    const key = (messages: Recovery.Request["messages"], maxCompletionTokens: number | undefined) =>
      Journal.key({
        baseUrl: identity,
        model: spec.model,
        messages,
        parameters: { maxCompletionTokens, temperature: spec.temperature, seed: spec.seed },
        sample: spec.ordinal ?? 1
      })
    const keyOf = ({ messages }: Recovery.Request) => key(messages, spec.maxCompletionTokens)
    /** An answer that was cut off is of no use, but with the same room it need not be paid for again. */
    const cutKeyOf = ({ maxCompletionTokens, messages }: Recovery.Request) =>
      key([...messages, CUT_OFF], maxCompletionTokens)

    /** What an earlier run has paid for, each answer once. */
    const recall = (request: Recovery.Request): Effect.Effect<Option.Option<Exchanged>> =>
      Effect.gen(function* () {
        if (Option.isNone(journal) || spec.resume !== true) return Option.none()
        const { lookup } = journal.value
        const wanted = keyOf(request)
        const known = used.has(wanted) ? Option.none() : yield* lookup(wanted)
        if (Option.isSome(known)) {
          used.add(wanted)
          return Option.some(Exit.succeed(known.value.answer))
        }
        const { maxCompletionTokens } = request
        const cutOff = new GenerationError({ model: spec.model, reason: new CutOff({ maxCompletionTokens }) })
        return Option.map(yield* lookup(cutKeyOf(request)), () => Exit.fail(cutOff))
      })

    const write = (journal: Journal.Service, key: string, { messages }: Recovery.Request, answer: Answer) =>
      journal.append({ key, model: spec.model, ticker: spec.ticker, messages, answer }).pipe(
        Effect.as(true),
        Effect.catchAll((error) => {
          const message = `${spec.model}: the answer could not be written down and is lost if it is not saved: ${error.message}`
          return Effect.logWarning(message).pipe(
            Effect.zipRight(spec.onNote?.(message) ?? Effect.void),
            Effect.as(false)
          )
        })
      )

    /** Writes down what was paid for; false, and told, where it is now in nobody's hands but this run's. */
    const keep = (request: Recovery.Request, exit: Exchanged): Effect.Effect<boolean> =>
      Effect.gen(function* () {
        if (Option.isNone(journal)) return false
        if (Exit.isSuccess(exit)) return yield* write(journal.value, keyOf(request), request, exit.value)
        const cutOff = Option.filter(Cause.failureOption(exit.cause), ({ reason }) => reason._tag === "CutOff")
        if (Option.isNone(cutOff)) return false
        return yield* write(journal.value, cutKeyOf(request), request, remainsOf(cutOff.value))
      })

    return { keyOf, recall, keep }
  })

/** What is left of an answer that was cut off: what it cost. */
const remainsOf = ({ generationId, model, usage }: GenerationError): Answer =>
  new Answer({
    text: "",
    model,
    finishReason: "length",
    ...(generationId === undefined ? {} : { generationId }),
    ...(usage === undefined ? {} : { usage })
  })

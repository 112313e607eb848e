/**
 * One model's way from a request to a module, an attempt at a time. A job decides after each attempt whether it is over
 * or when it wants another one, and keeps the ledger; it never sleeps, so that whoever runs it can let others go first.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { Answer } from "./Answer.js"
import { Attempt, type Cause as AttemptCause } from "./Attempt.js"
import { CodeCheck } from "./CodeCheck.js"
import { BadCode, GenerationError, TimedOut } from "./GenerationError.js"
import { OpenRouter, type Message } from "./OpenRouter.js"
import type { PythonModule } from "./PythonModule.js"
import * as RetryPolicy from "./RetryPolicy.js"

export interface Settings {
  /** Tries after the first attempt, for failures that pass; default 3. */
  readonly maxRetries?: number | undefined
  /** One attempt, wall clock over the whole exchange; default 60 s. */
  readonly requestTimeout?: Duration.DurationInput | undefined
  /** Ceiling of an answer in tokens, reasoning included; default 4096, doubled for an answer that is cut off. */
  readonly maxCompletionTokens?: number | undefined
  readonly temperature?: number | undefined
}

export interface Spec extends Settings {
  /** The model to send the request to. */
  readonly model: string
  readonly prompt: string
  readonly seed?: number | undefined
  /** The most that the model can answer, in tokens. */
  readonly tokenCeiling?: number | undefined
  /** No attempt begins at or after this moment (milliseconds since the epoch). */
  readonly endsAt?: number | undefined
  /** Hears what has been written so far, at most four times a second. */
  readonly onWriting?: ((text: string) => Effect.Effect<void>) | undefined
  /** Hears of each attempt that failed, and when it is repeated (milliseconds since the epoch) if it is. */
  readonly onFailure?: ((attempt: Attempt, retryAt: number | undefined) => Effect.Effect<void>) | undefined
}

export interface Generated {
  readonly module: PythonModule
  readonly answer: Answer
}

/** What `Effect.uninterruptibleMask` hands to its function. */
export type Restore = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

export type Turn =
  | { readonly _tag: "Finished"; readonly result: Either.Either<Generated, GenerationError> }
  /** To be continued, not before this moment (milliseconds since the epoch). */
  | { readonly _tag: "Again"; readonly at: number }

export interface Job {
  /**
   * One attempt and the decision that follows it. To be run where it cannot be interrupted, with `restore` for the
   * exchange itself: an answer that has come is then judged and handed over whatever happens meanwhile.
   */
  readonly turn: (restore: Restore) => Effect.Effect<Turn>
  /** Every attempt so far, an interrupted one included. */
  readonly attempts: () => ReadonlyArray<Attempt>
}

/** One attempt, wall clock. The figure of the system this replaces. */
export const REQUEST_TIMEOUT = Duration.seconds(60)

/** Four times what the longest modules take, and within the limits of small models. */
export const MAX_COMPLETION_TOKENS = 4096

/** An answer that is cut off gets twice the room, this often: 4096, 8192, 16384 tokens. */
const MAX_EXTENSIONS = 2

/** An empty answer is mostly an accident of the provider; a second one is not. */
const MAX_EMPTY_ANSWERS = 1

/** At most four previews a second: as much as an eye can follow. */
const WRITING_INTERVAL_MS = 250

export const make = (spec: Spec): Effect.Effect<Job, never, OpenRouter> =>
  Effect.gen(function* () {
    const openRouter = yield* OpenRouter
    const codeCheck = yield* CodeCheck
    const waits = yield* RetryPolicy.waits(spec.maxRetries)
    const timeout = Duration.decode(spec.requestTimeout ?? REQUEST_TIMEOUT)
    const ceiling = spec.tokenCeiling ?? Number.POSITIVE_INFINITY
    const messages: ReadonlyArray<Message> = [{ role: "user", content: spec.prompt }]

    const ledger: Array<Attempt> = []
    let cause: AttemptCause = "first"
    let since = yield* Clock.currentTimeMillis
    let maxCompletionTokens = Math.min(spec.maxCompletionTokens ?? MAX_COMPLETION_TOKENS, ceiling)
    let extensions = 0
    let emptyAnswers = 0
    let shownAt = Number.NEGATIVE_INFINITY

    const attempt = Effect.fnUntraced(function* (restore: Restore) {
      const startedAt = yield* Clock.currentTimeMillis
      let firstTokenAt: number | undefined
      const onToken = Effect.fnUntraced(function* (soFar: () => string) {
        const now = yield* Clock.currentTimeMillis
        firstTokenAt ??= now
        if (spec.onWriting === undefined || now - shownAt < WRITING_INTERVAL_MS) return
        shownAt = now
        yield* spec.onWriting(soFar())
      })
      const record = Effect.fnUntraced(function* (exit: Exit.Exit<Answer, GenerationError>) {
        const now = yield* Clock.currentTimeMillis
        ledger.push(
          new Attempt({
            number: ledger.length + 1,
            cause,
            waitedMs: startedAt - since,
            startedAt,
            durationMs: now - startedAt,
            ...(firstTokenAt === undefined ? {} : { firstTokenMs: firstTokenAt - startedAt }),
            maxCompletionTokens,
            ...factsOf(exit)
          })
        )
        since = now
      })
      return yield* openRouter
        .complete(
          {
            model: spec.model,
            messages,
            maxCompletionTokens,
            temperature: spec.temperature,
            seed: spec.seed
          },
          onToken
        )
        .pipe(
          Effect.timeoutFail({
            duration: timeout,
            onTimeout: () =>
              new GenerationError({
                model: spec.model,
                reason: new TimedOut({ clock: "attempt", limitMs: Duration.toMillis(timeout) })
              })
          }),
          restore,
          Effect.onExit(record),
          Effect.either,
          Effect.withSpan(`chat ${spec.model}`, {
            kind: "client",
            attributes: { "gen_ai.operation.name": "chat", "gen_ai.request.model": spec.model }
          })
        )
    })

    /** When to ask again after this failure, and why; `None` when it is final. */
    const next = (
      error: GenerationError
    ): Effect.Effect<Option.Option<{ readonly at: number; readonly cause: AttemptCause }>> =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        if (error.reason._tag === "CutOff") {
          const wider = Math.min(maxCompletionTokens * 2, ceiling)
          if (wider <= maxCompletionTokens || extensions >= MAX_EXTENSIONS) return Option.none()
          extensions += 1
          maxCompletionTokens = wider
          return Option.some({ at: now, cause: "cut-off" as const })
        }
        if (error.reason._tag === "EmptyAnswer") {
          emptyAnswers += 1
          return emptyAnswers > MAX_EMPTY_ANSWERS ? Option.none() : Option.some({ at: now, cause: "empty" as const })
        }
        return Option.map(yield* waits(error), ({ until, why }) => ({ at: until, cause: why }))
      })

    const turn: Job["turn"] = Effect.fnUntraced(function* (restore) {
      const result = yield* attempt(restore)
      if (Either.isRight(result)) {
        const answer = result.right
        return finished(
          Either.mapBoth(codeCheck.accept(answer.text), {
            onLeft: (failure) => new GenerationError({ model: spec.model, reason: new BadCode({ failure }) }),
            onRight: (module) => ({ module, answer })
          })
        )
      }
      const error = result.left
      const again = yield* next(error)
      const inTime = Option.filter(again, ({ at }) => spec.endsAt === undefined || at < spec.endsAt)
      const last = ledger.at(-1)
      if (last !== undefined && spec.onFailure !== undefined) {
        yield* spec.onFailure(last, Option.getOrUndefined(inTime)?.at)
      }
      if (Option.isNone(inTime)) {
        // The wait that would have followed tells when asking again makes sense.
        return finished(
          Either.left(Option.match(again, { onNone: () => error, onSome: ({ at }) => withRetryAt(error, at) }))
        )
      }
      cause = inTime.value.cause
      return { _tag: "Again" as const, at: inTime.value.at }
    })

    return { turn, attempts: () => ledger }
  })

const finished = (result: Either.Either<Generated, GenerationError>): Turn => ({ _tag: "Finished", result })

const withRetryAt = (error: GenerationError, retryAt: number): GenerationError =>
  new GenerationError({ ...error, retryAt })

const factsOf = (exit: Exit.Exit<Answer, GenerationError>) =>
  Exit.match(exit, {
    onSuccess: ({ generationId, model, usage }) => ({
      outcome: "ok",
      status: 200,
      servedModel: model,
      ...(generationId === undefined ? {} : { generationId }),
      ...(usage === undefined ? {} : { usage })
    }),
    onFailure: (cause) =>
      Option.match(Cause.failureOption(cause), {
        onNone: () => ({ outcome: "Interrupted" }),
        onSome: ({ generationId, reason, usage }) => ({
          outcome: reason._tag,
          message: reason.message,
          ...("status" in reason && reason.status !== undefined ? { status: reason.status } : {}),
          ...(generationId === undefined ? {} : { generationId }),
          ...(usage === undefined ? {} : { usage })
        })
      })
  })

/**
 * The spans of a run, with the names of OpenTelemetry's conventions for generative AI: one for each attempt, under one
 * for each model. Prompts, answers and keys are not among their attributes.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Tracer from "effect/Tracer"
import type { Answer, Usage } from "../domain/Answer.js"
import type { GenerationError } from "../domain/GenerationError.js"

/** What the conventions require of every span and metric of a request. */
export const OPERATION = { "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openrouter" }

/** A span that lives across the turns of a job: begun here, ended by `end`. */
export const model = (id: string): Effect.Effect<Tracer.Span> =>
  Effect.makeSpan("generate_algorithm", { attributes: { "gen_ai.request.model": id }, captureStackTrace: false })

export const end = (span: Tracer.Span, exit: Exit.Exit<unknown, unknown>): Effect.Effect<void> =>
  Effect.map(Clock.currentTimeNanos, (now) => span.end(now, exit))

/** How the span of one attempt begins. */
export const chat = (id: string, maxCompletionTokens: number, resends: number): Tracer.SpanOptions => ({
  kind: "client",
  captureStackTrace: false,
  attributes: {
    ...OPERATION,
    "gen_ai.request.model": id,
    "gen_ai.request.max_tokens": maxCompletionTokens,
    "http.request.resend_count": resends
  }
})

export const answered = ({ finishReason, generationId, model, usage }: Answer): Effect.Effect<void> =>
  Effect.annotateCurrentSpan({
    "gen_ai.response.model": model,
    ...known(generationId, usage),
    ...(finishReason === undefined ? {} : { "gen_ai.response.finish_reasons": [finishReason] })
  })

export const failed = ({ generationId, reason, usage }: GenerationError): Effect.Effect<void> =>
  Effect.annotateCurrentSpan({
    "error.type": reason._tag,
    ...("status" in reason && reason.status !== undefined ? { "http.response.status_code": reason.status } : {}),
    ...known(generationId, usage)
  })

/** What also half an answer tells. */
const known = (generationId: string | undefined, usage: Usage | undefined) => ({
  ...(generationId === undefined ? {} : { "gen_ai.response.id": generationId }),
  ...(usage === undefined
    ? {}
    : { "gen_ai.usage.input_tokens": usage.promptTokens, "gen_ai.usage.output_tokens": usage.completionTokens })
})

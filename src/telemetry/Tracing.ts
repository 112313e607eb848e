/**
 * The spans of a run, with the names of OpenTelemetry's conventions for generative AI: one for each attempt, under one
 * for each model. Prompts, answers and keys are not among their attributes.
 */
import * as Effect from "effect/Effect"
import type { Answer, Usage } from "../domain/Answer.js"
import type { GenerationError } from "../domain/GenerationError.js"
import * as Spans from "./Spans.js"

/** Providers whose name in the conventions is not the host's. */
const PROVIDERS: ReadonlyArray<readonly [host: RegExp, name: string]> = [
  [/(^|\.)openrouter\.ai$/, "openrouter"],
  [/(^|\.)openai\.com$/, "openai"],
  [/\.openai\.azure\.com$/, "azure.ai.openai"],
  [/(^|\.)googleapis\.com$/, "gcp.gemini"],
  [/(^|\.)mistral\.ai$/, "mistral_ai"],
  [/(^|\.)groq\.com$/, "groq"],
  [/(^|\.)deepseek\.com$/, "deepseek"],
  [/(^|\.)x\.ai$/, "x_ai"],
  [/(^|\.)anthropic\.com$/, "anthropic"]
]

/** What the conventions require of every span and metric of a request. */
export interface Operation {
  readonly "gen_ai.operation.name": "chat"
  readonly "gen_ai.provider.name": string
}

/** Who is asked behind a base URL: the provider's name in the conventions, else the host. */
export const operation = (baseUrl: string): Operation => {
  const host = URL.canParse(baseUrl) ? new URL(baseUrl).hostname : baseUrl
  const [, name = host] = PROVIDERS.find(([pattern]) => pattern.test(host)) ?? []
  return { "gen_ai.operation.name": "chat", "gen_ai.provider.name": name }
}

/** The span of one model, over all of its attempts and waits. */
export const model = (attributes: { readonly model: string; readonly ticker: string; readonly sample: number }) =>
  Spans.span("generate_algorithm", () => ({
    attributes: {
      "gen_ai.request.model": attributes.model,
      "algogen.ticker": attributes.ticker,
      "algogen.sample": attributes.sample
    }
  }))

const serverOf = ({ hostname, port, protocol }: URL) => ({
  "server.address": hostname,
  "server.port": Number(port) || (protocol === "https:" ? 443 : 80)
})

/** The span of one attempt against this server. */
export const chat = (baseUrl: string) => {
  const common = { ...operation(baseUrl), ...(URL.canParse(baseUrl) ? serverOf(new URL(baseUrl)) : {}) }
  return (model: string, maxCompletionTokens: number, resends: number) => {
    const spanned = Spans.span(`chat ${model}`, () => ({
      kind: "client",
      attributes: {
        ...common,
        "gen_ai.request.model": model,
        "gen_ai.request.max_tokens": maxCompletionTokens,
        "http.request.resend_count": resends
      }
    }))
    return (request: Effect.Effect<Answer, GenerationError>): Effect.Effect<Answer, GenerationError> =>
      spanned(request, Effect.tapBoth({ onSuccess: answered, onFailure: failed }))
  }
}

const answered = ({ finishReason, generationId, model, usage }: Answer): Effect.Effect<void> =>
  Effect.annotateCurrentSpan({
    "gen_ai.response.model": model,
    ...known(generationId, usage),
    ...(finishReason === undefined ? {} : { "gen_ai.response.finish_reasons": [finishReason] })
  })

const failed = ({ generationId, reason, usage }: GenerationError): Effect.Effect<void> =>
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

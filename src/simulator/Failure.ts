/** Error bodies in the shapes that the API has had, and replies that consist of one. Pure. */
import * as Call from "./Call.js"
import * as Completion from "./Completion.js"
import * as Wire from "./Wire.js"

/** The oldest shape. */
export const coded = (code: number | string, message: string, metadata: Wire.Json | null = null) => ({
  error: { code, message, metadata }
})

export interface Availability {
  readonly code: string
  readonly retryable: boolean
  /** Seconds. */
  readonly retry_after?: number | undefined
  readonly fallback_models?: ReadonlyArray<string> | undefined
}

/** The newest shape: no code, but what is known about whether asking again makes sense. */
export const unavailable = (
  model: string,
  status: number,
  type: string,
  message: string,
  availability: Availability
) => ({
  error: {
    message,
    error_type: type,
    http_status: status,
    availability: { ...availability, requested_models: [model], docs_url: "https://openrouter.ai/docs" },
    metadata: {}
  }
})

/** A failure of the provider: it takes as long as a first token would. */
export const late = (call: Call.Call, status: number, body: unknown): Wire.Script => [
  Wire.at(Call.firstToken(call)),
  ...Completion.json(call, status, body)
]

/** The same in the dialect's words. */
export const told = (call: Call.Call, problem: Call.Problem): Wire.Script =>
  late(call, call.dialect.status(problem), call.dialect.error(problem))

/** Anything that is not JSON. */
export const text = (call: Call.Call, status: number, contentType: string, body: string): Wire.Script => [
  Wire.at(Call.firstToken(call)),
  Wire.head(status, Completion.headers(call, contentType)),
  ...(body === "" ? [] : [Wire.bytes(body)])
]

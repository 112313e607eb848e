/** The network as a function, and the bodies that OpenRouter and the servers like it put on the wire. */
import { HttpClient, type HttpClientError, HttpClientResponse } from "@effect/platform"
import { Effect, Redacted } from "effect"
import * as OpenRouter from "../../../../src/api/OpenRouter.js"

/** One request as the server sees it. */
export interface Sent {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Whether the client has closed the connection. */
  readonly closed: () => boolean
}

type Answered = Response | Effect.Effect<Response, HttpClientError.HttpClientError>

/** A client whose requests end in a function, and the list of what it was asked. */
export const network = (answer: (sent: Sent, nth: number) => Answered) => {
  const sent: Array<Sent> = []
  const client = HttpClient.make((request, url, signal) => {
    const { body, headers, method } = request
    const text = body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : ""
    const call: Sent = { method, url: url.href, headers: { ...headers }, body: text, closed: () => signal.aborted }
    sent.push(call)
    const answered = answer(call, sent.length)
    return Effect.map(answered instanceof Response ? Effect.succeed(answered) : answered, (response) =>
      HttpClientResponse.fromWeb(request, response)
    )
  })
  return { client, sent }
}

export const KEY = "sk-or-v1-5f0c2b7be4a94d0e8d1c3a6f7b2e9d40"

/** The service over such a network; against openrouter.ai, with a key. */
export const openRouter = (client: HttpClient.HttpClient, options: OpenRouter.Options = {}) =>
  Effect.provideService(OpenRouter.make({ apiKey: Redacted.make(KEY), ...options }), HttpClient.HttpClient, client)

/** Lets what is ready to happen without time passing happen: promises of streams, fibers that wait for them. */
export const settle = Effect.repeatN(
  Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve))),
  2
)

export const SSE = { "content-type": "text/event-stream" }
export const JSON_TYPE = { "content-type": "application/json" }

/** A response whose body is said while the test goes on. */
export const line = (init: ResponseInit = { headers: SSE }) => {
  let cancelled = false
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  const body = new ReadableStream<Uint8Array>({
    start: (own) => {
      controller = own
    },
    cancel: () => {
      cancelled = true
    }
  })
  const act = (f: (own: ReadableStreamDefaultController<Uint8Array>) => void) =>
    Effect.zipRight(
      Effect.sync(() => controller !== undefined && !cancelled && f(controller)),
      settle
    )
  return {
    response: new Response(body, init),
    say: (text: string | Uint8Array) =>
      act((own) => own.enqueue(typeof text === "string" ? new TextEncoder().encode(text) : text)),
    end: act((own) => own.close()),
    fail: (error: unknown) => act((own) => own.error(error)),
    /** Whether nobody reads any more. */
    left: () => cancelled
  }
}

/** A response that is there as a whole, in pieces. */
export const pieces = (parts: ReadonlyArray<Uint8Array>, init: ResponseInit): Response => {
  let next = 0
  return new Response(
    new ReadableStream<Uint8Array>({
      pull: (own) => {
        const part = parts[next]
        next += 1
        if (part === undefined) own.close()
        else own.enqueue(part)
      }
    }),
    init
  )
}

/** One event. */
export const event = (data: unknown): string => `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`

const envelope = {
  id: "gen-1724150000-Xy7",
  provider: "Chutes",
  model: "meta-llama/llama-3.2-3b-instruct:free",
  object: "chat.completion.chunk",
  created: 1_724_150_000
}

/** A chunk of an answer, as OpenRouter writes them. */
export const chunk = (delta: object, finishReason: unknown = null, more: object = {}): object => ({
  ...envelope,
  choices: [
    {
      index: 0,
      delta: { role: "assistant", ...delta },
      finish_reason: finishReason,
      native_finish_reason: finishReason,
      logprobs: null
    }
  ],
  ...more
})

export const says = (content: string): string => event(chunk({ content }))
export const finishes = (reason: string): string => event(chunk({ content: "" }, reason))

export const USAGE = {
  prompt_tokens: 14,
  completion_tokens: 163,
  total_tokens: 177,
  cost: 0.00042,
  completion_tokens_details: { reasoning_tokens: 0 }
}

/** The last chunk: usage, and no choices. */
export const counts = event({ ...envelope, choices: [], usage: USAGE })
export const DONE = event("[DONE]")
export const COMMENT = ": OPENROUTER PROCESSING\n\n"

/** A whole answer as a plain body. */
export const completion = (message: object, finishReason: unknown = "stop", more: object = {}): object => ({
  ...envelope,
  object: "chat.completion",
  choices: [
    {
      index: 0,
      logprobs: null,
      finish_reason: finishReason,
      native_finish_reason: finishReason,
      message: { role: "assistant", refusal: null, reasoning: null, ...message }
    }
  ],
  usage: USAGE,
  ...more
})

export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { ...JSON_TYPE, ...headers } })

/** What most servers have in common, which is OpenAI's way; each row says where its server departs from it. */
import type * as Call from "../Call.js"
import type * as Catalog from "../Catalog.js"
import * as Completion from "../Completion.js"
import * as Failure from "../Failure.js"
import type * as Profile from "../Profile.js"
import * as Reply from "../Reply.js"
import * as Sse from "../Sse.js"
import type * as Wire from "../Wire.js"

/** An opening event with the role alone. */
export const role = (content: string | null = ""): Wire.Json => ({
  choices: [{ index: 0, delta: { role: "assistant", content }, finish_reason: null }]
})

const withoutCost = ({ completion_tokens, prompt_tokens, total_tokens }: Wire.Json): Wire.Json => ({
  prompt_tokens,
  completion_tokens,
  total_tokens
})

/** The usual id of an answer. */
export const completionId = ({ id }: Pick<Call.Call, "id">): string => id.replace(/^gen-/, "chatcmpl-")

const openAiError = ({ code, message, param, type }: Call.Problem) => ({
  error: { message, type: type ?? "invalid_request_error", param: param ?? null, code: code ?? null }
})

export const seconds = (millis: number): number => Math.ceil(millis / 1000)

/** As Go prints it: `7.66s`, `2m59.56s`. */
export const duration = (millis: number): string => {
  const minutes = Math.floor(millis / 60_000)
  const seconds = Number(((millis % 60_000) / 1000).toFixed(3))
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds}s`
}

/** A refusal for the rate, in the dialect's words, which are given the wait in milliseconds. */
export const limited =
  (
    problem: (call: Call.Call, waitMillis: number | undefined, limit: Call.Limit) => Call.Problem,
    headers: (waitMillis: number, call: Call.Call) => Wire.Headers = () => ({})
  ): Call.Dialect["limited"] =>
  (call, limit) => {
    const said = problem(call, limit.waitMillis, limit)
    const hints = limit.waitMillis === undefined ? {} : headers(limit.waitMillis, call)
    return Completion.json(call, call.dialect.status(said), call.dialect.error(said), hints)
  }

/** A limit that says nothing but how long to wait. */
export const reached = (waitMillis: number): Call.Limit => ({
  message: "",
  source: undefined,
  requests: 0,
  waitMillis,
  hints: "both"
})

export const retryAfter = (waitMillis: number): Wire.Headers => ({ "retry-after": String(seconds(waitMillis)) })

export const dialect: Call.Dialect = {
  types: { plain: "application/json", stream: "text/event-stream" },
  headers: () => ({}),
  model: ({ asked }) => asked,
  envelope: (call) => ({ id: completionId(call) }),
  choice: () => ({}),
  finish: {},
  thoughts: "reasoning_content",
  usage: "on-request",
  counts: withoutCost,
  keepAlive: undefined,
  roleInEach: false,
  opening: () => [role()],
  finishing: () => ({}),
  every: () => ({}),
  finishesWithText: false,
  closing: () => Sse.DONE,
  status: ({ status }) => status,
  error: openAiError,
  limited: limited(() => ({ status: 429, message: "Rate limit exceeded", code: "rate_limit_exceeded" }), retryAfter)
}

/** The list in OpenAI's shape. */
export const list =
  (owner: string, entry: (model: Catalog.Model) => Wire.Json = () => ({})) =>
  (models: ReadonlyArray<Catalog.Model>) => ({
    object: "list",
    data: models.map((model) => ({
      id: model.id,
      object: "model",
      created: 1_726_000_000,
      owned_by: owner,
      ...entry(model)
    }))
  })

/** FastAPI's answer where there is no route. */
export const fastApi = (): Profile.NoRoute => ({ status: 404, body: { detail: "Not Found" } })

export const common = {
  find: (typed: string, models: ReadonlyArray<Catalog.Model>) => models.find(({ id }) => id === typed),
  dialect,
  keyHeaders: ["authorization"],
  wrongKey: (key: string): Call.Problem =>
    key === ""
      ? { status: 401, message: "You didn't provide an API key." }
      : { status: 401, message: "Incorrect API key provided.", code: "invalid_api_key" },
  malformed: { status: 400, message: "We could not parse the JSON body of your request." },
  unknownModel: (id: string): Call.Problem => ({
    status: 404,
    message: `The model \`${id}\` does not exist or you do not have access to it.`,
    code: "model_not_found"
  }),
  ceilings: ["max_completion_tokens", "max_tokens"]
} satisfies Partial<Profile.Profile>

/** The first parameter of a request that is not among these. */
export const beyond = (known: ReadonlySet<string>, { body }: Profile.Asked): string | undefined =>
  Object.entries(body).find(([name, value]) => !known.has(name) && value !== undefined)?.[0]

/** A behavior that is a problem in the dialect's words. */
export const failing = (description: string, problem: (call: Call.Call) => Call.Problem): Reply.Reply =>
  Reply.fixed(description, (call) => Failure.told(call, problem(call)))

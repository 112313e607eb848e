/** Mistral: parameters that it does not know are refused one by one, thoughts are parts of the content. */
import type * as Call from "../Call.js"
import * as Catalog from "../Catalog.js"
import * as Failure from "../Failure.js"
import type * as Profile from "../Profile.js"
import * as Reply from "../Reply.js"
import { beyond, common, dialect, failing, limited, list } from "./Common.js"

const CAPACITY: Call.Problem = {
  status: 429,
  message: "Service tier capacity exceeded for this model.",
  type: "service_tier_capacity_exceeded",
  code: "3505"
}

const RATE: Call.Problem = { status: 429, message: "Rate limit exceeded", type: "rate_limited", code: "1300" }

/** The fields at the top; `message` is a string, or an object with the details. */
const error = (message: unknown, { code, param, status, type }: Omit<Call.Problem, "message">) => ({
  object: "error",
  message,
  type: type ?? "invalid_request_error",
  param: param ?? null,
  code: code ?? null,
  ...(status === 429 ? { raw_status_code: status } : {})
})

/** A refused parameter's name comes as `param`, and belongs into the details. */
const worded = ({ message, param, ...rest }: Call.Problem) =>
  param === undefined
    ? error(message, rest)
    : error({ detail: [{ type: "extra_forbidden", loc: ["body", param], msg: message, input: null }] }, rest)

const mistral: Call.Dialect = {
  ...dialect,
  types: { plain: "application/json", stream: "text/event-stream; charset=utf-8" },
  envelope: (call) => ({ id: call.id.replace(/^gen-/, "") }),
  finish: { length: "model_length" },
  thoughts: "parts",
  usage: "never",
  finishing: (_, usage) => ({ usage }),
  error: worded,
  limited: limited(() => RATE)
}

const KNOWN = new Set(
  (
    "model messages stream max_tokens temperature top_p stop random_seed response_format tools tool_choice n " +
    "presence_penalty frequency_penalty prediction parallel_tool_calls prompt_mode safe_prompt"
  ).split(" ")
)

export const profile: Profile.Profile = {
  ...common,
  name: "mistral",
  title: "Mistral",
  description: "422 for max_completion_tokens, stream_options and seed; model_length for length; no hints",
  path: "/v1",
  models: ["mistral-small-latest", "codestral-latest", "magistral-medium-latest"].map((id) =>
    Catalog.served(id, 131_072, 32_768)
  ),
  typed: "codestral-latest",
  list: list("mistralai", ({ contextLength }) => ({
    capabilities: { completion_chat: true },
    max_context_length: contextLength,
    aliases: []
  })),
  dialect: mistral,
  wrongKey: () => ({ status: 401, message: "Unauthorized" }),
  unknownModel: (id) => ({ status: 400, message: `Invalid model: ${id}`, type: "invalid_model", code: "1500" }),
  noRoute: () => ({ status: 404, body: { message: "no Route matched with those values" } }),
  refuse: (asked) => {
    const param = beyond(KNOWN, asked)
    return param === undefined ? undefined : { status: 422, message: "Extra inputs are not permitted", param }
  },
  ceilings: ["max_tokens"],
  troubles: {
    "mistral-rate": failing("429 of Mistral, no hint", () => RATE),
    "mistral-capacity": failing("429 of Mistral: the model has no capacity", () => CAPACITY),
    "mistral-gateway": Reply.fixed("429 of the gateway before Mistral: a message and nothing else", (call) =>
      Failure.late(call, 429, { message: "Requests rate limit exceeded" })
    ),
    "mistral-length": Reply.half("half an answer of Mistral, finish reason model_length", "model_length")
  }
}

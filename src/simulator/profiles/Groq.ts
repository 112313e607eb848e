/** Groq: hints as durations with units, a size refused as if it were a rate, a status of its own. */
import type * as Call from "../Call.js"
import * as Catalog from "../Catalog.js"
import type * as Profile from "../Profile.js"
import * as Reply from "../Reply.js"
import type * as Wire from "../Wire.js"
import { common, completionId, dialect, duration, failing, limited, list, reached, retryAfter } from "./Common.js"

const ORGANIZATION = "organization `org_simulated` service tier `on_demand`"

/** The tokens of a minute are used up; the requests of a day, with a longer reset, are not. */
const headers = (waitMillis: number): Wire.Headers => ({
  ...retryAfter(waitMillis),
  "x-ratelimit-limit-requests": "14400",
  "x-ratelimit-limit-tokens": "6000",
  "x-ratelimit-remaining-requests": "14370",
  "x-ratelimit-remaining-tokens": "0",
  "x-ratelimit-reset-requests": "2m59.56s",
  "x-ratelimit-reset-tokens": duration(waitMillis)
})

const rate = (call: Call.Call, waitMillis: number | undefined): Call.Problem => ({
  status: 429,
  message:
    `Rate limit reached for model \`${call.asked}\` in ${ORGANIZATION} on tokens per minute (TPM): Limit 6000, ` +
    "Used 5034, Requested 1443." +
    (waitMillis === undefined ? "" : ` Please try again in ${duration(waitMillis)}.`),
  type: "tokens",
  code: "rate_limit_exceeded"
})

const groq: Call.Dialect = {
  ...dialect,
  headers: ({ id }) => ({ "x-request-id": id.replace(/^gen-/, "req_"), "x-groq-region": "gcp-europe-west3" }),
  envelope: (call) => ({
    id: completionId(call),
    system_fingerprint: "fp_simulated",
    ...(call.stream ? {} : { x_groq: { id: call.id.replace(/^gen-/, "req_") } })
  }),
  choice: () => ({ logprobs: null }),
  thoughts: "reasoning",
  finishing: ({ id }, usage) => ({ x_groq: { id: id.replace(/^gen-/, "req_"), usage } }),
  error: ({ code, message, type }) => ({ error: { message, type: type ?? "invalid_request_error", code } }),
  limited: limited(rate, headers)
}

export const profile: Profile.Profile = {
  ...common,
  name: "groq",
  title: "Groq",
  description: "resets such as 2m59.56s, 413 for a request that is too large for its minute, 498",
  path: "/openai/v1",
  models: ["llama-3.3-70b-versatile", "openai/gpt-oss-20b", "qwen/qwen3-32b"].map((id) =>
    Catalog.served(id, 131_072, 32_768)
  ),
  typed: "llama-3.3-70b-versatile",
  list: list("Groq", ({ contextLength, maxCompletionTokens }) => ({
    active: true,
    context_window: contextLength,
    max_completion_tokens: maxCompletionTokens
  })),
  dialect: groq,
  wrongKey: () => ({ status: 401, message: "Invalid API Key", code: "invalid_api_key" }),
  noRoute: (method, path) => ({
    status: 404,
    body: {
      error: {
        message: `Unknown request URL: ${method} ${path}. Please check the URL for typos.`,
        type: "invalid_request_error",
        code: "unknown_url"
      }
    }
  }),
  refuse: ({ body }) => ("usage" in body ? { status: 400, message: "property 'usage' is unsupported" } : undefined),
  troubles: {
    "groq-rate": Reply.tunable("429 of Groq, the wait in seconds in four places", 1, (call, seconds) =>
      groq.limited(call, reached(seconds * 1000))
    ),
    "groq-too-large": failing("413 of Groq: the request is larger than what a minute takes", ({ asked }) => ({
      status: 413,
      message:
        `Request too large for model \`${asked}\` in ${ORGANIZATION} on tokens per minute (TPM): Limit 6000, ` +
        "Requested 12328, please reduce your message size and try again.",
      type: "tokens",
      code: "rate_limit_exceeded"
    })),
    "groq-capacity": failing("498 of Groq: its flex tier has no capacity", () => ({
      status: 498,
      message: "Flex tier capacity exceeded for this model. Please try again later.",
      type: "server_error",
      code: "capacity_exceeded"
    }))
  }
}

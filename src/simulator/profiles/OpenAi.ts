/** OpenAI: models that reason refuse `max_tokens` and a temperature; limits name their wait in words and with units. */
import type * as Call from "../Call.js"
import * as Catalog from "../Catalog.js"
import type * as Profile from "../Profile.js"
import * as Reply from "../Reply.js"
import type * as Wire from "../Wire.js"
import { common, completionId, dialect, duration, failing, limited, list, reached } from "./Common.js"

/** `20ms`, `6.5s`, `1m6.5s`. */
const short = (millis: number): string => (millis < 1000 ? `${Math.ceil(millis)}ms` : duration(millis))

const rate = (call: Call.Call, waitMillis: number | undefined): Call.Problem => ({
  status: 429,
  message:
    `Rate limit reached for ${call.asked} in organization org-simulated on requests per min (RPM): Limit 500, Used 500, ` +
    `Requested 1.${waitMillis === undefined ? "" : ` Please try again in ${short(waitMillis)}.`}`,
  type: "requests",
  code: "rate_limit_exceeded"
})

/** The requests are used up, the tokens are not. */
const headers = (waitMillis: number): Wire.Headers => ({
  "x-ratelimit-limit-requests": "500",
  "x-ratelimit-remaining-requests": "0",
  "x-ratelimit-reset-requests": short(waitMillis),
  "x-ratelimit-limit-tokens": "30000",
  "x-ratelimit-remaining-tokens": "29400",
  "x-ratelimit-reset-tokens": "6m0s"
})

/** What models that reason do not take, and a ceiling above the model's own. */
export const refuse = ({ body, model }: Profile.Asked): Call.Problem | undefined => {
  if (model.reasons && "max_tokens" in body) {
    return {
      status: 400,
      message:
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      param: "max_tokens",
      code: "unsupported_parameter"
    }
  }
  const { temperature } = body
  if (model.reasons && temperature !== undefined && temperature !== 1) {
    return {
      status: 400,
      message:
        `Unsupported value: 'temperature' does not support ${String(temperature)} with this model. ` +
        "Only the default (1) value is supported.",
      param: "temperature",
      code: "unsupported_value"
    }
  }
  const [name, ceiling] =
    Object.entries(body).find(([key]) => key === "max_tokens" || key === "max_completion_tokens") ?? []
  return typeof ceiling === "number" && ceiling > model.maxCompletionTokens
    ? {
        status: 400,
        message:
          `${name} is too large: ${ceiling}. This model supports at most ${model.maxCompletionTokens} completion tokens, ` +
          `whereas you provided ${ceiling}.`,
        param: name
      }
    : undefined
}

/** Padding, so that the length of an event does not tell what is in it. */
const OBFUSCATION = "aZ3kQ9xw"

export const openAi: Call.Dialect = {
  ...dialect,
  headers: ({ id }) => ({
    "openai-version": "2020-10-01",
    "openai-processing-ms": "812",
    "x-request-id": id.replace(/^gen-/, "req_")
  }),
  model: ({ model }) => `${model.id}-2025-08-07`,
  envelope: (call) => ({ id: completionId(call), system_fingerprint: "fp_simulated", service_tier: "default" }),
  choice: () => ({ logprobs: null }),
  thoughts: "hidden",
  every: ({ includeUsage, stream }) => (stream && includeUsage ? { obfuscation: OBFUSCATION } : {}),
  limited: limited(rate, headers)
}

const chat = (id: string, maxCompletionTokens: number) => Catalog.served(id, 128_000, maxCompletionTokens)
const reasoning = (id: string): Catalog.Model => ({ ...Catalog.served(id, 400_000, 128_000), reasons: true })

export const profile: Profile.Profile = {
  ...common,
  name: "openai",
  title: "OpenAI",
  description:
    "gpt-5-mini and o4-mini refuse max_tokens and temperature; gpt-3.5-turbo answers with at most 4,096 tokens",
  path: "/v1",
  models: [chat("gpt-4o-mini", 16_384), reasoning("gpt-5-mini"), reasoning("o4-mini"), chat("gpt-3.5-turbo", 4096)],
  typed: "gpt-5-mini",
  list: list("system"),
  dialect: openAi,
  noRoute: (method, path) => ({
    status: 404,
    body: dialect.error({ status: 404, message: `Invalid URL (${method} ${path})` })
  }),
  refuse,
  troubles: {
    "openai-rate": Reply.tunable(
      "429 of OpenAI, the wait in milliseconds in words and in a reset",
      20,
      (call, millis) => openAi.limited(call, reached(millis))
    ),
    "openai-quota": failing("429 of OpenAI: the account has used up its money", () => ({
      status: 429,
      message: "You exceeded your current quota, please check your plan and billing details.",
      type: "insufficient_quota",
      code: "insufficient_quota"
    })),
    "openai-server": failing("500 of OpenAI", () => ({
      status: 500,
      message: "The server had an error while processing your request. Sorry about that!",
      type: "server_error"
    }))
  }
}

/** Gemini's OpenAI endpoint: ids with `models/`, errors in an array, the wait among the details. */
import type * as Call from "../Call.js"
import * as Catalog from "../Catalog.js"
import * as Completion from "../Completion.js"
import * as Failure from "../Failure.js"
import type * as Profile from "../Profile.js"
import * as Reply from "../Reply.js"
import type * as Wire from "../Wire.js"
import { beyond, common, dialect, failing, list } from "./Common.js"

const PREFIX = "models/"

const TYPE = "type.googleapis.com/google.rpc."

const STATUSES: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED"
}

/** An array, although there is one error. */
const error = (status: number, message: string, details?: ReadonlyArray<Wire.Json>) => [
  { error: { code: status, message, status: STATUSES[status] ?? "UNKNOWN", details } }
]

const quota = (call: Call.Call, quotaId: string, value: number, waitMillis: number | undefined) => {
  const metric = "generativelanguage.googleapis.com/generate_content_free_tier_requests"
  const delay = waitMillis === undefined ? undefined : waitMillis / 1000
  const hint = delay === undefined ? "" : `\nPlease retry in ${delay}s.`
  return Completion.json(
    call,
    429,
    error(
      429,
      "You exceeded your current quota, please check your plan and billing details. For more information on this error, " +
        "head to: https://ai.google.dev/gemini-api/docs/rate-limits.\n" +
        `* Quota exceeded for metric: ${metric}, limit: ${value}${hint}`,
      [
        {
          "@type": `${TYPE}QuotaFailure`,
          violations: [{ quotaMetric: metric, quotaId, quotaValue: String(value) }]
        },
        ...(delay === undefined ? [] : [{ "@type": `${TYPE}RetryInfo`, retryDelay: `${Math.ceil(delay)}s` }])
      ]
    )
  )
}

const MINUTE = "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"
const DAY = "GenerateRequestsPerDayPerProjectPerModel-FreeTier"

const bare = (id: string) => id.replace(PREFIX, "")

const gemini: Call.Dialect = {
  ...dialect,
  headers: () => ({ server: "scaffolding on HTTPServer2", "server-timing": "gfet4t7; dur=812", vary: "Origin" }),
  model: ({ model }) => bare(model.id),
  thoughts: "hidden",
  roleInEach: true,
  opening: () => [],
  usage: "never",
  every: ({ includeUsage, stream }, usage) => (stream && includeUsage ? { usage: usage() } : {}),
  finishesWithText: true,
  error: ({ message, status }) => error(status, message),
  limited: (call, { requests, waitMillis }) => quota(call, MINUTE, requests, waitMillis)
}

/** Everything else is an unknown name; `seed` is. */
const KNOWN = new Set(
  "model messages stream stream_options max_tokens max_completion_tokens temperature top_p n stop reasoning_effort".split(
    " "
  )
)

export const profile: Profile.Profile = {
  ...common,
  name: "gemini",
  title: "Gemini",
  description: "lists models/ID, errors in an array, retryDelay and quotas by the day, seed refused",
  path: "/v1beta/openai",
  models: ["gemini-2.5-flash", "gemini-2.5-pro"].map((id) => Catalog.served(`${PREFIX}${id}`, 1_048_576, 65_536)),
  typed: "gemini-2.5-flash",
  list: list("google", ({ id }) => ({ display_name: bare(id) })),
  find: (typed, models) => common.find(`${PREFIX}${bare(typed)}`, models),
  dialect: gemini,
  wrongKey: () => ({ status: 400, message: "API key not valid. Please pass a valid API key." }),
  unknownModel: (id) => ({
    status: 404,
    message:
      `models/${bare(id)} is not found for API version v1main, or is not supported for generateContent. ` +
      "Call ListModels to see the list of available models and their supported methods."
  }),
  noRoute: () => ({ status: 404, body: "" }),
  refuse: (asked) => {
    const name = beyond(KNOWN, asked)
    if (name === undefined) return undefined
    return { status: 400, message: `Invalid JSON payload received. Unknown name "${name}": Cannot find field.` }
  },
  troubles: {
    "gemini-minute": Reply.tunable("429 of Gemini: the minute's quota, with retryDelay", 1, (call, seconds) =>
      quota(call, MINUTE, 10, seconds * 1000)
    ),
    "gemini-daily": Reply.tunable(
      "429 of Gemini: the day's quota, with a retryDelay that does not help",
      1,
      (call, seconds) => quota(call, DAY, 250, seconds * 1000)
    ),
    "gemini-overloaded": failing("503 of Gemini: the model is overloaded", () => ({
      status: 503,
      message: "The model is overloaded. Please try again later."
    })),
    "gemini-key": Reply.fixed("400 of Gemini: the key is not valid", (call) =>
      Failure.late(
        call,
        400,
        error(400, "API key not valid. Please pass a valid API key.", [
          { "@type": `${TYPE}ErrorInfo`, reason: "API_KEY_INVALID", domain: "googleapis.com" }
        ])
      )
    ),
    "gemini-filter": Reply.half(
      "half an answer of Gemini, finish reason content_filter: PROHIBITED_CONTENT",
      "content_filter: PROHIBITED_CONTENT"
    )
  }
}

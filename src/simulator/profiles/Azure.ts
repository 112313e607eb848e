/** Azure: deployments instead of models, a version in every address, a key in a header of its own, filters in every event. */
import type * as Call from "../Call.js"
import * as Catalog from "../Catalog.js"
import * as Completion from "../Completion.js"
import type * as Profile from "../Profile.js"
import * as Reply from "../Reply.js"
import * as Sse from "../Sse.js"
import type * as Wire from "../Wire.js"
import { common, dialect, failing, limited, list, reached, retryAfter, seconds } from "./Common.js"
import * as OpenAi from "./OpenAi.js"

/** Names that the customer chose, and the models behind them. */
const DEPLOYMENTS: Readonly<Record<string, string>> = {
  "my-gpt4o": "gpt-4o-2024-08-06",
  "my-o4-mini": "o4-mini-2025-04-16"
}

const safe = { filtered: false, severity: "safe" }
const RESULTS = { hate: safe, self_harm: safe, sexual: safe, violence: safe }

const anonymous = { id: "", object: "", created: 0, model: "" }

/** Both headers for the wait; the one in milliseconds is exact. */
const headers = (waitMillis: number): Wire.Headers => ({
  ...retryAfter(waitMillis),
  "retry-after-ms": String(Math.ceil(waitMillis)),
  "x-ratelimit-remaining-requests": "0"
})

const rate = (_: unknown, waitMillis: number | undefined): Call.Problem => ({
  status: 429,
  message:
    "Requests to the ChatCompletions_Create Operation under Azure OpenAI API have exceeded token rate limit of your " +
    `current pricing tier.${waitMillis === undefined ? "" : ` Please retry after ${seconds(waitMillis)} seconds.`}`,
  code: "429"
})

const missing: Call.Problem = {
  status: 404,
  message:
    "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, " +
    "please wait a moment and try again.",
  code: "DeploymentNotFound"
}

const FILTERED =
  "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. " +
  "Please modify your prompt and retry."

const azure: Call.Dialect = {
  ...OpenAi.openAi,
  types: { plain: "application/json", stream: "text/event-stream; charset=utf-8" },
  headers: ({ id }) => ({
    "apim-request-id": id,
    "x-ms-region": "Sweden Central",
    "x-ms-deployment-name": "simulated",
    "x-content-type-options": "nosniff"
  }),
  model: ({ model }) => model.id,
  choice: () => ({ content_filter_results: RESULTS }),
  opening: (call) => [
    { ...anonymous, choices: [], prompt_filter_results: [{ prompt_index: 0, content_filter_results: RESULTS }] },
    ...dialect.opening(call)
  ],
  every: () => ({}),
  // A choice without a delta, behind the finish reason.
  closing: () =>
    Sse.event({
      ...anonymous,
      choices: [
        {
          index: 0,
          finish_reason: null,
          content_filter_results: RESULTS,
          content_filter_offsets: { check_offset: 1, start_offset: 1, end_offset: 2 }
        }
      ]
    }) + Sse.DONE,
  error: (problem) =>
    problem.param === undefined ? { error: { code: problem.code, message: problem.message } } : dialect.error(problem),
  limited: limited(rate, headers)
}

export const profile: Profile.Profile = {
  ...common,
  name: "azure",
  title: "Azure OpenAI",
  description: "deployment names, ?api-version= in the base URL, the header api-key, both retry-after headers",
  path: "/openai/v1?api-version=preview",
  alsoAt: ["/openai/deployments/:model/chat/completions"],
  models: [
    Catalog.served("gpt-4o-2024-08-06", 128_000, 16_384),
    { ...Catalog.served("o4-mini-2025-04-16", 200_000, 100_000), reasons: true }
  ],
  typed: "my-gpt4o",
  list: list("system", () => ({ status: "succeeded", capabilities: { chat_completion: true } })),
  find: (typed, models) => common.find(DEPLOYMENTS[typed] ?? "", models),
  dialect: azure,
  keyHeaders: ["api-key", "authorization"],
  wrongKey: () => ({
    status: 401,
    message:
      "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active " +
      "subscription and use a correct regional API endpoint for your resource.",
    code: "401"
  }),
  malformed: { status: 400, message: "The request body is not valid JSON.", code: "BadRequest" },
  unknownModel: () => missing,
  noRoute: () => ({ status: 404, body: { error: { code: "404", message: "Resource not found" } } }),
  refuse: OpenAi.refuse,
  troubles: {
    "azure-rate": Reply.tunable("429 of Azure, the wait in seconds and in milliseconds", 1, (call, seconds) =>
      azure.limited(call, reached(seconds * 1000))
    ),
    "azure-missing": failing("404 of Azure: there is no such deployment", () => missing),
    "azure-filter": Reply.fixed("400 of Azure: the prompt was filtered", (call) =>
      Completion.json(call, 400, {
        error: {
          message: FILTERED,
          type: null,
          param: "prompt",
          code: "content_filter",
          status: 400,
          innererror: {
            code: "ResponsibleAIPolicyViolation",
            content_filter_result: { ...RESULTS, jailbreak: { filtered: true, detected: true } }
          }
        }
      })
    ),
    "azure-filter-answer": Reply.half("half an answer of Azure, finish reason content_filter", "content_filter")
  }
}

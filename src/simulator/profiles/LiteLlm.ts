/** A LiteLLM proxy: wildcards in the list, statuses of the deployments behind it, and their headers passed on. */
import type * as Call from "../Call.js"
import * as Catalog from "../Catalog.js"
import * as Completion from "../Completion.js"
import * as Failure from "../Failure.js"
import type * as Profile from "../Profile.js"
import * as Reply from "../Reply.js"
import { common, completionId, dialect, failing, fastApi, limited, list } from "./Common.js"

/** `openai/*` takes everything that begins so. */
const covers = (listed: string, typed: string): boolean =>
  listed.endsWith("*") && !typed.includes("*") && typed.startsWith(listed.slice(0, -1))

const cooling = (model: string, waitMillis: number | undefined): Call.Problem => ({
  status: 429,
  message:
    `No deployments available for selected model${waitMillis === undefined ? "" : `, Try again in ${waitMillis / 1000} seconds`}. ` +
    `Passed model=${model}.`
})

const liteLlm: Call.Dialect = {
  ...dialect,
  headers: ({ id }) => ({
    server: "uvicorn",
    "x-litellm-call-id": id,
    "x-litellm-model-id": "simulated",
    "x-litellm-version": "1.80.0"
  }),
  envelope: (call) => ({ id: completionId(call), system_fingerprint: null }),
  // Everything is a string, and what is missing is the word for it.
  error: ({ message, param, status, type }) => ({
    error: { message, type: type ?? "None", param: param ?? "None", code: String(status) }
  }),
  limited: limited(({ asked }, waitMillis) => cooling(asked, waitMillis))
}

const KILOBYTE = 1024

/** What providers and the company's own gateways add up to: 20 kB. */
const manyHeaders = Object.fromEntries(
  Array.from({ length: 20 }, (_, index) => [`llm_provider-x-trace-${index}`, "t".repeat(KILOBYTE)])
)

export const profile: Profile.Profile = {
  ...common,
  name: "litellm",
  title: "LiteLLM",
  description: "lists openai/* and anthropic/*, the 401 of one deployment, 20 kB of headers",
  path: "/v1",
  models: ["openai/*", "anthropic/*", "local-llama"].map((id) => Catalog.served(id, 128_000, 16_384)),
  typed: "openai/gpt-4o",
  list: list("openai"),
  find: (typed, models) => {
    const found = models.find(({ id }) => (id === typed && !id.endsWith("*")) || covers(id, typed))
    return found && { ...found, id: typed }
  },
  dialect: liteLlm,
  wrongKey: () => ({
    status: 401,
    message: "Authentication Error, Invalid proxy server token passed.",
    type: "auth_error"
  }),
  unknownModel: (id) => ({
    status: 400,
    message: `/chat/completions: Invalid model name passed in model=${id}. Call \`/v1/models\` to view available models for your key.`
  }),
  noRoute: fastApi,
  refuse: ({ body, model }) =>
    model.id.startsWith("anthropic/") && "seed" in body
      ? {
          status: 400,
          message: `litellm.UnsupportedParamsError: anthropic does not support parameters: ['seed'], for model=${model.id}.`
        }
      : undefined,
  troubles: {
    "litellm-denied": failing("401 of LiteLLM: the key may not use this model", ({ asked }) => ({
      status: 401,
      message: `key not allowed to access model. This key can only access models=['local-llama']. Tried to access ${asked}`,
      type: "key_model_access_denied",
      param: "model"
    })),
    "litellm-deployment": failing("401 of LiteLLM: the provider refused the key of one deployment", ({ asked }) => ({
      status: 401,
      message:
        "litellm.AuthenticationError: AuthenticationError: OpenAIException - Incorrect API key provided. " +
        `Received Model Group=${asked}\nAvailable Model Group Fallbacks=None`
    })),
    "litellm-cooldown": Reply.tunable(
      "429 of LiteLLM: every deployment is cooling down, the wait in words",
      1,
      (call, seconds) => Failure.told(call, cooling(call.asked, seconds * 1000))
    ),
    "litellm-headers": Reply.fixed("a good answer of LiteLLM with 20 kB of headers", (call) =>
      Reply.say(
        {
          ...call,
          dialect: { ...call.dialect, headers: (asked) => ({ ...call.dialect.headers(asked), ...manyHeaders }) }
        },
        Completion.answer(call)
      )
    )
  }
}

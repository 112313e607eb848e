/** OpenRouter: ids with modifiers, errors with metadata, a keep-alive comment while a model thinks, and the cost of each answer. */
import * as Limits from "../behaviors/Limits.js"
import * as Call from "../Call.js"
import * as Catalog from "../Catalog.js"
import * as Completion from "../Completion.js"
import * as Failure from "../Failure.js"
import type * as Profile from "../Profile.js"
import * as Reply from "../Reply.js"
import * as Sse from "../Sse.js"
import { common, dialect } from "./Common.js"

export const openRouter: Call.Dialect = {
  ...dialect,
  headers: ({ id }) => ({ "x-generation-id": id }),
  model: ({ model }) => model.id,
  envelope: () => ({ provider: "Simulator" }),
  choice: (finish) => ({ native_finish_reason: finish }),
  thoughts: "reasoning",
  usage: "always",
  counts: (usage) => usage,
  keepAlive: Sse.KEEP_ALIVE,
  roleInEach: true,
  opening: () => [],
  error: ({ message, status, type }) =>
    Failure.coded(status, message, type === undefined ? null : { error_type: type }),
  limited: Limits.windowed
}

type Unavailable = readonly [status: number, type: string, message: string, availability: Failure.Availability]

/** What may stand behind an id and is no part of it. */
const MODIFIERS = /(?::(?:nitro|floor|online|exacto|thinking|extended)|@preset\/[\w-]+)+$/

/** A date in the middle, as OpenRouter names the model that served a request. */
const dated = (id: string) => id.replace(/(:free)?$/, "-20260416$1")

const named = (call: Call.Call): Call.Dialect => ({ ...call.dialect, model: () => dated(call.model.id) })

const afford = (call: Call.Call, tokens: number) =>
  Call.ceiling(call) > tokens
    ? Failure.late(
        call,
        402,
        Failure.coded(
          402,
          "This request requires more credits, or fewer max_tokens. You requested up to " +
            `${Call.ceiling(call)} tokens, but can only afford ${tokens}. To increase, add more credits.`
        )
      )
    : Reply.say(call, Completion.answer(call))

/** A free variant that is gone names the paid one; anything else that is not offered is not a model. */
const gone: Profile.Profile["unknownModel"] = (id, models) => {
  const paid = id.replace(/:free$/, "")
  const [status, type, message, availability]: Unavailable =
    Catalog.isFree(id) && models.has(paid)
      ? [
          404,
          "not_found",
          `The free variant of ${paid} has ended`,
          { code: "free_variant_ended", retryable: false, fallback_models: [paid] }
        ]
      : [400, "invalid_request", `${id} is not a valid model ID`, { code: "model_not_found", retryable: false }]
  return { status, message, body: Failure.unavailable(id, status, type, message, availability) }
}

export const profile: Profile.Profile = {
  ...common,
  name: "openrouter",
  title: "OpenRouter",
  description: "modifiers behind the id, errors with metadata, the cost of each answer",
  path: "/api/v1",
  models: Catalog.defaults,
  typed: "openai/gpt-4o-mini:nitro",
  list: (models) => ({ data: models.map(Catalog.entry) }),
  find: (typed, models) => common.find(typed, models) ?? common.find(typed.replace(MODIFIERS, ""), models),
  dialect: openRouter,
  wrongKey: (key) => ({ status: 401, message: key === "" ? "Missing Authentication header" : "User not found." }),
  malformed: { status: 400, message: "Invalid request body: a JSON object with model and messages is needed" },
  unknownModel: gone,
  noRoute: (method, path) => ({
    status: 404,
    body: Failure.coded(404, `there is no ${method} ${path}; the API is at /api/v1`)
  }),
  troubles: {
    "openrouter-dated": Reply.fixed("a good answer of a model whose name has a date in it", (call) =>
      Reply.say({ ...call, dialect: named(call) }, Completion.answer(call))
    ),
    "openrouter-afford": Reply.tunable("402 while the ceiling is above this number of tokens", 2048, afford),
    "openrouter-byok": Reply.fixed("402 of the provider behind a key of one's own", (call) =>
      Failure.late(
        call,
        402,
        Failure.coded(402, "Provider returned error", {
          provider_name: "Simulator",
          raw: '{"error":{"message":"Insufficient balance","type":"billing"}}',
          is_byok: true
        })
      )
    )
  }
}

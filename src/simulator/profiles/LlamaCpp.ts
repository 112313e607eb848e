/** The llama.cpp server: a path for an id, any name will do, one slot, 503 while it loads, an error in a field of its own. */
import type * as Call from "../Call.js"
import * as Catalog from "../Catalog.js"
import * as Completion from "../Completion.js"
import type * as Profile from "../Profile.js"
import * as Reply from "../Reply.js"
import * as Sse from "../Sse.js"
import * as Wire from "../Wire.js"
import { common, completionId, dialect, failing, list, role } from "./Common.js"

const CONTEXT = 8192

const LOADING: Call.Problem = { status: 503, message: "Loading model", type: "unavailable_error" }

const error = ({ message, status, type }: Call.Problem) => ({
  code: status,
  message,
  type: type ?? "invalid_request_error"
})

const llamaCpp: Call.Dialect = {
  ...dialect,
  types: { plain: "application/json; charset=utf-8", stream: "text/event-stream" },
  headers: () => ({ server: "llama.cpp", "access-control-allow-origin": "" }),
  envelope: (call) => ({ id: completionId(call), system_fingerprint: "b5966-simulated" }),
  opening: () => [role(null)],
  finishing: ({ promptTokens }) => ({
    timings: { prompt_n: promptTokens, predicted_n: 1, predicted_per_second: 42.1 }
  }),
  error: (problem) => ({ error: error(problem) })
}

/** The words of a context that is too small, in a field that is not called data. */
const outOfContext = (call: Call.Call): Wire.Script => {
  const problem: Call.Problem = {
    status: 400,
    message: "the request exceeds the available context size. try increasing the context size or enable context shift",
    type: "exceed_context_size_error"
  }
  return call.stream
    ? [...Sse.opening(call), Wire.bytes(`error: ${JSON.stringify(error(problem))}\n\n${Sse.DONE}`)]
    : Completion.json(call, 400, {
        error: { ...error(problem), n_prompt_tokens: 14_429, n_ctx: call.model.contextLength }
      })
}

export const profile: Profile.Profile = {
  ...common,
  name: "llamacpp",
  title: "llama.cpp",
  description: "any name will do, lists a path, one slot, 503 while loading, error: in a stream",
  path: "/v1",
  models: [Catalog.served("/models/qwen2.5-coder-7b-q4_k_m.gguf", CONTEXT)],
  typed: "qwen2.5-coder",
  list: (models) => ({
    models: models.map(({ id }) => ({ name: id, model: id, type: "model", capabilities: ["completion"] })),
    ...list("llamacpp", ({ contextLength }) => ({
      meta: { vocab_type: 2, n_vocab: 152_064, n_ctx: contextLength, n_ctx_train: 131_072, n_embd: 3584 }
    }))(models)
  }),
  find: (typed, [first]) => ({ ...(first ?? Catalog.served(typed, CONTEXT)), id: typed }),
  dialect: llamaCpp,
  wrongKey: () => ({ status: 401, message: "Invalid API Key", type: "authentication_error" }),
  unknownModel: (id) => ({ status: 400, message: `model '${id}' not found` }),
  noRoute: () => ({ status: 404, body: { error: { code: 404, message: "File Not Found", type: "not_found_error" } } }),
  fillsContext: true,
  seats: 1,
  finishesAbandoned: true,
  loading: { at: "start", millis: 1500, problem: LOADING },
  troubles: {
    "llamacpp-error": failing("503 of the llama.cpp server: the model is loading", () => LOADING),
    "llamacpp-context": Reply.fixed(
      "the context of the llama.cpp server is too small, said in the field error",
      outOfContext
    )
  }
}

/** Ollama: ids with a tag, one answer at a time, and a context that cuts without saying so. */
import type * as Call from "../Call.js"
import * as Catalog from "../Catalog.js"
import * as Failure from "../Failure.js"
import type * as Profile from "../Profile.js"
import * as Reply from "../Reply.js"
import { common, dialect, failing, limited, list } from "./Common.js"

/** `num_ctx` where nobody has set it. */
const CONTEXT = 4096

const busy: Call.Problem = {
  status: 503,
  message: "server busy, please try again.  maximum pending requests exceeded",
  type: "api_error"
}

const ollama: Call.Dialect = {
  ...dialect,
  envelope: (call) => ({ id: `chatcmpl-${call.nth}`, system_fingerprint: "fp_ollama" }),
  thoughts: "reasoning",
  roleInEach: true,
  opening: () => [],
  limited: limited(() => busy)
}

const missing = (id: string): Call.Problem => ({
  status: 404,
  message: `model '${id}' not found`,
  type: "not_found_error"
})

export const profile: Profile.Profile = {
  ...common,
  name: "ollama",
  title: "Ollama",
  description: "lists llama3.2 as llama3.2:latest, one answer at a time, max_completion_tokens ignored",
  path: "/v1",
  models: ["llama3.2:latest", "qwen2.5-coder:7b", "deepseek-r1:latest"].map((id) => Catalog.served(id, CONTEXT)),
  typed: "llama3.2",
  list: list("library"),
  find: (typed, models) => common.find(typed, models) ?? common.find(`${typed}:latest`, models),
  dialect: ollama,
  unknownModel: missing,
  noRoute: () => ({ status: 404, body: "404 page not found" }),
  ceilings: ["max_tokens"],
  fillsContext: true,
  seats: 1,
  loading: { at: "first-request", millis: 1500 },
  troubles: {
    "ollama-error": failing("503 of Ollama: the queue is full", () => busy),
    "ollama-missing": failing("404 of Ollama: the model has not been pulled", ({ asked }) => missing(asked)),
    "ollama-memory": Reply.fixed("500 of Ollama: the error is a string", (call) =>
      Failure.late(call, 500, {
        error: "model requires more system memory (5.6 GiB) than is available (3.9 GiB)"
      })
    )
  }
}

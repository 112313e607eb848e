/** vLLM before it took `max_completion_tokens`: names in the case of the weights, a context that counts prompt and ceiling. */
import type * as Call from "../Call.js"
import * as Catalog from "../Catalog.js"
import * as Completion from "../Completion.js"
import * as Failure from "../Failure.js"
import type * as Profile from "../Profile.js"
import * as Reply from "../Reply.js"
import * as Wire from "../Wire.js"
import { beyond, common, dialect, failing, fastApi, list } from "./Common.js"

const missing = (id: string): Call.Problem => ({
  status: 404,
  message: `The model \`${id}\` does not exist.`,
  type: "NotFoundError"
})

const tooLong = (context: number, prompt: number, ceiling: number): Call.Problem => ({
  status: 400,
  message:
    `This model's maximum context length is ${context} tokens. However, you requested ${prompt + ceiling} tokens ` +
    `(${prompt} in the messages, ${ceiling} in the completion). Please reduce the length of the messages or completion.`
})

const vllm: Call.Dialect = {
  ...dialect,
  types: { plain: "application/json", stream: "text/event-stream; charset=utf-8" },
  headers: () => ({ server: "uvicorn" }),
  envelope: (call) => ({
    id: call.id.replace(/^gen-/, "chat-"),
    ...(call.stream ? {} : { prompt_logprobs: null, kv_transfer_params: null })
  }),
  choice: (finish) => ({ logprobs: null, ...(finish === null ? {} : { stop_reason: null }) }),
  // The fields at the top, with the status as the code.
  error: ({ message, status, type }) => ({
    object: "error",
    message,
    type: type ?? "BadRequestError",
    param: null,
    code: status
  })
}

const KNOWN = new Set(
  (
    "model messages stream stream_options max_tokens temperature top_p top_k min_p n stop seed user logprobs top_logprobs " +
    "logit_bias presence_penalty frequency_penalty repetition_penalty response_format tools tool_choice guided_json"
  ).split(" ")
)

export const profile: Profile.Profile = {
  ...common,
  name: "vllm",
  title: "vLLM",
  description: "max_model_len, errors at the top level, max_completion_tokens refused, upper and lower case differ",
  path: "/v1",
  models: [
    Catalog.served("Qwen/Qwen2.5-Coder-7B-Instruct", 32_768),
    // Too small for the ceiling that clients ask for by default.
    Catalog.served("TinyLlama/TinyLlama-1.1B-Chat-v1.0", 4096)
  ],
  typed: "Qwen/Qwen2.5-Coder-7B-Instruct",
  list: list("vllm", ({ contextLength, id }) => ({
    root: id,
    parent: null,
    max_model_len: contextLength,
    permission: []
  })),
  dialect: vllm,
  wrongKey: () => ({ status: 401, message: "Unauthorized" }),
  unknownModel: missing,
  noRoute: fastApi,
  refuse: (asked) => {
    const { body, model, promptTokens } = asked
    const name = beyond(KNOWN, asked)
    if (name !== undefined) {
      const input = JSON.stringify(body[name])
      return {
        status: 400,
        message: `[{'type': 'extra_forbidden', 'loc': ('body', '${name}'), 'msg': 'Extra inputs are not permitted', 'input': ${input}}]`
      }
    }
    const { max_tokens: ceiling } = body
    return typeof ceiling === "number" && promptTokens + ceiling > model.contextLength
      ? tooLong(model.contextLength, promptTokens, ceiling)
      : undefined
  },
  ceilings: ["max_tokens"],
  troubles: {
    "vllm-error": Reply.fixed("404 of vLLM, the error in a field", (call) =>
      Failure.late(call, 404, {
        error: {
          message: `The model \`${call.asked}\` does not exist.`,
          type: "NotFoundError",
          param: "model",
          code: 404
        }
      })
    ),
    "vllm-error-old": failing("404 of an older vLLM: the fields at the top", ({ asked }) => missing(asked)),
    "vllm-context": failing("400 of vLLM: the prompt alone is longer than the context", () => tooLong(4096, 4096, 479)),
    "vllm-choices": Reply.fixed("a stream of vLLM that is one line of text", (call) => [
      Wire.head(200, Completion.headers(call, vllm.types.stream)),
      Wire.bytes("data: Number of choices must be greater than 0.\n\n")
    ])
  }
}

/** Good answers and errors in the shapes of other servers that a base URL may point at: no generation id, no cost. */
import type * as Call from "../Call.js"
import * as Completion from "../Completion.js"
import * as Dress from "../Dress.js"
import * as Failure from "../Failure.js"
import * as Reply from "../Reply.js"
import * as Wire from "../Wire.js"

const foreign = (script: Wire.Script): Wire.Script =>
  script.map((step) =>
    step._tag === "Head" ? Wire.head(step.status, { "content-type": step.headers["content-type"] ?? "" }) : step
  )

const usage = (call: Call.Call, message: Completion.Message): Completion.Json | null => {
  if (call.stream && !call.includeUsage) return null
  const { completion_tokens, prompt_tokens, total_tokens } = Completion.usage(call, message)
  return { completion_tokens, prompt_tokens, total_tokens }
}

interface Habits {
  readonly reasoningField: "reasoning" | "reasoning_content"
  readonly choice?: Completion.Json
  readonly body?: Completion.Json
}

const answer = (server: string, { body, choice, reasoningField }: Habits) =>
  Reply.fixed(`a good answer as ${server} sends it, usage in streams on request only`, (call) => {
    const said = Completion.answer({ ...call, text: Dress.dresses.reasoning(call.program) })
    return foreign(
      Reply.say(call, {
        ...said,
        reasoningField,
        usage: usage(call, said),
        body: { id: `chatcmpl-${call.nth}`, provider: undefined, ...body },
        choice: { native_finish_reason: undefined, ...choice }
      })
    )
  })

const error = (description: string, status: number, body: unknown) =>
  Reply.fixed(description, (call) => foreign(Failure.late(call, status, body)))

export const table = {
  ollama: answer("Ollama", { reasoningField: "reasoning", body: { system_fingerprint: "fp_ollama" } }),
  "ollama-error": error("503 of Ollama: the queue is full", 503, {
    error: {
      message: "server busy, please try again. maximum pending requests exceeded",
      type: "api_error",
      param: null,
      code: null
    }
  }),
  vllm: answer("vLLM", {
    reasoningField: "reasoning_content",
    choice: { logprobs: null, stop_reason: null },
    body: { prompt_logprobs: null, kv_transfer_params: null }
  }),
  "vllm-error": error("404 of vLLM", 404, {
    error: { message: "The model `x` does not exist.", type: "NotFoundError", param: "model", code: 404 }
  }),
  "vllm-error-old": error("400 of an older vLLM: the fields at the top", 400, {
    object: "error",
    message: "This model's maximum context length is 4096 tokens.",
    type: "BadRequestError",
    param: null,
    code: 400
  }),
  "lm-studio": answer("LM Studio", {
    reasoningField: "reasoning_content",
    choice: { logprobs: null },
    body: { stats: {}, system_fingerprint: "local" }
  }),
  "lm-studio-error": error("400 of LM Studio: the error is a string", 400, { error: "No models loaded." }),
  "llama-cpp": answer("the llama.cpp server", {
    reasoningField: "reasoning_content",
    body: { timings: { prompt_n: 1, predicted_n: 1 } }
  }),
  "llama-cpp-error": error("503 of the llama.cpp server: the model is loading", 503, {
    error: { code: 503, message: "Loading model", type: "unavailable_error" }
  })
} satisfies Reply.Table

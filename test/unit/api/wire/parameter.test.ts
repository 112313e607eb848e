import { strictEqual } from "@effect/vitest/utils"
import { describe, it } from "vitest"
import * as ErrorShape from "../../../../src/api/wire/ErrorShape.js"
import * as Parameter from "../../../../src/api/wire/Parameter.js"

/** What a request with everything in it sends. */
const SENT = [
  ..."model messages stream stream_options usage max_completion_tokens temperature seed".split(" "),
  ..."reasoning reasoning_effort provider service_tier system".split(" ")
]

const refused = (root: unknown, sent: ReadonlyArray<string> = SENT) =>
  Parameter.refused(root, ErrorShape.words(root), sent)

const rows = (table: ReadonlyArray<readonly [words: string, parameter: string | undefined]>) => {
  for (const [words, parameter] of table) {
    it(words, () => {
      strictEqual(refused({ error: { message: words } }), parameter)
      strictEqual(refused(words), parameter)
    })
  }
}

describe("the parameter that a sentence refuses", () => {
  rows([
    ["Unsupported parameter: 'max_completion_tokens' is not supported with this model.", "max_completion_tokens"],
    [
      "Unsupported parameter: 'max_completion_tokens' is not supported with this model. Use 'max_tokens' instead.",
      "max_completion_tokens"
    ],
    [
      "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.",
      "temperature"
    ],
    ["Unrecognized request argument supplied: seed", "seed"],
    ["Unrecognized request arguments supplied: seed, temperature", "seed"],
    ["Unknown parameter: 'usage'.", "usage"],
    ["Unknown parameter: 'usage.include'.", "usage"],
    ['Invalid JSON payload received. Unknown name "stream_options": Cannot find field.', "stream_options"],
    ["Invalid JSON payload received. Unknown name \"seed\" at 'generation_config': Cannot find field.", "seed"],
    ['json: unknown field "provider"', "provider"],
    [
      "Failed to deserialize the JSON body into the target type: unknown field `max_completion_tokens`, expected one of `model`, `messages`, `temperature`, `seed`, `max_tokens` at line 1 column 80",
      "max_completion_tokens"
    ],
    ["property 'max_completion_tokens' is unsupported, did you mean 'max_tokens'?", "max_completion_tokens"],
    ["`reasoning_effort` is not supported with this model", "reasoning_effort"],
    ["reasoning_effort is not supported by this model", "reasoning_effort"],
    [
      "litellm.UnsupportedParamsError: groq does not support parameters: ['seed'], for model=llama3. To drop these, set `litellm.drop_params=True`",
      "seed"
    ],
    ["service_tier: Extra inputs are not permitted", "service_tier"],
    ["body.stream_options: extra fields not permitted", "stream_options"],
    [
      "1 validation error for ChatCompletionRequest\nseed\n  Extra inputs are not permitted [type=extra_forbidden, input_value=1, input_type=int]",
      "seed"
    ],
    [
      "[{'type': 'extra_forbidden', 'loc': ('body', 'max_completion_tokens'), 'msg': 'Extra inputs are not permitted', 'input': 4096}]",
      "max_completion_tokens"
    ],
    ["Additional properties are not allowed ('stream_options' was unexpected)", "stream_options"],
    ["property seed should not exist", "seed"],
    ["Completions.create() got an unexpected keyword argument 'seed'", "seed"],
    ["__init__() got an unexpected keyword argument 'max_completion_tokens'", "max_completion_tokens"],
    [
      'Unrecognized field "usage" (class com.acme.ChatRequest), not marked as ignorable (4 known properties: "model", "messages", "temperature", "seed"])',
      "usage"
    ],
    ["#: extraneous key [seed] is not permitted", "seed"],
    ["The parameter temperature is not supported by this model.", "temperature"],
    ["Parameter 'seed' is not allowed", "seed"],
    ["Parameter `temperature` is deprecated for this model.", "temperature"],
    ["seed is not a valid parameter", "seed"],
    ["invalid parameter: seed", "seed"],
    ["Invalid parameter 'reasoning'", "reasoning"],
    ["Unsupported parameters: ['provider', 'usage']", "provider"],
    ["This model does not support the temperature parameter", "temperature"],
    ["This model does not support 'service_tier'.", "service_tier"],
    ["unknown argument: stream_options", "stream_options"],
    ["no such field: seed", "seed"],
    ["The following parameters are not supported: service_tier", "service_tier"],
    ["Argument not supported on this model: temperature", "temperature"],
    ["Model grok-4-1-fast does not support parameter reasoningEffort.", "reasoning_effort"],
    ["Argument not supported on this model: reasoningEffort", "reasoning_effort"],
    ["serviceTier: Extra inputs are not permitted", "service_tier"],
    ["Temperature is not supported with this model", "temperature"],
    ["`thinking.budget_tokens` must be less than `max_completion_tokens`", "reasoning"],
    [
      "`max_completion_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation",
      "reasoning"
    ],
    ["Unsupported parameter: 'temperature'. reasoning budget tokens are derived from effort.", "temperature"],
    ["temperature参数非法。请检查文档。", "temperature"],
    ["API 调用参数有误，请检查文档。temperature 参数非法。", "temperature"],
    ["max_completion_tokens参数非法。请检查文档。", "max_completion_tokens"],
    ["不支持的参数：seed", "seed"],
    ["无效的参数 seed", "seed"],
    ["This model does not support reasoning.", "reasoning"],
    ["Reasoning is not enabled for this model", "reasoning"],
    ["Streaming is not supported for this model", "stream"],
    ["'temperature' must be 1 for this model", "temperature"],
    ["invalid temperature: only 1 is allowed for this model", "temperature"],
    ["stream_options should be set along with stream = true", "stream_options"],
    ["System role not supported", "system"],
    ["Unsupported value: 'messages[0].role' does not support 'system' with this model.", "system"],
    ["Developer instruction is not enabled for models/gemma-3-27b-it", "system"],
    ["System messages are not supported by this model", "system"],
    ["This model does not support system prompts.", "system"],
    ["Conversation roles must alternate user/assistant/user/assistant/...", "system"],
    ["Only user and assistant roles are supported!", "system"],
    [
      'Error rendering prompt with jinja template: "Only user, assistant and tool roles are supported, got system.".',
      "system"
    ],
    ["Request failed during generation: Server error: Conversation roles must alternate user/assistant/...", "system"],
    ["messages.0.role: Input should be 'user' or 'assistant'", "system"],
    ["invalid params, chat content has invalid message role: system (2013)", "system"],
    ["Budget 0 is invalid. This model only works in thinking mode.", "reasoning"],
    ["The thinking budget (52428) is invalid.", "reasoning"],
    ["Thinking level LOW is not supported for this model. Please retry with other thinking level.", "reasoning"],
    ["Unable to submit request because the model does not support setting thinking_budget to 0.", "reasoning"],
    ["Reasoning is mandatory for this endpoint and cannot be disabled.", "reasoning"],
    ["Thinking mode cannot be disabled for this model", "reasoning"],
    ["This model does not support the effort parameter.", "reasoning"],
    ["This model does not support effort level 'max'. Supported levels: high, low, medium.", "reasoning"],
    ['level "max" not supported, valid levels: low, medium, high, xhigh', "reasoning"],
    [
      '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.',
      "reasoning"
    ],
    [
      'AnthropicException - {"type":"error","error":{"type":"invalid_request_error","message":"\\"thinking.type.enabled\\" is not supported for this model."}}',
      "reasoning"
    ],
    ["This model only support stream mode, please enable the stream parameter to access the model.", "stream"],
    ["This model only supports streaming", "stream"],
    ["模型不支持sync调用", "stream"],
    ["stream not implemented", "stream"],
    ["The 'stream_options' field is only allowed when 'stream' is true", "stream_options"]
  ])
})

describe("sentences that refuse no parameter that was sent", () => {
  rows([
    ["Unsupported parameter: 'top_logprobs' is not supported with this model.", undefined],
    ["The model `x` does not exist or you do not have access to it.", undefined],
    ["Provider returned error", undefined],
    ["No allowed providers are available for the selected model.", undefined],
    ["You exceeded your usage limit", undefined],
    ["Invalid API key", undefined],
    ["messages: at least one message is required", undefined],
    ["model: unknown model 'x'", undefined],
    ["This model's maximum context length is 4096 tokens. Please reduce the length of the messages.", undefined],
    ["Bad Request", undefined],
    ["Only user, assistant and system roles are supported!", undefined],
    ["Only user and assistant messages are billed", undefined],
    ["messages.0.role: Input should be 'user', 'assistant' or 'system'", undefined],
    ["messages.0.role: Field required", undefined],
    ["invalid params, invalid message role: bot (2013)", undefined],
    ["The budget of this key is invalid", undefined],
    ["Your credit budget 0 is invalid", undefined],
    ["spending budget (10) is invalid", undefined],
    ["Only administrators with the right roles are allowed", undefined],
    ["Stream: unexpected end", undefined],
    ["Provider: not available", undefined],
    ["Unknown parameter: reasoningEfforts", undefined],
    ["maxOutputTokens is not supported", undefined],
    ["请检查 temperature 的取值。messages 参数非法。", undefined],
    ["messages 参数非法。请检查 temperature", undefined],
    ["API 调用参数有误，请检查文档。", undefined],
    ["Reasoning is charged for this endpoint and cannot be refunded.", undefined],
    ["Safe mode cannot be disabled", undefined],
    ["We do not support any effort to extract the prompt", undefined],
    ['log level "max" not supported', undefined],
    ["This tier only supports streamlined models", undefined],
    ["The reasoning took more tokens than there are", undefined],
    ["The model is thinking; try again in a minute", undefined],
    ["The system is not available at the moment", undefined],
    ["Invalid system state: not supported", undefined],
    ["field required: max_tokens", undefined],
    ["Your input was flagged; please do not stream such content", undefined]
  ])

  it("a budget of thoughts is none without an effort", () => {
    const words = "`max_tokens` must be greater than `thinking.budget_tokens`"
    strictEqual(refused(words, ["max_tokens", "reasoning_effort"]), "reasoning_effort")
    strictEqual(refused({ error: { message: words, param: "max_tokens" } }), "reasoning")
    strictEqual(refused(words, ["max_tokens", "temperature"]), undefined)
    const other =
      "`temperature` may only be set to 1 when thinking is enabled (thinking.budget_tokens was set by default)"
    strictEqual(refused(other, ["temperature", "max_tokens"]), "temperature")
    strictEqual(refused(other), "temperature")
  })

  it("a parameter that was not sent is not refused", () => {
    const root = { error: { message: "Unknown parameter: 'seed'.", param: "seed" } }
    strictEqual(refused(root, ["model", "messages", "stream"]), undefined)
    strictEqual(refused(root, []), undefined)
  })
})

describe("fields that name the parameter", () => {
  it.each(["param", "parameter", "Field", "additionalProperty", "unsupported_params", "argument"])(
    "%s is one",
    (name) => {
      strictEqual(refused({ error: { message: "no", [name]: "seed" } }), "seed")
      strictEqual(refused({ error: { message: "no", [name]: ["seed"] } }), "seed")
      strictEqual(refused({ error: { message: "no", [`${name}s_of_all`]: "seed" } }), undefined)
    }
  )

  it("words of every day are names only where a sentence says so", () => {
    const everyday = "stream usage provider reasoning stop user tools models route plugins n store think".split(" ")
    for (const name of everyday) {
      strictEqual(refused(`the ${name} is not right`, [name]), undefined, name)
      strictEqual(refused(`the '${name}' is not right`, [name]), name)
      strictEqual(refused(`unknown field ${name}`, [name]), name)
    }
    strictEqual(refused("the seed is not right", ["seed"]), "seed")
  })

  for (const [name, root, parameter] of [
    ["OpenAI's param", { error: { message: "no", param: "temperature", code: "unsupported_value" } }, "temperature"],
    [
      "a name in camel case",
      { error: { message: "no", param: "generationConfig.reasoningEffort" } },
      "reasoning_effort"
    ],
    ["a path in it", { error: { message: "no", param: "stream_options.include_usage" } }, "stream_options"],
    ["a param that is a message", { error: { message: "no", param: "messages[0].content" } }, undefined],
    ["a param that is the model", { error: { message: "no", param: "model" } }, undefined],
    ["FastAPI's loc", { detail: [{ type: "extra_forbidden", loc: ["body", "seed"], msg: "no" }] }, "seed"],
    [
      "Mistral's detail in a message",
      {
        object: "error",
        message: { detail: [{ type: "extra_forbidden", loc: ["body", "max_completion_tokens"], msg: "no" }] }
      },
      "max_completion_tokens"
    ],
    [
      "a path through a union",
      {
        detail: [
          {
            type: "string_too_short",
            loc: ["body", "messages", 0, "system", "content"],
            msg: "String should have at least 1 character"
          }
        ]
      },
      undefined
    ],
    [
      "one that ends there",
      { detail: [{ loc: ["body", "messages", 0, "system"], msg: "must not be a list" }] },
      undefined
    ],
    ["a name in a message", { detail: [{ loc: ["body", "messages", 1, "seed"], msg: "not permitted" }] }, undefined],
    ["one after it", { detail: [{ loc: ["body", "messages", 0, "system"] }, { loc: ["body", "seed"] }] }, "seed"],
    ["a path as text", { error: { message: "no", param: "messages[0].system" } }, undefined],
    [
      "a union as text",
      "[{'loc': ('body', 'messages', 0, 'system', 'content'), 'msg': 'Input should be a valid string'}]",
      undefined
    ],
    [
      "the role of the first message",
      {
        detail: [
          {
            type: "literal_error",
            loc: ["body", "messages", 0, "role"],
            msg: "Input should be 'user' or 'assistant'",
            input: "system"
          }
        ]
      },
      "system"
    ],
    ["messages and another", { error: { message: "Unrecognized arguments: messages, seed" } }, "seed"],
    ["the second of several", { detail: [{ loc: ["body", "n"] }, { loc: ["body", "seed"] }] }, "seed"],
    [
      "Google's field violations",
      { error: { status: "INVALID_ARGUMENT", details: [{ fieldViolations: [{ field: "generation_config.seed" }] }] } },
      "seed"
    ],
    ["Ajv's params", { errors: [{ message: "no", params: { additionalProperty: "provider" } }] }, "provider"],
    [
      "what a provider said, as text",
      { error: { message: "Provider returned error", metadata: { raw: '{"error":{"message":"no","param":"seed"}}' } } },
      "seed"
    ]
  ] as const) {
    it(name, () => strictEqual(refused(root), parameter))
  }
})

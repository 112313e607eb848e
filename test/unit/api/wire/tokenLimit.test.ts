import { strictEqual } from "@effect/vitest/utils"
import { describe, it } from "vitest"
import * as TokenLimit from "../../../../src/api/wire/TokenLimit.js"

describe("the tokens that fit, by the words of a refusal for 4,000", () => {
  for (const [words, fits] of [
    [
      "This model's maximum context length is 4096 tokens. However, you requested 4575 tokens (575 in the messages, 4000 in the completion). Please reduce the length of the messages or completion.",
      3_521
    ],
    [
      "This model's maximum context length is 4096 tokens. However, you requested 4600 tokens (575 in the messages, 25 in the functions, 4000 in the completion).",
      3_521
    ],
    [
      "This endpoint's maximum context length is 4096 tokens. However, you requested about 4575 tokens (575 of text input, 4000 in the output). Please reduce the length of either one.",
      3_521
    ],
    ["maximum context length is 4096 tokens. However, you requested 4575", 3_521],
    [
      "'max_tokens' or 'max_completion_tokens' is too large: 4000. This model's maximum context length is 4096 tokens and your request has 575 input tokens (4000 > 4096 - 575).",
      3_521
    ],
    [
      "Requested token count exceeds the model's maximum context length of 4096 tokens. You requested a total of 4575 tokens: 575 tokens from the input messages and 4000 tokens for the completion.",
      3_521
    ],
    [
      "input length and `max_tokens` exceed context limit: 575 + 4000 > 4096, decrease input length or `max_tokens` and try again",
      3_521
    ],
    [
      "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 575 `inputs` tokens and 4000 `max_new_tokens`",
      3_521
    ],
    [
      "max_tokens is too large: 4000. This model supports at most 2048 completion tokens, whereas you provided 4000.",
      2_048
    ],
    ["max_tokens: 4000 > 2048, which is the maximum allowed number of output tokens for claude-x", 2_048],
    [
      "`max_completion_tokens` must be less than or equal to `2048`, the maximum value for `max_completion_tokens` is less than the `context_window` for this model",
      2_048
    ],
    ["Invalid max_tokens value, the valid range of max_tokens is [1, 2048]", 2_048],
    ["Range of max_tokens should be [1, 2048]", 2_048],
    ["<400> InternalError.Algo.InvalidParameter: Range of max_tokens should be [1, 2048]", 2_048],
    [
      "Unable to submit request because it has a maxOutputTokens value of 4000 but the supported range is from 1 (inclusive) to 2049 (exclusive). Update the value and try again.",
      2_048
    ],
    ["max_completion_tokens: Input should be less than or equal to 2048", 2_048],
    ["max_tokens must be at most 2,048", 2_048],
    ["max_tokens cannot exceed 2048", 2_048],
    [
      "The maximum tokens you requested exceeds the model limit of 2048. Try again with a maximum tokens value that is lower than 2048.",
      2_048
    ],
    [
      "too many tokens: max tokens must be less than or equal to 2048, the maximum output for this model - received 4000.",
      2_048
    ],
    [
      "This request requires more credits, or fewer max_tokens. You requested up to 4000 tokens, but can only afford 1234. To increase, visit https://openrouter.ai/credits and upgrade to a paid account",
      1_234
    ],
    [
      "Request too large for model `llama-3.1-8b` in organization `org_1` service tier `on_demand` on tokens per minute (TPM): Limit 6000, Requested 7000, please reduce your message size and try again.",
      3_000
    ],
    [
      "You passed 575 input tokens and requested 4000 output tokens. However, the model's context length is only 4096 tokens, resulting in a maximum input length of 96 tokens.",
      3_521
    ],
    ["max_total_tokens (4575) must be less than or equal to max_seq_len (4096)", 3_521],
    ["max_tokens (4000) is too large: maximum is 2048", 2_048],
    ["max_completion_tokens is too large, the maximum allowed value is 2,048", 2_048],
    ["max_tokens is too large. Max: 2048", 2_048],
    ["Requests with max_tokens > 2048 must have stream=true", 2_048],
    [
      "This model's maximum context length is 4096 tokens. However, you requested 4000 output tokens and your prompt contains at least 575 input tokens, for a total of at least 4575 tokens. Please reduce the length of the input prompt or the number of requested output tokens. (parameter=input_tokens, value=575)",
      3_521
    ],
    // It stops counting at one token too many, so that the prompt may be longer.
    [
      "This model's maximum context length is 4096 tokens. However, you requested 4000 output tokens and your prompt contains at least 97 input tokens, for a total of at least 4097 tokens.",
      2_000
    ],
    [
      "This model's maximum context length is 32768 tokens. However, you requested 4000 output tokens and your prompt contains at least 28769 input tokens, for a total of at least 32769 tokens.",
      undefined
    ],
    // It does not count the tokens of a prompt with more letters than that.
    [
      "This model's maximum context length is 4096 tokens. However, you requested 4000 output tokens and your prompt contains 2581 characters (more than 0 characters, which is the upper bound for 0 input tokens). Please reduce the length of the input prompt or the number of requested output tokens. (parameter=input_text, value=2581)",
      2_000
    ],
    [
      "This model's maximum context length is 4096 tokens. However, you requested 4000 output tokens and your prompt contains 6581 characters (more than 5888 characters, which is the upper bound for 46 input tokens). Please reduce the length of the input prompt",
      2_000
    ],
    [
      "This model's maximum context length is 4096 tokens. However, you requested 4000 output tokens and your prompt contains 196 characters. Please reduce the length of the input prompt or the number of requested output tokens.",
      2_000
    ],
    [
      "This model's maximum context length is 32768 tokens. However, you requested 4000 output tokens and your prompt contains 900000 characters (more than 230144 characters, which is the upper bound for 28768 input tokens).",
      undefined
    ],
    [
      "max_tokens=4000 cannot be greater than max_model_len=max_total_tokens=2048. Please request fewer output tokens. (parameter=max_tokens, value=4000)",
      1_024
    ],
    ["max_completion_tokens=4000 cannot be greater than max_model_len=2048", 1_024],
    ["min_tokens=4000 cannot be greater than max_tokens=2048", undefined],
    ["Requested maximum tokens of 4000 exceeds the maximum output tokens limit: 2048.", 2_048],
    ["max_tokens: 4000 exceeds maximum 2048 trace_id: df50a381", 2_048],
    ["The requested max_tokens (4000) exceeds the maximum output tokens allowed for model gpt-4:1 (2048)", 2_048],
    ["max_tokens 4000 exceeds model limit of 2048", 2_048],
    ["max_tokens is 4,000, which exceeds the maximum of 2,048", 2_048],
    ["The requested max_tokens value 4000 exceeds the model's maximum output of 2048", 2_048],
    ["max_output_tokens (4000) exceeds model maximum (2048)", 2_048],
    ["max_new_tokens: 4000 is greater than max_model_len 2048", 1_024],
    ["max_tokens (4000) must not be larger than max_model_len (2048)", 1_024],
    ["max_tokens=4000 exceeds max_model_len=2048", 1_024],
    ["max_tokens: 4000 exceeds the balance of 2048 credits", undefined],
    ["The requested max_tokens (4000) exceeds the maximum for model llama-3 (see 2048.example)", undefined],
    ["Prompt too long: 575 prompt tokens + 4000 max_tokens exceeds context size 4096", 3_521],
    ["Prompt too long: 5750 prompt tokens + 4000 max_tokens exceeds context size 4096", undefined],
    ["More credits are required to run this request. 4000 token capacity required, 1234 available.", 1_234],
    ["Please reduce the length of the messages or completion. Current length is 4575 while limit is 4096", 3_521],
    ["Please reduce the length of the messages or completion. Current length is 9000 while limit is 4096", undefined],
    [
      "Request too large for gpt-4o in organization org-x on tokens per min (TPM): Limit 3000, Requested 4575. The input or output tokens must be reduced in order to run successfully.",
      2_425
    ],
    ["Rate limit reached on tokens per min (TPM): Limit 30000, Used 29800, Requested 4575.", undefined],
    [
      "The sum of prompt length (575) and query length (0) max_tokens (4000) should not exceed max_seq_len (4096)",
      3_521
    ],
    [
      "The sum of prompt length (575.0), query length (0) and max_tokens (4000) should not exceed max_seq_len (4096)",
      3_521
    ],
    ["The sum of prompt length (4575) and query length (0) should not exceed max_seq_len (4096)", undefined],
    ["model max length exceeded, max length:4096", 2_000],
    ["model max length exceeded, max length: 2048", 1_024],
    ["model max length exceeded, max length:131072", undefined],
    ["Prompt contains 575 tokens and 4000 max_tokens, too large for model with 4096 maximum context length", 3_521],
    ["Prompt contains 5750 tokens and 0 draft tokens, too large for model with 4096 maximum context length", undefined],
    ["Invalid request: Your request exceeded model token limit: 4096 (requested: 4575)", 3_521],
    ["4000 is greater than the maximum of 2048 - 'max_tokens'", 2_048],
    ["4000 is greater than the maximum of 2048 - 'messages'", undefined],
    [
      "AiError: The estimated number of input and maximum output tokens (4575) exceeded this model context window limit (4096).",
      3_521
    ],
    ["max_tokens (4000) is too large: maximum is 8192", undefined],
    ["Requests with max_tokens > 4096 must have stream=true", undefined],
    // Nothing fits, or more than was asked for: asking for that is no use.
    ["Requested tokens (5000) exceed context window of 2048\nRequested tokens (5000)", undefined],
    [
      "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens (5000 in the messages, 4000 in the completion).",
      undefined
    ],
    ["This model supports at most 8192 completion tokens", undefined],
    [
      "This model's maximum context length is 4096 tokens. However, you requested 4575 tokens (4096 in the messages, 479 in the completion).",
      undefined
    ],
    ["but can only afford 0", undefined],
    ["The prompt is too long: 9000 tokens, model maximum context length: 4096", undefined],
    ["Rate limit reached for requests: Limit 200, Used 200", undefined],
    ["The model `gpt-4096` does not exist", undefined],
    ["Bad Request", undefined]
  ] as const) {
    it(words, () => strictEqual(TokenLimit.fits(words, 4_000), fits))
  }

  it("are not known where the words count less than was asked for", () => {
    for (const [words, fits] of [
      ["on tokens per min (TPM): Limit 3000, Requested 4575", undefined],
      ["on tokens per min (TPM): Limit 3000, Requested 16000", 3_000],
      ["on tokens per min (TPM): Limit 3000, Requested 16575", 2_425],
      ["exceeded model token limit: 4096 (requested: 4575)", undefined],
      ["Current length is 4993 while limit is 4096 of messages or completion", undefined],
      ["the messages or completion. Current length is 4993 while limit is 4096", undefined]
    ] as const) {
      strictEqual(TokenLimit.fits(words, 16_000), fits, words)
    }
  })

  it("are looked for in one pass, however long the words", () => {
    const before = performance.now()
    for (const hostile of [
      "context length 1",
      "tokens per limit 1, ",
      "prompt length (1",
      "1",
      "messages or completion "
    ])
      TokenLimit.fits(hostile.repeat(8_000).slice(0, 8_000), 4_000)
    strictEqual(performance.now() - before < 5_000, true)
  })

  it("needs the ceiling only where the words do not tell the prompt", () => {
    strictEqual(TokenLimit.fits("supports at most 2048 completion tokens", undefined), 2_048)
    strictEqual(
      TokenLimit.fits("maximum context length is 4096 tokens. However, you requested 4575", undefined),
      undefined
    )
  })
})

describe("more than a limit lets through at once", () => {
  for (const [words, is] of [
    ["on tokens per min (TPM): Limit 3000, Requested 4575.", true],
    ["on tokens per minute (TPM): Limit 6,000, Used 10, Requested ~7,000, please reduce", true],
    ["on tokens per min (TPM): Limit 30000, Used 29800, Requested 5000", false],
    ["on tokens per min (TPM): Limit 30000, Used 40000, Requested 30000", false],
    ["on requests per min (RPM): Limit 3, Used 3, Requested 1", false],
    ["on images per min: Limit 1, Requested 5", false]
  ] as const) {
    it(words, () => strictEqual(TokenLimit.isBeyond(words), is))
  }
})

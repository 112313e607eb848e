/** Failures as the servers of the world word them, each on both sides of what decides it. */
import { assertFalse, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Either } from "effect"
import { describe, it } from "vitest"
import * as Classify from "../../../../src/api/wire/Classify.js"
import * as Secret from "../../../../src/api/wire/Secret.js"
import type { Answer } from "../../../../src/domain/Answer.js"

const NOW = Date.UTC(2026, 7, 20, 12)
const SENT = ["model", "messages", "stream", "stream_options", "max_completion_tokens", "temperature", "seed"]

const classify = (status: number, said: unknown, headers: Readonly<Record<string, string>> = {}) =>
  Classify.classify(
    { _tag: "Body", status, headers, text: typeof said === "string" ? said : JSON.stringify(said) },
    { model: "m", maxCompletionTokens: 4_000, sent: SENT },
    NOW,
    Secret.NONE
  )

/** What of the failure matters, as one object; its wait in milliseconds. */
const failure = (judged: Either.Either<Answer, Classify.Failure>): Record<string, unknown> => {
  if (Either.isRight(judged)) return { answer: judged.right.text }
  const { reason, retryAt } = judged.left
  const { fallbackModels: _, errorType: __, ...told } = { fallbackModels: [], errorType: "", ...reason }
  return { ...told, message: reason.message, ...(retryAt === undefined ? {} : { wait: retryAt - NOW }) }
}

const isLike = (judged: Either.Either<Answer, Classify.Failure>, expected: object) => {
  const told = failure(judged)
  deepStrictEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, told[key]])), expected)
}

const minimax = (status_code: number, status_msg: string) => ({
  id: "x",
  choices: null,
  base_resp: { status_code, status_msg }
})

describe("answers of other APIs", () => {
  const lines = (...chunks: ReadonlyArray<object>) =>
    chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("")
  for (const [name, text] of [
    [
      "Cohere",
      lines(
        { type: "message-start", delta: { message: { role: "assistant" } } },
        { type: "content-delta", index: 0, delta: { message: { content: { text: "de" } } } },
        { type: "content-delta", index: 0, delta: { message: { content: { text: "f" } } } },
        { type: "message-end", delta: { finish_reason: "COMPLETE" } }
      )
    ],
    [
      "TGI",
      lines(
        { token: { text: "de" }, generated_text: null },
        { token: { text: "f" }, generated_text: "def", details: { finish_reason: "eos_token" } }
      )
    ],
    [
      "Meta's own, for Llama",
      { completion_message: { role: "assistant", stop_reason: "stop", content: { type: "text", text: "def" } } }
    ],
    [
      "the same, streamed",
      lines(
        { event: { event_type: "start", delta: { type: "text", text: "" } } },
        { event: { event_type: "progress", delta: { type: "reasoning", text: "hm" } } },
        { event: { event_type: "progress", delta: { type: "text", text: "de" } } },
        { event: { event_type: "progress", delta: { type: "text", text: "f" } } },
        { event: { event_type: "complete", stop_reason: "stop", delta: { type: "text", text: "" } } },
        { event: { event_type: "metrics", delta: { type: "text", text: "" }, metrics: [] } }
      )
    ],
    ["one choice that is no list", { choices: { index: 0, message: { content: "def" }, finish_reason: "stop" } }]
  ] as const) {
    it(name, () => isLike(classify(200, text), { answer: "def" }))
  }

  it("tell where they were cut off", () => {
    const cut = lines({ token: { text: "f" }, generated_text: "def", details: { finish_reason: "length" } })
    isLike(classify(200, cut), { _tag: "CutOff" })
    const text = { type: "text", text: "def" }
    isLike(classify(200, { completion_message: { content: text, stop_reason: "length" } }), { _tag: "CutOff" })
    isLike(
      classify(
        200,
        lines(
          { type: "content-delta", delta: { message: { content: { text: "de" } } } },
          { type: "message-end", delta: { finish_reason: "MAX_TOKENS" } }
        )
      ),
      { _tag: "CutOff" }
    )
  })
})

describe("a status that is not what the words mean", () => {
  const error = (message: string, more: object = {}) => ({ error: { message, ...more } })
  for (const [name, status, body, expected] of [
    [
      "Anthropic: no credit",
      400,
      error("Your credit balance is too low to access the API"),
      { _tag: "AccountRefused" }
    ],
    [
      "DashScope: arrears",
      400,
      error("please make sure your account is in good standing", { code: "Arrearage" }),
      { _tag: "AccountRefused" }
    ],
    [
      "LiteLLM: a budget, whose nobody knows",
      400,
      error("Budget has been exceeded! Max budget: 10.0", { type: "budget_exceeded" }),
      { _tag: "AccountRefused", unproven: true }
    ],
    ["Fireworks: suspended", 412, error("Account x is suspended"), { _tag: "AccountRefused", status: 412 }],
    ["another precondition", 412, error("Precondition failed"), { _tag: "Rejected", status: 412 }],
    [
      "OpenAI: one model wants more",
      403,
      error("Your organization must be verified to use the model `o3`."),
      { _tag: "Rejected" }
    ],
    [
      "Bedrock: throttled",
      400,
      { detail: "An error occurred (ThrottlingException) when calling the Converse operation" },
      { _tag: "RateLimited" }
    ],
    ["too many requests", 403, error("Too many requests, slow down"), { _tag: "RateLimited" }],
    ["a parameter of that name", 400, error("Unknown field: rate_limit"), { _tag: "Rejected" }],
    [
      "LM Studio: crashed",
      400,
      { error: "The model has crashed without additional information." },
      { _tag: "ServerFailed", status: 400 }
    ],
    ["loading", 404, error("Model x is currently loading"), { _tag: "ServerFailed", status: 404 }],
    ["LM Studio: not loaded", 404, error("No models loaded. Please load a model"), { _tag: "Rejected" }],
    [
      "Ollama: a value of think",
      400,
      error('think value "minimal" is not supported for this model'),
      { _tag: "Rejected" }
    ],
    [
      "Baidu: a limit",
      200,
      { error_code: 18, error_msg: "Open api qps request limit reached" },
      { _tag: "RateLimited" }
    ],
    [
      "Baidu: the key",
      200,
      { error_code: 110, error_msg: "Access token invalid or no longer valid" },
      { _tag: "AccountRefused" }
    ],
    [
      "NVIDIA: a function that has failed",
      400,
      { status: 400, title: "Bad Request", detail: "Function id '87ea': DEGRADED function cannot be invoked" },
      { _tag: "ServerFailed" }
    ],
    [
      "Zhipu: the plan has no such model",
      429,
      error("当前订阅套餐暂未开放GLM-5权限", { code: "1311" }),
      { _tag: "Rejected", status: 429 }
    ],
    [
      "Zhipu: the same in a stream",
      200,
      error("当前订阅套餐暂未开放GLM-5权限", { code: "1311" }),
      { _tag: "Rejected" }
    ],
    [
      "Zhipu: the plan is over",
      429,
      error("您的GLM Coding Plan套餐已到期，请前往官网续费后恢复", { code: "1309" }),
      { _tag: "AccountRefused" }
    ],
    ["Zhipu: a limit", 429, error("您的账户已达到速率限制", { code: "1302" }), { _tag: "RateLimited" }],
    [
      "new-api: saturated, with the name that its provider has for an empty account",
      429,
      error("当前分组上游负载已饱和，请稍后再试", { code: "insufficient_quota" }),
      { _tag: "RateLimited" }
    ],
    [
      "a gateway without the model",
      503,
      error("Incorrect model ID. Please request to view the model page"),
      { _tag: "Rejected" }
    ],
    [
      "SGLang: why it broke off, in the finish reason",
      200,
      {
        choices: [
          {
            message: { content: "" },
            finish_reason: {
              type: "abort",
              message: "The input is longer than the model's context length",
              status_code: 400
            }
          }
        ]
      },
      { _tag: "Rejected", message: "The input is longer than the model's context length" }
    ],
    ["until a date", 429, error("Rate limited until 2026-08-20T12:01:00Z"), { _tag: "RateLimited", wait: 60_000 }]
  ] as const) {
    it(`${name}: ${status}`, () => isLike(classify(status, body), expected))
  }

  it("thinking that is not supported is the parameter that asks for it", () => {
    const asked = { model: "m", maxCompletionTokens: 4_000, sent: ["reasoning_effort", "seed"] }
    const said = error('think value "minimal" is not supported for this model')
    const exchange = { _tag: "Body", status: 400, headers: {}, text: JSON.stringify(said) } as const
    isLike(Classify.classify(exchange, asked, NOW, Secret.NONE), { parameter: "reasoning_effort" })
  })
})

describe("a good status with a failure in it", () => {
  for (const [name, body, expected] of [
    ["MiniMax: a limit", minimax(1002, "rate limit exceeded"), { _tag: "RateLimited", message: "rate limit exceeded" }],
    ["MiniMax: the key", minimax(1004, "login fail"), { _tag: "AccountRefused", status: 401 }],
    ["MiniMax: a filter", minimax(1026, "input new_sensitive"), { _tag: "Refused", message: "input new_sensitive" }],
    [
      "MiniMax: a filter, beside an answer with nothing in it",
      {
        choices: [{ finish_reason: "stop", index: 0, message: { content: "", role: "assistant" } }],
        base_resp: { status_code: 1027, status_msg: "output new_sensitive" }
      },
      { _tag: "Refused", message: "output new_sensitive" }
    ],
    [
      "MiniMax: an answer",
      {
        choices: [{ finish_reason: "stop", message: { content: "x" } }],
        base_resp: { status_code: 0, status_msg: "" }
      },
      { answer: "x" }
    ],
    ["MiniMax: bad parameters", minimax(2013, "invalid params"), { _tag: "Rejected", status: 400 }],
    ["MiniMax: nothing wrong, and nothing said", minimax(0, ""), { _tag: "EmptyAnswer" }],
    [
      "Cloudflare",
      { success: false, errors: [{ code: 10000, message: "Authentication error" }] },
      { _tag: "AccountRefused" }
    ],
    [
      "Cloudflare: no such model",
      { success: false, errors: [{ code: 7000, message: "No such model" }] },
      { _tag: "Rejected", status: 404 }
    ],
    ["FastAPI", { detail: "Not Found" }, { _tag: "Rejected", message: "Not Found", status: 404 }],
    ["msg", { status: "error", msg: "model not deployed" }, { _tag: "Rejected", message: "model not deployed" }],
    ["Zhipu: a path", { code: 500, msg: "404 NOT_FOUND", success: false }, { _tag: "Rejected", status: 404 }],
    ["Zhipu: down", { code: 500, msg: "internal", success: false }, { _tag: "ServerFailed", status: 500 }],
    ["Baidu", { error_code: 18, error_msg: "Open api qps request limit reached: rate limit" }, { _tag: "RateLimited" }],
    ["words only", { message: "The server is busy, try again later" }, { _tag: "ServerFailed", status: 503 }],
    [
      "LM Studio",
      { error: "Unexpected endpoint or method." },
      { _tag: "Rejected", message: "Unexpected endpoint or method." }
    ],
    [
      "Gemini's list",
      [{ error: { code: 503, message: "The model is overloaded.", status: "UNAVAILABLE" } }],
      { _tag: "ServerFailed", status: 503 }
    ],
    ["Gemini: blocked", { promptFeedback: { blockReason: "PROHIBITED_CONTENT" } }, { _tag: "Refused" }],
    ["in Chinese", { error: { message: "账户余额不足" } }, { _tag: "AccountRefused", status: 402 }],
    ["an empty error and no answer", { error: {} }, { _tag: "ServerFailed" }],
    ["success in words and no answer", { code: 200, msg: "success", data: {} }, { _tag: "EmptyAnswer" }]
  ] as const) {
    it(name, () => isLike(classify(200, body), expected))
  }

  it("an empty error beside an answer is a field that is always there", () => {
    for (const error of [{}, null, "", { message: "", code: null }, { message: "", type: "", param: null, code: 0 }]) {
      const body = { error, choices: [{ message: { content: "x = 1" }, finish_reason: "stop" }] }
      deepStrictEqual(failure(classify(200, body)), { answer: "x = 1" })
    }
    const body = { error: { message: "broke" }, choices: [{ message: { content: "x" }, finish_reason: "stop" }] }
    isLike(classify(200, body), { _tag: "ServerFailed", message: "broke" })
  })
})

describe("the server's own words", () => {
  for (const [name, body, message] of [
    ["error.message", { error: { message: "said", code: 1 } }, "said"],
    ["error as a string", { error: "said" }, "said"],
    ["message as a string", { message: "said" }, "said"],
    ["message as an object", { message: { detail: [{ loc: ["body", "seed"], msg: "said" }] } }, "seed: said"],
    ["detail as a string", { detail: "said" }, "said"],
    [
      "detail as a list",
      { detail: [{ type: "x", loc: ["body", "a", "b"], msg: "said" }, { msg: "and" }] },
      "a.b: said; and"
    ],
    ["detail as an object", { detail: { error: { message: "said" } } }, "said"],
    ["msg", { code: 7, msg: "said" }, "said"],
    ["status_msg", { status_msg: "said" }, "said"],
    ["errors", { errors: [{ message: "said" }, { message: "and" }] }, "said; and"],
    ["errors as strings", { errors: ["said", "and"] }, "said; and"],
    ["errors by field", { title: "One or more", errors: { max_tokens: ["said"] } }, "max_tokens: said"],
    ["a problem document", { type: "about:blank", title: "Bad", status: 400, detail: "said" }, "said"],
    ["OAuth", { error: "invalid_request", error_description: "said" }, "said"],
    ["Spring", { timestamp: 1, status: 400, error: "Bad Request", message: "said", path: "/v1" }, "said"],
    ["AWS", { Message: "said" }, "said"],
    ["Azure", { error: { code: "x", message: "", innererror: { message: "said" } } }, "said"],
    ["Apigee", { fault: { faultstring: "said", detail: { errorcode: "x" } } }, "said"],
    ["an error in an error", { error: { error: { message: "said" } } }, "said"],
    ["JSON as text", { error: { message: '{"error":{"message":"said"}}' } }, "said"],
    ["a name and no words", { error: { code: "model_gone" } }, "model_gone"],
    ["fields of no name that is known", { oops: "said", n: 3 }, '{"oops":"said","n":3}'],
    ["text", "said\r\nand", "said and"],
    ["a list with an error", [{ error: { message: "said" } }], "said"],
    ["an event", 'data: {"error":{"message":"said"}}\n\n', "said"],
    ["an event of words", "event: error\ndata: said\n\n", "said"],
    [
      "XML",
      "<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>said</Message></Error>",
      "AccessDenied said"
    ],
    ["HTML without a head", "<center><h1>400 Bad Request</h1></center>", "400 Bad Request"],
    ["entities", "<html><body>a &amp; b&nbsp;&lt;c&gt;</body></html>", "a & b <c>"],
    ["nothing", "", "HTTP 400"],
    ["an object with nothing in it", { error: { message: null } }, "HTTP 400"]
  ] as const) {
    it(name, () => strictEqual(failure(classify(400, body))["message"], message))
  }

  it("are told with the challenge of the door, where the body is silent", () => {
    const headers = { "www-authenticate": 'Bearer error="invalid_token", error_description="The access token expired"' }
    isLike(classify(401, "", headers), { detail: "The access token expired" })
  })

  it("are at most 300 characters, and never binary", () => {
    const gzip = String.fromCharCode(...Array.from({ length: 200 }, (_, n) => (n * 37) % 256))
    for (const [body, isText] of [
      [`${"x".repeat(299)}😀😀`, true],
      [gzip, false],
      [{ error: { message: gzip } }, false],
      ["\u0000\u0001\u0002\u0003\u0004\u0005", false],
      ["\uFFFD\uFFFDPNG\uFFFD\uFFFD\uFFFD", false]
    ] as const) {
      const message = String(failure(classify(400, body))["message"])
      assertTrue(message.length <= 300, message)
      assertFalse(/[\p{Cc}\uFFFD]|[\uD800-\uDBFF]$/u.test(message), message)
      strictEqual(message !== "HTTP 400", isText, message)
    }
  })
})

describe("statuses", () => {
  const again = { "retry-after": "7" }
  for (const status of [403, 404, 420, 424]) {
    it(`${status} passes where the server says when`, () => {
      isLike(classify(status, "said", again), { _tag: "ServerFailed", status, wait: 7_000 })
      isLike(classify(status, "said"), { _tag: "Rejected", status, wait: undefined })
    })
  }
  for (const status of [400, 413, 422, 501]) {
    it(`${status} does not, though the moment is told`, () =>
      isLike(classify(status, "said", again), { _tag: "Rejected", status, wait: 7_000 }))
  }
  for (const status of [400, 403, 404, 422]) {
    it(`${status} with the name of a limit is one`, () => {
      for (const code of ["rate_limit_exceeded", "RateLimitExceeded", "Throttling.RateQuota"]) {
        isLike(classify(status, { error: { code, message: "said" } }), { _tag: "RateLimited", status })
      }
      isLike(classify(status, { error: { code: "other", message: "said" } }), { _tag: "Rejected", status })
    })
  }

  it("Groq's 413 asks for less, and not for patience", () => {
    const message =
      "Request too large on tokens per minute (TPM): Limit 6000, Requested 7000, please reduce your message size"
    const error = { message, type: "tokens", code: "rate_limit_exceeded" }
    isLike(classify(413, { error }), { _tag: "Rejected", status: 413, fits: 3_000 })
  })

  it("a redirect names its target", () => {
    isLike(classify(302, "", { location: "https://elsewhere.example/login" }), {
      _tag: "Rejected",
      message: "HTTP 302: the server redirects to https://elsewhere.example/login, which was not followed"
    })
  })
})

describe("filters", () => {
  for (const error of [
    { code: "content_filter", message: "said", innererror: { code: "ResponsibleAIPolicyViolation" } },
    { code: "data_inspection_failed", message: "said" },
    { code: "DataInspectionFailed", message: "said" },
    { code: "content_policy_violation", message: "said" },
    { code: "1301", message: "said" },
    { code: "SensitiveContentDetected.Violence", message: "said" },
    { code: "InputTextSensitiveContentDetected", message: "said" },
    { code: 403, message: "said", metadata: { reasons: ["violence"], flagged_input: "x" } }
  ]) {
    it(JSON.stringify(error).slice(0, 60), () => isLike(classify(400, { error }), { _tag: "Refused", message: "said" }))
  }

  for (const [status, message] of [
    [400, "Output blocked by content filtering policy"],
    [200, "Output blocked by content filtering policy"],
    [424, "Prompt blocked due to security configurations"],
    [424, "Response blocked due to security configurations"],
    [446, "The guardrail checks defined in the config failed. You can find more information in `hook_results`."],
    [446, "actionReason: Violation of regular expression detected; action: GUARDRAIL_INTERVENED; direction: REQUEST"],
    [400, "Violated guardrail policy"],
    [403, "Request failed content safety check."]
  ] as const) {
    it(`${status} ${message}`, () => isLike(classify(status, { error: { message } }), { _tag: "Refused" }))
  }

  for (const [status, message, _tag] of [
    [400, "Response blocked by the network policy filter of your company", "Rejected"],
    [500, "The guardrail could not be loaded", "ServerFailed"],
    [502, "Response blocked by WAF policy", "ServerFailed"],
    [503, "Output was rejected by the admission policy, retry later", "ServerFailed"],
    [502, "The upstream response was rejected by the gateway policy (response too large)", "ServerFailed"],
    [500, "Guardrail checks failed: connection to presidio refused", "ServerFailed"],
    [402, "This request violated your budget guardrail: $10.00 of $10.00 used", "AccountRefused"],
    [403, "Violated model guardrail: acme/model-1 is not in the allowed list", "Rejected"],
    [400, "Output format is invalid", "Rejected"]
  ] as const) {
    it(`are not ${status} ${message}`, () => isLike(classify(status, { error: { message } }), { _tag }))
  }
})

describe("quotas of a day", () => {
  const google = (quotaId: string) => ({
    error: {
      code: 429,
      message: "You exceeded your current quota, please check your plan and billing details.",
      status: "RESOURCE_EXHAUSTED",
      details: [
        { "@type": "type.googleapis.com/google.rpc.QuotaFailure", violations: [{ quotaId, quotaValue: "50" }] },
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "37s" }
      ]
    }
  })

  it("Google names them, and a delay beside them is of no use", () => {
    isLike(classify(429, [google("GenerateRequestsPerDayPerProjectPerModel-FreeTier")]), {
      _tag: "RateLimited",
      scope: "model",
      daily: true,
      hinted: false,
      wait: undefined
    })
    isLike(classify(429, [google("GenerateRequestsPerMinutePerProjectPerModel-FreeTier")]), {
      _tag: "RateLimited",
      daily: undefined,
      hinted: true,
      wait: 37_000
    })
  })

  it("others say it in words, and mean a day that rolls on where they say when", () => {
    const words = "Rate limit reached on requests per day (RPD): Limit 1000, Used 1000."
    isLike(classify(429, { error: { message: words } }), { daily: true, wait: undefined })
    isLike(classify(429, { error: { message: `${words} Please try again in 7m12.5s.` } }), {
      daily: undefined,
      wait: 432_500
    })
    isLike(classify(429, { error: { message: "Rate limit reached on requests per minute" } }), { daily: undefined })
  })
})

describe("a 403 about a quota", () => {
  const words = "Out of call volume quota. Quota will be replenished"
  it("is a limit with a moment, and one without stays what it is", () => {
    isLike(classify(403, { statusCode: 403, message: `${words} in 01:02:03.` }), {
      _tag: "RateLimited",
      wait: 3_723_000
    })
    isLike(classify(403, { statusCode: 403, message: `${words} soon.` }), { _tag: "Rejected" })
    isLike(classify(403, { statusCode: 403, message: "Out of office. Retry in 01:02:03." }), { _tag: "ServerFailed" })
  })
})

describe("refusals that may be mended", () => {
  it("say which parameter", () => {
    const detail = [
      { type: "extra_forbidden", loc: ["body", "max_completion_tokens"], msg: "Extra inputs are not permitted" }
    ]
    isLike(classify(422, { message: { detail } }), {
      _tag: "Rejected",
      parameter: "max_completion_tokens",
      fits: undefined
    })
    isLike(classify(500, "create() got an unexpected keyword argument 'seed'"), { _tag: "Rejected", parameter: "seed" })
    isLike(classify(400, "Unknown parameter: 'top_k'"), { _tag: "Rejected", parameter: undefined })
    isLike(classify(503, "Unknown parameter: 'seed'"), { _tag: "ServerFailed" })
    const passedOn = {
      message: "Unknown parameter: 'seed'",
      type: "invalid_request_error",
      code: "unsupported_parameter"
    }
    isLike(classify(502, { error: passedOn }), { _tag: "Rejected", parameter: "seed" })
    isLike(classify(502, { error: { ...passedOn, type: "server_error", code: null } }), { _tag: "ServerFailed" })
    isLike(classify(502, { error: { ...passedOn, message: "Bad gateway" } }), { _tag: "ServerFailed" })
  })

  it("are refusals also where the server before the model says that it failed", () => {
    const body = (words: string) => ({
      error: `Request failed during generation: Server error: ${words}`,
      error_type: "generation"
    })
    isLike(classify(424, body("unexpected keyword argument 'seed'")), { _tag: "Rejected", parameter: "seed" })
    isLike(classify(424, body("the worker is gone")), { _tag: "ServerFailed" })
  })

  it("say how much fits", () => {
    const message = "You requested up to 4000 tokens, but can only afford 1234."
    isLike(classify(402, { error: { code: 402, message: `This request requires more credits. ${message}` } }), {
      _tag: "Rejected",
      status: 402,
      fits: 1_234
    })
    isLike(classify(402, { error: { code: 402, message: "This request requires more credits." } }), {
      _tag: "AccountRefused",
      unproven: undefined
    })
    const error = {
      code: 400,
      message: "the request exceeds the available context size",
      n_prompt_tokens: 3_000,
      n_ctx: 4_096
    }
    isLike(classify(400, { error }), { _tag: "Rejected", fits: 1_096 })
    isLike(classify(400, { error: { ...error, n_prompt_tokens: 5_000 } }), { _tag: "Rejected", fits: undefined })
  })
})

describe("a request that is larger than a minute's tokens", () => {
  const of = (numbers: string) =>
    classify(429, {
      error: { message: `Request too large on tokens per min (TPM): ${numbers}.`, code: "rate_limit_exceeded" }
    })

  it("is lowered to what fits, or refused, but not asked again as it is", () => {
    isLike(of("Limit 3000, Requested 4575"), { _tag: "Rejected", fits: 2_425, wait: undefined })
    isLike(of("Limit 300, Requested 4575"), { _tag: "Rejected", fits: undefined, wait: undefined })
  })

  it("is a limit like any other where it fits the next minute", () =>
    isLike(of("Limit 30000, Used 29800, Requested 4575"), { _tag: "RateLimited", status: 429 }))
})

describe("a prompt that the model has no room for", () => {
  const said = (message: string, more: object = {}) => ({ error: { message, ...more } })
  for (const [status, body] of [
    [500, said("Context size has been exceeded.", { code: 500, type: "server_error" })],
    [400, said("Context size has been exceeded.", { type: "server_error" })],
    [200, said("Context size has been exceeded.", { code: 500, type: "server_error" })],
    [
      500,
      said("the request exceeds the available context size. try increasing the context size or enable context shift", {
        type: "exceed_context_size_error",
        n_prompt_tokens: 1_407,
        n_ctx: 256
      })
    ],
    // It counts the prompt alone: github.com/abetlen/llama-cpp-python, llama_cpp/llama.py.
    [500, said("Requested tokens (4796) exceed context window of 2048", { type: "internal_server_error" })],
    [500, { error: "the input length exceeds the context length" }],
    // LM Studio, and others that name no status in a stream.
    [200, said("Cannot truncate prompt with n_keep (15028) >= n_ctx (7424)")],
    [200, said("Trying to keep the first 15857 tokens when context the overflows. However, the model is loaded ..")],
    [200, said("The number of tokens to keep from the initial prompt is greater than the context length.")],
    [200, said("Reached context length of 4096 tokens with model that does not support mid-generation overflow.")],
    [500, said("The input (5000 tokens) is longer than the model's context length (4096 tokens).")],
    [500, said("The decoder prompt (length 5000) is longer than the maximum model length of 4096.")],
    [200, said("Prompt length 5000 is greater than max_seq_len 4096")],
    [400, said("max_tokens must be at least 1, got -344.", { param: null, code: 400 })],
    [
      400,
      said("max_tokens must be at least 1, got -7584. (parameter=max_tokens, value=-7584)", { param: "max_tokens" })
    ]
  ] as const) {
    it(`is asked once: ${JSON.stringify(body)}`, () =>
      isLike(classify(status, body), { _tag: "Rejected", parameter: undefined, fits: undefined, wait: undefined }))
  }

  it("is said to be that where the server only blames a parameter", () =>
    isLike(classify(400, said("max_tokens must be at least 1, got -344.")), {
      message: "the prompt is too long for the model: max_tokens must be at least 1, got -344."
    }))

  it("is not what words that look alike speak of", () => {
    for (const words of [
      "context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
      "context canceled",
      "failed to create context with size 4096",
      "The server exceeded its time limit in this context",
      "loading weights of limited context length 4096",
      "RuntimeError: batch is larger than max_seq_len bucket; engine restarting",
      "User-specified max_model_len (131072) is greater than the derived max_model_len (max_position_embeddings=4096)"
    ])
      isLike(classify(500, said(words)), { _tag: "ServerFailed", status: 500 })
    isLike(classify(503, said("Context size has been exceeded.")), { _tag: "ServerFailed" })
    for (const words of ["max_completion_tokens must not be larger", "temperature: max tokens may be no larger"])
      isLike(classify(400, said(`${words} than the context length; temperature is not supported`)), {
        parameter: words.split(/[ :]/)[0]
      })
    isLike(classify(400, said("max_completion_tokens must be at least 1, got 0.")), {
      parameter: "max_completion_tokens"
    })
  })

  it("is looked for in one pass, however long the words", () => {
    const before = performance.now()
    for (const hostile of ["exceeds a ", "context size ", "exceed ", "max_tokens ", "context size of 1"])
      classify(500, said(hostile.repeat(20_000)))
    strictEqual(performance.now() - before < 5_000, true)
  })
})

describe("refusals of the account", () => {
  it("are certain only where the words name it", () => {
    isLike(classify(401, { error: { message: "Invalid API key" } }), { _tag: "AccountRefused", unproven: undefined })
    isLike(classify(401, "Unauthorized"), { _tag: "AccountRefused", unproven: true })
    isLike(classify(401, { error: { message: "litellm.AuthenticationError: OpenAIException - bad key" } }), {
      _tag: "Rejected"
    })
    isLike(classify(403, "Forbidden"), { _tag: "Rejected" })
  })
})

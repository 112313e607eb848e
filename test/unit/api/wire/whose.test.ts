/** Whose a refusal is, and what follows: each kind with what looks like it and is something else. */
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Either } from "effect"
import { describe, it } from "vitest"
import * as Classify from "../../../../src/api/wire/Classify.js"
import * as ErrorName from "../../../../src/api/wire/ErrorName.js"
import * as Secret from "../../../../src/api/wire/Secret.js"

const NOW = Date.UTC(2026, 7, 20, 12)

const error = (message: string, more: object = {}) => ({ error: { message, ...more } })

type Row = readonly [
  name: string,
  status: number,
  body: unknown,
  expected: object,
  headers?: Readonly<Record<string, string>>
]

/** What of the failure is expected; its wait in milliseconds. */
const rows = (table: ReadonlyArray<Row>, sent: ReadonlyArray<string> = ["stream", "max_tokens", "seed"]) => {
  for (const [name, status, body, expected, headers = {}] of table) {
    it(`${name}: ${status}`, () => {
      const text = typeof body === "string" ? body : JSON.stringify(body)
      const asked = { model: "m", maxCompletionTokens: 8_000, sent }
      const judged = Classify.classify({ _tag: "Body", status, headers, text }, asked, NOW, Secret.NONE)
      const { reason, retryAt } = Either.getOrThrowWith(Either.flip(judged), () => new Error("an answer"))
      const told: Record<string, unknown> = { ...reason, ...(retryAt === undefined ? {} : { wait: retryAt - NOW }) }
      deepStrictEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, told[key]])), expected)
      // Whatever it means, what is shown is what was sent.
      if ("status" in reason && status >= 400) strictEqual(reason.status, ErrorName.statusIn(body) ?? status)
    })
  }
}

describe("a limit of the minute under the name of an empty account", () => {
  const quota = { type: "insufficient_quota", param: "insufficient_quota", code: "insufficient_quota" }
  const exceeded = "You exceeded your current quota, please check your plan and billing details."
  const page = (name: string) => `For details, see: https://help.aliyun.com/zh/model-studio/error-code#${name}`
  const limited = { _tag: "RateLimited", wait: 15_000 }
  rows([
    ["the page of the limit", 429, error(`${exceeded} ${page("token-limit")}`, quota), limited],
    ["the same inside", 200, error(`${exceeded} ${page("token-limit")}`, quota), limited],
    [
      "the page of the limit, abroad",
      429,
      error(`${exceeded} ${page("token-limit").replace("help.aliyun.com/zh", "www.alibabacloud.com/help/en")}`, quota),
      limited
    ],
    [
      "what is owed, abroad",
      429,
      error(`${exceeded} https://www.alibabacloud.com/help/en/model-studio/error-code#overdue-payment`, quota),
      { _tag: "AccountRefused" }
    ],
    [
      "what is allocated",
      429,
      { code: "insufficient_quota", message: "Allocated quota exceeded, please increase your quota limit." },
      limited
    ],
    ["its other status", 403, error("Allocated quota exceeded, please increase your quota limit.", quota), limited],
    [
      "a moment that is told",
      429,
      error("Allocated quota exceeded, try again in 3s", quota),
      { ...limited, wait: 3_000 }
    ],
    ["OpenAI's empty account", 429, error(exceeded, { ...quota, param: null }), { _tag: "AccountRefused" }],
    [
      "OpenAI's, with its page",
      429,
      error(`${exceeded} For more, read https://platform.openai.com/docs`, quota),
      { _tag: "AccountRefused" }
    ],
    [
      "arrears there",
      400,
      error(`Access denied, please make sure your account is in good standing. ${page("overdue-payment")}`, {
        code: "Arrearage"
      }),
      { _tag: "AccountRefused" }
    ]
  ])
})

describe("a content filter, in words", () => {
  const denied = "The caller does not have permission to execute the specified operation"
  const violates =
    "Content violates usage guidelines. Team: 1, API key ID: 2, Model: m, Failed check: SAFETY_CHECK_TYPE_BIO"
  const flagged =
    "Invalid prompt: your prompt was flagged as potentially violating our usage policy. Please try again with a different prompt"
  const invalid = { type: "invalid_request_error", param: null }
  const refused = { _tag: "Refused" }
  rows([
    ["xAI", 403, { code: denied, error: violates }, refused],
    ["DeepSeek", 400, error("Content Exists Risk", { ...invalid, code: "invalid_request_error" }), refused],
    ["OpenAI", 400, error(flagged, { ...invalid, code: "invalid_prompt" }), refused],
    [
      "new-api",
      200,
      error("user sensitive words detected", { type: "new_api_error", code: "sensitive_words_detected" }),
      refused
    ],
    ["its name alone", 500, error("said", { code: "sensitive_words_detected" }), refused],
    ["its words alone", 500, error("user sensitive words detected"), refused],
    ["flagged, by no policy", 400, error("The input was flagged for violations"), refused],
    ["blocked", 400, error("The input was blocked by our content filter"), refused],
    [
      "xAI's empty account",
      403,
      { code: denied, error: "Your team doesn't have any credits or licenses yet." },
      { _tag: "AccountRefused" }
    ],
    [
      "another invalid prompt",
      400,
      error("Invalid prompt: messages are empty", { ...invalid, code: "invalid_prompt" }),
      { _tag: "Rejected" }
    ],
    [
      "an account that is blocked",
      403,
      error("Your account was flagged for violating our usage policies"),
      { _tag: "AccountRefused" }
    ],
    ["a firewall", 403, error("Your request was blocked by a security policy"), { _tag: "Rejected" }],
    [
      "a ceiling",
      400,
      error("The input was rejected because max_tokens violates the limit"),
      { _tag: "Rejected", status: 400 }
    ],
    [
      "a ceiling with its number",
      400,
      error("The input was rejected by the filter of limits: max_tokens must be at most 4096"),
      { _tag: "Rejected", fits: 4_096 }
    ],
    ["a message that is too long", 400, error("Message content violates the maximum length"), { _tag: "Rejected" }],
    [
      "a rate",
      429,
      error("Request content was rejected due to rate policy: too many requests"),
      { _tag: "RateLimited" }
    ],
    [
      "a rate as a bad request",
      400,
      error("Request content was rejected due to rate policy: too many requests"),
      { _tag: "RateLimited" }
    ],
    [
      "an account that is suspended",
      403,
      error("Your account was suspended: content violates our terms of service"),
      { _tag: "AccountRefused" }
    ],
    [
      "an account that was suspended",
      403,
      error("We have suspended your account since its content violates our policies"),
      { _tag: "AccountRefused" }
    ],
    [
      "an account that may be",
      403,
      error("The prompt was flagged for our policy; your account may be suspended when repeated"),
      refused
    ],
    ["a network", 403, error("content was blocked by network policy"), { _tag: "Rejected", status: 403 }],
    ["a company", 403, error("This content is blocked by the company's web filter"), { _tag: "Rejected" }],
    [
      "a page of one",
      403,
      "<html><body><h1>Blocked</h1>This content is blocked by policy of safety</body></html>",
      { _tag: "Rejected", status: 403 }
    ],
    ["a value", 400, error("The content is invalid: input was rejected by the schema"), { _tag: "Rejected" }]
  ])
})

describe("a limit that looks like a refusal", () => {
  const limited = { _tag: "RateLimited", scope: "model" }
  const denied = { type: "permission_error" }
  rows([
    ["keys that rest", 200, error("All credentials for model x/y are cooling down"), limited],
    ["the same, by name", 403, error("said", { code: "model_cooldown" }), limited],
    ["the same, refused", 403, error("All credentials for model x/y are cooling down"), limited],
    ["the same, not let in", 401, error("All credentials for model x/y are cooling down via provider z"), limited],
    ["the same, not let in by name", 401, error("said", { code: "model_cooldown" }), limited],
    ["the same, not paid", 402, error("All keys are cooling down"), limited],
    ["a key that is not let in", 401, error("Too many requests without a key"), { _tag: "AccountRefused" }],
    [
      "Kimi",
      403,
      error(
        "You've reached your concurrent request limit. Please wait for your ongoing requests to finish and try again.",
        denied
      ),
      limited
    ],
    [
      "Kimi's account",
      403,
      error("You've reached your account's concurrent request limit. Please wait for other requests to finish.", {
        type: "access_terminated_error"
      }),
      limited
    ],
    ["too many at once", 400, error("Too many concurrent requests"), limited],
    ["concurrency", 403, error("Concurrency limit exceeded for user"), limited],
    ["inside", 200, error("Maximum concurrent requests reached"), limited],
    ["a key that is wrong", 200, error("Invalid credentials"), { _tag: "AccountRefused", status: 401 }],
    ["a parameter", 400, error("concurrency_limit must be reached by a number"), { _tag: "Rejected", status: 400 }],
    [
      "what a plan lacks",
      403,
      error("Concurrent requests are not part of this plan", denied),
      { _tag: "Rejected", status: 403 }
    ]
  ])
})

describe("a failure of the server under another status", () => {
  const passes = { _tag: "ServerFailed" }
  const bad = { type: "invalid_request_error" }
  const empty = { _tag: "EmptyAnswer" }
  const generated = {
    ...bad,
    code: "output_parse_failed",
    failed_generation: "# too many requests, an invalid api key"
  }
  rows([
    [
      "TGI",
      424,
      { error: "Request failed during generation: Server error: out of memory", error_type: "generation" },
      passes
    ],
    ["TGI, by its words", 422, { error: "Request failed during generation: Server error" }, passes],
    ["Bedrock", 424, { message: "The system encountered an unexpected error", __type: "ModelErrorException" }, passes],
    ["Bedrock, in full", 400, { message: "odd", __type: "com.amazonaws.bedrock#InternalServerException" }, passes],
    [
      "a gateway",
      403,
      error("Upstream request failed: [server_error]", { type: "server_error", code: "server_error" }),
      passes
    ],
    ["a model that is loading", 400, error("The model is currently loading"), { ...passes, because: "loading" }],
    ["a job that is not", 400, error("Job is starting too often"), { _tag: "Rejected", status: 400 }],
    ["LM Studio: unloaded", 400, { error: "Model unloaded." }, passes],
    ["LM Studio: its channel", 400, { error: "Channel Error" }, passes],
    ["Groq: what the model wrote", 400, error("Parsing failed.", generated), empty],
    [
      "Groq: a tool that nobody offered",
      400,
      error("Tool choice is none, but model called a tool", { ...bad, code: "tool_use_failed" }),
      empty
    ],
    ["Groq: a model that dreams", 422, error("Unprocessable Entity: the model hallucinated", bad), empty],
    ["a bad request", 400, error("Parsing failed.", bad), { _tag: "Rejected", status: 400 }],
    [
      "what a gateway passes on",
      400,
      error("bad response status code 400", { type: "upstream_error" }),
      { _tag: "Rejected" }
    ],
    ["another dependency", 424, error("Failed dependency"), { _tag: "Rejected", status: 424 }],
    [
      "a model that is missing",
      404,
      error("The model does not exist", { type: "server_error" }),
      { _tag: "Rejected", status: 404 }
    ],
    ["LM Studio: no model", 400, { error: "No models loaded." }, { _tag: "Rejected", status: 400 }],
    [
      "a limit of theirs",
      400,
      { message: "slow", __type: "com.amazonaws#ThrottlingException" },
      { _tag: "RateLimited" }
    ]
  ])
})

describe("what the server says in x-should-retry", () => {
  const no = { "x-should-retry": "false" }
  const yes = { "x-should-retry": "true" }
  const failed = { _tag: "ServerFailed", permanent: undefined }
  rows([
    ["never again", 500, error("said"), { _tag: "ServerFailed", status: 500, permanent: true }, no],
    ["never again, inside", 200, error("said"), { _tag: "ServerFailed", permanent: true }, no],
    ["a limit", 429, error("said"), { _tag: "RateLimited", permanent: true, wait: undefined }, no],
    // The moment is kept for the user.
    [
      "a limit with a moment",
      429,
      error("said"),
      { _tag: "RateLimited", permanent: true, wait: 7_000 },
      { ...no, "retry-after": "7" }
    ],
    ["a bad request", 400, error("said"), { _tag: "Rejected", status: 400 }, no],
    ["a conflict", 409, error("said"), { ...failed, status: 409 }, yes],
    ["a bad request that is none", 400, error("said"), { ...failed, status: 400 }, yes],
    ["in another case", 409, error("said"), { ...failed, status: 409 }, { "x-should-retry": " True" }],
    ["a limit that is none for ever", 429, error("said"), { _tag: "RateLimited", permanent: undefined }, yes],
    ["the key", 401, error("Invalid API key"), { _tag: "AccountRefused" }, yes],
    ["an empty account", 402, error("Insufficient balance"), { _tag: "AccountRefused" }, yes],
    ["a parameter", 400, error("Unknown parameter: 'seed'"), { _tag: "Rejected", parameter: "seed" }, yes],
    ["a filter", 400, error("said", { code: "content_filter" }), { _tag: "Refused" }, yes],
    ["neither", 410, error("said"), { _tag: "Rejected" }, { "x-should-retry": "perhaps" }]
  ])
})

describe("an account that is used up", () => {
  const certain = { _tag: "AccountRefused", unproven: undefined, wait: undefined }
  const exhausted = "Some resource has been exhausted"
  const team =
    "Your team 16f2 has either used all available credits or reached its monthly spending limit. To continue making API requests, please purchase more credits."
  const cap =
    "Your billing account has exceeded its monthly spending cap. Please go to AI Studio to manage your billing."
  const hard = error("Billing hard limit has been reached", { code: "billing_hard_limit_reached" })
  const regained =
    "You have reached your specified API usage limits. You will regain access on 2026-09-01 at 00:00 UTC."
  const wait = Date.UTC(2026, 8) - NOW
  rows([
    ["xAI", 429, { code: exhausted, error: team }, { ...certain }],
    ["Gemini", 429, [error(cap, { code: 429, status: "RESOURCE_EXHAUSTED" })], { ...certain }],
    ["a gateway", 429, error("hard limit", { type: "billing", code: "terminal_quota_exhausted" }), certain],
    ["a plan", 429, error("The usage limit has been reached", { type: "usage_limit_reached" }), certain],
    [
      "not active",
      429,
      error("Your account is not active, please check your billing details", { code: "billing_not_active" }),
      certain
    ],
    ["a hard limit", 400, hard, { ...certain, status: 400 }],
    ["a hard limit", 429, hard, { ...certain }],
    ["Anthropic", 400, error(regained, { type: "invalid_request_error" }), { ...certain, status: 400, wait }],
    ["Anthropic, as a limit", 429, error(regained, { type: "rate_limit_error" }), { ...certain, wait }],
    ["a cap with a moment", 429, error(cap), { ...certain, wait: 60_000 }, { "retry-after": "60" }],
    ["a cap that is to be paid", 402, error(cap), { ...certain, wait: 60_000 }, { "retry-after": "60" }],
    [
      "another payment with a moment",
      402,
      error("said"),
      { _tag: "RateLimited", scope: "account" },
      { "retry-after": "60" }
    ],
    [
      "a plan with a moment",
      429,
      error("The usage limit has been reached", { type: "usage_limit_reached", resets_in_seconds: 60 }),
      { _tag: "RateLimited", scope: "account", wait: 60_000 }
    ],
    [
      "a rate",
      429,
      { code: exhausted, error: "Too many requests for team a. Your team's rate limit is: Requests per Second: 3/2" },
      { _tag: "RateLimited", daily: undefined }
    ],
    ["another use", 429, error("Rate limit reached. See your usage and billing page."), { _tag: "RateLimited" }],
    ["a field", 400, error("spending_limit must be a number"), { _tag: "Rejected" }],
    ["a model's own", 400, error("The usage limits of this parameter are 0 to 1"), { _tag: "Rejected" }]
  ])
})

describe("a quota that is not back soon", () => {
  const long = { _tag: "RateLimited", daily: true, hinted: false, wait: undefined }
  const soon = { _tag: "RateLimited", daily: undefined }
  const google = (limit: string) => [
    error(
      `You exceeded your current quota.\n* Quota exceeded for metric: example/free_tier_requests, limit: ${limit}, model: m`,
      {
        code: 429,
        details: [{ retryDelay: "2s" }]
      }
    )
  ]
  const trial = (rate: string) => ({
    message: `You are using a Trial key, which is limited to ${rate}. You can continue for free or upgrade.`
  })
  rows([
    ["of nothing", 429, google("0"), long],
    ["of something", 429, google("10"), { ...soon, wait: 2_000 }],
    ["of less than one", 429, google("0.5"), { ...soon, wait: 2_000 }],
    ["of a week", 429, { error: "you (user) have reached your weekly usage limit, upgrade for higher limits" }, long],
    [
      "what remains of a minute's",
      429,
      error("Quota exceeded for requests per minute, remaining limit: 0. Please retry in 20s."),
      { ...soon, wait: 20_000 }
    ],
    [
      "what remains, by its unit",
      429,
      error("Quota exceeded, remaining tokens limit: 0. Please retry in 20s."),
      { ...soon, wait: 20_000 }
    ],
    ["an offer", 429, error("Rate limit exceeded, slow down. Paid plans include 1M tokens per month."), soon],
    [
      "an offer of more",
      429,
      error("Rate limit reached for requests per minute. Upgrade for 2.5M tokens/day and 1000 requests per day."),
      soon
    ],
    ["an offer beside", 429, error("Daily limit reached. Pro plans include 1000 requests per minute."), long],
    [
      "a list of limits",
      429,
      error("You have exceeded your requests per minute limit. Your limits: RPM 10, TPM 1000, RPD 500"),
      soon
    ],
    [
      "a list of limits before",
      429,
      error("Your limits: RPM 10, TPM 1000, RPD 500. You have exceeded the RPM limit"),
      soon
    ],
    ["a list of limits, of a day", 429, error("Limits: RPM 10, RPD 500. You have exceeded the RPD limit"), long],
    ["a list alone", 429, error("Too many requests (10 per minute, 500 per day)"), soon],
    ["a day and its minutes", 429, error("Requests per day exceeded (500), and 10 per minute"), long],
    ["a plan's own", 429, error("You have reached the Pro plan limit of 1000 requests per day"), long],
    ["a day, and a minute to wait", 429, error("Too many requests, come back in a minute. 500 requests per day"), long],
    ["of an hour", 429, { error: "you've reached your hourly usage limit, please upgrade to continue" }, soon],
    ["of today, in Chinese", 429, error("今日免费额度已用完，请明日再试"), long],
    ["of every day, in Chinese", 429, error("已达到每天 50 次请求上限"), long],
    ["of every minute, in Chinese", 429, error("已达到每分钟 5 次请求上限，每天 50 次"), soon],
    ["what a month costs, in Chinese", 429, error("请求过于频繁。每月 20 元可升级"), soon],
    ["a day that rolls", 429, error("You have exceeded the maximum of 100 requests in the last 24 hours."), long],
    ["a day that has been", 429, error("Too many requests. We have had problems in the last 24 hours"), soon],
    ["of today", 429, error("You've used up your free quota for today."), long],
    ["of five hours", 429, error("5-hour limit reached ∙ resets 3pm"), long],
    [
      "of five hours, and when they are over",
      429,
      error("5-hour limit reached ∙ resets 3pm (UTC)"),
      { ...soon, hinted: true }
    ],
    ["of one hour", 429, error("1-hour limit reached"), soon],
    ["TPD", 429, error("request reached organization TPD rate limit, current: 1526210, limit: 1500000"), long],
    ["TPM", 429, error("request reached organization TPM rate limit, current: 1526210, limit: 1500000"), soon],
    ["calls a month", 429, trial("1000 API calls / month"), long],
    ["calls a minute", 429, trial("20 API calls / minute"), soon],
    [
      "tokens a day, with a moment",
      429,
      error("Limit of tokens per day (TPD). Please try again in 5m"),
      { ...soon, wait: 300_000 }
    ],
    ["what a plan costs", 429, error("Rate limit reached. Upgrade for $20 per month, or to a monthly plan"), soon],
    ["what is free", 429, { code: "Throttling.AllocationQuota", message: "Free allocated quota exceeded." }, long]
  ])
})

describe("an answer that came to its ceiling, told with a bad status", () => {
  const words =
    "Could not finish the message because max_tokens or model output limit was reached. Please try again with higher max_tokens."
  const bad = { type: "invalid_request_error", param: null, code: null }
  rows([
    ["OpenAI", 400, error(words, bad), { _tag: "CutOff", because: "token-limit", maxCompletionTokens: 8_000 }],
    ["inside", 200, error(words, bad), { _tag: "CutOff" }],
    [
      "too large a ceiling",
      400,
      error("max_tokens (8000) is too large: maximum is 4000"),
      { _tag: "Rejected", fits: 4_000 }
    ],
    [
      "a stream is wanted",
      400,
      error("Requests with max_tokens > 4096 must have stream=true", bad),
      { _tag: "Rejected", fits: 4_096, parameter: undefined }
    ]
  ])
})

describe("a page of a firewall", () => {
  const page = (text: string, more = "") =>
    `<!DOCTYPE html><html><head><title>403 Forbidden</title>${more}</head><body>${text}</body></html>`
  const rejected = { _tag: "Rejected", status: 403 }
  rows([
    ["an account in it", 403, page("Request blocked. If you own this account, log in to the console."), rejected],
    [
      "a script in it",
      403,
      page("Just a moment...", "<script>var account = 'login key, invalid api key'</script>"),
      rejected
    ],
    ["the key", 403, page("Invalid API key"), { _tag: "AccountRefused", status: 403 }],
    ["another status", 401, page("401 Authorization Required"), { _tag: "AccountRefused", unproven: true }],
    ["no page", 403, "Your account is suspended", { _tag: "AccountRefused", status: 403 }]
  ])
})

describe("an outage with a good status", () => {
  const passes = { _tag: "ServerFailed" }
  rows([
    ["FastAPI", 200, { detail: "Internal Server Error" }, passes],
    ["Envoy", 200, "no healthy upstream", passes],
    ["Envoy, at length", 200, "upstream connect error or disconnect/reset before headers", passes],
    ["text of something else", 200, "hello, this is no healthy upstream", { _tag: "MalformedAnswer" }],
    ["a page", 200, "<html><body>Internal Server Error</body></html>", { _tag: "MalformedAnswer" }],
    ["another detail", 200, { detail: "Not Found" }, { _tag: "Rejected", status: 404 }]
  ])
})

describe("a number that HTTP does not have", () => {
  rows([
    [
      "a rate",
      200,
      { status: "449", msg: "You exceeded your current rate limit", body: null },
      { _tag: "RateLimited" }
    ],
    [
      "a key",
      200,
      { status: "439", msg: "Your API Token has expired.", body: null },
      { _tag: "AccountRefused", status: 401, unproven: undefined }
    ],
    ["neither", 200, { status: "435", msg: "Model not support", body: null }, { _tag: "Rejected", status: 435 }],
    ["one that it has", 200, { status: 422, message: "the quota field is wrong" }, { _tag: "Rejected", status: 422 }]
  ])
})

describe("a failure that no patience mends", () => {
  const memory = "model requires more system memory (5.6 GiB) than is available (3.1 GiB)"
  const channel = "No available channel for model m under group default"
  rows([
    ["Ollama: memory", 500, error(memory), { _tag: "ServerFailed", status: 500, permanent: true }],
    ["memory that is short for now", 500, error("out of memory"), { _tag: "ServerFailed", permanent: undefined }],
    [
      "new-api: no channel",
      503,
      error(channel, { type: "new_api_error", code: "model_not_found" }),
      { _tag: "Rejected" }
    ],
    ["one-api: no channel", 503, error("当前分组 default 下对于模型 m 无可用渠道"), { _tag: "Rejected" }],
    ["a model that is away, by name", 503, error("busy", { code: "model_unavailable" }), { _tag: "ServerFailed" }],
    ["a model that is away", 503, error("The model is unavailable"), { _tag: "ServerFailed", permanent: undefined }],
    ["a gateway that failed", 500, error(channel), { _tag: "ServerFailed", permanent: undefined }]
  ])
})

describe("a bad request for which the server blames itself by name", () => {
  const own = { type: "server_error" }
  const passes = { _tag: "ServerFailed" }
  const account = { _tag: "AccountRefused", unproven: undefined }
  const unsupported = "Unsupported parameter: 'seed'"
  rows([
    [
      "what fits",
      400,
      error("max_tokens must be less than or equal to 4096", own),
      { _tag: "Rejected", status: 400, fits: 4_096 }
    ],
    [
      "what fits a window",
      422,
      error("max_tokens must be at most 2000", { code: "internal_error" }),
      { _tag: "Rejected", status: 422, fits: 2_000 }
    ],
    [
      "a parameter",
      400,
      error(unsupported, { code: "internal_error" }),
      { _tag: "Rejected", status: 400, parameter: "seed" }
    ],
    [
      "a parameter that is forbidden",
      403,
      error(unsupported, own),
      { _tag: "Rejected", status: 403, parameter: "seed" }
    ],
    ["the key", 403, error("Invalid API key", own), account],
    ["an empty account", 403, error("Insufficient balance", own), account],
    ["a key, in a bad request", 400, error("Invalid API key", own), { _tag: "AccountRefused", status: 400 }],
    ["neither", 400, error("something went wrong", own), passes],
    ["a word about accounts", 403, error("The lookup of the organization broke off", own), passes],
    ["a server that is full", 400, error("Server is busy", own), { ...passes, because: "crowded" }],
    ["a conflict", 409, error("said", own), passes]
  ])
})

describe("what one request or one model is refused, in the words of an empty account", () => {
  const model = { _tag: "Rejected", wait: undefined }
  const passes = { _tag: "RateLimited", scope: "model", crowded: true }
  const certain = { _tag: "AccountRefused", unproven: undefined }
  const openrouter = (message: string, metadata: object = {}) => error(message, { code: 402, metadata })
  const exceeded = { type: "budget_exceeded", param: null }
  const weight = "This request's estimated cost exceeds your in-flight budget. Reduce max_tokens, or add credits."
  const flight =
    "This request would exceed your available credits given your current in-flight requests. Retry after in-flight requests settle, or add credits."
  const budget = { reason: "in_flight_budget_exhausted", limit_source: "openrouter_in_flight_budget" }
  const queue = "Queue full for IP: 1.2.3.4: 1 requests already queued (max: 1). Get unlimited access at https://x.y"
  const capacity = (of: string) =>
    `More credits are required to run this request. 128000 token capacity required, ${of}`
  rows([
    ["its cost", 402, openrouter(weight), model],
    ["its cost, by name", 402, openrouter("Add credits", { reason: "weight_exceeds_budget" }), model],
    [
      "its prompt",
      402,
      openrouter("Prompt tokens limit exceeded: 230799 > 91442. Visit https://x.y/settings/keys"),
      model
    ],
    ["its ceiling", 402, openrouter(capacity("1948 available")), { ...model, fits: 1_948 }],
    ["a ceiling below nothing", 402, openrouter(capacity("0 available")), certain],
    ["those in work", 402, openrouter(flight, budget), passes],
    ["those in work, inside", 200, openrouter(flight, budget), passes],
    [
      "those in work, with a moment",
      402,
      openrouter(flight, budget),
      { ...passes, wait: 7_000 },
      { "retry-after": "7" }
    ],
    [
      "those in work, behind LiteLLM",
      402,
      error(`litellm.APIError: APIError: OpenrouterException - ${JSON.stringify(openrouter(flight, budget))}`, {
        code: "402"
      }),
      passes
    ],
    ["a queue", 402, { x402Version: 1, error: queue, accepts: [{ description: "pay to bypass rate limit" }] }, passes],
    ["too many at once", 402, error("Concurrency limit reached for requests", { code: 402 }), passes],
    ["an empty account, and those in work", 402, error("Insufficient balance for 3 running requests"), certain],
    ["too few credits", 402, openrouter("This request requires more credits."), certain],
    [
      "LiteLLM, a key",
      429,
      error("LiteLLM Virtual Key: 9xxx, key_alias: None, exceeded budget for model=m-1", exceeded),
      model
    ],
    ["LiteLLM, a bad request", 400, error("LiteLLM Virtual Key: 9xxx, exceeded budget for model=m-1", exceeded), model],
    ["LiteLLM, a user", 429, error("LiteLLM User: u-1, exceeded budget for model=m-1", exceeded), model],
    [
      "LiteLLM, the whole key",
      429,
      error("Budget has been exceeded! Current cost: 1.1, Max budget: 1.0", exceeded),
      { _tag: "AccountRefused", unproven: true }
    ],
    ["a provider", 402, openrouter("Upstream error from Minimax: insufficient balance (1008)"), model],
    ["a provider, under a limit", 429, error("Upstream error from Minimax: insufficient balance (1008)"), model],
    ["nobody's provider", 429, error("insufficient balance (1008)"), { _tag: "AccountRefused" }]
  ])
})

describe("an account's limit of money or use, under any status", () => {
  const certain = { _tag: "AccountRefused", unproven: undefined }
  const empty = { ...certain, unpaid: true }
  const rejected = { _tag: "Rejected" }
  const limited = { _tag: "RateLimited" }
  const regained = "You will regain access on 2026-09-01 at 00:00 UTC."
  const wait = Date.UTC(2026, 8) - NOW
  const spent = "Monthly spending budget of $50 has been reached."
  const week =
    "You've reached your weekly (7-day) usage limit. Your quota will reset when the current 7-day window ends."
  const depleted = "Your prepayment credits are depleted. Please go to AI Studio to manage your project and billing."
  rows([
    [
      "OpenRouter, a workspace",
      403,
      error("Workspace monthly budget of $500.00 exceeded. Contact your workspace admin.", {
        metadata: { limit_source: "openrouter_workspace_budget", resets_at: "2026-09-01T00:00:00Z" }
      }),
      { ...empty, wait }
    ],
    [
      "OpenRouter, an organization",
      403,
      error("Budget limit exceeded (monthly limit). Contact your org admin."),
      empty
    ],
    ["OpenRouter, a key", 403, error("Key limit exceeded (daily limit). Manage it in the settings"), empty],
    [
      "Anthropic, a tier",
      429,
      error(
        `You have reached your API usage limits: your organization has crossed its monthly API usage threshold. ${regained}`,
        {
          type: "rate_limit_error",
          details: { error_code: "enforced_spend_limit_reached" }
        }
      ),
      { ...empty, wait }
    ],
    [
      "Anthropic, a workspace",
      400,
      error(`You have reached your specified workspace API usage limits. ${regained}`, {
        type: "invalid_request_error"
      }),
      { ...empty, wait }
    ],
    ["Anthropic, a plan", 400, error("You're out of extra usage. Add more in the settings and keep going."), empty],
    ["OpenAI, credit", 429, error("said", { code: "credit_balance_exhausted" }), empty],
    ["OpenAI, credit in words", 429, error("You have no API credits remaining."), empty],
    ["OpenAI, an organization", 429, error("said", { code: "organization_spend_limit_exceeded" }), empty],
    ["OpenAI, an organization in words", 429, error("Your organization has reached its spend limit."), empty],
    [
      "OpenAI, use",
      429,
      error("This organization has exceeded its monthly limit.", {
        type: "requests",
        code: "organization_usage_limit_exceeded"
      }),
      empty
    ],
    [
      "OpenAI, a project with a moment",
      429,
      error("said", { type: "billing_error", code: "project_spend_limit_exceeded" }),
      { ...empty, wait: 60_000 },
      { "retry-after": "60" }
    ],
    ["Kimi", 403, error(week, { type: "permission_error" }), empty],
    ["Gemini", 429, [error(depleted, { code: 429, status: "RESOURCE_EXHAUSTED" })], empty],
    ["Gemini, as it is now", 402, [error(depleted, { code: 402 })], certain],
    ["a key", 422, error("Budget exceeded for this key.", { type: "budget_exceeded", code: 422 }), empty],
    ["a budget by name", 403, error("said", { type: "permission_error", code: "spend_limit_exceeded" }), empty],
    ["a budget in words", 403, error(spent), empty],
    ["a budget in words, as a bad request", 400, error(spent), empty],
    // What looks like it.
    ["a week, under a limit", 429, error(week), { ...limited, daily: true }],
    ["a rate", 429, error("You have reached your API usage limit of 10 requests per minute."), limited],
    ["what is left of a day", 429, error("You have no credits left for today."), limited],
    ["thoughts", 400, error("The thinking budget of 4096 is exceeded: max_tokens must be larger"), rejected],
    ["thoughts, in other words", 400, error("max_tokens is too small: thinking budget limit exceeded"), rejected],
    ["tokens", 400, error("Token budget exceeded for the prompt"), rejected],
    ["free models", 403, error("You've reached your usage limit for free models."), rejected],
    ["retries", 503, error("Retry budget exceeded"), { _tag: "ServerFailed" }],
    ["a field", 422, error("budget_limit must be a number"), rejected],
    ["a budget that holds", 403, error("Forbidden. Your budget is not reached"), rejected],
    ["a model's use", 403, error("The usage limit of this model is reached"), rejected]
  ])
})

describe("what is busy or filtered, under another name", () => {
  const passes = { _tag: "ServerFailed" }
  const refused = { _tag: "Refused" }
  const rejected = { _tag: "Rejected" }
  const worker = "ResourceExhausted: Worker local total request limit reached (82/48)"
  const bad = { type: "invalid_request_error", code: null }
  rows([
    ["NVIDIA", 400, error(worker, { type: "BadRequest", code: 400 }), passes],
    ["NVIDIA, inside", 200, error(`Upstream error from Nvidia: ${worker}`, { code: 400 }), passes],
    ["a limit that is asked for", 400, error("worker_request_limit must be reached by a number"), rejected],
    ["OpenRouter, a request without its model", 400, error("No models provided", { code: 400 }), passes],
    ["models of no use", 400, error("No models provided by this key support tools"), rejected],
    ["security, by name", 400, error("said", { type: "invalid_request", code: "cyber_policy" }), refused],
    ["security, inside", 200, error("said", { code: "cyber_policy" }), refused],
    ["security", 422, error("This content was flagged for possible cybersecurity risk. Try rephrasing.", bad), refused],
    ["security of a request", 400, error("This request has been flagged for possible cybersecurity risk."), refused],
    ["an injection", 403, error("Request blocked: prompt injection patterns detected", { code: 403 }), refused],
    ["another injection", 403, error("Request blocked: SQL injection patterns detected"), rejected],
    ["no injection", 400, error("prompt_injection_detection must be a boolean"), rejected],
    ["a rate that is broken", 403, error("Your request was flagged for violating traffic rules"), rejected],
    ["a stranger", 403, error("Your request was flagged for unusual traffic"), rejected]
  ])
})

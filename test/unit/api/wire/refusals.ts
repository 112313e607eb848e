/** Failures as many servers word them, and the moments, limits and names in them; what is made of each is in `test/golden/wire`. */

type Headers = Readonly<Record<string, string>>
type Refusal = readonly [name: string, said: unknown, headers?: Headers]

const error = (message: string, more: object = {}) => ({ error: { message, ...more } })

export const REFUSALS: ReadonlyArray<Refusal> = [
  ["nothing", ""],
  ["a word", "no"],
  ["an empty object", {}],
  [
    "a page",
    "<!doctype html><html><head><title>502</title><style>p{}</style></head><body><h1>Bad&nbsp;gateway &amp; more</h1></body></html>"
  ],
  ["an error that is a string", { error: "model is loading" }],
  ["OpenRouter's shape, by its code", error("No auth", { code: 401 })],
  ["OpenRouter's shape, credit", error("This needs more", { code: 402 })],
  ["OpenRouter's shape, by its type", error("odd", { metadata: { error_type: "authentication" } })],
  ["OpenRouter's shape, payment", error("odd", { metadata: { error_type: "payment_required" } })],
  [
    "a provider behind it",
    error("Provider returned error", {
      code: 401,
      metadata: { provider_name: "x", raw: '{"error":{"message":"bad key"}}' }
    })
  ],
  ["a key of the caller's own there", error("Provider returned error", { metadata: { is_byok: true } })],
  ["not a key of the caller's own", error("odd words", { metadata: { is_byok: false } })],
  ["the provider's words already said", error("bad: it broke", { metadata: { raw: "it broke" } })],
  ["flagged input", error("blocked", { metadata: { flagged_input: "x", reasons: [] } })],
  ["available again", error("busy", { availability: { retryable: true, retry_after: 5 } })],
  [
    "never available",
    error("gone", { availability: { retryable: false, retry_after: 5, fallback_models: ["a/1", 5, "b/2"] } })
  ],
  ["no capacity", error("busy", { code: 429, availability: { code: "capacity_exhausted" } })],
  ["a free quota of the day, by its source", error("x", { code: 429, metadata: { limit_source: "free_tier_daily" } })],
  [
    "a free quota of the minute, by its source",
    error("x", { code: 429, metadata: { limit_source: "free_per_minute" } })
  ],
  ["shared capacity, by its source", error("x", { code: 429, metadata: { limit_source: "model_shared_capacity" } })],
  ["upstream, by its source", error("a daily thing", { code: 429, metadata: { limit_source: "upstream_x" } })],
  ["another source", error("free-models-per-day", { code: 429, metadata: { limit_source: "other" } })],
  ["a free quota of the day, in words", error("Rate limit exceeded: free-models-per-day", { code: 429 })],
  ["a free quota of the minute, in words", error("Rate limit exceeded: free-models-per-min", { code: 429 })],
  ["upstream, in words", error("x is temporarily rate-limited upstream", { code: 429 })],
  ["upstream, by its rate", error("limit_rpm/x", { code: 429 })],
  ["a daily quota, in words", error("the daily quota is used up", { code: 429 })],
  ["a quota a day, in words", error("requests per day: 5", { code: 429 })],
  ["a quota a day, and a moment", error("requests per-day: 5, try again in 20s", { code: 429 })],
  [
    "a quota a day, by its id",
    [
      error("quota", {
        code: 429,
        details: [{ violations: [{ quotaId: "RequestsPerDayPerProject" }] }, { retryDelay: "37s" }]
      })
    ]
  ],
  ["a quota that is no list's", error("quota", { code: 429, details: [{ quotaMetric: "per_day", other: "x" }] })],
  [
    "a quota for a minute, by its id",
    error("quota", { code: 429, details: [{ quotaId: "PerMinute" }, { retryDelay: "37s" }] })
  ],
  ["a moment in a header", error("odd"), { "retry-after": "7" }],
  ["a redirect", "", { location: "https://other.example/x" }],
  [
    "words at the door",
    "",
    { "www-authenticate": 'Bearer error="invalid_token", error_description="The token is old"' }
  ],
  ["an id in a header", error("odd"), { "x-generation-id": "gen-9" }],
  ["an encoding in a header", "\u0001\u0002\u0003\u0004\u0005", { "content-encoding": "br" }],
  ["the key by name", error("Incorrect API key provided")],
  ["a key that is not valid", error("API key not valid. Please pass a valid API key.")],
  ["an account", error("Your account is suspended")],
  [
    "an account that is empty",
    error("You exceeded your current quota, please check your plan and billing details.", {
      code: "insufficient_quota"
    })
  ],
  ["an empty balance, and nothing else", error("insufficient funds")],
  ["a model that the key has no access to", error("Your API key has no access to model gpt-9")],
  ["a model of another tier", error("the model x is not available in your tier")],
  ["a deployment", error("litellm.AuthenticationError: AzureException - bad key")],
  ["neither", error("Access is denied")],
  ["a name that forbids", error("no", { type: "permission_denied" })],
  ["a limit, by its name", error("x", { code: "rate_limit_exceeded" })],
  ["a limit, in words", error("Too many requests")],
  ["what passes", error("the model is currently loading")],
  ["a crash", error("the model has crashed")],
  ["a filter, by its code", error("x", { code: "content_filter" })],
  ["a filter, by its number", { code: 1301, msg: "no" }],
  ["a filter, inside", error("x", { code: "x", innererror: { code: "ResponsibleAIPolicyViolation" } })],
  ["a prompt that is blocked", { promptFeedback: { blockReason: "PROHIBITED_CONTENT" } }],
  ["a parameter, by a field", error("bad", { param: "seed" })],
  ["a parameter, by where it is", { detail: [{ loc: ["body", "seed"], msg: "extra fields not permitted" }] }],
  ["a parameter, in words", error("Unsupported parameter: 'temperature'")],
  ["a parameter that was not sent", error("Unsupported parameter: 'top_k'")],
  ["a parameter that is needed", error("Unknown parameter: 'model'")],
  ["reasoning by another word", error("this model does not support thinking")],
  ["streaming by another word", error("streaming is not supported")],
  ["every day's word, as a name", error("Unknown field `stream`")],
  ["every day's word, as none", error("the provider is unknown to us")],
  ["room for fewer tokens", error("max_tokens must be less than or equal to 2048")],
  ["llama.cpp's window", error("the request exceeds the context", { n_ctx: 4096, n_prompt_tokens: 1000 })],
  ["llama.cpp's window, without a prompt", error("the request exceeds the context", { n_ctx: 4096 })],
  ["llama.cpp's window, too wide to help", error("odd", { n_ctx: 9000, n_prompt_tokens: 1000 })],
  ["llama.cpp's window, exactly what was asked", error("odd", { n_ctx: 5000, n_prompt_tokens: 1000 })],
  ["a model that is missing", error("The model `x` does not exist", { code: "model_not_found" })],
  ["a page that is missing", error("page not found")],
  [
    "a list of errors",
    {
      errors: [
        { message: "one" },
        { message: "two" },
        { message: "three" },
        { message: "4a" },
        { message: "5a" },
        { message: "6a" }
      ]
    }
  ],
  ["errors by field", { max_tokens: ["must be positive"], error: {} }],
  ["errors by field, inside", { error: { max_tokens: ["must be positive"], b: "x", n: 5 } }],
  ["Mistral's detail", { object: "error", message: { detail: [{ type: "x", loc: ["body", "n", 0], msg: "bad" }] } }],
  ["words with a status in front", { error: { message: "404 NOT_FOUND: no such thing" } }],
  ["words with a number in front", { error: { message: "404.5 tokens are too many" } }],
  ["MiniMax", { base_resp: { status_code: 1004, status_msg: "login fail" } }],
  ["iFlytek", { header: { code: 10_013, message: "input is bad" } }],
  ["Tencent", { Response: { Error: { Code: "LimitExceeded", Message: "slow" } } }],
  ["Apigee", { fault: { faultstring: "Rate limit quota violation" } }],
  ["a status that is a word", { status: "failed", reason: "broken" }],
  ["a success that is false", { success: false, msg: "broken" }],
  ["ok that is false", { ok: false, description: "broken" }],
  ["a code beside a message", { code: 500, message: "broken" }],
  ["a code of success beside a message", { code: 200, message: "fine" }],
  ["a code without a message", { code: 500 }],
  ["an error code", { error_code: 17, error_msg: "daily limit" }],
  ["JSON as a string", { error: '{"message":"inner"}' }],
  ["JSON as a string, of numbers", { error: { message: '{"code":5}' } }],
  ["numbers for words", { error: { message: "12345", code: 5 } }],
  ["seven levels of words", { error: { error: { error: { error: { error: { error: { message: "deep" } } } } } } }],
  [
    "eight levels of words",
    { error: { error: { error: { error: { error: { error: { error: { message: "deeper" } } } } } } } }
  ],
  ["long words", error("x ".repeat(400))]
]

/** What one and the same body means under each status. */
export const STATUSES: ReadonlyArray<Refusal> = [
  ["no words", {}],
  ["an error", error("odd")],
  ["a moment to come back", error("odd"), { "retry-after": "7" }],
  ["a code inside", error("odd", { code: 418 })],
  ["more tokens than fit", error("max_tokens must be at most 100")],
  ["a parameter", error("unknown parameter: seed")],
  ["the key", error("invalid api key")]
]

export const NAMED: ReadonlyArray<string> =
  "context_length_exceeded max_tokens_exceeded token_limit_exceeded string_too_long invalid_request invalid_prompt invalid_request_error invalid_argument failed_precondition bad_request authentication authentication_error unauthenticated unauthorized invalid_api_key api_key_invalid payment_required insufficient_quota insufficient_balance billing_error arrearage permission_denied permission_error forbidden not_found not_found_error model_not_found precondition_failed payload_too_large request_too_large unprocessable unprocessable_entity rate_limit_exceeded rate_limit_error rate_limited too_many_requests resource_exhausted quota_exceeded throttling throttling_ratequota throttling_allocationquota request_limit_exceeded server internal internal_error provider_unavailable unavailable service_unavailable timeout deadline_exceeded provider_overloaded overloaded overloaded_error RateLimitExceeded rate-limit.exceeded odd_name".split(
    " "
  )

export const WORDED: ReadonlyArray<string> = [
  "insufficient balance",
  "insufficient account credit",
  "arrears",
  "overdue",
  "please recharge",
  "余额不足",
  "欠费",
  "rate limit",
  "ratelimit",
  "too many requests",
  "throttled",
  "quota",
  "concurrency",
  "requests per minute",
  "request limit",
  "限流",
  "频率",
  "并发数",
  "api key",
  "api secret key",
  "access token",
  "unauthorised",
  "authenticate",
  "credentials",
  "login failed",
  "鉴权",
  "身份验证",
  "not found",
  "does not exist",
  "no such thing",
  "not deployed",
  "unknown model",
  "invalid model",
  "不存在",
  "overloaded",
  "server is busy",
  "server busy",
  "temporarily",
  "try again later",
  "service unavailable",
  "繁忙",
  "稍后",
  "odd",
  "error code: 503 it broke",
  "HTTP/1.1 404 gone",
  "status: 429",
  "rate limit exceeded",
  "rate limit was reached",
  "the rate limit of 5",
  "ThrottlingException: x",
  "it is loading",
  "the model is loading",
  "the server is still starting",
  "the engine is warming up",
  "model x is being loaded",
  "has crashed",
  "crashed"
]

export const FINISHES: ReadonlyArray<string> =
  "stop end_turn eos eos_token stop_sequence tool_calls tool_call tool_use function_call complete im_end eot eot_id s </s> <|im_end|> STOP Stop length max_tokens MAX_TOKENS maxTokens FinishReason.MAX_TOKENS model_length max_output_tokens incomplete safety recitation prohibited_content blocklist spii sensitive refusal refused error abort cancelled timeout network_error insufficient_system_resource malformed_function_call content_filter contentFiltered moderation guardrail_intervened prohibited blocked policy toxic violation aborted canceled timed_out failed interrupted exception rate_limit quota disconnected overloaded unavailable crashed killed preempted unexpected max_new_tokens limit truncated context_window budget stopped ended eos_found completed done finished unstopped odd null none nil undefined NULL"
    .split(" ")
    .concat("", " ", "stop.", `${"x".repeat(196)}stop`, `stop${"x".repeat(300)}`, `${"-".repeat(197)}stop`)

const MILLION_YEARS = 8.64e15

export const MOMENTS: ReadonlyArray<unknown> = [
  0,
  7,
  6.2,
  "7",
  "6.2",
  -5,
  "",
  " ",
  null,
  true,
  "7s",
  "7 s",
  "7 seconds",
  "1 sec",
  "2 secs",
  "7ms",
  "20 milliseconds",
  "5 millis",
  "5 msec",
  "5 msecs",
  "500us",
  "500µs",
  "1500000ns",
  "2m",
  "2 min",
  "2 mins",
  "3 minutes",
  "1h",
  "1 hr",
  "2 hrs",
  "2 hours",
  "1d",
  "2 days",
  "2m59.56s",
  "7m12.5s",
  "0m6.5s",
  "1h2m",
  "1 hour and 5 minutes",
  "1 hour, 5 minutes and 3 s",
  "1d2h3m4s",
  "PT1M30S",
  "P1DT2H",
  "P2D",
  "00:01:30",
  "1:02:03.5",
  "1:2:3",
  "99:99:99",
  "7 apples",
  "soon",
  999_999_999,
  1_000_000_000,
  1_787_227_207,
  1_787_227_207.5,
  99_999_999_999,
  100_000_000_000,
  1_787_227_207_000,
  9_999_999_999_999,
  10_000_000_000_000,
  "1787227207",
  "2026-08-20T12:00:07Z",
  "2026-08-20 12:00:07+00:00",
  "Thu, 20 Aug 2026 12:00:07 GMT",
  "2026-13-40",
  "8 of 2026",
  "20 Aug 2026"
]

export const HINTS: ReadonlyArray<readonly [headers: Headers, said: unknown]> = [
  [{ "retry-after": "7" }, {}],
  [{ "retry-after": "0" }, {}],
  [{ "retry-after": "-1" }, {}],
  [{ "retry-after": "7", "retry-after-ms": "250" }, {}],
  [{ "x-ms-retry-after-ms": "250" }, {}],
  [{ "retry-after": "Thu, 20 Aug 2026 12:01:00 GMT" }, {}],
  [{ "retry-after": "Thu, 20 Aug 2026 11:59:00 GMT" }, {}],
  [{ "retry-after": String(MILLION_YEARS) }, {}],
  [{ "retry-after": "7" }, { error: { availability: { retry_after: 3 } } }],
  [{ "retry-after": "7" }, { availability: { retry_after: 3 } }],
  ...[
    "retry_after",
    "retryAfter",
    "retry-after-s",
    "retry_after_seconds",
    "retry_after_secs",
    "retry_after_ms",
    "retryAfterMillis",
    "retry_after_milliseconds",
    "retryDelay",
    "retry_in",
    "retry_in_seconds",
    "retry_at",
    "reset_at",
    "resets_at",
    "resetAfter",
    "reset_in_seconds",
    "resets_in_seconds",
    "wait_seconds",
    "estimated_time",
    "retry"
  ].map((field) => [{}, { error: { metadata: { [field]: 9 } } }] as const),
  [{}, { retry_after: 0, error: { retry_after: 9 } }],
  [{ "x-ratelimit-reset": "9" }, {}],
  [{ "ratelimit-reset": "9" }, {}],
  [{ "x-reset": "9" }, {}],
  [
    {
      "x-ratelimit-reset-requests": "9s",
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-tokens": "4s",
      "x-ratelimit-remaining-tokens": "5"
    },
    {}
  ],
  [
    {
      "x-ratelimit-reset-requests": "9s",
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-tokens": "4s",
      "x-ratelimit-remaining-tokens": "0"
    },
    {}
  ],
  [{ "x-ratelimit-reset-requests": "9s", "x-ratelimit-reset-tokens": "4s" }, {}],
  [{ "x-ratelimit-reset-requests": "9s", "x-ratelimit-remaining-requests": "1" }, {}],
  [{ "x-ratelimit-reset-after": "9", "x-ratelimit-remaining": "0" }, {}],
  [{ "anthropic-ratelimit-tokens-reset": "2026-08-20T12:00:09Z" }, {}],
  [{ "anthropic-ratelimit-tokens-reset": "2026-08-20T11:59:59.001Z" }, {}],
  [{ "x-ratelimit-reset": "1787227199" }, {}],
  [{ "x-ratelimit-reset": "1787227198" }, {}],
  [{ "x-ratelimit-reset": "1787227200" }, {}],
  [{ ratelimit: '"default";r=0;t=9' }, {}],
  [{ ratelimit: '"default";r=2;t=9' }, {}],
  [{ ratelimit: "limit=5, remaining=0, reset=9" }, {}],
  [{ "ratelimit-policy": "5;w=60" }, {}],
  [{}, { metadata: { headers: { "X-RateLimit-Reset": 1_787_227_209_000 } } }],
  [{}, { error: { metadata: { headers: { "X-RateLimit-Reset": "1787227209000", "X-RateLimit-Remaining": 0 } } } }],
  [{}, { error: { metadata: { headers: ["x-ratelimit-reset"] } } }],
  ...[
    "Please try again in 20ms.",
    "try again in 9.5s",
    "Please wait 6 seconds",
    "wait for 6 seconds",
    "wait at least 6s",
    "retry after about 2 minutes",
    "retry in: 5s",
    "retrying in 5 s",
    "Trying it all once again in 3s",
    "trying it all at once again in 3s",
    "resets in 1h2m",
    "reset after 4s",
    "available in 4s",
    "available again in 4s",
    "come back in 4s",
    "try again in 5",
    "retry after 5.",
    "retry in 5, or so",
    "try again in 5 models",
    "try again at 2026-08-20T12:00:09Z",
    "blocked until 2026-08-20 12:00:09 UTC",
    "resets on 2026-08-20T12:00:09+00:00",
    "on 2026-08-20",
    "in 5 s"
  ].map((words) => [{}, { error: { message: words } }] as const),
  [{ "retry-after": "later" }, { error: { message: "try again in 3s" } }]
]

export const LIMITS: ReadonlyArray<string> = [
  "can only afford 1234",
  "You can only afford 1,234.",
  "maximum context length is 4096 tokens. However, you requested 4575 tokens (575 in the messages, 4000 in the completion)",
  "maximum context length of 4096 tokens (575 tokens from the input",
  "the context length is 4096 tokens and your request has 575 input tokens",
  "context window: 4096 with 575 prompt tokens",
  "context length of 4096 tokens; it has: 575 tokens from the input",
  "exceed context limit: 190000 + 20000 > 200000",
  "context window 3900 + 4000 > 4096",
  "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 575 `inputs` tokens and 4000 `max_new_tokens`",
  "context length is 4096 tokens. However, you requested 4575",
  "context size 4096, requested: 4575 input",
  "context window of 4096 tokens; request 4575",
  "You passed 575 input tokens and requested 4096 output tokens. However, the model's context length is only 4096 tokens",
  "max_total_tokens (4575) must be at most max_seq_len (4096)",
  "tokens per minute (TPM): Limit 6000, Requested 7000",
  "tokens per minute: limit: 6000, used 1, requested: 7000",
  "supports at most 2048 completion tokens",
  "the range is from 1 (inclusive) to 2049 (exclusive)",
  "max_tokens should be in [1, 2048]",
  "max_tokens must be between 1 and 2048",
  "max_completion_tokens: range of 1 - 2048",
  "max output tokens between 1..2048",
  "max_tokens: 100000 > 2048, which is the maximum allowed number of output tokens",
  "max_tokens must be less than or equal to 2048",
  "max_tokens lower than or equal to `2048`",
  "maximum tokens: at most 2048",
  "max tokens may not exceed 2_048",
  "max_new_tokens cannot exceed '2048'",
  "max_tokens no more than 2048",
  "max_tokens <= 2048",
  "max_tokens ≤ 2048",
  "max_tokens up to 2048",
  "max_tokens: allowed value is 2048",
  "max_tokens allowed: 2048",
  "model limit of 2048",
  "model limit is 2048",
  "max_tokens must be at least 5",
  "max_tokens is 0 at most 0",
  "maximum context length is 500 tokens (575 in the messages",
  "nothing of the kind 2048"
]

const at = (length: number, letter = "x") => letter.repeat(length)

export const EXCERPTS: ReadonlyArray<string> = [
  "",
  " ",
  "plain words",
  "two  blanks",
  " around ",
  "a\nb\tc",
  "a\u0000b",
  "\u202eright to left",
  "é",
  at(300),
  at(301),
  `${at(298)}😀😀`,
  `${at(299)}😀`,
  ` ${at(300)} `,
  `${at(4000, " ")}x`,
  `${at(3999, " ")}x`,
  "\u0001\u0002\u0003",
  "\u0001\u0002\u0003\u0004",
  `${at(36)}\u0001\u0002\u0003\u0004`,
  `${at(35)}\u0001\u0002\u0003\u0004`,
  `${at(37)}\u0001\u0002\u0003\u0004`,
  "\uFFFD\uFFFD\uFFFD\uFFFDab",
  "<p>one</p>",
  "<b>one",
  "a < b </b>",
  "<html>one",
  "<!doctype html>one",
  "<?xml?><a>one</a>",
  "text <body>one</body>",
  "<style>p{}</style>one",
  "<script>x",
  "<svg><a></svg>one</p>",
  "<!-- no -->one</p>",
  "<p>a &amp; b &lt;c&gt; &quot;d&quot; &#39;e&#x27; &nbsp;f &copy;</p>",
  "<p>half <b",
  "1 <2> 3"
]

const code = (name: string, message = "said") => ({ code: name, message })

export const CAUSES: ReadonlyArray<unknown> = [
  undefined,
  {},
  "words",
  { message: "said" },
  { message: "" },
  ..."ECONNREFUSED ENOTFOUND EAI_AGAIN ECONNRESET EPIPE UND_ERR_SOCKET EHOSTUNREACH EHOSTDOWN ENETUNREACH ENETDOWN ETIMEDOUT EMFILE ENFILE ERR_SSL_WRONG_VERSION_NUMBER ERR_SSL_PACKET_LENGTH_TOO_LONG ERR_SSL_OTHER EPROTO EPROTOX HPE_INVALID UND_ERR_CONNECT_TIMEOUT EODD CERT_HAS_EXPIRED SELF_SIGNED_CERT_IN_CHAIN INVALID_CA INVALID_PURPOSE HOSTNAME_MISMATCH UNABLE_TO_VERIFY_LEAF_SIGNATURE"
    .split(" ")
    .map((name) => code(name)),
  code("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1"),
  code("ERR_SSL_OTHER", "error:0A:SSL routines::odd"),
  { code: "ETIMEDOUT", syscall: "connect", message: "x" },
  { code: "ETIMEDOUT", syscall: "read", message: "x" },
  { code: "EHOSTUNREACH", syscall: "connect", message: "x" },
  { code: "EHOSTUNREACH", syscall: "read", message: "x" },
  { code: "EODD", syscall: "getaddrinfo", message: "x" },
  { message: "fetch failed", cause: code("ECONNRESET") },
  { message: "all", errors: [code("ECONNREFUSED"), code("EPIPE")] },
  {
    message: "1",
    cause: {
      message: "2",
      cause: { message: "3", cause: { message: "4", cause: { message: "5", cause: { message: "6" } } } }
    }
  },
  { message: "Proxy response (403) !== 200" },
  { message: "Proxy response (503)" },
  { message: "Proxy Authentication Required (407)" },
  { message: "it is compressed with zstd, so" }
]

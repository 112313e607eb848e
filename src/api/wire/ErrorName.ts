/** The names and numbers by which servers call their errors, as tables: what each stands for. Pure. */
import * as ErrorShape from "./ErrorShape.js"
import * as Excerpt from "./Excerpt.js"
import * as Lenient from "./Lenient.js"

/** The status that an error stands for where nothing but its name tells. */
const STATUS_OF_NAME: ReadonlyMap<string, number> = new Map([
  ...rows(400, "context_length_exceeded max_tokens_exceeded token_limit_exceeded string_too_long invalid_request"),
  ...rows(400, "invalid_prompt invalid_request_error invalid_argument failed_precondition bad_request"),
  ...rows(401, "authentication authentication_error unauthenticated unauthorized invalid_api_key api_key_invalid"),
  ...rows(402, "payment_required insufficient_quota insufficient_balance billing_error arrearage"),
  ...rows(403, "permission_denied permission_error forbidden"),
  ...rows(404, "not_found not_found_error model_not_found"),
  ...rows(412, "precondition_failed"),
  ...rows(413, "payload_too_large request_too_large"),
  ...rows(422, "unprocessable unprocessable_entity"),
  ...rows(429, "rate_limit_exceeded rate_limit_error rate_limited too_many_requests resource_exhausted"),
  ...rows(429, "quota_exceeded throttling throttling_ratequota throttling_allocationquota request_limit_exceeded"),
  ...rows(429, "model_cooldown ThrottlingException TooManyRequestsException ServiceQuotaExceededException"),
  ...rows(500, "server internal internal_error"),
  ...rows(503, "provider_unavailable unavailable service_unavailable"),
  ...rows(504, "timeout deadline_exceeded"),
  ...rows(529, "provider_overloaded overloaded overloaded_error")
])

/** Numbers of MiniMax's `base_resp`, which comes with HTTP 200. */
const STATUS_OF_MINIMAX: ReadonlyMap<number, number> = new Map([
  [1000, 500],
  [1001, 504],
  [1002, 429],
  [1004, 401],
  [1008, 402],
  [1013, 500],
  [1024, 500],
  [1033, 502],
  [1039, 429],
  [1041, 429],
  [2013, 400],
  [2045, 429],
  [2049, 401],
  [2056, 429]
])

/** Numbers of Zhipu's plans, which come with 429 and 200: one that is over, and one that does not have the model. */
const STATUS_OF_ZHIPU: ReadonlyMap<number, number> = new Map([
  [1309, 402],
  [1311, 404]
])

/** What a number beside a limit says that no wait changes. */
export const lackOf = (root: unknown): number | undefined =>
  STATUS_OF_ZHIPU.get(Lenient.numeric(ErrorShape.field(root, "code")) ?? 0)

/** What a gateway says of its own keys and servers while none of them may be asked. */
const COOLING = /\b(?:is|are) (?:currently |still |all )?cooling down\b|\bin cool-?down\b/i

/** Words that mean a limit whatever stands around them. */
const LIMITS: ReadonlyArray<RegExp> = [
  /ThrottlingException|too many requests|rate limit (?:is |was |has been )?(?:exceeded|reached)/i,
  /\b(?:exceeded|reached|hit) (?:your|the|its) (?:current )?rate limit\b/i,
  /\b(?:exceeded|reached|hit)\b[^.\n]{0,40}\bconcurren(?:cy|t)\b[^.\n]{0,20}\blimit|\bconcurren(?:cy|t requests?)\b[^.\n]{0,30}\b(?:exceeded|reached|too high)\b|\btoo many concurrent\b/i,
  COOLING
]

/** Where neither number nor name is known the words have to do; the first that fits. */
const STATUS_OF_WORDS: ReadonlyArray<readonly [pattern: RegExp, status: number]> = [
  [/insufficient (?:account )?(?:balance|credits?|funds|quota)|arrears|overdue|recharge|余额不足|欠费/i, 402],
  // Before the credentials: those of a gateway are many, and rest in turn.
  [COOLING, 429],
  [
    /rate.?limit|too many requests|throttl|quota|concurren(?:cy|t request)|requests? (?:per|limit)|限流|频率|并发数/i,
    429
  ],
  [
    /api[- ]?(?:secret )?key|(?:access|api) token|unauthori[sz]ed|authenticat|credentials|login fail|鉴权|身份验证/i,
    401
  ],
  [/not found|not exist|no such|not deployed|unknown model|invalid model|不存在/i, 404],
  [/overload|server (?:is )?busy|temporarily|try again later|service unavailable|繁忙|稍后/i, 503],
  [ErrorShape.OUTAGE, 503]
]

const REFUSALS =
  /^(?:refusal|content_?filter(?:_error)?|content_?policy_?violation|data_?inspection_?failed|(?:responsible_?ai|cyber)_?policy(?:_?violation)?|moderation(?:_blocked)?|safety|sensitive(?:_?words?)?(?:_?detected)?|(?:(?:input|output)_?(?:text|image)_?)?sensitive_?content_?detected(?:\.\w+)?|prohibited_?content|flagged|1301|10261?|1027)$/i

/** What content is said to break where a filter speaks; a limit or a schema is none of it. */
const RULES = "(?:polic|guideline|terms|safety|moderat|filter|sensitiv|security config)"

/** Whose rules they are where a proxy stands between: nothing of it has come to the model. */
const PROXIES =
  "(?:network|firewall|proxy|corporate|company|administrator|web|url|dns|internet|rate|quota|traffic)(?:'s)?\\b"

/** A filter in words that are about the content. */
const FILTERED = new RegExp(
  [
    `\\bcontent (?:exists risk\\b|violates\\b[^.\\n]{0,60}${RULES})`,
    "safety_check_type",
    "\\bsensitive (?:words?|content) (?:was |were )?(?:detected|found)",
    "\\bfailed content safety check\\b",
    "\\bviolated guardrail policy\\b|\\bguardrail_intervened\\b|\\bguardrail checks defined in the config failed\\b",
    // What is said of a response is said by a firewall, too.
    "\\b(?:output|response) (?:was )?(?:blocked|filtered) (?:by|due to) (?:the |our )?(?:content (?:filter|moderation|safety|policy)|safety|security config)",
    "\\bprompt injection(?: \\w+){0,2} (?:detected|found)\\b",
    `\\b(?:prompt|input|content|text)s? (?:was |were |is |has been |have been )?(?:flagged|blocked|filtered|rejected) (?:as|for|by|due to|because)\\b(?![^.\\n]{0,40}\\b${PROXIES})[^.\\n]{0,60}${RULES}`,
    `\\b(?:prompt|input|content|text|request)s? (?:was |were |is |has been |have been )?flagged (?:as|for)\\b(?![^.\\n]{0,40}\\b${PROXIES})[^.\\n]{0,60}(?:violat|\\bcyber)`
  ].join("|"),
  "i"
)

/** What was done to an account for it: that concerns everything that might still be asked. */
const PUNISHED =
  /\b(?:account|organi[sz]ation|subscription|key)\b (?:is|was|has been) (?:\w+ )?(?:suspended|banned|deactivated|disabled|terminated|revoked|blocked|flagged)\b|\b(?:have|has) (?:\w+ )?(?:suspended|banned|deactivated|disabled|terminated|revoked) (?:your|this|the) (?:\w+ )?(?:account|organi[sz]ation|subscription|key)\b/i

/** The names that the error goes by, from the stable one to those that every server chooses for itself. */
export const namesOf = (root: unknown): ReadonlyArray<string> =>
  Lenient.strings([
    Lenient.at(ErrorShape.node(root), "metadata", "error_type"),
    ...["error_type", "code", "type", "status", "Code", "__type"].map((key) => ErrorShape.field(root, key)),
    Lenient.at(root, "promptFeedback", "blockReason"),
    Lenient.at(ErrorShape.node(root), "innererror", "code")
  ]).filter((name) => name.trim() !== "" && Lenient.numeric(name) === undefined)

/** The status that the error itself gives as a number. A code that is no status of a failure says nothing here. */
export const statusIn = (root: unknown): number | undefined =>
  ["code", "http_status", "status_code", "status", "statusCode"]
    .map((key) => Lenient.numeric(ErrorShape.field(root, key)))
    .find((status) => status !== undefined && Number.isInteger(status) && status >= 400 && status <= 599)

/** Some begin their words with the status of the server behind them: "404 NOT_FOUND". */
const LEADING = /^\W*(?:error(?: code)?:? |http(?:\/\d(?:\.\d)?)? |status(?: code)?:? )?([45]\d\d)\b(?!\.)/i

/** Numbers of the 400s that HTTP does not have: what a server means by them, such as 439 and 449, its words tell better. */
const isOwn = (status: number | undefined): boolean =>
  status !== undefined && status > 431 && status < 494 && status !== 451

/** The status that an error inside a good answer stands for; `undefined` where nothing tells. */
export const statusFor = (root: unknown): number | undefined =>
  (isOwn(statusIn(root)) ? statusOfWords(root) : undefined) ??
  Lenient.numeric(LEADING.exec(ErrorShape.words(root))?.[1]) ??
  statusIn(root) ??
  lackOf(root) ??
  STATUS_OF_MINIMAX.get(Lenient.numeric(Lenient.at(root, "base_resp", "status_code")) ?? 0) ??
  namesOf(root)
    .map((name) => STATUS_OF_NAME.get(normal(name)))
    .find((status) => status !== undefined) ??
  statusOfWords(root)

const statusOfWords = (root: unknown): number | undefined =>
  STATUS_OF_WORDS.find(([pattern]) => pattern.test(Lenient.texts(root)))?.[1]

/**
 * Alibaba's limit of tokens for the minute goes by the name and the words that OpenAI has for an empty account; its own page
 * or its word for what a minute holds tells it apart.
 */
const MINUTE =
  /exceeded your current quota[^]*\b(?:aliyun|alibabacloud)\.com\b(?![^\s"]*overdue)|(?<!free )\ballocated quota exceeded/i

/** Is it the limit of a minute, which the server says is over within one. */
export const isOfTheMinute = (root: unknown): boolean => MINUTE.test(Lenient.texts(root))

/** Is it a limit by its name, or by words that mean nothing else, under whatever status it came. */
export const isLimit = (root: unknown): boolean =>
  namesOf(root).some((name) => STATUS_OF_NAME.get(normal(name)) === 429) ||
  LIMITS.some((words) => words.test(Lenient.texts(root)))

/** Do all keys or servers of a gateway rest for a moment, under whatever status it says so. */
export const isCooling = (root: unknown): boolean =>
  namesOf(root).some((name) => normal(name) === "modelcooldown") || COOLING.test(Lenient.texts(root))

/** Does a refusal speak of what is over in a moment, besides a model that is being loaded. */
export const passes = (root: unknown): boolean =>
  /\bhas crashed\b/i.test(Lenient.texts(root)) || BROKEN.test(ErrorShape.words(root))

/** Failures in the middle of an answer, which some servers call the request's fault: LM Studio, TGI, SageMaker; and before one: Baseten, NVIDIA, OpenRouter. */
const BROKEN =
  /^no models provided\W*$|^model (?:was |has been )?unloaded\b|^model is not ready\b|^channel error\b|^request failed during generation\b|^received server error \(5\d\d\) from (?:primary|model)\b|\bDEGRADED function cannot be invoked\b/i

/** The names under which a server blames itself, also with a status of the 400s. */
const FAILURES: ReadonlySet<string> = new Set(
  [
    ..."server_error internal_server_error internal_error generation".split(" "),
    ..."ModelErrorException InternalServerException ServiceUnavailableException ModelNotReadyException".split(" ")
  ].map(normal)
)

export const isFailure = (root: unknown): boolean => namesOf(root).some((name) => FAILURES.has(normal(name)))

/**
 * Does a refusal last, though its status is one that passes: Ollama's of a model that the machine has no room for, Ark's of a
 * limit that its owner has set.
 */
export const isLasting = (root: unknown): boolean =>
  namesOf(root).some((name) => normal(name) === "setlimitexceeded") ||
  /\bmodel requires more (?:system )?memory\b/i.test(ErrorShape.words(root))

/** AWS names an error in a header, perhaps nowhere else: `ThrottlingException:http://internal.amazon.com/coral/`. */
export const withHeader = (root: unknown, name: string | undefined): unknown =>
  name === undefined || !Lenient.isRecord(root) || Object.hasOwn(root, "__type")
    ? root
    : { ...root, __type: name.replace(/:.*$/, "") }

/**
 * Does a server say that it has an answer of its model and can make nothing of it, such as a call of a tool that nobody
 * offered: Groq, with 400 and 422.
 */
export const isUnusable = (root: unknown): boolean =>
  namesOf(root).some((name) => /^(?:output_parse|tool_use)_failed$/i.test(name)) ||
  /\bthe model hallucinated\b/i.test(ErrorShape.words(root))

/** Did a filter stop it, by a name. */
export const isRefusal = (root: unknown): boolean =>
  namesOf(root).some((name) => REFUSALS.test(name)) ||
  ["code", "status_code"].some((key) => REFUSALS.test(Lenient.scalar(ErrorShape.field(root, key)))) ||
  Lenient.at(ErrorShape.node(root), "metadata", "flagged_input") !== undefined

/** Did one by its words alone, which others have, too: a proxy's page, a word about the account. */
export const isFiltered = (root: unknown): boolean => {
  const said = ErrorShape.words(root)
  return !(typeof root === "string" && Excerpt.isPage(root)) && FILTERED.test(said) && !PUNISHED.test(said)
}

/** `RateLimitExceeded`, `rate-limit.exceeded` and `rate_limit_exceeded` are one name, also behind a namespace and a `#`. */
function normal(name: string): string {
  return name
    .replace(/^.*#/, "")
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "")
}

function rows(status: number, names: string): ReadonlyArray<readonly [string, number]> {
  return names.split(" ").map((name) => [normal(name), status])
}

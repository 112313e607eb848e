import { it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, notDeepStrictEqual } from "@effect/vitest/utils"
import { describe } from "vitest"
import * as RetryHint from "../../../../src/api/wire/RetryHint.js"

const NOW = Date.UTC(2026, 7, 20, 12)

/** What was heard, in milliseconds from now. */
const wait = (headers: RetryHint.Headers, error: unknown = {}, status = 429): number | undefined => {
  const at = RetryHint.retryAt({ now: NOW, status, headers, root: error })
  return at === undefined ? undefined : at - NOW
}

const inMetadata = (value: unknown, name = "X-RateLimit-Reset") => ({ metadata: { headers: { [name]: value } } })

describe("the places of a hint", () => {
  const everywhere = {
    error: {
      availability: { retry_after: 1 },
      message: "retry in 6 s",
      ...inMetadata(NOW + 4_000)
    },
    headers: { "retry-after": "3", "retry-after-ms": "2000", "x-ratelimit-reset": String(NOW + 5_000) }
  }

  it("are heard from the most exact to the vaguest", () => {
    const { error, headers } = everywhere
    deepStrictEqual(wait(headers, error), 1_000)
    deepStrictEqual(wait(headers, { ...error, availability: {} }), 2_000)
    deepStrictEqual(wait({ ...headers, "retry-after-ms": undefined }, { ...error, availability: null }), 3_000)
    deepStrictEqual(wait({ "x-ratelimit-reset": headers["x-ratelimit-reset"] }, { ...error, availability: 0 }), 4_000)
    deepStrictEqual(wait({ "x-ratelimit-reset": headers["x-ratelimit-reset"] }, { message: error.message }), 5_000)
    deepStrictEqual(wait({}, { message: error.message }), 6_000)
    deepStrictEqual(wait({}, {}), undefined)
  })

  it("are passed over when they lie in the past", () => {
    const { error, headers } = everywhere
    deepStrictEqual(wait({ ...headers, "retry-after-ms": "0" }, { ...error, availability: { retry_after: -1 } }), 3_000)
    deepStrictEqual(wait({ "retry-after": "0" }), undefined)
    deepStrictEqual(wait({ "retry-after": "Wed, 19 Aug 2026 12:00:00 GMT" }, { message: "retry in 6 s" }), 6_000)
    deepStrictEqual(wait({ "x-ratelimit-reset": String(NOW - 1000) }), undefined)
  })

  it("are taken for now when a reset passed while the answer was on its way", () => {
    deepStrictEqual(wait({ "x-ratelimit-reset": String(NOW - 999) }), 1)
    deepStrictEqual(wait({ "x-ratelimit-reset": String(NOW) }), 1)
    deepStrictEqual(wait({ "x-ratelimit-reset": String(NOW + 1) }), 1)
    deepStrictEqual(wait({ "x-ratelimit-reset": String(NOW + 2) }), 2)
  })

  it("are passed over when no calendar holds them", () => {
    const last = 8.64e15 - NOW
    deepStrictEqual(wait({ "retry-after-ms": String(last) }), last)
    deepStrictEqual(wait({ "retry-after-ms": String(last + 1) }), undefined)
    for (const absurd of ["1e18", "1e300", "9007199254740993", "99999999999999", String(NOW * 1_000_000)]) {
      deepStrictEqual(wait({ "retry-after": absurd }), undefined)
      deepStrictEqual(wait({ "x-ratelimit-reset": absurd, "retry-after": "never" }), undefined)
    }
  })
})

describe("their units", () => {
  it("availability.retry_after counts seconds, as a number or a string, in fractions too", () => {
    deepStrictEqual(wait({}, { availability: { retry_after: 30 } }), 30_000)
    deepStrictEqual(wait({}, { availability: { retry_after: "30" } }), 30_000)
    deepStrictEqual(wait({}, { availability: { retry_after: 0.5 } }), 500)
    deepStrictEqual(wait({}, { availability: { retry_after: 0.0001 } }), 1)
    deepStrictEqual(wait({}, { availability: { retry_after: [30] } }), undefined)
  })

  it("Retry-After counts seconds, or is an HTTP date", () => {
    deepStrictEqual(wait({ "retry-after": "90" }), 90_000)
    deepStrictEqual(wait({ "retry-after": " 90 " }), 90_000)
    deepStrictEqual(wait({ "retry-after": "Thu, 20 Aug 2026 12:01:30 GMT" }), 90_000)
    for (const nonsense of ["", " ", "soon", "NaN", "Infinity", "-5", "90 parsecs"]) {
      deepStrictEqual(wait({ "retry-after": nonsense }), undefined, nonsense)
    }
  })

  it("retry-after-ms counts milliseconds", () => {
    deepStrictEqual(wait({ "retry-after-ms": "1500" }), 1_500)
    deepStrictEqual(wait({ "retry-after-ms": "1500.2" }), 1_501)
  })

  it("X-RateLimit-Reset is a date in milliseconds, a date in seconds, or a number of seconds", () => {
    for (const at of [
      (value: string) => wait({ "x-ratelimit-reset": value }),
      (value: string) => wait({}, inMetadata(value))
    ]) {
      deepStrictEqual(at(String(NOW + 42_000)), 42_000)
      deepStrictEqual(at(String(NOW / 1_000 + 42)), 42_000)
      deepStrictEqual(at("42"), 42_000)
      deepStrictEqual(at("42.5"), 42_500)
      deepStrictEqual(at("tomorrow"), undefined)
    }
    deepStrictEqual(wait({}, inMetadata(NOW + 42_000)), 42_000)
    // The unit changes where the page says: above 1e11 they are milliseconds, though of 1973.
    deepStrictEqual(
      RetryHint.retryAt({
        now: 100_000_000_000,
        status: 429,
        headers: { "x-ratelimit-reset": "100000000001" },
        root: {}
      }),
      100_000_000_001
    )
  })

  it("in a body the header is spelled in any way", () => {
    for (const name of ["X-RateLimit-Reset", "x-ratelimit-reset", "X-Ratelimit-Reset"]) {
      deepStrictEqual(wait({}, inMetadata(NOW + 42_000, name)), 42_000)
    }
    deepStrictEqual(wait({}, inMetadata(NOW + 42_000, "X-RateLimit-Remaining")), undefined)
    deepStrictEqual(wait({}, { metadata: { headers: [NOW + 42_000] } }), undefined)
  })

  it("a window of requests says nothing about any other failure", () => {
    for (const status of [402, 500, 502, 503]) {
      deepStrictEqual(wait({ "x-ratelimit-reset": "60" }, inMetadata(NOW + 42_000), status), undefined)
      deepStrictEqual(wait({ "retry-after": "60" }, {}, status), 60_000)
    }
  })

  it("a message says seconds in words", () => {
    for (const [message, expected] of [
      ["Please retry in 12 s", 12_000],
      ["Please retry in 12.5s.", 12_500],
      ["Rate limit reached; try again in 20 seconds", 20_000],
      ["Retry after 30 seconds", 30_000],
      ["retry in 12 minutes", 720_000],
      ["try again in 500ms", 500],
      ["Please try again in 20ms.", 20],
      ["Please try again in 9.5s. Visit https://example.com", 9_500],
      ["Please try again in 0m6.5s", 6_500],
      ["Please try again in 7m12.5s.", 432_500],
      ["try again in 1h2m", 3_720_000],
      ["Try again in 1 hour and 5 minutes", 3_900_000],
      ["Too fast: please wait 6 seconds before the next request", 6_000],
      ["Please wait for about 30s", 30_000],
      ["try your request again in 2 minutes, 30 seconds", 150_000],
      ["Please retry in 37.123456789s.", 37_124],
      ["Your limit resets in 3h", 10_800_000],
      ["Retry after 45.", 45_000],
      ["Try again at 2026-08-20T12:00:30Z", 30_000],
      ["Too many requests. Retry after: 3", 3_000],
      ["Retry-After: 3.", 3_000],
      ["Retrying in 3s", 3_000],
      ["Please wait 3 more seconds", 3_000],
      ["wait another 2 more minutes", 120_000],
      ["rate limited (reset after 3s)", 3_000],
      ["The connection is busy; the limit resets after 3s", 3_000],
      ["The model is not loaded. It will be available in 3s", 3_000],
      ["The server is busy. Please retry your request after 2 seconds.", 2_000],
      ["Rate limited. Cooldown: 2s remaining.", 2_000],
      ["Rate limit exceeded: 2 seconds remaining until reset", 2_000],
      ["Free tier: 1 request per 3 seconds. Next request allowed in 2s.", 2_000],
      ["Rate limit exceeded, retry after 00:00:02", 2_000],
      ["Limite de requêtes dépassée. Veuillez réessayer dans 2 secondes.", 2_000],
      ["Anfragelimit erreicht. Bitte versuchen Sie es in 2 Sekunden erneut.", 2_000],
      ["Límite de 10 por minuto. Intente nuevamente en 2 segundos.", 2_000],
      ["Limite de 10 por minuto, tentar novamente em 2 segundos.", 2_000],
      ["Fehler 429 - bitte in 2 Sekunden noch einmal", 2_000],
      ["Limit: 20 Anfragen. Bitte versuchen Sie es in 2 Sekunden noch einmal.", 2_000],
      ["Límite de solicitudes excedido. Inténtelo de nuevo en 2 segundos.", 2_000],
      ["Limite de requisições excedido. Tente novamente em 2 minutos.", 120_000],
      ["Превышен лимит запросов. Повторите попытку через 2 секунды.", 2_000],
      ["リクエストが多すぎます。2秒後に再試行してください。", 2_000],
      ["요청 한도를 초과했습니다. 2분 후에 다시 시도하세요.", 120_000],
      ["请求过于频繁，请3秒后重试", 3_000],
      ["请在 2 分钟后再试", 120_000],
      ["请等待 1.5秒", 1_500],
      ["Rate limit hit, try again in ~30s", 30_000],
      ["Out of call volume quota. Quota will be replenished in 01:02:03.", 3_723_000],
      ["Out of call volume quota. Quota will be replenished in 5.03:23:11.", 444_191_000],
      ["Out of call volume quota. Quota will be replenished in 3 minutes.", 180_000],
      ["You've hit your session limit · resets 7pm (America/Chicago)", 43_200_000],
      ["You've hit your session limit · resets 7am (America/Chicago)", 86_400_000],
      ["Limit reached ∙ resets 3:30pm (Europe/Berlin)", 5_400_000],
      ["Your limit resets at 17:45 (Asia/Kolkata)", 900_000],
      ["You've hit your weekly limit · resets Aug 22 at 5pm (America/New_York)", 205_200_000],
      ["Your limit resets Aug 19, 5pm (UTC)", undefined],
      ["resets 25:00 (Europe/Berlin)", undefined],
      ["resets 7pm (Middle/Earth)", undefined],
      ["resets 7pm", undefined],
      ["the counter resets 3 (times)", undefined],
      // What has been is no hint.
      ["the quota was not replenished in 01:02:03", undefined],
      ["Upstream failed after retrying for 12 seconds", undefined],
      ["gave up retrying after 12 seconds", undefined],
      ["upstream connection reset after 12 seconds", undefined],
      ["the stream was reset after 12 s", undefined],
      ["Model did not become available after 12 s", undefined],
      ["the model isn't available after 12 s", undefined],
      ["The provider failed to come back after 12 s", undefined],
      ["the quota did not reset after 12 s", undefined],
      ["The request had to wait for 12 s and was given up", undefined],
      ["we waited 12 s and retried for 12 s", undefined],
      ["模型在3秒后失败", undefined],
      ["2秒後に失敗しました", undefined],
      ["Falló de nuevo en 2 segundos", undefined],
      ["Has superado el límite de 10 intentos en 60 segundos", undefined],
      ["Limite de tentativas em 60 segundos: 10", undefined],
      ["5 tentatives en 10 minutes autorisées", undefined],
      ["Sie haben 20 Anfragen in 60 Sekunden noch einmal", undefined],
      ["In 2 Sekunden fehlgeschlagen", undefined],
      ["Abandon après 2 secondes", undefined],
      ["Ошибка через 2 секунды", undefined],
      ["2초 후에 실패", undefined],
      ["cooldown: 2s", undefined],
      ["the request took 2 s until it was reset", undefined],
      ["the next request failed in 2s", undefined],
      ["retried your request after 2 seconds", undefined],
      ["please retry after 3 attempts", undefined],
      ["wait until it is loaded", undefined],
      ["the timeout is 20s", undefined],
      ["please retry shortly", undefined],
      ["we retry 12 s", undefined]
    ] as const) {
      deepStrictEqual(wait({}, { message }), expected, message)
      deepStrictEqual(wait({}, message), expected, message)
      deepStrictEqual(wait({}, { message: "upstream", metadata: { raw: message } }), expected, message)
    }
  })
})

describe("a header by another name, or that came twice", () => {
  for (const [headers, expected] of [
    [{ "x-retry-after": "3" }, 3_000],
    [{ "x-ratelimit-retry-after": "3s" }, 3_000],
    [{ "retry-after": "3, 3" }, 3_000],
    [{ "retry-after": "3,5" }, 5_000],
    [{ "retry-after": "soon, 5" }, 5_000],
    [{ "retry-after": '"15"' }, 15_000],
    [{ "retry-after": "in 15 seconds" }, 15_000],
    [{ "retry-after": "60;w=90" }, 60_000],
    [{ "retry-after": "1", "x-retry-after": "9" }, 1_000],
    [{ "llm_provider-retry-after": "50" }, 50_000],
    [{ "retry-after": "1", "llm_provider-retry-after": "50" }, 1_000],
    [{ "retry-after": "a, b" }, undefined],
    [{ "x-retry": "3" }, undefined]
  ] as const) {
    it(JSON.stringify(headers), () => {
      for (const status of [403, 429, 503]) deepStrictEqual(wait(headers, {}, status), expected)
    })
  }
})

describe("the spellings of an amount", () => {
  for (const [value, expected] of [
    ["7", 7_000],
    ["7s", 7_000],
    ["6.2", 6_200],
    ["7.66s", 7_660],
    ["2m59.56s", 179_560],
    ["1h2m3s", 3_723_000],
    ["20ms", 20],
    ["6 seconds", 6_000],
    ["PT1M30S", 90_000],
    ["00:01:30", 90_000],
    ["Thu, 20 Aug 2026 12:01:30 GMT", 90_000],
    ["2026-08-20T12:01:30Z", 90_000],
    ["2026-08-20T14:01:30.5+02:00", 90_500],
    [String(NOW / 1_000 + 90), 90_000],
    [String(NOW + 90_000), 90_000],
    ["7x", undefined],
    ["s", undefined],
    ["", undefined]
  ] as const) {
    it(`"${value}" beside any refusal`, () => {
      for (const status of [400, 403, 409, 429, 503])
        deepStrictEqual(wait({ "retry-after": value }, {}, status), expected)
    })
  }
})

describe("a date without a zone is in UTC", () => {
  it("in a zone where that makes a difference", () => notDeepStrictEqual(new Date(NOW).getTimezoneOffset(), 0))

  for (const [date, expected] of [
    ["Thu Aug 20 12:01:30 2026", 90_000],
    ["Thu, 20 Aug 2026 12:01:30", 90_000],
    ["2026-08-20T12:01:30", 90_000],
    ["2026-08-20T12:01:30.500250", 90_500],
    ["2026-08-20 12:01:30", 90_000],
    [" 2026-08-20 12:01 ", 60_000],
    ["8/20/2026, 12:01:30 PM", 90_000],
    ["2026-08-21", 43_200_000],
    // With one it is what it says.
    ["Thu Aug 20 12:01:30 UTC 2026", 90_000],
    ["Thursday, 20-Aug-26 12:01:30 GMT", 90_000],
    ["Thu, 20 Aug 2026 08:01:30 -0400", 90_000],
    ["Thu, 20 Aug 2026 08:01:30 EDT", 90_000],
    ["Thu Aug 20 2026 14:01:30 GMT+0200 (Central European Summer Time)", 90_000],
    ["2026-08-20 12:01:30 UTC", 90_000],
    ["2026-08-20 12:01:30 (UTC)", 90_000],
    ["2026-08-20 12:01:30UTC", 90_000],
    ["UTC 2026-08-20 12:01:30", 90_000],
    ["2026-08-20T14:01:30+02", 90_000],
    ["2026-08-20T12:01:30z", 90_000],
    ["2026-08-20 21:01:30+09:00", 90_000],
    ["Thu Aug 20 25:01:30 2026", undefined]
  ] as const) {
    it(date, () => {
      deepStrictEqual(wait({ "retry-after": date }), expected)
      deepStrictEqual(wait({ "anthropic-ratelimit-requests-reset": date }), expected)
      deepStrictEqual(wait({}, { error: { reset_at: date } }), expected)
    })
  }

  for (const message of [
    "Try again after 2026-08-20 12:01:30",
    "Try again after 2026-08-20 12:01:30.",
    "Try again at 2026-08-20T12:01:30.000. See the docs.",
    "Blocked until 2026-08-20 at 12:01:30",
    "It will reset at 2026-08-20 20:01:30 +0800 CST. We recommend another plan.",
    "Please try again at 2026-08-20 07:01:30 -0500 EST",
    "Please try again at 2026-08-20 14:01:30 +02:00",
    "Please try again at 2026-08-20T14:01:30+02",
    "Please try again at 2026-08-20 14:01:30 GMT+2",
    "Please try again at 2026-08-20 08:01:30 EDT",
    // China's or Chicago's.
    "Please try again at 2026-08-20 12:01:30 CST",
    "Limit resets at: 2026-08-20 12:01:30 UTC",
    "Usage limit reached for 5 hour. Your limit will reset at 2026-08-20 12:01:30",
    "[1308][Usage limit reached for 5 hour. Your limit will reset at 2026-08-20 12:01:30 UTC][20260820]",
    // China has one zone, and its servers leave it out.
    "[1308][Usage limit reached for 5 hour. Your limit will reset at 2026-08-20 20:01:30][20260820]",
    "[1310][Weekly/Monthly Limit Exhausted. Your limit will reset at 2026-08-20 20:01:30][20260820]",
    "已达到 5 小时的使用上限。您的限额将在 2026-08-20 20:01:30 重置。"
  ]) {
    it(message, () => deepStrictEqual(wait({}, { error: { message } }), 90_000))
  }
})

describe("windows of several kinds", () => {
  const groq = {
    "x-ratelimit-remaining-requests": "14370",
    "x-ratelimit-remaining-tokens": "0",
    "x-ratelimit-reset-requests": "2m59.56s",
    "x-ratelimit-reset-tokens": "7.66s"
  }

  it("count where nothing is left of them", () => {
    deepStrictEqual(wait(groq), 7_660)
    deepStrictEqual(wait({ ...groq, "x-ratelimit-remaining-requests": "0" }), 179_560)
    deepStrictEqual(wait({ ...groq, "x-ratelimit-remaining-tokens": "17" }), undefined)
    deepStrictEqual(wait({ "x-ratelimit-reset-requests": "2m59.56s", "x-ratelimit-reset-tokens": "7.66s" }), 7_660)
    deepStrictEqual(wait(groq, {}, 503), undefined)
  })

  it("count where fewer tokens are left than were asked for", () => {
    const message = "Rate limit reached on tokens per min (TPM): Limit 30000, Used 29800, Requested 5000."
    const headers = {
      "x-ratelimit-remaining-tokens": "200",
      "x-ratelimit-reset-tokens": "3s",
      "x-ratelimit-remaining-requests": "499",
      "x-ratelimit-reset-requests": "120ms"
    }
    deepStrictEqual(wait(headers, { error: { message } }), 3_000)
    deepStrictEqual(wait({ ...headers, "x-ratelimit-remaining-tokens": "5000" }, { error: { message } }), undefined)
    deepStrictEqual(
      wait(headers, { error: { message: "Rate limit reached. You requested it 5000 times." } }),
      undefined
    )
    deepStrictEqual(
      wait({
        "x-ratelimit-remaining": "9",
        "x-ratelimit-reset": "0.1",
        "x-tokenlimit-remaining": "0",
        "x-tokenlimit-reset": "4"
      }),
      4_000
    )
  })

  it("are dates at Anthropic, and one header by the standard's draft", () => {
    const anthropic = {
      "anthropic-ratelimit-requests-remaining": "3",
      "anthropic-ratelimit-requests-reset": "2026-08-20T12:00:01Z",
      "anthropic-ratelimit-input-tokens-remaining": "0",
      "anthropic-ratelimit-input-tokens-reset": "2026-08-20T12:00:42Z"
    }
    deepStrictEqual(wait(anthropic), 42_000)
    deepStrictEqual(wait({ ratelimit: "limit=100, remaining=0, reset=30" }), 30_000)
    deepStrictEqual(wait({ ratelimit: '"default";r=0;t=30' }), 30_000)
    deepStrictEqual(wait({ ratelimit: '"default";r=5;t=30' }), undefined)
    deepStrictEqual(wait({ "x-ratelimit-reset-after": "12.5" }), 12_500)
    for (const [window, expected] of [
      ['"burst";r=5;t=2, "daily";r=0;t=3600', 3_600_000],
      ['"daily";r=0;t=3600, "burst";r=0;t=2', 3_600_000],
      ["burst;r=0;t=2,daily;r=5;t=3600", 2_000],
      ["limit=100;w=60, remaining=0, reset=30", 30_000]
    ] as const) {
      deepStrictEqual(wait({ ratelimit: window }), expected, window)
    }
  })

  it("count beside the 503 of APISIX", () => {
    const of = (left: string) => ({ "x-ai-ratelimit-remaining-a-b": left, "x-ai-ratelimit-reset-a-b": "27" })
    deepStrictEqual(wait(of("0"), {}, 503), 27_000)
    deepStrictEqual(wait(of("0")), 27_000)
    deepStrictEqual(wait(of("5"), {}, 503), undefined)
    deepStrictEqual(wait(of("0"), {}, 502), undefined)
  })
})

describe("fields of a body", () => {
  for (const [body, expected] of [
    [{ error: { retry_after: 7 } }, 7_000],
    [{ error: { message: "no" }, retry_after: "7.5" }, 7_500],
    [{ error: { metadata: { retry_after_seconds: 12 } } }, 12_000],
    [{ error: { retry_after_ms: 1_500 } }, 1_500],
    [{ error: { details: [{ "@type": "x" }, { "@type": "RetryInfo", retryDelay: "37s" }] } }, 37_000],
    [{ error: { details: [{ retryDelay: "0.5s" }] } }, 500],
    [{ error: { resets_at: NOW / 1_000 + 60 } }, 60_000],
    [{ error: { resets_in_seconds: 60 } }, 60_000],
    [{ error: "Model m is currently loading", estimated_time: 20.5 }, 20_500],
    [{ error: { metadata: { raw: '{"error":{"details":[{"retryDelay":"9s"}]}}' } } }, 9_000],
    [{ error: { reset_seconds: 3, reset_time: "3s" } }, 3_000],
    [{ error: { reset_time: "156h0m34s" } }, 561_634_000],
    [{ error: { resetTime: "2026-08-20T12:00:03Z" } }, 3_000],
    [{ error: { reset_time: NOW / 1_000 + 3 } }, 3_000],
    [{ error: { reset_in_ms: 3_000 } }, 3_000],
    [{ error: { cooldown_seconds: 3 } }, 3_000],
    [{ error: { details: [{ metadata: { quotaResetDelay: "3.2s", quotaResetTimeStamp: "" } }] } }, 3_200],
    [{ error: { details: [{ retryDelay: { seconds: 3, nanos: 500_000_000 } }] } }, 3_500],
    [{ error: { details: [{ retryDelay: { seconds: "3" } }] } }, 3_000],
    [{ error: { details: [{ retryDelay: { minutes: 3 } }] } }, undefined],
    [{ error: { resetTime: { seconds: NOW / 1_000 + 60, nanos: 0 } } }, 60_000],
    [{ error: { reset_at: { seconds: `${NOW / 1_000 + 60}`, nanos: 500_000_000 } } }, 60_500],
    [{ error: { retry_after_ms: { seconds: NOW / 1_000 + 60 } } }, 60_000],
    [{ error: { resetTime: { seconds: NOW / 1_000 - 60 } } }, undefined],
    [{ error: { reset_count: 3, reset_time: "never", cooldown: true } }, undefined],
    [{ error: { retry_after: "soon" } }, undefined],
    [{ error: { retry_count: 7 } }, undefined]
  ] as const) {
    it(JSON.stringify(body), () => deepStrictEqual(wait({}, body), expected))
  }

  it("with any words between its parts, and however long", () => {
    for (const separator of ["", " ", ",", " , ", " and ", ", and ", ",and  "]) {
      deepStrictEqual(wait({}, { retry_after: `1s${separator}2s` }), 3_000, separator)
    }
    for (const retry_after of [
      "1s  and ".repeat(5_000),
      "1s , ".repeat(5_000),
      "1 ".repeat(5_000),
      "1s ".repeat(5_000),
      "1".repeat(10_000)
    ]) {
      const before = performance.now()
      for (const body of [{ retry_after: `${retry_after}1s x` }, { message: `Retry in ${retry_after}1s x` }])
        wait({}, body)
      assertTrue(performance.now() - before < 5_000)
    }
  })
})

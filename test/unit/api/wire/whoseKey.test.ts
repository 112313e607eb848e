/** Whom a refusal concerns where its words alone mislead: another key, a model by its name, an account without its word. */
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Either, Redacted } from "effect"
import { describe, it } from "vitest"
import * as Account from "../../../../src/api/wire/Account.js"
import * as Classify from "../../../../src/api/wire/Classify.js"
import * as Lenient from "../../../../src/api/wire/Lenient.js"
import * as Masked from "../../../../src/api/wire/Masked.js"
import * as Secret from "../../../../src/api/wire/Secret.js"

const KEY = "sk-Secret0123456789abcdefgHIJK"
const error = (message: string, more: object = {}) => ({ error: { message, ...more } })

const reasonOf = (status: number, body: unknown, key: string | null = KEY, model = "acme/gpt-5.1", headers = {}) => {
  const text = typeof body === "string" ? body : JSON.stringify(body)
  const secret = Secret.make(key === null ? undefined : Redacted.make(key))
  const judged = Classify.classify({ _tag: "Body", status, headers, text }, { model, sent: [] }, 0, secret)
  return Either.getOrThrowWith(Either.flip(judged), () => new Error("an answer")).reason
}

const rows = (
  table: ReadonlyArray<readonly [name: string, status: number, body: unknown, expected: string]>,
  key: string | null = KEY
) => {
  for (const [name, status, body, expected] of table) {
    it(`${name}: ${status}`, () => {
      const reason = reasonOf(status, body, key)
      const unproven = reason._tag === "AccountRefused" && reason.unproven === true
      strictEqual(unproven ? "perhaps" : reason._tag, expected)
    })
  }
}

describe("a key that a server shows", () => {
  const wrong = (shown: string) => error(`Incorrect API key provided: ${shown}. You can find your API key at x.y/keys.`)
  const shownAs = (shown: string) =>
    error(`Authentication Error, Invalid proxy server token. Received API Key = ${shown}`)
  rows([
    ["ours", 401, wrong("sk-Secre**********HIJK"), "AccountRefused"],
    ["ours, only its end", 401, wrong("********HIJK"), "AccountRefused"],
    ["ours, only its beginning", 401, wrong("sk-Secret0****"), "AccountRefused"],
    ["ours, in a bad request", 400, wrong("sk-Secre**********HIJK"), "AccountRefused"],
    ["ours, with dots", 401, shownAs("sk-...HIJK"), "AccountRefused"],
    ["ours as a whole", 401, wrong(KEY), "AccountRefused"],
    ["a gateway's own", 401, wrong("9-UbkRow****************************GaU3"), "Rejected"],
    ["a gateway's own, only its end", 401, wrong("********GaU3"), "Rejected"],
    ["a gateway's own, only its beginning", 401, wrong("sk-proj-ab****"), "Rejected"],
    ["a gateway's own, with dots", 401, shownAs("sk-...GaU3"), "Rejected"],
    ["a gateway's own, in a bad request", 400, wrong("9-UbkRow********GaU3"), "Rejected"],
    ["a gateway's own, forbidden", 403, wrong("9-UbkRow********GaU3"), "Rejected"],
    ["nothing of it", 401, wrong("sk-***"), "AccountRefused"],
    ["another word with dots", 401, error("No key provided...Please set one"), "AccountRefused"],
    ["stars for emphasis", 401, error("*** Invalid API key ***"), "AccountRefused"],
    ["ours, glued to a word", 401, error("Wrong key. Received=sk-Secret0****"), "AccountRefused"],
    ["ours, glued to a sentence", 401, wrong("****HIJK.Please"), "AccountRefused"],
    ["ours, in brackets", 401, error("Your key (sk-Se***HIJK) is invalid"), "AccountRefused"],
    ["a gateway's own, in brackets", 401, error("Your API key (sk-ab***wxyz) is invalid"), "Rejected"],
    ["a gateway's own, glued to a word", 401, error("Wrong key. Received=sk-proj-ab****"), "Rejected"],
    ["a format", 401, error("Invalid API key. Expected format: sk-****************abcd"), "AccountRefused"],
    ["a format, beside yours", 401, error("Your API key has not the format sk-****abcd"), "AccountRefused"],
    ["a header", 401, error("Invalid API key. Send `Authorization: Bearer ***YOUR_KEY***`"), "AccountRefused"],
    ["an example", 401, error("Wrong key provided. Example: sk-****abcd"), "AccountRefused"],
    ["somebody's", 401, error("Invalid key, see ****wxyz"), "AccountRefused"]
  ])
  for (const [key, own, other] of [
    ["c2VjcmV0LWtleS1mb3ItdGVzdAo=", "c2VjcmV0****dAo=", "c2VjcmV0****dBo="],
    ["c2VjcmV0LWtleS1mb3ItdGVzdAo=", "****dAo=.", "****xAo+="],
    ["bce-v3/ALTAK-x1y2z3a4b5/c6d7e8", "bce-v3/ALTAK-x1y2***", "bce-v2/BLTOK-y1x2***"],
    ["bce-v3/ALTAK-x1y2z3a4b5/c6d7e8", "bce-v3/***b5/c6d7e8", "bce-v3/***b5/c6d7e9"],
    ["5f0c1d2e:9a8b7c6d5e4f", "5f0c1d2e:9a***", "6a1d2e3f:9a8b7c0d***"]
  ] as const) {
    describe(`with other letters in it: ${key}`, () =>
      rows(
        [
          [own, 401, wrong(own), "AccountRefused"],
          [other, 401, wrong(other), "Rejected"]
        ],
        key
      ))
  }
  describe("behind a prefix that ours has not", () =>
    rows([["LiteLLM", 401, shownAs("sk-...-key"), "AccountRefused"]], "my-master-key"))
  describe("where we have none", () => {
    it("any", () => strictEqual(reasonOf(401, wrong("sk-ab*****wxyz"), null)._tag, "AccountRefused"))
  })
})

describe("a model by its name", () => {
  rows([
    ["a right", 403, error("Your account is not authorized to use acme/gpt-5.1. Contact sales."), "Rejected"],
    ["a right, without the vendor", 403, error("API key is not allowed to use gpt-5.1"), "Rejected"],
    ["a plan", 403, error("Please upgrade your subscription to use ACME/GPT-5.1."), "Rejected"],
    ["a plan, in words", 403, error("Please upgrade your subscription to use this model."), "Rejected"],
    ["a plan for the API", 403, error("Please upgrade your subscription to use the API"), "AccountRefused"],
    ["an id in another one", 403, error("API key is not allowed to use gpt-5.1-mini"), "AccountRefused"],
    ["a key, and the model beside it", 401, error("Invalid API key (model: acme/gpt-5.1)"), "AccountRefused"],
    ["a valid key for it", 401, error("You need a valid API key to use acme/gpt-5.1."), "AccountRefused"],
    ["a valid key, shorter", 401, error("A valid key is needed to call acme/gpt-5.1."), "AccountRefused"],
    ["no key", 401, error("No API key provided. Sign in to access acme/gpt-5.1."), "AccountRefused"],
    ["no key at all", 401, error("No auth key was sent to use acme/gpt-5.1."), "AccountRefused"],
    ["a wrong key", 401, error("Invalid API key. You need a valid key to call acme/gpt-5.1"), "AccountRefused"],
    ["a wrong key's tier", 401, error("Invalid API key (model: acme/gpt-5.1, key tier: none)"), "AccountRefused"],
    ["a good key's tier", 401, error("This key (tier: none) has no access to acme/gpt-5.1"), "Rejected"],
    ["a wrong key behind", 401, error("litellm.AuthenticationError: Invalid API key for acme/gpt-5.1"), "Rejected"],
    ["a paid model, and nothing to pay with", 402, error("This is a paid model. Your balance is 0."), "AccountRefused"],
    ["a paid model, and what to do", 402, error("This is a paid model. Please top up."), "AccountRefused"],
    ["a paid model, and too little", 402, error("This is a paid model. Not enough credits."), "AccountRefused"],
    ["a paid model, and something", 402, error("This is a paid model. Your balance is 0.05."), "Rejected"],
    ["an offer", 429, error("Rate limit reached. Top up for higher limits."), "RateLimited"],
    ["a paid model", 402, error("This is a paid model. To use paid models, you need to add credits."), "Rejected"],
    ["paid models", 401, error("You need to sign in to use paid models"), "Rejected"],
    ["no money for it", 402, error("Insufficient credits to use this model"), "AccountRefused"],
    ["no money", 402, error("Your account has no credits. Add some to continue"), "AccountRefused"],
    ["no way to it", 401, { error: { type: "ModelError", message: "No provider available" } }, "Rejected"],
    ["switched off", 401, error("Model acme/gpt-5.1 is disabled"), "Rejected"],
    ["a server behind", 401, error("Incorrect API key provided: sk-abc", { type: "upstream_error" }), "Rejected"],
    ["what a plan has of it", 402, error("You have no quota", { code: "quota_exceeded" }), "Rejected"],
    ["the account's quota", 402, error("Your account has no quota", { code: "quota_exceeded" }), "AccountRefused"],
    ["another lack", 402, error("You have nothing"), "perhaps"],
    [
      "a right to all of them",
      401,
      error("The `models` permission is required to access this endpoint"),
      "AccountRefused"
    ],
    ["a right to one", 401, error("You have no permission for this model"), "Rejected"],
    [
      "a right that was given a moment ago",
      403,
      error("Model access is denied, the role is not authorized. If you fixed this, try again after 5 minutes."),
      "Rejected"
    ],
    ["one that is away", 403, error("The model is not available now, try again after 5 minutes."), "ServerFailed"]
  ])
  it("that is a word says nothing", () =>
    strictEqual(Account.concern(403, error("Bad key"), { model: "key" }), "account"))
})

describe("an account without a word for it", () => {
  const token = (what: string) => ({ message: `The security token included in the request is ${what}.` })
  const terminated = "Your access was terminated due to violation of our policies, please check your email."
  rows([
    ["disabled", 400, error("This organization has been disabled."), "AccountRefused"],
    [
      "restricted",
      400,
      error("Organization has been restricted.", { code: "organization_restricted" }),
      "AccountRefused"
    ],
    ["restricted to something", 400, error("Your API key is restricted to chat; seed is odd"), "Rejected"],
    ["terminated", 429, error(terminated, { code: "access_terminated" }), "AccountRefused"],
    ["suspended for a while", 429, error("Your account is suspended for 60 seconds"), "RateLimited"],
    ["suspended for a rate", 429, error("Account is suspended for rate limiting for a minute"), "RateLimited"],
    ["suspended for a time", 429, error("Your account is suspended for a minute"), "RateLimited"],
    ["restricted for a time", 429, error("API key is restricted: too many requests in 60 s"), "RateLimited"],
    ["restricted, under a limit", 429, error("Your account has been restricted"), "RateLimited"],
    ["suspended, under a limit", 429, error("Your account has been suspended"), "AccountRefused"],
    ["a feature that was disabled", 400, error("This feature has been disabled."), "Rejected"],
    ["AWS, a wrong token", 403, token("invalid"), "AccountRefused"],
    ["AWS, an old token", 403, token("expired"), "AccountRefused"],
    ["NVIDIA", 403, { status: 403, title: "Forbidden", detail: "Authorization failed" }, "perhaps"],
    ["more than that", 403, error("Authorization failed for the plugin"), "Rejected"],
    ["Copilot", 403, error("unauthorized: not authorized to use this Copilot feature"), "perhaps"],
    ["at the door", 401, error("Authentication required. Please sign in"), "perhaps"],
    ["at the door, for a key", 401, error("Authentication is required. Please provide an API key."), "AccountRefused"],
    ["at the door, for a valid one", 401, error("Authentication required: no valid key"), "AccountRefused"],
    ["without a key", 401, error("You didn't provide an API key."), "AccountRefused"]
  ])
})

describe("an account that is barred, and a moment to come back", () => {
  for (const [said, headers, expected] of [
    [
      "Your account has been restricted due to a high request rate. Please try again in 1 second.",
      { "retry-after": "1" },
      "RateLimited"
    ],
    ["Your account has been suspended", { "retry-after": "1" }, "RateLimited"],
    ["Your account has been suspended. Please try again in 1 second.", {}, "RateLimited"],
    ["Your account has been suspended", {}, "AccountRefused"]
  ] as const) {
    it(`${said} ${JSON.stringify(headers)}`, () =>
      strictEqual(reasonOf(429, error(said), KEY, "m", headers)._tag, expected))
  }
})

describe("a failure by a name or words of its own", () => {
  const ark = error("Your account [x] has reached the set inference limit for the [m] model.", {
    code: "SetLimitExceeded",
    type: "TooManyRequests"
  })
  rows([
    ["AWS, a quota", 400, { __type: "ServiceQuotaExceededException", message: "Too many tokens" }, "RateLimited"],
    ["AWS, another name", 400, { __type: "ValidationException", message: "Too many tokens" }, "Rejected"],
    ["SageMaker", 424, { Message: 'Received server error (503) from primary with message "{}".' }, "ServerFailed"],
    ["SageMaker, the client's", 424, { Message: "Received client error (400) from primary" }, "Rejected"],
    ["Baseten", 400, { error: "Model is not ready, it is still building or deploying" }, "ServerFailed"],
    ["not that", 400, { error: "This model is not ready for tools" }, "Rejected"]
  ])
  it("Ark: the limit that its owner has set is not over soon", () =>
    strictEqual(Lenient.get(reasonOf(429, ark), "permanent"), true))
  for (const [name, expected] of [
    ["ThrottlingException:http://internal.amazon.com/coral/", "RateLimited"],
    ["ValidationException", "Rejected"]
  ] as const) {
    it(`AWS, in a header: ${name}`, () =>
      strictEqual(reasonOf(400, { message: "said" }, KEY, "m", { "x-amzn-errortype": name })._tag, expected))
  }
})

describe("hostile text", () => {
  it("is read as fast as it is long", () => {
    const before = performance.now()
    for (const part of [
      "*",
      "a*",
      "a***",
      "your key a*** ",
      "your ",
      "key: a.",
      "key ",
      "key sk-...",
      "-",
      "model access ",
      "to use this ",
      "models`",
      "org is ",
      "no auth ",
      "no autha",
      "balance is 0.0"
    ]) {
      const text = part.repeat(60_000 / part.length)
      Masked.isForeign(text, [KEY])
      for (const status of [400, 401, 403]) Account.concern(status, text, { model: "a/1" })
    }
    assertTrue(performance.now() - before < 1_500)
  })

  it("has nothing that a pattern takes for its own", () =>
    deepStrictEqual(Account.concern(403, error("not allowed to use a(1"), { model: "a(1" }), undefined))
})

import { strictEqual } from "@effect/vitest/utils"
import { describe, it } from "vitest"
import * as Account from "../../../../src/api/wire/Account.js"

const said = (message: string, more: object = {}) => ({ error: { message, ...more } })

describe("whom a refusal concerns", () => {
  for (const [status, root, concern] of [
    // The key or the account by name.
    [401, said("Incorrect API key provided: sk-abc. You can find your API key at https://example.com."), "account"],
    [401, said("No auth credentials found"), "account"],
    [401, said("User not found.", { code: 401 }), "account"],
    [401, said("said", { code: 401 }), "account"],
    [401, { detail: "Invalid authentication credentials" }, "account"],
    [401, said("Authentication Error, Invalid proxy server token passed"), "account"],
    [401, said("Your authentication token has expired"), "account"],
    [401, said("You must be a member of an organization to use the API"), "account"],
    [402, said("Insufficient credits. Add more using https://openrouter.ai/credits", { code: 402 }), "account"],
    [402, said("Insufficient Balance"), "account"],
    [402, { message: "Your account is overdue" }, "account"],
    [403, said("Your API key has been disabled"), "account"],
    [403, said("Key limit exceeded (daily limit). Manage it in the settings"), "account"],
    [403, said("This account has been suspended"), "account"],
    [400, said("API key not valid. Please pass a valid API key.", { status: "INVALID_ARGUMENT" }), "account"],
    [400, said("Incorrect API key provided"), "account"],
    // Gateways that count for themselves.
    [403, said("user quota is not enough (request id: x)", { code: "insufficient_user_quota" }), "account"],
    [403, said("token quota is not enough", { code: "pre_consume_token_quota_failed" }), "account"],
    [403, said("该令牌额度已用尽 !token.UnlimitedQuota && token.RemainQuota = 0"), "account"],
    [403, said("用户 [36] 配额不足", { type: "insufficient_quota" }), "account"],
    [403, said("用户额度不足, 剩余额度: ＄0.010000"), "account"],
    [403, said("用户已被封禁"), "account"],
    // One model, or the key that the server has for it.
    [403, said("The model `x` is blocked at the organization level. Please have the org admin enable it."), undefined],
    [403, said("refused", { code: "model_permission_blocked_org" }), undefined],
    [403, said("该令牌无权访问模型 gpt-4o"), undefined],
    [403, said("该模型已被用户禁用"), undefined],
    [401, said("Authentication failed for model acme/model-1: virtual key is blocked"), "account"],
    [401, { model: "acme/model-1", detail: "Key is blocked. Update via /key/unblock" }, "account"],
    [401, said("litellm.AuthenticationError: OpenAIException - Incorrect API key provided: sk-x"), "model"],
    [401, said("key not allowed to access model", { type: "key_model_access_denied" }), "model"],
    [401, said("This key can only access models=['gpt-4o']. Tried to access claude"), "model"],
    [
      401,
      said("Provider returned error", { code: 401, metadata: { provider_name: "Azure", raw: "Access denied" } }),
      "model"
    ],
    [402, said("Payment required", { code: 402, metadata: { provider_name: "DeepSeek", is_byok: true } }), "model"],
    [401, said("The API deployment for this resource does not exist"), "model"],
    // A refusal that says nothing of either.
    [401, "", "perhaps"],
    [401, said("Unauthorized"), "perhaps"],
    [402, said("Payment Required"), "perhaps"],
    // No refusal of the account at all.
    [403, said("Forbidden"), undefined],
    [403, "", undefined],
    [403, said("Country, region, or territory not supported"), undefined],
    [403, said("Your account does not have access to model o3"), undefined],
    [400, said("Bad request: key 'x' is missing in messages"), undefined],
    [400, said("Unknown parameter: 'seed'"), undefined],
    [404, said("Invalid API key"), undefined]
  ] as const) {
    it(`${status} ${JSON.stringify(root).slice(0, 100)}: ${concern}`, () =>
      strictEqual(Account.concern(status, root), concern))
  }
})

describe("an empty account", () => {
  for (const [root, isEmpty] of [
    [said("You exceeded your current quota", { code: "insufficient_quota" }), true],
    [said("Insufficient balance or no resource package. Please recharge.", { code: "1113" }), true],
    [said("余额不足"), true],
    [said("user quota is not enough"), true],
    [said("用户 [36] 配额不足"), true],
    [said("当前分组上游负载已饱和，请稍后再试", { code: "insufficient_quota" }), false],
    [said("今日额度已用完"), false],
    [said("用户今日免费额度已用尽，请明天再试"), false],
    [said("令牌今日额度已用完"), false],
    [said("用户每分钟请求额度已用完，请稍后再试"), false],
    [said("令牌 TPM 配额不足，请稍后重试"), false],
    [said("token quota is not enough, please wait for the next minute"), false],
    [said("用户已被封禁"), false],
    [said("You exceeded your current quota, please check your plan and billing details."), false],
    [said("Rate limit reached"), false]
  ] as const) {
    it(`${JSON.stringify(root)}: ${isEmpty}`, () => strictEqual(Account.isEmpty(root), isEmpty))
  }
})

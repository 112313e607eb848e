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
    [429, said("You exceeded your current quota", { code: "insufficient_quota" }), "account"],
    [429, said("Insufficient balance or no resource package. Please recharge.", { code: "1113" }), "account"],
    // One model, or the key that the server has for it.
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
    [429, said("You exceeded your current quota, please check your plan and billing details."), undefined],
    [404, said("Invalid API key"), undefined]
  ] as const) {
    it(`${status} ${JSON.stringify(root).slice(0, 100)}: ${concern}`, () =>
      strictEqual(Account.concern(status, root), concern))
  }
})

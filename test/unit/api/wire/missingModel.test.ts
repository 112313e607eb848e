/** A refusal that says that there is no such model, and those that say something else. */
import { strictEqual } from "@effect/vitest/utils"
import { Either } from "effect"
import { describe, it } from "vitest"
import * as Classify from "../../../../src/api/wire/Classify.js"
import * as MissingModel from "../../../../src/api/wire/MissingModel.js"
import * as Secret from "../../../../src/api/wire/Secret.js"

const said = (message: string, more: object = {}) => ({ error: { message, ...more } })

describe("no such model", () => {
  for (const [status, root] of [
    [404, said("model 'llama9' not found", { type: "not_found_error" })],
    [404, said('model "llama9" not found, try pulling it first')],
    [404, said("The model `gpt-9` does not exist or you do not have access to it.", { code: "model_not_found" })],
    [404, said("The API deployment for this resource does not exist.", { code: "DeploymentNotFound" })],
    [404, [said("models/x is not found for API version v1main, or is not supported for generateContent.")]],
    [400, { object: "error", message: "Invalid model: mistral-0", type: "invalid_model", code: "1500" }],
    [400, said("/chat/completions: Invalid model name passed in model=x. Call `/v1/models` to view available models")],
    [400, said("openai/gpt-0 is not a valid model ID", { code: 400 })],
    [400, said("Model Not Exist")],
    [400, said("Unknown model: x", { code: "unknown_model" })],
    [404, said("Model not found, inaccessible, and/or not deployed", { code: "NOT_FOUND" })],
    [
      404,
      said("Unable to access model x. Please visit the list of supported models.", { code: "model_not_available" })
    ],
    [404, { detail: "Model qwen-2.5.1 is not loaded" }],
    [400, said("模型不存在，请检查模型代码。", { code: "1211" })],
    [404, { error: 'Model "x" not found. Download it, or name one that is there.' }]
  ] as const) {
    it(`${status} ${JSON.stringify(root).slice(0, 90)}`, () => strictEqual(MissingModel.is(status, root), true))
  }
})

describe("something else", () => {
  for (const [status, root] of [
    [404, "404 page not found"],
    // Of a path that is not there, as frameworks and front ends answer: nothing is said of a model.
    [404, ""],
    [404, said("Not Found")],
    [404, { detail: "Not Found" }],
    [404, said("Resource not found", { code: "404" })],
    [404, "<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1><hr>nginx</body></html>"],
    [404, { status: 404, error: "Not Found", message: "The requested URL was not found" }],
    [404, said("The requested resource could not be found")],
    [404, said("The page you requested could not be found")],
    [404, said("Invalid URL (POST /v1/chat/completions)")],
    [404, "Cannot POST /v1/chat/completions"],
    [404, said("Unknown request URL: POST /chat. Please check the path", { code: "unknown_url" })],
    [400, said("Unsupported parameter: 'max_tokens' is not supported with this model.")],
    [400, said("This model's maximum context length is 4096 tokens.")],
    [400, said("temperature must be between 0 and 2")],
    [429, said("Rate limit reached for model x")],
    [500, said("model 'x' not found")],
    [400, said("")]
  ] as const) {
    it(`${status} ${JSON.stringify(root).slice(0, 90)}`, () => strictEqual(MissingModel.is(status, root), false))
  }
})

describe("a model that is not on the server's list", () => {
  const judged = (unlisted: boolean, said: unknown, status = 404) => {
    const exchange = { _tag: "Body", status, headers: {}, text: JSON.stringify(said) } as const
    const asked = { model: "x", unlisted, maxCompletionTokens: 4096, sent: ["max_tokens"] }
    return Either.match(Classify.classify(exchange, asked, 0, Secret.NONE), {
      onLeft: ({ reason }) => [reason._tag, "status" in reason ? reason.status : undefined, reason.message].join(" "),
      onRight: () => "answered"
    })
  }
  const missing = said("model 'x' not found")

  it("is unavailable when the server says so, too, and was rejected when it is listed", () => {
    strictEqual(judged(true, missing), "ModelUnavailable 404 model 'x' not found")
    strictEqual(judged(false, missing), "Rejected 404 model 'x' not found")
    strictEqual(
      judged(true, { base_resp: { status_code: 2013, status_msg: "unknown model 'x'" } }, 200).split(" ")[0],
      "ModelUnavailable"
    )
  })

  it("is refused for another reason like any other", () => {
    strictEqual(
      judged(true, said("Unsupported parameter: 'max_tokens' is not supported with this model."), 400).split(" ")[0],
      "Rejected"
    )
    strictEqual(judged(true, said("No access"), 401).split(" ")[0], "AccountRefused")
    strictEqual(judged(true, said("busy"), 503).split(" ")[0], "ServerFailed")
  })
})

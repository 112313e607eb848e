/** What the doctor advises, by what was seen of a request that failed. */
import { describe, it } from "@effect/vitest"
import { strictEqual } from "@effect/vitest/utils"
import * as Advice from "../../../src/cli/Advice.js"
import { ModelUnavailable, Rejected, type Reason, ServerFailed } from "../../../src/domain/GenerationError.js"

const rejected = (status: number, message: string) => new Rejected({ status, message, fallbackModels: [] })
const advise = (reason: Reason, baseUrl = "http://127.0.0.1:1/v1", more: Partial<Advice.Seen> = {}): string =>
  Advice.advise(reason, { baseUrl, proxy: undefined, hasKey: true, model: "llama3.2", ...more })

const lost = rejected(404, "404 page not found")

describe("a base URL whose path is not the API's", () => {
  for (const [baseUrl, right] of [
    ["http://localhost:11434", "http://localhost:11434/v1"],
    ["http://localhost:11434/api", "http://localhost:11434/v1"],
    ["http://localhost:8000/proxy/", "http://localhost:8000/proxy/v1"],
    ["http://h:1/api/generate", "http://h:1/v1"],
    ["http://h:1/api/chat/", "http://h:1/v1"],
    ["http://h:1/v1/completions", "http://h:1/v1"],
    ["http://h:1/gateway/v1beta/chat?k=1", "http://h:1/gateway/v1beta?k=1"],
    ["https://openrouter.ai/v1", "https://openrouter.ai/api/v1"],
    ["https://generativelanguage.googleapis.com/v1beta", "https://generativelanguage.googleapis.com/v1beta/openai"],
    ["https://api.groq.com/v1", "https://api.groq.com/openai/v1"],
    ["https://x.openai.azure.com/openai?api-version=1", "https://x.openai.azure.com/openai/v1?api-version=1"]
  ] as const) {
    it(`${baseUrl}: ${right}`, () => strictEqual(advise(lost, baseUrl).endsWith(`try ${right}`), true))
  }

  it("is corrected to the one that the server names", () => {
    const named = (path: string) => rejected(404, `there is no POST ${path}/chat/completions; the API is at /api/v1`)
    for (const path of ["", "/v1", "/v2", "/api"]) {
      strictEqual(advise(named(path), `http://h:1${path}?k=1`).endsWith("try http://h:1/api/v1?k=1"), true, path)
    }
    strictEqual(advise(named("/api/v1"), "http://h:1/api/v1").includes("try http"), false)
    // A version alone is no place.
    strictEqual(Advice.aboutPath(rejected(404, "this API wants v2 of /x"), "http://h:1/v1"), undefined)
  })

  it("is named after a run, too, unless the path is right or something else went wrong", () => {
    strictEqual(Advice.aboutPath(lost, "http://localhost:1")?.endsWith("try http://localhost:1/v1"), true)
    strictEqual(Advice.aboutPath(rejected(501, "no"), "http://localhost:1")?.endsWith("/v1"), true)
    strictEqual(Advice.aboutPath(lost, "http://localhost:1/v1"), undefined)
    strictEqual(Advice.aboutPath(rejected(400, "no"), "http://localhost:1"), undefined)
  })

  it("is not named where the path is right, or the server failed for another reason", () => {
    strictEqual(advise(lost, "https://api.groq.com/openai/v1").includes("try http"), false)
    strictEqual(
      advise(new ServerFailed({ status: 500, message: "down" }), "http://localhost:1").includes("try http"),
      false
    )
  })
})

describe("a model that the server does not have", () => {
  const gone = new ModelUnavailable({ status: 404, message: "The model `llama3.2` does not exist" })
  const suggestion = "similar ones: llama3.3, qwen3"

  it("is compared to the list, if there is one", () => {
    strictEqual(advise(gone, undefined, { suggestion }).endsWith("llama3.3, qwen3"), true)
    strictEqual(
      advise(rejected(400, "Invalid model: llama3.2"), undefined, { suggestion }).endsWith("llama3.3, qwen3"),
      true
    )
    strictEqual(advise(gone).includes("no list of models"), true)
  })

  it("is none where something else was refused, and a deployment where one is wanted", () => {
    strictEqual(advise(rejected(400, "Bad Request"), undefined, { suggestion }).includes("llama3.3"), false)
    const wanted = new ModelUnavailable({
      status: 404,
      message: "The API deployment for this resource does not exist."
    })
    strictEqual(advise(wanted, undefined, { suggestion }).includes("the deployment"), true)
  })
})

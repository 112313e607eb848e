/** What the doctor advises, by what was seen of a request that failed. */
import { describe, it } from "@effect/vitest"
import { strictEqual } from "@effect/vitest/utils"
import * as Option from "effect/Option"
import { expect } from "vitest"
import * as Advice from "../../../src/cli/Advice.js"
import * as GenerationError from "../../../src/domain/GenerationError.js"
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

describe("a prompt that the model has no room for", () => {
  const server = { baseUrl: "http://h:1/v1", hasKey: true, isNamed: true }

  it("is to be shortened, also after a run", () => {
    for (const words of ["Context size has been exceeded.", "max_tokens must be at least 1, got -344."])
      strictEqual(advise(rejected(500, words)).startsWith("the prompt is too long for the model"), true)
    const reason = Option.some(rejected(400, "the request exceeds the available context size"))
    strictEqual(Advice.ofOutcome({ reason }, server)?.startsWith("the prompt is too long"), true)
  })

  it("is none where something else went wrong", () => {
    for (const reason of [rejected(400, "context canceled"), new ServerFailed({ status: 500, message: "down" })])
      strictEqual(Advice.ofOutcome({ reason: Option.some(reason) }, server), undefined)
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

describe("what a server says itself", () => {
  for (const [status, message, words] of [
    [403, "error code: 1010", "firewall"],
    [403, "ERROR: The request could not be satisfied. Request blocked. We can't connect to the server", "firewall"],
    [403, "the upstream was blocked by its owner", "may not use this model"],
    [400, "Input length (11680) exceeds model's maximum context length (4096).", "too long for the model"],
    [400, "temperature must be between 0 and 2", "its own words"],
    [
      404,
      "No endpoints found matching your data policy. Configure: https://openrouter.ai/settings/privacy",
      "the link in its words"
    ],
    [
      403,
      "this model requires a subscription, upgrade for access: https://ollama.com/upgrade",
      "the link in its words"
    ],
    [403, "Authorization failed", "may not use this model"],
    [302, "the server redirects to a page", "ends in the API's version"],
    [405, "Method Not Allowed", "ends in the API's version"]
  ] as const) {
    it(`${status} ${message}`, () => strictEqual(advise(rejected(status, message)).includes(words), true))
  }
})

/** Each reason before each server, as it was read and found right: what stands in `test/golden/command/doctor-advice.txt`. */
describe("the advice", () => {
  const network = (message: string) => new GenerationError.ConnectionFailed({ message })
  const slow = (clock: "connect" | "first-token" | "silence" | "attempt") =>
    new GenerationError.TimedOut({ clock, limitMs: 500 })
  const refused = (status: number) => new GenerationError.AccountRefused({ status, detail: "User not found." })
  const REASONS: ReadonlyArray<readonly [string, Reason]> = [
    ...["ECONNREFUSED", "self-signed certificate", "CERT_HAS_EXPIRED", "unknown issuer: set NODE_EXTRA_CA_CERTS"].map(
      (message) => [message, network(message)] as const
    ),
    ...(["connect", "first-token", "silence", "attempt"] as const).map((clock) => [clock, slow(clock)] as const),
    ...[401, 402, 403].map((status) => [`account ${status}`, refused(status)] as const),
    ...[200, 400, 401, 402, 404, 405, 407, 500, 501].map(
      (status) => [`rejected with ${status}`, rejected(status, "no")] as const
    ),
    ["a parameter", new Rejected({ status: 400, message: "no effort", parameter: "effort", fallbackModels: [] })],
    ["a model", new ModelUnavailable({ message: "no such model", status: 404 })],
    ["a deployment", new ModelUnavailable({ message: "no such deployment", status: 404 })],
    ["a model by its words", rejected(404, "The model `x` does not exist")],
    ["down", new ServerFailed({ status: 503, message: "down" })],
    ["a proxy", new ServerFailed({ status: 407, message: "proxy" })],
    ["empty", new GenerationError.EmptyAnswer({ message: "empty" })],
    ["a blank body", new GenerationError.EmptyAnswer({ message: "the body is blank" })],
    ["another page", new GenerationError.MalformedAnswer({ message: "<html>" })],
    ["limited", new GenerationError.RateLimited({ status: 429, scope: "model", message: "slow", hinted: false })],
    ["an empty account under 429", new GenerationError.AccountRefused({ status: 429, detail: "no", unpaid: true })],
    ...[401, 402].map(
      (status) =>
        [
          `a limit under ${status}`,
          new GenerationError.RateLimited({ status, scope: "model", message: "slow", hinted: false })
        ] as const
    ),
    ["loading under 404", new ServerFailed({ status: 404, message: "loading", because: "loading" })],
    ["cut off", new GenerationError.CutOff({})],
    ["refused", new GenerationError.Refused({ message: "no" })]
  ]
  const SERVERS: ReadonlyArray<readonly [string, string, Partial<Advice.Seen>]> = [
    ["at OpenRouter", "https://openrouter.ai/api/v1", {}],
    ["at one's own server", "http://h:1/v1", {}],
    ["at a server that a flag names", "http://h:1/v1", { again: Advice.sameServer({ isNamed: true }) }],
    ["without a key", "http://h:1/v1", { hasKey: false }],
    ["through a proxy", "http://h:1/v1", { proxy: "http://proxy:8080" }],
    ["with a model like it", "http://h:1/v1", { suggestion: "llama3.1" }],
    ["with the model spelt otherwise", "http://h:1/v1", { info: { id: "LLAMA3.2" } }],
    ["with the model as it is", "http://h:1/v1", { info: { id: "llama3.2" } }],
    ["without a version", "http://h:1/x", {}]
  ]

  it("is what it was", async () => {
    const pages = SERVERS.map(([where, baseUrl, more]) => {
      const lines = REASONS.map(([name, reason]) => `${name}: ${advise(reason, baseUrl, more)}`)
      return `=== ${where}\n${lines.join("\n")}\n`
    })
    await expect(pages.join("\n")).toMatchFileSnapshot("../../golden/command/doctor-advice.txt")
  })

  it("knows the places of the hosts that are known", () => {
    const of = (baseUrl: string) => Advice.aboutPath(lost, baseUrl)?.replace(/^.*: try /, "")
    const places: ReadonlyArray<readonly [string, string]> = [
      ["https://openrouter.ai/", "https://openrouter.ai/api/v1"],
      ["https://generativelanguage.googleapis.com/", "https://generativelanguage.googleapis.com/v1beta/openai"],
      ["https://x.azure.com/", "https://x.azure.com/openai/v1"],
      ["https://api.groq.com/", "https://api.groq.com/openai/v1"],
      ["https://api.deepinfra.com/", "https://api.deepinfra.com/v1/openai"],
      ["https://api.fireworks.ai/", "https://api.fireworks.ai/inference/v1"],
      ["https://open.bigmodel.cn/", "https://open.bigmodel.cn/api/paas/v4"],
      ["https://api.z.ai/", "https://api.z.ai/api/paas/v4"],
      ["https://dashscope.aliyuncs.com/", "https://dashscope.aliyuncs.com/compatible-mode/v1"],
      ["https://dashscope-intl.aliyuncs.com/", "https://dashscope-intl.aliyuncs.com/compatible-mode/v1"],
      ["https://api.cohere.ai/", "https://api.cohere.ai/compatibility/v1"],
      ["https://api.cohere.com/", "https://api.cohere.com/compatibility/v1"],
      ["http://h:11434/api/", "http://h:11434/v1"]
    ]
    for (const [baseUrl, right] of places) {
      strictEqual(of(baseUrl), right)
      strictEqual(Advice.aboutPath(lost, right), undefined)
    }
    strictEqual(Advice.aboutPath(new GenerationError.ConnectionFailed({ message: "no" }), "http://h:1/x"), undefined)
  })
})

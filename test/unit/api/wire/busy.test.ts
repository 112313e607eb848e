import { deepStrictEqual } from "@effect/vitest/utils"
import { describe, it } from "vitest"
import * as Lenient from "../../../../src/api/wire/Lenient.js"
import * as ServerError from "../../../../src/api/wire/ServerError.js"
import type { Reason } from "../../../../src/domain/GenerationError.js"

const said = (message: string, more: object = {}) => ({ error: { message, ...more } })

const reasonOf = (status: number, root: unknown): Reason =>
  ServerError.diagnose({ status, headers: {}, root, now: 0, asked: { model: "m" }, started: false }).reason

/** What a refusal is for: `crowded`, `loading`, or neither. */
const why = (status: number, root: unknown): unknown => {
  const reason = reasonOf(status, root)
  return Lenient.get(reason, "crowded") === true ? "crowded" : Lenient.get(reason, "because")
}

describe("why a server that is well does not answer now", () => {
  for (const [status, root, expected] of [
    // As much in work as there can be.
    [503, { detail: { msg: "Server is busy; please try again later.", type: "service_unavailable" } }, "crowded"],
    [503, said("server busy, please try again.  maximum pending requests exceeded"), "crowded"],
    [503, said("Server is currently too busy, try again in a minute"), "crowded"],
    [503, said("no slot available"), "crowded"],
    [503, said("all slots are in use"), "crowded"],
    [429, said("Too many concurrent requests for this model"), "crowded"],
    [429, said("Your account org-x request reached organization max concurrency: 1"), "crowded"],
    [429, said("A request is already in progress"), "crowded"],
    [409, said("Another request is already in progress for this key. Please wait for it to finish."), "crowded"],
    [400, { error: "Model is busy processing another request" }, "crowded"],
    [400, said("The model acme/m-1.5 is currently busy"), "crowded"],
    [429, said("Please wait for your ongoing requests to finish and try again."), "crowded"],
    [429, { error: { code: "1302", message: "您当前使用该API的并发数过高，请降低并发" } }, "crowded"],
    // Too many in a time, or something else.
    [429, said("Rate limit reached: 20 requests per minute. Reduce your concurrency."), undefined],
    [429, said("organization max RPM: 3, current concurrency: 1"), undefined],
    [429, said("Rate limit exceeded"), undefined],
    [429, said("Rate limit exceeded: free-models-per-min, too many concurrent requests"), undefined],
    [429, said("Rate limit: 60 requests in 60 seconds; too many pending requests"), undefined],
    [429, said("Too many concurrent requests: 5 per 10 seconds"), undefined],
    [429, said("Rate 100/10s, too many parallel requests"), undefined],
    [503, said("Provider is busy: capacity 100 QPS exceeded"), undefined],
    [503, said("Server is busy, slow down"), undefined],
    [429, said("Rate limit reached. Please reduce your request rate or concurrency."), undefined],
    [503, said("Server is busy, try again in 60 seconds"), "crowded"],
    [503, said("Server is busy: 4 running requests, one per 2 slots"), "crowded"],
    [503, said("Service Unavailable"), undefined],
    [503, said("the upstream server is overloaded"), undefined],
    [500, said("concurrent map writes"), undefined],
    [409, said("The resource is locked. Please retry."), undefined],
    [400, said("max_concurrency must be a number"), undefined],
    [400, said("The line is busy with its model"), undefined],
    [
      503,
      said("Provider returned error", { metadata: { provider_name: "X", raw: "Server is busy, try again later" } }),
      undefined
    ],
    [429, said("Too many concurrent requests", { metadata: { provider_name: "X" } }), undefined],
    // Not loaded yet.
    [503, { error: { code: 503, message: "Loading model", type: "unavailable_error" } }, "loading"],
    [503, said("Loading model..."), "loading"],
    [503, { error: "Model meta/x is currently loading", estimated_time: 20.5 }, "loading"],
    [503, said("The model is loading, please wait"), "loading"],
    [503, said("The server is warming up"), "loading"],
    [500, said("model x is still being loaded"), "loading"],
    [400, said("The model is currently loading"), "loading"],
    [503, said("The engine is starting up"), "loading"],
    [503, said("'gpt-oss' is starting"), "loading"],
    [503, said("Workers are being initialized"), "loading"],
    [503, said("model x/y:2 is loading on 2 devices"), "loading"],
    // Something else begins.
    [503, said("Scheduled maintenance is starting"), undefined],
    [503, said("The server is starting scheduled maintenance"), undefined],
    [503, said("Your subscription is starting on 2027-01-01"), undefined],
    [503, said("Job is starting too often"), undefined],
    // It will not be.
    [500, said("Error loading model: no such file"), undefined],
    [503, said("Failed while loading model"), undefined],
    [500, said("unable to load the model: it is loading a broken file"), undefined],
    [503, said("the model is loading but the runner crashed"), undefined],
    [503, said("Service Unavailable", { type: "model_loading_service" }), undefined],
    [503, said("the answer took too long, the page is not loading"), undefined]
  ] as const) {
    it(`${status} ${JSON.stringify(root)}: ${expected}`, () => deepStrictEqual(why(status, root), expected))
  }
})

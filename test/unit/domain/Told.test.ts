/** The status beside the words of a server, once. */
import { describe, it } from "@effect/vitest"
import { strictEqual } from "@effect/vitest/utils"
import { AccountRefused, NotAsked, Rejected, ServerFailed, TimedOut } from "../../../src/domain/GenerationError.js"
import * as Told from "../../../src/domain/Told.js"

describe("a failure in words", () => {
  for (const [reason, said] of [
    [new ServerFailed({ status: 500, message: "boom" }), "HTTP 500: boom"],
    [new Rejected({ status: 404, message: "HTTP 404", fallbackModels: [] }), "HTTP 404"],
    [new Rejected({ status: 400, message: "error code 400: no", fallbackModels: [] }), "error code 400: no"],
    [
      new Rejected({ status: 400, message: "at most 4000 tokens", fallbackModels: [] }),
      "HTTP 400: at most 4000 tokens"
    ],
    [new ServerFailed({ status: 503, message: "gave up after 503 ms" }), "HTTP 503: gave up after 503 ms"],
    [new ServerFailed({ status: 503, message: "503 Service Unavailable" }), "503 Service Unavailable"],
    [
      new AccountRefused({ status: 401, detail: "User not found." }),
      "the API refused the account or the key (HTTP 401): User not found."
    ],
    [new Rejected({ status: 200, message: "odd", fallbackModels: [] }), "odd"],
    [new TimedOut({ clock: "silence", limitMs: 1_000 }), "no further token for 1 s"],
    [new NotAsked({ status: 401, message: "not asked" }), "not asked"]
  ] as const) {
    it(`is "${said}"`, () => {
      strictEqual(Told.reason(reason), said)
      strictEqual(Told.error({ model: "a/b", reason }), `a/b: ${said}`)
    })
  }
})

import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { describe, it } from "vitest"
import * as ErrorName from "../../../../src/api/wire/ErrorName.js"
import * as ErrorShape from "../../../../src/api/wire/ErrorShape.js"

const error = { code: 429, message: "slow down" }

/** Where servers and the proxies before them put it. */
const NESTED: Readonly<Record<string, unknown>> = {
  "in error": { error },
  "in base_resp": { base_resp: error },
  "in a list of errors": { errors: [error] },
  "in message": { message: error },
  "in response.error": { response: { error } },
  "in Response.Error": { Response: { Error: error } },
  "in fault": { fault: error },
  "in header": { header: error },
  "in a list": [{ error }],
  "in no field of its own": error,
  "in a list, and in no field of its own": [error],
  "beside an error that is empty": { error: {}, ...error }
}

describe("the part of a body that is the error", () => {
  it.each(Object.entries(NESTED))("%s", (_, root) => {
    strictEqual(ErrorName.statusIn(root), 429)
    strictEqual(ErrorShape.words(root), "slow down")
  })

  it("is the body where it has none", () => {
    deepStrictEqual(ErrorShape.node([{ detail: "no" }]), { detail: "no" })
    deepStrictEqual(ErrorShape.node({ error: null, detail: "no" }), { error: null, detail: "no" })
    strictEqual(ErrorShape.node("no"), "no")
  })
})

const isReported = (body: Readonly<Record<string, unknown>>, saysSomething = false) =>
  ErrorShape.reported(body, undefined, saysSomething) !== undefined

describe("a failure that is no `error`", () => {
  /** Where a body may say how it went, given with what it says. */
  const codes: ReadonlyArray<(code: unknown) => Readonly<Record<string, unknown>>> = [
    (code) => ({ error: code }),
    ...["code", "status_code", "statusCode"].map((field) => (code: unknown) => ({
      [field]: code,
      message: "so it is"
    })),
    ...["error_code", "errcode", "errorCode", "error_msg"].map((field) => (code: unknown) => ({ [field]: code })),
    (code) => ({ header: { code } }),
    (code) => ({ base_resp: { status_code: code } })
  ]

  it("is what its code says, unless that means well", () => {
    for (const body of codes) {
      for (const fine of [
        null,
        undefined,
        0,
        200,
        "",
        "0",
        "200",
        "ok",
        "OK",
        " success ",
        "succeeded",
        "null",
        "none",
        "None"
      ]) {
        strictEqual(isReported(body(fine)), false, JSON.stringify(body(fine)))
      }
      for (const bad of [1, 201, 429, "1", "429", "no", "failed"]) {
        // A number alone is no error's text.
        const isBare = "error" in body(bad) && typeof bad === "number"
        strictEqual(isReported(body(bad)), !isBare, JSON.stringify(body(bad)))
      }
    }
  })

  it.each([
    { object: "error" },
    { type: "error" },
    { status: "error" },
    { status: "FAILED" },
    { status: "failure" },
    { status: "fail" },
    { success: false },
    { ok: false },
    { errors: ["x"] },
    { Response: { Error: {} } },
    { response: { error: {} } },
    { fault: {} },
    { detail: "no" },
    { promptFeedback: { blockReason: "SAFETY" } }
  ])("%j, where there is no text beside it", (body) => {
    strictEqual(isReported(body), true)
    strictEqual(isReported(body, true), false)
  })

  it.each([
    { object: "chat.completion" },
    { type: "message" },
    { status: "ok" },
    { status: "no failure" },
    { success: true },
    { ok: true },
    { errors: [] },
    { Response: {} },
    { response: {} },
    { promptFeedback: {} }
  ])("is not %j", (body) => strictEqual(isReported(body), false))
})

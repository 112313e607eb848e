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

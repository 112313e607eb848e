/** What the API says before a model is asked: no key, no sense in the body, no such model. Pure. */
import * as Either from "effect/Either"
import * as Behavior from "./Behavior.js"
import * as Catalog from "./Catalog.js"
import * as Failure from "./Failure.js"

export interface Refusal {
  readonly status: number
  readonly body: unknown
}

const plain = (status: number, message: string): Refusal => ({ status, body: Failure.coded(status, message) })

export const malformed: Refusal = plain(400, "Invalid request body: a JSON object with model and messages is needed")

export const down: Refusal = plain(503, "Service unavailable")

export const unknownPath = (asked: string, api: string): Refusal =>
  plain(404, `there is no ${asked}; the API is at ${api}`)

export const unknownBehavior = (plan: string): Refusal =>
  plain(400, `${Behavior.HEADER}: no behavior is called "${plan}"; there are ${Behavior.names.join(", ")}`)

/** The key is compared and forgotten. */
export const unauthorized = (
  accepted: ReadonlySet<string> | undefined,
  authorization: string | undefined
): Either.Either<void, Refusal> => {
  const key = authorization?.replace(/^Bearer\s*/i, "").trim() ?? ""
  if (accepted === undefined || accepted.has(key)) return Either.void
  return Either.left(plain(401, key === "" ? "Missing Authentication header" : "User not found."))
}

/** A free variant that is gone names the paid one; anything else that is not offered is not a model. */
export const unknownModel = (id: string, models: ReadonlyMap<string, Catalog.Model>): Refusal => {
  const paid = id.replace(/:free$/, "")
  if (Catalog.isFree(id) && models.has(paid)) {
    const message = `The free variant of ${paid} has ended`
    const availability = { code: "free_variant_ended", retryable: false, fallback_models: [paid] }
    return { status: 404, body: Failure.unavailable(id, 404, "not_found", message, availability) }
  }
  const message = `${id} is not a valid model ID`
  const availability = { code: "model_not_found", retryable: false }
  return { status: 400, body: Failure.unavailable(id, 400, "invalid_request", message, availability) }
}

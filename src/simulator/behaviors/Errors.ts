/** Failures that say so: error bodies with the status they belong to, or with 200. */
import * as Completion from "../Completion.js"
import * as Reply from "../Reply.js"

/** Status, the name in `error.metadata.error_type`, and the sentence. */
const statuses: ReadonlyArray<readonly [number, string, string]> = [
  [400, "invalid_request", "Provider returned error: unsupported parameter"],
  [401, "authentication", "User not found."],
  [402, "payment_required", "Insufficient credits. Add more using https://openrouter.ai/credits"],
  [403, "permission_denied", "This model is not available to your account"],
  [404, "not_found", "No endpoints found for this model"],
  [408, "timeout", "Request timed out"],
  [413, "payload_too_large", "Request body is too large"],
  [422, "unprocessable", "The request could not be processed"],
  [429, "rate_limit_exceeded", "Rate limit exceeded"],
  [500, "server", "Internal Server Error"],
  [502, "provider_unavailable", "Provider returned error"],
  [503, "provider_unavailable", "No instances available"],
  [504, "timeout", "Provider timed out"],
  [520, "unmapped", "Web server returned an unknown error"],
  [521, "unmapped", "Web server is down"],
  [522, "unmapped", "Connection timed out"],
  [523, "unmapped", "Origin is unreachable"],
  [524, "unmapped", "A timeout occurred"],
  [525, "unmapped", "SSL handshake failed"],
  [526, "unmapped", "Invalid SSL certificate"],
  [527, "unmapped", "Railgun error"],
  [529, "provider_overloaded", "Provider is overloaded"],
  [530, "unmapped", "Origin DNS error"]
]

const byStatus: Reply.Table = Object.fromEntries(
  statuses.map(([status, type, message]) => [
    `status-${status}`,
    Reply.fixed(`${status} with the error in its body`, (call) =>
      Completion.json(call, status, Completion.failure(status, message, { error_type: type }))
    )
  ])
)

export const table: Reply.Table = { ...byStatus }

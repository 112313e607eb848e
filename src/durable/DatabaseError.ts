/** The database failed, or did not answer in time. What it held is safe; what was not written may be tried again. */
import * as Schema from "effect/Schema"

export class DatabaseError extends Schema.TaggedError<DatabaseError>("algogen.DatabaseError")("DatabaseError", {
  message: Schema.String
}) {}

/** What is known of a foreign failure, without the failure: it may hold the address of the database with its password. */
export const describe = (error: unknown): string => {
  const found = detailOf(error, 0)
  return found === "" ? "it gave no reason" : found
}

const DEEPEST = 4

const detailOf = (error: unknown, depth: number): string => {
  if (typeof error !== "object" || error === null || depth > DEEPEST) return typeof error === "string" ? error : ""
  // `connect ECONNREFUSED` to several addresses comes as a list of errors without a message.
  const first = "errors" in error && Array.isArray(error.errors) ? detailOf(error.errors[0], depth + 1) : ""
  const inner = "cause" in error ? detailOf(error.cause, depth + 1) : ""
  const own = "message" in error && typeof error.message === "string" ? error.message : ""
  return (inner || first || own).replace(/\b(postgres(?:ql)?:\/\/)[^\s@/]*@/gu, "$1")
}

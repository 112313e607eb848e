/**
 * What the model said, or was asked, in a body that reports an error: it is taken out before the rest is read for names,
 * words and hints. A comment such as "invalid api key" in half a module says nothing of the account. Pure.
 */
import * as Lenient from "./Lenient.js"

/** The fields that hold it, wherever they stand. */
const FIELDS: ReadonlySet<string> = new Set(
  (
    "choices candidates delta content failed_generation partial partial_response partial_output generated_text " +
    "reasoning_content reasoning_details reasoning_text thinking thoughts tool_calls function_call arguments"
  ).split(" ")
)

/** Only an answer has these: of one that reports an error nothing but the error is the server's. */
const OF_ANSWERS: ReadonlyArray<string> = ["finish_reason", "finishReason", "index", "done"]

/** As deep as anything is looked through. */
const MAX_DEPTH = 8

/** The same value without it. */
export const without = (value: unknown, depth = 0): unknown => {
  if (depth > MAX_DEPTH) return value
  if (Array.isArray(value)) return value.map((item) => without(item, depth + 1))
  if (typeof value === "string") return depth === 0 ? value : inJson(value, depth)
  if (!Lenient.isRecord(value)) return value
  const { error, role } = value
  if (Lenient.words(role) !== undefined) return {}
  const isAnswer = error !== undefined && OF_ANSWERS.some((field) => Object.hasOwn(value, field))
  const fields = isAnswer ? [["error", error] as const] : Object.entries(value)
  return Object.fromEntries(
    fields.flatMap(([key, field]) =>
      FIELDS.has(key) && typeof field !== "boolean" ? [] : [[key, without(field, depth + 1)]]
    )
  )
}

/** Servers pass on what the server behind them said as text. */
const inJson = (text: string, depth: number): string => {
  const inner = /^\s*[[{]/.test(text) ? Lenient.parse(text) : undefined
  if (inner === undefined) return text
  const rest = JSON.stringify(without(inner.value, depth + 1))
  return rest === JSON.stringify(inner.value) ? text : rest
}

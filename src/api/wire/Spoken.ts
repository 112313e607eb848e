/**
 * What the model said, or was asked, in a body that reports an error: it is taken out before the rest is read for names,
 * words and hints. A comment such as "invalid api key" in half a module says nothing of the account. Pure.
 */
import * as Fragment from "./Fragment.js"
import * as Lenient from "./Lenient.js"

/** The fields that hold it, wherever they stand. */
const FIELDS: ReadonlySet<string> = new Set(
  (
    "choices candidates delta content failed_generation partial partial_response partial_output generated_text " +
    "reasoning_content reasoning_details reasoning_text thinking thoughts tool_calls function_call arguments"
  ).split(" ")
)

/** Only an answer has these: of one that reports an error nothing but the error and what is no text is the server's. */
const OF_ANSWERS: ReadonlyArray<string> = ["finish_reason", "finishReason", "index", "done"]

/** As deep as anything is looked through. */
const MAX_DEPTH = 8

/** What makes a message of an object with a role. */
const OF_MESSAGES: ReadonlyArray<string> = ["content", "parts"]

/** Where an answer has its text, which may be a number for once. */
const TEXTS: ReadonlySet<string> = new Set(["response", "text", "message", "output", "reasoning", "token"])

/** The same value without it. */
export const without = (value: unknown, depth = 0): unknown => {
  if (depth > MAX_DEPTH) return value
  if (Array.isArray(value)) return value.map((item) => without(item, depth + 1))
  if (typeof value === "string") return inJson(value, depth)
  if (!Lenient.isRecord(value)) return value
  const has = (field: string) => Object.hasOwn(value, field)
  if (Lenient.words(value["role"]) !== undefined && OF_MESSAGES.some(has)) return {}
  const isAnswer = value["error"] !== undefined && OF_ANSWERS.some(has)
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, field]) => {
      const isSpoken = FIELDS.has(key) || (isAnswer && key !== "error" && (TEXTS.has(key) || !isAmount(field)))
      return isSpoken && typeof field !== "boolean" ? [] : [[key, without(field, depth + 1)]]
    })
  )
}

/** A number or a time, as it stands beside an error. */
const isAmount = (field: unknown): boolean => /^\d[\w.:+-]{0,40}$/.test(Lenient.scalar(field))

/** Servers pass on what the server behind them said as text. */
const inJson = (text: string, depth: number): string => {
  if (!/^\s*[[{]/.test(text)) return text
  const inner = Lenient.parse(text)
  if (inner === undefined) return inTorn(text)
  const rest = JSON.stringify(without(inner.value, depth + 1))
  return rest === JSON.stringify(inner.value) ? text : rest
}

const KEY = new RegExp(`(?<!\\\\)(\\\\*)"(?:${[...FIELDS].join("|")})\\1"\\s*:\\s*(?=\\1["[{])`, "g")

/** Of JSON that breaks off: each value that is whole is taken out, and else all from there on. */
const inTorn = (text: string): string => {
  const parts: Array<string> = []
  let at = 0
  for (const { 0: key, 1: escape, index } of text.matchAll(KEY)) {
    if (index < at) continue
    parts.push(text.slice(at, index))
    // Where one is inside of a string, its end is not to be told from that of the string.
    at = (escape === "" ? Fragment.endOf(text, index + key.length) : undefined) ?? text.length
  }
  return [...parts, text.slice(at)].join("")
}

/**
 * Where servers put an error and its words: tables of the fields, and how a body is told that reports a failure. It says
 * nothing of what the failure means. Pure.
 */
import * as Excerpt from "./Excerpt.js"
import * as Lenient from "./Lenient.js"

/** The fields that hold words, the most telling first; what stands in them may be a string, a list or an object again. */
const WORDS: ReadonlyArray<string> = [
  ..."message msg faultstring error_description error_message error_msg err_msg errmsg status_msg statusmessage detail".split(
    " "
  ),
  ..."error errors details base_resp description fault reason title innererror exception".split(" "),
  ..."response header ret text body code type".split(" ")
]

/** The fields that hold an error of its own, below the body. */
const NESTS: ReadonlyArray<ReadonlyArray<string | number>> = [
  ["error"],
  ["base_resp"],
  ["errors", 0],
  ["message"],
  ["response", "error"],
  ["Response", "Error"],
  ["fault"],
  ["header"]
]

/** The part of a body that is the error: what stands in one of its fields, or else the body itself. */
export const node = (root: unknown): unknown => {
  const body = Array.isArray(root) ? root.find(Lenient.isRecord) : root
  return NESTS.map((path) => Lenient.at(body, ...path)).find((inner) => isNode(inner)) ?? body
}

const isNode = (inner: unknown): boolean => Lenient.isRecord(inner) && !isHollow(inner)

const FINE: ReadonlySet<unknown> = new Set<unknown>([
  null,
  undefined,
  0,
  200,
  "",
  ..."0 200 ok success succeeded null none".split(" ")
])

const isFine = (code: unknown): boolean => FINE.has(typeof code === "string" ? code.trim().toLowerCase() : code)

/** Does a body without an answer report a failure, though it has no `error`. */
const REPORTS: ReadonlyArray<(body: Lenient.Fields) => boolean> = [
  ({ object, type }) => object === "error" || type === "error",
  ({ status }) => /^(?:error|fail(?:ed|ure)?)$/i.test(Lenient.string(status) ?? ""),
  ({ ok, success }) => success === false || ok === false,
  (body) => ["code", "status_code", "statusCode"].some((field) => !isFine(body[field])) && mayExplain(body),
  (body) => ["error_code", "errcode", "errorCode", "error_msg"].some((field) => !isFine(body[field])),
  ({ header }) => !isFine(Lenient.get(header, "code")),
  ({ errors, Response }) => Lenient.at(errors, 0) !== undefined || Lenient.isRecord(Lenient.get(Response, "Error")),
  ({ fault, response }) => Lenient.isRecord(Lenient.get(response, "error")) || Lenient.isRecord(fault),
  (body) => body["detail"] !== undefined && mayExplain(body),
  ({ promptFeedback }) => Lenient.words(Lenient.get(promptFeedback, "blockReason")) !== undefined
]

/** The chunk or body, or its choice, where it reports an error. */
export const reported = (
  chunk: Lenient.Fields,
  choice: Lenient.Fields | undefined,
  saysSomething: boolean
): object | undefined => {
  if (isError(chunk["error"], saysSomething)) return chunk
  if (choice !== undefined && isError(choice["error"], true)) return choice
  // MiniMax has it beside every answer.
  if (!isFine(Lenient.get(chunk["base_resp"], "status_code"))) return chunk
  return !saysSomething && REPORTS.some((reports) => reports(chunk)) ? chunk : undefined
}

/** An empty error object beside good text is a field that the server always fills in. */
const isError = (error: unknown, besideText: boolean): boolean =>
  typeof error === "object" && error !== null
    ? !(besideText && isHollow(error))
    : Lenient.words(error) !== undefined && !isFine(error)

/** Nothing in it but nulls, blanks and noughts. */
const isHollow = (value: unknown): boolean =>
  typeof value === "object" && value !== null
    ? Lenient.fields(value).every(([, field]) => isHollow(field))
    : isFine(value) || value === false

/** Has it words that may say why there is no answer. */
export const mayExplain = (body: Lenient.Fields): boolean =>
  ["message", "msg", "detail"].some((field) => wordsIn(body[field]) !== undefined)

const COMPLAINT =
  /<html|<!doctype|gateway|upstream|time[ds]? ?out|abort|interrupt|cancel|disconnect|clos(?:ed|ing)|reset|crash|killed|out of memory|\b5\d\d\b|error|fail|invalid|must |not |n't |unable|exceed|denied|refus|limit|unsupported|unavailable|unauthor|missing|too (?:long|large|many)|expired|overload|busy/i

/** What a proxy says in the place of a server that is down, also with a good status. */
export const OUTAGE =
  /^"?(?:no healthy upstream|upstream (?:connect error|request timeout)|internal server error|bad gateway|gateway time-?out|service unavailable)\b/i

/** Do words beside an answer say that something is wrong. */
export const complains = (aside: unknown): boolean => aside !== undefined && COMPLAINT.test(words(aside))

export const field = (root: unknown, key: string): unknown => Lenient.get(node(root), key) ?? Lenient.get(root, key)

/** The server's own words for a failure in one line; empty where there are none. */
export const words = (root: unknown): string => {
  if (typeof root === "string") return Excerpt.page(inString(root, 0) ?? root)
  const said = wordsIn(root) ?? ""
  const raw = wordsIn(Lenient.at(node(root), "metadata", "raw")) ?? ""
  const all = raw === "" || said.includes(raw) ? said : `${said} (${raw})`
  if (all.trim() !== "") return Excerpt.page(all)
  return /[a-z]{3}/i.test(Lenient.texts(root)) ? Excerpt.line(JSON.stringify(Lenient.cut(node(root) ?? root))) : ""
}

/** What stands in one of the fields that hold words, however deep; a field of its own gives its name with it. */
const wordsIn = (value: unknown, depth = 0): string | undefined => {
  if (typeof value === "string") return inString(value, depth)
  if (depth > 6 || typeof value !== "object" || value === null) return undefined
  if (Array.isArray(value)) {
    const all = value.slice(0, 5).flatMap((item) => wordsIn(item, depth + 1) ?? [])
    return all.length === 0 ? undefined : all.join("; ")
  }
  const all = Lenient.fields(value)
  const fields = new Map(all.map(([key, field]) => [key.toLowerCase(), field]))
  // Where the error is an object, what stands beside it says less.
  const order = Lenient.isRecord(fields.get("error")) ? ["error", ...WORDS] : WORDS
  for (const key of order) {
    const found = fields.has(key) ? wordsIn(fields.get(key), depth + 1) : undefined
    if (found !== undefined) return `${locationOf(value)}${found}`
  }
  // By the names of the fields at fault: `{ "max_tokens": ["must be positive"] }`.
  const named = all.flatMap(([key, field]) =>
    typeof field === "string" || Array.isArray(field)
      ? [wordsIn(field, depth + 1)].flatMap((found) => (found === undefined ? [] : [`${key}: ${found}`]))
      : []
  )
  return depth === 0 || named.length === 0 ? undefined : named.slice(0, 5).join("; ")
}

const inString = (text: string, depth: number): string | undefined => {
  const bare = Lenient.words(text)?.trim()
  const json = bare !== undefined && /^[[{]/.test(bare) ? Lenient.parse(bare)?.value : undefined
  const inner = json === undefined ? undefined : wordsIn(json, depth + 1)
  return inner ?? (isFine(bare) || /^-?\d+$/.test(bare ?? "") ? undefined : bare)
}

/** FastAPI says where: `["body", "seed"]`. */
const locationOf = (item: object): string => {
  const path = Lenient.get(item, "loc")
  const names = Array.isArray(path) ? path.filter((name) => name !== "body") : []
  return names.length === 0 ? "" : `${names.join(".")}: `
}

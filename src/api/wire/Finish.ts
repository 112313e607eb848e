/**
 * What a finish reason says of the answer before it. Servers spell the same word in any case and with any separator, and
 * invent new ones; only what is known to mean a whole answer, or says so plainly, counts as one. Pure.
 */
import * as Lenient from "./Lenient.js"

/** `token-limit`: it has as many tokens as it may have; `failed`: the provider broke off; `unknown`: half an answer for all that is known. */
export type Finish = "whole" | "token-limit" | "filtered" | "failed" | "unknown"

/** Words that are there and say nothing. */
const SILENT: ReadonlySet<string> = new Set(["", "null", "none", "nil", "undefined"])

const KNOWN: ReadonlyMap<string, Finish> = new Map([
  ...words("whole", "stop end_turn eos eos_token stop_sequence tool_calls tool_call tool_use function_call complete"),
  ...words("whole", "normal"),
  // The tokens that end a turn, by their names.
  ...words("whole", "im_end eot eot_id s return"),
  ...words("token-limit", "length max_tokens model_length max_output_tokens incomplete"),
  ...words("filtered", "safety recitation prohibited_content blocklist spii sensitive refusal refused"),
  ...words("failed", "error abort cancelled timeout network_error insufficient_system_resource malformed_function_call")
])

/** For words in no list, the first that fits. What speaks against an answer comes before what speaks for it. */
const PATTERNS: ReadonlyArray<readonly [pattern: RegExp, finish: Finish]> = [
  // A call that could not be read is filtered out, as Gemini has it: nothing that was said is objected to.
  [/callfilter/, "failed"],
  [/filter|safety|sensitive|moderat|guardrail|prohibit|blocked|policy|toxic|violation/, "filtered"],
  [
    /error|abort|cancel|timeout|timedout|fail|network|interrupt|insufficient|malformed|exception|ratelimit|quota/,
    "failed"
  ],
  [/disconnect|overload|unavailable|crash|killed|preempt|unexpected/, "failed"],
  [/length|max(?:imum)?(?:new|output|completion|model)?token|limit|truncat|context|budget/, "token-limit"],
  [/^(?:stop|end|eos|complete|done|finish)/, "whole"]
]

/** The reason as a word, where it says anything; SGLang has the word in an object, `{ "type": "length", "length": 4096 }`. */
export const word = (reason: unknown): string | undefined => {
  const said = Lenient.isRecord(reason) ? (Lenient.words(reason["type"]) ?? reason["reason"]) : reason
  return typeof said === "string" && !SILENT.has(normal(said)) ? said : undefined
}

/** What SGLang says of a failure besides the word: `{ "type": "abort", "message": "..", "status_code": 400 }`. */
export const failureIn = (reason: unknown): unknown =>
  Lenient.isRecord(reason) && Lenient.words(reason["message"]) !== undefined
    ? { error: { message: reason["message"], code: reason["status_code"], type: reason["err_type"] } }
    : undefined

export const of = (reason: string): Finish => {
  const bare = normal(reason)
  return KNOWN.get(bare) ?? PATTERNS.find(([pattern]) => pattern.test(bare))?.[1] ?? "unknown"
}

/** `MAX_TOKENS`, `maxTokens`, `FinishReason.MAX_TOKENS` and `<|max-tokens|>` are one word. */
function normal(reason: string): string {
  return reason
    .slice(0, 200)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "")
    .replace(/^(?:finish|stop)reason/, "")
}

function words(finish: Finish, list: string): ReadonlyArray<readonly [string, Finish]> {
  return list.split(" ").map((reason) => [normal(reason), finish])
}

/** How many completion tokens a refusal says would fit, in the words of the servers: a row for each way to say it. Pure. */

interface Row {
  readonly pattern: RegExp
  /** From what the pattern found, as numbers, and the ceiling that was asked for. */
  readonly fits: (found: ReadonlyArray<number>, asked: number) => number
}

const N = "(\\d[\\d,_]*)"
const row = (pattern: string, fits: Row["fits"]): Row => ({
  pattern: new RegExp(pattern.replaceAll("#", N).replaceAll("~", "[^\\n]{0,200}?"), "i"),
  fits
})

const first: Row["fits"] = ([n = 0]) => n
/** The window, less the prompt. */
const window: Row["fits"] = ([limit = 0, prompt = 0]) => limit - prompt
/** The same, with the two the other way round. */
const room: Row["fits"] = ([prompt = 0, limit = 0]) => limit - prompt
/** The window, less what was asked for in all without the ceiling; where that was not all counted, nobody knows. */
const total: Row["fits"] = ([limit = 0, wanted = 0], asked) => (wanted < asked ? 0 : limit - (wanted - asked))

/** The same, with the two the other way round. */
const excess: Row["fits"] = ([wanted = 0, limit = 0], asked) => total([limit, wanted], asked)

/**
 * Half of what was asked for, where nobody counts the prompt, or vLLM only until it knows that it is too long: it then
 * says "at least" and the one token that is too many.
 */
const half: Row["fits"] = ([limit = 0], asked) => (2 * asked > limit ? Math.floor(Math.min(limit, asked) / 2) : 0)

/** The parameter and what servers call it in a sentence. */
const CEILING = "max(?:imum)?[ _]?(?:\\w+[ _])?tokens?\\b"
const AT_MOST =
  "(?:less than or equal to|lower than or equal to|at most|not exceed|cannot exceed|no more than|<=|≤|up to|allowed(?: value)?(?: is| of|:))"

const countOf = (digits: string): number => Number(digits.replace(/[,_]/g, ""))

const ROWS: ReadonlyArray<Row> = [
  row("can only afford #", first),
  // "128000 token capacity required, 19484 available"
  row("token capacity required, # available", first),
  // ".. is 4096 tokens. However, you requested 4575 tokens (575 in the messages, 4000 in the completion)"
  row(
    "maximum context length (?:is|of) # tokens~\\(\\s*# (?:tokens )?(?:in|of|from) (?:\\w+ )?(?:messages|prompt|input)",
    window
  ),
  // ".. is 4096 tokens and your request has 575 input tokens"
  row("context (?:length|window|size)~#(?: tokens)?~(?:has|contains|with|have) # (?:input|prompt) tokens", window),
  // ".. is 4096 tokens. However, you requested 4096 output tokens and your prompt contains at least 897 input tokens"
  row("context length~#(?: tokens)?~contains at least # (?:input|prompt) tokens", ([limit = 0, prompt = 0], asked) =>
    prompt + asked === limit + 1 ? half([limit], asked) : limit - prompt
  ),
  // vLLM does not count the tokens of a prompt that has too many letters: ".. and your prompt contains 2581 characters"
  row("context length~#(?: tokens)?~contains # characters", half),
  // "max_tokens=16384 cannot be greater than max_model_len=max_total_tokens=8192"
  row(
    `${CEILING}[^\\n\\d]{0,12}[\\d,_]+\\W{1,3}(?:(?:is|cannot be|must not be) (?:greater|larger|more) than|exceeds) (?:the )?max_(?:model_len|seq_len|total_tokens)\\D{0,30}#`,
    half
  ),
  // "700 prompt tokens + 4096 max_tokens exceeds context size 4096"
  row("(?<![\\d,_])# prompt tokens \\+ \\d+ \\w+ exceeds? (?:the )?context (?:size|length|window)\\D{0,20}#", room),
  // "The sum of prompt length (897.0), query length (0) and max_tokens (4096) should not exceed max_seq_len (4096)"
  row("prompt length \\(#(?:\\.\\d+)?\\)~max_seq_len \\(#\\)", room),
  // "Prompt contains 897 tokens and 4096 max_tokens, too large for model with 4096 maximum context length"
  row("prompt contains # tokens~with # maximum context length", room),
  row("context length~# tokens~: # tokens from the input", window),
  // ".. exceed context limit: 190000 + 20000 > 200000"
  row("context (?:limit|length|window)~# \\+ # > #", ([prompt = 0, , limit = 0]) => limit - prompt),
  row("must be <= #\\. given: # `?inputs`? tokens", window),
  // ".. is 4096 tokens. However, you requested 4575"
  row(
    "context (?:length|window|size)[^\\d]{0,40}#(?: tokens)?~request(?:ed)?[^\\d]{0,30}#(?! ?(?:input|prompt))",
    total
  ),
  // "You passed 575 input tokens and requested 4096 output tokens. However, .. context length is only 4096 tokens"
  row("passed # input tokens~context length is (?:only )?# tokens", room),
  row("max_total_tokens \\(#\\) must be~max_seq_len \\(#\\)", excess),
  // "Please reduce the length of the messages or completion. Current length is 4993 while limit is 4096"
  row("messages or completion~current length is # while limit is #", excess),
  // "The estimated number of input and maximum output tokens (4993) exceeded this model context window limit (4096)"
  row("input and maximum output tokens \\(#\\) exceed~context window limit \\(#\\)", excess),
  // "Your request exceeded model token limit: 4096 (requested: 4993)"
  row("exceeded model token limit: # \\(requested: #\\)", total),
  // "model max length exceeded, max length:4096"
  row("max length exceeded, max length: ?#", half),
  // A minute's tokens, the ceiling included: "Limit 6000, Requested 7000"
  row("tokens per min(?:ute)?\\b~limit:? #,~requested:? #", total),
  row("supports at most # completion tokens", first),
  row("range is from \\d+ \\(inclusive\\) to # \\(exclusive\\)", ([n = 0]) => n - 1),
  row(`${CEILING}~\\[\\s*\\d+\\s*,\\s*#\\s*\\]`, first),
  row(`${CEILING}~(?:between|range)[^\\d]{0,20}\\d+\\s*(?:and|to|-|\\.\\.)\\s*#`, first),
  // "max_tokens: 100000 > 8192, which is the maximum allowed number of output tokens"
  row(`${CEILING}\\W*:? # > #, which is the max`, ([, n = 0]) => n),
  // "max_tokens (100000) exceeds the maximum output tokens allowed for model X (8192)", ".. of 131072 exceeds the .. limit: 102400"
  row(
    `${CEILING}[^\\n\\d]{0,12}[\\d,_]+\\W{1,3}(?:which )?exceeds (?:the )?(?:model(?:'s)? )?(?=max|limit)[^\\n]{0,120}?(?:\\(|: |\\b(?:max|maximum|limit|of|is) )#(?![\\w.-]*\\w)`,
    first
  ),
  row(`${CEILING}~${AT_MOST} ?[\`'"]?#`, first),
  row("model limit (?:of|is) #", first),
  // "max_tokens (100000) is too large: maximum is 8192"
  row(`${CEILING}[^\\n]{0,30}too large[^\\d]{0,20}max(?:imum)?(?: allowed)?(?: value)?(?: is|:) ?#`, first),
  // "Requests with max_tokens > 4096 must have stream=true", to one that has not
  row(`${CEILING} > # must have stream`, first),
  // "4096 is greater than the maximum of 2048 - 'max_tokens'"
  row(`is greater than the maximum of #[^\\n\\w]{0,10}${CEILING}`, first)
]

/** Of a limit of tokens in a time: all that it lets through at once, and what was asked for. */
const AT_ONCE = new RegExp(`\\btokens per\\b[^\\n]{0,60}\\blimit:? ${N}(?:, used:? [\\d,_]+)?, requested:? ~?${N}`, "i")

/** Is one request more than such a limit ever lets through, so that no wait helps. */
export const isBeyond = (text: string): boolean => {
  const [, limit, requested] = AT_ONCE.exec(text) ?? []
  return limit !== undefined && requested !== undefined && countOf(requested) > countOf(limit)
}

/** OpenAI says this of thoughts that left no room for an answer, with a bad status where others have a finish reason. */
const REACHED = /\bmax_tokens or model output limit was reached\b/i

/** Do words say that the answer came to its ceiling. */
export const isReached = (text: string): boolean => REACHED.test(text)

/**
 * What says that the prompt has no room in the model's context, or left none for the answer, and names nothing that would
 * fit. llama-cpp-python counts the prompt alone: "Requested tokens (5000) exceed context window of 2048".
 */
const OVERFLOW = new RegExp(
  [
    "\\bcontext (?:size|length|window|limit) (?:has been |was |is |of \\d+ (?:tokens )?)?exceeded\\b",
    "\\bexceed(?:s|ed|ing)? (?:\\w+(?:'s)? ){0,4}context (?:size|length|window|limit)\\b",
    "\\bexceed_context_size_error\\b",
    // Of the prompt: a ceiling can be lowered, and what else is too long is the server's own.
    "(?<!\\bmax(?:imum)?[ _](?:\\w+[ _])?)\\b(?:prompts?|inputs?|tokens?|messages?|request)\\b[^\\n]{0,80}\\b(?:longer|greater|larger|more) than (?:\\w+(?:'s)? ){0,3}(?:context (?:size|length|window|limit)|model len(?:gth)?|max_seq_len|max_model_len|n_ctx)\\b",
    // LM Studio, which keeps the first tokens of a prompt that it shortens.
    "\\bn_keep \\(\\d+\\) >= n_ctx\\b",
    "\\bto keep the first \\d+ tokens when context\\b",
    "\\breached context length of \\d+ tokens\\b"
  ].join("|"),
  "i"
)

/** vLLM has already taken the prompt from the window here. */
const BELOW_NOTHING = /\bmax\w*_tokens must be at least 1, got -\d/i

/** Do words say that the prompt is too long for the model. */
export const isOverflow = (text: string): boolean => OVERFLOW.test(text) || isBelowNothing(text)

/** Do they say so with a number of tokens that nobody asked for. */
export const isBelowNothing = (text: string): boolean => BELOW_NOTHING.test(text)

/**
 * The first row that fits the words has their meaning. `asked` is the ceiling of the request: what is no less than that
 * helps nobody, nor does nothing.
 */
export const fits = (text: string, asked: number | undefined): number | undefined => {
  for (const { fits: of, pattern } of ROWS) {
    const found = pattern.exec(text)
    if (found === null || (asked === undefined && of === total)) continue
    const numbers = found.slice(1).map(countOf)
    const most = of(numbers, asked ?? 0)
    return most > 0 && (asked === undefined || most < asked) ? most : undefined
  }
  return undefined
}

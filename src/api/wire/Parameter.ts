/**
 * Which parameter of the request a server refuses. Fields that name it come before sentences; and only a name that was
 * really sent counts, since refusals also name what would be right. Pure.
 */
import * as Lenient from "./Lenient.js"

/** No request can do without. */
const NEEDED: ReadonlySet<string> = new Set(["model", "messages"])

/** Stands for the message of this role among the names that were sent: a server may refuse it like a parameter. */
export const SYSTEM = "system"

/** Names that are words of every day: they are taken for a parameter only where the sentence says that it is one. */
const EVERYDAY: ReadonlySet<string> = new Set(
  `stream usage provider reasoning stop user tools models route plugins n store think ${SYSTEM}`.split(" ")
)

const LEVEL = "(?:none|minimal|low|medium|high|xhigh|max)"

/** What a model is said not to support by another word than the parameter's. */
const OTHER_WORDS: ReadonlyArray<readonly [word: string, names: ReadonlyArray<string>]> = [
  [
    `(?:(?:reasoning|thinking)(?:[ _.](?:level|budget|effort|type|enabled|adaptive)){0,3}["'\\\\]{0,2}(?: ${LEVEL}\\b)?|(?<!log )(?:effort )?level "?'?${LEVEL}"?'?|effort (?:parameter|level|value)s?|think value "?\\w+"?)`,
    ["reasoning", "reasoning_effort"]
  ],
  ["stream(?:ing)?", ["stream"]],
  ["(?:system|developer) (?:roles?|messages?|prompts?|instructions?)", [SYSTEM]]
]

/** What templates of models without that role say of a conversation that begins with it, and servers that check roles. */
const ROLES = new RegExp(
  [
    "\\broles must alternate\\b",
    "\\bonly (?:['\"`]?(?:user|assistant|model|tool|function)['\"`]?,? (?:and |or )?){1,5}roles? (?:is|are) (?:supported|allowed|accepted)",
    "\\binvalid (?:message )?role: system\\b",
    "\\brole: (?:input )?(?:should|must) be (?:one of )?\\W{0,2}(?:user|assistant)\\b(?![^\\n]{0,60}\\bsystem\\b)"
  ].join("|"),
  "i"
)

/** What Gemini's budget of thoughts may not be, which stands for an effort, and of a model that always thinks. */
const BUDGETS =
  /\b(?:reasoning|thinking)(?: mode)? (?:is (?:mandatory|always (?:on|enabled))|(?:cannot|can't|must not) be (?:disabled|turned off))\b|\bthinking[ _]budget \(?\d+\)? is invalid\b|^\W*budget \d+ is invalid\b[^\n]{0,40}\bthinking\b/im

/** Of a model that does not answer in one piece. */
const ONLY_STREAMS =
  /\bonly supports? (?:the )?stream(?:ing)?\b(?! options)|\bstream(?:ing)?(?: mode)? (?:is required|must be (?:enabled|true|set to true))|不支持 ?sync|[只仅]支持流式/i

/** What providers make of an effort: beside a ceiling, it has to fit below that, and no other name for the ceiling helps. */
const BUDGET = /\b(?:thinking|reasoning)(?:\.|_| )?budget(?:_| )?tokens\b/i
const CEILING = /\bmax_\w*tokens\b/i
const EFFORTS: ReadonlySet<string> = new Set(["reasoning", "reasoning_effort"])

/** What follows these lists what is allowed, or what to use in its place. */
const ADVICE =
  /(?:\bexpected one of|\bdid you mean|\bknown (?:properties|fields)|\b(?:supported|allowed|valid|permitted|available) (?:parameters|fields|properties|arguments|options|keys) (?:are|include)|\buse )[^]*?(?=\.\s|\n|$)/gi

const BEFORE =
  /\b(?:unsupported|unknown|unrecogni[sz]ed|unexpected|invalid|extra(?:neous)?|additional|disallowed|illegal|forbidden|no such|no longer|not? \w*\s?(?:support|allow|permit|recogni[sz]|accept)\w*|n't (?:support|allow|permit|accept)\w*)|不支持|不允许|非法|无效|未知/i

const AFTER =
  /\b(?:not|unsupported|unknown|unexpected|unrecogni[sz]ed|invalid|extra|deprecated|forbidden|disabled|only|must|cannot|no longer|should be)\b|n't\b|不被?支持|不合法|非法|无效/i

const NOUN = "(?:params?|parameters?|arguments?|fields?|propert(?:y|ies)|names?|keys?|inputs?|options?|attributes?)"

/** As far as a sentence is taken to speak of the name in it. */
const REACH = 90

/** A sentence ends at a full stop, a semicolon, those of Chinese, or a line that is not indented below the one before. */
const SENTENCE_END = /[.!?](?=\s)|[;。；！]|\n(?!\s)/

/** The way to a name that is below the messages: `messages.0.`, `'messages', 0, '`. */
const BELOW_MESSAGES = /\bmessages(?:[.[]\S*|['"], ?\d+,[^()\]]*)$/

/** `params` and the like: the fields in which a server names what it refuses. */
const FIELDS: ReadonlySet<string> = new Set(
  "param parameter field additionalproperty unsupported_params argument".split(" ")
)

/** The name of the refused parameter, as it was sent. */
export const refused = (root: unknown, words: string, sent: ReadonlyArray<string>): string | undefined => {
  const names = sent.filter((name) => !NEEDED.has(name))
  const text = `${words}\n${Lenient.texts(root)}`.slice(0, 8_000)
  // The name beside it may be that of the ceiling.
  if (!BUDGET.test(text) || !CEILING.test(text)) return inFields(root, names) ?? inWords(text, names)
  const others = names.filter((name) => !CEILING.test(name))
  return others.find((name) => EFFORTS.has(name)) ?? inFields(root, others) ?? inWords(text, others)
}

const inFields = (root: unknown, names: ReadonlyArray<string>): string | undefined => {
  for (const [key, value] of Lenient.entries(root)) {
    const values = Array.isArray(value) ? Lenient.strings(value) : Lenient.strings([value])
    if (key === "loc" || FIELDS.has(key.toLowerCase())) {
      const paths = key === "loc" ? [values.join(".")] : values
      const found = paths.flatMap((path) => namedIn(path, names) ?? [])[0]
      if (found !== undefined) return found
    }
  }
  return undefined
}

/** A path such as `body.stream_options.include_usage`, or `generation_config.seed`; what is below the messages is no parameter. */
const namedIn = (path: string, names: ReadonlyArray<string>): string | undefined => {
  const steps = path.replace(/\bmessages\b.*/s, "").split(/[^\w]+/)
  return names.find((name) => steps.some((step) => bare(step) === bare(name)))
}

/** Some write `reasoningEffort` for what came as `reasoning_effort`. */
const bare = (name: string): string => name.replaceAll("_", "").toLowerCase()

/** A name in either spelling; one that is a word of every day is none where it begins a sentence. */
const spelled = (name: string): RegExp =>
  new RegExp(`(?<![\\w-])${name.replaceAll("_", "_?")}(?![\\w-])`, EVERYDAY.has(name) ? "g" : "gi")

const inWords = (words: string, names: ReadonlyArray<string>): string | undefined => {
  const text = words.replace(ADVICE, " ")
  let earliest: { readonly name: string; readonly at: number } | undefined
  for (const name of names) {
    const at = positionOf(text, name)
    if (at !== undefined && (earliest === undefined || at < earliest.at)) earliest = { name, at }
  }
  return earliest?.name ?? inOtherWords(text, names)
}

/** Where the name stands in a sentence that refuses it. */
const positionOf = (text: string, name: string): number | undefined => {
  for (const { 0: found, index: at } of text.matchAll(spelled(name))) {
    const before =
      text
        .slice(Math.max(0, at - REACH), at)
        .split(SENTENCE_END)
        .at(-1) ?? ""
    if (BELOW_MESSAGES.test(before)) continue
    const after = text.slice(at + found.length, at + found.length + REACH).split(SENTENCE_END)[0] ?? ""
    if ((BEFORE.test(before) || AFTER.test(after)) && (!EVERYDAY.has(name) || isNamed(before, after))) return at
  }
  return undefined
}

/** Does the sentence say that the word is a name: by quotes, by what it calls it, or by a colon behind it. */
const isNamed = (before: string, after: string): boolean =>
  (/[`'"‘“«[(]$/.test(before) && /^[\w.[\]]*[`'"’”»\])]/.test(after)) ||
  new RegExp(`\\b${NOUN}\\b\\W{0,3}(?:supplied\\W{1,2})?$`, "i").test(before) ||
  new RegExp(`^ ${NOUN}\\b|^: `, "i").test(after)

const inOtherWords = (text: string, names: ReadonlyArray<string>): string | undefined =>
  OTHER_WORDS.filter(([word]) =>
    new RegExp(
      `(?:not|n't) support(?:ed)?(?: \\w+){0,2} ${word}\\b|\\b${word} (?:is |are )?(?:not |un)(?:support|enabled|available|implemented)`,
      "i"
    ).test(text)
  )
    .flatMap(([, meant]) => meant)
    .concat(
      ROLES.test(text) ? [SYSTEM] : [],
      BUDGETS.test(text) ? [...EFFORTS] : [],
      ONLY_STREAMS.test(text) ? ["stream"] : []
    )
    .find((name) => names.includes(name))

/**
 * Which parameter of the request a server refuses. Fields that name it come before sentences; and only a name that was
 * really sent counts, since refusals also name what would be right. Pure.
 */
import * as Lenient from "./Lenient.js"

/** No request can do without. */
const NEEDED: ReadonlySet<string> = new Set(["model", "messages"])

/** Names that are words of every day: they are taken for a parameter only where the sentence says that it is one. */
const EVERYDAY: ReadonlySet<string> = new Set(
  "stream usage provider reasoning stop user tools models route plugins n prediction store thinking think".split(" ")
)

/** What a model is said not to support by another word than the parameter. */
const OTHER_WORDS: ReadonlyArray<readonly [pattern: RegExp, names: ReadonlyArray<string>]> = [
  [
    /(?:not|n't) support(?:ed)?(?: \w+){0,2} (?:reasoning|thinking)|(?:reasoning|thinking) (?:is )?(?:not|un)[- ]?(?:support|enabled|available)/i,
    ["reasoning", "reasoning_effort"]
  ],
  [
    /(?:not|n't) support(?:ed)?(?: \w+){0,2} stream(?:ing)?\b|stream(?:ing)? (?:is )?(?:not|un)[- ]?(?:support|enabled|available)/i,
    ["stream"]
  ]
]

/** What follows these lists what is allowed, or what to use in its place. */
const ADVICE =
  /(?:,? expected one of|did you mean|known (?:properties|fields)|(?:supported|allowed|valid|permitted|available) (?:parameters|fields|properties|arguments|options|keys)|(?:please )?use )[^]*?(?=\.\s|\n|$)/gi

const NOUN =
  "(?:request )?(?:params?|parameters?|arguments?|fields?|propert(?:y|ies)|names?|keys?|inputs?|options?|keyword arguments?|attributes?|values?)"
const REFUSED =
  "(?:unsupported|unknown|un(?:recognized|recognised)|unexpected|invalid|extra(?:neous)?|additional|undefined|disallowed|illegal|forbidden|no such|" +
  "not (?:support(?:ed)?|permit(?:ted)?|allow(?:ed)?|recogni[sz]ed?)|unsupportedparamserror|does(?:n't| not) support)"
const REFUSES =
  "(?:is|are|was|does|do|has|must|can|should|support|:|-)?(?:n't| not)? ?(?:be )?(?:not |un)?-?(?:support|allow|permit|recogni[sz]|expect|known|accept|enabled|available|forbidden|exist|extra inputs|extra fields|additional propert|deprecated|disabled|set\\b|used\\b)"

/** `params` and the like: the fields in which a server names what it refuses. */
const FIELDS: ReadonlySet<string> = new Set([
  "param",
  "parameter",
  "field",
  "additionalproperty",
  "unsupported_params",
  "argument"
])

/** The name of the refused parameter, as it was sent. */
export const refused = (root: unknown, words: string, sent: ReadonlyArray<string>): string | undefined => {
  const names = sent.filter((name) => !NEEDED.has(name))
  return inFields(root, names) ?? inWords(`${words}\n${Lenient.texts(root)}`.slice(0, 8_000), names)
}

const inFields = (root: unknown, names: ReadonlyArray<string>): string | undefined => {
  for (const [key, value] of Lenient.entries(root)) {
    const values = Array.isArray(value) ? Lenient.strings(value) : Lenient.strings([value])
    if (key === "loc" || FIELDS.has(key.toLowerCase())) {
      const found = values.flatMap((text) => namedIn(text, names) ?? [])[0]
      if (found !== undefined) return found
    }
  }
  return undefined
}

/** A path such as `body.stream_options.include_usage`, or `generation_config.seed`. */
const namedIn = (path: string, names: ReadonlyArray<string>): string | undefined => {
  const steps = path.split(/[^\w]+/)
  return names.find((name) => steps.includes(name))
}

const inWords = (words: string, names: ReadonlyArray<string>): string | undefined => {
  const text = words.replace(ADVICE, " ")
  let earliest: { readonly name: string; readonly at: number } | undefined
  for (const name of names) {
    const at = Math.min(...patternsFor(name).map((pattern) => positionOf(text, pattern)))
    if (Number.isFinite(at) && (earliest === undefined || at < earliest.at)) earliest = { name, at }
  }
  if (earliest !== undefined) return earliest.name
  const other = OTHER_WORDS.find(([pattern]) => pattern.test(text))?.[1] ?? []
  return other.find((name) => names.includes(name))
}

/** Where the name stands in what the pattern finds. */
const positionOf = (text: string, pattern: RegExp): number => {
  const found = pattern.exec(text)
  return found === null ? Number.POSITIVE_INFINITY : found.index + found[0].lastIndexOf(found[1] ?? "")
}

const patternsFor = (name: string): ReadonlyArray<RegExp> => {
  const quoted = `[\`'"‘“«\\[(]+${name}(?:[.[][\\w.\\]]*)?[\`'"’”»\\])]+`
  const bare = `(?<![\\w.-])(?:body(?:\\.| ?-> ?))?${name}(?:[.[][\\w.\\]]+)?(?![\\w-])`
  const path = `loc\\W+\\(?\\W*body\\W+${name}\\b`
  const free = EVERYDAY.has(name) ? quoted : `(?:${quoted}|${bare})`
  return [
    // "Unknown parameter: seed", "got an unexpected keyword argument 'seed'", "unsupported: 'seed'"
    `${REFUSED}(?:[^.\\n]{0,40}?\\b${NOUN})?[^.\\n\\w]{0,4}(?:supplied|found|provided|given|named|called|name|in request|passed)?[^.\\n\\w]{0,6}(${free})`,
    `${REFUSED}[^.\\n]{0,30}?\\b${NOUN}\\b[^.\\n\\w]{0,6}(?:supplied[^\\w]{0,4})?(${bare})`,
    // "'seed' is not supported", "seed: Extra inputs are not permitted"
    `(${free})[^.\\n]{0,40}?\\b${REFUSES}`,
    `\\b${NOUN}\\b\\W{0,3}(${bare})[^.\\n]{0,40}?${REFUSES}`,
    // "seed: Extra inputs are not permitted"
    `(?:^|[\\n;.] ?)(${bare}):? (?:extra|unknown|unexpected)`,
    // A Python list in a string: ('body', 'seed')
    `(${path})`
  ].map((source) => new RegExp(source, "im"))
}

/** What a refusal says of a server that is well but has no room yet: by its words, since no status tells. Pure. */
import * as ErrorShape from "./ErrorShape.js"
import * as Lenient from "./Lenient.js"

/** How many are in work at once: another one may go as soon as one of those is answered. */
const CROWD =
  /\bconcurren(?:t|cy)\b|\bsimultaneous|\bserver (?:is )?(?:currently )?(?:too )?busy|\bis (?:currently |already )?busy\b|\b(?:ongoing|in[- ]flight|pending|parallel|running) requests?\b|\brequests? (?:is |are )?(?:already |still |currently )?(?:in progress|being processed|running)\b|\balready (?:processing|generating|handling|running) (?:a|an|another|the maximum)\b|\bno (?:slots?|free slots?|idle slots?) (?:is |are )?(?:available|free|left)|\bno (?:available|free|idle) slots?\b|\ball slots\b|\bqueue (?:is )?full\b|并发|服务器繁忙/i

/**
 * What is busy by its name, as LM Studio says it of a model under a 400 and NVIDIA of a worker: other things are said to be
 * busy there, too.
 */
const BUSY =
  /\bworker (?:\w+ ){0,3}requests? limit reached\b|\b(?:model|server|engine|instance|worker|replica|runner|backend)s?(?: [\w./:@"'`-]{1,80})? (?:is|are) (?:currently |already |still |now )?busy\b/i

/** How many come in a time, whatever else is said: "reduce your concurrency" is advice then. */
const RATE = new RegExp(
  [
    "(?<!\\bin )\\b(?:per|a|each|every)[- ](?:second|minute|hour|day|month)",
    "\\bper \\d+ ?(?:ms|s|sec|seconds?|m|min|minutes?|h|hours?)\\b",
    // Not a moment to come back: "try again in 60 seconds".
    "\\b(?:requests?|calls?|messages?|tokens?|queries) (?:in|within|over|every) (?:the last |an? |any )?\\d+ ?(?:ms|s|sec|seconds?|m|min|minutes?|h|hours?)\\b",
    "\\/ ?\\d*(?:s|sec|seconds?|min|minutes?|hour|day)\\b",
    "\\b(?:[rt]p[msd]|qps)\\b",
    "\\bslow down\\b",
    "\\brequest rate\\b|\\brate of (?:\\w+ )?requests\\b"
  ].join("|"),
  "i"
)

const LOADED =
  "(?:loading|starting(?: up)?(?! (?:(?:\\w+ )?maintenance|too)\\b)|warming up|initiali[sz]ing|being loaded|being initiali[sz]ed)\\b"

/** A model is loaded before it answers for the first time, and so is what it runs on; other things start, too. */
const LOADING = new RegExp(
  [
    "^\\W*(?:the (?:server|model) is )?(?:still |currently )?loading (?:the |a )?model\\W*$",
    `(?:\\b(?:model|server|engine|worker|instance|replica|runner|backend|container|endpoint|deployment|weight)s?(?: [\\w./:@"'\`-]+)?|["'\`]) (?:is|are) (?:currently |still |now )?${LOADED}`
  ].join("|"),
  "i"
)

/** Something that went wrong on the way: nothing comes of it by itself. */
const BROKEN = /\b(?:fail(?:ed|ure|s)?|error|unable|could not|cannot|can't|timed out|crash(?:ed)?|out of memory)\b/i

export const isCrowd = (root: unknown): boolean => {
  const said = Lenient.texts(root)
  return CROWD.test(said) && !RATE.test(said)
}

/** Does a refusal say in its message that there is something to wait for, under whatever status. */
export const isBusy = (root: unknown): boolean => BUSY.test(ErrorShape.words(root))

/** In its message, not in any name that stands beside it. */
export const isLoading = (root: unknown): boolean => {
  const said = ErrorShape.words(root)
  return LOADING.test(said) && !BROKEN.test(said)
}

/** What a refusal says of a server that is well but has no room yet: by its words, since no status tells. Pure. */
import * as ErrorShape from "./ErrorShape.js"
import * as Lenient from "./Lenient.js"

/** How many are in work at once: another one may go as soon as one of those is answered. */
const CROWD =
  /\bconcurren(?:t|cy)\b|\bsimultaneous|\bserver (?:is )?(?:currently )?(?:too )?busy|\bis (?:currently |already )?busy\b|\b(?:ongoing|in[- ]flight|pending|parallel|running) requests?\b|\brequests? (?:is |are )?(?:already |still |currently )?(?:in progress|being processed|running)\b|\balready (?:processing|generating|handling|running) (?:a|an|another|the maximum)\b|\bno (?:slots?|free slots?|idle slots?) (?:is |are )?(?:available|free|left)|\bno (?:available|free|idle) slots?\b|\ball slots\b|\bqueue (?:is )?full\b|并发|服务器繁忙/i

/** How many come in a time, whatever else is said: "reduce your concurrency" is advice then. */
const RATE =
  /(?<!\bin )\b(?:per|a|each|every)[- ](?:second|minute|hour|day|month)|\/(?:s|sec|min|minute|hour|day)\b|\b[rt]p[msd]\b/i

/** A model is loaded before it answers for the first time. */
const LOADING =
  /^\W*(?:the (?:server|model) is )?(?:still |currently )?loading (?:the |a )?model\W*$|\b(?:is|are) (?:currently |still |now )?(?:loading|starting(?: up)?|warming up|initiali[sz]ing|being loaded|being initiali[sz]ed)\b/i

/** Something that went wrong on the way: nothing comes of it by itself. */
const BROKEN = /\b(?:fail(?:ed|ure|s)?|error|unable|could not|cannot|can't|timed out|crash(?:ed)?|out of memory)\b/i

export const isCrowd = (root: unknown): boolean => {
  const said = Lenient.texts(root)
  return CROWD.test(said) && !RATE.test(said)
}

/** In its message, not in any name that stands beside it. */
export const isLoading = (root: unknown): boolean => {
  const said = ErrorShape.words(root)
  return LOADING.test(said) && !BROKEN.test(said)
}

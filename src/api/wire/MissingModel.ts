/** Whether a refusal says that the server does not have the model, in the words and names of many servers. Pure. */
import * as ErrorName from "./ErrorName.js"
import * as Lenient from "./Lenient.js"

/** The names that servers have for it, without case and separators. */
const NAMES =
  /^(?:no_?such_?|unknown_?|invalid_?)model(?:_?(?:id|name|error))?$|^(?:model|deployment)_?(?:id_?)?(?:not_?found|not_?exist|does_?not_?exist|not_?available|unavailable|invalid|unknown|not_?open)/i

const NOUN = "(?:model|deployment|endpoint)s?(?: (?:id|name|code))?\\b"
const LACKS =
  "not (?:be )?(?:found|exist|valid|available|supported|deployed|loaded|downloaded|pulled|recogni[sz]ed)|n't (?:exist|available|found)" +
  "|(?:is )?(?:unknown|invalid|inaccessible|unsupported|unavailable)|not a valid|no longer"

const WORDS = new RegExp(
  [
    `\\b${NOUN}[^.\\n]{0,120}?\\b(?:${LACKS})\\b`,
    // Names have dots in them.
    `\\b${NOUN}\\W{0,3}\\S{1,120} (?:${LACKS})\\b`,
    "\\b(?:unknown|invalid|unsupported|unrecogni[sz]ed|no such|nonexistent|no matching) (?:model|deployment)\\b",
    "not a (?:valid|known|supported) model",
    "(?:unable to|could not|couldn't|cannot|can't|did not|didn't) (?:find|access|locate|load) (?:any |the )?(?:requested )?(?:model|deployment)",
    "no endpoints found",
    "is not found for api version",
    "模型不存在|不存在的模型|未找到模型"
  ].join("|"),
  "i"
)

const UNROUTED = /\bno available channels? for model\b|无可用渠道|^\W*incorrect model id\b/im

/** What is missing is the page, as where the base URL is wrong. */
const PAGE =
  /page not found|no route|unknown[ _]url|invalid url|cannot (?:get|post)|unexpected endpoint|\bpath\b|method not/i

/** A page of HTML, or nothing but that something was not found: so answers a server without this path. */
const BARE =
  /^\s*<|^(?:\W|\d|(?:not[ _]?found|not|found|error|status|detail|message|the|you|requested|page|resource|url|was|could|be|or)\b)*$/i

/** The statuses under which servers say it. */
const STATUSES: ReadonlySet<number> = new Set([200, 400, 403, 404, 410, 422])

/** Do words say it, whatever the status. */
export const isSaid = (words: string): boolean => WORDS.test(words)

/** Does a gateway say that none of its servers has the model, by the name of the error or in its words. */
export const isUnrouted = (root: unknown): boolean =>
  ErrorName.namesOf(root).includes("model_not_found") || UNROUTED.test(Lenient.texts(root))

/** Of an id that the server's own list does not have. A 404 is about the model unless it says that it is about the page. */
export const is = (status: number, root: unknown): boolean => {
  if (!STATUSES.has(status)) return false
  const said = Lenient.texts(root)
  if (ErrorName.namesOf(root).some((name) => NAMES.test(name)) || isSaid(said)) return true
  return status === 404 && !BARE.test(said) && !PAGE.test(said)
}

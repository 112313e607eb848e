/**
 * Whom a refusal concerns, by its words: the account with everything it might still ask, or this model alone. Pure.
 */
import * as ErrorName from "./ErrorName.js"
import * as ErrorShape from "./ErrorShape.js"
import * as Excerpt from "./Excerpt.js"
import * as Lenient from "./Lenient.js"

/** `account`: the words name the key or the account; `perhaps`: a refusal that names neither. */
export type Concern = "account" | "perhaps" | "model"

export interface Asked {
  readonly model?: string | undefined
  /** Does a text show a key that is not ours. */
  readonly isForeign?: ((text: string) => boolean) | undefined
}

/** A key of the server's own for one of its models. */
const BEHIND =
  /model_access|access_denied_for_model|verified to use the model|litellm\.\w*error|\w+exception - |model group|deployment|byok/i

/** A right that this key has not for one of the models. */
const MODEL =
  /model_permission_blocked|\bmodel\b[^\n]{0,80}\bis blocked at the \w+ level\b|\bmodels?\b(?!(?<=models)\W{1,3}(?:permission|scope)s?\b)[^.\n]{0,80}\b(?:access|permission|permitted|allowed|entitle|restrict|subscri|tier|available)|\b(?:access|permission|permitted|allowed|entitled|authori[sz]ed|restricted)\b[^.\n]{0,80}\bmodels?\b/i

/** The model that was asked for, or a kind of them. */
const NAMED =
  /\b(?:to|can|cannot|can't) (?:use|access|call|run|invoke) (?:this model|(?:paid|premium) models?)\b|\bthis is a (?:paid|premium) model\b|\bmodel is (?:disabled|not enabled)\b/i

/**
 * What a gateway says where it has no way to the model: `ModelError` is Zen's, the other two names are those that new-api has
 * for what the server behind it said.
 */
const UNREACHED =
  /\bno (?:available )?providers? (?:is |are )?available\b|\bModelError\b|\bupstream_error\b|\bbad_response_status_code\b/i

/** A right that is missing for good, whatever the moment beside it: "if you recently fixed this, try again after 5 minutes". */
const DENIED = /\baccess is denied\b|\bnot authori[sz]ed to (?:perform|access|use|invoke|call)\b/i

/** The key or the account by name. */
const ACCOUNT =
  /\bkey\b|api[-_ ]?key|token (?:is |has )?(?:invalid|expired|revoked|missing)|security token\b[^.\n]{0,40}\b(?:invalid|expired)|\bmodels\W{1,3}(?:permission|scope)|(?:invalid|expired|missing|incorrect|proxy server) (?:access |auth\w* |bearer )?token|credential|authenticat|auth(?:orization)? header|login|log in|account|user not found|organi[sz]ation|balance|billing|credits?\b|funds|spending (?:limit|cap)|specified API usage limit|usage_limit_reached|terminal_quota_exhausted|subscription|arrears|overdue|suspend|deactivat|recharge|\btop[- ]up\b|续费|余额|欠费|密钥|鉴权|账户|账号/i

/** What a server says at its door, also of models that it has behind another one than those that it gives to everybody. */
const DOOR = /\bauthentication (?:is )?required\b/i

/** A door that asks for the key is everybody's. */
const isDoor = (said: string): boolean => DOOR.test(said) && !/\bapi[-_ ]?key\b/i.test(said) && !KEYLESS.test(said)

/** A 403 that may be about the key, without a word for it: NVIDIA's of a key that it does not know, Copilot's of a token. */
const MAYBE = /^\W*authori[sz]ation failed\W*$|\bnot authori[sz]ed to use this (?:\w+ ){0,3}feature\b/i

const barred = (done: string): RegExp =>
  new RegExp(
    `\\b(?:account|organi[sz]ation|subscription|api key|your access) (?:is|was|has been) (?:permanently )?(?:${done})\\b(?! (?:for \\d|(?:until|to)\\b))`,
    "i"
  )

/** What was done to an account, for good. Under a limit `restricted` says no more than that it was reached. */
const DONE = "disabled|suspended|banned|deactivated|terminated|revoked"
const BARRED = barred(`${DONE}|restricted`)
const BARRED_UNDER_LIMIT = barred(DONE)

/** What says that it is for a while, because of too much at once. */
const RATE =
  /\brate\b|rate[-_]limit|too many|\brequests? (?:in|per)\b|\bper (?:second|minute|hour|day)\b|\bfor (?:a|an|some|one) (?:\w+ )?(?:second|minute|hour|while|time|day)\b|\btemporar/i

/** Does a limit say so, and nothing of a rate. */
export const isBarred = (root: unknown): boolean => {
  const said = saidIn(root)
  return (BARRED_UNDER_LIMIT.test(said) || BANNED.test(said)) && !RATE.test(said)
}

/** The key and nothing else: what a 400 has to say to be taken for the account's. */
const KEY =
  /(?:invalid|incorrect|wrong|missing|expired|malformed|no) api[-_ ]?key|api[-_ ]?key (?:is )?(?:not valid|not found|invalid|incorrect|missing|expired|required|malformed)|api_key_invalid|invalid_api_key/i

/** What a 401 says of a key that is wrong or missing, whatever it would have been good for: "a valid key to use the model". */
const KEYLESS = new RegExp(
  `${KEY.source}|valid (?:api[-_ ]?)?key\\b|\\bno (?:(?:valid|auth\\w*|access|secret) ){0,3}(?:api[-_ ]?)?key\\b`,
  "i"
)

/**
 * The account is empty, or has come to a limit of money or of use that is no rate; some say so with 429. Alibaba's limit of
 * the minute goes by the same name as an empty account, see `ErrorName.isOfTheMinute`.
 */
const EMPTY =
  /used all (?:of )?(?:your |its )?(?:available )?credits|\b(?:reached|exceeded|hit)\b[^.\n]{0,40}\bspending (?:limit|cap)\b|billing hard limit|billing_(?:hard_limit_reached|not_active)|account is not active|terminal_quota_exhausted|usage_limit_reached|your specified API usage limits?\b|insufficient[_ ](?:account |user[_ ])?(?:quota|balance|credits?|funds)|exceeded_current_quota|credit balance is too low|balance is \W?0(?:\.0+)?(?!\.?\d)|not enough credits|budget_exceeded|budget has been exceeded|in good standing|account is (?:in arrears|overdue)|please recharge|arrearage|余额不足|欠费/i

/**
 * An account or a key that a gateway counts for itself, and that is empty: new-api, and what else is made of one-api. A share
 * of a day or a minute is none.
 */
const COUNTED = new RegExp(
  [
    "insufficient_user_quota|pre_consume_token_quota_failed",
    "\\b(?:user|token) quota is not enough\\b(?![^\\n]{0,40}\\b(?:second|minute|hour|day|later|again)\\b)",
    "(?:令牌|用户)(?:(?![今当每本][日天周月分小]|分钟|[TR]P[MD])[^，,。\\n]){0,20}(?:额度|配额)[^，,。\\n]{0,4}(?:不足|用尽|用完|耗尽)(?![^\\n]{0,40}(?:稍后|明天|秒|分钟))"
  ].join("|"),
  "i"
)

/** The same, and barred: not "the model was disabled by the user". */
const BANNED = /(?:令牌|用户|账户|账号)(?:已被?|被)(?:封禁|禁用)/

/** A gateway of more requests than it has ways for, under whatever name its provider has for an empty account. */
const SATURATED = /负载已?饱和|上游负载/

/** What an empty account is told beside a model that costs; beside a rate it is an offer. */
const TOP_UP = /\btop[- ]up\b/i

/** By names and words: `insufficient_quota`, "insufficient balance". */
export const isEmpty = (root: unknown): boolean => isUnpaidBy(saidIn(root))

const isUnpaidBy = (said: string): boolean => (EMPTY.test(said) || COUNTED.test(said)) && !SATURATED.test(said)

/** A limit of money that its owner has set, or a date of its own: a moment beside it is no rate's. */
const SPENT =
  /your specified API usage limits?\b|\bspending (?:limit|cap)\b|billing[ _]hard[ _]limit|budget_exceeded|budget has been exceeded/i

export const isSpent = (root: unknown): boolean => isEmpty(root) && SPENT.test(saidIn(root))

const saidIn = (root: unknown): string => `${ErrorName.namesOf(root).join(" ")}\n${Lenient.texts(root)}`

export const concern = (status: number, root: unknown, { isForeign, model }: Asked = {}): Concern | undefined => {
  const asItCame = saidIn(root)
  const said = named(asItCame, model)
  const isUnpaid = isUnpaidBy(said)
  const isAbout = MODEL.test(said) || (NAMED.test(said) && !isUnpaid && !TOP_UP.test(said))
  const isModels =
    isProviders(root) ||
    BEHIND.test(said) ||
    (UNREACHED.test(said) && !isUnpaid) ||
    (isAbout && !(status === 401 && KEYLESS.test(asItCame))) ||
    isForeign?.(said) === true
  switch (status) {
    case 400:
      if (isModels) return undefined
      if (isUnpaid) return ACCOUNT.test(said) ? "account" : "perhaps"
      return KEY.test(said) || BARRED.test(said) ? "account" : undefined
    case 401:
    case 402:
      if (isModels) return "model"
      if ((ACCOUNT.test(said) && !isDoor(said)) || isOwnShape(status, root)) return "account"
      // Copilot's, of what a plan has for some models; the others are still answered.
      return status === 402 && ErrorName.namesOf(root).includes("quota_exceeded") ? "model" : "perhaps"
    case 403:
    case 412:
      // A firewall's page speaks of accounts to whom its owner is.
      if (typeof root === "string" && Excerpt.isPage(root)) return KEY.test(Excerpt.page(root)) ? "account" : undefined
      if (isModels) return DENIED.test(said) ? "model" : undefined
      if (ACCOUNT.test(said) || BARRED.test(said) || COUNTED.test(said) || BANNED.test(said)) return "account"
      return MAYBE.test(ErrorShape.words(root)) ? "perhaps" : undefined
    default:
      return undefined
  }
}

/** The same words, where they name the model that was asked for, with or without its vendor. */
const named = (said: string, model = ""): string =>
  [model, model.slice(model.lastIndexOf("/") + 1)]
    // A name that may be a word says nothing.
    .filter((id) => /[\d/_-]/.test(id) && id.length > 1)
    .reduce((text, id) => text.replace(nameOf(id), "this model"), said)

const nameOf = (id: string): RegExp =>
  new RegExp(`(?<![\\w/.-])${id.replace(/[^\w/-]/g, "\\$&")}(?![\\w/-]|\\.\\w)`, "gi")

/** What a provider behind the API said, to the API's key or to one that was deposited there. */
export const isProviders = (root: unknown): boolean =>
  ["provider_name", "is_byok", "raw"].some((key) => {
    const value = Lenient.at(ErrorShape.node(root), "metadata", key)
    return value === true || Lenient.words(value) !== undefined
  })

/** OpenRouter's own words come with the status as a number, or with the name that it has for it. */
const isOwnShape = (status: number, root: unknown): boolean =>
  Lenient.at(root, "error", "code") === status ||
  Lenient.at(root, "error", "metadata", "error_type") === (status === 401 ? "authentication" : "payment_required")

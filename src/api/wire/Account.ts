/**
 * Whom a refusal concerns, by its words: the account with everything it might still ask, or this model alone. Pure.
 */
import * as ErrorName from "./ErrorName.js"
import * as ErrorShape from "./ErrorShape.js"
import * as Excerpt from "./Excerpt.js"
import * as Lenient from "./Lenient.js"

/** `account`: the words name the key or the account; `perhaps`: a refusal that names neither. */
export type Concern = "account" | "perhaps" | "model"

/** A key of the server's own for one of its models, or a right that this key has not for one of them. */
const MODEL =
  /model_access|access_denied_for_model|verified to use the model|litellm\.\w*error|\w+exception - |model group|deployment|byok|\bmodels?\b[^.\n]{0,80}\b(?:access|permission|permitted|allowed|entitle|restrict|subscri|tier|available)|\b(?:access|permission|permitted|allowed|entitled|authori[sz]ed|restricted)\b[^.\n]{0,80}\bmodels?\b/i

/** The key or the account by name. */
const ACCOUNT =
  /\bkey\b|api[-_ ]?key|token (?:is |has )?(?:invalid|expired|revoked|missing)|(?:invalid|expired|missing|incorrect|proxy server) (?:access |auth\w* |bearer )?token|credential|authenticat|auth(?:orization)? header|login|log in|account|user not found|organi[sz]ation|balance|billing|credits?\b|funds|spending (?:limit|cap)|specified API usage limit|usage_limit_reached|terminal_quota_exhausted|subscription|arrears|overdue|suspend|deactivat|recharge|余额|欠费|密钥|鉴权|账户|账号/i

/** The key and nothing else: what a 400 has to say to be taken for the account's. */
const KEY =
  /(?:invalid|incorrect|wrong|missing|expired|malformed|no) api[-_ ]?key|api[-_ ]?key (?:is )?(?:not valid|not found|invalid|incorrect|missing|expired|required|malformed)|api_key_invalid|invalid_api_key/i

/**
 * The account is empty, or has come to a limit of money or of use that is no rate; some say so with 429. Alibaba's limit of
 * the minute goes by the same name as an empty account, see `ErrorName.isOfTheMinute`.
 */
const EMPTY =
  /used all (?:of )?(?:your |its )?(?:available )?credits|\b(?:reached|exceeded|hit)\b[^.\n]{0,40}\bspending (?:limit|cap)\b|billing hard limit|billing_(?:hard_limit_reached|not_active)|account is not active|terminal_quota_exhausted|usage_limit_reached|your specified API usage limits?\b|insufficient[_ ](?:account |user )?(?:quota|balance|credits?|funds)|exceeded_current_quota|credit balance is too low|budget_exceeded|budget has been exceeded|in good standing|account is (?:in arrears|overdue)|please recharge|arrearage|余额不足|欠费/i

/** By names and words: `insufficient_quota`, "insufficient balance". */
export const isEmpty = (root: unknown): boolean => EMPTY.test(saidIn(root))

/** A limit of money that its owner has set, or a date of its own: a moment beside it is no rate's. */
const SPENT =
  /your specified API usage limits?\b|\bspending (?:limit|cap)\b|billing[ _]hard[ _]limit|budget_exceeded|budget has been exceeded/i

export const isSpent = (root: unknown): boolean => isEmpty(root) && SPENT.test(saidIn(root))

const saidIn = (root: unknown): string => `${ErrorName.namesOf(root).join(" ")}\n${Lenient.texts(root)}`

export const concern = (status: number, root: unknown): Concern | undefined => {
  const said = saidIn(root)
  switch (status) {
    case 400:
      if (EMPTY.test(said) && !MODEL.test(said)) return ACCOUNT.test(said) ? "account" : "perhaps"
      return KEY.test(said) && !MODEL.test(said) ? "account" : undefined
    case 401:
    case 402:
      if (isProviders(root) || MODEL.test(said)) return "model"
      return ACCOUNT.test(said) || isOwnShape(status, root) ? "account" : "perhaps"
    case 403:
    case 412:
      // A firewall's page speaks of accounts to whom its owner is.
      if (typeof root === "string" && Excerpt.isPage(root)) return KEY.test(Excerpt.page(root)) ? "account" : undefined
      return ACCOUNT.test(said) && !isProviders(root) && !MODEL.test(said) ? "account" : undefined
    default:
      return undefined
  }
}

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

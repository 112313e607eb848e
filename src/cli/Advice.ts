/** What to do about a request that failed, by what was seen of it: the first row that fits, else what its reason says. */
import type { ModelInfo } from "../api/Catalog.js"
import { isOpenRouter } from "../api/OpenRouter.js"
import * as MissingModel from "../api/wire/MissingModel.js"
import * as Consequence from "../domain/Consequence.js"
import type { Reason } from "../domain/GenerationError.js"

export interface Seen {
  readonly baseUrl: string
  /** The proxy that requests go through. */
  readonly proxy: string | undefined
  readonly hasKey: boolean
  /** The model that was asked, where one was. */
  readonly model?: string | undefined
  /** What the list of models has for it. */
  readonly info?: ModelInfo | undefined
  /** Ids of the list that may have been meant, or its first ones. */
  readonly similar?: ReadonlyArray<string> | undefined
}

type Row = readonly [fits: (reason: Reason, seen: Seen) => boolean, advice: (seen: Seen) => string]

const statusOf = (reason: Reason): number | undefined => ("status" in reason ? reason.status : undefined)

const isOfNetwork = ({ _tag }: Reason): boolean => _tag === "ConnectionFailed" || _tag === "TimedOut"

/** Is there nothing in the path that names the API's version. */
const lacksVersion = ({ baseUrl }: Seen): boolean => !/\/v\d+[a-z]*\d*(\/|$)/i.test(new URL(baseUrl).pathname)

/** Does it look as if the path were wrong: no such page, not the method, or something that is not this API. */
const isOtherPage = (reason: Reason): boolean =>
  reason._tag === "MalformedAnswer" ||
  (reason._tag === "Rejected" && [200, 404, 405].includes(reason.status)) ||
  reason._tag === "EmptyAnswer"

const isAbout = (reason: Reason, words: RegExp): boolean => words.test(reason.message)

/** Does the server say that it does not have the model. */
const isMissing = (reason: Reason): boolean =>
  reason._tag === "ModelUnavailable" || (reason._tag === "Rejected" && MissingModel.isSaid(reason.message))

const ROWS: ReadonlyArray<Row> = [
  [
    (reason) => isOfNetwork(reason) && isAbout(reason, /certificate|self.signed|CERT_|NODE_EXTRA_CA_CERTS/i),
    () =>
      "if a proxy or server of your company signs with a certificate of its own, name its file in NODE_EXTRA_CA_CERTS"
  ],
  [
    (reason, { proxy }) => proxy !== undefined && (isOfNetwork(reason) || statusOf(reason) === 407),
    ({ baseUrl, proxy }) =>
      `requests go through the proxy ${proxy}: is it right, and does it want a user and password? ` +
      `NO_PROXY=${new URL(baseUrl).hostname} reaches the server without it`
  ],
  [
    (reason) => reason._tag === "TimedOut" && reason.clock !== "connect",
    () =>
      "the server is slow: it may be loading the model, or computing one answer at a time. " +
      "A longer --request-timeout helps, and --concurrency 1 where several models are asked"
  ],
  [
    (reason, seen) => isOtherPage(reason) && lacksVersion(seen),
    ({ baseUrl }) => {
      const { origin, pathname, search } = new URL(baseUrl)
      return `the base URL names no version of the API: try ${origin}${pathname.replace(/\/$/, "")}/v1${search}`
    }
  ],
  [
    (reason, { baseUrl }) => statusOf(reason) === 402 && !isOpenRouter(baseUrl),
    () => "the account has no credit left at this server"
  ],
  [
    (reason, { baseUrl }) => (statusOf(reason) === 401 || reason._tag === "AccountRefused") && !isOpenRouter(baseUrl),
    ({ hasKey }) =>
      hasKey
        ? "the key is mistyped, expired or another server's: set OPENROUTER_API_KEY to a key of this server"
        : "this server wants a key: set OPENROUTER_API_KEY to it"
  ],
  [
    (reason) => "parameter" in reason && reason.parameter !== undefined,
    () => "the server takes a parameter otherwise than it was sent: leave out the flag for it, or choose another value"
  ],
  [
    (reason) => isMissing(reason) && isAbout(reason, /deployment/i),
    () => "the server wants the name that you gave to the deployment, which need not be the name of the model"
  ],
  [
    (reason, { info, model }) => statusOf(reason) === 404 && info !== undefined && info.id !== model,
    ({ info, model }) => `the list of models spells ${model} otherwise: try --model '${info?.id}'`
  ],
  [
    (reason, { similar = [] }) => isMissing(reason) && similar.length > 0,
    ({ similar = [] }) => `is the model's name right? The list of models has ${similar.join(", ")}`
  ],
  [isMissing, () => "is the model's name right? This server has no list of models: its documentation has their names"],
  [
    (reason) => reason._tag === "EmptyAnswer",
    () => "the model answers without a text: try another one, or a lower --effort if it only thinks"
  ]
]

export const advise = (reason: Reason, seen: Seen): string =>
  ROWS.find(([fits]) => fits(reason, seen))?.[1](seen) ?? Consequence.of(reason).advice

/** What to do about a failed request: the first row that fits what was seen, else the general advice for its reason. */
import * as Option from "effect/Option"
import { ANY } from "../api/ApiKey.js"
import type { ModelInfo } from "../api/Catalog.js"
import { isOpenRouter } from "../api/OpenRouter.js"
import * as MissingModel from "../api/wire/MissingModel.js"
import * as TokenLimit from "../api/wire/TokenLimit.js"
import * as Consequence from "../domain/Consequence.js"
import type { Reason } from "../domain/GenerationError.js"
import type { Outcome } from "../generation/Report.js"

/** What another command has to be told, to ask the server that flags named for this one. */
export const sameServer = (told: { readonly isNamed: boolean; readonly simulated?: boolean | undefined }): string =>
  told.simulated === true ? " with --simulate" : told.isNamed ? " with the same --base-url" : ""

export interface Seen {
  readonly baseUrl: string
  /** What `sameServer` says; default nothing. */
  readonly again?: string | undefined
  readonly proxy: string | undefined
  readonly hasKey: boolean
  /** Why a key that is there is kept back, and what to do about it. */
  readonly keptBack?: string | undefined
  /** The model that was asked, where one was. */
  readonly model?: string | undefined
  /** What the list of models has for it. */
  readonly info?: ModelInfo | undefined
  /** What the server's list of models has in its place, where there is a list. */
  readonly suggestion?: string | undefined
}

type Row = readonly [fits: (reason: Reason, seen: Seen) => boolean, advice: (seen: Seen, reason: Reason) => string]

const statusOf = (reason: Reason): number | undefined => ("status" in reason ? reason.status : undefined)

const isOfNetwork = ({ _tag }: Reason): boolean => _tag === "ConnectionFailed" || _tag === "TimedOut"

/** The time for a request was over, and the server could be reached. */
export const isSlow = (reason: { readonly _tag: string }): boolean =>
  reason._tag === "TimedOut" && !("clock" in reason && reason.clock === "connect")

export const SLOW =
  "the server is slow: it may be loading the model, or working on one answer at a time. " +
  "Try a longer --request-timeout, and --concurrency 1 if you ask several models"

const lacksVersion = ({ baseUrl }: Seen): boolean => !/\/v\d+[a-z]*\d*(\/|$)/i.test(new URL(baseUrl).pathname)

/** What requests are sent to, of this API and of Ollama's own: the base URL ends before it. */
const ENDPOINT = /(?:\/api\/(?:generate|chat|tags)|\/(?:chat|completions|responses|messages|models|embeddings))\/?$/i

const withoutEndpoint = ({ baseUrl }: Seen): string => new URL(baseUrl).pathname.replace(ENDPOINT, "")

/** Where known hosts have their API. Ollama has its own at `/api`. */
const PLACES: ReadonlyArray<readonly [where: RegExp, path: string]> = [
  [/^openrouter\.ai\//, "/api/v1"],
  [/^generativelanguage\.googleapis\.com\//, "/v1beta/openai"],
  [/^[^/]*\.azure\.com\//, "/openai/v1"],
  [/^api\.groq\.com\//, "/openai/v1"],
  [/^api\.deepinfra\.com\//, "/v1/openai"],
  [/^api\.fireworks\.ai\//, "/inference/v1"],
  [/^(?:open\.bigmodel\.cn|api\.z\.ai)\//, "/api/paas/v4"],
  [/^dashscope[^/]*\.aliyuncs\.com\//, "/compatible-mode/v1"],
  [/^api\.cohere\.(?:ai|com)\//, "/compatibility/v1"],
  [/:11434\/api$/, "/v1"]
]

const placeOf = ({ baseUrl }: Seen): string | undefined => {
  const { host, pathname } = new URL(baseUrl)
  const path = PLACES.find(([where]) => where.test(host + pathname.replace(/(?<=.)\/$/, "")))?.[1]
  return path === undefined || pathname.startsWith(path) ? undefined : path
}

/** Does it look as if the path were wrong: no such page, not the method, or something that is not this API. */
const isOtherPage = (reason: Reason): boolean =>
  reason._tag === "MalformedAnswer" ||
  (reason._tag === "Rejected" && [200, 404, 405, 501].includes(reason.status)) ||
  reason._tag === "EmptyAnswer"

const isAbout = (reason: Reason, words: RegExp): boolean => words.test(reason.message)

const isMissing = (reason: Reason): boolean =>
  reason._tag === "ModelUnavailable" || (reason._tag === "Rejected" && MissingModel.isSaid(reason.message))

/** The path that the server itself says its API has: "the API is at /api/v1". */
const pathIn = ({ message }: Reason): string | undefined =>
  /\bAPI\b[^/\n]{0,40}\s(\/[\w./-]*\bv\d\w*)/i.exec(message)?.[1]

const elsewhere = ({ baseUrl }: Seen, path: string | undefined): string => {
  const { origin, search } = new URL(baseUrl)
  return `the base URL has another path than this server's API: try ${origin}${path}${search}`
}

const isElsewhere = ({ baseUrl }: Seen, path: string | undefined): boolean =>
  path !== undefined && !new URL(baseUrl).pathname.startsWith(path)

const OF_PATH: ReadonlyArray<Row> = [
  [
    (reason, seen) => isOtherPage(reason) && isElsewhere(seen, pathIn(reason)),
    (seen, reason) => elsewhere(seen, pathIn(reason))
  ],
  [(reason, seen) => isOtherPage(reason) && placeOf(seen) !== undefined, (seen) => elsewhere(seen, placeOf(seen))],
  [
    (reason, { baseUrl }) => isOtherPage(reason) && ENDPOINT.test(new URL(baseUrl).pathname),
    (seen) => {
      const { origin, search } = new URL(seen.baseUrl)
      const base = withoutEndpoint(seen)
      const version = lacksVersion({ ...seen, baseUrl: `${origin}${base}` }) ? "/v1" : ""
      return `the base URL ends in an endpoint: try ${origin}${base}${version}${search}`
    }
  ],
  [
    (reason, seen) => isOtherPage(reason) && lacksVersion(seen),
    ({ baseUrl }) => {
      const { origin, pathname, search } = new URL(baseUrl)
      return `the base URL has no API version: try ${origin}${pathname.replace(/\/$/, "")}/v1${search}`
    }
  ],
  // What a server without an API there, or something in front of it, answers to everything.
  [
    (reason) => reason._tag === "EmptyAnswer" && isAbout(reason, /^the body is blank$/),
    () => "the answer has no body: check that --base-url is the address of the server's API, or try another model"
  ]
]

const OF_LENGTH: ReadonlyArray<Row> = [
  [
    (reason) => reason._tag === "Rejected" && reason.fits === undefined && TokenLimit.isOverflow(reason.message),
    () =>
      "the prompt is too long for the model, or leaves no room for its answer: shorten the prompt, allow fewer tokens with " +
      "--max-tokens, or load the model with a larger context, such as -c of llama.cpp"
  ]
]

const LINK = /\bhttps?:\/\/(?!openrouter\.ai\/docs)\S+/i

/** A firewall in front of the server: Cloudflare's numbers for one, and what such pages say. */
const FIREWALL =
  /^\W*error code: 10\d\d\b|\b(?:request (?:was |has been )?blocked|you have been blocked|attention required|just a moment|access denied\b.*\breference)/i

const isRejected = ({ _tag }: Reason): boolean => _tag === "Rejected"

/** What a server says of a request that it has understood. */
const OF_REFUSAL: ReadonlyArray<Row> = [
  [
    (reason) => isRejected(reason) && statusOf(reason) === 403 && isAbout(reason, FIREWALL),
    () =>
      "a firewall in front of the server blocks this client or its address: ask whoever runs the server to let algogen through"
  ],
  [
    (reason) => (isRejected(reason) || reason._tag === "ModelUnavailable") && isAbout(reason, LINK),
    () => "do what the server says: the link in its words leads there"
  ]
]

/** Is it about money. Whatever the status is, a limit that is over in a while is not. */
const isUnpaid = (reason: Reason): boolean =>
  reason._tag === "AccountRefused"
    ? Consequence.isUnpaid(reason)
    : statusOf(reason) === 402 && (reason._tag !== "RateLimited" || reason.scope === "account")

const isOfKey = (reason: Reason): boolean =>
  reason._tag === "AccountRefused" || (isRejected(reason) && statusOf(reason) === 401)

/** There is a key, so that setting it once more would not help. */
export const needsKeptBack = (keptBack: string): string => `this server needs a key, and ${keptBack}`

const KEYLESS: Row = [
  (reason, { baseUrl, hasKey }) => !hasKey && isOfKey(reason) && !isUnpaid(reason) && !isOpenRouter(baseUrl),
  ({ keptBack }) => (keptBack === undefined ? `this server needs a key: set ${ANY}` : needsKeptBack(keptBack))
]

const ROWS: ReadonlyArray<Row> = [
  [
    (reason) => isOfNetwork(reason) && isAbout(reason, /certificate|self.signed|CERT_|NODE_EXTRA_CA_CERTS/i),
    () => "if your company's proxy or server has its own certificate, set NODE_EXTRA_CA_CERTS to its CA file"
  ],
  [
    (reason, { proxy }) => proxy !== undefined && (isOfNetwork(reason) || statusOf(reason) === 407),
    ({ baseUrl, proxy }) =>
      `requests go through the proxy ${proxy}: check its address, user and password, ` +
      `or set NO_PROXY=${new URL(baseUrl).hostname} to bypass it`
  ],
  [isSlow, () => SLOW],
  ...OF_LENGTH,
  ...OF_PATH,
  ...OF_REFUSAL,
  [
    (reason, { baseUrl }) => isUnpaid(reason) && !isOpenRouter(baseUrl),
    () => "your account at this server has no credit left: add some, or use another server"
  ],
  KEYLESS,
  [
    (reason, { baseUrl }) => isOfKey(reason) && !isOpenRouter(baseUrl),
    () => "the key is wrong, has expired or is for another server: set ALGOGEN_API_KEY to a key for this server"
  ],
  [
    (reason) => isRejected(reason) && [401, 402, 403].includes(statusOf(reason) ?? 0),
    () => "this key may not use this model: look at what its account includes, or choose another model"
  ],
  [
    (reason) => "parameter" in reason && reason.parameter !== undefined,
    () => "the server does not accept a parameter as it was sent: leave out its flag, or choose another value"
  ],
  [
    (reason) => isMissing(reason) && isAbout(reason, /deployment/i),
    () => "the server wants the name that you gave to the deployment, which need not be the name of the model"
  ],
  [
    (reason, { info, model }) =>
      reason._tag !== "ServerFailed" && statusOf(reason) === 404 && info !== undefined && info.id !== model,
    ({ info, model }) => `the server's list of models spells ${model} differently: try --model '${info?.id}'`
  ],
  [
    (reason, { suggestion }) => isMissing(reason) && suggestion !== undefined,
    ({ suggestion }) => `check the model id: the server's list of models has ${suggestion}`
  ],
  [isMissing, () => "check the model id: this server has no list of models, so look it up in its documentation"],
  [
    (reason) => reason._tag === "EmptyAnswer",
    () => "the answer has no text: try another model, or a lower --effort if the model only thinks"
  ]
]

const first = (rows: ReadonlyArray<Row>, reason: Reason, seen: Seen): string | undefined =>
  rows.find(([fits]) => fits(reason, seen))?.[1](seen, reason)

export const advise = (reason: Reason, seen: Seen): string => {
  const { advice } = Consequence.of(reason)
  const others = advice === Consequence.ANOTHER_MODEL ? `: algogen models${seen.again ?? ""} lists them` : ""
  return first(ROWS, reason, seen) ?? advice + others
}

/** What is wrong with the path of the base URL, if that may be why a request failed. */
export const aboutPath = (reason: Reason, baseUrl: string): string | undefined =>
  first(OF_PATH, reason, { baseUrl, proxy: undefined, hasKey: false })

export interface Server extends Pick<Seen, "baseUrl" | "hasKey" | "keptBack"> {
  /** A flag has named it, which the advice repeats. */
  readonly isNamed: boolean
}

/** What is wrong with the path or with the length of the prompt, or that there is no key, if that may be why a model failed. */
export const ofOutcome = ({ reason }: Pick<Outcome, "reason">, server: Server | undefined): string | undefined =>
  server === undefined || Option.isNone(reason) || reason.value._tag === "StoreError"
    ? undefined
    : first([...OF_LENGTH, ...OF_PATH, KEYLESS], reason.value, { ...server, proxy: undefined })

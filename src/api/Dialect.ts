/**
 * How a server wants its requests and the key with them: a row for each server that differs, and what becomes of parameters that it
 * refused. Pure.
 */
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import type { Message } from "../domain/Message.js"
import type { ModelInfo } from "./Catalog.js"
import type { ChatRequest } from "./ModelRequest.js"
import { SYSTEM } from "./wire/Parameter.js"

export interface Dialect {
  readonly hosts: RegExp
  /** The parameter for the token ceiling to start with. */
  readonly tokens: TokenParameter
  readonly effort: "reasoning" | "reasoning_effort"
  readonly auth: "bearer" | "api-key"
  /** Is the list of models complete, ids and supported parameters alike. */
  readonly listDecides: boolean
}

type TokenParameter = "max_completion_tokens" | "max_tokens"

const OTHER: Dialect = {
  hosts: /^/,
  tokens: "max_tokens",
  effort: "reasoning_effort",
  auth: "bearer",
  listDecides: false
}

const OPENROUTER: Dialect = {
  hosts: /(^|\.)openrouter\.ai$/,
  tokens: "max_completion_tokens",
  effort: "reasoning",
  auth: "bearer",
  listDecides: true
}

const DIALECTS: ReadonlyArray<Dialect> = [
  OPENROUTER,
  { ...OTHER, hosts: /(^|\.)api\.openai\.com$/, tokens: "max_completion_tokens" },
  { ...OTHER, hosts: /\.(openai|cognitiveservices|services\.ai)\.azure\.com$/, auth: "api-key" },
  OTHER
]

/** By the host of the base URL. */
export const of = (baseUrl: string): Dialect => {
  const host = URL.canParse(baseUrl) ? new URL(baseUrl).hostname : ""
  return DIALECTS.find(({ hosts }) => hosts.test(host)) ?? OTHER
}

/** Is it OpenRouter itself that is asked, and not a server of one's own. */
export const isOpenRouter = (baseUrl: string): boolean => of(baseUrl) === OPENROUTER

/** A parameter that is not sent as it was asked for, and why. */
export interface Omission {
  readonly parameter: string
  readonly why: "refused" | "unsupported"
  /** The parameter that says the same and is sent. */
  readonly instead?: string | undefined
}

export interface BodyOptions {
  readonly dialect: Dialect
  readonly stream: boolean
  /** Names of parameters that the server refused for this model. */
  readonly refused: ReadonlySet<string>
  /** What the list of models says about this model. */
  readonly info: ModelInfo | undefined
}

export interface Body {
  readonly json: { readonly messages: ReadonlyArray<Message>; readonly [name: string]: unknown }
  readonly omitted: ReadonlyArray<Omission>
}

/** The parameters whose support a list of models tells; the others are not in such lists, or no request should be without. */
const LISTED: ReadonlySet<string> = new Set(["temperature", "seed", "reasoning"])

/** The fields always come in the same order: the API's cache is keyed by the bytes of the body. */
export const body = (request: ChatRequest, options: BodyOptions): Body => {
  const { dialect, refused } = options
  // A server that refuses the one way is asked in the other.
  const stream = options.stream !== refused.has("stream")
  const tokens = dialect.tokens
  const otherTokens = tokens === "max_tokens" ? "max_completion_tokens" : "max_tokens"
  const effort = dialect.effort === "reasoning" ? { effort: request.effort } : request.effort
  const wanted: ReadonlyArray<readonly [parameter: string, value: unknown, sibling?: string]> = [
    ["stream_options", stream ? { include_usage: true } : undefined],
    [tokens, request.maxCompletionTokens, otherTokens],
    ["temperature", request.temperature],
    ["seed", request.seed],
    [dialect.effort, request.effort === undefined ? undefined : effort],
    ["provider", request.provider],
    ["service_tier", request.serviceTier]
  ]
  const supported = dialect.listDecides ? options.info?.supportedParameters : undefined
  const omitted: Array<Omission> = []
  const parameters = wanted.flatMap(([parameter, value, sibling]): ReadonlyArray<readonly [string, unknown]> => {
    if (value === undefined) return []
    if (supported !== undefined && LISTED.has(parameter) && !supported.includes(parameter)) {
      omitted.push({ parameter, why: "unsupported" })
      return []
    }
    if (!refused.has(parameter)) return [[parameter, value]]
    const instead = sibling === undefined || refused.has(sibling) ? undefined : sibling
    omitted.push({ parameter, why: "refused", instead })
    return instead === undefined ? [] : [[instead, value]]
  })
  const isFolded = refused.has(SYSTEM) && request.messages.some(isSystem)
  if (isFolded) omitted.push({ parameter: SYSTEM, why: "refused" })
  const all = isFolded ? folded(request.messages) : request.messages
  const messages = all.map(({ content, role }) => ({ role, content }))
  return { json: { model: request.model, messages, stream, ...Object.fromEntries(parameters) }, omitted }
}

/** What a server may refuse of a body: its parameters, and that it has a system message. */
export const refusable = ({ messages, ...rest }: Body["json"]): ReadonlyArray<string> => [
  ...Object.keys(rest).filter((name) => name !== "model"),
  ...(messages.some(isSystem) ? [SYSTEM] : [])
]

const isSystem = ({ role }: Message): boolean => role === "system"

/** What the system messages say stands before the first of the user. */
const folded = (messages: ReadonlyArray<Message>): ReadonlyArray<Message> => {
  const [first, ...rest] = messages.filter((message) => !isSystem(message))
  const said = messages.filter(isSystem).map(({ content }) => content)
  return first === undefined
    ? said.map((content) => ({ role: "user", content }))
    : [{ ...first, content: [...said, first.content].join("\n\n") }, ...rest]
}

export const describe = (model: string, { instead, parameter, why }: Omission): string => {
  if (parameter === SYSTEM) return `${model}: the server refuses a system message, so its text stands before the prompt`
  const reason = why === "refused" ? `the server refuses '${parameter}'` : `the model does not support '${parameter}'`
  return `${model}: ${reason}, so ${instead === undefined ? "it is not sent" : `'${instead}' is sent instead`}`
}

/** Puts the key where the server looks for it. */
export const authorize = (
  { auth }: Dialect,
  apiKey: Redacted.Redacted | undefined
): ((request: HttpClientRequest.HttpClientRequest) => HttpClientRequest.HttpClientRequest) => {
  if (apiKey === undefined) return (request) => request
  return auth === "bearer"
    ? HttpClientRequest.bearerToken(apiKey)
    : HttpClientRequest.setHeader(auth, Redacted.value(apiKey))
}

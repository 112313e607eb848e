/** A request as the limits see it, and the keys of the limits that it falls under. */

export interface Candidate {
  readonly model: string
  readonly isFree: boolean
  /** The most tokens that the request may take, prompt and answer. */
  readonly tokens: number
}

export interface Sent extends Candidate {
  /** Its place in the order of sending, from 1. */
  readonly number: number
  readonly at: number
}

/** The end of a request: its number in the order of sending, that of the latest request, and the moment. */
export interface Call {
  readonly sent: number
  readonly latest: number
  readonly now: number
}

export const ACCOUNT = "account"
export const FREE = "free"
export const TOKENS = "tokens"
export const SERVER = "server"
export const modelKey = (model: string) => `model:${model}`

/** Whose limits a request falls under, the nearest first. */
export const keysOf = ({ isFree, model }: Candidate): ReadonlyArray<string> =>
  isFree ? [modelKey(model), FREE, ACCOUNT] : [modelKey(model), ACCOUNT]

export type SharedKey = typeof FREE | typeof ACCOUNT

/** The circuits that a request concerns. */
export const circuitKeys = ({ model }: Candidate): ReadonlyArray<string> => [SERVER, modelKey(model)]

/** A failure in words for a person, with the HTTP status beside those of the server, which seldom name it. Pure. */

export interface Reason {
  readonly _tag: string
  readonly message: string
  readonly status?: number | undefined
}

/** "429 Too Many Requests", "HTTP 429", "status code 429": not "at most 429". */
const says = (words: string, status: number): boolean =>
  new RegExp(`(?:^\\W*|\\b(?:http|status|error|code)\\b\\W*)${status}\\b`, "i").test(words)

/** "HTTP 500: boom"; only the words where they name it, or where it is not that of a failure. */
export const withStatus = (words: string, status: number | undefined): string =>
  status === undefined || status < 400 || says(words, status) ? words : `HTTP ${status}: ${words}`

/** What was not asked has the status of another request. */
export const reason = ({ _tag, message, status }: Reason): string =>
  withStatus(message, _tag === "NotAsked" ? undefined : status)

export const error = ({ model, reason: why }: { readonly model: string; readonly reason: Reason }): string =>
  `${model}: ${reason(why)}`

/** What a server says before a model is asked: no key, no sense in the body, no such model. Pure; the words are the profile's. */
import * as Either from "effect/Either"
import * as Behavior from "./Behavior.js"
import type * as Call from "./Call.js"
import type * as Catalog from "./Catalog.js"
import type * as Profile from "./Profile.js"

export interface Refusal {
  readonly status: number
  /** A string is sent as text, anything else as JSON. */
  readonly body: unknown
}

const said = (dialect: Call.Dialect, problem: Call.Problem): Refusal => ({
  status: dialect.status(problem),
  body: problem.body ?? dialect.error(problem)
})

export const malformed = ({ dialect, malformed: problem }: Profile.Profile): Refusal => said(dialect, problem)

export const down = ({ dialect }: Profile.Profile): Refusal =>
  said(dialect, { status: 503, message: "Service unavailable" })

/** While the model of the server is being loaded, nothing else is answered. */
export const loading = ({ dialect, loading: habit }: Profile.Profile, now: boolean): Either.Either<void, Refusal> =>
  now && habit?.at === "start" ? Either.left(said(dialect, habit.problem)) : Either.void

export const refused = ({ dialect }: Profile.Profile, problem: Call.Problem): Refusal => said(dialect, problem)

export const unknownBehavior = ({ dialect }: Profile.Profile, plan: string): Refusal =>
  said(dialect, {
    status: 400,
    message: `${Behavior.HEADER}: unknown behavior "${plan}"; use one of ${Behavior.names.join(", ")}`
  })

/** The key is compared and forgotten. */
export const unauthorized = (
  { dialect, keyHeaders, wrongKey }: Profile.Profile,
  accepted: ReadonlySet<string> | undefined,
  headers: Readonly<Record<string, string | undefined>>
): Either.Either<void, Refusal> => {
  const keys = keyHeaders.map((name) => headers[name]?.replace(/^Bearer\s*/i, "").trim() ?? "")
  if (accepted === undefined || keys.some((key) => accepted.has(key))) return Either.void
  return Either.left(said(dialect, wrongKey(keys.find((key) => key !== "") ?? "")))
}

export const unknownModel = (
  { dialect, unknownModel: problem }: Profile.Profile,
  id: string,
  models: ReadonlyMap<string, Catalog.Model>
): Refusal => said(dialect, problem(id, models))

/** What a server says before a model is asked: no key, no sense in the body, no such model. Pure; the words are the profile's. */
import * as Either from "effect/Either"
import * as Behavior from "./Behavior.js"
import type * as Call from "./Call.js"
import type * as Profile from "./Profile.js"

export interface Refusal {
  readonly status: number
  /** A string is sent as text, anything else as JSON. */
  readonly body: unknown
}

export const refused = ({ dialect }: Profile.Profile, problem: Call.Problem): Refusal => ({
  status: dialect.status(problem),
  body: problem.body ?? dialect.error(problem)
})

export const down = (profile: Profile.Profile): Refusal =>
  refused(profile, { status: 503, message: "Service unavailable" })

/** While the model of the server is being loaded, nothing else is answered. */
export const loading = (profile: Profile.Profile, now: boolean): Either.Either<void, Refusal> =>
  now && profile.loading?.at === "start" ? Either.left(refused(profile, profile.loading.problem)) : Either.void

export const unknownBehavior = (profile: Profile.Profile, plan: string): Refusal =>
  refused(profile, {
    status: 400,
    message: `${Behavior.HEADER}: unknown behavior "${plan}"; use one of ${Behavior.names.join(", ")}`
  })

/** The key is compared and forgotten. */
export const unauthorized = (
  profile: Profile.Profile,
  accepted: ReadonlySet<string> | undefined,
  headers: Readonly<Record<string, string | undefined>>
): Either.Either<void, Refusal> => {
  const keys = profile.keyHeaders.map((name) => headers[name]?.replace(/^Bearer\s*/i, "").trim() ?? "")
  if (accepted === undefined || keys.some((key) => accepted.has(key))) return Either.void
  return Either.left(refused(profile, profile.wrongKey(keys.find((key) => key !== "") ?? "")))
}

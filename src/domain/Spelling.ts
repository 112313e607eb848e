/** Which name was meant by one that nobody knows, for callers without types. */
import { nearest } from "./Nearest.js"

/** `max_retries`, `maxretries` and `MaxRetries` are meant for `maxRetries`. */
const fold = (name: string): string => name.replaceAll(/[_-]/g, "").toLowerCase()

const meant = (name: string, names: ReadonlyArray<string>): string | undefined =>
  names.find((known) => fold(known) === fold(name)) ?? nearest(name, names)

const KINDS = { option: "an option", field: "a field of a request" }
export type Kind = keyof typeof KINDS

type Names = Readonly<Record<string, unknown>>

/** What is wrong with the first name that looks like one of these and is none; others are the caller's own. */
export const slip = (given: object, names: Names, kind: Kind): string | undefined => {
  const known = Object.keys(names)
  for (const name of Object.keys(given)) {
    const right = Object.hasOwn(names, name) ? undefined : meant(name, known)
    if (right !== undefined) return `${name} is not ${KINDS[kind]}: write ${right}`
  }
  return undefined
}

/** What is wrong with the first name that is not among these, where there is one. */
export const complaint = (given: object, names: Names): string | undefined => {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(names, name))
  if (unknown === undefined) return undefined
  return (
    slip({ [unknown]: true }, names, "option") ??
    `${unknown} is not an option; the options are ${Object.keys(names).join(", ")}`
  )
}

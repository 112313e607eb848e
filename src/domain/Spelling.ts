/** Which name was meant by one that nobody knows, for callers without types. */
import { closest, nearest } from "./Nearest.js"

/** `max_retries`, `maxretries` and `MaxRetries` are meant for `maxRetries`. */
const fold = (name: string): string => name.replaceAll(/[_-]/g, "").toLowerCase()

const sameAs = (name: string, names: ReadonlyArray<string>): string | undefined =>
  names.find((known) => fold(known) === fold(name))

const KINDS = { option: "an option", field: "a field of a request" }
export type Kind = keyof typeof KINDS

type Names = Readonly<Record<string, unknown>>

const saying = (name: string, kind: Kind, right: string): string => `${name} is not ${KINDS[kind]}: write ${right}`

/** Two are another word: `effect` is no `effort`. */
const ONE_LETTER = 1

/**
 * What is wrong with the first name that is meant for one of these; others, such as parts of these, are the caller's own. What is
 * undefined is left out.
 */
export const slip = (given: object, names: Names, kind: Kind): string | undefined => {
  const known = Object.keys(names)
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || Object.hasOwn(names, name)) continue
    // A name that is given is not what another one was meant for.
    const right =
      sameAs(name, known) ??
      closest(
        name,
        known.filter((other) => !Object.hasOwn(given, other)),
        ONE_LETTER
      )
    if (right !== undefined) return saying(name, kind, right)
  }
  return undefined
}

/** What is wrong with the first name that is none of these, and is one of those that `belongs` has another place for. */
export const stray = (given: object, names: Names, belongs: Readonly<Record<string, string>>, kind: Kind) => {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || Object.hasOwn(names, name) || !Object.hasOwn(belongs, name)) continue
    return `${name} is not ${KINDS[kind]}${kind === "option" ? " here" : ""}: ${belongs[name]}`
  }
  return undefined
}

/** What is wrong with the first name that is not among these, where there is one. */
export const complaint = (given: object, names: Names): string | undefined => {
  const known = Object.keys(names)
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(names, name))
  if (unknown === undefined) return undefined
  const right = sameAs(unknown, known) ?? nearest(unknown, known)
  return right === undefined
    ? `${unknown} is not an option; the options are ${known.join(", ")}`
    : saying(unknown, "option", right)
}

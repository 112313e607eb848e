/** Which name was meant by one that nobody knows, for callers without types. */
import { nearest } from "./Nearest.js"

/** `max_retries`, `maxretries` and `MaxRetries` are meant for `maxRetries`. */
const fold = (name: string): string => name.replaceAll(/[_-]/g, "").toLowerCase()

const meant = (name: string, names: ReadonlyArray<string>): string | undefined =>
  names.find((known) => fold(known) === fold(name)) ?? nearest(name, names)

const KINDS = { option: "an option", field: "a field of a request" }
export type Kind = keyof typeof KINDS

/** What is wrong with the first name that is not among these, where there is one. */
export const complaint = (
  given: object,
  names: Readonly<Record<string, unknown>>,
  kind: Kind = "option"
): string | undefined => {
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(names, name)) continue
    const known = Object.keys(names)
    const right = meant(name, known)
    return (
      `${name} is not ${KINDS[kind]}` +
      (right === undefined ? `; the ${kind}s are ${known.join(", ")}` : `: write ${right}`)
    )
  }
  return undefined
}

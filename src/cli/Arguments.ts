/**
 * Checks the words of a command line before the flag parser sees them. That parser takes a flag for the value of another,
 * forgets a repeated flag without a value, does not know a repeated flag written with `=`, and calls a flag that is given
 * twice unknown.
 */
import * as Options from "@effect/cli/Options"
import type { Usage } from "@effect/cli/Usage"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type Failure, wrongUsage } from "./Failure.js"
import * as Flags from "./Flags.js"

interface Known {
  /** How the flag may be written, the long form last. */
  readonly names: ReadonlyArray<string>
  readonly takesValue: boolean
  readonly repeats: boolean
}

const knownIn = (usage: Usage, repeats = false): ReadonlyArray<Known> => {
  switch (usage._tag) {
    case "Named":
      return [{ names: usage.names, takesValue: Option.isSome(usage.acceptedValues), repeats }]
    case "Optional":
      return knownIn(usage.usage, repeats)
    case "Repeated":
      return knownIn(usage.usage, true)
    case "Alternation":
    case "Concat":
      return [...knownIn(usage.left, repeats), ...knownIn(usage.right, repeats)]
    default:
      return []
  }
}

/** Every flag of every command. */
const known: ReadonlyArray<Known> = Object.values(Flags)
  .filter((flag) => Options.isOptions(flag))
  .flatMap((flag) => knownIn(Options.getUsage<unknown>(flag)))

const valued: ReadonlySet<string> = new Set(known.filter(({ takesValue }) => takesValue).flatMap(({ names }) => names))

const isValue = (word: string | undefined): boolean =>
  word !== undefined && word.trim() !== "" && !/^--?[a-z]/i.test(word)

/** Separates values from their flags. Fails if a flag needs a value and has none, or is given more often than it may be. */
export const separate = (words: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<string>, Failure> => {
  const separated = words.flatMap((word) => {
    const [, name = "", value = ""] = /^([^=]+)=(.*)$/s.exec(word) ?? []
    return valued.has(name) ? [name, value] : [word]
  })
  const lacking = separated.find((word, place) => valued.has(word) && !isValue(separated[place + 1]))
  if (lacking !== undefined) return wrongUsage(`${lacking} needs a value`)
  const twice = known.find(
    ({ names, repeats }) => !repeats && separated.filter((word) => names.includes(word)).length > 1
  )
  return twice === undefined ? Effect.succeed(separated) : wrongUsage(`${twice.names.at(-1)} may be given only once`)
}

/**
 * The words of a command line, looked at before the parser of the flags sees them: that one takes a flag for the value of
 * another, forgets a repeated flag without a value, and does not know a repeated flag that is written with `=`.
 */
import * as Options from "@effect/cli/Options"
import type { Usage } from "@effect/cli/Usage"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type Failure, wrongUsage } from "./Failure.js"
import * as Flags from "./Flags.js"

/** The names in a flag's usage, unless it is a switch, which accepts no values. */
const valuedIn = (usage: Usage): ReadonlyArray<string> => {
  switch (usage._tag) {
    case "Named":
      return Option.isNone(usage.acceptedValues) ? [] : usage.names
    case "Optional":
    case "Repeated":
      return valuedIn(usage.usage)
    case "Alternation":
    case "Concat":
      return [...valuedIn(usage.left), ...valuedIn(usage.right)]
    default:
      return []
  }
}

/** Every name of every flag that takes a value. */
const valued: ReadonlySet<string> = new Set(
  Object.values(Flags)
    .filter((flag) => Options.isOptions(flag))
    .flatMap((flag) => valuedIn(Options.getUsage<unknown>(flag)))
)

const isValue = (word: string | undefined): boolean =>
  word !== undefined && word.trim() !== "" && !/^--?[a-z]/i.test(word)

/** The same words with each value apart from its flag; fails where a flag has none. */
export const separate = (words: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<string>, Failure> => {
  const separated = words.flatMap((word) => {
    const [, name = "", value = ""] = /^([^=]+)=(.*)$/s.exec(word) ?? []
    return valued.has(name) ? [name, value] : [word]
  })
  const lacking = separated.find((word, place) => valued.has(word) && !isValue(separated[place + 1]))
  return lacking === undefined ? Effect.succeed(separated) : wrongUsage(`${lacking} lacks its value`)
}

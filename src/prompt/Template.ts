/** Texts with placeholders such as `{{ticker}}`. A name that nobody knows is an error before anything is sent. */
import * as Either from "effect/Either"

export const NAMES = ["ticker", "strategy", "signature", "market", "imports"] as const
export type Name = (typeof NAMES)[number]

/** What stands for each name; a function, so that only what a text uses is worked out. */
export type Values = Readonly<Record<Name, () => string>>

export interface Template {
  /** The placeholders that it has. */
  readonly names: ReadonlySet<Name>
  readonly render: (values: Values) => string
}

/** Only a bare word counts: braces around anything else, as in JSON or in Python's f-strings, are text. */
const PLACEHOLDER = /\\?\{\{[ \t]*([A-Za-z][\w-]*)[ \t]*\}\}/g

/** `\{{name}}` stands for itself, without the backslash. */
const isLiteral = (match: string): boolean => match.startsWith("\\")

const isName = (name: string): name is Name => NAMES.some((known) => known === name)

/** Left: what is wrong, with its line. */
export const parse = (text: string): Either.Either<Template, string> => {
  const names = new Set<Name>()
  for (const { 0: match, 1: name = "", index } of text.matchAll(PLACEHOLDER)) {
    if (isLiteral(match)) continue
    if (isName(name)) names.add(name)
    else {
      const line = text.slice(0, index).split("\n").length
      const known = NAMES.map((each) => `{{${each}}}`).join(", ")
      return Either.left(`line ${line}: {{${name}}} is unknown: use ${known}, or \\{{${name}}} for the text as it is`)
    }
  }
  const render = (values: Values): string =>
    text.replace(PLACEHOLDER, (match: string, name: string) =>
      isLiteral(match) ? match.slice(1) : isName(name) ? values[name]() : match
    )
  return Either.right({ names, render })
}

/**
 * The chunks of one stream, which are the same but for the text in them: only that is read then, and not all around it,
 * which is ten times as long. What comes out is what `JSON.parse` makes of the chunk. Pure, but for what it remembers.
 */
import * as Lenient from "./Lenient.js"
import * as Nesting from "./Nesting.js"

type Parse = (chunk: string) => { readonly value: unknown } | undefined

interface Known {
  readonly before: string
  readonly after: string
  readonly with: (text: string) => Lenient.Fields
}

/** Where the text is, in the first of the choices. */
const PLACES = ["content", "reasoning_content"] as const

/** Servers that put something of its own into each chunk are not asked about more of them. */
const MAX_IN_VAIN = 4

/** Reads a chunk by the one before, or as a whole where it differs in more than its text. */
export const make = (parse: Parse): Parse => {
  let known: Known | undefined
  let inVain = 0
  return (chunk) => {
    const text = known === undefined ? undefined : textIn(known, chunk)
    if (known !== undefined && text !== undefined) {
      inVain = 0
      return { value: known.with(text) }
    }
    const whole = parse(chunk)
    if (whole !== undefined && inVain < MAX_IN_VAIN) {
      known = of(chunk, whole.value)
      if (known !== undefined) inVain += 1
    }
    return whole
  }
}

const textIn = ({ after, before }: Known, chunk: string): string | undefined => {
  const end = chunk.length - after.length
  // A third of the time of `startsWith` and `endsWith`, which is what this is here for.
  if (end < before.length || chunk.slice(0, before.length) !== before || chunk.slice(end) !== after) return undefined
  return inString(chunk.slice(before.length, end))
}

/** What stands between the quotes of a string, if one string it is. */
const inString = (raw: string): string | undefined =>
  /["\\\p{Cc}]/u.test(raw) ? Lenient.string(Lenient.parse(`"${raw}"`)?.value) : raw

/** Whether the string found is the text shows by a letter more. */
const MORE = "?"

const of = (chunk: string, value: unknown): Known | undefined => {
  const choice = Lenient.at(value, "choices", 0)
  const delta = Lenient.get(choice, "delta")
  if (!Lenient.isRecord(value) || !Lenient.isRecord(choice) || !Lenient.isRecord(delta)) return undefined
  const place = PLACES.find((key) => Lenient.words(delta[key]) !== undefined)
  if (place === undefined || Lenient.at(value, "choices", 1) !== undefined) return undefined
  const key = chunk.indexOf(`"${place}"`)
  const start = chunk.indexOf('"', key + place.length + 2) + 1
  const end = Nesting.endOfString(chunk, start - 1)
  const [before, after] = [chunk.slice(0, start), chunk.slice(end)]
  const longer = Lenient.parse(`${chunk.slice(0, end)}${MORE}${after}`)?.value
  if (Lenient.at(longer, "choices", 0, "delta", place) !== `${delta[place]}${MORE}`) return undefined
  return { before, after, with: (text) => ({ ...value, choices: [{ ...choice, delta: { ...delta, [place]: text } }] }) }
}

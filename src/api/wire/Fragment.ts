/** What can be read of JSON that is not one whole value: several in a row, a list without its end, a body cut short. Pure. */
import * as Lenient from "./Lenient.js"
import { endOfString } from "./Nesting.js"

export interface Fragments {
  readonly values: ReadonlyArray<unknown>
  /** The last object, where its end is missing. */
  readonly torn: string | undefined
}

/** A value of JSON, also of such as Python writes by default, with NaN in it, or with line feeds left as they are in a string. */
export const parse = (text: string): { readonly value: unknown } | undefined =>
  Lenient.parse(text) ?? (/\p{Cc}|NaN|Infinity/u.test(text) ? Lenient.parse(mended(text)) : undefined)

const mended = (text: string): string => {
  const parts: Array<string> = []
  let at = 0
  while (at < text.length) {
    const quote = text.indexOf('"', at)
    const start = quote === -1 ? text.length : quote
    const end = quote === -1 ? start : endOfString(text, start) + 1
    parts.push(text.slice(at, start).replace(/-?\b(?:NaN|Infinity)\b/g, "null"))
    parts.push(text.slice(start, end).replace(/\p{Cc}/gu, (control) => JSON.stringify(control).slice(1, -1)))
    at = end
  }
  return parts.join("")
}

/** A page of prose with a brace in each line is not worth more tries. */
const MAX_ATTEMPTS = 10_000

/** Nor are many braces within each other, of which none can be read; in characters, above what an answer may have. */
const MAX_IN_VAIN = 10_000_000

/** The objects that stand in a text one after the other, whatever is between them. */
export const objects = (text: string): Fragments => {
  const values: Array<unknown> = []
  let at = text.indexOf("{")
  let inVain = 0
  for (let attempt = 0; at !== -1 && attempt < MAX_ATTEMPTS && inVain < MAX_IN_VAIN; attempt += 1) {
    const end = endOf(text, at)
    if (end === undefined) return { values, torn: text.slice(at) }
    const parsed = parse(text.slice(at, end))
    if (parsed === undefined) inVain += end - at
    else values.push(parsed.value)
    at = text.indexOf("{", parsed === undefined ? at + 1 : end)
  }
  return { values, torn: undefined }
}

/** Behind the quote or the bracket that closes the one at `start`. */
export const endOf = (text: string, start: number): number | undefined => {
  let depth = 0
  for (let at = start; at < text.length; at += 1) {
    const character = text[at]
    if (character === '"') at = endOfString(text, at)
    else if (character === "{" || character === "[") depth += 1
    else if (character === "}" || character === "]") depth -= 1
    if (depth === 0 && at < text.length) return at + 1
  }
  return undefined
}

/** The fields of an object that breaks off, each that a comma or a closing bracket shows to be whole. */
export const wholeFields = (torn: string): Readonly<Record<string, unknown>> => {
  let end = 1
  let depth = 0
  for (let at = 0; at < torn.length; at += 1) {
    const character = torn[at]
    if (character === '"') at = endOfString(torn, at)
    else if (character === "{" || character === "[") depth += 1
    else if (character === "}" || character === "]") {
      depth -= 1
      if (depth === 1) end = at + 1
    } else if (character === "," && depth === 1) end = at
  }
  const value = Lenient.parse(`${torn.slice(0, end)}}`)?.value
  return Lenient.isRecord(value) ? value : {}
}

/** The text of an answer whose body breaks off; `whole` when the text itself does not. */
export const contentOf = (torn: string): { readonly text: string; readonly whole: boolean } | undefined => {
  const from = Math.max(0, torn.search(/"(?:message|delta)"\s*:/))
  const opening = /"content"\s*:\s*"/g
  opening.lastIndex = from
  if (opening.exec(torn) === null) return undefined
  const start = opening.lastIndex
  const end = endOfString(torn, start - 1)
  const raw = torn.slice(start, end).replace(/(?<=(?<!\\)(?:\\\\)*)\\(?:u[0-9a-f]{0,3})?$/i, "")
  const text = Lenient.string(parse(`"${raw}"`)?.value)
  return text === undefined ? undefined : { text, whole: end < torn.length }
}

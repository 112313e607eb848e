/** A text that may be the module of an answer, and how many of them are tried. */
import type * as Either from "effect/Either"
import type { CodeFailure } from "../../domain/CodeFailure.js"
import type { PythonModule } from "../../domain/PythonModule.js"
import type { Rest, Steps } from "../Steps.js"

export interface Candidate {
  readonly source: string
  /** The text ends before the block does: what is missing may be missing because the answer was cut off. */
  readonly open: boolean
  /** The answer can be read in two ways, and one of them is not what the model wrote: none of it is taken. */
  readonly ambiguous?: true | undefined
}

export const AMBIGUOUS: Candidate = { source: "", open: false, ambiguous: true }

/** More than any answer with a program in it has; without an end a crafted answer would be tried for minutes. */
const MAX_CANDIDATES = 40
/** And together they are no longer than this many characters: four files of the largest size that is checked at all. */
const MAX_READ = 1024 * 1024

/** Without the blank lines around it. */
export const trimmed = (source: string): string => {
  const text = source.replace(/^(?:[ \t]*\n)+/, "")
  let end = text.length
  while (end > 0 && " \t\n".includes(text.charAt(end - 1))) end--
  const last = text.indexOf("\n", end)
  return last === -1 ? text : text.slice(0, last + 1)
}

/** Each once, without the blank lines around it. */
export function* distinct(found: Iterable<Candidate | Rest>): Generator<Candidate | Rest> {
  const seen = new Set<string>()
  let read = 0
  for (const candidate of found) {
    if (candidate === undefined) {
      yield
      continue
    }
    if (candidate.ambiguous === true) return yield candidate
    const source = trimmed(candidate.source)
    if (seen.has(source) || source.trim() === "") continue
    if (seen.size >= MAX_CANDIDATES || read > MAX_READ) return
    seen.add(source)
    read += source.length
    yield { source, open: candidate.open }
  }
}

export type Check = (source: string) => Steps<Either.Either<PythonModule, CodeFailure>>

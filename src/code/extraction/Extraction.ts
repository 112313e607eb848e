/**
 * From the text of an answer to the modules that it may hold, the likeliest first. No character inside a module is
 * altered; only what stands around it goes: byte-order mark, carriage returns, thinking, fences, the indentation of a
 * list. Whether a candidate is a program is decided elsewhere.
 */
import * as Either from "effect/Either"
import { type CodeFailure, of } from "../../domain/CodeFailure.js"
import * as Embedded from "./Embedded.js"
import * as Fence from "./Fence.js"
import * as Prose from "./Prose.js"
import * as Thinking from "./Thinking.js"

export interface Candidate {
  readonly source: string
  /** The text ends before the block does: what is missing may be missing because the answer was cut off. */
  readonly open: boolean
}

/** The line at which a text stops being Python, `undefined` when it never does. */
export type FirstWrongLine = (source: string) => number | undefined

/** More than any answer with a program in it has; without an end a crafted answer would be tried for minutes. */
const MAX_CANDIDATES = 40
/** And together they are no longer than this many characters: four files of the largest size that is checked at all. */
const MAX_READ = 1024 * 1024

export const noCode = (): CodeFailure => of("extract", "no-code", "the answer holds no Python code")

const FUNCTION = /^[ \t]*(?:async[ \t]+)?def[ \t]+\w+[ \t]*\(/m

/** What is left of a fence whose marks were lost. */
const LABEL = /^\s*(?:python|py)[ \t]*\n/i

export const candidates = (
  answer: string,
  firstWrongLine: FirstWrongLine
): Either.Either<Iterable<Candidate>, CodeFailure> => {
  const text = answer.replace(/^\ufeff/, "").replaceAll("\r\n", "\n")
  if (text.trim() === "") return Either.left(of("extract", "empty", "the answer is empty"))
  const { kept, open } = Thinking.drop(text)
  if (kept.trim() === "") {
    const message = "the answer holds nothing but reasoning: give the module itself"
    return Either.left(of("extract", "reasoning-only", message, { truncated: open }))
  }
  const texts = [...Embedded.texts(kept), { text: kept, open: false }]
  const holdsCode = texts.some(
    (part) => FUNCTION.test(part.text) || Fence.blocks(part.text).some(({ python }) => python)
  )
  if (!holdsCode) return Either.left(noCode())
  return Either.right(distinct(texts, firstWrongLine))
}

/** Without the blank lines around it. */
const trimmed = (source: string): string => {
  const body = source.replace(/^(?:[ \t]*\n)+/, "")
  const end = body.trimEnd()
  return body.startsWith("\n", end.length) || /^[ \t]*\n/.test(body.slice(end.length)) ? `${end}\n` : body
}

function* distinct(
  texts: ReadonlyArray<{ readonly text: string; readonly open: boolean }>,
  firstWrongLine: FirstWrongLine
): Generator<Candidate> {
  const seen = new Set<string>()
  let read = 0
  for (const { open, text } of texts) {
    for (const candidate of fromText(text, firstWrongLine)) {
      const source = trimmed(candidate.source)
      if (seen.has(source) || source === "") continue
      if (seen.size >= MAX_CANDIDATES || read > MAX_READ) return
      seen.add(source)
      read += source.length
      yield { source, open: open || candidate.open }
    }
  }
}

function* fromText(text: string, firstWrongLine: FirstWrongLine): Generator<Candidate> {
  const blocks = Fence.blocks(text)
  const defining = blocks
    .filter(({ variants }) => variants.some((variant) => Prose.DEFINITION.test(variant)))
    .toReversed()
  for (const { open, variants } of defining) for (const source of variants) yield { source, open }
  for (const source of Fence.joined(blocks)) yield { source, open: blocks.some(({ open }) => open) }
  for (const { open, python, variants } of blocks.toReversed()) {
    for (const source of python ? variants.slice(0, 1) : []) yield { source, open }
  }
  // Prose inside of a fence can only be what follows a fence that nobody closed. Where a closed one holds the function,
  // whatever else stands in the answer is not the program.
  for (const { open, variants } of defining) {
    const source = variants.at(-1)
    if (open && source !== undefined) yield* part(Prose.region(source, firstWrongLine), open)
  }
  if (defining.length > 0 || !FUNCTION.test(text)) return
  const raw = text.replace(LABEL, "")
  yield { source: raw, open: false }
  yield* part(Prose.indented(raw), false)
  yield* part(Prose.region(raw, firstWrongLine), false)
}

function* part(source: string | undefined, open: boolean): Generator<Candidate> {
  if (source !== undefined) yield { source, open }
}

/**
 * From the text of an answer to the modules that it may hold, the likeliest first. No character inside a module is
 * altered; only what stands around it goes: byte-order mark, carriage returns, thinking, fences, other wrappings, the
 * indentation of a list. What could be meant in two ways is no candidate. Whether a candidate is a program the checks say.
 */
import * as Either from "effect/Either"
import { type CodeFailure, of, ONLY_THOUGHTS } from "../../domain/CodeFailure.js"
import * as Steps from "../Steps.js"
import { AMBIGUOUS, type Candidate, type Check, distinct, trimmed } from "./Candidate.js"
import type { Spend } from "./Effort.js"
import * as Embedded from "./Embedded.js"
import * as Fence from "./Fence.js"
import * as Line from "./Line.js"
import * as Prose from "./Prose.js"
import { LABEL, Reader } from "./Reader.js"
import * as Template from "./Template.js"
import * as Thinking from "./Thinking.js"

export const noCode = (): CodeFailure => of("extract", "no-code", "the answer contains no Python code")

/** A text that is one block. */
const FENCE = /^\s*```\w*\n([^]*)```\s*$/

/**
 * A text that is one block of Python and holds nothing that could be another fence. In such a block, if it is a module, all
 * the readings below come to the same, and most answers are such a text.
 */
const LONE = /^\n*```(?:python|py)?[ \t]*\n([^]*\n)```\s*$/i

const loneBlock = (text: string): string | undefined => {
  const content = LONE.exec(text)?.[1]
  return content === undefined || /```|~~~/.test(content) || Fence.holdsForeign(content) ? undefined : content
}

/** Marks of a search at the end: on lines of their own, or behind a value that has no parts. */
const CITED = /(?:(?<!\\[ \t]*)\n|(?<=[\s(]\d{1,9}|"(?:BUY|SELL|HOLD)"|'(?:BUY|SELL|HOLD)'))[ \t]*(?:\[\d{1,3}\])+\s*$/
const MAX_CITED = 200

const withoutCitations = (text: string): string =>
  text.trimEnd().endsWith("]") ? text.slice(0, -MAX_CITED) + text.slice(-MAX_CITED).replace(CITED, "\n") : text

/** `check` counts what it reads by itself. */
export function* candidates(
  answer: string,
  check: Check,
  spend: Spend
): Steps.Steps<Either.Either<Iterable<Candidate | Steps.Rest>, CodeFailure>> {
  const text = withoutCitations(yield* withLineFeeds(answer.replace(/^\ufeff/, "")))
  if (text.trim() === "") return Either.left(of("extract", "empty", "the answer is empty"))
  const reader = new Reader(check, spend)
  const lone = loneBlock(text)
  if (lone !== undefined && Prose.defines(lone) && Either.isRight(yield* check(trimmed(lone)))) {
    return Either.right(distinct([{ source: lone, open: false }]))
  }
  const raw = text.replace(LABEL, "")
  yield
  if (yield* reader.isModule(raw)) return Either.right(distinct([{ source: raw, open: false }]))
  const nested = Embedded.nested(text)
  yield
  if (nested !== undefined && !(yield* reader.isModule(text.replace(FENCE, "$1")))) {
    const { inner } = nested
    const isModule = inner !== undefined && (yield* reader.isModule(inner))
    return Either.right(isModule ? distinct([{ source: inner, open: false }]) : [AMBIGUOUS])
  }
  const { kept, thought, unclosed } = yield* Thinking.drop(text, () => reader.codeIn(text))
  const { ended, text: rest } = yield* Template.removed(kept)
  for (const turn of Template.turns(rest)) {
    yield
    const first = turn.replace(LABEL, "")
    const isLast = !Prose.defines(rest.slice(turn.length))
    if (isLast && (yield* reader.isModule(first))) return Either.right(distinct([{ source: first, open: false }]))
  }
  const afterthought = unclosed === undefined ? [] : yield* reader.lastOf((yield* Template.removed(unclosed)).text)
  if (thought && rest.trim() === "" && afterthought.length === 0) {
    const message = "the answer contains only reasoning: give the module itself"
    return Either.left(of("extract", ONLY_THOUGHTS, message, { truncated: unclosed !== undefined }))
  }
  return Either.right(distinct(all(reader.read(rest), ended, afterthought)))
}

function* all(
  found: Iterable<Candidate | Steps.Rest>,
  ended: boolean,
  afterthought: Iterable<Candidate>
): Generator<Candidate | Steps.Rest> {
  yield* Steps.map(found, (candidate) => ({ ...candidate, open: candidate.open && !ended }))
  yield* afterthought
}

/** Where nothing else breaks the lines a carriage return does. */
function* withLineFeeds(text: string): Steps.Steps<string> {
  if (!text.includes("\r")) return text
  const parts: Array<string> = []
  for (let at = 0; at < text.length;) {
    if (at > 0) yield
    const end = at + Line.PART
    const next = text.startsWith("\r\n", end - 1) ? end + 1 : end
    parts.push(text.slice(at, next).replaceAll(/\r\n?/g, "\n"))
    at = next
  }
  return parts.join("")
}

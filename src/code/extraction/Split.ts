/** Whether a fence in a string of a block ends the block, so that what follows is words and another block. */
import * as Steps from "../Steps.js"
import * as Line from "./Line.js"
import * as Opening from "./Opening.js"

/** The words with which a model goes on in a new block. */
export const CONTINUED =
  /\b(?:contin\w*|cont['’]?d|part (?:2|3|4|two|three)|[2-9] ?\/ ?[2-9]|rest of|remainder|second (?:half|part))\b|继续|接上|続き|продолж|suite|fortsetzung/i

/** Two blocks look like one with a string in it that holds fences, but for the words between an end and a beginning. */
export const is = (
  { line }: Opening.Source,
  from: number,
  to: number,
  { fence, info, prefix }: Opening.Opening
): boolean => {
  let words = false
  for (let at = from + 1; at < to && !/"""|'''/.test(line(at)); at++) {
    const opening = Opening.of(line(at))
    if (opening?.fence.startsWith(fence) === true && !opening.late) {
      return words && (opening.info !== "" || (info === "" && opening.prefix === prefix))
    }
    words ||= line(at).trim() !== ""
  }
  return false
}

/** The lines up to the next fence. */
const wordsBehind = ({ line }: Opening.Source, from: number, to: number): string => {
  const words: Array<string> = []
  for (let at = from; at < to && Opening.of(line(at)) === undefined; at++) words.push(line(at))
  return words.join("\n")
}

/**
 * Is there a fence in a string of the block that may end it, since it closes no other in the string, or since the words
 * behind it say that the code goes on.
 */
export function* maybe(
  source: Opening.Source,
  to: number,
  opening: Opening.Opening,
  code: string
): Steps.Steps<boolean> {
  const { from, line } = source
  let quote = Line.scan(code, "").quote
  let opened = 0
  for (let at = from; at < to; at++) {
    if (at % Steps.STRETCH === 0) yield
    const text = line(at)
    const inner = quote === "" ? undefined : Opening.of(text)
    if (quote === "") opened = 0
    quote = Line.scan(text, quote).quote
    if (inner === undefined || inner.late) continue
    const closes = opened > 0 && inner.info === ""
    if (inner.info === "" && inner.fence.startsWith(opening.fence) && is(source, at, to, opening)) {
      if (!closes || CONTINUED.test(wordsBehind(source, at + 1, to))) return true
    }
    opened += closes ? -1 : 1
  }
  return false
}

/**
 * The text in what an answer has for its content: a string, a number, or parts of several types, of which some are thoughts.
 * Pure.
 */
import * as Lenient from "./Lenient.js"

/** Content is a string, a list of parts, or null. Parts of other types, such as a model's thoughts, are not the answer. */
export const textOf = (content: unknown, wanted: (part: unknown) => boolean): string =>
  Array.isArray(content) ? content.map((part) => partOf(part, wanted)).join("") : partOf(content, wanted)

/** Of content that is whole: what stands before and behind thoughts, or the call of a tool, is no one text. */
export const wholeOf = (content: unknown, wanted: (part: unknown) => boolean): string => {
  if (!Array.isArray(content)) return partOf(content, wanted)
  const blocks: Array<Array<string>> = [[]]
  for (const part of content) {
    if (!wanted(part) && divides(part)) blocks.push([])
    else blocks.at(-1)?.push(partOf(part, wanted))
  }
  return apart(blocks.map((block) => block.join("")))
}

const divides = (part: unknown): boolean =>
  isThought(part) ? inPart(part) !== "" : /tool/.test(Lenient.string(Lenient.get(part, "type")) ?? "")

/** Between two texts of which the first, if there is one, does not end its line. */
export const BREAK = "\n\n"

/** Texts that are no one text: each begins a line. */
export const apart = (texts: ReadonlyArray<string>): string => {
  const said = texts.filter((text) => text !== "")
  return said.map((text, n) => (n === 0 || said[n - 1]?.endsWith("\n") === true ? text : `${BREAK}${text}`)).join("")
}

const partOf = (part: unknown, wanted: (part: unknown) => boolean): string => {
  // A token that is a number comes as one from servers that encode each token by itself.
  if (typeof part === "string" || typeof part === "number") return wanted === isThought ? "" : String(part)
  return wanted(part) ? inPart(part) : ""
}

export const isScalar = (value: unknown) => typeof value === "string" || typeof value === "number"

export const inPart = (part: unknown): string => {
  const inner = ["text", "thinking", "summary", "content", "refusal"].map((field) => Lenient.get(part, field))
  const text = inner.find((value) => isScalar(value) || Array.isArray(value))
  return Array.isArray(text) ? text.map(inPart).join("") : Lenient.scalar(text)
}

const TEXT_TYPES: ReadonlySet<unknown> = new Set([undefined, "text", "output_text"])
const THOUGHT_TYPES: ReadonlySet<unknown> = new Set(["thinking", "reasoning", "thought", "reasoning_text"])

export const isAny = () => true
export const isText = (part: unknown): boolean =>
  TEXT_TYPES.has(Lenient.get(part, "type")) && Lenient.get(part, "thought") !== true
/** In OpenAI's words. */
export const isRefusal = (part: unknown): boolean => Lenient.get(part, "type") === "refusal"
export const isThought = (part: unknown): boolean =>
  THOUGHT_TYPES.has(Lenient.get(part, "type")) || Lenient.get(part, "thought") === true

/**
 * The data of one event, as its lines come in, and whether they are over: some servers leave out the blank lines between
 * events, others spread one over many lines. Each line is looked at once, however many there are.
 */
import * as Fragment from "./Fragment.js"

export interface EventData {
  readonly add: (line: string) => void
  /** Does the next line begin another event: behind a whole value, or behind words if it is a value itself. */
  readonly isOver: (next: string) => boolean
  /** Its first line is a bracket alone: what follows belongs to it, whether it is called data or not. */
  readonly isSpread: () => boolean
  readonly length: () => number
  readonly text: () => string
}

/** What an event begins with that is a value, or the word for the end. */
const BEGINS = /^(?:[[{]|"?\[?(?:done|end)\b)/i

/** Some gateways put the prefix of an event before one that has it already. */
export const PREFIXES = /^(?:data:\s*)+/

export const parse = (text: string): { readonly value: unknown } | undefined =>
  Fragment.parse(text) ?? (text.startsWith("data:") ? Fragment.parse(bare(text)) : undefined)

export const make = (first: string): EventData => {
  const lines = [first]
  let { length } = first
  let start = bare(first)
  let brackets: Brackets | undefined
  let counted = 0
  let isBroken = false

  const text = () => (lines.length === 1 ? first : lines.join("\n"))

  /** Once all brackets are closed, it reads as a value then, or never will. */
  const isWhole = (): boolean => {
    brackets ??= nesting()
    for (; counted < lines.length; counted += 1) brackets.count(`${lines[counted]}\n`)
    if (isBroken || !brackets.areClosed()) return false
    isBroken = parse(text()) === undefined
    return !isBroken
  }

  return {
    isSpread: () => /^[[{]\s*$/.test(first),
    length: () => length,
    text,
    add: (line) => {
      lines.push(line)
      length += line.length + 1
      if (start === "") start = bare(line)
    },
    isOver: (next) =>
      /[}\]]/.test(lines.at(-1)?.slice(-1) ?? "") ? isWhole() : BEGINS.test(bare(next)) && !/^[[{]/.test(start)
  }
}

const bare = (line: string): string => (line.startsWith("data:") ? line.replace(PREFIXES, "") : line)

interface Brackets {
  readonly count: (text: string) => void
  readonly areClosed: () => boolean
}

/** Counts the brackets of a text that comes in pieces, but for those in its strings. */
const nesting = (): Brackets => {
  let depth = 0
  let isString = false
  let isEscaped = false
  return {
    count: (text: string) => {
      for (const character of text) {
        if (isEscaped) isEscaped = false
        else if (isString) {
          if (character === "\\") isEscaped = true
          else if (character === '"') isString = false
        } else if (character === '"') isString = true
        else if (character === "{" || character === "[") depth += 1
        else if (character === "}" || character === "]") depth -= 1
      }
    },
    areClosed: () => depth <= 0 && !isString
  }
}

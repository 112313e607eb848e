/**
 * What is refused before anything reads the text: files that are too large, and characters that no Python file holds.
 * And what is refused before anything descends into it: chains that would make a tree deeper than the stack.
 */
import { type CodeFailure, of } from "../../domain/CodeFailure.js"
import { isCloser, isOpener } from "./Brackets.js"
import type { Token } from "./Token.js"

/** Far above any program that a model writes, and still read in well under a second. */
export const MAX_BYTES = 256 * 1024

/**
 * Links of a chain such as `a.b.c`, `a + b + c`, `not not a` or `elif`. CPython's compiler gives up at about 3,000; the rooms
 * here have a smaller stack, and no program that a person could read comes near.
 */
const MAX_CHAIN = 1000

const counted = (most: number): string => `more than ${most.toLocaleString("en-US")} names, numbers and signs`

/** A module of 20 kB has 5,000 tokens. */
export const MAX_TOKENS = 32 * 1024
/** What is parsed without a rest, which takes 2 to 5 ms: so many names, or a string of 64 kB. */
export const MAX_PIECE = 4 * 1024

export const tooMany = (): CodeFailure => of("guard", "too-large", `the module has ${counted(MAX_TOKENS)}`)

/** What the parser would have to read in one go. */
export const unbroken = (line: number): CodeFailure => {
  const message = `what cannot be divided here has ${counted(MAX_PIECE)} (16 characters of a text count as one): split it`
  return of("guard", "too-large", message, { line })
}

/** What would keep the process busy for too long. */
export const checkSize = (tokens: ReadonlyArray<Token>): CodeFailure | undefined =>
  countOf(tokens) > MAX_TOKENS ? tooMany() : undefined

const countOf = (tokens: ReadonlyArray<Token>): number => {
  let count = 0
  for (const { fields = [], kind } of tokens) {
    if (kind !== "indent" && kind !== "dedent") count++
    for (const field of fields) count += countOf(field.tokens)
  }
  return count
}

const lineOf = (text: string, index: number): number => text.slice(0, index).split("\n").length

/** One half of a pair or a whole one. */
const SURROGATE = /[\ud800-\udfff]/

export const check = (text: string): CodeFailure | undefined => {
  // A UTF-16 unit is one to three bytes of UTF-8: only the cases between need counting.
  if (text.length > MAX_BYTES || (text.length * 3 > MAX_BYTES && new TextEncoder().encode(text).length > MAX_BYTES)) {
    return of("guard", "too-large", `the module is larger than ${MAX_BYTES / 1024} kB`)
  }
  const zero = text.indexOf("\0")
  if (zero !== -1)
    return of("syntax", "null-byte", "source code cannot contain null bytes", { line: lineOf(text, zero) })
  const half = SURROGATE.test(text) ? text.search(/\p{Surrogate}/u) : -1
  if (half !== -1) {
    return of("syntax", "bad-character", "the text holds half of a surrogate pair", { line: lineOf(text, half) })
  }
  return undefined
}

const KEYWORD_LINKS = new Set(["not", "lambda", "if", "else", "await"])
const LONGEST = "lambda".length

export const tooComplex = (line?: number): CodeFailure => {
  const message = "the module is nested too deeply: split it into smaller statements"
  return of("syntax", "too-complex", message, { line })
}

export const checkChains = (tokens: ReadonlyArray<Token>): CodeFailure | undefined => {
  const outer: Array<number> = []
  /** By the column at which the chain of `elif` stands. */
  const branches = new Map<number, number>()
  let links = 0
  for (const { column, kind, line, text } of tokens) {
    if (kind === "newline") links = 0
    else if (kind === "operator") {
      links++
      if (text === "," || text === ";" || text === "=") links = 0
      else if (isOpener(text)) {
        outer.push(links)
        links = 0
      } else if (isCloser(text)) links = outer.pop() ?? 0
    }
    if (links > MAX_CHAIN) return tooComplex(line)
    if (kind !== "name" || text.length > LONGEST) continue
    if (KEYWORD_LINKS.has(text)) links++
    if (text === "if") branches.set(column, 0)
    else if (text === "elif") {
      const count = (branches.get(column) ?? 0) + 1
      if (count > MAX_CHAIN) return tooComplex(line)
      branches.set(column, count)
    }
  }
  return undefined
}

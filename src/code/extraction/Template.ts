/**
 * The marks of a conversation that leak into an answer: `<|im_start|>assistant`, `</s>`, `[/INST]`, `<end_of_turn>`.
 */
import { ENTRY_POINT } from "../Contract.js"
import * as Steps from "../Steps.js"

const MARK =
  "(?:<[|｜][^<>\\n]{1,40}[|｜]>(?:[ \\t]*(?:assistant|model)\\b)?|</?[sS]>|<(?:end|start)_of_turn>(?:[ \\t]*model\\b)?|<(?:eos|bos)>|<unused\\d+>|\\[/?INST\\]|\\[(?:BEGIN|END) FINAL RESPONSE\\])"
/** A mark at the end of a turn or the beginning of the next, where no line of Python can go on so. */
const TURN =
  /<[|｜][^<>|｜\n]{1,40}[|｜]?>|<[^<>|｜\n]{1,40}[|｜]>|<[|｜]\w{0,20}$|<\/s>|<\w{1,20}(?::\w{1,20})?>(?=[ \t]*$|<[|_\w])|\[\|\w{1,20}\|\]|\[e~\[|\]~[b!]|\[\/INST\]/gim
/** Few modules have one of these in a string. */
const MAX_TURNS = 20
const SPACE = /\s*/y
/** As many as are read without a rest. */
const BEFORE = new RegExp(`(?:${MARK}[ \\t]*\\n?){1,${Steps.STRETCH}}`, "y")
const AFTER = new RegExp(`${MARK}$`)
/** Longer than any mark with the word behind it. */
const MAX_MARK = 100

export interface Unmarked {
  readonly text: string
  /** A mark behind the text says that its author had come to the end. */
  readonly ended: boolean
}

/** Where a match that begins at a place ends. */
const endOf = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : at
}

/** The text without the marks before and after it. */
export function* removed(marked: string): Steps.Steps<Unmarked> {
  const start = endOf(SPACE, marked, 0)
  let at = start
  for (let next = endOf(BEFORE, marked, at); next > at; next = endOf(BEFORE, marked, at)) {
    at = next
    yield
  }
  let text = at === start ? marked : marked.slice(at)
  let ended = false
  for (let marks = 1; ; marks++) {
    if (marks % Steps.STRETCH === 0) yield
    const end = text.trimEnd()
    const last = AFTER.exec(end.slice(-MAX_MARK))
    if (last === null) return { text, ended }
    text = end.slice(0, end.length - last[0].length)
    ended = true
  }
}

/** What stands before each mark behind the name of the function, as far as it is in no comment. */
export function* turns(text: string): Generator<string> {
  let left = MAX_TURNS
  const from = text.indexOf(ENTRY_POINT)
  if (from === -1) return
  for (const { index } of text.slice(from).matchAll(TURN)) {
    if (left-- === 0) return
    const before = text.slice(0, from + index)
    if (!before.slice(before.lastIndexOf("\n") + 1).includes("#")) yield before
  }
}

/** Up to the first of them, with a mark in its place that says so. */
export const firstTurn = (text: string): string | undefined => {
  for (const turn of turns(text)) return `${turn}</s>`
  return undefined
}

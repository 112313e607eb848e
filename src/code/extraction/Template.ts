/**
 * The marks of a conversation that leak into an answer: `<|im_start|>assistant`, `</s>`, `[/INST]`, `<end_of_turn>`.
 */
import * as Steps from "../Steps.js"
import * as Prose from "./Prose.js"
import { MENTION } from "./Wrapping.js"

const MARK =
  "(?:<[|｜][^<>\\n]{1,40}[|｜]>(?:[ \\t]*(?:assistant|model)\\b)?|</?[sS]>|<(?:end|start)_of_turn>(?:[ \\t]*model\\b)?|<(?:eos|bos)>|<unused\\d+>|\\[/?INST\\])"
const SPACE = /\s*/y
/** As many as are read without a rest. */
const BEFORE = new RegExp(`(?:${MARK}[ \\t]*\\n?){1,${Steps.STRETCH}}`, "y")
const AFTER = new RegExp(`${MARK}$`)
/** Longer than any mark with the word behind it. */
const MAX_MARK = 100

/** Those that say that the author has come to the end of what it has to say. */
const END =
  /<[|｜](?:eot_id|im_end|endoftext|end[_▁]of[_▁](?:text|sentence|turn|utterance))[|｜]>|<end_of_turn>|<\/s>|<eos>/g
/** A mark behind the beginning of a string or a comment is part of the code. */
const IN_CODE = /["'#]/
const COMPLETE_STRING = /"[^"\n]*"|'[^'\n]*'/g
/** As many of them are looked at, and so much of the line before. */
const MAX_ENDS = 20
const MAX_BEFORE = 200

/** The text up to the first such mark behind the function: what follows is another's turn, and what was made up for it. */
export function* cut(text: string, isCode: () => Steps.Steps<(offset: number) => boolean>): Steps.Steps<string> {
  const mention = text.indexOf(MENTION)
  if (mention === -1) return text
  END.lastIndex = mention
  let inCode: ((offset: number) => boolean) | undefined
  for (let tries = 0; tries < MAX_ENDS; tries++) {
    const found = END.exec(text)
    const behind = END.lastIndex
    if (found === null || !text.includes(MENTION, behind)) return text
    const before = text.slice(Math.max(0, found.index - MAX_BEFORE), found.index)
    if (IN_CODE.test(before.slice(before.lastIndexOf("\n") + 1).replace(COMPLETE_STRING, ""))) continue
    inCode ??= yield* isCode()
    if (!inCode(found.index) && Prose.defines(text.slice(0, found.index))) return text.slice(0, behind)
    END.lastIndex = behind
  }
  return text
}

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

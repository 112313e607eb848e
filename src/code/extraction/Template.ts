/**
 * The marks of a conversation that leak into an answer: `<|im_start|>assistant`, `</s>`, `[/INST]`, `<end_of_turn>`.
 */

const MARK =
  "(?:<[|｜][^<>\\n]{1,40}[|｜]>(?:[ \\t]*(?:assistant|model)\\b)?|</?[sS]>|<(?:end|start)_of_turn>(?:[ \\t]*model\\b)?|<(?:eos|bos)>|<unused\\d+>|\\[/?INST\\])"
const BEFORE = new RegExp(`^\\s*(?:${MARK}[ \\t]*\\n?)+`)
const AFTER = new RegExp(`${MARK}$`)
/** Longer than any mark with the word behind it. */
const MAX_MARK = 100

export interface Unmarked {
  readonly text: string
  /** A mark behind the text says that its author had come to the end. */
  readonly ended: boolean
}

/** The text without the marks before and after it. */
export const removed = (marked: string): Unmarked => {
  let text = marked.replace(BEFORE, "")
  let ended = false
  for (;;) {
    const end = text.trimEnd()
    const last = AFTER.exec(end.slice(-MAX_MARK))
    if (last === null) return { text, ended }
    text = end.slice(0, end.length - last[0].length)
    ended = true
  }
}

/**
 * The marks of a conversation that leak into an answer: `<|im_start|>assistant`, `</s>`, `[/INST]`, `<end_of_turn>`.
 */

const MARK =
  "(?:<[|｜][^<>\\n]{1,40}[|｜]>(?:[ \\t]*(?:assistant|model)\\b)?|</?[sS]>|<(?:end|start)_of_turn>(?:[ \\t]*model\\b)?|<(?:eos|bos)>|<unused\\d+>|\\[/?INST\\])"
const BEFORE = new RegExp(`^\\s*(?:${MARK}[ \\t]*\\n?)+`)
const AFTER = new RegExp(`${MARK}$`)
const ONLY = new RegExp(`^(?:\\s|${MARK})*$`)

export const isOnlyMarks = (text: string): boolean => ONLY.test(text)

/** The text without the marks before and after it. */
export const removed = (text: string): string => {
  let kept = text.replace(BEFORE, "")
  for (let end = kept.trimEnd(); AFTER.test(end); end = kept.trimEnd()) kept = end.replace(AFTER, "")
  return kept
}

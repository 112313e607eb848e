/** Whether reasoning used up the tokens of an answer, so that a few more would not help. Pure. */
import * as TokenCount from "./TokenCount.js"
import type { Transcript } from "./Transcript.js"

/** A text beside ten times as much reasoning is hardly any. */
const HARDLY = 0.1

const TAG = "(?:\\w+:)?(?:think|thinking|thought|reasoning)"

/** Thoughts in the text itself, in the marks of several models, that come to no end. */
const OPEN = new RegExp(
  `^\\s*(?:<${TAG}>|\\[THINK\\]|◁think▷|<\\|channel\\|>(?:analysis|thought))` +
    `(?![^]*(?:</${TAG}>|\\[/THINK\\]|◁/think▷|<\\|channel\\|>final))`,
  "i"
)

/** For an answer that hit its token limit. If there is no text at all, only reasoning can have used them. */
export const usedUpTokens = ({ counts, hasText, reasoning, text }: Transcript): boolean => {
  if (!hasText || OPEN.test(text)) return true
  const isLonger = reasoning !== "" && text.trim().length <= reasoning.length * HARDLY
  // Thoughts that are not shown are counted all the same.
  const hidden = counts === undefined ? 0 : (TokenCount.reasoningOf(counts) ?? 0)
  const isMost =
    counts !== undefined && hidden > 0 && hidden >= TokenCount.usageOf(counts).completionTokens * (1 - HARDLY)
  return isLonger || isMost
}
